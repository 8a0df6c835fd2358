"""An edition as the public reads it: a tree that words, a unit and a level narrow, each duty with its published items."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from django.db.models import Count

from disclosure.basic_catalogue import entry_rows
from disclosure.models import BasicCatalogue, CatalogueEdition
from disclosure.models.item import ItemQuerySet

COUNTY_LEVEL, TOWN_LEVEL = "county", "town"
LEVELS = ((COUNTY_LEVEL, "县级"), (TOWN_LEVEL, "乡级"))
LONGEST_WORDS = 50


@dataclass(frozen=True, slots=True)
class PublicDuty:
    """A row of the tree; `items` counts what is published under it and all below it."""

    row: entry_rows.CatalogueRow
    depth: int
    items: int
    is_heading: bool

    @property
    def facts(self) -> list[tuple[str, str]]:
        """What stands behind 更多, in the form's order."""
        row = self.row
        labelled = [
            ("公开渠道和载体", entry_rows.ticked_channels(row)),
            ("公开对象", entry_rows.audience_text(row)),
            ("公开方式", entry_rows.method_text(row)),
            ("公开层级", entry_rows.levels_text(row)),
            ("责任单位", entry_rows.units_text(row)),
            ("更新周期", entry_rows.rhythm_text(row)),
            ("公开时长", row["duration"]),
            ("网站所属栏目", row["site_column"]),
        ]
        return [(label, text) for label, text in labelled if text]

    @property
    def says_something(self) -> bool:
        row = self.row
        return bool(row["content_elements"] or row["legal_basis"] or row["time_limit"] or row["publisher"])


@dataclass(frozen=True, slots=True)
class WantedDuties:
    """What a visitor looks for; empty means everything."""

    words: tuple[str, ...] = ()
    unit: str = ""
    level: str = ""

    @property
    def is_everything(self) -> bool:
        return not (self.words or self.unit or self.level)

    def fits_words(self, row: entry_rows.CatalogueRow) -> bool:
        text = "\n".join(
            (
                row["name"],
                row["content_elements"],
                row["legal_basis"],
                row["time_limit"],
                row["publisher"],
                entry_rows.units_text(row),
            )
        ).casefold()
        return all(word.casefold() in text for word in self.words)

    def fits_place(self, row: entry_rows.CatalogueRow) -> bool:
        owes = not self.unit or any(unit["code"] == self.unit for unit in row["units"])
        levels = {COUNTY_LEVEL: row["at_county"], TOWN_LEVEL: row["at_town"]}
        return owes and (not self.level or levels[self.level])


def rows_in(edition: CatalogueEdition) -> list[entry_rows.CatalogueRow]:
    return cast(list[entry_rows.CatalogueRow], edition.rows)


def published_counts(items: ItemQuerySet, catalogue: BasicCatalogue) -> dict[str, int]:
    """By the code of the duty; one query."""
    of_catalogue = items.filter(entry__catalogue=catalogue).order_by()
    return dict(of_catalogue.values_list("entry__code").annotate(Count("pk")))


def duties_of(rows: Sequence[entry_rows.CatalogueRow], counts: Mapping[str, int]) -> list[PublicDuty]:
    """The tree from top to bottom."""
    children: dict[str, list[entry_rows.CatalogueRow]] = {}
    for row in rows:
        children.setdefault(row["parent"], []).append(row)
    return list(_below("", children, counts, depth=0))


def _below(
    parent: str, children: Mapping[str, list[entry_rows.CatalogueRow]], counts: Mapping[str, int], *, depth: int
) -> Iterator[PublicDuty]:
    for row in children.get(parent, []):
        below = list(_below(row["code"], children, counts, depth=depth + 1))
        direct = sum(duty.items for duty in below if duty.depth == depth + 1)
        yield PublicDuty(row=row, depth=depth, items=counts.get(row["code"], 0) + direct, is_heading=bool(below))
        yield from below


def narrowed(duties: Sequence[PublicDuty], wanted: WantedDuties) -> list[PublicDuty]:
    """The duties that fit, with the headings above them; a heading whose name has the words brings all below it."""
    if wanted.is_everything:
        return list(duties)
    by_code = {duty.row["code"]: duty.row for duty in duties}
    named: set[str] = set()  # headings that have the words, and all below them
    shown: set[str] = set()
    for duty in duties:
        row = duty.row
        if row["parent"] in named or (duty.is_heading and wanted.words and wanted.fits_words(row)):
            named.add(row["code"])
        owes_itself = not duty.is_heading or bool(row["units"])
        if owes_itself and wanted.fits_place(row) and (row["code"] in named or wanted.fits_words(row)):
            shown |= set(_with_headings(row, by_code))
    return [duty for duty in duties if duty.row["code"] in shown]


def _with_headings(row: entry_rows.CatalogueRow, by_code: Mapping[str, entry_rows.CatalogueRow]) -> Iterator[str]:
    here: entry_rows.CatalogueRow | None = row
    while here:
        yield here["code"]
        here = by_code.get(here["parent"])


def owing_units(rows: Sequence[entry_rows.CatalogueRow]) -> list[tuple[str, str]]:
    """Code and name of every unit that owes something, in the order of their codes."""
    return sorted({(unit["code"], unit["name"]) for row in rows for unit in row["units"]})
