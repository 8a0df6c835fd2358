"""Read a notice of work points from a file and keep it as a draft, or only show what was read."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any
from uuid import uuid4

from django.core.management import BaseCommand, CommandError

from ninghai import clock
from tasks.notice import FORMATS, NotANotice, ParsedNotice, YearUnknown, read_notice
from tasks.notice.summary import summary_of
from tasks.services.notices import import_notice


class Command(BaseCommand):
    help = "导入政务公开工作要点通知；加 --dry-run 只显示识别结果，不连接数据库，什么也不保存。"
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE", help=f"通知文件（{'、'.join(FORMATS)}）")
        parser.add_argument("--year", type=int, metavar="YEAR", help="年度，通知里没有写明时填写")
        parser.add_argument("--dry-run", action="store_true", help="只识别，不保存")
        parser.add_argument("--format", choices=["text", "json"], default="text", help="显示方式：摘要或JSON")

    def handle(self, *args: object, **options: Any) -> None:
        file: Path = options["file"]
        try:
            data = file.read_bytes()
            read = {"data": data, "filename": file.name, "year": options["year"]}
            notice = read_notice(**read)
            if not options["dry_run"]:
                import_notice(**read, form_id=uuid4(), by=None, at=clock.now())
        except OSError as error:
            raise CommandError(f"打不开文件“{file}”，请检查文件名和权限。") from error
        except YearUnknown as error:
            raise CommandError(f"{error}请加上 --year，例如 --year 2018。") from error
        except NotANotice as error:
            raise CommandError(str(error)) from error
        self._show(notice, output_format=options["format"])
        if not options["dry_run"]:
            self.stderr.write("已导入为草稿，请在管理后台核对后下达。")

    def _show(self, notice: ParsedNotice, *, output_format: str) -> None:
        if output_format == "json":
            self.stdout.write(json.dumps(notice.as_json(), ensure_ascii=False, indent=1))
        else:
            self.stdout.write(summary_of(notice))
