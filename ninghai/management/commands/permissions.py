"""permissions: writes docs/permissions.md from the permission matrix; with --format json prints every cell of it."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from ninghai.permissions import document


class Command(BaseCommand):
    help = "根据权限表写出 docs/permissions.md；--format json 逐格输出（地址、方法、角色、状态、应有的答复）。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--format", choices=["page", "json"], default="page", help="page 写文档，json 输出到屏幕")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["format"] == "json":
            self.stdout.write(json.dumps(document.as_data(), ensure_ascii=False))
            return
        document.PAGE.write_text(document.page(), encoding="utf-8")
        self.stdout.write(f"已写出 {document.PAGE}。")
