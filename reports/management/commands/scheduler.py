"""scheduler: the process that hands out reports, takes back what lost its worker, keeps the counters, and clears away."""

import gc
import signal
import threading
from typing import Any

from django.core.management import BaseCommand

from ninghai.operations.production_checks import refuse_unfit_settings
from reports.scheduler import run


class Command(BaseCommand):
    help = (
        "运行调度进程：交付待生成的报告，收回中断的报告，汇总浏览次数，清理无用文件。可以同时启动多个，只有一个工作。"
    )

    def handle(self, *args: Any, **options: Any) -> None:
        refuse_unfit_settings()
        stop = threading.Event()
        for sign in (signal.SIGTERM, signal.SIGINT):
            signal.signal(sign, lambda *_: stop.set())
        run(stop=stop)
        gc.freeze()  # Python's last walk over every object would take most of the second that a stop may take
