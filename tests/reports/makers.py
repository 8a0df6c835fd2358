"""A small notice with its duties, and the acts on it, reached through the services as in life."""

import uuid
from datetime import date, datetime
from zoneinfo import ZoneInfo

from ninghai.files import store_bytes
from ninghai.jobs.claims import Claim, ClaimLost, claim
from ninghai.models import Unit, User
from reports.circulation import check_report, request_report, sign_report
from reports.jobs import keep_report
from reports.models import Report
from tasks.models import Assignment, ProgressReport, Responsibility, SpotCheck, WorkPointNotice
from tasks.notices.issuing import issue_notice
from tasks.progress.evidence import add_evidence
from tasks.progress.services import Written, accept_report, pass_report, save_draft, submit_report
from tasks.spot_checks.drawing import assign_inspector, draw_inspectors, draw_spot_check
from tests.browser import papers
from tests.cast import Cast

SHANGHAI = ZoneInfo("Asia/Shanghai")
PDF = papers.pdf("通报.pdf")["buffer"]

# key, part, due date, units
POINTS = [
    ("一1", ("一", "着力加强主动公开"), date(2018, 9, 30), ["县财政局", "深甽镇"]),
    ("一2", ("一", "着力加强主动公开"), date(2018, 12, 1), ["县财政局"]),
    ("二1", ("二", "着力提升政务服务"), date(2018, 12, 31), ["县政府办公室", "深甽镇"]),
]


def moment(month: int, day: int, hour: int = 10) -> datetime:
    """In the year 2018, in the county's time."""
    return datetime(2018, month, day, hour, tzinfo=SHANGHAI)


TODAY = date(2018, 11, 20)
NOW = moment(11, 20)


def issued_notice(cast: Cast, *, points=POINTS) -> WorkPointNotice:
    """The notice of 13 August, three points for three units: five assignments; the office sets two periods."""
    notice = drafted_notice(cast)
    units = {unit.short_name: unit for unit in Unit.objects.all()}
    for position, (key, part, due, names) in enumerate(points):
        point = notice.points.create(
            position=position, key=key, part_number=part[0], part_title=part[1], text=f"做好{key}的工作", due_date=due
        )
        for place, name in enumerate(names):
            owes = point.responsibilities.create(
                position=place, name=name, role=Responsibility.Role.RESPONSIBLE, is_resolved=True
            )
            owes.units.add(units[name])
    notice.periods.create(name="第三季度", start=date(2018, 7, 1), end=date(2018, 9, 30), due_date=date(2018, 10, 12))
    notice.periods.create(name="第四季度", start=date(2018, 10, 1), end=date(2018, 12, 31), due_date=date(2019, 1, 8))
    issue_notice(notice=notice, by=cast.office, at=moment(8, 13))
    return notice


def drafted_notice(cast: Cast) -> WorkPointNotice:
    source = store_bytes(data="通知".encode(), name="通知.txt", media_type="text/plain", by=None, at=moment(8, 13))
    return WorkPointNotice.objects.create(
        title="关于印发2018年工作要点的通知",
        document_number="宁政办发〔2018〕44号",
        issued_on=date(2018, 8, 13),
        year=2018,
        source_file=source,
        source_text="通知",
        imported_by=cast.office,
        imported_at=moment(8, 13),
    )


def assignment(key: str, unit: str) -> Assignment:
    return Assignment.objects.get(task__point__key=key, unit__short_name=unit)


def submitted(
    cast: Cast, of: Assignment, *, at: datetime, period: str = "第三季度", supplement: int = 0, done: bool = False
) -> ProgressReport:
    """The unit's report, handed to the unit's head."""
    clerk, _ = people_of(cast, of)
    report = save_draft(
        assignment=of,
        period=of.task.point.notice.periods.get(name=period),
        written=Written(text="已完成。", percent=100 if done else 40, claims_completion=done),
        supplement=supplement,
        by=clerk,
        at=at,
    )
    if done:
        proof = store_bytes(data=PDF, name="佐证.pdf", media_type="application/pdf", by=clerk, at=at)
        add_evidence(report=report, proof=proof, by=clerk, at=at)
    return submit_report(report=report, by=clerk, at=at)


def passed(cast: Cast, of: Assignment, *, at: datetime, **written) -> ProgressReport:
    _, head = people_of(cast, of)
    return pass_report(report=submitted(cast, of, at=at, **written), by=head, at=at)


def accepted(
    cast: Cast, of: Assignment, *, at: datetime, accepted_at: datetime | None = None, **written
) -> ProgressReport:
    report = passed(cast, of, at=at, **written)
    return accept_report(report=report, by=cast.office, at=accepted_at or at)


def people_of(cast: Cast, of: Assignment) -> tuple[User, User]:
    return (cast.clerk, cast.head) if of.unit == cast.finance else (cast.other_clerk, cast.other_head)


def drawn_check(cast: Cast, notice: WorkPointNotice, *, size: int = 3, at: datetime = NOW) -> SpotCheck:
    """A draw over all assignments, the inspector named for each."""
    check = draw_spot_check(
        notice=notice,
        title="第四季度抽查",
        size=size,
        seed="2018-11",
        stratified_by=["part"],
        as_of=at.date(),
        form_id=uuid.uuid4(),
        by=cast.office,
        at=at,
    )
    draw_inspectors(spot_check=check, pool=[cast.inspector], by=cast.office, at=at)
    for drawn in check.drawn.filter(inspector=None):  # what the inspector's own unit owes
        assign_inspector(drawn=drawn, inspector=cast.inspector, reason="没有外单位人员", by=cast.office, at=at)
    return check


def requested(cast: Cast, notice: WorkPointNotice, **asked) -> Report:
    """A report as asked for by the office, not rendered yet."""
    asked = {"kind": "progress", "as_of": TODAY, "form_id": uuid.uuid4(), "by": cast.office, "at": NOW} | asked
    return request_report(notice=notice, **asked)


def rendered(report: Report, *, pdf: bytes = PDF) -> Report:
    """Its rendering done by a worker that came up with these bytes."""
    claimed = claim(report.job_id)
    assert claimed is not None
    assert stored(claimed, report, pdf)
    report.refresh_from_db()
    return report


def stored(claimed: Claim, report: Report, pdf: bytes) -> bool:
    """Whether the worker could keep its paper."""
    claimed.at = NOW
    try:
        keep_report(claimed, report, pdf)
    except ClaimLost:
        return False
    return True


def checked(cast: Cast, notice: WorkPointNotice, **asked) -> Report:
    """A draft that can be read, and was read over by the office's second person."""
    return check_report(report=rendered(requested(cast, notice, **asked)), by=cast.second_office, at=NOW)


def signed_report(cast: Cast, notice: WorkPointNotice, *, number: str = "宁政办发〔2018〕60号") -> Report:
    """Signed off and printed for good."""
    report = checked(cast, notice)
    sign_report(report=report, document_number=number, signed_on=TODAY, by=cast.signer, at=NOW)
    return rendered(report, pdf=PDF + number.encode())
