"""A corrected edition of an issued notice (修订稿): imported as a draft beside it, corrected like any draft, merged (并入).

1. The draft takes over what the office has decided for the notice: open names that were resolved, dates that were set.
2. Merging rewrites, adds and removes points from today on; what they said before stays in their editions.
3. Open assignments follow: another requirement, date or role, new ones from today, others ended (不再办理).
4. Finished work, reports, findings and evidence stay as they are, and each unit is told what changed for it.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.urls import reverse
from django.utils import timezone

from ninghai.models import AuditEntry, Message, Unit, User
from ninghai.models.state_machine import TransitionError, require
from ninghai.notifications.notify import notify
from tasks import rules
from tasks.models import Assignment, BreakdownUpload, Responsibility, Task, WorkPoint, WorkPointEdition, WorkPointNotice
from tasks.models.states import AssignmentStatus, NoticeStatus
from tasks.notices import editions
from tasks.notices.correcting import make_point, put_in_order, release_keys, write_point
from tasks.notices.importing import import_notice
from tasks.notices.issuing import ceased_units, obstacles

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
    pairs = editions.match(editions.points_of(notice), editions.points_of(draft))
    both = [(before, after) for before, after in pairs if before and after]
    _take_over_units(both)
    _take_over_dates(both)
    return draft


def amendment_of_breakdown(
    upload: BreakdownUpload, *, points: Iterable[editions.Point], by: User, at: datetime
) -> WorkPointNotice:
    """A draft that amends the notice, with the points that the workbook proposes."""
    notice = upload.notice
    require_amendable(notice, by=by)
    title_limit = WorkPointNotice._meta.get_field("title").max_length or 0
    points = _with_brackets(points, there=editions.points_of(notice))
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


def _with_brackets(points: Iterable[editions.Point], *, there: Iterable[editions.Point]) -> list[editions.Point]:
    """Where a workbook changed who owes a point, its bracket (责任分工原文) says so in the words of a notice."""
    names = {point.pk: point.names for point in there}
    return [
        point if names.get(point.pk) == point.names else replace(point, responsibility_texts=(_bracket(point),))
        for point in points
    ]


def _bracket(point: editions.Point) -> str:
    """[牵头单位:县财政局;责任单位:各乡镇(街道)]"""
    by_role: dict[str, list[str]] = {}
    for named in sorted(point.names, key=lambda each: Responsibility.strength.index(each.role)):
        by_role.setdefault(named.role, []).append(named.name)
    by_role_words = (f"{editions.label(role)}单位:{'、'.join(names)}" for role, names in by_role.items())
    return f"[{';'.join(by_role_words)}]"


def require_amendable(notice: WorkPointNotice, *, by: User) -> None:
    require(rules.can_amend_notice(by, notice), f"通知{notice.get_status_display()}，只有已下达的通知可以导入修订稿。")


def _take_over_units(pairs: Iterable[tuple[editions.Point, editions.Point]]) -> None:
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


def _take_over_dates(pairs: Iterable[tuple[editions.Point, editions.Point]]) -> None:
    for before, after in pairs:
        if after.pk and after.due_date_is_default and before.text == after.text:
            WorkPoint.objects.filter(pk=after.pk).update(
                due_date=before.due_date, due_date_is_default=before.due_date_is_default
            )


# Merging (并入): assignments follow their points, and each unit learns what changed for it.


@dataclass(slots=True, kw_only=True)
class FollowingAssignments:
    """Brings the notice's assignments after its points, one point at a time; finished work stays as it is."""

    notice: WorkPointNotice
    amendment: WorkPointNotice
    by: User
    at: datetime
    news: defaultdict[Unit, list[str]] = field(default_factory=lambda: defaultdict(list))
    standing: dict[int, dict[Unit, Assignment]] = field(init=False)  # by point, what was not ended

    def __post_init__(self) -> None:
        self.standing = defaultdict(dict)
        standing = Assignment.objects.filter(task__point__notice=self.notice, ended_on=None)
        for each in standing.select_related("task", "unit", "continues__unit").order_by("unit__position", "pk"):
            self.standing[each.task.point_id][each.unit] = each

    @property
    def on(self) -> date:
        return timezone.localtime(self.at).date()

    def add(self, record: WorkPoint, point: editions.Point) -> None:
        """A new point is asked of its units from today on."""
        for unit, role in point.roles:
            self._ask(record, unit, role)

    def remove(self, record: WorkPoint) -> None:
        """A removed point is asked of nobody any more."""
        for assignment in self._open(record):
            self._end(assignment, f"要点{record.label}，修订后删除：{self.amendment.title}")
            self.news[assignment.unit].append(f"{record.label}：修订后不再列入，不再办理。")

    def change(self, record: WorkPoint, change: editions.PointChange) -> None:
        """Units come and go, roles and dates change; who stays learns of new words."""
        self._let_go(record, change)
        self._change_roles(record, change)
        for assignment in self._open(record):
            self._change_date(assignment, record, change)
            if change.text_changed or change.place_changed:
                self.news[assignment.unit].append(f"{record.label}：工作内容有修改，请查看。")
        for unit, role in change.joined:
            if unit not in self.standing[record.pk]:
                self._ask(record, unit, role)

    def notify_units(self) -> None:
        """One message to each unit, with everything that changed for it."""
        for unit, lines in self.news.items():
            notify(
                unit,
                kind=Message.Kind.CHANGED,
                event=f"amended:{self.amendment.pk}",
                subject=f"{self.notice.year}年工作要点已修订，本单位有{len(lines)}项变化",
                text="\n".join(lines),
                url=reverse("tasks:work"),
                at=self.at,
            )

    # One assignment.

    def _open(self, record: WorkPoint) -> list[Assignment]:
        standing = self.standing[record.pk].values()
        return [each for each in standing if each.status in {AssignmentStatus.TODO, AssignmentStatus.IN_PROGRESS}]

    def _ask(self, record: WorkPoint, unit: Unit, role: str) -> None:
        record.notice = self.notice
        assignment = Assignment.of(task=record.task, unit=unit, role=role, on=self.on)
        assignment.due_date = record.due_date
        assignment.key = Assignment.free_key(assignment.key)
        assignment.save(force_insert=True)
        self.standing[record.pk][unit] = assignment
        self.news[unit].append(
            f"{record.label}：新增承担（{editions.label(role)}），完成时限{record.due_date:%Y-%m-%d}。"
        )

    def _let_go(self, record: WorkPoint, change: editions.PointChange) -> None:
        """Who is named no longer, and who took it over from them."""
        gone, still = set(change.left), {unit for unit, _ in change.after.roles}
        for assignment in self._open(record):
            from_whom = assignment.continues.unit if assignment.continues else None
            if assignment.unit in gone or (from_whom in gone and assignment.unit not in still):
                self._end(assignment, f"修订后不再承担：{self.amendment.title}")
                self.news[assignment.unit].append(f"{record.label}：修订后不再由本单位承担。")

    def _change_roles(self, record: WorkPoint, change: editions.PointChange) -> None:
        standing = self.standing[record.pk]
        for each in change.role_changes:
            assignment = standing.get(each.unit)
            if assignment in self._open(record) and assignment and assignment.role != each.after:
                assignment.change_role(to=each.after, by=self.by, at=self.at)
                self.news[each.unit].append(
                    f"{record.label}：角色由{editions.label(each.before)}改为{editions.label(each.after)}。"
                )

    def _change_date(self, assignment: Assignment, record: WorkPoint, change: editions.PointChange) -> None:
        """The point's new date; a longer extension that the unit was granted stays."""
        if not change.due_changed:
            return
        before, after = assignment.due_date, change.after.due_date
        if before != change.before.due_date:
            after = max(before, after)
        if before != after:
            assignment.change_due_date(to=after, reason=f"修订：{self.amendment.title}", by=self.by, at=self.at)
            self.news[assignment.unit].append(f"{record.label}：完成时限由{before:%Y-%m-%d}改为{after:%Y-%m-%d}。")

    def _end(self, assignment: Assignment, reason: str) -> None:
        assignment.end(AssignmentStatus.NOT_APPLICABLE, reason=reason, by=self.by, at=self.at)
        del self.standing[assignment.task.point_id][assignment.unit]


