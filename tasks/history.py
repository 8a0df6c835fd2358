"""What happened to an assignment and its reports, in the words of the office, from the audit trail."""

from collections.abc import Collection

from django.db.models import Q

from ninghai.models import AuditEntry
from ninghai.timeline import Event, told
from tasks.models import Assignment, ProgressReport
from tasks.states import AssignmentStatus, ProgressStatus

REPORT_MOVES = {
    ProgressStatus.WITH_HEAD: "提交本单位审核",
    ProgressStatus.WITH_OFFICE: "审核通过，报送县政府办公室",
    ProgressStatus.ACCEPTED: "县政府办公室接收",
    ProgressStatus.RETURNED: "退回修改",
}
ASSIGNMENT_MOVES = {
    AssignmentStatus.IN_PROGRESS: "任务开始办理",
    AssignmentStatus.COMPLETED: "任务办结",
    AssignmentStatus.NOT_APPLICABLE: "任务改为不适用",
    AssignmentStatus.HANDED_OVER: "任务移交承接单位",
    AssignmentStatus.CARRIED_OVER: "任务结转下一年度",
}
ACTS = {"create": "起草填报", "edit": "修改填报", "add_evidence": "添加材料", "remove_evidence": "移除材料"}


def history(*, assignment: Assignment, reports: Collection[ProgressReport]) -> list[Event]:
    """Oldest first, in one query."""
    occasions = {str(report.pk): report.occasion for report in reports}
    about_reports = Q(target_type=ProgressReport._meta.label_lower, target_id__in=occasions)
    about_it = Q(target_type=Assignment._meta.label_lower, target_id=str(assignment.pk))
    entries = AuditEntry.objects.filter(about_reports | about_it).select_related("actor", "acting_unit").order_by("pk")
    return [_event(entry, occasions) for entry in entries]


def _event(entry: AuditEntry, occasions: dict[str, str]) -> Event:
    occasion = occasions.get(entry.target_id, "") if entry.target_type == ProgressReport._meta.label_lower else ""
    what = _what(entry, is_report=bool(occasion))
    return told(entry, what=f"{occasion}：{what}" if occasion else what)


def _what(entry: AuditEntry, *, is_report: bool) -> str:
    if entry.action == "move":
        moves: dict[str, str] = {
            str(to): words for to, words in (REPORT_MOVES if is_report else ASSIGNMENT_MOVES).items()
        }
        return moves.get(entry.to_status, "状态变更")
    if "public_summary_released_at" in entry.detail.get("fields", []):
        return "同意公开表述"
    name = entry.detail.get("name", "")
    return f"{ACTS.get(entry.action, '其他操作')}{f'：{name}' if name else ''}"
