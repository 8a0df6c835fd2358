"""annual_report YEAR [--unit CODE]: the tables and checks of a unit's yearly report, or of the county's."""

import json
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from disclosure.annual_reports import services
from disclosure.annual_reports.blanks import NoBlank, blank_of
from ninghai.models import Unit


class Command(BaseCommand):
    help = "列出政府信息公开工作年度报告的表格和核对结果：写明单位的为该单位，不写的为全县。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("year", type=int, metavar="年度")
        parser.add_argument("--unit", metavar="单位编码", default="")
        parser.add_argument("--format", choices=["json", "xlsx"], default="json")
        parser.add_argument("--output", type=Path, metavar="文件", help="写到这个文件；不写的写到标准输出")

    def handle(self, *args: Any, **options: Any) -> None:
        unit = self._unit(options["unit"])
        try:
            blank_of(options["year"])
        except NoBlank as refused:
            raise CommandError(str(refused)) from refused
        report = services.report_as_it_stands(year=options["year"], unit=unit)
        if options["format"] == "xlsx":
            self._write(services.report_workbook(report), options["output"])
        else:
            text = json.dumps(services.report_data(report), ensure_ascii=False)
            self._write(f"{text}\n".encode(), options["output"])

    def _unit(self, code: str) -> Unit | None:
        if not code:
            return None
        unit = Unit.objects.filter(code=code).first()
        if unit is None:
            raise CommandError(f"没有编码为“{code}”的单位。")
        return unit

    def _write(self, data: bytes, output: Path | None) -> None:
        if output:
            output.write_bytes(data)
        elif data.startswith(b"{"):
            self.stdout.write(data.decode(), ending="")
        else:
            sys.stdout.buffer.write(data)
