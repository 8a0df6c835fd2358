"""render_report: a report to look at, by the same code path, marked 草稿; nothing is stored."""

import sys
from datetime import date
from pathlib import Path
from typing import Any, cast

from django.core.exceptions import ValidationError
from django.core.management import BaseCommand, CommandError, CommandParser

from ninghai import clock
from reports.inspections import latest_spot_check
from reports.models import Report
from reports.services import Request, snapshot_of
from reports.snapshot_schema import Kind
from reports.typesetting import TypesettingError, render_pdf
from tasks.models import WorkPointNotice
from tasks.states import NoticeStatus


class Command(BaseCommand):
    help = "预览一份报告（草稿），不写入数据库。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("kind", choices=Report.Kind.values, help="报告种类。")
        parser.add_argument("--notice", type=int, required=True, metavar="年度", help="工作要点通知的年度，如 2018。")
        parser.add_argument("--unit", metavar="单位编码", help="单位报告的单位；全县的报告不用填写。")
        parser.add_argument("--as-of", type=date.fromisoformat, metavar="日期", help="统计日期，默认今天。")
        parser.add_argument("--output", type=Path, metavar="文件", help="PDF 文件，默认写到标准输出。")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["unit"]:
            raise CommandError(f"“{Report.Kind(options['kind']).label}”是全县的报告，不能只做一个单位，请去掉 --unit。")
        request = _request(kind=options["kind"], year=options["notice"], as_of=options["as_of"] or clock.today())
        try:
            pdf = render_pdf(snapshot=snapshot_of(request, today=clock.today()))
        except ValidationError as error:
            raise CommandError("\n".join(error.messages)) from error
        except TypesettingError as error:
            raise CommandError(str(error)) from error
        self._deliver(pdf, options["output"])

    def _deliver(self, pdf: bytes, output: Path | None) -> None:
        if output is None:
            sys.stdout.buffer.write(pdf)
            return
        try:
            output.write_bytes(pdf)
        except OSError as error:
            raise CommandError(f"不能写入 {output}：{error.strerror}。") from error
        self.stderr.write(f"已写入 {output}（草稿，{len(pdf)} 字节）。")


def _request(*, kind: str, year: int, as_of: date) -> Request:
    """About the year's issued notice and, for 抽查通报, its latest draw on that day."""
    notice = WorkPointNotice.objects.filter(year=year, status=NoticeStatus.ISSUED).first()
    if notice is None:
        raise CommandError(f"没有已下达的{year}年工作要点通知。")
    spot_check = latest_spot_check(notice=notice, on=as_of) if kind == Report.Kind.SPOT_CHECK else None
    if kind == Report.Kind.SPOT_CHECK and spot_check is None:
        raise CommandError(f"截至 {as_of:%Y-%m-%d}，{year}年的工作要点还没有抽查。请先抽取，或换一个统计日期。")
    return Request(kind=cast(Kind, kind), notice=notice, as_of=as_of, spot_check=spot_check)
