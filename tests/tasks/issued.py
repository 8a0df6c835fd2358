"""An issued notice on the cast's units: three points in two parts, for the tests of what follows from one."""

from datetime import datetime
from uuid import uuid4
from zoneinfo import ZoneInfo

from ninghai.models import Unit
from tasks.models import Assignment, ProgressReport, Responsibility, Rhythm, WorkPointNotice
from tasks.notices.correcting import resolve_responsibility
from tasks.notices.importing import import_notice
from tasks.notices.issuing import issue_notice
from tasks.progress.services import Written, pass_report, save_draft, submit_report
from tests.cast import Cast

COUNTY_TIME = ZoneInfo("Asia/Shanghai")
ISSUED_AT = datetime(2018, 8, 14, 9, tzinfo=COUNTY_TIME)
LATER = datetime(2018, 11, 20, 10, tzinfo=COUNTY_TIME)

TEXT = """宁海县人民政府办公室关于印发2018年宁海县政务公开工作要点的通知
宁政办发〔2018〕44号
一、着力加强主动公开
（一）围绕重点领域公开
1.公开财政预决算。[责任单位：县财政局]
2.公开常务会议事项，2018年11月底前完成。[责任单位：县政府办公室、各乡镇（街道）、有关部门]
二、着力提升服务
（一）优化审批
1.推进一窗受理。[牵头单位：县发改局；配合单位：各乡镇（街道）]
宁海县人民政府办公室
2018年8月13日
"""


def draft_notice(cast: Cast, *, year: int = 2018) -> WorkPointNotice:
    """The notice as imported: only 有关部门 is open."""
    data = TEXT.replace("2018", f"{year}").encode()
    return import_notice(data=data, filename="notice.txt", form_id=uuid4(), by=cast.office, at=ISSUED_AT)


def issued_notice(cast: Cast, *, rhythm: Rhythm | None = None, year: int = 2018) -> WorkPointNotice:
    """The same, with 有关部门 resolved to the finance office, and issued: 1 + 4 + 3 assignments."""
    notice = draft_notice(cast, year=year)
    left = Responsibility.objects.get(point__notice=notice, is_resolved=False)
    resolve_responsibility(
        responsibility=left, units=Unit.objects.filter(pk=cast.finance.pk), by=cast.office, at=ISSUED_AT
    )
    issue_notice(notice=notice, rhythm=rhythm, by=cast.office, at=ISSUED_AT)
    return notice


def waiting_report(cast: Cast, assignment: Assignment, *, supplement: int = 0) -> ProgressReport:
    """A report of the finance office for the third quarter, passed on by its head."""
    period = assignment.task.point.notice.periods.first()
    report = save_draft(
        assignment=assignment,
        period=period,
        written=Written(text="已公开全部部门预算。", percent=60, public_summary="部门预算已全部公开。"),
        supplement=supplement,
        by=cast.clerk,
        at=LATER,
    )
    submit_report(report=report, by=cast.clerk, at=LATER)
    return pass_report(report=report, by=cast.head, at=LATER)
