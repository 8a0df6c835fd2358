"""verify_backup DIR: reads every byte of a backup again."""

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management import BaseCommand, CommandError

from ninghai.operations.backups.manifest import BackupError, verify_backup


class Command(BaseCommand):
    help = "校验一份备份：重新计算每个文件的散列值；不需要数据库。有异常时退出码为 1。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, metavar="目录")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            manifest, broken = verify_backup(options["folder"].resolve(), tell=self.stdout.write)
        except BackupError as reason:
            raise CommandError(str(reason)) from None
        for sentence in broken:
            self.stdout.write(sentence)
        if broken:
            self.stdout.write(f"备份有 {len(broken)} 处异常，不能用于恢复。")
            sys.exit(1)
        self.stdout.write(
            f"备份完好：{len(manifest.tables)} 个表、{manifest.file_count} 个文件，制作于 {manifest.made_at}。"
        )
