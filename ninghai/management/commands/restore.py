"""restore DIR: a backup back into an empty database and folder, every table, sequence, trigger and grant compared."""

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management import BaseCommand, CommandError

from ninghai import clock
from ninghai.safe_keeping.aftermath import note_restore
from ninghai.safe_keeping.problem import CannotKeep
from ninghai.safe_keeping.restoring import restore


class Command(BaseCommand):
    help = "把一份备份恢复到空的数据库和文件目录，并逐项比对；中断后可以重新执行。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, metavar="目录")

    def handle(self, *args: Any, **options: Any) -> None:
        folder: Path = options["folder"].resolve()
        try:
            manifest, found = restore(folder, tell=self.tell)
        except CannotKeep as reason:
            raise CommandError(str(reason)) from None
        for sentence in found:
            self.stdout.write(sentence)
        if found:
            self.stdout.write(f"恢复后有 {len(found)} 处与备份不一致，请不要启用，查明原因后重新恢复。")
            sys.exit(1)
        rows = sum(table[0] for table in manifest.tables.values())
        note_restore(folder, manifest, at=clock.now())
        parts = "、".join(f"{part} {len(lines)}" for part, lines in manifest.schema.items())
        self.stdout.write(
            f"恢复完成并一致：{len(manifest.tables)} 个表、{rows} 行、{len(manifest.sequences)} 个序列、"
            f"{manifest.file_count - len(manifest.damaged)} 个文件；{parts}。"
        )
        for path in manifest.damaged:
            self.stdout.write(f"文件 {path} 在备份时已经缺失，没有恢复。")
        self.stdout.write("如果程序比备份新，请接着执行 manage.py migrate。")

    def tell(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()
