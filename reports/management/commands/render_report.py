"""render_report: a report to look at, by the same code path, marked 草稿; nothing is stored."""

import sys
from datetime import date
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from disclosure.basic_catalogue.reference_data import COUNTY
from ninghai.calendar import clock
from ninghai.models import Unit
from reports.circulation import snapshot_of
from reports.facts.inspections import latest_spot_check
from reports.facts.request import Request
from reports.facts.scores import latest_scoring
from reports.jobs import booklet_of, edition_in_force
from reports.kinds import KINDS
from reports.models import Report
from reports.pdf import TypesettingError, render_pdf
from reports.pdf.booklet import render_booklet
from tasks.models import WorkPointNotice
from tasks.models.states import NoticeStatus

CATALOGUE = "catalogue"  # the booklet of a basic catalogue


class Command(BaseCommand):
    help = "预览一份报告（草稿），不写入数据库。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("kind", choices=[*KINDS, CATALOGUE], help="报告种类。")
        parser.add_argument(
            "--notice", type=int, metavar="年度", help="工作要点通知的年度，如 2018；目录手册不用填写。"
        )
        parser.add_argument("--code", default=COUNTY, metavar="目录编码", help="目录手册的目录，默认本县的基本目录。")
        parser.add_argument("--unit", metavar="单位编码", help="单位报告的单位；全县的报告不用填写。")
        parser.add_argument(
            "--as-of",
            type=date.fromisoformat,
            metavar="日期",
            help="统计日期，默认昨天，今天的写明几时几分；目录手册默认今天。",
        )
        parser.add_argument(
            "--since", type=date.fromisoformat, metavar="日期", help="时段起始日，只用于进展情况和督办单。"
        )
        parser.add_argument("--output", type=Path, metavar="文件", help="PDF 文件，默认写到标准输出。")

    def handle(self, *args: Any, **options: Any) -> None:
        kind, unit_code = options["kind"], options["unit"] or ""
        as_of: date | None = options["as_of"]
        if unit_code and (kind == CATALOGUE or "unit" not in KINDS[kind].needs):
            label = "目录手册" if kind == CATALOGUE else Report.Kind(kind).label
            raise CommandError(f"“{label}”是全县的报告，不能只做一个单位，请去掉 --unit。")
        try:
            if kind == CATALOGUE:
                pdf = _booklet(code=options["code"], on=as_of or clock.today())
            else:
                request = _request(kind, as_of=as_of, **{name: options[name] for name in ("notice", "since", "unit")})
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


def _booklet(*, code: str, on: date) -> bytes:
    """The edition that was public on that day, marked 草稿."""
    edition = edition_in_force(code=code, on=on)
    if edition is None:
        raise CommandError(f"截至 {on:%Y-%m-%d}，编码为“{code}”的目录还没有发布过。")
    return render_booklet(booklet_of(edition, is_draft=True))


def _request(kind: str, *, as_of: date | None, notice: int | None, since: date | None, unit: str | None) -> Request:
    """About the year's issued notice and, of what the kind needs, the latest on that day.

    Without a day it is yesterday, or today where what is told of began today.
    """
    issued, needs, latest = _issued(notice), KINDS[kind].needs, as_of or clock.today()
    subject = KINDS[kind].subject
    spot_check = latest_spot_check(notice=issued, on=latest, subject=subject) if subject else None
    if "spot_check" in needs and spot_check is None:
        raise CommandError(f"截至 {latest:%Y-%m-%d}，{notice}年的工作要点还没有抽查。请先抽取，或换一个统计日期。")
    scoring = latest_scoring(notice=issued, on=latest) if "scoring" in needs else None
    began = [at for at in (issued.issued_at, spot_check.drawn_at if spot_check else None) if at]
    as_of = as_of or max(clock.yesterday(), *map(timezone.localdate, began))
    return Request.about(
        kind=kind,
        notice=issued,
        as_of=scoring.as_of if scoring else as_of,
        at=clock.now(),
        since=since,
        unit=_unit(unit) if unit else None,
        spot_check=spot_check,
        scoring=scoring,
    )


def _issued(year: int | None) -> WorkPointNotice:
    if year is None:
        raise CommandError("请用 --notice 写明工作要点通知的年度，如 --notice 2018。")
    notice = WorkPointNotice.objects.filter(year=year, status=NoticeStatus.ISSUED).first()
    if notice is None:
        raise CommandError(f"没有已下达的{year}年工作要点通知。")
    return notice


def _unit(code: str) -> Unit:
    unit = Unit.objects.filter(code=code).first()
    if unit is None:
        raise CommandError(f"没有编码为“{code}”的单位。")
    return unit
