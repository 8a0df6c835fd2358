"""`manage.py compute_coverage`: the nightly round of coverage, by hand."""

from collections import Counter
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from disclosure.coverage.services import compute_coverage, find_cells
from ninghai.calendar import clock
from ninghai.calendar.workdays import WorkCalendar


class Command(BaseCommand):
    help = (
        "计算公开覆盖：各单位每个公开事项的公开情况，登记和消除公开问题，并通知单位。指定较早的日期时只计算，不写入。"
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--as-of", type=date.fromisoformat, help="截至日期，如 2018-11-20；默认今天")

    def handle(self, *args: Any, **options: Any) -> None:
        today = clock.today()
        on: date = options["as_of"] or today
        if on > today:
            raise CommandError(f"截至日期不能晚于今天（{today}）。")
        if on == today:
            done = compute_coverage(on=on, at=clock.now())
            self.stdout.write(f"已计算{done.cells}项，新增公开问题{done.opened}个，尚未消除{done.open}个。")
            return
        states = Counter(found.standing.state for found in find_cells(on=on, calendar=WorkCalendar.load()))
        self.stdout.write(f"截至{on}：" + "，".join(f"{state.label}{count}项" for state, count in states.items()))
