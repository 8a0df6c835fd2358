"""How long anybody waits for a connection, and what that says of the database."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import DEFAULT_DB_ALIAS, OperationalError, connection, connections

from ninghai.operations.database.backend import base
from ninghai.operations.database.connections import breaker_of


def ask_for_one_more() -> None:
    try:
        connections[DEFAULT_DB_ALIAS].ensure_connection()
    finally:
        connections.close_all()


@pytest.mark.exhaustive
@pytest.mark.django_db(transaction=True)
def test_a_pool_that_is_merely_busy_does_not_keep_everybody_from_the_database(monkeypatch):
    monkeypatch.setattr(base, "BUSY", 0.1)
    connection.ensure_connection()
    pool = connection.pool
    held = [pool.getconn() for _ in range(pool.max_size - 1)]
    try:
        with ThreadPoolExecutor(1) as other, pytest.raises(OperationalError):
            other.submit(ask_for_one_more).result()
        assert not breaker_of(DEFAULT_DB_ALIAS).is_open
    finally:
        for each in held:
            pool.putconn(each)
    with ThreadPoolExecutor(1) as other:
        other.submit(ask_for_one_more).result()
