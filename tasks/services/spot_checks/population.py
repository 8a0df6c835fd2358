"""What a spot check draws from: the assignments of a notice on a day, in strata (分层)."""

from collections.abc import Sequence
from datetime import date

from django.utils import timezone

from ninghai.models import Unit
from tasks.models import Assignment, SpotCheck, WorkPointNotice
from tasks.spot_checks.draw import DrawError
from tasks.states import NoticeStatus

WHOLE = "全部"
JOINT = " · "


def population(*, notice: WorkPointNotice, as_of: date, stratified_by: Sequence[str]) -> dict[str, list[str]]:
    """The keys of a draw by stratum, in the order of unit kinds and parts.

    The population is every assignment of the notice on that day, whether open or completed (a claim of completion
    is what most needs checking), without what is 不再办理.
    """
    if notice.status != NoticeStatus.ISSUED or notice.issued_at is None:
        raise DrawError("通知还没有下达，没有可以抽取的任务分工。")
    if as_of < (issued_on := timezone.localdate(notice.issued_at)):
        raise DrawError(f"通知{issued_on:%Y-%m-%d}才下达，统计日期请选这一天或者以后。")
    assignments = Assignment.objects.filter(task__point__notice=notice).owed(on=as_of)
    ordered = sorted(assignments.in_document_order(), key=lambda each: _kind_place(each, stratified_by))
    strata: dict[str, list[str]] = {}
    for assignment in ordered:
        strata.setdefault(stratum_of(assignment, stratified_by=stratified_by), []).append(assignment.key)
    return strata


def stratum_of(assignment: Assignment, *, stratified_by: Sequence[str]) -> str:
    """The name of the stratum in which an assignment is drawn, such as 县级部门 · 一、着力…."""
    names = {
        SpotCheck.Stratum.UNIT_KIND: assignment.unit.get_kind_display(),
        SpotCheck.Stratum.PART: assignment.task.point.part or "未分部分",
    }
    return JOINT.join(names[by] for by in SpotCheck.Stratum if by in stratified_by) or WHOLE


def _kind_place(assignment: Assignment, stratified_by: Sequence[str]) -> int:
    return Unit.Kind.values.index(assignment.unit.kind) if SpotCheck.Stratum.UNIT_KIND in stratified_by else 0