class AmendmentIncomplete(TransitionError):
    """The amendment cannot be merged yet; the text says what is to be done first."""

    def __init__(self, obstacles: Sequence[str]) -> None:
        super().__init__(f"修订稿还不能并入：{'；'.join(obstacles)}")


@dataclass(frozen=True, slots=True)
class Comparison:
    """What the amendment would change in the notice as both are now, and what keeps it from being merged."""

    difference: editions.NoticeDifference
    pairs: tuple[tuple[editions.Point | None, editions.Point | None], ...]
    obstacles: tuple[str, ...]


def compare(amendment: WorkPointNotice, *, on: date) -> Comparison:
    """The amendment beside the issued notice, on the day on which it would be merged."""
    notice = amendment.amends
    if notice is None:
        raise TransitionError("这份通知不是修订稿，不能并入。")
    matched = editions.match(editions.points_of(notice), editions.points_of(amendment))
    pairs = [(before, editions.settled(before, after) if before and after else after) for before, after in matched]
    found = editions.compare_points(pairs)
    missing = [*obstacles(amendment, on=on), *(sentence for _, sentence in ceased_units(_newly_asked(found), on=on))]
    if notice.status != NoticeStatus.ISSUED:
        missing.append(f"所修订的通知现在是“{notice.get_status_display()}”，下达以后才能并入。")
    elif not found:
        missing.append("修订稿与已下达的通知一致，没有需要并入的变化。")
    return Comparison(difference=found, pairs=tuple(pairs), obstacles=tuple(missing))


