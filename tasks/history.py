"""What happened to an assignment and its reports, in the words of the office, from the audit trail."""

from collections.abc import Collection

from django.db.models import Model, Q

from ninghai.models import AuditEntry
from ninghai.timeline import Event, told
from tasks.models import Assignment, Petition, ProgressReport
from tasks.states import AssignmentStatus, PetitionStatus, ProgressStatus

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
PETITION_MOVES = {
    PetitionStatus.GRANTED: "批准",
    PetitionStatus.REFUSED: "不批准",
    PetitionStatus.WITHDRAWN: "撤回",
    PetitionStatus.LAPSED: "任务已经结束，不再办理",
}
MOVES: dict[str, dict[str, str]] = {
    ProgressReport._meta.label_lower: {str(to): words for to, words in REPORT_MOVES.items()},
    Assignment._meta.label_lower: {str(to): words for to, words in ASSIGNMENT_MOVES.items()},
    Petition._meta.label_lower: {str(to): words for to, words in PETITION_MOVES.items()},
}
ACTS = {
    "create": "起草填报",
    "edit": "修改填报",
    "add_evidence": "添加材料",
    "remove_evidence": "移除材料",
    "remind": "县政府办公室催办",
    "hand_over": "随职责移交",
}
PETITION_ACTS = {"create": "提出申请"}


def history(
    *, assignment: Assignment, reports: Collection[ProgressReport], petitions: Collection[Petition] = ()
) -> list[Event]:
    """Oldest first, in one query."""
    about: dict[tuple[str, str], str] = {_place(assignment): ""}
    about |= {_place(report): report.occasion for report in reports}
    about |= {_place(petition): f"{petition.get_kind_display()}申请" for petition in petitions}
    named = Q()
    for kind in {kind for kind, _ in about}:
        named |= Q(target_type=kind, target_id__in=[pk for each, pk in about if each == kind])
    entries = AuditEntry.objects.filter(named).select_related("actor", "acting_unit").order_by("pk")
    return [_event(entry, about[entry.target_type, entry.target_id]) for entry in entries]


def _place(record: Model) -> tuple[str, str]:
    """Where the audit trail keeps what is about the record."""
    return record._meta.label_lower, str(record.pk)


def _event(entry: AuditEntry, occasion: str) -> Event:
    what = _what(entry)
    return told(entry, what=f"{occasion}：{what}" if occasion else what)


def _what(entry: AuditEntry) -> str:
    if entry.action == "move":
        return MOVES[entry.target_type].get(entry.to_status, "状态变更")
    fields = entry.detail.get("fields", [])
    if "public_summary_released_at" in fields:
        return "同意公开表述"
    if "due_date" in fields:
        return "完成时限变更"
    name = entry.detail.get("name", "")
    acts = PETITION_ACTS if entry.target_type == Petition._meta.label_lower else ACTS
    return f"{acts.get(entry.action, '其他操作')}{f'：{name}' if name else ''}"
