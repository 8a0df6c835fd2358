"""The living duties of a catalogue as plain rows in the order of the tree: what an edition freezes and a workbook holds."""

import hashlib
import json
from collections.abc import Iterable, Iterator
from datetime import date
from typing import TypedDict, cast

from disclosure.models import BasicCatalogue, CatalogueEntry

PLAIN = (  # the fields that a row takes over as they are
    "code",
    "name",
    "content_elements",
    "legal_basis",
    "time_limit",
    "limit_amount",
    "limit_unit",
    "limit_event",
    "limit_month",
    "limit_day",
    "rhythm",
    "publisher",
    "channels",
    "audience",
    "audience_words",
    "method",
    "at_county",
    "at_town",
    "duration",
    "site_column",
)


class OwingUnit(TypedDict):
    """A unit that owes the duty, as it was called then; the days are ISO dates or empty."""

    code: str
    name: str
    since: str
    until: str


class CatalogueRow(TypedDict):
    """A duty or a heading, frozen."""

    code: str
    parent: str  # the code of the heading above it, empty at the top
    name: str
    content_elements: str
    legal_basis: str
    time_limit: str
    limit_amount: int | None
    limit_unit: str
    limit_event: str
    limit_month: int | None
    limit_day: int | None
    rhythm: str
    publisher: str
    units: list[OwingUnit]
    channels: list[str]
    audience: str
    audience_words: str
    method: str
    at_county: bool
    at_town: bool
    duration: str
    site_column: str


def rows_of(catalogue: BasicCatalogue, *, on: date) -> list[CatalogueRow]:
    """The duties that stand on that day, each below its heading; three queries."""
    entries = catalogue.entries.living(on=on).select_related("parent").prefetch_related("owed_by__unit")
    return [row_of(entry) for entry in in_tree_order(entries)]


def in_tree_order(entries: Iterable[CatalogueEntry]) -> Iterator[CatalogueEntry]:
    """Each entry followed by what is below it; what stands below a missing heading is left out."""
    children: dict[int | None, list[CatalogueEntry]] = {}
    for entry in entries:
        children.setdefault(entry.parent_id, []).append(entry)
    return _below(None, children)


def _below(parent: int | None, children: dict[int | None, list[CatalogueEntry]]) -> Iterator[CatalogueEntry]:
    for entry in children.get(parent, []):
        yield entry
        yield from _below(entry.pk, children)


def row_of(entry: CatalogueEntry) -> CatalogueRow:
    plain = {name: getattr(entry, name) for name in PLAIN}
    owing = sorted(entry.owed_by.all(), key=lambda each: (each.unit.position, each.unit.code))
    units = [
        OwingUnit(code=each.unit.code, name=each.unit.short_name, since=_iso(each.since), until=_iso(each.until))
        for each in owing
    ]
    return cast(CatalogueRow, {"parent": entry.parent.code if entry.parent else "", "units": units, **plain})


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""


def fingerprint(value: object) -> str:
    """Tells two states of a catalogue apart."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
