"""export_audit: the audit trail of a stretch of time as CSV, for the archive; the export itself enters the trail."""

import json
from argparse import ArgumentParser
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from django.core.management import BaseCommand, CommandError
from django.utils import timezone

from ninghai.calendar import clock
from ninghai.files.workbooks.writing import as_csv
from ninghai.management.commands.workdays import iso_date
from ninghai.models import AuditEntry, AuditSeal

# The trail as a file (导出): for the auditor's archive, or to be checked elsewhere; sealed rows with their hashes.

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


class Command(BaseCommand):
    help = "把一段时间的审计记录导出为 CSV（含封存号和散列值），用于归档；导出本身也记入审计。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="文件")
        parser.add_argument("--from", dest="since", type=iso_date, metavar="日期", help="自这一天起，如 2018-01-01")
        parser.add_argument("--until", type=iso_date, metavar="日期", help="至这一天止（含）")

    def handle(self, *args: Any, **options: Any) -> None:
        file: Path = options["file"]
        if file.exists():
            raise CommandError(f"{file} 已经存在，请换一个文件名。")
        since, until = midnight(options["since"]), midnight(options["until"], after=1)
        with file.open("x", encoding="utf-8", newline="") as out:
            out.writelines(as_csv(trail_rows(since=since, until=until)))
        self._note(options)
        self.stdout.write(f"已导出到 {file}。")

    def _note(self, options: dict[str, Any]) -> None:
        """By nobody of the portal: whoever may run commands on the server."""
        seal = AuditSeal.objects.order_by("-position").first()
        target = seal.entry if seal else AuditEntry.objects.order_by("pk").last()
        if target is not None:
            stretch = {"since": str(options["since"] or ""), "until": str(options["until"] or "")}
            detail = {"list": "audit trail", "file": options["file"].name, **stretch}
            AuditEntry.objects.record(
                action=AuditEntry.Action.EXPORT, target=target, by=None, at=clock.now(), detail=detail
            )


def midnight(day: date | None, *, after: int = 0) -> datetime | None:
    """The county's midnight at which the day begins, or the one so many days after."""
    return timezone.make_aware(datetime.combine(day + timedelta(days=after), time.min)) if day else None
