"""索引号: in the form that `INDEX_NUMBER_FORM` names, such as 12330200742195767P/2019-00018; one series for each unit and year; units of
one credit code (a unit that was renamed) share it.

Source: 《政府信息公开条例》第十二条 asks every catalogue for an index; the default is the form that Ningbo's sites print
(统一社会信用代码/年-流水号). Ningbo's own rule, 地区编号-部门编号-信息类别号-信息分组号-信息生成日期-顺序号, is
`{county}-{unit}-{category}-{group}-{date}-{serial:03d}`. A unit without a credit code takes the county's 地区代码
(宁海 330226) and its own code. Numbers have no gap and are never used again: a withdrawn item keeps its number.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from disclosure.models import IndexNumberCounter, Item
from disclosure.states import Category
from ninghai.models import Unit

LONGEST = 100  # characters of a number
CATEGORY_NUMBERS = {name: f"{place:02d}" for place, name in enumerate(Category, start=1)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbered:
    """What a number may tell of its item; `category` is the 组配分类, `group` the code of the topic, two digits a level."""

    unit: Unit
    on: date
    category: str = ""
    group: str = ""

    @classmethod
    def from_item(cls, item: Item, *, at: datetime) -> "Numbered":
        group = item.topic.code if item.topic else ""
        return cls(unit=item.unit, on=timezone.localtime(at).date(), category=item.category, group=group)


def prefix_of(unit: Unit) -> str:
    """Whose number it is: the unit's 统一社会信用代码, or the county's code with the unit's."""
    return unit.credit_code or f"{settings.COUNTY_CODE}{unit.code}"


def written(numbered: Numbered, *, serial: int, form: str = "") -> str:
    """The number as it is printed."""
    return (form or settings.INDEX_NUMBER_FORM).format(
        credit_code=prefix_of(numbered.unit),
        county=settings.COUNTY_CODE,
        unit=numbered.unit.code,
        category=CATEGORY_NUMBERS.get(Category(numbered.category), "00") if numbered.category else "00",
        group=numbered.group or "00",
        date=f"{numbered.on:%Y%m%d}",
        year=f"{numbered.on.year}",
        serial=serial,
    )


def allocate_index_number(item: Item, *, at: datetime) -> str:
    """Draw the next number of the item's unit and year, under a lock that is held until the caller's transaction ends.

    The caller stores the item in the same transaction: if that fails, the number was never drawn. A number that an
    imported item already carries is passed over.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("an index number is only drawn inside the transaction that stores its item")
    numbered = Numbered.from_item(item, at=at)
    counter = _locked_counter(item.unit, year=numbered.on.year)
    counter.last += 1
    while Item.objects.filter(index_number=written(numbered, serial=counter.last)).exists():
        counter.last += 1
    counter.save(update_fields=["last"])
    return written(numbered, serial=counter.last)


def _locked_counter(unit: Unit, *, year: int) -> IndexNumberCounter:
    """The one series of the number's prefix: a renamed unit goes on where the unit of its credit code has stopped.

    It is kept with the first of these units, whose row is locked; what others of them have drawn before counts.
    """
    units = _of_one_series(unit)
    series: dict[str, Any] = {"unit": units[0], "year": year}
    IndexNumberCounter.objects.get_or_create(**series)
    counter = IndexNumberCounter.objects.select_for_update().get(**series)
    others = IndexNumberCounter.objects.filter(unit__in=units, year=year).aggregate(last=Max("last"))
    counter.last = max(counter.last, others["last"] or 0)
    return counter


def _of_one_series(unit: Unit) -> list[Unit]:
    """All units whose numbers begin alike, the first that was entered first; a form with the unit's own code tells them apart."""
    if (
        not unit.credit_code
        or "{credit_code" not in settings.INDEX_NUMBER_FORM
        or "{unit" in settings.INDEX_NUMBER_FORM
    ):
        return [unit]
    return list(Unit.objects.filter(credit_code=unit.credit_code).order_by("pk"))


def accept_imported_number(number: str) -> str:
    """The number under which an item was published elsewhere, in whatever form; it must be new here.

    Raises ValidationError with a sentence for the screen.
    """
    number = number.strip()
    if not is_printable(number):
        raise ValidationError(f"索引号不能为空，不能含空格，最长 {LONGEST} 个字符。")
    if Item.objects.filter(index_number=number).exists():
        raise ValidationError(f"索引号 {number} 已经用过。")
    return number


def is_printable(number: str) -> bool:
    """Whether it can be printed, typed and stand in an address."""
    return 0 < len(number) <= LONGEST and number.isprintable() and not re.search(r"\s", number)
