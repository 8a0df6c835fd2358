"""Who may do what in `tasks`: predicates of (user, object). Services require them, pages show buttons by them.

Nobody checks or accepts what they drafted themselves (design: 自己起草的，不由自己审核).
"""

from datetime import date

from ninghai.models import Role, Unit, User
from ninghai.roles import acts_as
from tasks.models import (
    Assignment,
    Drawn,
    Finding,
    Objection,
    Petition,
    ProgressReport,
    Rectification,
    ScoreEntry,
    ScoreScheme,
    Scoring,
    SpotCheck,
    WorkPointNotice,
)
from tasks.states import (
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


def stands_for(user: User, assignment: Assignment) -> bool:
    """The clerk or head of the assignment's unit, or of the unit that has taken over the duties of the ended one (机构改革).

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


def can_import_breakdown(user: User, notice: WorkPointNotice) -> bool:
    """The office, into a draft at once, into an issued notice by way of an amendment."""
    return can_edit_notice(user, notice) or can_amend_notice(user, notice)


def can_amend_notice(user: User, notice: WorkPointNotice) -> bool:
    """The office brings a corrected edition of an issued notice."""
    return acts_as(user, Role.OFFICE) and notice.status == NoticeStatus.ISSUED


def can_edit_notice(user: User, notice: WorkPointNotice) -> bool:
    """Correct points, resolve groups, issue: the office, until it is issued."""
    return acts_as(user, Role.OFFICE) and notice.status == NoticeStatus.DRAFT


def can_set_periods(user: User) -> bool:
    """Rhythm, days and closing (封账) of the reporting periods are the office's."""
    return acts_as(user, Role.OFFICE)


def has_periods(notice: WorkPointNotice) -> bool:
    """Reporting periods come with issuing and go with revoking."""
    return notice.status == NoticeStatus.ISSUED


def is_open(assignment: Assignment) -> bool:
    """Neither finished nor ended: something may still be done about it."""
    return assignment.status in {AssignmentStatus.TODO, AssignmentStatus.IN_PROGRESS}


def can_report_progress(user: User, assignment: Assignment) -> bool:
    """The unit's clerk, while the duty is open."""
    return acts_for(user, assignment, Role.EDITOR) and is_open(assignment)


def can_edit_report(user: User, report: ProgressReport) -> bool:
    """The unit's clerk, while the report is with the clerk."""
    return can_report_progress(user, report.assignment) and report.is_editable


def can_pass_on(user: User, report: ProgressReport) -> bool:
    """The unit's head, for what another person drafted: pass it to the office or return it."""
    is_head = acts_for(user, report.assignment, Role.REVIEWER)
    return is_head and report.status == ProgressStatus.WITH_HEAD and report.drafted_by_id != user.pk


def can_decide(user: User, report: ProgressReport) -> bool:
    """The office accepts or returns what neither was drafted nor passed on by the same person."""
    took_part = user.pk in {report.drafted_by_id, report.passed_by_id}
    return acts_as(user, Role.OFFICE) and report.status == ProgressStatus.WITH_OFFICE and not took_part


def can_return(user: User, report: ProgressReport) -> bool:
    """Whoever may pass it on or accept it may send it back instead."""
    return can_pass_on(user, report) or can_decide(user, report)


def can_release_words(user: User, report: ProgressReport) -> bool:
    """The office releases the 公开表述 of an accepted report, once."""
    is_ready = report.status == ProgressStatus.ACCEPTED and bool(report.public_summary)
    return acts_as(user, Role.OFFICE) and is_ready and report.public_summary_released_at is None


def can_ask(user: User, assignment: Assignment) -> bool:
    """The unit's clerk or head asks for more time, or that the duty does not apply, while it is open."""
    asks = acts_for(user, assignment, Role.EDITOR) or acts_for(user, assignment, Role.REVIEWER)
    return asks and is_open(assignment)


def can_withdraw(user: User, petition: Petition) -> bool:
    """The unit takes back what nobody has decided yet."""
    return petition.is_open and can_ask(user, petition.assignment)


def can_decide_petition(user: User, petition: Petition) -> bool:
    """More time is the signer's to grant, 不适用 the office's; neither by the person who asked (design: 签发人批准延期)."""
    decides = Role.SIGNER if petition.kind == Petition.Kind.EXTENSION else Role.OFFICE
    return acts_as(user, decides) and petition.is_open and petition.asked_by_id != user.pk


def can_set_not_applicable(user: User, assignment: Assignment) -> bool:
    """The office says so of its own accord, while the duty is open."""
    return acts_as(user, Role.OFFICE) and is_open(assignment)


def can_read_history(user: User, assignment: Assignment) -> bool:
    """Who did what and when is the affair of the unit and its heir; the office reads it in the audit trail."""
    return stands_for(user, assignment)


def can_draw_spot_check(user: User) -> bool:
    return acts_as(user, Role.OFFICE)


def can_assign_inspectors(user: User, spot_check: SpotCheck) -> bool:
    return acts_as(user, Role.OFFICE)


def answers_for(user: User, finding: Finding) -> bool:
    """The clerk or head of the unit whose assignment was inspected, or of its heir: objects, puts right."""
    return stands_for(user, finding.drawn.assignment)


def can_object(user: User, finding: Finding, *, on: date) -> bool:
    """The unit, once, until the last day of its clock (needs `objection`)."""
    is_open = finding.objection_until is not None and on <= finding.objection_until
    return answers_for(user, finding) and is_open and getattr(finding, "objection", None) is None


def can_decide_objection(user: User, objection: Objection) -> bool:
    """The office; nobody who inspected it, and not who raised it."""
    took_part = {objection.finding.recorded_by_id, objection.finding.drawn.inspector_id, objection.raised_by_id}
    return acts_as(user, Role.OFFICE) and objection.status == ObjectionStatus.RAISED and user.pk not in took_part


def can_rectify(user: User, rectification: Rectification) -> bool:
    """The unit, while it is owed."""
    return answers_for(user, rectification.finding) and rectification.status in RectificationStatus.owed


def can_recheck(user: User, rectification: Rectification) -> bool:
    """复查: the inspector for whom it was drawn, or the office; nobody their own."""
    is_inspector = can_record_finding(user, rectification.finding.drawn)
    may = is_inspector or acts_as(user, Role.OFFICE)
    is_there = rectification.status == RectificationStatus.HANDED_IN
    return may and is_there and rectification.handed_in_by_id != user.pk


def can_edit_rubrics(user: User) -> bool:
    """评分细则 are the office's; what a spot check uses is changed by nobody (`services.rubrics`)."""
    return acts_as(user, Role.OFFICE)


def can_record_finding(user: User, drawn: Drawn) -> bool:
    """The inspector for whom it was drawn."""
    return acts_as(user, Role.INSPECTOR) and drawn.inspector_id == user.pk


def can_remind_units(user: User) -> bool:
    """Urging by hand (催办) is the office's."""
    return acts_as(user, Role.OFFICE)


# --- Scores --------------------------------------------------------------------------------------


def can_make_scheme(user: User) -> bool:
    return acts_as(user, Role.OFFICE)


def can_edit_scheme(user: User, scheme: ScoreScheme) -> bool:
    """The office, until scores under it are circulated (通报)."""
    return acts_as(user, Role.OFFICE) and not scheme.is_circulated()


def can_record_score(user: User) -> bool:
    """Enter or import what the office knows of units: a third party's results, deductions, bonuses, vetoes."""
    return acts_as(user, Role.OFFICE)


def can_cancel_score(user: User, entry: ScoreEntry) -> bool:
    return acts_as(user, Role.OFFICE) and not entry.is_cancelled


def can_compute_scores(user: User) -> bool:
    return acts_as(user, Role.OFFICE)


def can_recompute(user: User, scoring: Scoring) -> bool:
    return can_compute_scores(user) and scoring.status == ScoringStatus.DRAFT


def can_circulate(user: User, scoring: Scoring) -> bool:
    """The office's head signs what goes out to all units (design: SIGNER signs off circulars), never what they computed."""
    is_draft = scoring.status == ScoringStatus.DRAFT
    return acts_as(user, Role.SIGNER) and is_draft and scoring.computed_by_id != user.pk


def can_hand_over(user: User) -> bool:
    """人员交接 changes roles and closes an account: the security administrator's (三权分立)."""
    return acts_as(user, Role.SECURITY)


def can_reform_units(user: User) -> bool:
    """机构改革: the office says which unit ended and who took over."""
    return acts_as(user, Role.OFFICE)
