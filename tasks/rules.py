"""Who may do what in `tasks`: predicates of (user, object). Services require them, pages show buttons by them.

Nobody checks or accepts what they have written in (design: 自己起草的，不由自己审核), whoever wrote last. A state that
does not allow an act is a conflict, told apart from a role that may not (`ninghai.models.state_machine.in_state`).
"""

from datetime import date, datetime

from ninghai.accounts.audit.history import not_own_work
from ninghai.calendar import clock
from ninghai.models import AuditEntry, Role, Unit, User, acts_as
from ninghai.models.audit import SITTING
from ninghai.models.state_machine import Allowed, StatefulModel, as_long_as, either, in_state
from tasks.models import (
    Assignment,
    Drawn,
    Finding,
    Objection,
    Petition,
    ProgressReport,
    Rectification,
    ReportingPeriod,
    ScoreEntry,
    ScoreScheme,
    Scoring,
    SpotCheck,
    WorkPointNotice,
)
from tasks.models.states import (
    AssignmentStatus,
    NoticeStatus,
    ObjectionStatus,
    ProgressStatus,
    RectificationStatus,
    ScoringStatus,
)


def acts_for(user: User, assignment: Assignment, role: Role) -> bool:
    """Whether the person acts in this role for the assignment's unit."""
    return acts_as(user, role) and user.acting is not None and user.acting.unit_id == assignment.unit_id


def stands_for(user: User, assignment: Assignment | Drawn) -> bool:
    """The clerk or head of its unit, or of the unit that has taken over the duties of the ended one (机构改革).

    What was found about a duty of a unit that is gone is its heir's to answer; the duty itself is closed to everybody.
    """
    if not acts_as(user, Role.EDITOR, Role.REVIEWER) or user.acting is None:
        return False
    if user.acting.unit_id == assignment.unit_id:
        return True
    return Unit.objects.inherited_by(user.acting.unit).filter(pk=assignment.unit_id).exists()


def can_import_notice(user: User) -> bool:
    return acts_as(user, Role.OFFICE)


def can_export_breakdown(user: User) -> bool:
    """The office and its head may take a notice's breakdown out as a workbook."""
    return acts_as(user, Role.OFFICE, Role.SIGNER)


def can_import_breakdown(user: User, notice: WorkPointNotice) -> Allowed:
    """The office, into a draft at once, into an issued notice by way of an amendment."""
    return either(can_edit_notice(user, notice), can_amend_notice(user, notice))


def can_amend_notice(user: User, notice: WorkPointNotice) -> Allowed:
    """The office brings a corrected edition of an issued notice."""
    is_issued = notice.status == NoticeStatus.ISSUED
    why_not = f"通知{notice.get_status_display()}，只有已下达的通知可以导入修订稿。"
    return acts_as(user, Role.OFFICE) and in_state(is_issued, notice, why_not)


def can_edit_notice(user: User, notice: WorkPointNotice) -> Allowed:
    """Correct points, resolve groups, issue: the office, until it is issued."""
    is_draft = notice.status == NoticeStatus.DRAFT
    return acts_as(user, Role.OFFICE) and in_state(is_draft, notice, f"通知{notice.get_status_display()}，不能再修改。")


def can_retitle_point(user: User, notice: WorkPointNotice) -> Allowed:
    """A short title (短标题) is a label of ours: the office may put it better in a draft and in an issued notice."""
    return either(can_edit_notice(user, notice), can_amend_notice(user, notice))


def can_set_periods(user: User) -> bool:
    """Rhythm, days and closing (封账) of the reporting periods are the office's."""
    return acts_as(user, Role.OFFICE)


def can_edit_period(user: User, period: ReportingPeriod) -> Allowed:
    """What was frozen at its close stays."""
    return can_set_periods(user) and as_long_as(period.closed_on is None, "本期已封账，不能再修改。")


