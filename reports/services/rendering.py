"""What people do about a rendering: have it done again, call it off."""

from datetime import datetime

from django.db import transaction
from django.db.models.functions import Now

from ninghai.models import AuditEntry, User
from ninghai.moves import StaleError, require
from reports import rules
from reports.models import BookletMaking, Report
from reports.queue import wake_after_commit
from reports.states import RenderStatus


@transaction.atomic
def retry_report(*, report: Report, by: User, at: datetime) -> Report:
    """Render again what failed or was cancelled (重新生成); StaleError if somebody was faster."""
    require(rules.can_retry_some(by))
    if not rules.can_retry(by, report):
        raise StaleError(report)
    report.retry(by=by, at=at)
    wake_after_commit(report)
    return report


@transaction.atomic
def cancel_report(*, report: Report, by: User, at: datetime) -> Report:
    """Call a draft off that is not made yet (取消), whether or not a worker has it by now; StaleError if it is made."""
    require(rules.can_cancel_some(by))
    as_it_is = Report.objects.select_for_update(of=["self"]).get(pk=report.pk)
    if not rules.can_cancel(by, as_it_is):
        raise StaleError(report)
    as_it_is.cancel(by=by, at=at)
    report.refresh_from_db()
    return report


@transaction.atomic
def make_booklet_again(*, making: BookletMaking, by: User, at: datetime) -> BookletMaking:
    """Typeset a booklet again that has failed (重新制作), with all tries; the scheduler hands it out within seconds."""
    require(rules.can_make_booklet_again(by, making))
    failed = BookletMaking.objects.filter(pk=making.pk, has_failed=True, attempt=making.attempt)
    if not failed.update(has_failed=False, tries=0, error="", next_try_at=Now()):
        raise StaleError(making)
    AuditEntry.objects.record(
        action="render",
        target=making,
        by=by,
        at=at,
        from_status=RenderStatus.FAILED,
        to_status=RenderStatus.QUEUED,
    )
    making.refresh_from_db()
    return making
