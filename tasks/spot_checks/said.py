"""What findings said on a day (历次抽查结论): a finding may be corrected later, and the audit trail keeps every version."""

from collections.abc import Iterable
from datetime import date

from ninghai.clock import end_of
from ninghai.models import AuditEntry
from tasks.models import Finding


def said_by(*, findings: Iterable[int], on: date) -> dict[int, AuditEntry]:
    """Finding → the last record of it by the end of that day, first recorded first; what came later is absent. One query.

    Its `reason` is the note, its `detail` the rest: outcome, rectify_by, score, is_vetoed, passed, marks.
    """
    entries = AuditEntry.objects.filter(
        action=AuditEntry.Action.RECORD_FINDING,
        target_type=Finding._meta.label_lower,
        target_id__in=[str(pk) for pk in findings],
        at__lt=end_of(on),
    )
    return {int(entry.target_id): entry for entry in entries.order_by("at", "pk")}