def can_close_period(user: User, period: ReportingPeriod, *, on: date) -> Allowed:
    """Once, after the due date has passed."""
    is_early = as_long_as(period.has_passed(on=on), f"报送截止日还没有过（{period.due_words}），不能封账。")
    return can_set_periods(user) and as_long_as(period.closed_on is None, "本期已封账。") and is_early


def has_periods(notice: WorkPointNotice) -> bool:
    """Reporting periods come with issuing and go with revoking."""
    return notice.status == NoticeStatus.ISSUED


def is_open(assignment: Assignment) -> bool:
    """Neither finished nor ended: something may still be done about it."""
    return assignment.status in {AssignmentStatus.TODO, AssignmentStatus.IN_PROGRESS}


def _while_open(assignment: Assignment) -> Allowed:
    words = f"这项任务现在是“{assignment.get_status_display()}”，已经办结或者不再办理，不能这样办理。"
    return in_state(is_open(assignment), assignment, words)


def can_report_progress(user: User, assignment: Assignment) -> Allowed:
    """The unit's clerk, while the duty is open."""
    return acts_for(user, assignment, Role.EDITOR) and _while_open(assignment)


def can_edit_report(user: User, report: ProgressReport) -> Allowed:
    """The unit's clerk, while the report is with the clerk."""
    return can_report_progress(user, report.assignment) and in_state(report.is_editable, report)


def can_pass_on(user: User, report: ProgressReport) -> Allowed:
    """The unit's head, for what others have written: pass it to the office or return it."""
    is_head = acts_for(user, report.assignment, Role.REVIEWER)
    return is_head and in_state(report.status == ProgressStatus.WITH_HEAD, report) and not_own_work(user, report)


def can_decide(user: User, report: ProgressReport) -> Allowed:
    """The office accepts or returns what the same person has neither written in nor passed on."""
    is_there = in_state(report.status == ProgressStatus.WITH_OFFICE, report)
    return acts_as(user, Role.OFFICE) and is_there and not_own_work(user, report, also=[report.passed_by_id])


def can_return(user: User, report: ProgressReport) -> Allowed:
    """Whoever may pass it on or accept it may send it back instead."""
    return either(can_pass_on(user, report), can_decide(user, report))


def can_take_back(user: User, record: StatefulModel) -> Allowed:
    """Whoever made the record's last move a moment ago, in this role, while nothing has followed (撤销)."""
    return record.may_be_taken_back(by=user, at=clock.now())


def has_lately_returned(user: User, report: ProgressReport, *, at: datetime) -> bool:
    """Whether this person of the office made the report's last move, a return in the last hour."""
    move = AuditEntry.objects.about(report).filter(action=AuditEntry.Action.MOVE).last()
    if move is None or not acts_as(user, Role.OFFICE) or at - move.at >= SITTING:
        return False
    return move.from_status == ProgressStatus.WITH_OFFICE and move.actor_id == user.pk


def can_release_words(user: User, report: ProgressReport) -> Allowed:
    """The office releases the 公开表述 of an accepted report, once; nobody their own words."""
    is_ready = report.status == ProgressStatus.ACCEPTED and bool(report.public_summary)
    may_be = is_ready and report.public_summary_released_at is None
    why_not = "这份填报没有等待放行的公开表述：它还没有接收、没有公开表述，或者已经放行。"
    return acts_as(user, Role.OFFICE) and in_state(may_be, report, why_not) and not_own_work(user, report)


def can_ask(user: User, assignment: Assignment) -> Allowed:
    """The unit's clerk or head asks for more time, or that the duty does not apply, while it is open."""
    asks = acts_for(user, assignment, Role.EDITOR) or acts_for(user, assignment, Role.REVIEWER)
    why_not = "这项任务已经办结或不再办理，不能再提出申请。"
    return asks and in_state(is_open(assignment), assignment, why_not)


