"""Small things that long answers and much opened pages need of the database."""

from collections.abc import Callable
from functools import cached_property
from typing import Any, Generic, TypeVar, cast

from django.db import connection
from django.db.models import Lookup, Model, QuerySet
from django.db.models.query import RawQuerySet

M = TypeVar("M", bound=Model)


class Among(Lookup[bool]):
    """`Among(F("pk"), […])`: as `in`, with one parameter for all values; thousands of them cost nothing to write out."""

    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        column, parameters = self.process_lhs(compiler, connection)
        return f"{column} = ANY(%s)", (*parameters, self.rhs)


def give_back_connection() -> None:
    """Back to the pool until the next query: whoever reads an answer on a slow line holds none meanwhile."""
    if not connection.in_atomic_block:
        connection.close()


class CompiledOnce(Generic[M]):
    """A question that is put into SQL once and then asked with other values: writing it out takes longer than asking.

    `build` makes the queryset of values by name; `marks` are values of the same types that stand nowhere else in it.
    """

    def __init__(self, build: "Callable[..., QuerySet[M]]", **marks: Any) -> None:
        self.build, self.marks = build, marks

    def __call__(self, **values: Any) -> "RawQuerySet[M]":
        model, sql, parameters = self._compiled
        names = {repr(mark): name for name, mark in self.marks.items()}
        asked = [values[names[repr(one)]] if repr(one) in names else one for one in parameters]
        return cast("RawQuerySet[M]", model.objects.raw(sql, asked))

    @cached_property
    def _compiled(self) -> tuple[Any, str, tuple[Any, ...]]:
        queryset = self.build(**self.marks)
        return (queryset.model, *queryset.query.sql_with_params())
