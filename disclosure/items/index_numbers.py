"""索引号: in the form that `INDEX_NUMBER_FORM` names, such as 12330200742195767P/2019-00018; one series for each unit and year; units of
one credit code (a unit that was renamed) share it.

Source: 《政府信息公开条例》第十二条 asks every catalogue for an index; the default is the form that Ningbo's sites print
(统一社会信用代码/年-流水号). Ningbo's own rule, 地区编号-部门编号-信息类别号-信息分组号-信息生成日期-顺序号, is
`{county}-{unit}-{category}-{group}-{date}-{serial:03d}`. A unit without a credit code takes the county's 地区代码
(宁海 330226) and its own code. Numbers have no gap and are never used again: a withdrawn item keeps its number.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import count
from string import Formatter
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, register
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from disclosure.models import IndexNumberCounter, Item
from disclosure.models.states import Category
from ninghai.models import Unit

LONGEST = 100  # characters of a number
AT_ONCE = 100  # numbers looked up by one query
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
    counter.last = _next_free(numbered, after=counter.last)
    counter.save(update_fields=["last"])
    return written(numbered, serial=counter.last)


def expected_index_number(item: Item, *, at: datetime) -> str:
    """The number that the item would draw at that moment; none is drawn, and another item may have it first."""
    numbered = Numbered.from_item(item, at=at)
    series = IndexNumberCounter.objects.filter(unit__in=_of_one_series(item.unit), year=numbered.on.year)
    last = series.aggregate(last=Max("last"))["last"] or 0
    return written(numbered, serial=_next_free(numbered, after=last))


def _next_free(numbered: Numbered, *, after: int) -> int:
    """The next serial whose number no item has: of what was taken over from elsewhere, whole years may be in use."""
    pieces = (range(start, start + AT_ONCE) for start in count(after + 1, AT_ONCE))
    return next(serial for piece in pieces for serial in _free_among(numbered, piece))


def _free_among(numbered: Numbered, serials: Iterable[int]) -> list[int]:
    numbers = {written(numbered, serial=serial): serial for serial in serials}
    taken = set(Item.objects.filter(index_number__in=numbers).values_list("index_number", flat=True))
    return [serial for number, serial in numbers.items() if number not in taken]


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


# What whoever installs the portal may have set wrong for the catalogue: said at every start, before a number is drawn.

PARTS = ("credit_code", "county", "unit", "category", "group", "date", "year", "serial")
FORBIDDEN = frozenset("?#%\\")  # what an address would not carry
LAST_SERIAL = 99_999


@register
def index_numbers_have_a_form(app_configs: Sequence[AppConfig] | None = None, **kwargs: Any) -> list[CheckMessage]:
    """INDEX_NUMBER_FORM makes a number for every item, and never the same one twice."""
    return [Error(f"INDEX_NUMBER_FORM（索引号格式）{words}", id="disclosure.E001") for words in _faults()]


def _faults() -> Iterator[str]:
    form = settings.INDEX_NUMBER_FORM
    try:
        parts = {name for _, name, _, _ in Formatter().parse(form) if name is not None}
        if unknown := sorted(parts - set(PARTS)):
            yield f"中有不认识的部分 {{{unknown[0]}}}，可用的是：{'、'.join(PARTS)}。"
            return
        sample = written(_sample(), serial=LAST_SERIAL, form=form)
        first = written(_sample(), serial=1, form=form)
    except (ValueError, KeyError, IndexError, AttributeError):
        yield f"“{form}”写法有误：花括号要成对，流水号的位数写成 {{serial:05d}}。"
        return
    if "serial" not in parts or first == sample:
        yield "缺少流水号 {serial}，索引号会重复。"
    if not parts & {"year", "date"}:
        yield "缺少年份 {year} 或日期 {date}，各年的索引号会重复。"
    if not parts & {"credit_code", "unit"}:
        yield "缺少单位 {credit_code} 或 {unit}，各单位的索引号会重复。"
    if not is_printable(sample) or FORBIDDEN & set(sample) or sample.startswith("/") or sample.endswith("/"):
        yield f"编出的“{sample}”不能用作索引号：不能有空格和 ?、#、%、\\，不能以“/”开头或结尾，最长 {LONGEST} 个字符。"


def _sample() -> Numbered:
    unit = Unit(code="00000000", credit_code="12330200742195767P")
    return Numbered(unit=unit, on=date(2018, 12, 31), category="decision", group="0102")
