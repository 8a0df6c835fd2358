"""What the inspector found (抽查结论), recorded and corrected."""

from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from ninghai.models import AuditEntry, User
from ninghai.moves import StaleError, require
from tasks import rules
from tasks.models import Drawn, Finding


@transaction.atomic
def record_finding(
    *,
    drawn: Drawn,
    outcome: str,
    note: str,
    rectify_by_date: date | None,
    version: int,
    by: User,
    at: datetime,
) -> Finding:
    """Record what the inspector found, or correct it; `version` is the one this person saw, 0 before the first record."""
    require(rules.can_record_finding(by, drawn))
    Drawn.objects.select_for_update().get(pk=drawn.pk)
    earlier = Finding.objects.filter(drawn=drawn).first()
    seen = earlier.version if earlier else 0
    if earlier and version != seen:
        raise StaleError(earlier)
    day = rectify_by_date if outcome == Finding.Outcome.TO_RECTIFY else None
    _check_finding(outcome=outcome, day=day, earlier=earlier, on=timezone.localtime(at).date())
    values = {"outcome": outcome, "note": note, "rectify_by_date": day, "recorded_by": by, "recorded_at": at}
    finding, _ = Finding.objects.update_or_create(drawn=drawn, defaults={**values, "version": seen + 1})
    rectify_by = day.isoformat() if day else None
    detail = {"outcome": outcome, "rectify_by": rectify_by, "before": earlier.outcome if earlier else ""}
    AuditEntry.objects.record(action="record_finding", target=finding, by=by, at=at, reason=note, detail=detail)
    return finding


def _check_finding(*, outcome: str, day: date | None, earlier: Finding | None, on: date) -> None:
    if outcome not in Finding.Outcome:
        raise ValidationError({"outcome": "请选择抽查结论。"})
    if outcome == Finding.Outcome.TO_RECTIFY and day is None:
        raise ValidationError({"rectify_by_date": "需整改的，请填写整改期限。"})
    is_new = earlier is None or earlier.rectify_by_date != day
    if day and is_new and day < on:
        raise ValidationError({"rectify_by_date": "整改期限不能早于今天。"})
