"""What waits for a person about public opinion (今天要办): to be handed out, signed for, answered, continued, decided, evaluated."""

from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import TruncDate
from django.urls import reverse

from disclosure.items.waiting import of_own_unit
from disclosure.models import OpinionEvent, OpinionResponse
from disclosure.public_opinion.kind import HANDED_OUT, OPINION
from disclosure.public_opinion.limits import running_clocks
from disclosure.public_opinion.reminders import quiet_before
from ninghai.accounts.permission_table import CLERK, OFFICE, SIGNER
from ninghai.calendar.clock import end_of
from ninghai.models import CaseAssignment, CaseEvent, User
from ninghai.staff_site.groups import DeskGroup
from ninghai.staff_site.inbox import WaitingKind, page_in_admin, waits, works_in_the_admin

RUNNING = running_clocks()


class OfOpinion(WaitingKind[OpinionEvent]):
    """An event, with the day on which its next limit runs out."""

    place, group = "disclosure:opinion-list", DeskGroup.ITEMS
    since, due = TruncDate("found_at"), TruncDate(Subquery(RUNNING.values("due_at")[:1]))
    what_is_due = "回应"
    states: frozenset[str] = frozenset()

    def records(self, user: User, on: date) -> QuerySet[OpinionEvent]:
        return OpinionEvent.objects.filter(case__kind=OPINION, case__status__in=self.states)

    def for_list(self, records: QuerySet[OpinionEvent]) -> QuerySet[OpinionEvent]:
        return records.select_related("case")

    def title(self, record: OpinionEvent) -> str:
        return record.case.number

    def words(self, record: OpinionEvent) -> str:
        return record.case.subject

    def address(self, record: OpinionEvent, user: User) -> str:
        return page_in_admin(record) if works_in_the_admin(user) else reverse("disclosure:opinion", args=[record.pk])


def _own(user: User, *, lead: bool = True) -> QuerySet[CaseAssignment]:
    """The work of this person's unit that stands."""
    work = CaseAssignment.objects.standing().filter(case=OuterRef("case"), unit__in=of_own_unit(user))
    return work.filter(part=CaseAssignment.Part.LEAD) if lead else work


@waits
class OpinionsToHandOut(OfOpinion):
    label, verb, roles, states = "舆情待交办", "交办", OFFICE, frozenset({"judging"})


@waits
class OpinionsToDecide(OfOpinion):
    """Who proposed it does not approve it."""

    label, verb, roles, states = "不予回应待批准", "批准", SIGNER, frozenset({"declining"})

    def records(self, user: User, on: date) -> QuerySet[OpinionEvent]:
        return super().records(user, on).exclude(CaseEvent.done_by(user, "decline_proposed", case="case"))


@waits
class OpinionsToAccept(OfOpinion):
    label, verb, roles, states = "舆情待签收", "签收", CLERK | OFFICE, HANDED_OUT

    def records(self, user: User, on: date) -> QuerySet[OpinionEvent]:
        return super().records(user, on).filter(Exists(_own(user, lead=False).filter(accepted_at=None)))


@waits
class OpinionsToAnswer(OfOpinion):
    """Signed for, and a limit still waits for its own response, or nobody has answered yet."""

    label, verb, roles, states = "舆情待回应", "回应", CLERK | OFFICE, HANDED_OUT - {"assigned"}

    def records(self, user: User, on: date) -> QuerySet[OpinionEvent]:
        return super().records(user, on).filter(Exists(RUNNING) | Q(case__status="answering"), Exists(_own(user)))


@waits
class OpinionsToContinue(OfOpinion):
    """In public, and silent for days."""

    label, verb, roles, states = "舆情待持续发布", "继续发布", CLERK | OFFICE, frozenset({"answered", "following"})

    def records(self, user: User, on: date) -> QuerySet[OpinionEvent]:
        later = OpinionResponse.objects.standing().filter(
            event=OuterRef("pk"), happened_at__gt=quiet_before(end_of(on))
        )
        return super().records(user, on).filter(~Exists(later), ~Exists(RUNNING), Exists(_own(user)))


@waits
class OpinionsToEvaluate(OfOpinion):
    label, verb, roles, states = "舆情待评估", "评估", OFFICE, frozenset({"done"})
