"""What a person of a unit, or an inspector, has to do now (待办): one row for one thing, over all assignments.

Each kind is one function over (user, day), of a constant number of queries; `KINDS` says which role has which. What
waits for somebody else is in no list.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, TypeVar

from django.db.models import QuerySet
from django.utils.text import Truncator

from ninghai.accounts.audit.history import rows_written_by
from ninghai.calendar.clock import end_of
from ninghai.models import Role, User
from tasks.models import (
    Assignment,
    Drawn,
    Finding,
    Objection,
    Petition,
    ProgressReport,
    Rectification,
    ReportingPeriod,
    WorkPointNotice,
)
from tasks.models.progress import HANDED_IN, ProgressQuerySet
from tasks.models.states import Light, ObjectionStatus, PetitionStatus, ProgressStatus, RectificationStatus
from tasks.periods.owing import periods_due

TEXT_CHARACTERS = 60
ANSWERED_DAYS = 7  # so long the answer to a petition stands in the list


@dataclass(frozen=True, slots=True)
class ToDo:
    """One thing to do about an assignment, by when, and where it is done."""

    verb: str  # on the button
    words: str  # what there is to know
    assignment: Assignment
    url: str
    day: date | None = None  # by when
    noun: str = "报送"  # what is due by then: 报送 of a period, 任务, 整改, 异议
    is_sent_back: bool = False

    def days_left(self, *, on: date) -> int | None:
        return (self.day - on).days if self.day else None

    def when(self, *, on: date) -> str:
        """报送已逾期3天, 任务今天到期, 整改还有5天."""
        left = self.days_left(on=on)
        if left is None:
            return ""
        if left < 0:
            return f"{self.noun}已逾期{-left}天"
        return f"{self.noun}{f'还有{left}天' if left else '今天到期'}"


Kind = Callable[[User, date], Iterable[ToDo]]
Rows = TypeVar("Rows", bound=QuerySet[Any])


def to_do(*, user: User, on: date) -> list[ToDo]:
    """Most urgent first: what was sent back, then what is late longest, what is due soonest, what has no day."""
    kinds = KINDS.get(Role(user.acting.role), ()) if user.acting else ()
    found = [each for kind in kinds for each in kind(user, on)]
    return sorted(found, key=lambda each: (not each.is_sent_back, each.day or date.max, each.assignment.pk))


# The clerk's: reports.


def reports_sent_back(user: User, on: date) -> Iterator[ToDo]:
    """What the unit's head or the office returned, with the reason, while its duty is open: later nobody can mend it."""
    open_ = Assignment.objects.visible_to(user).open(on=on)
    for report in _reports(user).filter(status=ProgressStatus.RETURNED, assignment__in=open_):
        reason = Truncator(report.return_reason).chars(TEXT_CHARACTERS, truncate="……")
        words = f"{report.occasion}的填报被退回：{reason}"
        yield ToDo("修改后重报", words, report.assignment, _form(report.assignment, report.period), is_sent_back=True)


def reports_owed(user: User, on: date) -> Iterator[ToDo]:
    """Each period that is owed and neither with the head nor returned; then what is red or due soon without one."""
    assignments = list(Assignment.objects.visible_to(user).open(on=on).for_list())
    periods = list(periods_due(on=on).order_by("start"))
    written = _first_reports(user)
    for assignment in assignments:
        owed = [period for period in periods if _is_asked(assignment, period)]
        owed = [period for period in owed if written.get((assignment.pk, period.pk)) not in HANDED_IN]
        for period in owed:
            status = written.get((assignment.pk, period.pk))
            if status in {None, ProgressStatus.DRAFT}:
                yield _report_to_write(assignment, period, is_begun=status is not None)
        if not owed and assignment.light(on=on) in {Light.RED, Light.YELLOW}:
            words = f"完成时限 {assignment.due_words}，还没有办结"
            yield ToDo("填报办结", words, assignment, _form(assignment), assignment.due_date, noun="任务")


def _report_to_write(assignment: Assignment, period: ReportingPeriod, *, is_begun: bool) -> ToDo:
    verb = "继续填报" if is_begun else "填报"
    words = f"{period}进展{'，已有草稿' if is_begun else ''}"
    return ToDo(verb, words, assignment, _form(assignment, period), period.due_date)


def _is_asked(assignment: Assignment, period: ReportingPeriod) -> bool:
    return period.notice_id == assignment.task.point.notice_id and assignment.made_on < period.end


def _first_reports(user: User) -> dict[tuple[int, int], str]:
    """The status of each period's first report: later ones add to what is accepted and are owed by nobody."""
    firsts = ProgressReport.objects.visible_to(user).filter(supplement=0).order_by()
    return {(row[0], row[1]): row[2] for row in firsts.values_list("assignment_id", "period_id", "status")}


# The clerk's: what else is answered or asked.


def petitions_answered(user: User, on: date) -> Iterator[ToDo]:
    """What was decided lately about a petition; what was refused goes on as before."""
    lately = on - timedelta(days=ANSWERED_DAYS)
    answered = Petition.objects.visible_to(user).filter(
        status__in=[PetitionStatus.GRANTED, PetitionStatus.REFUSED],
        decided_at__gte=end_of(lately),
        decided_at__lt=end_of(on),
    )
    for petition in _with_assignment(answered, "assignment"):
        words = f"{petition.get_kind_display()}申请{petition.get_status_display()}"
        yield ToDo("查看答复", words, petition.assignment, petition.get_absolute_url())


