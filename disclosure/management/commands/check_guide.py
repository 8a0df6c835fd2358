"""check_guide FILE.json: a guide (办事指南) held against the rules; its fields by the Chinese names of the national catalogue."""

import json
from argparse import ArgumentParser
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from disclosure.service_guides.checker import GuideResult, check_guide


class Command(BaseCommand):
    help = "检查一份办事指南（JSON，按事项目录的中文字段名）：逐条规则写明通过、有问题还是不适用。"
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="文件.json")
        parser.add_argument("--format", choices=["text", "json"], default="text")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            said = json.loads(options["file"].read_text(encoding="utf-8"))
        except (OSError, ValueError) as wrong:
            raise CommandError("不能读取这个文件：应当是 UTF-8 编码的 JSON。") from wrong
        if not isinstance(said, dict):
            raise CommandError("文件应当是一份指南：一个 JSON 对象，字段名用中文。")
        checks = list(check_guide(said))
        if options["format"] == "json":
            self.stdout.write(json.dumps([asdict(each) for each in checks], ensure_ascii=False))
            return
        failed = [each for each in checks if each.result == GuideResult.FAIL]
        for each in failed:
            self.stdout.write(f"{each.place}：{each.message}")
        self.stdout.write(f"{len(checks)}条规则，{len(failed)}条有问题。")
