"""A period's report on its way: written by the clerk, passed on by the unit's head, decided by the office, and its words for the public."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from ninghai.models import AuditEntry, User
from ninghai.models.state_machine import TransitionError, Version, require
from ninghai.notifications.notify import withdraw
from ninghai.personal_data.finder import find_personal_data
from ninghai.personal_data.hit import Hit
from ninghai.personal_data.masking import masked
from tasks import rules
from tasks.assignments.reminders import announce_return, event_of_return
from tasks.models import Assignment, ProgressReport, ReportingPeriod
from tasks.models.states import AssignmentStatus, PetitionStatus, ProgressStatus
from tasks.periods.owing import may_report_for

# 公开表述 before the public reads it: what is personal in it must go, what may be personal a person has looked at.


def certain_in(words: str) -> str:
    """A sentence that names what is personal beyond doubt, masked; empty when nothing is."""
    named = _named(hit for hit in find_personal_data(words) if hit.certain)
    return f"公开表述中有个人信息：{named}。向社会公开的文字不能有个人信息，请删去或改写。" if named else ""


def doubtful_in(words: str) -> str:
    """What may be personal and is for a person to judge, such as a name."""
    return _named(hit for hit in find_personal_data(words) if not hit.certain)


def _named(hits: Iterable[Hit]) -> str:
    return "、".join(f"{hit.kind.label}“{masked(hit)}”" for hit in hits)


# What a progress report needs before it leaves the clerk; a draft may lack anything.


def missing_for_submission(report: ProgressReport) -> dict[str, str]:
    """A sentence for each field that still lacks something; empty when the report may go to the unit's head."""
    missing = missing_words(report)
    if report.claims_completion and not report.evidence.exists():
        missing["upload"] = "申请办结的，请至少附一份佐证材料（文件或已公开的信息）。"
    return missing


def missing_words(report: ProgressReport) -> dict[str, str]:
    """The same of what is typed, kept or not: the evidence aside."""
    missing = {}
    if not report.text.strip() and not report.nothing_to_report:
        missing["text"] = "请填写进展情况；本期确实没有进展的，请选“本期无进展”。"
    if report.claims_completion and report.nothing_to_report:
        missing["nothing_to_report"] = "申请办结与“本期无进展”不能同时选，请改一项。"
    if report.claims_completion and report.percent != 100:
        missing["percent"] = "申请办结的，完成比例应为100。"
    if personal := certain_in(report.public_summary):
        missing["public_summary"] = personal
    return missing


class IncompleteReport(ValidationError):
    """The report cannot leave the clerk yet; one sentence for each field that lacks something."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What a clerk writes in a report."""

    text: str = ""
    nothing_to_report: bool = False
    percent: int = 0
    next_step: str = ""
    claims_completion: bool = False
    public_summary: str = ""


@transaction.atomic
def save_draft(
    *,
    assignment: Assignment,
    period: ReportingPeriod,
    written: Written,
    supplement: int = 0,
    version: int = 0,
    automatically: bool = False,
    by: User,
    at: datetime,
) -> ProgressReport:
    """Keep what the clerk has written, complete or not, in the draft (草稿) of this assignment and period.

    `supplement` says which report of the period it is, 0 for the first; `version` is that of the report which the
    clerk saw, 0 when there was none. Whoever wrote last counts as the drafter, who may not check it. Raises StaleError
    when somebody else has written meanwhile.
    """
    assignment = Assignment.objects.lock(assignment.pk)
    require(rules.can_report_progress(by, assignment))
    period = _as_it_is(period)
    begun = may_report_for(period=period, assignment=assignment, on=timezone.localdate(at))
    require(begun, "这个周期现在不能填报，请从任务页面选择周期。")
    reports = ProgressReport.objects.filter(assignment=assignment, period=period)
    report = reports.filter(supplement=supplement).first()
    if report is None:
        accepted = reports.filter(status=ProgressStatus.ACCEPTED).count()
        require(supplement == accepted, "上一份填报接收以后，才能补充填报。")
        return _begin(assignment, period, supplement, written=written, by=by, at=at)
    if report.drafted_by_id == by.pk and written == written_in(report):
        return report
    report.require_version(version)
    require(rules.can_edit_report(by, report))
    return report.edit(by=by, at=at, automatically=automatically, drafted_by=by, **asdict(written))


@transaction.atomic
def submit_report(*, report: ProgressReport, version: Version = ..., by: User, at: datetime) -> ProgressReport:
    """Hand the report to the unit's head (提交审核). Raises IncompleteReport while something is missing."""
    at_hand = ProgressReport.objects.select_related("assignment__task__point__notice", "assignment__unit", "period")
    report.refresh_from_db(from_queryset=at_hand.select_for_update(of=("self",)))  # a double click waits here
    if report.status == ProgressStatus.WITH_HEAD and report.drafted_by_id == by.pk:
        return report
    report.require_version(version)
    require(rules.can_edit_report(by, report))
    if missing := missing_for_submission(report):
        raise IncompleteReport(missing)
    report.submit(by=by, at=at)
    return report


def pass_report(*, report: ProgressReport, version: Version = ..., by: User, at: datetime) -> ProgressReport:
    """The unit's head passes the report to the office (审核通过并报送)."""
    if report.status == ProgressStatus.WITH_OFFICE and report.passed_by_id == by.pk:
        return report
    report.require_version(version)
    require(rules.can_pass_on(by, report))
    report.pass_on(by=by, at=at)
    return report


