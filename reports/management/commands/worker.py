"""worker: an RQ worker, which does the background jobs."""

from typing import Any

from django.core.management import BaseCommand, CommandParser

from ninghai.jobs.worker import work
from ninghai.models import JobQueue
from ninghai.operations.production_checks import refuse_unfit_settings
from reports.pdf import warm_up
from reports.pdf.fonts import typesetting_is_equipped
from reports.pdf.press import discard_left, press


class Command(BaseCommand):
    help = "运行后台任务进程（生成报告等）。可以同时启动多个。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--burst", action="store_true", help="队列处理完即退出。")
        parser.add_argument(
            "--queues", nargs="+", choices=JobQueue.values, default=JobQueue.values, help="只处理这些队列，默认全部。"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        refuse_unfit_settings()
        for problem in typesetting_is_equipped():
            self.stderr.write(f"{problem.msg}。{problem.hint}")
        warm_up()
        press.cache_clear()  # each work-horse sets up its own (see its module)
        work(queues=options["queues"], burst=options["burst"], tidy=discard_left)
