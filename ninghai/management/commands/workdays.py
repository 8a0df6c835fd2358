"""workdays DATE N: the date N working days later, with its derivation."""

from argparse import ArgumentParser, ArgumentTypeError
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from ninghai.calendar.workdays import WorkCalendar

MOST = 1000  # working days; about four years


def iso_date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ArgumentTypeError(f"“{text}”不是日期，请写成 2018-09-20 的形式。") from None


class Command(BaseCommand):
    help = "计算某日之后第 N 个工作日（当日不计，含调休），先给出日期，再说明怎样算出。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("date", type=iso_date, metavar="日期", help="起算日期，如 2018-09-20")
        parser.add_argument("amount", type=int, metavar="N", help=f"工作日天数，1 到 {MOST}")

    def handle(self, *args: Any, **options: Any) -> None:
        amount: int = options["amount"]
        if not 1 <= amount <= MOST:
            raise CommandError(f"工作日天数应在 1 到 {MOST} 之间。")
        derivation = WorkCalendar.load().add(options["date"], amount)
        self.stdout.write(f"{derivation.due.isoformat()} {derivation}")
