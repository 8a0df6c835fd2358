"""rotate_sealing_keys: wrap every data key under the first of SEALING_KEYS, so that the others may go."""

import sys
from typing import Any

from django.core.management import BaseCommand

from ninghai.sealed.services import rotate


class Command(BaseCommand):
    help = "更换主密钥：把全部数据密钥改用 SEALING_KEYS 中的第一个主密钥加密；做完后才能删去旧的主密钥。可以重复执行。"

    def handle(self, *args: Any, **options: Any) -> None:
        done = rotate()
        self.stdout.write(f"已有 {done.wrapped} 把数据密钥改用最新的主密钥。")
        if done.unreadable:
            self.stderr.write("下列数据密钥打不开，请把对应的旧主密钥加回 SEALING_KEYS 后重新执行：")
            for line in done.unreadable:
                self.stderr.write(f"- {line}")
            sys.exit(1)
        self.stdout.write("旧的主密钥可以从 SEALING_KEYS 删去；仍要恢复旧备份的，请另行妥善保存。")
