"""maintenance on|off|status: close the portal for a while, and open it again; needs neither database nor restart."""

from argparse import ArgumentParser
from datetime import datetime, time
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from ninghai.calendar import clock
from ninghai.operations.maintenance import Closing, close, closing, reopen


class Command(BaseCommand):
    help = "停机维护：on 后所有页面显示维护说明（503），off 后恢复；/healthz 不受影响。"
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("act", choices=["on", "off", "status"], metavar="on|off|status")
        parser.add_argument("--until", default="", metavar="时间", help="预计恢复时间：18:30，或 2026-11-27T18:30")
        parser.add_argument("--reason", default="", metavar="说明", help="显示给来访者的一句话，例如：升级系统")

    def handle(self, *args: Any, **options: Any) -> None:
        match options["act"]:
            case "on":
                close(Closing(until=moment(options["until"]), reason=options["reason"].strip().rstrip("。")))
                self.stdout.write("已停机维护，所有页面显示维护说明。完成后请执行 manage.py maintenance off。")
            case "off":
                self.stdout.write("已恢复开放。" if reopen() else "没有处于维护状态，不需要恢复。")
            case _:
                self.stdout.write("正在停机维护。" if closing() else "正常开放。")


def moment(words: str) -> str:
    """The time that was named, as ISO; a time of day is today's."""
    if not words:
        return ""
    try:
        if len(words) <= len("18:30"):
            return datetime.combine(clock.true_now().date(), time.fromisoformat(words)).isoformat(timespec="minutes")
        return datetime.fromisoformat(words).isoformat(timespec="minutes")
    except ValueError:
        raise CommandError(f"看不懂时间“{words}”，请写成 18:30 或 2026-11-27T18:30。") from None
