"""backup DIR: database and files as they are at one moment, into a new folder; work goes on meanwhile."""

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management import BaseCommand, CommandError
from django.utils import timezone

from ninghai.safe_keeping.backing_up import back_up
from ninghai.safe_keeping.manifest import MANIFEST, sha256_of
from ninghai.safe_keeping.problem import CannotKeep


class Command(BaseCommand):
    help = "把数据库和文件按同一时刻备份到一个新目录；中断后可以对同一目录重新执行。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, metavar="目录", help="新的或空的目录")

    def handle(self, *args: Any, **options: Any) -> None:
        folder: Path = options["folder"].resolve()
        try:
            manifest = back_up(folder, at=timezone.now(), tell=self.tell)
        except CannotKeep as reason:
            raise CommandError(str(reason)) from None
        rows = sum(table[0] for table in manifest.tables.values())
        self.stdout.write(
            f"备份完成：{len(manifest.tables)} 个表、{rows} 行、{manifest.file_count} 个文件"
            f"（{manifest.file_bytes / 1024**2:.1f} MB）。清单 SHA-256：{sha256_of(folder / MANIFEST)}"
        )
        for path in manifest.damaged:
            self.stderr.write(f"文件 {path} 缺失或已被改动，备份里没有它。请从以前的备份找回。")
        if manifest.damaged:
            sys.exit(1)

    def tell(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()
