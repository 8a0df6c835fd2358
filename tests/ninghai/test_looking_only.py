"""Whoever may only look is stopped at the first statement that writes."""

import pytest
from django.db import connection, transaction

from ninghai.models import UnitGroup
from ninghai.web.middleware import LookingOnly, only_reads


class TooLateError(Exception):
    pass


@pytest.fixture
def looking():
    bound = LookingOnly(TooLateError())
    yield
    bound.end()


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT 1",
        " (SELECT 1) UNION (SELECT 2)",
        'SELECT "a" FROM "b" WHERE "c" = %s FOR UPDATE OF "b"',
        "WITH x AS (SELECT 1) SELECT * FROM x",
        'SAVEPOINT "s1"',
        'ROLLBACK TO SAVEPOINT "s1"',
        "SET LOCAL lock_timeout = 1",
    ],
)
def test_a_question_is_none(sql):
    assert only_reads(sql)


@pytest.mark.parametrize(
    "sql",
    [
        'INSERT INTO "a" VALUES (1)',
        "  update a set b = 1",
        "DELETE FROM a",
        "WITH gone AS (DELETE FROM a RETURNING *) SELECT * FROM gone",
        "WITH x AS (SELECT 1) UPDATE a SET b = 1",
        "TRUNCATE a",
        "COPY a FROM STDIN",
        "MERGE INTO a USING b ON true WHEN MATCHED THEN DELETE",
        "SELEC",
        "",
        None,
    ],
)
def test_what_writes_or_is_not_known_is_one(sql):
    assert not only_reads(sql)


@pytest.mark.django_db
def test_it_reads_locks_and_writes_nothing(looking):
    before = UnitGroup.objects.count()

    with transaction.atomic():
        list(UnitGroup.objects.select_for_update())
    with pytest.raises(TooLateError), transaction.atomic():
        UnitGroup.objects.create(name="不该有的组")

    assert UnitGroup.objects.count() == before


@pytest.mark.django_db
def test_it_ends(looking):
    bound = LookingOnly(TooLateError())
    bound.end()

    assert bound not in connection.execute_wrappers
