"""How an answer goes out (送达), and its two days: the one that counts for the limit, and the one from which remedies run.

An answer is an official paper: by post it goes through the postal enterprise alone, never at the applicant's charge on
arrival (国办公开办函〔2016〕235号).
"""

import re
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import ValidationError
from django.db import models

from ninghai.calendar.law import Basis

LETTER_2016 = Basis("国办公开办函〔2016〕235号")
POSTAL = re.compile(r"邮政|邮局|EMS|挂号|中国邮", re.IGNORECASE)


class DeliveryWay(models.TextChoices):
    """获取信息的方式, and how a letter reaches the applicant."""

    PICKED_UP = "picked_up", "当面领取"
    ENTRUSTED = "entrusted", "委托其他行政机关转交"
    POST = "post", "邮寄"
    EMAIL = "email", "电子邮件"
    FAX = "fax", "传真"
    ONLINE = "online", "网上查阅"


SENT_AT_ONCE = frozenset({DeliveryWay.EMAIL, DeliveryWay.FAX, DeliveryWay.ONLINE})


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerDelivery:
    """`handed_over_on`: when it left the unit; `delivered_on`: when the applicant had it, None while nobody knows."""

    way: DeliveryWay
    handed_over_on: date
    delivered_on: date | None = None
    carrier: str = ""

    @property
    def answered_on(self) -> date | None:
        """The day that counts for the limit: posted or sent; handed over or entrusted papers when they are signed for."""
        if self.way == DeliveryWay.POST or self.way in SENT_AT_ONCE:
            return self.handed_over_on
        return self.delivered_on

    @property
    def known_on(self) -> date | None:
        """The day from which the applicant's 60 days and 6 months run."""
        return self.handed_over_on if self.way in SENT_AT_ONCE else self.delivered_on


def check_delivery(delivery: AnswerDelivery, *, signed_on: date) -> None:
    """Raise ValidationError, by field, for what the rules of delivery or the order of days do not allow."""
    wrong: dict[str, str] = {}
    if delivery.way == DeliveryWay.POST and not POSTAL.search(delivery.carrier):
        named = f"“{delivery.carrier}”不是邮政企业" if delivery.carrier.strip() else "请写明经哪一家邮政企业寄出"
        wrong["carrier"] = (
            f"{named}。答复书以邮寄方式送达的，只能通过邮政企业（如中国邮政挂号信、EMS）寄出（{LETTER_2016}）。"
        )
    if delivery.handed_over_on < signed_on:
        wrong["handed_over_on"] = f"交寄或交付的日期不能早于签发日期（{signed_on}）。"
    if delivery.delivered_on is not None and delivery.delivered_on < delivery.handed_over_on:
        wrong["delivered_on"] = f"送达日期不能早于交寄或交付的日期（{delivery.handed_over_on}）。"
    if wrong:
        raise ValidationError(dict(wrong))
