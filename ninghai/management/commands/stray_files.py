"""`manage.py stray_files`: the files that no record names; `--confirm` sets them aside after somebody has looked."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from ninghai.files.integrity import confirm, obstacle, stray_files


class Command(BaseCommand):
    help = "列出没有记录的文件（游离文件）；核对后加 --confirm 移入隔离目录，不删除。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--confirm", action="store_true", help="已核对数据库正确无误，把这些文件移入隔离目录")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["confirm"]:
            self.stdout.write(f"已确认，{confirm()}个文件移入隔离目录 quarantine，没有删除。")
            return
        strays = list(stray_files())
        for stray in strays:
            self.stdout.write(f"{stray}")
        self.stdout.write(f"共{len(strays)}个没有记录的文件。{obstacle(strays)}")
