"""A small issued notice and the stations of a report, reached through the services as in life."""

import io
from collections.abc import Sequence
from datetime import date, datetime
from uuid import uuid4
from zipfile import ZipFile
from zoneinfo import ZoneInfo

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from ninghai.files import store_bytes
from ninghai.models import User
from tasks.models import (
    Assignment,
    Drawn,
    Finding,
    Objection,
    ProgressReport,
    Rectification,
    ReportingPeriod,
    Responsibility,
    Rubric,
    SpotCheck,
    WorkPoint,
    WorkPointNotice,
)
from tasks.notices.issuing import issue_notice
from tasks.progress.evidence import add_evidence
from tasks.progress.services import Written, accept_report, pass_report, save_draft, submit_report
from tasks.spot_checks.drawing import draw_inspectors, draw_spot_check
from tasks.spot_checks.findings import record_finding
from tasks.spot_checks.remedies import (
    add_rectification_proof,
    pass_objection,
    pass_rectification,
    raise_objection,
    save_rectification,
    submit_rectification,
)
from tests.cast import Cast

TODAY = date(2018, 11, 20)
PDF = (
    b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog >>\nendobj\n"
    b"xref\n0 1\n0000000000 65535 f \ntrailer\n<< /Root 1 0 R >>\nstartxref\n45\n%%EOF\n"
)


def moment(month: int, day: int, hour: int = 9, *, year: int = 2018) -> datetime:
    return datetime(year, month, day, hour, tzinfo=ZoneInfo("Asia/Shanghai"))


NOW = moment(11, 20)


def issued_notice(
    cast: Cast, *, due_dates: Sequence[date] = (date(2018, 11, 1), date(2018, 12, 31))
) -> WorkPointNotice:
    """A point for each due date, each owed by the finance bureau (lead) and the town; the third and fourth quarter."""
    source = store_bytes(data=b"notice", name="notice.txt", media_type="text/plain", by=cast.office, at=moment(8, 13))
    notice = WorkPointNotice.objects.create(
        title="关于印发2018年工作要点的通知",
        document_number="宁政办发〔2018〕44号",
        issued_on=date(2018, 8, 13),
        year=2018,
        source_file=source,
        imported_by=cast.office,
        imported_at=moment(8, 13),
    )
    for position, due_date in enumerate(due_dates):
        _make_point(notice, cast, position=position, due_date=due_date)
    notice.periods.create(name="第三季度", start=date(2018, 7, 1), end=date(2018, 9, 30), due_date=date(2018, 10, 12))
    notice.periods.create(name="第四季度", start=date(2018, 10, 1), end=date(2018, 12, 31), due_date=date(2019, 1, 8))
    issue_notice(notice=notice, by=cast.office, at=moment(8, 14))
    return notice


def _make_point(notice: WorkPointNotice, cast: Cast, *, position: int, due_date: date) -> WorkPoint:
    point = notice.points.create(
        position=position,
        key=f"一(一){position + 1}",
        part_number="一",
        part_title="着力加强主动公开",
        section_number="(一)",
        section_title="围绕重点领域公开",
        number=str(position + 1),
        text=f"第{position + 1}条要做的工作",
        responsibility_texts=["[责任单位:县财政局、深甽镇]"],
        due_date=due_date,
        due_date_is_default=due_date == WorkPoint.default_due_date(2018),
    )
    roles = {cast.finance: Responsibility.Role.LEAD, cast.town: Responsibility.Role.RESPONSIBLE}
    for place, (unit, role) in enumerate(roles.items()):
        named = point.responsibilities.create(position=place, name=unit.short_name, role=role, is_resolved=True)
        named.units.add(unit)
    return point


def assignment_of(cast: Cast, *, point: int = 1, unit: str = "finance") -> Assignment:
    return Assignment.objects.get(unit=getattr(cast, unit), task__point__position=point - 1)


def period(name: str = "第四季度") -> ReportingPeriod:
    return ReportingPeriod.objects.get(name=name)


# --- The stations of a report --------------------------------------------------------------------


def drafted(
    cast: Cast,
    *,
    assignment: Assignment | None = None,
    of: str = "第四季度",
    by: User | None = None,
    at: datetime = NOW,
    proof: bytes = b"",
    supplement: int = 0,
    **written: object,
) -> ProgressReport:
    words = Written(**{"text": "已完成大半", "percent": 60, **written})
    report = save_draft(
        assignment=assignment or assignment_of(cast),
        period=period(of),
        written=words,
        supplement=supplement,
        by=by or cast.clerk,
        at=at,
    )
    if proof:
        add_evidence(report=report, proof=stored(cast, data=proof), by=by or cast.clerk, at=at)
    return report


