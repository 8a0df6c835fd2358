"""What long answers and much opened pages need of the database; its two roles; which scheduler leads."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Generic, TypeVar, cast

from django.conf import settings
from django.db import DatabaseError, connection, connections, router, transaction
from django.db.backends.postgresql.base import DatabaseWrapper
from django.db.models import Lookup, Model, QuerySet
from django.db.models.query import get_related_populators
from psycopg import Connection

M = TypeVar("M", bound=Model)


class Among(Lookup[bool]):
    """`Among(F("pk"), […])`: as `in`, with one parameter for all values; thousands of them cost nothing to write out."""

    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        column, parameters = self.process_lhs(compiler, connection)
        return f"{column} = ANY(%s)", (*parameters, self.rhs)


class QuickStatements:
    """From now on a statement on this connection has so many seconds, until `end`; asked for when the first one runs."""

    def __init__(self, alias: str, *, seconds: int) -> None:
        self.connection, self.seconds = connections[alias], seconds
        self.bounded: object = None  # psycopg's connection: Django's may get another one from the pool
        self.connection.execute_wrappers.insert(0, self)  # Django takes off the last one, whosever it is

    def __call__(self, execute: Any, sql: Any, params: Any, many: bool, context: dict[str, Any]) -> Any:
        if self.bounded is not self.connection.connection:
            self.bounded = self.connection.connection
            self._say(f"SET statement_timeout = {self.seconds * 1000}")
        return execute(sql, params, many, context)

    def give_back(self) -> None:
        """The connection as it was, for whoever has it next."""
        if self.bounded is not None and self.bounded is self.connection.connection:
            with suppress(DatabaseError):  # a transaction that failed, or a line that is gone, has forgotten it anyway
                self._say("RESET statement_timeout")
        self.bounded = None

    def end(self) -> None:
        self.connection.execute_wrappers.remove(self)
        self.give_back()

    def _say(self, sql: str) -> None:
        with self.connection.wrap_database_errors:
            self.connection.connection.execute(sql)


@contextmanager
def one_moment() -> Iterator[None]:
    """Every query within reads the database as it was at the first one, and writes nothing.

    Within a transaction that is open already, that one says what is seen.
    """
    if connection.in_atomic_block:
        yield
        return
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


def give_back_connection() -> None:
    """Back to the pool until the next query: whoever reads an answer on a slow line holds none meanwhile."""
    if not connection.in_atomic_block:
        for wrapper in connection.execute_wrappers:
            if isinstance(wrapper, QuickStatements):
                wrapper.give_back()
        connection.close()


class CompiledOnce(Generic[M]):
    """A question that is put into SQL once and then asked with other values.

    It reaches into Django's compiler, so it is for what the figure is worth: writing out takes 2.7 ms of an item's public
    page and 0.6 ms of every signed-in request (memberships), measured; sessions and accounts (0.15 ms each) go without.
    tests/ninghai/test_database.py fails where an upgrade of Django moves what it uses.

    `build` makes the queryset of values by name; `marks` are values of the same types that stand nowhere else in it.
    """

    def __init__(self, build: "Callable[..., QuerySet[M]]", **marks: Any) -> None:
        self.build, self.marks = build, marks

    def __call__(self, **values: Any) -> list[M]:
        """The records, as the queryset itself would have them: with the records beside them and what it annotates."""
        question = self._question
        db = router.db_for_read(question.compiler.query.model)
        with connections[db].cursor() as cursor:
            cursor.execute(question.sql, [values[name] if name else value for name, value in question.parameters])
            return list(question.records(cursor.fetchall(), db))

    @cached_property
    def _question(self) -> "_Question":
        compiler = self.build(**self.marks).query.get_compiler(connection=connection)
        sql, parameters = compiler.as_sql()
        named = [(self._name_of(parameter), parameter) for parameter in parameters]
        if missing := self.marks.keys() - {name for name, _ in named}:
            raise ValueError(f"no value of the question is marked by {sorted(missing)}")
        converters = compiler.get_converters([column for column, *_ in compiler.select])
        return _Question(compiler, sql, named, converters)

    def _name_of(self, parameter: Any) -> str | None:
        return next((name for name, mark in self.marks.items() if mark == parameter), None)


@dataclass(frozen=True, slots=True)
class _Question:
    """The SQL, the values in their order (a name where another one is put in), and what makes records of its rows."""

    compiler: Any
    sql: str
    parameters: Sequence[tuple[str | None, Any]]
    converters: Any

    def records(self, rows: Sequence[Sequence[Any]], db: str) -> Iterator[Any]:
        """As Django's own `ModelIterable` does it."""
        info, select = self.compiler.klass_info, self.compiler.select
        first, behind = info["select_fields"][0], info["select_fields"][-1] + 1
        names = [column.target.attname for column, *_ in select[first:behind]]
        beside = get_related_populators(info, select, db)  # type: ignore[call-arg]  # of the Django after ours
        for row in self.compiler.apply_converters(rows, self.converters):
            record = info["model"].from_db(db, names, row[first:behind])
            for populator in beside:
                populator.populate(row, record)
            for name, place in self.compiler.annotation_col_map.items():
                setattr(record, name, row[place])
            yield record


# The two database roles: web and workers act as the run-time role, the owner of the schema only migrates and restores.


@contextmanager
def as_owner() -> Iterator[None]:
    """Act as the owner of the schema (DATABASE_OWNER_URL) inside the block, never within a transaction."""
    runtime = connection.settings_dict
    _hang_up()
    connection.settings_dict = {**runtime, **settings.DATABASE_OWNER, "NAME": runtime["NAME"]}
    try:
        yield
    finally:
        _hang_up()
        connection.settings_dict = runtime


def _hang_up() -> None:
    connection.close()
    cast(DatabaseWrapper, connection).close_pool()


# Which scheduler leads: a PostgreSQL advisory lock, held for as long as its connection lives and seen by everybody.

SCHEDULER_LOCK = 2018_44  # any number of our own; one per database


def take_lead(connection: Connection) -> bool:
    """Lead from now on unless another process does."""
    row = connection.execute("SELECT pg_try_advisory_lock(%s)", [SCHEDULER_LOCK]).fetchone()
    return bool(row and row[0])


def somebody_leads(connection: Connection) -> bool:
    """Whether a scheduler is at work on this database."""
    row = connection.execute(
        """
        SELECT EXISTS (
            SELECT FROM pg_locks
            WHERE locktype = 'advisory' AND granted AND classid = 0 AND objid = %s AND objsubid = 1
            AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
        )
        """,
        [SCHEDULER_LOCK],
    ).fetchone()
    return bool(row and row[0])
