"""Two ways of asking that much opened pages need: many values in one parameter, and SQL that is written out once."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Generic, TypeVar

from django.db import connection, connections, router
from django.db.models import Lookup, Model, QuerySet
from django.db.models.query import get_related_populators

M = TypeVar("M", bound=Model)


class Among(Lookup[bool]):
    """`Among(F("pk"), […])`: as `in`, with one parameter for all values; thousands of them cost nothing to write out."""

    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        column, parameters = self.process_lhs(compiler, connection)
        return f"{column} = ANY(%s)", (*parameters, self.rhs)


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
