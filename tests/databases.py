"""The databases of a run: templates that are filled once, and a fresh copy of one for each worker, as often as it wants.

A copy is a thousand files and more. After a test whose data were committed, only the rows that it left are deleted, where
that is all there is to do: it takes a tenth of the time.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache

import psycopg
import pytest
from django.core.management import call_command
from django.db import connection, connections
from psycopg import sql

from ninghai.operations.devservices.services import PrivateServices
from ninghai.operations.private_addresses import OWNER, RUNTIME, SUPERUSER
from tests.quick_migrations import QuickExecutor
from tests.services import start_test_services

PRISTINE = "pristine"  # migrated, and nothing more
_template = ""  # of which this process's database is a copy


def make_pristine(services: PrivateServices) -> None:
    """Migrate once for all workers."""

    def migrate() -> None:
        services.postgresql.make_database(name=connection.settings_dict["NAME"])
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("django.core.management.commands.migrate.MigrationExecutor", QuickExecutor)
            call_command("migrate", interactive=False, verbosity=0)

    make_template(PRISTINE, migrate)


def make_template(name: str, fill: Callable[[], None]) -> None:
    """Let `fill` fill this process's database and set it aside under this name, unless another worker was faster."""
    with superuser() as server:
        server.execute("SELECT pg_advisory_lock(hashtext(%s))", [name])
        if server.execute("SELECT FROM pg_database WHERE datname = %s", [name]).rowcount:
            return
        fill()
        hang_up()
        own = sql.Identifier(connection.settings_dict["NAME"])
        server.execute(sql.SQL("ALTER DATABASE {} RENAME TO {}").format(own, sql.Identifier(name)))


def renew_database(template: str = PRISTINE) -> None:
    """Put a fresh copy of the template in place of this process's database, whoever is still connected to it."""
    global _template
    _template = template
    names = {
        "database": sql.Identifier(connection.settings_dict["NAME"]),
        "template": sql.Identifier(template),
        "owner": sql.Identifier(OWNER),
        "runtime": sql.Identifier(RUNTIME),
    }
    hang_up()
    with superuser() as server:
        for statement in (
            "DROP DATABASE IF EXISTS {database} WITH (FORCE)",
            "CREATE DATABASE {database} TEMPLATE {template} OWNER {owner}",
            "REVOKE ALL ON DATABASE {database} FROM PUBLIC",
            "GRANT CONNECT ON DATABASE {database} TO {runtime}",
        ):
            server.execute(sql.SQL(statement).format(**names))


class NotOnlyRows(Exception):
    """More has changed than putting rows right would undo."""


def empty_database() -> None:
    """Leave of this process's database what `PRISTINE` holds: put its rows right, or copy it anew where more has changed."""
    hang_up()
    try:
        with superuser(connection.settings_dict["NAME"]) as server, server.transaction():
            _put_rows_right(server)
    except (NotOnlyRows, psycopg.Error):
        renew_database()


@dataclass(frozen=True, slots=True)
class Pristine:
    """What a copy of the template holds."""

    made: tuple[object, ...]
    empty: tuple[str, ...]  # tables without rows
    rows: dict[str, bytes]  # of the others
    sequences: dict[str, int | None]


@cache
def pristine() -> Pristine:
    """Asked of the first copy, before any test has it."""
    return held()


def held() -> Pristine:
    """What this process's database holds now."""
    with superuser(connection.settings_dict["NAME"]) as server:
        tables = [name for (name,) in server.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")]
        full = _with_rows(server, tables)
        return Pristine(
            made=_made(server),
            empty=tuple(sorted({*tables} - {*full})),
            rows={table: _rows(server, table) for table in full},
            sequences=_sequences(server),
        )


def _put_rows_right(server: psycopg.Connection) -> None:
    server.execute(LET_GO)
    server.execute("SET LOCAL lock_timeout = '2s'; SET LOCAL session_replication_role = replica")  # without triggers
    if _made(server) != pristine().made:
        raise NotOnlyRows
    changed = [table for table, rows in pristine().rows.items() if _rows(server, table) != rows]
    dirty = [*_with_rows(server, pristine().empty), *changed]
    if sum(server.execute(_with_table("DELETE FROM {}", table)).rowcount for table in dirty) > MOST_DEAD_ROWS:
        raise NotOnlyRows
    for table in changed:
        with server.cursor() as cursor, cursor.copy(_with_table("COPY {} FROM STDIN", table)) as copy:
            copy.write(pristine().rows[table])
    _rewind_sequences(server)


def rewind_sequences() -> None:
    """Where a copy of `PRISTINE` holds nothing more: new records get the numbers that they get in any other file.

    So the process finds again what it has kept for them: the question for all that waits for somebody is written out anew
    for each number of a person, which takes longer than most tests.
    """
    if _template == PRISTINE:
        with superuser(connection.settings_dict["NAME"]) as server:
            _rewind_sequences(server)


def _rewind_sequences(server: psycopg.Connection) -> None:
    for name, last in _sequences(server).items():
        if last != (first := pristine().sequences.get(name, last)):
            server.execute("SELECT setval(%s::regclass, %s, %s)", [name, first or 1, first is not None])


# Whoever is still connected, also from another process: what they hold is let go.
LET_GO = """
SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid()
"""
MOST_DEAD_ROWS = 2000  # they stay where they were, in the way of whoever reads the table
MADE = ("pg_attribute", "pg_constraint", "pg_index", "pg_policy", "pg_proc", "pg_rewrite", "pg_trigger", "pg_type")


def _made(server: psycopg.Connection) -> tuple[object, ...]:
    """Tables, columns, rights, triggers …: how many there are, and the last transaction that wrote one."""
    counts = [f"(SELECT (count(*), max(xmin::text::bigint))::text FROM {name})" for name in MADE]  # noqa: S608
    tables = (
        "(SELECT md5(string_agg((oid, relname, relowner, relacl, reloptions)::text, '' ORDER BY oid)) FROM pg_class)"
    )
    statistics = "(SELECT count(*) FROM pg_statistic)"
    return server.execute("SELECT " + ", ".join([*counts, tables, statistics])).fetchone() or ()


def _with_rows(server: psycopg.Connection, tables: Iterable[str]) -> list[str]:
    asked = [_with_table("SELECT {0} WHERE EXISTS (SELECT FROM {1})", sql.Literal(name), name) for name in tables]
    return [name for (name,) in server.execute(sql.SQL(" UNION ALL ").join(asked))]


def _rows(server: psycopg.Connection, table: str) -> bytes:
    """In the order of their keys: a row that is put back may take the place of one that is gone."""
    with (
        server.cursor() as cursor,
        cursor.copy(_with_table("COPY (SELECT * FROM {} ORDER BY 1) TO STDOUT", table)) as copy,
    ):
        return b"".join(copy)


def _sequences(server: psycopg.Connection) -> dict[str, int | None]:
    return dict(
        server.execute("SELECT sequencename, last_value FROM pg_sequences WHERE schemaname = 'public'").fetchall()
    )


def _with_table(text: str, *names: sql.Literal | str) -> sql.Composed:
    return sql.SQL(text).format(*(sql.Identifier(name) if isinstance(name, str) else name for name in names))


def hang_up() -> None:
    connections.close_all()
    connection.close_pool()


def superuser(database: str = "postgres") -> psycopg.Connection:
    """Each statement is committed at once."""
    return psycopg.connect(start_test_services().postgresql.url(role=SUPERUSER, database=database), autocommit=True)
