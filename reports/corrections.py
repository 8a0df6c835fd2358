"""更正: once a correction (更正件) is public, the catalogue says of the report it puts right that it was replaced.

Both become public by the ordinary review, in whatever order; so the scheduler looks for what is still to be said.
Whoever changes the older item's validity afterwards has the last word.
"""

import logging
from datetime import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import CharField, Exists, F, OuterRef, QuerySet
from django.db.models.functions import Cast

from disclosure.models import Item
from disclosure.services import replace_item
from ninghai import clock
from ninghai.models import AuditEntry
from ninghai.moves import StaleError
from reports.models import Report

logger = logging.getLogger(__name__)


def untold_corrections(*, at: datetime) -> QuerySet[Report]:
    """Public corrections of public reports whose catalogue item does not say so yet, in the order of their publication."""
    public = Item.objects.published(at).values("pk")
    has_been_changed_since = AuditEntry.objects.filter(
        action=AuditEntry.Action.CHANGE_VALIDITY,
        target_type=Item._meta.label_lower,
        target_id=Cast(OuterRef("corrects__item"), CharField()),
        at__gte=OuterRef("item__published_at"),
    )
    found = Report.objects.issued().filter(~Exists(has_been_changed_since), item__in=public, corrects__item__in=public)
    told = found.filter(corrects__item__replaced_by=F("item"))
    return found.exclude(pk__in=told).select_related("item", "corrects__item").order_by("item__published_at", "pk")


def mark_corrected_when_due() -> None:
    mark_corrected_items(at=clock.now())


def mark_corrected_items(*, at: datetime) -> int:
    """Let each corrected item name the last of its public corrections; return how many now do."""
    last = {report.corrects_id: report for report in untold_corrections(at=at).defer("snapshot", "corrects__snapshot")}
    return sum(_mark(report, at=at) for report in last.values())


def _mark(correction: Report, *, at: datetime) -> bool:
    older = correction.corrects.item if correction.corrects else None
    if older is None or correction.item is None:
        return False
    try:
        replace_item(item=older, successor=correction.item, reason=f"已由{correction.document_number}更正", at=at)
    except (PermissionDenied, ValidationError, StaleError) as refused:
        logger.warning("item %s is not marked as replaced: %s", older.pk, refused)
        return False
    return True
