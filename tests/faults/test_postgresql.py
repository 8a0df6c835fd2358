"""PostgreSQL is restarted in the midst of a batch."""

import time

import psycopg
from django.db import connection, connections
from psycopg import sql

from ninghai.operations.private_addresses import SUPERUSER
from tests.faults import counts
from tests.faults.books import all_ready, assert_each_is_there_once
from tests.faults.processes import comes_true, crew, running, wait_until
from tests.faults.test_workers import one_at_work

AWAY = 2  # seconds


def test_postgresql_is_restarted_in_the_midst_of_a_batch(ask, queue, private_services, tell, time_passes):
    finished = 0
    with running("scheduler", queue=queue), crew(2, queue=queue) as workers:
        for _ in range(counts.POSTGRESQL_RESTARTED):
            ask()
            wait_until(lambda: one_at_work(workers) is not None)
            restart(private_services)
            time_passes()
            finished += comes_true(all_ready)

    made = assert_each_is_there_once(strays=2 * counts.POSTGRESQL_RESTARTED)
    tell("PostgreSQL restarted in the midst of a batch, which is finished", finished, counts.POSTGRESQL_RESTARTED)
    tell("  reports there once", made, counts.UNITS * counts.POSTGRESQL_RESTARTED)


def restart(services) -> None:
    """The whole server in the long form; beside other tests, what a restart looks like to those of one database."""
    hang_up()
    if counts.IS_LONG:
        services.postgresql.stop()
        time.sleep(AWAY)
        services.postgresql.start()
        return
    name = connection.settings_dict["NAME"]
    with psycopg.connect(services.postgresql.url(role=SUPERUSER, database="postgres"), autocommit=True) as server:
        server.execute(sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS false").format(sql.Identifier(name)))
        server.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name])
        time.sleep(AWAY)
        server.execute(sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS true").format(sql.Identifier(name)))


def hang_up() -> None:
    connections.close_all()
    connection.close_pool()
