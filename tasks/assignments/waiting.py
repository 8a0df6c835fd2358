"""What waits for a person in `tasks` (今天要办): reports, petitions, reminders, notices, scores; spot checks have their own module."""

from datetime import date, timedelta
from typing import Any, TypeVar

from django.db.models import CharField, Count, Exists, Model, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Cast, TruncDate
from django.utils.text import Truncator

from ninghai.accounts.audit.history import without_own_work
from ninghai.accounts.permission_table import CLERK, HEAD, OFFICE, SIGNER
from ninghai.calendar.clock import end_of
from ninghai.models import Role, User
from ninghai.staff_site.groups import DeskGroup
from ninghai.staff_site.inbox import ReckonedKind, Waiting, WaitingKind, days_left, page_in_admin, waits
from tasks.assignments.admin_filters import reported_late
from tasks.assignments.urging import urgings
from tasks.models import Assignment, Petition, ProgressReport, ReportingPeriod, Scoring, WorkPointNotice
from tasks.models.states import NoticeStatus, PetitionStatus, ProgressStatus, ScoringStatus
from tasks.models.task import YELLOW_DAYS, AssignmentQuerySet
from tasks.periods.owing import periods_due, periods_unreported

WORDS_CHARACTERS = 60
ANSWERED_DAYS = 7  # so long the answer to a petition stands in the list
REMIND_AGAIN = timedelta(days=7)  # so long what was urged rests
SAID_BY_A_REPORT = Q(status=ProgressStatus.RETURNED) | Q(
    status__in=[ProgressStatus.WITH_HEAD, ProgressStatus.WITH_OFFICE], claims_completion=True
)
R = TypeVar("R", bound=Model)


def shortened(text: str) -> str:
    return Truncator(text).chars(WORDS_CHARACTERS, truncate="……")


def report_form(assignment: Assignment, period: ReportingPeriod | None = None) -> str:
    """The assignment's page, at the form of the period."""
    return f"{assignment.url_for(period.pk) if period else assignment.get_absolute_url()}#report"


class OfAssignment(WaitingKind[R]):
    """About an assignment, which the record has or is; the row bears its point and its unit."""

    path = "assignment"  # from the record to it

    def for_list(self, records: QuerySet[R]) -> QuerySet[R]:
        """Without the texts that are long."""
        at = f"{self.path}__" if self.path else ""
        point = f"{at}task__point__notice"
        return records.select_related(point, f"{at}unit").defer(*WorkPointNotice.whole_text(point))

    def assignment(self, record: Any) -> Assignment:
        for step in self.path.split("__") if self.path else ():
            record = getattr(record, step)
        assignment: Assignment = record
        return assignment

    def title(self, record: R) -> str:
        return self.assignment(record).task.point.label

    def unit(self, record: R) -> str:
        return str(self.assignment(record).unit)


# Reports: the unit's clerk and head.


@waits
class ReportsReturned(OfAssignment[ProgressReport]):
    """What the head or the office sent back, while its duty is open: later nobody can mend it."""

    label, verb, roles = "填报被退回", "修改后重报", CLERK
    since, due, what_is_due = TruncDate("passed_at"), "period__due_date", "报送"

    def records(self, user: User, on: date) -> QuerySet[ProgressReport]:
        own = Assignment.objects.visible_to(user).to_do_by(user)
        return ProgressReport.objects.filter(status=ProgressStatus.RETURNED, assignment__in=own.open(on=on))

    def for_list(self, records: QuerySet[ProgressReport]) -> QuerySet[ProgressReport]:
        return super().for_list(records).select_related("period")

    def words(self, record: ProgressReport) -> str:
        return f"{record.occasion}的填报被退回：{shortened(record.return_reason)}"

    def address(self, record: ProgressReport, user: User) -> str:
        return report_form(record.assignment, record.period)

    def is_sent_back(self, record: ProgressReport) -> bool:
        return True


@waits
class ReportsOwed(ReckonedKind[Assignment]):
    """Each period that is owed and neither with the head nor returned."""

    label, verb, roles = "进展待报送", "填报", CLERK
    is_among_the_dates, what_is_due = True, "报送"

    def pieces(self, user: User, on: date) -> list[Waiting]:
        periods = list(periods_due(on=on).order_by("start"))
        if not periods:
            return []
        open_ones = Assignment.objects.visible_to(user).to_do_by(user).open(on=on).for_list()
        written = self._first_reports(user)
        return [
            self._piece(assignment, period, on=on, is_begun=status is not None)
            for assignment in open_ones
            for period in periods
            if self._is_asked(assignment, period)
            and (status := written.get((assignment.pk, period.pk))) in {None, ProgressStatus.DRAFT}
        ]

    def _piece(self, assignment: Assignment, period: ReportingPeriod, *, on: date, is_begun: bool) -> Waiting:
        return Waiting(
            title=assignment.task.point.label,
            verb="继续填报" if is_begun else self.verb,
            url=report_form(assignment, period),
            unit=str(assignment.unit),
            words=f"{period}进展{'，已有草稿' if is_begun else ''}",
            since=period.end + timedelta(days=1),
            due=period.due_date,
            left=days_left(period.due_date, on=on),
            what=self.what_is_due,
        )

    @staticmethod
    def _is_asked(assignment: Assignment, period: ReportingPeriod) -> bool:
        return period.notice_id == assignment.task.point.notice_id and assignment.made_on < period.end

    @staticmethod
    def _first_reports(user: User) -> dict[tuple[int, int], str]:
        """The status of each period's first report: later ones add to what is accepted and are owed by nobody."""
        firsts = ProgressReport.objects.visible_to(user).filter(supplement=0).order_by()
        return {(row[0], row[1]): row[2] for row in firsts.values_list("assignment_id", "period_id", "status")}


