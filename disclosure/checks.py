"""What whoever installs the portal may have set wrong for the catalogue: said at every start, before a number is drawn."""

from collections.abc import Iterator, Sequence
from datetime import date
from string import Formatter
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, register

from disclosure.index_numbers import LONGEST, Numbered, is_printable, written
from ninghai.models import Unit

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
