"""verify_content: are public texts, files and issued papers as they were noted? The exit code tells."""

import sys
from typing import Any

from django.core.management import BaseCommand

from ninghai.calendar import clock
from reports.verification.integrity import check_content, words_of


class Command(BaseCommand):
    help = "核对公开内容、文件和已签发的 PDF 与登记的散列值是否一致；有不一致时逐项列出，退出码为 1。"

    def handle(self, *args: Any, **options: Any) -> None:
        found = check_content(at=clock.now())
        self.stdout.write(words_of(found))
        if found.differences:
            sys.exit(1)
