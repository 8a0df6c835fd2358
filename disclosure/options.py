"""The choices that the catalogue offers for narrowing (筛选条件): units, topics, duties and years, read in one query.

A duty is offered, and its code understood, once it is public: it stands in the newest edition of its catalogue, or
something was published under it. What the office is still writing cannot be read by guessing codes.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import BooleanField, Exists, ExpressionWrapper, F, JSONField, OuterRef, Q, QuerySet, Value
from django.db.models.expressions import Func
from django.db.models.fields.json import KeyTextTransform
from django.utils import timezone

from disclosure.models import CatalogueEdition, CatalogueEntry, Item, Topic
from disclosure.models.basic_catalogue import PUBLIC_NAME
from ninghai.models import Unit
from ninghai.public_pages.kept import KeptPerRevision

Choice = tuple[str, str]  # code, label
FIRST_YEAR = 2008  # 《政府信息公开条例》 came into force on 2008-05-01


@dataclass(frozen=True, slots=True)
class Options:
    units: list[Choice]
    topics: list[Choice]
    entries: list[Choice]
    years: list[Choice]
    parents: dict[str, str]  # duty → the heading above it, by code
    by_key: dict[str, dict[object, Choice]]  # of units, topics and duties, by primary key
    labels: dict[str, dict[str, str]]  # what each code is called, by the name of the condition

    def entries_below(self, code: str) -> list[str]:
        """The duty and everything below it in the basic catalogue."""
        below = {code}
        while found := {child for child, parent in self.parents.items() if parent in below} - below:
            below |= found
        return sorted(below)


_kept: KeptPerRevision[Options] = KeptPerRevision()


def options_at(at: datetime, *, revision: str) -> Options:
    """The choices as they are, read once for as long as nothing public changes."""
    return _kept.get(timezone.localtime(at).year, lambda: read_options(at), revision=revision)


def read_options(at: datetime) -> Options:
    rows = _read_rows(at)
    shown = [row[:5] for row in rows if row[6]]
    units, topics, entries = (_choices(shown, subject) for subject in ("unit", "topic", "entry"))
    years = [(f"{year}", f"{year}年") for year in range(timezone.localtime(at).year, FIRST_YEAR - 1, -1)]
    return Options(
        units=units,
        topics=topics,
        entries=entries,
        years=years,
        parents={code: parent for subject, _, code, _, _, parent, _ in rows if subject == "entry" and parent},
        by_key={
            name: {pk: (code, label) for subject, _, code, pk, label in shown if subject == name}
            for name in ("unit", "topic", "entry")
        },
        labels={"unit": dict(units), "topic": dict(topics), "entry": dict(entries), "year": dict(years)},
    )


def _read_rows(at: datetime) -> list[tuple[str, int, str, int, str, str, bool]]:
    """(subject, position, code, key, label, code above, is it public), in the order of the screen."""
    of_units = Unit.objects.order_by().values_list(
        Value("unit"), "position", "code", "pk", "short_name", Value(""), Value(True)
    )
    of_topics = Topic.objects.order_by().values_list(
        Value("topic"), Value(0), "code", "pk", "path", Value(""), Value(True)
    )
    of_entries = CatalogueEntry.objects.order_by().values_list(
        Value("entry"),
        "position",
        "code",
        "pk",
        PUBLIC_NAME,
        F("parent__code"),
        ExpressionWrapper(is_public(at), BooleanField()),
    )
    return sorted(of_units.union(of_topics, of_entries, all=True), key=lambda row: row[:3])


def is_public(at: datetime) -> Q:
    """Of duties: frozen in the newest edition of a catalogue, or something public stands under it."""
    newer = CatalogueEdition.objects.filter(catalogue=OuterRef("catalogue"), number__gt=OuterRef("number"))
    rows: QuerySet[CatalogueEdition, Any] = CatalogueEdition.objects.filter(~Exists(newer)).values_list(
        KeyTextTransform("code", Func("rows", function="jsonb_array_elements", output_field=JSONField()))
    )
    return Q(code__in=rows) | Q(Exists(Item.objects.published(at).order_by().filter(entry=OuterRef("pk"))))


def _choices(rows: Iterable[tuple[str, int, str, int, str]], subject: str) -> list[Choice]:
    return [(code, label) for kind, _, code, _, label in rows if kind == subject]
