"""Papers on the way to the answer (补正告知书, 征求意见书, 延期答复告知书 …): how each went out, and when it arrived.

What whoever gets it has to do by a day counts from the arrival; while nobody has registered that, it has not begun.
"""

from datetime import date, datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet

from disclosure.requests.desk.answering import handles, hold_case, require_day
from disclosure.requests.desk.fields import AnswerDeliveryForm, day_field
from disclosure.requests.letters.papers import ANSWER, RECEIPT
from disclosure.requests.rules.delivery import AnswerDelivery, DeliveryWay, check_delivery
from ninghai.cases import events, kinds, papers
from ninghai.models import Case, CasePaper, User
from ninghai.models.state_machine import Allowed, as_long_as, require
from ninghai.staff_site.record_pages import Action

ARRIVAL_OF = {  # what issued the paper: what its arrival is called, from which the receiver's limit counts
    "amendment_asked": "amendment_delivered",
    "third_party_asked": "third_party_delivered",
    "agency_consulted": "agency_delivered",
    "fee_asked": "fee_delivered",
    "reasons_asked": "reasons_delivered",
}
ASKING_PAPERS = ("amendment", "third_party", "agency", "fee", "reasons")  # somebody has to answer these in time


# Which papers.


def on_the_way() -> QuerySet[CasePaper]:
    """Papers that were made for somebody, but answers, whose acts are their own (`answering`), and receipts."""
    sent = CasePaper.objects.filter(direction=CasePaper.Direction.OUTGOING, making__isnull=False)
    return sent.exclude(kind__in=[ANSWER, RECEIPT])


def to_hand_over(case: Case) -> QuerySet[CasePaper]:
    return on_the_way().filter(case=case, handed_over_on=None)


def to_arrive(case: Case) -> QuerySet[CasePaper]:
    return on_the_way().filter(case=case, handed_over_on__isnull=False, delivered_on=None)


def can_deliver(user: User, case: Case) -> Allowed:
    return handles(user, case) and as_long_as(to_hand_over(case).exists(), "没有等待送达的文书。")


def can_arrive(user: User, case: Case) -> Allowed:
    return handles(user, case) and as_long_as(to_arrive(case).exists(), "没有等待签收的文书。")


# The acts.


@transaction.atomic
def register_delivery(
    *,
    case: Case,
    paper: int,
    way: str,
    handed_over_on: date,
    delivered_on: date | None = None,
    carrier: str = "",
    version: int,
    by: User,
    at: datetime,
) -> None:
    """送达 of one paper. Raises ValidationError for what the rules of delivery do not allow."""
    require(can_deliver(by, case))
    found = _chosen(to_hand_over(case), paper)
    delivery = AnswerDelivery(
        way=DeliveryWay(way), handed_over_on=handed_over_on, delivered_on=delivered_on, carrier=carrier
    )
    check_delivery(delivery, signed_on=found.dated)
    last = max(handed_over_on, delivered_on or handed_over_on)
    require_day(last, field="handed_over_on", since=found.dated, at=at)
    if delivery.answered_on is None:
        raise ValidationError({"delivered_on": "当面领取、委托转交的，以对方签收之日为准，请填写签收日期。"})
    hold_case(case, seen=version)
    papers.hand_over(paper=found, way=way, on=handed_over_on, by=by, at=at)
    if delivery.known_on:
        _arrived(found, on=delivery.known_on, by=by, at=at)
    case.refresh_from_db()


@transaction.atomic
def register_arrival(*, case: Case, paper: int, delivered_on: date, version: int, by: User, at: datetime) -> None:
    """签收 of a paper that was posted before."""
    require(can_arrive(by, case))
    found = _chosen(to_arrive(case), paper)
    require_day(delivered_on, field="delivered_on", since=found.handed_over_on or found.dated, at=at)
    hold_case(case, seen=version)
    _arrived(found, on=delivered_on, by=by, at=at)
    case.refresh_from_db()


def _arrived(paper: CasePaper, *, on: date, by: User, at: datetime) -> None:
    """The receiver's limit begins, if somebody still waits for what it asks."""
    issue = paper.events.order_by("number").first()
    told: dict[str, Any] = {"event": kinds.EngineEvent.DELIVERED}
    if issue and events.replay(paper.case).waits_for(issue.kind, issue.of):
        days = {"days": issue.fact("days")} if issue.fact("days") else {}
        told = {"event": _arrival_of(issue.kind, issue.fact("asked_as")), "of": issue.of, "facts": days}
    papers.deliver(paper=paper, on=on, by=by, at=at, **told)


def _arrival_of(asked: str, asked_as: str | None) -> str:
    return (
        f"{asked_as}_delivered"
        if asked == "agency_asked" and asked_as
        else ARRIVAL_OF.get(asked, kinds.EngineEvent.DELIVERED)
    )


def _chosen(offered: QuerySet[CasePaper], number: int) -> CasePaper:
    found = offered.filter(pk=number).first()
    if found is None:
        raise ValidationError({"paper": "请选择一份文书。"})
    return found


# Their forms, as the page of the application offers them.


def _paper_field(offered: QuerySet[CasePaper]) -> forms.TypedChoiceField:
    choices = [(paper.pk, f"{paper.title}（{paper.number}）") for paper in offered]
    return forms.TypedChoiceField(
        label="哪一份文书",
        choices=choices,
        coerce=int,
        initial=choices[0][0] if len(choices) == 1 else None,
        widget=forms.RadioSelect,
        error_messages={"required": "请选择一份文书。", "invalid_choice": "这份文书已经登记过，请重新选择。"},
    )


class PaperDeliveryForm(AnswerDeliveryForm):
    """登记文书送达; the choice of the paper stands first."""

    field_order = ("paper",)

    def __init__(self, data: Any, request: Any, case: Case) -> None:
        super().__init__(data)
        self.fields["paper"] = _paper_field(to_hand_over(case))
        self.fields["handed_over_on"].help_text = ""
        self.fields["delivered_on"].label = "对方签收的日期"
        self.order_fields(self.field_order)


class PaperArrivalForm(forms.Form):
    """登记文书签收."""

    delivered_on = day_field("对方签收的日期", help_text="写明对方答复期限的，期限从这一天起算（当日不计）。")
    field_order = ("paper",)

    def __init__(self, data: Any, request: Any, case: Case) -> None:
        super().__init__(data)
        self.fields["paper"] = _paper_field(to_arrive(case))
        self.order_fields(self.field_order)


def _delivery_form(data: Any, request: Any, case: Case) -> PaperDeliveryForm:
    return PaperDeliveryForm(data, request, case)


def _arrival_form(data: Any, request: Any, case: Case) -> PaperArrivalForm:
    return PaperArrivalForm(data, request, case)


ACTIONS = [
    Action(
        name="deliver-paper",
        label="登记文书送达",
        title="文书送达",
        place="section",
        allowed=can_deliver,
        form=_delivery_form,
        service=register_delivery,
        done="{record} 的文书已登记送达。",
    ),
    Action(
        name="paper-arrived",
        label="登记文书签收",
        title="文书签收",
        place="section",
        allowed=can_arrive,
        form=_arrival_form,
        service=register_arrival,
        done="{record} 的文书已登记签收。",
    ),
]
