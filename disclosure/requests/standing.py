"""How an application stands besides its limit, from its events alone: what its applicant is asked for, the fee, and what was begun
against its answer. The unit's page and the applicant's show the same."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db import models

from disclosure.requests.limits import remedy_days, suit_after_review
from disclosure.requests.rules.fees import SCHEDULES
from ninghai.calendar.reckoning import local_day
from ninghai.cases.clocks import open_inner_clocks
from ninghai.models import Case, CaseEvent

# What is asked of the applicant.

ASKED_OF_APPLICANT = {"amend_reply": "请补正", "reasons_reply": "请说明理由", "fee_payment": "请缴纳信息处理费"}


def asked_of_applicant(case: Case) -> list[tuple[str, date]]:
    """What the applicant must do, and by which day; nothing once it is done."""
    running = open_inner_clocks(case).filter(duty__in=ASKED_OF_APPLICANT, due_at__isnull=False).order_by("due_at")
    return [(ASKED_OF_APPLICANT[inner.duty], local_day(inner.due_at)) for inner in running if inner.due_at]


def fee_words(case: Case) -> str:
    """The fee in one line for the page of the unit and the applicant's; empty where none was charged."""
    events = {event.kind: event for event in case.events.filter(kind__startswith="fee_")}
    if "fee_asked" not in events:
        return ""
    asked = events["fee_asked"]
    schedule = next(each for each in SCHEDULES if each.by == asked.fact("by"))
    words = f"{asked.fact('total')}元（{schedule.words}，{asked.fact('amount')}{schedule.measure}）"
    stands = {"fee_paid": "已缴纳", "fee_unpaid": "逾期没有缴纳"}
    return f"{words}，{next((stands[kind] for kind in stands if kind in events), '待缴纳')}"


# 行政复议 and 行政诉讼.


class RemedyWay(models.TextChoices):
    """The rows of the annual report's table (表四)."""

    REVIEW = "review", "行政复议"
    SUIT = "suit", "行政诉讼（未经复议直接起诉）"
    SUIT_AFTER_REVIEW = "suit_after_review", "行政诉讼（复议后起诉）"


class RemedyOutcome(models.TextChoices):
    """Its columns, but for what is still open (尚未审结)."""

    UPHELD = "upheld", "维持"
    CORRECTED = "corrected", "纠正"
    OTHER = "other", "其他"


# How they stand, from the events alone.


@dataclass(frozen=True, slots=True)
class CaseRemedy:
    """One reconsideration or lawsuit; `begun` and `decided` are its events."""

    begun: CaseEvent
    decided: CaseEvent | None = None

    @property
    def of(self) -> str:
        return self.begun.of

    @property
    def way(self) -> RemedyWay:
        return RemedyWay(self.begun.fact("way"))

    @property
    def authority(self) -> str:
        return str(self.begun.fact("authority"))

    @property
    def number(self) -> str:
        return str(self.begun.fact("number", ""))

    @property
    def begun_on(self) -> date:
        return local_day(self.begun.happened_at)

    @property
    def decided_on(self) -> date | None:
        return local_day(self.decided.happened_at) if self.decided else None

    @property
    def outcome(self) -> str:
        return RemedyOutcome(self.decided.fact("outcome")).label if self.decided else "尚未审结"

    @property
    def orders_answer(self) -> bool:
        return self.decided is not None and bool(self.decided.fact("anew"))

    @property
    def suit_until(self) -> date | None:
        """Until when a lawsuit may follow a decision of 行政复议 that was received on its day, at the earliest."""
        on = self.decided_on
        return suit_after_review(on) if on and self.way == RemedyWay.REVIEW else None

    def __str__(self) -> str:
        return f"{self.way.label}，{self.authority}{f'，{self.number}' if self.number else ''}"


def remedies_of(case: Case) -> list[CaseRemedy]:
    return remedies_in(case.events.filter(kind__in=("remedy_begun", "remedy_decided")).order_by("number"))


def remedies_in(events: Iterable[CaseEvent]) -> list[CaseRemedy]:
    found: dict[str, CaseRemedy] = {}
    for event in events:
        if event.kind == "remedy_begun":
            found[event.of] = CaseRemedy(event)
        elif event.of in found:
            found[event.of] = CaseRemedy(found[event.of].begun, event)
    return list(found.values())


def in_time_words(remedy: CaseRemedy, *, delivered_on: date | None) -> str:
    """Whether a reconsideration or a direct lawsuit was begun while it was open against the answer that had arrived on that day,
    the last one before it; whether that matters, its authority decides."""
    if delivered_on is None or remedy.way == RemedyWay.SUIT_AFTER_REVIEW:
        return ""
    days = remedy_days(delivered_on)
    until = days.review if remedy.way == RemedyWay.REVIEW else days.lawsuit
    return f"超过了{until}为止的期限" if until and remedy.begun_on > until else ""
