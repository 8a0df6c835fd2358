"""A corrected edition of an issued notice (修订稿): imported as a draft beside it, with what the office has decided before.

It is corrected at the desk like any draft; `merging` shows what it changes and makes it part of the notice.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from django.db import transaction

from ninghai.models import AuditEntry, User
from ninghai.models.state_machine import require
from tasks import rules
from tasks.models import BreakdownUpload, Responsibility, WorkPoint, WorkPointNotice
from tasks.notices.difference import Point, label, match
from tasks.notices.drafts import make_point
from tasks.notices.editions import points_of
from tasks.notices.importing import import_notice

SUFFIX = "（修订稿）"


@transaction.atomic
def import_amendment(
    *, notice: WorkPointNotice, data: bytes, filename: str, form_id: UUID, by: User, at: datetime
) -> WorkPointNotice:
    """Read a corrected notice and keep it as a draft that amends this one; the same form sent twice makes one.

    Where a point is still the same, an open name means the units that the office resolved it to, and a date that the
    office set for a point without one stays. Raises NotANotice with a sentence.
    """
    require_amendable(notice, by=by)
    if earlier := WorkPointNotice.objects.filter(form_id=form_id).first():
        return earlier
    draft = import_notice(data=data, filename=filename, form_id=form_id, amends=notice, by=by, at=at)
    pairs = match(points_of(notice), points_of(draft))
    both = [(before, after) for before, after in pairs if before and after]
    _take_over_units(both)
    _take_over_dates(both)
    return draft


def amendment_of_breakdown(
    upload: BreakdownUpload, *, points: Iterable[Point], by: User, at: datetime
) -> WorkPointNotice:
    """A draft that amends the notice, with the points that the workbook proposes."""
    notice = upload.notice
    require_amendable(notice, by=by)
    title_limit = WorkPointNotice._meta.get_field("title").max_length or 0
    points = _with_brackets(points, there=points_of(notice))
    draft = WorkPointNotice.objects.create(
        title=notice.title[: title_limit - len(SUFFIX)] + SUFFIX,
        document_number=notice.document_number,
        issuing_office=notice.issuing_office,
        issued_on=notice.issued_on,
        year=notice.year,
        openness=notice.openness,
        amends=notice,
        source_file=upload.file,
        source_text="\n".join(f"{point.key} {point.text}" for point in points),
        form_id=upload.form_id,
        imported_by=by,
        imported_at=at,
    )
    for position, point in enumerate(points, start=1):
        make_point(draft, point, position=position)
    AuditEntry.objects.record(action="import", target=draft, by=by, at=at, detail={"sha256": upload.file.sha256})
    return draft


def _with_brackets(points: Iterable[Point], *, there: Iterable[Point]) -> list[Point]:
    """Where a workbook changed who owes a point, its bracket (责任分工原文) says so in the words of a notice."""
    names = {point.pk: point.names for point in there}
    return [
        point if names.get(point.pk) == point.names else replace(point, responsibility_texts=(_bracket(point),))
        for point in points
    ]


def _bracket(point: Point) -> str:
    """[牵头单位:县财政局;责任单位:各乡镇(街道)]"""
    by_role: dict[str, list[str]] = {}
    for named in sorted(point.names, key=lambda each: Responsibility.strength.index(each.role)):
        by_role.setdefault(named.role, []).append(named.name)
    by_role_words = (f"{label(role)}单位:{'、'.join(names)}" for role, names in by_role.items())
    return f"[{';'.join(by_role_words)}]"


def require_amendable(notice: WorkPointNotice, *, by: User) -> None:
    require(rules.can_amend_notice(by, notice), f"通知{notice.get_status_display()}，只有已下达的通知可以导入修订稿。")


def _take_over_units(pairs: Iterable[tuple[Point, Point]]) -> None:
    """An open name of the draft means what the same name means at the same point of the issued notice."""
    for before, after in pairs:
        meant = {named.name: named for named in before.names} | {named.identity: named for named in before.names}
        for named in after.names:
            known = meant.get(named.identity) or meant.get(named.name)
            if named.units or known is None or not known.units:
                continue
            held = Responsibility.objects.get(point=after.pk, name=named.name, role=named.role)
            held.is_resolved, held.is_group, held.group = True, known.is_group, known.group
            held.save(update_fields=["is_resolved", "is_group", "group"])
            held.units.set(known.units)


def _take_over_dates(pairs: Iterable[tuple[Point, Point]]) -> None:
    for before, after in pairs:
        if after.pk and after.due_date_is_default and before.text == after.text:
            WorkPoint.objects.filter(pk=after.pk).update(
                due_date=before.due_date, due_date_is_default=before.due_date_is_default
            )
