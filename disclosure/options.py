"""The choices that the catalogue offers for narrowing (筛选条件): units, topics and duties, read in one query."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import F, Value

from disclosure.models import CatalogueEntry, Topic
from ninghai.models import Unit

Choice = tuple[str, str]  # code, label


@dataclass(frozen=True, slots=True)
class Options:
    units: list[Choice]
    topics: list[Choice]
    entries: list[Choice]
    parents: dict[str, str]  # duty → the heading above it, by code

    def entries_below(self, code: str) -> list[str]:
        """The duty and everything below it in the basic catalogue."""
        below = {code}
        while found := {child for child, parent in self.parents.items() if parent in below} - below:
            below |= found
        return sorted(below)


def read_options() -> Options:
    units = Unit.objects.order_by().values_list(Value("unit"), "position", "code", "short_name", Value(""))
    topics = Topic.objects.order_by().values_list(Value("topic"), Value(0), "code", "path", Value(""))
    entries = CatalogueEntry.objects.order_by().values_list(
        Value("entry"), "position", "code", "name", F("parent__code")
    )
    rows = sorted(units.union(topics, entries, all=True), key=lambda row: row[:3])
    return Options(
        units=_choices(rows, "unit"),
        topics=_choices(rows, "topic"),
        entries=_choices(rows, "entry"),
        parents={code: parent for subject, _, code, _, parent in rows if subject == "entry" and parent},
    )


def _choices(rows: Iterable[tuple[str, int, str, str, str]], subject: str) -> list[Choice]:
    return [(code, label) for kind, _, code, label, _ in rows if kind == subject]
