"""export_audit: the audit trail of a stretch of time as CSV, for the archive; the export itself enters the trail."""

from argparse import ArgumentParser
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from django.core.management import BaseCommand, CommandError
from django.utils import timezone

from ninghai import clock
from ninghai.audit_trail.export import trail_rows
from ninghai.management.commands.workdays import iso_date
from ninghai.models import AuditEntry, AuditSeal
from ninghai.spreadsheets import as_csv


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
