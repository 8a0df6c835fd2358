"""Undo (撤销) of what was done to a draft a moment ago: a name that was resolved means again what it meant before."""

from datetime import datetime

from django.db import transaction
from django.db.models import F

from ninghai.models import AuditEntry, User
from ninghai.models.state_machine import TOO_LATE, UNDO, TransitionError
from tasks.models import Responsibility, WorkPoint, WorkPointNotice
from tasks.notices.correcting import lock_draft, log_correction


def resolved_just_now(notice: WorkPointNotice, user: User, *, at: datetime) -> AuditEntry | None:
    """The row of what this person resolved at that moment, where it can be undone."""
    rows = AuditEntry.objects.about(notice).filter(action="resolve", actor=user, at=at, detail__has_key="meant")
    return rows.order_by("pk").last()


@transaction.atomic
def take_back_resolving(*, notice: WorkPointNotice, row: int, by: User, at: datetime) -> list[Responsibility]:
    """Undo (撤销) what this person resolved a moment ago, at all its places, while none of their points was corrected since.

    Returns the places; TransitionError when it is too late; AuditEntry.DoesNotExist where that row is none that can be undone.
    """
    lock_draft(notice, by=by)
    resolved = AuditEntry.objects.about(notice).filter(action="resolve", detail__has_key="meant").get(pk=row)
    meant, versions = resolved.detail["meant"], resolved.detail["versions"]
    points = WorkPoint.objects.filter(pk__in=versions)
    is_as_left = {str(pk): version for pk, version in points.values_list("pk", "version")} == versions
    if not is_as_left or not resolved.is_just_done(by=by, at=at, within=UNDO):
        raise TransitionError(TOO_LATE)
    places = list(
        Responsibility.objects.select_related("point__notice").filter(pk__in=meant).order_by("point__position")
    )
    for place in places:
        place.is_resolved, units = meant[str(place.pk)]
        place.save(update_fields=["is_resolved"])
        place.units.set(units)
    points.update(version=F("version") + 1)
    detail = {"name": resolved.detail["name"], "point": resolved.detail["point"], "undoes": resolved.pk}
    log_correction(notice, by=by, at=at, action="resolve", detail=detail)
    return places