@waits
class TasksDue(OfAssignment[Assignment]):
    """What is overdue or due soon, once its reports are in; what a report says is done waits for others."""

    label, verb, roles, path = "任务待办结", "填报办结", CLERK, ""
    is_among_the_dates = True
    since, due, what_is_due = "made_on", "due_on_day", "任务"

    def records(self, user: User, on: date) -> QuerySet[Assignment]:
        own = Assignment.objects.visible_to(user).to_do_by(user).open(on=on).with_due(on=on)
        near = own.filter(due_on_day__lte=on + timedelta(days=YELLOW_DAYS))  # type: ignore[misc]  # annotated: red or yellow
        reported = ~Exists(periods_unreported(on=on))
        said_done = Exists(ProgressReport.objects.filter(SAID_BY_A_REPORT, assignment=OuterRef("pk")))
        return near.filter(reported, ~said_done)

    def words(self, record: Assignment) -> str:
        return f"完成时限 {record.due_words}，还没有办结"

    def address(self, record: Assignment, user: User) -> str:
        return report_form(record)


@waits
class ReportsToCheck(OfAssignment[ProgressReport]):
    """What a clerk handed in and this head has not looked at."""

    label, verb, roles = "填报待审核", "审核", HEAD
    due, what_is_due = "period__due_date", "报送"

    def records(self, user: User, on: date) -> QuerySet[ProgressReport]:
        return ProgressReport.objects.to_check_by(user)

    def for_list(self, records: QuerySet[ProgressReport]) -> QuerySet[ProgressReport]:
        return super().for_list(records).select_related("period", "drafted_by")

    def words(self, record: ProgressReport) -> str:
        return f"{record.occasion}的填报，{record.drafted_by}提交"

    def address(self, record: ProgressReport, user: User) -> str:
        return f"{record.get_absolute_url()}#period-{record.period_id}"


@waits
class PetitionsAnswered(OfAssignment[Petition]):
    """What was decided lately about a petition; what was refused goes on as before."""

    label, verb, roles = "申请的答复", "查看答复", CLERK | HEAD
    since = TruncDate("decided_at")

    def records(self, user: User, on: date) -> QuerySet[Petition]:
        return Petition.objects.visible_to(user).filter(
            status__in=[PetitionStatus.GRANTED, PetitionStatus.REFUSED],
            decided_at__gte=end_of(on - timedelta(days=ANSWERED_DAYS)),
            decided_at__lt=end_of(on),
        )

    def words(self, record: Petition) -> str:
        return f"{record.get_kind_display()}申请{record.get_status_display()}"

    def address(self, record: Petition, user: User) -> str:
        return f"{record.get_absolute_url()}#petition-{record.pk}"


# The office.


@waits
class ReportsToConfirm(OfAssignment[ProgressReport]):
    """What units reported; nobody confirms what they wrote or passed on themselves."""

    label, verb, roles, group = "进展填报待确认", "确认", OFFICE, DeskGroup.PROGRESS
    verb_for_many = "逐条确认"
    since, is_queued = TruncDate("passed_at"), True

    def records(self, user: User, on: date) -> QuerySet[ProgressReport]:
        waiting = ProgressReport.objects.visible_to(user).filter(status=ProgressStatus.WITH_OFFICE)
        return without_own_work(waiting, by=user, also=["passed_by"])

    def for_list(self, records: QuerySet[ProgressReport]) -> QuerySet[ProgressReport]:
        return super().for_list(records).select_related("period")

    def words(self, record: ProgressReport) -> str:
        return f"{record.occasion}的填报{'，申请办结' if record.claims_completion else ''}"

    def address(self, record: ProgressReport, user: User) -> str:
        return page_in_admin(record)


