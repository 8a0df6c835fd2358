"""restore DIR: a backup back into an empty database and folder, every table, sequence, trigger and grant compared.

The program may be newer than the backup: the schema is then brought up to date, once all of it is as it was.
"""

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management import BaseCommand, CommandError, call_command

from ninghai.calendar import clock
from ninghai.operations.backups.manifest import BackupError, Manifest, read_manifest
from ninghai.operations.backups.restoring import finish, is_back, note_restore, restore
from ninghai.sealed.services import lost_keys


class Command(BaseCommand):
    help = "把一份备份恢复到空的数据库和文件目录，并逐项比对；中断后可以重新执行。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, metavar="目录")

    def handle(self, *args: Any, **options: Any) -> None:
        folder: Path = options["folder"].resolve()
        try:
            manifest = read_manifest(folder)
            found: list[str] = []
            if not is_back(manifest):
                manifest, found = restore(folder, tell=self.tell)
        except BackupError as reason:
            raise CommandError(str(reason)) from None
        except OSError as error:
            raise CommandError(
                f"不能读写 {error.filename or folder}（{error.strerror}），请检查权限和磁盘空间，然后重新执行 restore。"
            ) from None
        for sentence in found:
            self.stdout.write(sentence)
        if found:
            self.stdout.write(f"恢复后有 {len(found)} 处与备份不一致，请不要启用，查明原因后重新恢复。")
            sys.exit(1)
        call_command("migrate", interactive=False, verbosity=0)  # the program may be newer than the backup
        note_restore(folder, manifest, at=clock.now())
        finish()
        self.report(manifest)

    def report(self, manifest: Manifest) -> None:
        rows = sum(table[0] for table in manifest.tables.values())
        parts = "、".join(f"{part} {len(lines)}" for part, lines in manifest.schema.items())
        self.stdout.write(
            f"恢复完成并一致：{len(manifest.tables)} 个表、{rows} 行、{len(manifest.sequences)} 个序列、"
            f"{manifest.file_count - len(manifest.damaged)} 个文件；{parts}。"
        )
        for path in manifest.damaged:
            self.stdout.write(f"文件 {path} 在备份时已经缺失，没有恢复。")

        if lost := lost_keys():
            self.stdout.write(
                f"有 {lost} 把数据密钥打不开，它们保护的个人信息读不出来："
                "请把备份时用的主密钥加入 SEALING_KEYS，再执行 rotate_sealing_keys。"
            )

    def tell(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()
