"""What pages show of a finding: its words and marks, its proofs, and what followed; the same for unit, inspector, office."""

from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone

from ninghai.models import User
from tasks import rules
from tasks.assignments.dossier import EvidenceShown, show_evidence
from tasks.models import Criterion, Finding, Mark, Objection, Rectification
from tasks.models.states import ObjectionStatus, RectificationStatus
from tasks.progress.evidence import catalogue_items
from tasks.spot_checks.objection_clocks import objection_derivation

OUTCOME_TONES = {
    Finding.Outcome.TRUE: "good",
    Finding.Outcome.PARTLY_TRUE: "due",
    Finding.Outcome.NOT_TRUE: "late",
    Finding.Outcome.TO_RECTIFY: "late",
}
OBJECTION_TONES = {
    ObjectionStatus.WITH_HEAD: "info",
    ObjectionStatus.RETURNED: "late",
    ObjectionStatus.RAISED: "due",
    ObjectionStatus.UPHELD: "good",
    ObjectionStatus.DISMISSED: "",
}
RECTIFICATION_TONES = {
    RectificationStatus.OPEN: "due",
    RectificationStatus.WITH_HEAD: "info",
    RectificationStatus.HANDED_IN: "info",
    RectificationStatus.RETURNED: "late",
    RectificationStatus.PASSED: "good",
    RectificationStatus.LIFTED: "",
}
Facts = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class MarkShown:
    title: str
    points: str
    note: str


@dataclass(frozen=True, slots=True)
class RemedyShown:
    """An objection or a rectification as it stands, and what this person may do about it."""

    record: Objection | Rectification
    status: str
    tone: str
    facts: Facts
    evidence: list[EvidenceShown]
    may_write: bool
    may_pass: bool  # the unit's head: on to the office, or back to the clerk
    may_decide: bool


@dataclass(frozen=True, slots=True)
class FindingShown:
    finding: Finding
    outcome: str
    tone: str
    facts: Facts
    marks: list[MarkShown]
    evidence: list[EvidenceShown]
    to_do: list[str]
    derivation: str
    objection: RemedyShown | None
    rectification: RemedyShown | None
    can_object: bool


def show_finding(finding: Finding, *, user: User, on: date, at: datetime) -> FindingShown:
    """In a number of queries that does not grow with marks and proofs; needs `for_list()`'s relations."""
    objection, rectification = known_objection(finding, user=user), getattr(finding, "rectification", None)
    pieces = {each: list(each.proofs.select_related("file")) for each in (finding, objection, rectification) if each}
    numbers = {proof.index_number for proofs in pieces.values() for proof in proofs if proof.index_number}
    items = catalogue_items(numbers, at=at)
    shown = {each: [show_evidence(proof, items) for proof in proofs] for each, proofs in pieces.items()}
    return FindingShown(
        finding=finding,
        outcome=finding.get_outcome_display(),
        tone=OUTCOME_TONES[Finding.Outcome(finding.outcome)],
        facts=_facts(finding),
        marks=[_show_mark(mark) for mark in finding.marks.select_related("criterion")],
        evidence=shown[finding],
        to_do=to_do(finding, user=user, on=on),
        derivation=objection_derivation(finding),
        objection=_show_objection(objection, shown, user=user, on=on) if objection else None,
        rectification=_show_rectification(rectification, shown, user=user, on=on) if rectification else None,
        can_object=rules.can_object(user, finding, on=on),
    )


def known_objection(finding: Finding, *, user: User) -> Objection | None:
    """The objection as far as this person knows of one: what lies within the unit yet is nobody else's (needs `objection`)."""
    objection: Objection | None = getattr(finding, "objection", None)
    is_within = objection is not None and objection.status in ObjectionStatus.within_unit
    return None if is_within and not rules.answers_for(user, finding) else objection


def to_do(finding: Finding, *, user: User, on: date) -> list[str]:
    """What the unit has to do or may do, by when, as this person knows it; needs `objection` and `rectification`."""
    sentences = []
    rectification: Rectification | None = getattr(finding, "rectification", None)
    if rectification and rectification.status in RectificationStatus.owed and finding.rectify_by_date:
        late = "，已逾期" if rectification.is_late(on=on) else ""
        sentences.append(f"请在{finding.rectify_by_date:%Y-%m-%d}前完成整改并报送佐证材料{late}。")
    objection = known_objection(finding, user=user)
    if finding.objection_until and on <= finding.objection_until:
        until = f"{finding.objection_until:%Y-%m-%d}"
        if objection is None:
            sentences.append(f"有异议的，请在{until}前提出并经本单位审核人审核报送，只能提一次。")
        elif objection.status in ObjectionStatus.within_unit:
            sentences.append(f"异议还没有报送，请在{until}前由本单位审核人审核报送。")
    return sentences


