"""The page of a finding (抽查结论), the same for unit and office: what was found, the objection, the rectification.

The acts on it stand in `finding_acts`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.forms import BaseForm
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone

from ninghai.calendar import clock
from ninghai.models import User
from ninghai.staff_site.record_pages import WORK, Action, RecordPage
from ninghai.web.http import AuthenticatedRequest, visible_or_404
from tasks import rules
from tasks.assignments.dossier import EvidenceShown, show_evidence
from tasks.models import Criterion, Finding, Mark, Objection, Rectification
from tasks.models.states import ObjectionStatus, RectificationStatus
from tasks.progress.evidence import ask_for_file_again, catalogue_items
from tasks.spot_checks.finding_acts import UNIT_ACTS
from tasks.spot_checks.findings import objection_derivation
from tasks.spot_checks.questions import AnswerShown, show_answers
from tasks.spot_checks.subjects import subject_of

OUTCOME_TONES = {
    Finding.Outcome.TRUE: "good",
    Finding.Outcome.PARTLY_TRUE: "due",
    Finding.Outcome.NOT_TRUE: "late",
    Finding.Outcome.TO_RECTIFY: "late",
    Finding.Outcome.FAULTLESS: "good",
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
    """An objection or a rectification as it stands."""

    record: Objection | Rectification
    status: str
    tone: str
    facts: Facts
    evidence: list[EvidenceShown]


@dataclass(frozen=True, slots=True)
class FindingShown:
    finding: Finding
    outcome: str
    tone: str
    facts: Facts
    marks: list[MarkShown]
    answers: list[AnswerShown]
    evidence: list[EvidenceShown]
    to_do: list[str]
    derivation: str
    objection: RemedyShown | None
    rectification: RemedyShown | None


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
        answers=show_answers(finding.answers, finding.drawn.asked),
        evidence=shown[finding],
        to_do=to_do(finding, user=user, on=on),
        derivation=objection_derivation(finding),
        objection=_show_objection(objection, shown, on=on) if objection else None,
        rectification=_show_rectification(rectification, shown, user=user, on=on) if rectification else None,
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


def _show_objection(objection: Objection, shown: dict[object, list[EvidenceShown]], *, on: date) -> RemedyShown:
    status, finding = ObjectionStatus(objection.status), objection.finding
    is_in_time = bool(rules.in_time_to_object(finding, on=on))
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
    )


def _by_on(person: User | None, at: datetime | None) -> str:
    return f"{person}，{timezone.localtime(at):%Y-%m-%d}" if person and at else ""


def _day(day: date | None) -> str:
    return f"{day:%Y-%m-%d}" if day else ""


def _filled(*rows: tuple[str, str]) -> Facts:
    return [(term, value) for term, value in rows if value]


# The page.


class FindingPage(RecordPage[Finding]):
    """A finding with its marks and proofs, the objection and the rectification."""

    keyword, gives_version = "finding", True
    template = "tasks/finding.html"
    page_names = {"work": "tasks:finding", "admin": "admin:tasks_finding_change"}
    act_names = {"work": "tasks:", "admin": "admin:tasks_finding_"}
    list_title = "抽查结论"
    list_names = {"work": "tasks:finding-list", "admin": "admin:tasks_finding_changelist"}

    @property
    def shows_conflicts(self) -> bool:  # type: ignore[override]
        return self.mount is WORK

    def find(self, user: User, pk: int) -> Finding:
        rows = Finding.objects.visible_to(user).select_related(
            "drawn__spot_check__rubric",
            "drawn__assignment__task__point__notice",
            "drawn__unit",
            "recorded_by",
            "objection__raised_by",
            "objection__decided_by",
            "objection__passed_by",
            "rectification__passed_by",
            "rectification__handed_in_by",
            "rectification__checked_by",
        )
        finding = visible_or_404(rows, pk=pk)
        if known_objection(finding, user=user) is None:  # also no act tells whether one lies within the unit
            Finding.objection.related.set_cached_value(finding, None)
        return finding

    def title(self, finding: Finding) -> str:
        drawn = finding.drawn
        return f"抽查结论：{drawn.task if self.mount is WORK else drawn.whole_name}"

    def in_conflict(
        self, action: Action, request: AuthenticatedRequest, record: Finding, form: BaseForm, conflict: Exception
    ) -> HttpResponse:
        if "upload" in form.fields:
            ask_for_file_again(form)
        return super().in_conflict(action, request, record, form, conflict)

    def context(
        self, request: AuthenticatedRequest, finding: Finding, refused: Mapping[str, BaseForm]
    ) -> dict[str, Any]:
        now, drawn = clock.now(), finding.drawn
        shown = show_finding(finding, user=request.user, on=now.date(), at=now)
        return {
            "shown": shown,
            "about": subject_of(drawn.spot_check).about(drawn),
            "spot_check": drawn.spot_check,
            "to_do": shown.to_do if self.mount is WORK else [],
            "links": self._links(finding),
        }

    def _links(self, finding: Finding) -> list[tuple[str, str]]:
        """What stands behind it, in this frame."""
        drawn, spot_check = finding.drawn, finding.drawn.spot_check
        links = subject_of(spot_check).links(drawn, in_admin=self.mount is not WORK)
        if self.mount is WORK:
            return links
        return [
            *links,
            (str(spot_check), reverse("admin:tasks_spotcheck_change", args=[spot_check.pk])),
            ("填报内容和佐证材料" if drawn.assignment else "核查单", drawn.get_absolute_url()),
        ]


pages = FindingPage(WORK, UNIT_ACTS)
