"""On which day an application counts as received (收到申请之日), by the way it came and by the regulation of that day.

A day off stays the day of receipt: only counting skips it. Where the day waits until the applicant was asked, there is none
yet, and no limit runs.
"""

from dataclasses import dataclass
from datetime import date

from django.core.exceptions import ValidationError
from django.db import models

from ninghai.calendar.law import REGULATION_2008, RULE_SETS, Basis, RuleSet, rule_set_on

LETTER_2015 = Basis("国办公开办函〔2015〕207号")


class RequestChannel(models.TextChoices):
    """The way an application comes in (提交方式). In person and by post may never be refused."""

    COUNTER = "counter", "当面提交"
    SIGNED_POST = "signed_post", "邮寄（需要签收）"
    PLAIN_POST = "plain_post", "邮寄（平常信函）"
    PASSED_ON = "passed_on", "寄给其他机构或个人后转来"
    ONLINE = "online", "网上提交"
    EMAIL = "email", "电子邮件"
    FAX = "fax", "传真"


AT_ARRIVAL = frozenset({RequestChannel.COUNTER, RequestChannel.SIGNED_POST})
ANNOUNCED = frozenset({RequestChannel.ONLINE, RequestChannel.EMAIL, RequestChannel.FAX})  # where the guide names them
WHY = {
    RequestChannel.COUNTER: "当面提交的，以提交之日为收到申请之日",
    RequestChannel.SIGNED_POST: "以需要签收的邮寄方式提交的，以行政机关签收之日为收到申请之日",
}


@dataclass(frozen=True, slots=True)
class ReceiptDay:
    """`day` is None while nobody has confirmed the application with the applicant (待确认); `words` say how it was found."""

    day: date | None
    rules: RuleSet
    words: str

    @property
    def is_confirmed(self) -> bool:
        return self.day is not None


def receipt_day(
    *, channel: RequestChannel, arrived_on: date, confirmed_on: date | None = None, is_announced: bool = True
) -> ReceiptDay:
    """The day of receipt, under the regulation that holds on that very day.

    `confirmed_on` is the day on which unit and applicant confirmed it; `is_announced` whether the unit's guide names this
    way of applying. Raises ValidationError for a confirmation before anything had arrived, NoRuleSet before 2008-05-01.
    """
    if confirmed_on is not None and confirmed_on < arrived_on:
        raise ValidationError({"confirmed_on": f"确认日期不能早于申请到达的日期（{arrived_on}）。"})
    for rules in RULE_SETS:
        day, words = _day_under(rules, channel, arrived_on, confirmed_on, is_announced)
        if rules.holds_on(day or arrived_on):
            return ReceiptDay(day, rules, words)
    return ReceiptDay(None, rule_set_on(arrived_on), UNCONFIRMED)


UNCONFIRMED = "须与申请人确认，以双方确认之日为收到申请之日；尚未确认，期限没有起算"


def _day_under(
    rules: RuleSet, channel: RequestChannel, arrived_on: date, confirmed_on: date | None, is_announced: bool
) -> tuple[date | None, str]:
    if channel in AT_ARRIVAL:
        return arrived_on, f"{WHY[channel]}（{_basis(rules)}）"
    if _counts_at_arrival(rules, channel, is_announced):
        return arrived_on, f"{_arrival_words(channel)}（{_basis(rules)}）"
    if confirmed_on is None:
        return None, UNCONFIRMED
    return confirmed_on, f"以与申请人确认之日为收到申请之日（{_basis(rules)}）"


def _counts_at_arrival(rules: RuleSet, channel: RequestChannel, is_announced: bool) -> bool:
    """Under the first regulation what reached an announced mail box or form counts at once; a fax both sides confirm."""
    at_once = channel in {RequestChannel.ONLINE, RequestChannel.EMAIL}
    return rules is REGULATION_2008 and is_announced and at_once


def _arrival_words(channel: RequestChannel) -> str:
    if channel == RequestChannel.EMAIL:
        return "发送到公布的电子邮箱的，以邮件系统收到之日为收到申请之日"
    return "通过公布的网上渠道提交的，以本机关公布的规则为准：提交之日为收到申请之日"


def _basis(rules: RuleSet) -> Basis:
    return LETTER_2015 if rules is REGULATION_2008 else Basis(rules.name, "第三十一条")


# Whether an application on foot keeps its regulation.


def rules_of(*, received_on: date, amended_on: date | None = None) -> RuleSet:
    """The regulation of the day of receipt; of an amended paper (补正) that of the day on which it came."""
    return rule_set_on(amended_on or received_on)
