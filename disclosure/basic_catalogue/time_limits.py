"""The time limit of a duty (公开时限): its rule, the words that are printed for it, and whether the two agree.

A rule counts from an event (自信息形成或者变更之日起20个工作日内, 《政府信息公开条例》第二十六条) or names a day of each year
(每年3月31日前). Coverage reckons with the rule, the public reads the words.
"""

import calendar
import re
from collections.abc import Iterator
from dataclasses import dataclass

from disclosure.models import LimitEvent
from ninghai.models.calendar import LimitUnit
from ninghai.personal_data.folding import fold
from tasks.notices.reading.numbering import value_of

HAN = "一二三四五六七八九十百"
NUMBER = rf"(?<![\d月{HAN}])(?P<number>\d{{1,3}}|[{HAN}]+)"
COUNTED = re.compile(rf"{NUMBER}(?:个?(?P<unit>小时|工作日|自然日|日|天)|个(?P<months>月))")
NAMED_DAY = re.compile(rf"(?P<month>\d{{1,2}}|[{HAN}]+)月份?(?:(?P<day>\d{{1,2}})[日号]|[底末])")
EVENT_WORDS = (  # the first that the words name; none of them means that the information was formed or changed
    (re.compile("批准|批复"), LimitEvent.APPROVED),
    (re.compile("文件.{0,4}(?:公开|发布|公布)|解读"), LimitEvent.DOCUMENT_PUBLISHED),
    (re.compile("事件|突发|舆情|发生"), LimitEvent.HAPPENED),
)
CONDITIONS_CHANGED = re.compile("条件.{0,4}(?:变化|变更)|办事.{0,6}(?:变化|变更)")
UNITS = {
    "小时": LimitUnit.HOUR,
    "工作日": LimitUnit.WORKING_DAY,
    "自然日": LimitUnit.DAY,
    "日": LimitUnit.DAY,
    "天": LimitUnit.DAY,
    "月": LimitUnit.MONTH,
}


@dataclass(frozen=True, slots=True)
class LimitRule:
    """A limit after an event, or a day of each year, or neither."""

    amount: int | None = None
    unit: str = ""
    event: str = ""
    month: int | None = None
    day: int | None = None

    @property
    def is_empty(self) -> bool:
        return self.amount is None and self.month is None

    def __str__(self) -> str:
        """As it is printed."""
        if self.amount is not None:
            event = LimitEvent(self.event or LimitEvent.FORMED).label
            return f"自{event}起{self.amount}{LimitUnit(self.unit).label}内"
        return f"每年{self.month}月{self.day}日前" if self.month else ""

    @property
    def problem(self) -> str:
        """What makes it no rule, as a sentence for the screen."""
        if self.amount is not None and self.month is not None:
            return "时限只能选一种：要么从事件起算，要么写每年的截止日期。"
        if (self.amount is None) != (not self.unit):
            return "时限的数量和单位要一起填写。"
        if self.amount is not None and not 1 <= self.amount <= 999:
            return "时限的数量应在 1 到 999 之间。"
        if (self.month is None) != (self.day is None):
            return "每年截止的月和日要一起填写。"
        if self.month is not None and self.day is not None and not _is_a_day(self.month, self.day):
            return f"没有{self.month}月{self.day}日这一天，请核对每年截止日期。"
        return ""


def _is_a_day(month: int, day: int) -> bool:
    """A day that each year has: 29 February is none."""
    return 1 <= month <= 12 and 1 <= day <= calendar.monthrange(2019, month)[1]


def disagreement(words: str, rule: LimitRule) -> str:
    """What to look at when the printed words say another limit than the rule; empty when they agree."""
    written = list(rules_in(words))
    if rule.is_empty:
        return f"公开时限写着“{words}”，但没有填写时限规则，系统无法计算是否逾期。" if written else ""
    if not words or any(_same(each, rule) for each in written):
        return ""
    return f"公开时限写着“{words}”，与时限规则“{rule}”不一致，请核对。"


def _same(written: LimitRule, rule: LimitRule) -> bool:
    return (written.amount, written.unit, written.month, written.day) == (
        rule.amount,
        rule.unit if rule.amount else "",
        rule.month,
        rule.day,
    )


def proposed_rule(words: str) -> LimitRule:
    """The rule that the words state; an empty one when they state none or several."""
    written = list(rules_in(words))
    return written[0] if len(written) == 1 else LimitRule()


def rules_in(words: str) -> Iterator[LimitRule]:
    """Every limit that the words name, in their order."""
    text = fold(words)
    for found in COUNTED.finditer(text):
        amount = value_of(found["number"])
        if amount:
            yield LimitRule(amount=amount, unit=UNITS[found["unit"] or found["months"]].value, event=_event(text))
    for found in NAMED_DAY.finditer(text):
        if rule := _yearly(found):
            yield rule


def _event(text: str) -> str:
    if CONDITIONS_CHANGED.search(text):
        return LimitEvent.CHANGE_APPROVED.value
    return next((event.value for words, event in EVENT_WORDS if words.search(text)), LimitEvent.FORMED.value)


def _yearly(found: re.Match[str]) -> LimitRule | None:
    month = value_of(found["month"]) or 0
    if not 1 <= month <= 12:
        return None
    last = calendar.monthrange(2019, month)[1]
    day = int(found["day"]) if found["day"] else last
    return LimitRule(month=month, day=day) if _is_a_day(month, day) else None
