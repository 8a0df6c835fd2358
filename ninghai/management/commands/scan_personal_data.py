"""`manage.py scan_personal_data FILE…`: what is personal in the files, and masked copies of them. Needs no database."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from ninghai.personal_data.reading.content import UnreadableFile
from ninghai.personal_data.rewriting.rewriter import masked_copy
from ninghai.personal_data.scan import FileFindings, scan_file


class Command(BaseCommand):
    help = "检查文件中的个人信息，可另存去标识化副本。"
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "files",
            nargs="+",
            type=Path,
            metavar="FILE",
            help="要检查的文件：xlsx、docx、pptx、pdf、ofd、csv、txt、jpg、png、zip",
        )
        parser.add_argument("--mask-to", type=Path, metavar="DIR", help="把去标识化副本存到这个文件夹")
        parser.add_argument("--format", choices=["text", "json"], default="text", help="输出格式")

    def handle(self, *args: Any, **options: Any) -> None:
        found = [each for path in options["files"] for each in self._scan(path)]
        if folder := options["mask_to"]:
            self._mask(options["files"], folder)
        if options["format"] == "json":
            self.stdout.write(json.dumps([each.as_json() for each in found], ensure_ascii=False, indent=1))
            return
        for each in found:
            doubt = "" if each.certain else "（请人工判断）"
            self.stdout.write(f"{each.file}  {each.place}  {each.kind.label}：{each.text}{doubt}")
        self.stdout.write(f"共发现{len(found)}处。" if found else "没有发现个人信息。")

    def _scan(self, path: Path) -> list[FileFindings]:
        try:
            return scan_file(name=path.name, data=path.read_bytes())
        except OSError as error:
            raise CommandError(f"读不到文件“{path}”，请检查路径。") from error
        except UnreadableFile as refused:
            raise CommandError(f"{path.name}：{refused}") from refused

    def _mask(self, paths: list[Path], folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        for path in paths:
            target = folder / path.name
            if target.resolve() == path.resolve():
                raise CommandError(f"副本不能覆盖原件，请换一个文件夹：{folder}")
            try:
                target.write_bytes(masked_copy(name=path.name, data=path.read_bytes()))
            except UnreadableFile as refused:
                raise CommandError(str(refused)) from refused
