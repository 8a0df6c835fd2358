"""What pages show of an assignment: its periods, the reports that this person may read, their evidence, its history."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Prefetch
from django.urls import reverse
from django.utils import timezone

from ninghai.models import User
from ninghai.staff_site.file_preview import preview_url_of
from ninghai.staff_site.record_pages import OfferedAction
from tasks import rules
from tasks.models import Assignment, Evidence, Petition, ProgressReport
from tasks.models.progress import HANDED_IN, Proof
from tasks.models.states import PetitionStatus, ProgressStatus
from tasks.periods.owing import OwingPeriods, Turn, turns
from tasks.progress.evidence import CatalogueItem, catalogue_items

REPORT_TONES = {
    ProgressStatus.DRAFT: "draft",
    ProgressStatus.WITH_HEAD: "info",
    ProgressStatus.WITH_OFFICE: "info",
    ProgressStatus.ACCEPTED: "good",
    ProgressStatus.RETURNED: "late",
}
PETITION_TONES = {
    PetitionStatus.ASKED: "due",
    PetitionStatus.GRANTED: "good",
    PetitionStatus.REFUSED: "late",
    PetitionStatus.WITHDRAWN: "",
    PetitionStatus.LAPSED: "",
}
OWING_TONES = {
    OwingPeriods.HANDED_IN_LATE: "due",
    OwingPeriods.MADE_UP: "late",
    OwingPeriods.MISSING: "late",
    OwingPeriods.LATE: "late",
    OwingPeriods.OWED: "due",
    OwingPeriods.RUNNING: "info",
    OwingPeriods.ANY_TIME: "info",
}
NOTED_BESIDES = frozenset(
    {OwingPeriods.LATE, OwingPeriods.MISSING, OwingPeriods.MADE_UP, OwingPeriods.HANDED_IN_LATE}
)  # beside a report's status


@dataclass(frozen=True, slots=True)
class EvidenceShown:
    pk: int
    label: str
    url: str
    preview_url: str = ""
    size: int | None = None
    sha256: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class ReportShown:
    """One report with its evidence, and the acts that this person is offered on it."""

    report: ProgressReport
    title: str
    status: str
    tone: str
    facts: list[tuple[str, str]]
    evidence: list[EvidenceShown]
    offers: Mapping[str, OfferedAction]


@dataclass(frozen=True, slots=True)
class TurnShown:
    """One period with what was reported for it, and whether this person may write a report or a supplement for it."""

    turn: Turn
    status: str
    tone: str
    reports: list[ReportShown]
    can_report: bool
    can_supplement: bool

    @property
    def span_words(self) -> str:
        """Above the form: from when to when, and by when it is to be reported."""
        period = self.turn.period
        span = f"本期 {period.start:%Y-%m-%d} 至 {period.end:%Y-%m-%d}"
        if self.turn.supplement:
            return f"{span}。"
        if self.turn.owing == OwingPeriods.MISSING:
            return f"{span}，已经封账，记为缺报。现在仍可补报，记录不变。"
        if period.due_date is None:
            return f"{span}，不定期报送，有进展时随时填报。"
        return f"{span}，请于 {period.due_words} 前报送县政府办公室。"

    @property
    def under_way(self) -> ProgressReport | None:
        """The report that the clerk goes on with; None when one is to be begun."""
        return None if self.turn.may_be_supplemented else self.turn.report

    @property
    def is_to_check(self) -> bool:
        """Whether one of its reports waits for this person, the unit's head."""
        return any("pass" in each.offers for each in self.reports)

    @property
    def evidence_under_way(self) -> list[EvidenceShown]:
        return self.reports[-1].evidence if self.under_way else []


@dataclass(frozen=True, slots=True)
class PetitionShown:
    """A petition (延期、不适用), who asked, what was decided, and the acts that this person is offered on it."""

    petition: Petition
    status: str
    tone: str
    facts: list[tuple[str, str]]
    offers: Mapping[str, OfferedAction]


Offers = Callable[[Any], Mapping[str, OfferedAction]]


def no_offers(record: object) -> Mapping[str, OfferedAction]:
    """Of a page on which reports are only read."""
    return {}


def read_turns(
    *, assignment: Assignment, user: User, on: date, at: datetime, offers: Offers = no_offers
) -> list[TurnShown]:
    """The periods of the assignment, newest first, in a number of queries that does not grow with them."""
    reports = _reports(assignment, user)
    numbers = {proof.index_number for report in reports for proof in report.evidence.all() if proof.index_number}
    items = catalogue_items(numbers, at=at)
    of_periods = turns(assignment=assignment, reports=reports, on=on)
    may_write = bool(rules.can_report_progress(user, assignment))
    return [_show(turn, may_write=may_write, items=items, offers=offers) for turn in reversed(of_periods)]


def _reports(assignment: Assignment, user: User) -> list[ProgressReport]:
    """The reports that this person may read; each knows the very assignment that the page shows."""
    with_files = Prefetch("evidence", Evidence.objects.select_related("file"))
    people = ("drafted_by", "passed_by", "decided_by")
    visible = ProgressReport.objects.visible_to(user).filter(assignment=assignment)
    reports = list(visible.select_related("period", *people).prefetch_related(with_files))
    for report in reports:
        report.assignment = assignment
    return reports


