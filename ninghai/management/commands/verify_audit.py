"""verify_audit: is the audit trail as it was written? Names the first row that does not fit; the exit code tells."""

import sys
from typing import Any

from django.core.management import BaseCommand

from ninghai.accounts.audit.checking import check_trail, words_of
from ninghai.calendar import clock
from ninghai.models import AuditSeal


class Command(BaseCommand):
    help = "核对审计记录：逐条重算封存链，与库外锚点比对；有异常时指出第一条和全部种类，退出码为 1。"

    def handle(self, *args: Any, **options: Any) -> None:
        total = AuditSeal.objects.count()
        verdict = check_trail(at=clock.now(), tell=lambda done: self.stderr.write(f"已核对 {done} 条，共约 {total} 条"))
        self.stdout.write(words_of(verdict))
        if verdict.waiting:
            self.stdout.write(f"另有 {verdict.waiting} 条刚写入、还没有封存。")
        if not verdict.is_good:
            sys.exit(1)