def with_head(cast: Cast, **how) -> ProgressReport:
    report = drafted(cast, **how)
    return submit_report(report=report, by=how.get("by") or cast.clerk, at=how.get("at", NOW))


def with_office(cast: Cast, *, head: User | None = None, **how) -> ProgressReport:
    return pass_report(report=with_head(cast, **how), by=head or cast.head, at=how.get("at", NOW))


def accepted(cast: Cast, *, head: User | None = None, **how) -> ProgressReport:
    return accept_report(report=with_office(cast, head=head, **how), by=cast.office, at=how.get("at", NOW))


STATIONS = {"draft": drafted, "with_head": with_head, "with_office": with_office, "accepted": accepted}


# --- The stations of a spot check ------------------------------------------------------------------


def drawn_check(cast: Cast, notice: WorkPointNotice, *, size: int = 4, rubric: Rubric | None = None) -> SpotCheck:
    """Drawn from everything, and dealt to the one inspector."""
    check = draw_spot_check(
        notice=notice,
        title="第四季度抽查",
        size=size,
        seed="20181120",
        stratified_by=[],
        as_of=TODAY,
        rubric=rubric,
        form_id=uuid4(),
        by=cast.office,
        at=NOW,
    )
    draw_inspectors(spot_check=check, pool=[cast.inspector], by=cast.office, at=NOW)
    return check


def small_rubric() -> Rubric:
    """A veto, a deduction of up to 20 and a bonus of up to 5; 60 points pass, five working days to object."""
    rubric = Rubric.objects.create(name="抽查细则")
    rubric.criteria.create(position=1, kind="deduction", title="材料不足", points=20)
    rubric.criteria.create(position=2, kind="veto", title="泄露个人信息")
    rubric.criteria.create(position=3, kind="bonus", title="形式创新", points=5)
    return rubric


def drawn_of_finance(cast: Cast, notice: WorkPointNotice, *, rubric: Rubric | None = None) -> Drawn:
    """The finance bureau's first assignment, drawn for the inspector."""
    return drawn_check(cast, notice, rubric=rubric).drawn.get(assignment=assignment_of(cast))


def recorded(cast: Cast, drawn: Drawn, **said) -> Finding:
    """What the inspector found: by default, to be put right by 20 December."""
    known = {"outcome": "to_rectify", "note": "台账不一致", "rectify_by_date": date(2018, 12, 20), "version": 0}
    return record_finding(drawn=drawn, **{**known, "by": cast.inspector, "at": NOW, **said})


def written_objection(cast: Cast, finding: Finding, **said) -> Objection:
    """The clerk's, before the unit's head."""
    known = {"text": "台账已于10月更新，请核对。", "version": finding.version, "by": cast.clerk, "at": NOW}
    return raise_objection(finding=finding, **{**known, **said})


def objected(cast: Cast, finding: Finding, *, head: User | None = None, **said) -> Objection:
    """The same, passed on to the office."""
    objection = written_objection(cast, finding, **said)
    at = said.get("at", NOW)
    return pass_objection(objection=objection, version=objection.version, by=head or cast.head, at=at)


def submitted_rectification(cast: Cast, finding: Finding, *, at: datetime = NOW) -> Rectification:
    """The clerk's rectification with its evidence, before the unit's head."""
    rectification = finding.rectification
    said = {"rectification": rectification, "by": cast.clerk, "at": at}
    kept = save_rectification(text="台账已经补齐。", version=rectification.version, **said)
    add_rectification_proof(proof=stored(cast), **said)
    return submit_rectification(rectification=kept, version=kept.version, by=cast.clerk, at=at)


def handed_in(cast: Cast, finding: Finding, *, at: datetime = NOW) -> Rectification:
    """The same, passed on to the second look."""
    written = submitted_rectification(cast, finding, at=at)
    return pass_rectification(rectification=written, version=written.version, by=cast.head, at=at)


# --- Files and people ----------------------------------------------------------------------------


def stored(cast: Cast, *, data: bytes = PDF, name: str = "佐证.pdf"):
    return store_bytes(data=data, name=name, media_type="application/pdf", by=cast.clerk, at=NOW)


def upload(name: str = "佐证.pdf", data: bytes = PDF) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data)


def zipped(entries: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with ZipFile(buffer, "w") as container:
        for name, data in entries.items():
            container.writestr(name, data)
    return buffer.getvalue()


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client