@waits
class PublicWordsToRelease(OfAssignment[ProgressReport]):
    """Accepted reports with a 公开表述 that the public cannot read yet."""

    label, verb, roles, group = "公开表述待放行", "放行", OFFICE, DeskGroup.PROGRESS
    since = TruncDate("decided_at")

    def records(self, user: User, on: date) -> QuerySet[ProgressReport]:
        accepted = ProgressReport.objects.visible_to(user).filter(status=ProgressStatus.ACCEPTED)
        unread = accepted.filter(public_summary_released_at=None).exclude(public_summary="")
        return without_own_work(unread, by=user)

    def words(self, record: ProgressReport) -> str:
        return f"公开表述：{shortened(record.public_summary)}"

    def address(self, record: ProgressReport, user: User) -> str:
        return page_in_admin(record)


@waits
class PetitionsToDecide(OfAssignment[Petition]):
    """Extensions for the signer, 不适用 for the office; never for who asked, now or before."""

    label, verb, roles, group = "申请待批准", "批准", OFFICE | SIGNER, DeskGroup.PROGRESS
    since, due, what_is_due = TruncDate("asked_at"), "due_before", "任务"

    def records(self, user: User, on: date) -> QuerySet[Petition]:
        is_signer = user.acting is not None and user.acting.role == Role.SIGNER
        kind = Petition.Kind.EXTENSION if is_signer else Petition.Kind.NOT_APPLICABLE
        asked = Petition.objects.visible_to(user).filter(status=PetitionStatus.ASKED, kind=kind)
        own = Petition.objects.filter(asked_by=user).values("assignment")
        return without_own_work(asked, by=user).exclude(assignment__in=own)

    def words(self, record: Petition) -> str:
        return f"{record.get_kind_display()}申请：{shortened(record.reason)}"

    def address(self, record: Petition, user: User) -> str:
        return page_in_admin(record)


@waits
class NoticesToIssue(WaitingKind[WorkPointNotice]):
    """Drafts, with how many names in them are not resolved yet."""

    label, verb, roles, group = "通知待下达", "核对下达", OFFICE, DeskGroup.NOTICES
    since = TruncDate("imported_at")

    def records(self, user: User, on: date) -> QuerySet[WorkPointNotice]:
        return WorkPointNotice.objects.filter(status=NoticeStatus.DRAFT)

    def for_list(self, records: QuerySet[WorkPointNotice]) -> QuerySet[WorkPointNotice]:
        unresolved = Count("points__responsibilities", filter=Q(points__responsibilities__is_resolved=False))
        return records.annotate(unresolved=unresolved).defer("source_text", "other", "warnings")

    def title(self, record: WorkPointNotice) -> str:
        return record.title

    def words(self, record: WorkPointNotice) -> str:
        unresolved: int = record.unresolved  # type: ignore[attr-defined]  # annotated
        return f"还有{unresolved}处单位没有确定" if unresolved else "可以下达"

    def address(self, record: WorkPointNotice, user: User) -> str:
        return page_in_admin(record)


@waits
class ScoresToCirculate(WaitingKind[Scoring]):
    """What was computed waits for the office's head, who circulates it."""

    label, verb, roles, group = "考核得分待通报", "通报", SIGNER, DeskGroup.CHECKS
    since = "as_of"

    def records(self, user: User, on: date) -> QuerySet[Scoring]:
        return without_own_work(Scoring.objects.filter(status=ScoringStatus.DRAFT), by=user)

    def for_list(self, records: QuerySet[Scoring]) -> QuerySet[Scoring]:
        return records.select_related("scheme")

    def address(self, record: Scoring, user: User) -> str:
        return record.get_absolute_url()


class ToRemind(OfAssignment[Assignment]):
    """What a unit is late with and the office has not urged (催办) for some days."""

    verb, verb_for_many, roles, path, group = "催办", "挑选催办", OFFICE, "", DeskGroup.NOTICES
    is_among_the_dates = True

    def unreminded(self, on: date) -> AssignmentQuerySet:
        lately = urgings().filter(target_id=Cast(OuterRef("pk"), CharField()), at__gte=end_of(on - REMIND_AGAIN))
        return Assignment.objects.filter(~Exists(lately))

    def address(self, record: Assignment, user: User) -> str:
        return self.behind(user)


@waits
class OverdueToRemind(ToRemind):
    label = "任务已逾期，待催办"
    since, due, what_is_due = "made_on", "due_on_day", "任务"

    def records(self, user: User, on: date) -> QuerySet[Assignment]:
        return self.unreminded(on).overdue(on=on).with_due(on=on)

    def words(self, record: Assignment) -> str:
        return f"完成时限 {record.due_words}，还没有办结"


@waits
class LateReportsToRemind(ToRemind):
    label = "进展逾期未报，待催办"
    due, what_is_due = "owed_since", "报送"

    def records(self, user: User, on: date) -> QuerySet[Assignment]:
        late = periods_unreported(on=on).filter(due_date__lt=on).order_by("due_date")
        unreported = reported_late(self.unreminded(on), on=on)
        since = Subquery(late.values("due_date")[:1])
        with_day: AssignmentQuerySet = unreported.annotate(owed_since=since)
        return with_day
