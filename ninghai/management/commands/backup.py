"""backup [DIR]: database and files as they are at one moment, into a new folder; work goes on meanwhile.

Without DIR the folder lies in BACKUP_DIR and is named by the moment; files that the backup before has are shared with it.
"""

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandError
from django.utils import timezone

from ninghai.operations.backups.backing_up import back_up
from ninghai.operations.backups.manifest import MANIFEST, BackupError, Manifest, kept_files, sha256_of
from ninghai.operations.backups.retention import discard_old, new_folder, newest_whole


class Command(BaseCommand):
    help = "把数据库和文件按同一时刻备份到一个新目录；中断后可以对同一目录重新执行。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "folder", type=Path, nargs="?", metavar="目录", help="新的或空的目录；不写的，在 BACKUP_DIR 下按时间新建"
        )
        parser.add_argument(
            "--keep",
            type=int,
            metavar="天数",
            help="备份完好的，删除 BACKUP_DIR 下超过这些天的备份（最新的一份总是保留）",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        at = timezone.now()
        shelf = self.shelf(**options)
        try:
            folder = new_folder(shelf, at=at) if shelf else options["folder"].resolve()
            manifest = back_up(folder, at=at, tell=self.tell, earlier=newest_whole(shelf) if shelf else None)
            self.report(folder, manifest)
            if shelf and options["keep"] is not None:
                damaged = [file for file in kept_files(folder) if file.path in set(manifest.damaged)]
                for name in discard_old(shelf, days=options["keep"], at=at, damaged=damaged):
                    self.tell(f"已删除 {options['keep']} 天前的备份 {name}。")
            if manifest.damaged:
                sys.exit(1)
        except BackupError as reason:
            raise CommandError(str(reason)) from None
        except OSError as error:
            raise CommandError(
                f"不能读写 {error.filename or shelf or options['folder']}（{error.strerror}），"
                "请用 ninghai-owner 的身份执行，并检查权限和磁盘空间。"
            ) from None

    def shelf(self, **options: Any) -> Path | None:
        """BACKUP_DIR, where no folder is named."""
        if options["folder"]:
            if options["keep"] is not None:
                raise CommandError("写明目录的，不能用 --keep：只删除 BACKUP_DIR 下按时间命名的备份。")
            return None
        if not settings.BACKUP_DIR:
            raise CommandError("请写明备份到哪个目录，或者设置 BACKUP_DIR。")
        return Path(settings.BACKUP_DIR)

    def report(self, folder: Path, manifest: Manifest) -> None:
        """What was kept, and which files were not as they were stored."""
        rows = sum(table[0] for table in manifest.tables.values())
        self.tell(
            f"备份完成（{folder}）：{len(manifest.tables)} 个表、{rows} 行、{manifest.file_count} 个文件"
            f"（{manifest.file_bytes / 1024**2:.1f} MB）。清单 SHA-256：{sha256_of(folder / MANIFEST)}"
        )
        self.tell("个人信息在备份里仍是加密的，主密钥 SEALING_KEYS 不在备份里：请另行保存，没有它就读不出来。")
        for path in manifest.damaged:
            self.stderr.write(f"文件 {path} 缺失或已被改动，备份里没有它。请从以前的备份找回。")

    def tell(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()
