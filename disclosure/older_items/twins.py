"""Rows that are there already (重复): in the catalogue, or further up in the same workbook."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Self

from django.core.exceptions import ValidationError

from disclosure.index_numbers import accept_imported_number
from disclosure.models import ImportRow, Item, ItemImport
from disclosure.older_items.dates import day_of
from disclosure.older_items.layout import Column, folded
from disclosure.older_items.problems import Problem, UnreadableValue
from ninghai.models import Unit

Mark = tuple[str, str, str]  # unit, title and day as the workbook writes them


@dataclass(frozen=True, slots=True)
class Twins:
    """What a workbook says twice, and what the catalogue has of the days that some of its rows name."""

    first_with_number: Mapping[str, int]
    first_with_mark: Mapping[Mark, int]
    in_catalogue: Mapping[tuple[int, str, date], str]  # (unit, title, day) → index number

    @classmethod
    def load(cls, item_import: ItemImport, rows: Iterable[ImportRow]) -> Self:
        """For these rows of the import, which are about to be looked at."""
        numbers: dict[str, int] = {}
        marks: dict[Mark, int] = {}
        for number, fields in item_import.rows.order_by("number").values_list("number", "fields"):
            if index_number := fields.get(Column.INDEX_NUMBER, ""):
                numbers.setdefault(index_number, number)
            else:
                marks.setdefault(_mark(fields), number)
        return cls(numbers, marks, _in_catalogue(rows))

    def problems(self, row: ImportRow, *, unit: Unit | None, title: str, day: date | None) -> Iterator[Problem]:
        """What of the row is there already. With a number of its own, an item is another one than all others."""
        if index_number := row.fields.get(Column.INDEX_NUMBER, ""):
            yield from self._number_taken(row, index_number)
            return
        first = self.first_with_mark.get(_mark(row.fields), row.number)
        if first < row.number:
            yield Problem(Column.TITLE, f"与第{first}行重复：发布机构、名称和原发布日期都相同。")
        if unit and day and (there := self.in_catalogue.get((unit.pk, title, day))):
            yield Problem(Column.TITLE, f"平台上已有这条信息，索引号 {there}。不再导入的，请删去这一行。")

    def _number_taken(self, row: ImportRow, index_number: str) -> Iterator[Problem]:
        first = self.first_with_number.get(index_number, row.number)
        if first < row.number:
            yield Problem(Column.INDEX_NUMBER, f"与第{first}行的索引号相同，请核对。")
        try:
            accept_imported_number(index_number)
        except ValidationError as refused:
            yield Problem(Column.INDEX_NUMBER, "".join(refused.messages))


def _mark(fields: Mapping[str, Any]) -> Mark:
    return tuple(folded(fields.get(column, "")) for column in (Column.UNIT, Column.TITLE, Column.PUBLISHED_ON))  # type: ignore[return-value]


def _in_catalogue(rows: Iterable[ImportRow]) -> dict[tuple[int, str, date], str]:
    """One question for all rows: the items of the days that they name."""
    days = {day for row in rows if (day := _day(row.fields.get(Column.PUBLISHED_ON, "")))}
    found = Item.objects.filter(original_published_on__in=days, index_number__isnull=False)
    return {
        (unit, title, day): number or ""
        for unit, title, day, number in found.values_list("unit", "title", "original_published_on", "index_number")
        if day
    }


def _day(text: str) -> date | None:
    try:
        return day_of(text) if text else None
    except UnreadableValue:
        return None
