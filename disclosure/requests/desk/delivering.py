"""Papers on the way to the answer (补正告知书, 征求意见书, 延期答复告知书 …): how each went out, and when it arrived.

What whoever gets it has to do by a day counts from the arrival; while nobody has registered that, it has not begun.
"""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.forms import BaseForm

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
NO_PAPER = "这份文书已经登记过，或者不是这件申请的。请核对后再登记。"


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
        raise ValidationError(NO_PAPER)
    return found


# Their forms, as the page of the application offers them: one for each paper, below its name.


class PaperForm(forms.Form):
    """What every one of them says: of which paper. One that is none of those that wait is told when it is sent."""

    paper = forms.IntegerField(widget=forms.HiddenInput, error_messages={"required": NO_PAPER, "invalid": NO_PAPER})

    @property
    def of_paper(self) -> int | None:
        """The paper below which the form stands."""
        said = str(self["paper"].value() or "")
        return int(said) if said.isdecimal() and len(said) < 19 else None


class PaperDeliveryForm(PaperForm, AnswerDeliveryForm):
    """登记文书送达."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["handed_over_on"].help_text = ""
        self.fields["delivered_on"].label = "对方签收的日期"


class PaperArrivalForm(PaperForm):
    """登记文书签收."""

    delivered_on = day_field("对方签收的日期", help_text="写明对方答复期限的，期限从这一天起算（当日不计）。")


WAITING_PAPERS = {"deliver-paper": to_hand_over, "paper-arrived": to_arrive}  # by the act that each of them waits for


def paper_forms(action: Action, case: Case, sent: BaseForm | None) -> Iterator[tuple[CasePaper, BaseForm]]:
    """The form of each paper that waits for this act; the one that was `sent` and refused below its own paper."""
    waiting = list(WAITING_PAPERS[action.name](case).order_by("pk"))
    refused = getattr(sent, "of_paper", None)
    if waiting and refused not in {paper.pk for paper in waiting}:
        refused = waiting[0].pk
    for paper in waiting:
        fresh = action.form(initial={"paper": paper.pk}, auto_id=f"{action.name}-{paper.pk}_%s")
        yield paper, sent if sent and paper.pk == refused else fresh


ACTIONS = [
    Action(
        name="deliver-paper",
        label="登记送达",
        place="own",
        allowed=can_deliver,
        form=PaperDeliveryForm,
        service=register_delivery,
        done="{record} 的文书已登记送达。",
    ),
    Action(
        name="paper-arrived",
        label="登记签收",
        place="own",
        allowed=can_arrive,
        form=PaperArrivalForm,
        service=register_arrival,
        done="{record} 的文书已登记签收。",
    ),
]
