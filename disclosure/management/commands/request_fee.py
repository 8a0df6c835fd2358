"""request_fee items|pages N --received DATE: what an excessive request costs (信息处理费), tranche by tranche."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from disclosure.requests.fee_rates import schedule_on
from disclosure.requests.rules.fees import Fee, FeeBy, NoFeeSchedule, fee_of
from ninghai.calendar.law import NoRuleSet
from ninghai.management.commands.workdays import iso_date

MOST = 100_000  # items or pages; more is a slip of the pen
USAGE = "请写明按件还是按量和数量，如 items 35 或 pages 120。"
ONE_ONLY = "一件申请只能按件（items）或者按量（pages）一种标准收费，不能同时使用两种。"


class Command(BaseCommand):
    help = "计算政府信息公开信息处理费：按件（同一申请人一个自然月内的件数）或者按量（页数），二者只选一种。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("asked", nargs="*", metavar="items|pages N", help="按件写 items，按量写 pages，再写数量")
        parser.add_argument("--received", required=True, type=iso_date, metavar="日期", help="收到申请的日期")
        parser.add_argument("--format", choices=["json", "text"], default="json")

    def handle(self, *args: Any, **options: Any) -> None:
        by, amount = _asked([str(word) for word in options["asked"]])
        try:
            fee = fee_of(amount=amount, schedule=schedule_on(options["received"], by))
        except (NoFeeSchedule, NoRuleSet) as refused:
            raise CommandError(str(refused)) from refused
        self.stdout.write(str(fee) if options["format"] == "text" else json.dumps(_told(fee)))


def _asked(words: list[str]) -> tuple[FeeBy, int]:
    """One schedule and one number; raises CommandError."""
    if set(FeeBy) <= set(words):
        raise CommandError(ONE_ONLY)
    if len(words) != 2 or words[0] not in set(FeeBy):
        raise CommandError(USAGE)
    if not words[1].isdecimal() or not 0 <= int(words[1]) <= MOST:
        raise CommandError(f"数量应是 0 到 {MOST} 之间的整数，如 items 35。")
    return FeeBy(words[0]), int(words[1])


def _told(fee: Fee) -> dict[str, object]:
    tranches = [
        {"from": each.first, "to": each.last, "each": each.each, "amount": each.amount} for each in fee.tranches
    ]
    return {"total": fee.total, "tranches": tranches}
