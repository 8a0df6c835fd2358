"""索引号: `<统一社会信用代码>/<年>-<五位流水号>`, such as 12330200742195767P/2019-00018; one series for each unit and year.

Source: 《政府信息公开条例》第十二条 asks every catalogue for an index; the form is the one that Ningbo's sites print
(统一社会信用代码/年-流水号). A unit without a credit code takes the county's 地区代码 (宁海 330226) and its own code.
Numbers have no gap and are never used again: a withdrawn item keeps its number.
"""

import re
from datetime import datetime

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from disclosure.models import IndexNumberCounter, Item
from ninghai.models import Unit

LONGEST = 100  # characters of an imported number


def prefix_of(unit: Unit) -> str:
    """What stands before the slash: whose number it is."""
    return unit.credit_code or f"{settings.COUNTY_CODE}{unit.code}"


def written(*, unit: Unit, year: int, serial: int) -> str:
    """The number as it is printed."""
    return f"{prefix_of(unit)}/{year}-{serial:05d}"


def allocate_index_number(*, unit: Unit, at: datetime) -> str:
    """Draw the unit's next number of the year, under a lock that is held until the caller's transaction ends.

    The caller stores the item in the same transaction: if that fails, the number was never drawn. A number that an
    imported item already carries is passed over.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("an index number is only drawn inside the transaction that stores its item")
    year = timezone.localtime(at).year
    IndexNumberCounter.objects.get_or_create(unit=unit, year=year)
    counter = IndexNumberCounter.objects.select_for_update().get(unit=unit, year=year)
    counter.last += 1
    while Item.objects.filter(index_number=written(unit=unit, year=year, serial=counter.last)).exists():
        counter.last += 1
    counter.save(update_fields=["last"])
    return written(unit=unit, year=year, serial=counter.last)


def accept_imported_number(number: str) -> str:
    """The number under which an item was published elsewhere, in whatever form; it must be new here.

    Raises ValidationError with a sentence for the screen.
    """
    number = number.strip()
    if not number or len(number) > LONGEST or not number.isprintable() or re.search(r"\s", number):
        raise ValidationError(f"索引号不能为空，不能含空格，最长 {LONGEST} 个字符。")
    if Item.objects.filter(index_number=number).exists():
        raise ValidationError(f"索引号 {number} 已经用过。")
    return number