@transaction.atomic
def return_report(
    *, report: ProgressReport, reason: str, version: Version = ..., by: User, at: datetime
) -> ProgressReport:
    """The unit's head or the office sends the report back to the clerk (退回), with a reason."""
    report.require_version(version)
    require(rules.can_return(by, report))
    if not reason.strip():
        raise ValidationError({"reason": "请写明退回理由，说明需要补充或修改什么。"})
    from_office = report.status == ProgressStatus.WITH_OFFICE
    report.return_to_unit(by=by, at=at, reason=reason.strip())
    announce_return(report, from_office=from_office, at=at)
    return report


@transaction.atomic
def accept_report(*, report: ProgressReport, version: Version = ..., by: User, at: datetime) -> ProgressReport:
    """The office accepts the report (接收): the first one begins the assignment, one that claims completion ends it."""
    if report.status == ProgressStatus.ACCEPTED and report.decided_by_id == by.pk:
        return report
    report.require_version(version)
    require(rules.can_decide(by, report))
    assignment = Assignment.objects.lock(report.assignment_id)
    report.accept(by=by, at=at)
    if report.claims_completion and report.handed_in_on and assignment.can_move(AssignmentStatus.COMPLETED):
        assignment.complete(handed_in_on=report.handed_in_on, by=by, at=at)
    elif assignment.status == AssignmentStatus.TODO:
        assignment.begin(by=by, at=at)
    report.assignment = assignment
    return report


@transaction.atomic
def take_back_report(*, report: ProgressReport, version: Version = ..., by: User, at: datetime) -> ProgressReport:
    """Undo (撤销) what this person did with the report a moment ago: handed it in, passed, accepted or returned it.

    TransitionError when it is too late, or when something followed from it: a petition that lapsed, a further report.
    """
    report.require_version(version)
    require(rules.can_take_back(by, report))
    decided = report.undoable(by=by, at=at)
    assignment = Assignment.objects.lock(report.assignment_id)
    if report.status == ProgressStatus.ACCEPTED and decided:
        _take_back_progress(assignment, report, decided=decided, by=by, at=at)
    withdraw(event=event_of_return(report), at=at)
    report.take_back(by=by, at=at)
    report.assignment = assignment
    return report


def _take_back_progress(
    assignment: Assignment, report: ProgressReport, *, decided: AuditEntry, by: User, at: datetime
) -> None:
    """What accepting did to the assignment at that moment, if it did anything."""
    with_it = Q(petitions__status=PetitionStatus.LAPSED, petitions__decided_at=decided.at)
    supplemented = Q(reports__period=report.period_id, reports__supplement__gt=report.supplement)
    followed = with_it | supplemented | Q(reports__drafted_at__gt=decided.at)
    if Assignment.objects.filter(followed, pk=assignment.pk).exists():
        raise TransitionError("接收以后已经连带办理了其他事项（申请不再办理，或单位开始了补充填报），不能撤销。")
    moves = AuditEntry.objects.about(assignment).filter(action=AuditEntry.Action.MOVE, at=decided.at)
    if not moves.filter(pk__gt=decided.pk).exists():
        return
    others = [str(pk) for pk in assignment.reports.exclude(pk=report.pk).values_list("pk", flat=True)]
    since = AuditEntry.objects.filter(target_type=report._meta.label_lower, target_id__in=others, pk__gt=decided.pk)
    if since.filter(to_status=ProgressStatus.ACCEPTED).that_stand().exists():  # it stands on what this one began
        raise TransitionError("接收以后又接收了这项任务的另一份填报，不能撤销。")
    assignment.take_back(by=by, at=at)


@transaction.atomic
def release_words(
    *, report: ProgressReport, judged: bool = False, version: Version = ..., by: User, at: datetime
) -> ProgressReport:
    """The office releases the report's words for the public (放行公开表述), after the finder of personal data.

    Raises ValidationError while something in them is personal, or may be and nobody has `judged` it.
    """
    held = ProgressReport.objects.lock(report.pk, seen=version)
    require(rules.can_release_words(by, held))
    if personal := certain_in(held.public_summary):
        raise ValidationError(f"{personal}这份填报已经接收，请单位补充填报，另写公开表述。")
    if not judged and (doubtful := doubtful_in(held.public_summary)):
        raise ValidationError(f"公开表述中可能有个人信息：{doubtful}。请核对，确认可以公开的，勾选后再放行。")
    report.release_words(by=by, at=at)
    return report


def written_in(report: ProgressReport) -> Written:
    """What the report says now."""
    return Written(**{name: getattr(report, name) for name in Written.__dataclass_fields__})


def _as_it_is(period: ReportingPeriod) -> ReportingPeriod:
    """The period as the office has set it now; who holds the assignment keeps it from being taken away."""
    try:
        return ReportingPeriod.objects.get(pk=period.pk)
    except ReportingPeriod.DoesNotExist as gone:
        raise TransitionError("县政府办公室刚刚调整了报送周期，请从任务页面重新选择周期。") from gone


def _begin(
    assignment: Assignment, period: ReportingPeriod, supplement: int, *, written: Written, by: User, at: datetime
) -> ProgressReport:
    report = ProgressReport.objects.create(
        assignment=assignment, period=period, supplement=supplement, drafted_by=by, drafted_at=at, **asdict(written)
    )
    AuditEntry.objects.record(action="create", target=report, by=by, at=at, to_status=report.status)
    return report
