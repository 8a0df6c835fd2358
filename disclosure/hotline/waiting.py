"""What waits for a person about the hotline (今天要办), and whom the morning's round reminds of a limit. Numbers and kinds alone."""

from datetime import date, datetime
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.functions import TruncDate
from django.urls import reverse

from disclosure.hotline.kind import HOTLINE, OPEN, WORKED_ON
from disclosure.hotline.rules import can_decide_extension, due_day
from disclosure.hotline.services import tell
from disclosure.items.waiting import of_own_unit
from disclosure.models import HotlineCase
from disclosure.public_opinion.rules import lead_of
from ninghai.accounts.permission_table import CLERK, OFFICE, READERS
from ninghai.calendar.clock import end_of
from ninghai.calendar.workdays import WorkCalendar
from ninghai.models import CaseAssignment, CaseEvent, User
from ninghai.staff_site.groups import DeskGroup
from ninghai.staff_site.inbox import WaitingKind, page_in_admin, waits, works_in_the_admin


class OfHotline(WaitingKind[HotlineCase]):
    """A matter in one of these states that the person may know of."""

    place, group = "disclosure:hotline-list", DeskGroup.ITEMS
    since, due = TruncDate("case__entered_at"), TruncDate("case__legal_clock__due_at")
    what_is_due = "办结"
    roles = OFFICE
    states: frozenset[str] = frozenset()

    def records(self, user: User, on: date) -> QuerySet[HotlineCase]:
        found = HotlineCase.objects.visible_to(user)
        return found.filter(is_open=True, case__kind=HOTLINE, case__status__in=self.states)

    def for_list(self, records: QuerySet[HotlineCase]) -> QuerySet[HotlineCase]:
        return records.select_related("case")

    def title(self, record: HotlineCase) -> str:
        return record.case.number

    def words(self, record: HotlineCase) -> str:
        return record.case.subject

    def address(self, record: HotlineCase, user: User) -> str:
        if works_in_the_admin(user):
            return page_in_admin(record)
        return reverse("disclosure:hotline-call", args=[record.pk])


def _own(user: User, **of: object) -> Exists:
    work = CaseAssignment.objects.standing().filter(case=OuterRef("case"), unit__in=of_own_unit(user), **of)
    return Exists(work)


@waits
class CallsToHandOn(OfHotline):
    label, verb, states = "热线工单待转办", "转办", frozenset({"taken"})


@waits
class CallReturnsToRule(OfHotline):
    label, verb, states = "热线退回待裁定", "裁定", frozenset({"returning"})


@waits
class CallExtensionsToDecide(OfHotline):
    """By whom the limits name; who has asked does not decide."""

    label, verb, states, roles = "热线延期待批准", "批准", frozenset({"extending"}), READERS
    is_asked_anew = True

    def records(self, user: User, on: date) -> QuerySet[HotlineCase]:
        found: Any = super().records(user, on)
        may = [call.pk for call in found.with_case() if can_decide_extension(user, call)]
        decided: QuerySet[HotlineCase] = found.filter(pk__in=may)
        return decided


@waits
class CallAnswersToReview(OfHotline):
    label, verb, states = "热线答复待审核", "审核", frozenset({"answered"})

    def records(self, user: User, on: date) -> QuerySet[HotlineCase]:
        return super().records(user, on).exclude(CaseEvent.done_by(user, "answered", case="case"))


@waits
class CallersToCallBack(OfHotline):
    label, verb, states = "热线待回访", "回访", frozenset({"calling"})


@waits
class CallEndsToDecide(OfHotline):
    label, verb, states = "热线不再办理待批准", "批准", frozenset({"ending"})


@waits
class DisputedCalls(OfHotline):
    """Whose caller was not content, afterwards on the portal."""

    label, verb = "热线评价不满意", "处理"

    def records(self, user: User, on: date) -> QuerySet[HotlineCase]:
        return HotlineCase.objects.visible_to(user).filter(is_disputed=True)


@waits
class CallsToSign(OfHotline):
    """By the lead, and by each unit that helps."""

    label, verb, roles, states = "热线工单待签收", "签收", CLERK | OFFICE, OPEN - {"taken", "returning"}

    def records(self, user: User, on: date) -> QuerySet[HotlineCase]:
        return super().records(user, on).filter(_own(user, accepted_at=None))


@waits
class CallsToAnswer(OfHotline):
    label, verb, roles, states = "热线工单待答复", "答复", CLERK | OFFICE, WORKED_ON

    def records(self, user: User, on: date) -> QuerySet[HotlineCase]:
        return super().records(user, on).filter(_own(user, part=CaseAssignment.Part.LEAD))


# Reminded of by the clock: the day before the last one, while an extension may still be asked for, and once it is over.


def remind_of_calls(*, on: date, at: datetime, calendar: WorkCalendar) -> int:
    """Returns how many matters some unit was told of."""
    soon = HotlineCase.objects.with_case().filter(
        is_open=True, case__legal_clock__due_at__lt=end_of(calendar.nth_workday_after(on, 1))
    )
    told = 0
    for call in soon.prefetch_related("case__assignments__unit"):
        due, lead = due_day(call), lead_of(call)
        if due is None or lead is None:
            continue
        what = f"{due}到期" if due >= on else f"已逾期，{due}到期"
        tell(call, lead.unit, what=what, name=f"{'due' if due >= on else 'late'}:{due}", at=at)
        told += 1
    return told
