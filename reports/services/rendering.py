"""What people do about a rendering: have it done again, call it off."""

from datetime import datetime

from django.db import transaction

from ninghai.models import User
from ninghai.moves import require
from reports import rules
from reports.models import Report
from reports.queue import wake_after_commit


@transaction.atomic
def retry_report(*, report: Report, by: User, at: datetime) -> Report:
    """Render again what failed or was cancelled (重新生成)."""
    require(rules.can_retry(by, report))
    report.retry(by=by, at=at)
    wake_after_commit(report)
    return report


def cancel_report(*, report: Report, by: User, at: datetime) -> Report:
    """Cancel a draft that waits or failed (取消)."""
    require(rules.can_cancel(by, report))
    report.cancel(by=by, at=at)
    return report