def can_withdraw(user: User, petition: Petition) -> Allowed:
    """The unit takes back what nobody has decided yet."""
    why_not = "这份申请已经办理或任务已经结束，不能撤回。"
    return can_ask(user, petition.assignment) and in_state(petition.is_open, petition, why_not)


def decides_petitions(user: User, kind: str) -> bool:
    """More time is the signer's to grant, 不适用 the office's (design: 签发人批准延期)."""
    return acts_as(user, Role.SIGNER if kind == Petition.Kind.EXTENSION else Role.OFFICE)


def can_decide_petition(user: User, petition: Petition) -> Allowed:
    """Whose act it is, while it is open; never who asked, now or before."""
    why_not = f"这份申请现在是“{petition.get_status_display()}”，不能再批准或者不批准。"
    is_open = decides_petitions(user, petition.kind) and in_state(petition.is_open, petition, why_not)
    return is_open and not_own_work(user, petition, *petition.earlier())


def can_set_not_applicable(user: User, assignment: Assignment) -> Allowed:
    """The office says so of its own accord, while the duty is open."""
    return acts_as(user, Role.OFFICE) and _while_open(assignment)


def can_read_history(user: User, assignment: Assignment) -> bool:
    """Who did what and when is the affair of the unit and its heir; the office reads it in the audit trail."""
    return stands_for(user, assignment)


def can_draw_spot_check(user: User) -> bool:
    return acts_as(user, Role.OFFICE)


def can_assign_inspectors(user: User, spot_check: SpotCheck) -> bool:
    return acts_as(user, Role.OFFICE)


def answers_for(user: User, finding: Finding) -> bool:
    """The clerk or head of the unit of what was inspected, or of its heir: objects, puts right."""
    return stands_for(user, finding.drawn)


def writes_for(user: User, finding: Finding) -> bool:
    """The clerk of that unit: writes objection and rectification."""
    return acts_as(user, Role.EDITOR) and answers_for(user, finding)


def heads(user: User, finding: Finding) -> bool:
    """The head of that unit: passes on what the clerk wrote, or returns it."""
    return acts_as(user, Role.REVIEWER) and answers_for(user, finding)


def in_time_to_object(finding: Finding, *, on: date) -> Allowed:
    """Until the last day of the clock for an objection."""
    if finding.objection_until is None:
        return as_long_as(False, "这条结论没有异议期限，如有意见请直接联系县政府办公室。")
    said = f"异议期限已于{finding.objection_until:%Y-%m-%d}届满，不能再提出异议。"
    return as_long_as(on <= finding.objection_until, said)


def can_object(user: User, finding: Finding, *, on: date) -> Allowed:
    """The unit's clerk, once, in time, or again what the head has returned (needs `objection`)."""
    objection: Objection | None = getattr(finding, "objection", None)
    is_to_write = objection is None or objection.status == ObjectionStatus.RETURNED
    is_once = as_long_as(is_to_write, "本单位已对这条结论提出过异议，一条结论只能提一次。")
    return writes_for(user, finding) and is_once and in_time_to_object(finding, on=on)


def can_add_to_objection(user: User, objection: Objection) -> Allowed:
    """The unit's clerk, while it is within the unit."""
    is_within = as_long_as(
        objection.status in ObjectionStatus.within_unit, "这条异议已经报送县政府办公室，不能再改动材料。"
    )
    return writes_for(user, objection.finding) and is_within


def can_pass_objection(user: User, objection: Objection) -> Allowed:
    """The unit's head, what others have written: passes it to the office or returns it."""
    is_there = in_state(objection.status == ObjectionStatus.WITH_HEAD, objection)
    return heads(user, objection.finding) and is_there and not_own_work(user, objection)


def can_pass_rectification(user: User, rectification: Rectification) -> Allowed:
    """The unit's head, what others have written: passes it on to the second look or returns it."""
    is_there = in_state(rectification.status == RectificationStatus.WITH_HEAD, rectification)
    return heads(user, rectification.finding) and is_there and not_own_work(user, rectification)


