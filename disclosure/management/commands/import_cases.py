"""import_cases FILE.json: a register of before (原登记簿) with all its events, through the services of the register; all or nothing."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from disclosure.requests.importing.register_file import ImportFault, ImportRefused
from disclosure.requests.importing.services import ImportOutcome, import_register
from ninghai.calendar import clock
from ninghai.models import User

MOST_BYTES = 64 * 1024 * 1024


class Command(BaseCommand):
    help = "导入依申请公开的原登记簿（JSON，格式见 docs/import_cases.md）：全部导入，或者有一处错误就全部不导入。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="文件", help="JSON 文件")
        parser.add_argument("--dry-run", action="store_true", help="只检查，不导入")
        parser.add_argument("--by", metavar="账号", default="", help="记为由谁导入")
        parser.add_argument("--format", choices=["json", "text"], default="text")

    def handle(self, *args: Any, **options: Any) -> None:
        is_dry_run, as_json = options["dry_run"], options["format"] == "json"
        told = _read(options["file"])
        try:
            outcome = import_register(told, by=_person(options["by"]), at=clock.now(), is_dry_run=is_dry_run)
        except ImportRefused as refused:
            if as_json:
                self.stdout.write(json.dumps(_refused(refused.faults, is_dry_run), ensure_ascii=False))
            else:
                self.stdout.write("\n".join(str(fault) for fault in refused.faults))
            raise CommandError(f"有{len(refused.faults)}处错误，没有导入。") from None
        if as_json:
            self.stdout.write(json.dumps(_done(outcome, is_dry_run)))
        else:
            self.stdout.write(f"{'试导入，没有保存：' if is_dry_run else ''}{outcome}。")


def _read(path: Path) -> object:
    try:
        if path.stat().st_size > MOST_BYTES:
            raise CommandError("文件超过 64 MB，请按年度分成几个文件。")
        return json.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as problem:
        raise CommandError(f"不能读取文件“{path}”：{problem.strerror}。") from problem
    except (ValueError, RecursionError) as problem:  # not JSON, or not UTF-8
        raise CommandError(f"文件不是 UTF-8 编码的 JSON：{problem}") from problem


def _person(username: str) -> User | None:
    if not username:
        return None
    person = User.objects.filter(username=username).first()
    if person is None:
        raise CommandError(f"没有账号“{username}”。")
    return person


def _done(outcome: ImportOutcome, is_dry_run: bool) -> dict[str, Any]:
    counts = {"new": outcome.new, "unchanged": outcome.unchanged, "events": outcome.events}
    return {"dry_run": is_dry_run, "imported": not is_dry_run, **counts, "faults": []}


def _refused(faults: list[ImportFault], is_dry_run: bool) -> dict[str, Any]:
    counts = {"new": 0, "unchanged": 0, "events": 0}
    return {"dry_run": is_dry_run, "imported": False, **counts, "faults": [fault.as_json() for fault in faults]}
