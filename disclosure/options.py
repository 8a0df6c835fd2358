"""The choices that the catalogue offers for narrowing (筛选条件): units, topics, duties and years, read in one query."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, Value
from django.utils import timezone

from disclosure.models import CatalogueEntry, Topic
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
    of_units = Unit.objects.order_by().values_list(Value("unit"), "position", "code", "pk", "short_name", Value(""))
    of_topics = Topic.objects.order_by().values_list(Value("topic"), Value(0), "code", "pk", "path", Value(""))
    of_entries = CatalogueEntry.objects.order_by().values_list(
        Value("entry"), "position", "code", "pk", "name", F("parent__code")
    )
    rows = sorted(of_units.union(of_topics, of_entries, all=True), key=lambda row: row[:3])
    units, topics, entries = (_choices(rows, subject) for subject in ("unit", "topic", "entry"))
    years = [(f"{year}", f"{year}年") for year in range(timezone.localtime(at).year, FIRST_YEAR - 1, -1)]
    return Options(
        units=units,
        topics=topics,
        entries=entries,
        years=years,
        parents={code: parent for subject, _, code, _, _, parent in rows if subject == "entry" and parent},
        by_key={
            name: {pk: (code, label) for subject, _, code, pk, label, _ in rows if subject == name}
            for name in ("unit", "topic", "entry")
        },
        labels={"unit": dict(units), "topic": dict(topics), "entry": dict(entries), "year": dict(years)},
    )


def _choices(rows: Iterable[tuple[str, int, str, int, str, str]], subject: str) -> list[Choice]:
    return [(code, label) for kind, _, code, _, label, _ in rows if kind == subject]