def can_decide_objection(user: User, objection: Objection) -> Allowed:
    """The office; nobody who inspected it or wrote of what was found, and nobody who wrote in the objection or passed it on."""
    is_raised = in_state(objection.status == ObjectionStatus.RAISED, objection)
    took_part = [objection.finding.drawn.inspector_id, objection.passed_by_id]
    is_others = not_own_work(user, objection, objection.finding, also=took_part)
    return acts_as(user, Role.OFFICE) and is_raised and is_others


def can_rectify(user: User, rectification: Rectification) -> Allowed:
    """The unit's clerk, while it is with the clerk."""
    is_with_clerk = in_state(rectification.status in RectificationStatus.with_clerk, rectification)
    return writes_for(user, rectification.finding) and is_with_clerk


def can_recheck(user: User, rectification: Rectification) -> Allowed:
    """复查: the inspector for whom it was drawn, or the office; nobody what they wrote in or passed on."""
    is_inspector = can_record_finding(user, rectification.finding.drawn)
    may = is_inspector or acts_as(user, Role.OFFICE)
    is_there = in_state(rectification.status == RectificationStatus.HANDED_IN, rectification)
    return may and is_there and not_own_work(user, rectification, also=[rectification.passed_by_id])


def can_edit_rubrics(user: User) -> bool:
    """评分细则 are the office's; what a spot check uses is changed by nobody (`spot_checks.rubrics`)."""
    return acts_as(user, Role.OFFICE)


def can_record_finding(user: User, drawn: Drawn) -> bool:
    """The inspector for whom it was drawn."""
    return acts_as(user, Role.INSPECTOR) and drawn.inspector_id == user.pk


def can_remind_units(user: User) -> bool:
    """Urging by hand (催办) is the office's."""
    return acts_as(user, Role.OFFICE)


def can_remind_about(user: User, assignment: Assignment) -> bool:
    """While something may still be done about it."""
    return can_remind_units(user) and is_open(assignment)


# Scores.


FROZEN = "按这个方案计算的得分已经通报，方案不能再修改。请复制为新方案后修改。"


def can_make_scheme(user: User) -> bool:
    return acts_as(user, Role.OFFICE)


def can_edit_scheme(user: User, scheme: ScoreScheme) -> Allowed:
    """The office, until scores under it are circulated (通报)."""
    return acts_as(user, Role.OFFICE) and as_long_as(not scheme.is_circulated(), FROZEN)


def can_record_score(user: User) -> bool:
    """Enter or import what the office knows of units: a third party's results, deductions, bonuses, vetoes."""
    return acts_as(user, Role.OFFICE)


def can_cancel_score(user: User, entry: ScoreEntry) -> Allowed:
    return acts_as(user, Role.OFFICE) and as_long_as(not entry.is_cancelled, "这条记录已经作废。")


def can_compute_scores(user: User) -> bool:
    return acts_as(user, Role.OFFICE)


def can_recompute(user: User, scoring: Scoring) -> Allowed:
    is_draft = in_state(scoring.status == ScoringStatus.DRAFT, scoring, "已通报的得分不能重新计算。")
    return can_compute_scores(user) and is_draft


def can_circulate(user: User, scoring: Scoring) -> Allowed:
    """The office's head signs what goes out to all units (design: SIGNER signs off circulars), never what they computed."""
    is_draft = in_state(scoring.status == ScoringStatus.DRAFT, scoring, "这次得分已经通报。")
    return acts_as(user, Role.SIGNER) and is_draft and not_own_work(user, scoring)


def can_hand_over(user: User) -> bool:
    """人员交接 changes roles and closes an account: the security administrator's (三权分立)."""
    return acts_as(user, Role.SECURITY)


def can_reform_units(user: User) -> bool:
    """机构改革: the office says which unit ended and who took over."""
    return acts_as(user, Role.OFFICE)