def _show(turn: Turn, *, may_write: bool, items: Mapping[str, CatalogueItem], offers: Offers) -> TurnShown:
    can_report = may_write and turn.is_with_clerk
    status, tone = _status(turn, may_be_made_up=can_report)
    return TurnShown(
        turn=turn,
        status=status,
        tone=tone,
        reports=[_show_report(report, items=items, offers=offers) for report in turn.reports],
        can_report=can_report,
        can_supplement=may_write and turn.may_be_supplemented,
    )


def _show_report(report: ProgressReport, *, items: Mapping[str, CatalogueItem], offers: Offers) -> ReportShown:
    status = ProgressStatus(report.status)
    return ReportShown(
        report=report,
        title=f"第{report.supplement}次补充填报" if report.supplement else "",
        status=status.label,
        tone=REPORT_TONES[status],
        facts=_facts(report),
        evidence=[show_evidence(proof, items) for proof in report.evidence.all()],
        offers=offers(report),
    )


def _status(turn: Turn, *, may_be_made_up: bool) -> tuple[str, str]:
    """How the period stands, by its first report; each supplement says its own status."""
    owing = _owing_words(turn, may_be_made_up=may_be_made_up)
    if not turn.reports:
        return owing, OWING_TONES.get(turn.owing, "")
    status = ProgressStatus(turn.reports[0].status)
    if turn.owing in NOTED_BESIDES:
        return f"{status.label}，{owing}", OWING_TONES[turn.owing]
    return status.label, REPORT_TONES[status]


def _owing_words(turn: Turn, *, may_be_made_up: bool) -> str:
    if turn.owing != OwingPeriods.MISSING:
        return turn.owing.label
    closed = "，已封账" if turn.period.closed_on else ""
    return f"{turn.owing.label}{closed}{'，可以补报' if may_be_made_up else ''}"


def _facts(report: ProgressReport) -> list[tuple[str, str]]:
    """The report as rows of term and value, empty ones left out."""
    released = "（已同意公开）" if report.public_summary_released_at else "（尚未公开）"
    rows = [
        ("进展情况", "本期无进展" if report.nothing_to_report and not report.text else report.text),
        ("完成比例", f"{report.percent}%"),
        ("下一步打算", report.next_step),
        ("申请办结", "是" if report.claims_completion else ""),
        ("公开表述", f"{report.public_summary}{released}" if report.public_summary else ""),
        ("填报人", str(report.drafted_by)),
        _handing_in(report),
        ("退回理由", report.return_reason if report.status == ProgressStatus.RETURNED else ""),
    ]
    return [(term, value) for term, value in rows if value]


def _handing_in(report: ProgressReport) -> tuple[str, str]:
    """When it was handed in, and by whom; of what has come back since that is the time before."""
    if not report.handed_in_on:
        return "报送日期", ""
    term = "报送日期" if report.status in HANDED_IN else "上次报送"
    return term, f"{report.handed_in_on:%Y-%m-%d}，单位审核人{report.passed_by}"


def show_evidence(proof: Proof, items: Mapping[str, CatalogueItem]) -> EvidenceShown:
    if stored := proof.file:
        url, preview = (reverse(f"tasks:evidence-{what}", args=[stored.pk]) for what in ("file", "preview"))
        looked_at = preview_url_of(stored, preview)
        return EvidenceShown(proof.pk, stored.original_name, url, looked_at, size=stored.size, sha256=stored.sha256)
    if item := items.get(proof.index_number):
        return EvidenceShown(proof.pk, f"{proof.index_number} {item.title}", item.url, note="已公开信息")
    return EvidenceShown(proof.pk, proof.index_number, "", note="这条信息现在不在公开目录中")


def read_petitions(*, assignment: Assignment, user: User, offers: Offers = no_offers) -> list[PetitionShown]:
    """The petitions about the assignment that this person may read, newest first."""
    visible = Petition.objects.visible_to(user).filter(assignment=assignment)
    petitions = list(visible.select_related("asked_by", "decided_by"))
    for petition in petitions:
        petition.assignment = assignment
    return [_show_petition(petition, offers=offers) for petition in petitions]


def _show_petition(petition: Petition, *, offers: Offers) -> PetitionShown:
    status = PetitionStatus(petition.status)
    return PetitionShown(
        petition=petition,
        status=status.label,
        tone=PETITION_TONES[status],
        facts=petition_facts(petition),
        offers=offers(petition),
    )


def petition_facts(petition: Petition) -> list[tuple[str, str]]:
    """The petition as rows of term and value: the original due date, what was asked for, what was decided and by whom."""
    decided = petition.decided_at
    rows = [
        ("原来的时限", f"{petition.due_before:%Y-%m-%d}"),
        ("申请事项", petition.words),
        ("申请理由", petition.reason),
        ("申请人", f"{petition.asked_by}，{timezone.localtime(petition.asked_at):%Y-%m-%d}"),
        ("批准结果", petition.granted_words),
        ("批准人" if petition.status == PetitionStatus.GRANTED else "办理人", str(petition.decided_by or "")),
        ("办理日期", f"{timezone.localtime(decided):%Y-%m-%d}" if decided else ""),
        ("办理意见", petition.decision_reason),
    ]
    return [(term, value) for term, value in rows if value]


def shown_for(period_pk: int | None, shown: Iterable[TurnShown]) -> TurnShown | None:
    """The period of that number, if it is among them."""
    return next((each for each in shown if each.turn.period.pk == period_pk), None)
