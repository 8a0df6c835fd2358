"""The trail as a file (导出): for the auditor's archive, or to be checked elsewhere; sealed rows with their hashes.

The office's list exports what its filters show; this takes whole stretches of time, however many rows.
"""

import json
from collections.abc import Iterator
from datetime import datetime

from django.utils import timezone

from ninghai.models import AuditEntry

HEADS = ["编号", "时间", "操作人", "账号", "代表单位", "角色", "操作", "对象类型", "对象编号", "对象", "原状态"]
HEADS += ["新状态", "理由", "详情", "来源地址", "请求编号", "封存号", "内容散列值", "散列值"]
PIECE = 2_000


def trail_rows(*, since: datetime | None, until: datetime | None) -> Iterator[list[str]]:
    """The heads, then every row of that time in the order of its writing."""
    yield HEADS
    rows = AuditEntry.objects.select_related("actor", "acting_unit", "seal").order_by("pk")
    rows = rows.filter(at__gte=since) if since else rows
    rows = rows.filter(at__lt=until) if until else rows
    last = 0
    while piece := list(rows.filter(pk__gt=last)[:PIECE]):
        yield from map(_cells, piece)
        last = piece[-1].pk


def _cells(row: AuditEntry) -> list[str]:
    seal = getattr(row, "seal", None)
    return [
        str(row.pk),
        timezone.localtime(row.at).isoformat(timespec="seconds"),
        str(row.actor or "系统"),
        row.actor.username if row.actor else "",
        str(row.acting_unit or ""),
        row.get_acting_role_display(),
        row.get_action_display(),
        row.target_type,
        row.target_id,
        row.target_label,
        row.from_status,
        row.to_status,
        row.reason,
        json.dumps(row.detail, ensure_ascii=False) if row.detail else "",
        row.address or "",
        row.request_id,
        str(seal.position) if seal else "",
        bytes(seal.content).hex() if seal else "",
        bytes(seal.digest).hex() if seal else "",
    ]
