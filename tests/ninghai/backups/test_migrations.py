"""Every migration back and forth, one after the other, on the database of a whole year of work."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations import AddField, CreateModel, Migration
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder

from ninghai.operations.backups.server import fingerprint, owner_connection, schema
from ninghai.operations.database.connections import as_owner
from tests.committed_worlds import DEMO_YEAR
from tests.databases import renew_database

OURS = ("ninghai", "tasks", "disclosure", "reports")
Step = tuple[str, str]


@pytest.fixture
def year(demo_year, django_db_blocker) -> Iterator[None]:
    """Nothing stands around it: a migration has transactions of its own."""
    with django_db_blocker.unblock():
        renew_database(DEMO_YEAR)
        yield


def found() -> dict[str, Any]:
    with owner_connection() as direct:
        return fingerprint(direct)


def schema_now() -> dict[str, list[str]]:
    with owner_connection() as direct:
        return schema(direct)


def all_steps() -> list[Migration]:
    """In the order in which an empty database gets them, Django's own among them."""
    executor = MigrationExecutor(connection)
    return [step for step, _ in executor.migration_plan(executor.loader.graph.leaf_nodes(), clean_start=True)]


def go_back(steps: Sequence[Migration], *, note: Callable[[Step], None] | None = None) -> None:
    """The last first; `note` looks at each while it still stands."""
    _walk(list(reversed(steps)), back=True, at="unapply_start", note=note)


def go_forth(steps: Sequence[Migration], *, note: Callable[[Step], None] | None = None) -> None:
    """`note` looks at each when it has just come."""
    _walk(steps, back=False, at="apply_success", note=note)


def _walk(steps: Sequence[Migration], *, back: bool, at: str, note: Callable[[Step], None] | None) -> None:
    def told(moment: str, step: Migration | None = None, fake: bool = False) -> None:
        if step and note and moment == at:
            note((step.app_label, step.name))

    with as_owner():
        MigrationExecutor(connection, told).migrate([], plan=[(step, back) for step in steps])


def applied() -> set[Step]:
    return set(MigrationRecorder(connection).applied_migrations())


def brought_along(steps: Sequence[Migration]) -> tuple[set[str], set[tuple[str, str]]]:
    """The tables, and the columns of other tables, that these steps make: what they hold goes and comes with them."""
    tables, columns = set(), set()
    for step in steps:
        for operation in step.operations:
            if isinstance(operation, CreateModel):
                tables.add(table_of(step, operation.name))
            elif isinstance(operation, AddField):
                columns |= {(table_of(step, operation.model_name), each) for each in columns_of(operation)}
    return tables, columns


def table_of(step: Migration, model: str) -> str:
    return f"{step.app_label}_{model.lower()}"


def columns_of(operation: AddField) -> set[str]:
    return {operation.name, f"{operation.name}_id"}


def rows_without(tables: set[str], columns: set[tuple[str, str]]) -> dict[str, Any]:
    """Of each table how many rows it has, and a digest of them, those tables and columns left out."""
    rows = {}
    with connection.cursor() as cursor:
        for table in set(found()["tables"]) - tables:
            cursor.execute(
                "SELECT column_name FROM information_schema.columns WHERE table_name = %s ORDER BY column_name", [table]
            )
            kept = ", ".join(f'"{name}"' for (name,) in cursor.fetchall() if (table, name) not in columns)
            cursor.execute(
                f"SELECT count(*), sum(hashtextextended(row::text, 0)) FROM (SELECT {kept} FROM {table}) AS row"  # noqa: S608 - our own names
            )
            rows[table] = cursor.fetchone()
    return rows


def test_every_migration_goes_back_and_forth_and_loses_no_row(year):
    later = [step for step in all_steps() if step.app_label in OURS and step.name != "0001_tables"]
    tables, columns = brought_along(later)
    # when each step was taken; that a step has moved the revision of what is public
    tables |= {"django_migrations", "ninghai_publicchange"}
    before, at_first = rows_without(tables, columns), found()["schema"]
    assert len(later) > 10
    assert before["disclosure_item"][0] > 10

    go_back(later)
    assert not applied() & {(step.app_label, step.name) for step in later}
    go_forth(later)

    assert found()["schema"] == at_first
    now = rows_without(tables, columns)
    assert {name: told for name, told in now.items() if told != before[name]} == {}


def test_a_database_goes_back_to_nothing_and_each_step_leaves_what_it_had_found(year):
    """Columns, constraints, indexes, triggers, functions and rights, with each step and without it."""
    steps = all_steps()
    back: dict[Step, Any] = {}
    forth: dict[Step, Any] = {}

    go_back(steps, note=lambda step: back.update({step: schema_now()}))
    assert (set(found()["tables"]), applied()) == ({"django_migrations"}, set())
    go_forth(steps, note=lambda step: forth.update({step: schema_now()}))

    assert len(back) == len(forth) == len(steps)
    assert [words for step in forth for words in differences(back[step], forth[step], of=step)] == []


def differences(back: dict[str, list[str]], forth: dict[str, list[str]], *, of: Step) -> list[str]:
    """What stands in one of the two alone."""
    return [f"{of}: {each}" for part in forth for each in set(back[part]) ^ set(forth[part])]


def test_a_database_that_knows_steps_by_their_former_names_is_taken_for_what_it_is(year):
    joined = MigrationExecutor(connection).loader.replacements
    assert len(joined) > 5
    at_first = schema_now()
    with as_owner():
        recorder = MigrationRecorder(connection)
        for step, migration in joined.items():
            recorder.record_unapplied(*step)
            for former in migration.replaces:
                recorder.record_applied(*former)

    call_command("migrate", interactive=False, verbosity=0)

    assert applied() >= set(joined)
    assert schema_now() == at_first