def rectifications_owed(user: User, on: date) -> Iterator[ToDo]:
    """What a spot check found and the unit still has to put right; it stands on the finding's page."""
    findings = Finding.objects.visible_to(user)
    owed = Rectification.objects.filter(status__in=RectificationStatus.with_clerk, finding__in=findings)
    for each in _with_assignment(owed, "finding__drawn__assignment", "finding__drawn__spot_check"):
        drawn, is_returned = each.finding.drawn, each.status == RectificationStatus.RETURNED
        words = f"{drawn.spot_check}发现的问题{'，整改被退回' if is_returned else ''}"
        url = each.finding.get_absolute_url()
        day = each.finding.rectify_by_date
        yield ToDo("整改", words, drawn.assignment, url, day, noun="整改", is_sent_back=is_returned)


def objections_sent_back(user: User, on: date) -> Iterator[ToDo]:
    """What the unit's head returned, and may still go to the office."""
    findings = Finding.objects.visible_to(user).filter(objection_until__gte=on)
    returned = Objection.objects.filter(status=ObjectionStatus.RETURNED, finding__in=findings)
    for each in _with_assignment(returned, "finding__drawn__assignment", "finding__drawn__spot_check"):
        reason = Truncator(each.return_reason).chars(TEXT_CHARACTERS, truncate="……")
        url, day = f"{each.finding.get_absolute_url()}#objection", each.finding.objection_until
        yield ToDo("修改异议", f"异议被退回：{reason}", each.finding.drawn.assignment, url, day, is_sent_back=True)


def findings_to_answer(user: User, on: date) -> Iterator[ToDo]:
    """What a spot check found and the unit may still object to; without a word it stands."""
    fresh = Finding.objects.visible_to(user).filter(objection_until__gte=on, objection=None)
    for finding in fresh.exclude(outcome=Finding.Outcome.TRUE).for_list():
        words = f"{finding.drawn.spot_check}：{finding.get_outcome_display()}，有异议的在期限内提出"
        url, last_day = finding.get_absolute_url(), finding.objection_until
        yield ToDo("查看结论", words, finding.drawn.assignment, url, last_day, noun="异议")


# The head's, the inspector's.


def reports_to_check(user: User, on: date) -> Iterator[ToDo]:
    """What a clerk handed in and this head has not looked at."""
    for report in _reports(user).to_check_by(user):
        words = f"{report.occasion}的填报，{report.drafted_by}提交"
        url = f"{report.assignment.get_absolute_url()}#period-{report.period_id}"
        yield ToDo("审核", words, report.assignment, url, report.period.due_date)


def remedies_to_check(user: User, on: date) -> Iterator[ToDo]:
    """Objections and rectifications that a clerk handed in and this head has not looked at."""
    findings = Finding.objects.visible_to(user)
    in_time = findings.filter(objection_until__gte=on)  # later nobody can pass an objection on
    objections = Objection.objects.filter(status=ObjectionStatus.WITH_HEAD, finding__in=in_time)
    objections = objections.exclude(raised_by=user).exclude(pk__in=rows_written_by(user, Objection))
    for each in _with_assignment(objections, "finding__drawn__assignment"):
        url, day = f"{each.finding.get_absolute_url()}#objection", each.finding.objection_until
        yield ToDo("审核", "对抽查结论的异议，期限内报送才有效", each.finding.drawn.assignment, url, day)
    rectified = Rectification.objects.filter(status=RectificationStatus.WITH_HEAD, finding__in=findings)
    rectified = rectified.exclude(handed_in_by=user).exclude(pk__in=rows_written_by(user, Rectification))
    for row in _with_assignment(rectified, "finding__drawn__assignment"):
        url, day = f"{row.finding.get_absolute_url()}#rectification", row.finding.rectify_by_date
        yield ToDo("审核", "整改情况，审核后报送复查", row.finding.drawn.assignment, url, day)


def drawn_to_inspect(user: User, on: date) -> Iterator[ToDo]:
    """What was drawn for this inspector and has no finding."""
    for drawn in _with_assignment(Drawn.objects.visible_to(user).filter(finding=None), "assignment", "spot_check"):
        yield ToDo("核查", str(drawn.spot_check), drawn.assignment, drawn.get_absolute_url())


KINDS: dict[Role, tuple[Kind, ...]] = {
    Role.EDITOR: (
        reports_sent_back,
        objections_sent_back,
        reports_owed,
        rectifications_owed,
        findings_to_answer,
        petitions_answered,
    ),
    Role.REVIEWER: (reports_to_check, remedies_to_check, petitions_answered),
    Role.INSPECTOR: (drawn_to_inspect,),
}


# What they share.


def _reports(user: User) -> ProgressQuerySet:
    return _with_assignment(ProgressReport.objects.visible_to(user), "assignment", "period", "drafted_by")


def _with_assignment(records: Rows, path: str, *also: str) -> Rows:
    """With the assignment that the path leads to, and what a row says of it; without the texts that are long."""
    point = f"{path}__task__point__notice"
    rows = records.select_related(point, f"{path}__unit", *also).defer(*WorkPointNotice.whole_text(point))
    checks = [each for each in also if each.endswith("spot_check")]
    return rows.defer(*(f"{each}__{name}" for each in checks for name in ("strata", "passed_over")))


def _form(assignment: Assignment, period: ReportingPeriod | None = None) -> str:
    """The assignment's page, at the form of the period."""
    query = f"?period={period.pk}" if period else ""
    return f"{assignment.get_absolute_url()}{query}#report"
