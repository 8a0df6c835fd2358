"""Read a notice of work points from a file and keep it as a draft, or only show what was read."""

import json
from argparse import ArgumentParser
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

from django.core.management import BaseCommand, CommandError

from ninghai.calendar import clock
from tasks.notices.importing import import_notice
from tasks.notices.reading import FORMATS, NotANotice, ParsedNotice, YearUnknown, read_notice
from tasks.notices.reading.parsed import NamedRole

# What the office reads about a notice before it imports it (识别摘要).

ROLES = {NamedRole.LEAD: "牵头", NamedRole.RESPONSIBLE: "责任", NamedRole.SUPPORTING: "配合", NamedRole.GUIDING: "指导"}


def summary_of(notice: ParsedNotice) -> str:
    """How much was found, who is named how often, every time limit and every warning, in plain lines."""
    return "\n".join((*_facts(notice), *_units(notice), *_times(notice), *_warnings(notice)))


def _facts(notice: ParsedNotice) -> Iterator[str]:
    parts = {point.part.no for point in notice.points if point.part}
    sections = {(point.part and point.part.no, point.section.no) for point in notice.points if point.section}
    yield f"标题：{notice.title or '未识别'}"
    yield f"文号：{notice.document_number or '未识别'}"
    yield f"发文机关：{notice.issuing_office or '未识别'}"
    yield f"成文日期：{notice.issued_on or '未识别'}"
    yield f"公开属性：{notice.openness or '未写明'}"
    yield f"共{len(parts)}个部分、{len(sections)}节、{len(notice.points)}条要点（{notice.year}年）。"


def _units(notice: ParsedNotice) -> Iterator[str]:
    named = Counter((unit.name, unit.role, unit.group) for point in notice.points for unit in point.units)
    for is_group, heading in ((False, "点名的单位"), (True, "需要确定的单位组")):
        counted = [(name, role, times) for (name, role, group), times in named.most_common() if group is is_group]
        names = len({name for name, _, _ in counted})
        yield f"{heading}{names}个：" + (
            "、".join(f"{name}（{ROLES[role]}{times}条）" for name, role, times in counted) or "无"
        )


def _times(notice: ParsedNotice) -> Iterator[str]:
    for point in notice.points:
        times = point.times
        found = [f"{deadline.text}（{deadline.date}）" for deadline in times.deadlines]
        found += [limit.text for limit in times.time_limits]
        found += [recurrence.text for recurrence in times.recurrences]
        found += [standing.text for standing in times.standing]
        if found:
            yield f"时限 {point.key}：{'、'.join(found)}"


def _warnings(notice: ParsedNotice) -> Iterator[str]:
    yield f"提示{len(notice.warnings)}条" + ("：" if notice.warnings else "。")
    for warning in notice.warnings:
        yield f"  第{warning.line}行：{warning.message}"


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
                import_notice(**read, parsed=notice, form_id=uuid4(), by=None, at=clock.now())
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
