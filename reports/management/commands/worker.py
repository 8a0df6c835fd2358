"""worker: an RQ worker that renders reports."""

from typing import Any

from django.core.management import BaseCommand, CommandParser

from ninghai.operations.production_checks import refuse_unfit_settings
from reports.pdf.fonts import typesetting_is_equipped
from reports.rendering import workers


class Command(BaseCommand):
    help = "运行报告生成进程。可以同时启动多个。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--burst", action="store_true", help="队列处理完即退出。")

    def handle(self, *args: Any, **options: Any) -> None:
        refuse_unfit_settings()
        for problem in typesetting_is_equipped():
            self.stderr.write(f"{problem.msg}。{problem.hint}")
        workers.run(burst=options["burst"])