def _facts(finding: Finding) -> Facts:
    return _filled(
        ("结论", finding.get_outcome_display()),
        ("得分", finding.score_words),
        ("核查情况", finding.note),
        ("整改期限", _day(finding.rectify_by_date)),
        ("异议截止", _day(finding.objection_until)),
        ("记录", f"{finding.recorded_by}，{timezone.localtime(finding.recorded_at):%Y-%m-%d}"),
    )


def _show_mark(mark: Mark) -> MarkShown:
    criterion, points = mark.criterion, mark.points
    if criterion.kind == Criterion.Kind.VETO:
        words = "单项否决"
    else:
        words = f"{'加' if criterion.kind == Criterion.Kind.BONUS else '扣'}{points.normalize():f}分"
    return MarkShown(criterion.title, words, mark.note)


def _show_objection(
    objection: Objection, shown: dict[object, list[EvidenceShown]], *, user: User, on: date
) -> RemedyShown:
    status, finding = ObjectionStatus(objection.status), objection.finding
    is_in_time = rules.is_in_time(finding, on=on)
    return RemedyShown(
        record=objection,
        status=status.label,
        tone=OBJECTION_TONES[status],
        facts=_filled(
            ("异议内容", objection.text),
            ("提出", f"{objection.raised_by}，{timezone.localtime(objection.raised_at):%Y-%m-%d}"),
            ("退回理由", objection.return_reason if status == ObjectionStatus.RETURNED else ""),
            ("报送", "" if is_in_time or status not in ObjectionStatus.within_unit else _came_too_late(finding)),
            ("单位审核", _by_on(objection.passed_by, objection.passed_at)),
            ("处理意见", objection.decision),
            ("处理", _by_on(objection.decided_by, objection.decided_at)),
        ),
        evidence=shown[objection],
        may_write=rules.writes_for(user, finding) and status in ObjectionStatus.within_unit and is_in_time,
        may_pass=bool(rules.can_pass_objection(user, objection)) and is_in_time,
        may_decide=bool(rules.can_decide_objection(user, objection)),
    )


def _came_too_late(finding: Finding) -> str:
    until = f"异议期限已于{finding.objection_until:%Y-%m-%d}届满，" if finding.objection_until else ""
    return f"{until}没有报送县政府办公室，不能再报送。如有意见请直接联系县政府办公室。"


def _show_rectification(
    rectification: Rectification, shown: dict[object, list[EvidenceShown]], *, user: User, on: date
) -> RemedyShown:
    status = RectificationStatus(rectification.status)
    late = "，逾期" if rectification.is_late(on=on) else ""
    is_read = status not in RectificationStatus.owed or rules.answers_for(user, rectification.finding)
    return RemedyShown(
        record=rectification,
        status=f"{status.label}{late}",
        tone="late" if late and status != RectificationStatus.PASSED else RECTIFICATION_TONES[status],
        facts=_filled(
            ("整改期限", _day(rectification.finding.rectify_by_date)),
            ("整改情况", rectification.text if is_read else ""),
            ("填写", str(rectification.handed_in_by or "") if is_read else ""),
            ("退回理由", rectification.return_reason if is_read and status == RectificationStatus.RETURNED else ""),
            ("单位审核报送", _by_on(rectification.passed_by or rectification.handed_in_by, rectification.handed_in_at)),
            ("复查意见", rectification.check_note),
            ("复查", _by_on(rectification.checked_by, rectification.checked_at)),
        ),
        evidence=shown[rectification] if is_read else [],
        may_write=bool(rules.can_rectify(user, rectification)),
        may_pass=bool(rules.can_pass_rectification(user, rectification)),
        may_decide=bool(rules.can_recheck(user, rectification)),
    )


def _by_on(person: User | None, at: datetime | None) -> str:
    return f"{person}，{timezone.localtime(at):%Y-%m-%d}" if person and at else ""


def _day(day: date | None) -> str:
    return f"{day:%Y-%m-%d}" if day else ""


def _filled(*rows: tuple[str, str]) -> Facts:
    return [(term, value) for term, value in rows if value]
