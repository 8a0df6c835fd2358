"""Merging an amendment (并入): what it changes becomes true of the issued notice from today on, in one act.

1. Points are rewritten, added and removed; what they said before stays in their editions.
2. Open assignments follow: another requirement, date or role, new ones from today, others ended (不再办理).
3. Finished work, reports, findings and evidence stay as they are, and each unit is told what changed for it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from ninghai.models import AuditEntry, User
from ninghai.moves import StaleError, TransitionError, require
from tasks import rules
from tasks.models import Task, WorkPoint, WorkPointEdition, WorkPointNotice
from tasks.points.difference import Difference, Point, difference, match, settled
from tasks.points.editions import KEPT, ever_in, points_of
from tasks.services.notices.breakdown_import import told
from tasks.services.notices.following import Following
from tasks.services.notices.obstacles import ceased, obstacles
from tasks.services.notices.writing_points import make_point, make_way, put_in_order, write_point
from tasks.states import NoticeStatus


class AmendmentIncomplete(TransitionError):
    """The amendment cannot be merged yet; the text says what is to be done first."""

    def __init__(self, obstacles: Sequence[str]) -> None:
        super().__init__(f"修订稿还不能并入：{'；'.join(obstacles)}")


@dataclass(frozen=True, slots=True)
class Comparison:
    """What the amendment would change in the notice as both are now, and what keeps it from being merged."""

    difference: Difference
    pairs: tuple[tuple[Point | None, Point | None], ...]
    obstacles: tuple[str, ...]


def compare(amendment: WorkPointNotice, *, on: date) -> Comparison:
    """The amendment beside the issued notice, on the day on which it would be merged."""
    notice = amendment.amends
    if notice is None:
        raise TransitionError("这份通知不是修订稿，不能并入。")
    matched = match(points_of(notice), points_of(amendment))
    pairs = [(before, settled(before, after) if before and after else after) for before, after in matched]
    found = difference(pairs)
    missing = [*obstacles(amendment, on=on), *ceased(_newly_asked(found), on=on)]
    if notice.status != NoticeStatus.ISSUED:
        missing.append(f"所修订的通知现在是“{notice.get_status_display()}”，下达以后才能并入。")
    elif not found:
        missing.append("修订稿与已下达的通知一致，没有需要并入的变化。")
    return Comparison(difference=found, pairs=tuple(pairs), obstacles=tuple(missing))


def _newly_asked(found: Difference) -> list[tuple[int, str]]:
    """Who would get new work, by unit and key of the point; who had it before has handed it over already."""
    added = [(unit.pk, point.key) for point in found.added for unit, _ in point.roles]
    return added + [(unit.pk, change.after.key) for change in found.changed for unit, _ in change.joined]


@transaction.atomic
def merge_amendment(
    *, amendment: WorkPointNotice, version: int, notice_version: int, by: User, at: datetime
) -> Difference:
    """Make the amendment part of the notice that it amends, as it was shown at these two versions.

    Raises StaleError when one of them changed meanwhile, AmendmentIncomplete while something is left to do.
    """
    require(rules.can_import_notice(by))
    draft, notice = _hold(amendment)
    for record, seen in ((draft, version), (notice, notice_version)):
        if record.version != seen and draft.status == NoticeStatus.DRAFT:
            raise StaleError(record)
    draft.merge(by=by, at=at)
    today = timezone.localtime(at).date()
    found = compare(draft, on=today)
    if found.obstacles:
        raise AmendmentIncomplete(found.obstacles)
    following = Following(notice=notice, amendment=draft, by=by, at=at)
    _rewrite(notice, found, following, on=today)
    WorkPointNotice.objects.filter(pk=notice.pk).update(version=F("version") + 1)
    AuditEntry.objects.record(
        action="amend", target=notice, by=by, at=at, detail=told(found.difference, amendment=draft.pk)
    )
    following.tell_units()
    amendment.refresh_from_db()
    return found.difference


def _hold(amendment: WorkPointNotice) -> tuple[WorkPointNotice, WorkPointNotice]:
    """Both notices, locked in the order of their keys."""
    pks = [pk for pk in (amendment.pk, amendment.amends_id) if pk]
    held = {each.pk: each for each in WorkPointNotice.objects.select_for_update().filter(pk__in=pks).order_by("pk")}
    draft = held[amendment.pk]
    if draft.amends_id is None:
        raise TransitionError("这份通知不是修订稿，不能并入。")
    draft.amends = held[draft.amends_id]
    return draft, draft.amends


def _rewrite(notice: WorkPointNotice, found: Comparison, following: Following, *, on: date) -> None:
    """Bring points and tasks to the amendment's words; the numbers that fall free can be borne by others at once."""
    records = {record.pk: record for record in ever_in(notice).order_by("position")}
    before = {pk: {name: getattr(record, name) for name in KEPT} for pk, record in records.items()}
    changed, added = found.difference.changed, found.difference.added
    removed = [records[point.pk or 0] for point in found.difference.removed]
    WorkPoint.objects.filter(pk__in=[record.pk for record in removed]).update(removed_on=on, version=F("version") + 1)
    make_way(records[change.before.pk or 0] for change in changed if change.before.key != change.after.key)
    for change in changed:
        record = records[change.before.pk or 0]
        write_point(record, change.after)
        Task.objects.filter(point=record).update(requirement=record.text)
        following.change(record, change)
    new = {point.key: _add(notice, point, on=on) for point in added}
    for point in added:
        following.add(new[point.key], point)
    for record in removed:
        following.remove(record)
    _order(list(records.values()), found, new)
    _keep_editions(list(records.values()), before, until=on)


def _add(notice: WorkPointNotice, point: Point, *, on: date) -> WorkPoint:
    record = make_point(notice, point, position=0)
    WorkPoint.objects.filter(pk=record.pk).update(added_on=on)
    record.added_on = on
    Task.objects.create(
        point=record,
        requirement=record.text,
        due_date=record.due_date,
        due_date_is_default=record.due_date_is_default,
    )
    return record


def _order(records: list[WorkPoint], found: Comparison, new: dict[str, WorkPoint]) -> None:
    """As the amendment has the points; what is in it no longer stays behind its old neighbour."""
    there = {record.pk: record for record in records}
    ordered = [
        there[before.pk or 0] if before else new[after.key] for before, after in found.pairs if after is not None
    ]
    for place, record in enumerate(records):
        if record not in ordered:
            neighbour = records[place - 1] if place else None
            ordered.insert(ordered.index(neighbour) + 1 if neighbour else 0, record)
    put_in_order(ordered)


def _keep_editions(records: list[WorkPoint], before: dict[int, dict[str, Any]], *, until: date) -> None:
    """What a point said before, wherever it says something else now."""
    WorkPointEdition.objects.bulk_create(
        WorkPointEdition(point=record, until=until, **before[record.pk])
        for record in records
        if any(getattr(record, name) != before[record.pk][name] for name in KEPT)
    )