def _newly_asked(found: editions.NoticeDifference) -> list[tuple[int, str]]:
    """Who would get new work, by unit and key of the point; who had it before has handed it over already."""
    added = [(unit.pk, point.key) for point in found.added for unit, _ in point.roles]
    return added + [(unit.pk, change.after.key) for change in found.changed for unit, _ in change.joined]


@transaction.atomic
def merge_amendment(
    *, amendment: WorkPointNotice, version: int, notice_version: int, by: User, at: datetime
) -> editions.NoticeDifference:
    """Make the amendment part of the notice that it amends, as it was shown at these two versions.

    Raises StaleError when one of them changed meanwhile, AmendmentIncomplete while something is left to do.
    """
    require(rules.can_import_notice(by))
    draft, notice = _hold(amendment)
    if draft.status == NoticeStatus.DRAFT:
        draft.require_version(version)
        notice.require_version(notice_version)
    draft.merge(by=by, at=at)
    today = timezone.localtime(at).date()
    found = compare(draft, on=today)
    if found.obstacles:
        raise AmendmentIncomplete(found.obstacles)
    following = FollowingAssignments(notice=notice, amendment=draft, by=by, at=at)
    _rewrite(notice, found, following, on=today)
    WorkPointNotice.objects.filter(pk=notice.pk).update(version=F("version") + 1)
    detail = found.difference.as_detail(amendment=draft.pk)
    AuditEntry.objects.record(action="amend", target=notice, by=by, at=at, detail=detail)
    following.notify_units()
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


def _rewrite(notice: WorkPointNotice, found: Comparison, following: FollowingAssignments, *, on: date) -> None:
    """Bring points and tasks to the amendment's words; the numbers that fall free can be borne by others at once."""
    records = {record.pk: record for record in editions.ever_in(notice).order_by("position")}
    before = {pk: {name: getattr(record, name) for name in editions.KEPT} for pk, record in records.items()}
    changed, added = found.difference.changed, found.difference.added
    removed = [records[point.pk or 0] for point in found.difference.removed]
    WorkPoint.objects.filter(pk__in=[record.pk for record in removed]).update(removed_on=on, version=F("version") + 1)
    release_keys(records[change.before.pk or 0] for change in changed if change.before.key != change.after.key)
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


def _add(notice: WorkPointNotice, point: editions.Point, *, on: date) -> WorkPoint:
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
        if any(getattr(record, name) != before[record.pk][name] for name in editions.KEPT)
    )
