"""What an amendment means for assignments (修订后的任务分工), and the words in which each unit learns of it."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime

from django.urls import reverse
from django.utils import timezone

from ninghai.messaging.telling import Announcement, tell_unit
from ninghai.models import Message, Unit, User
from tasks.models import Assignment, WorkPoint, WorkPointNotice
from tasks.points.difference import Change, Point, label
from tasks.states import AssignmentStatus


@dataclass(slots=True, kw_only=True)
class Following:
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

    def add(self, record: WorkPoint, point: Point) -> None:
        """A new point is asked of its units from today on."""
        for unit, role in point.roles:
            self._ask(record, unit, role)

    def remove(self, record: WorkPoint) -> None:
        """A removed point is asked of nobody any more."""
        for assignment in self._open(record):
            self._end(assignment, f"要点{record.name}修订后删除：{self.amendment.title}")
            self.news[assignment.unit].append(f"{record.name}：修订后不再列入，不再办理。")

    def change(self, record: WorkPoint, change: Change) -> None:
        """Units come and go, roles and dates change; who stays learns of new words."""
        self._let_go(record, change)
        self._change_roles(record, change)
        for assignment in self._open(record):
            self._change_date(assignment, record, change)
            if change.text_changed or change.place_changed:
                self.news[assignment.unit].append(f"{record.name}：工作内容有修改，请查看。")
        for unit, role in change.joined:
            if unit not in self.standing[record.pk]:
                self._ask(record, unit, role)

    def tell_units(self) -> None:
        """One message to each unit, with everything that changed for it."""
        for unit, lines in self.news.items():
            tell_unit(
                unit=unit,
                announcement=Announcement(
                    kind=Message.Kind.CHANGED,
                    event=f"amended:{self.amendment.pk}",
                    subject=f"{self.notice.year}年工作要点已修订，本单位有{len(lines)}项变化",
                    text="\n".join(lines),
                    url=reverse("tasks:work"),
                ),
                at=self.at,
            )

    # --- One assignment -----------------------------------------------------------------------------------

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
        self.news[unit].append(f"{record.name}：新增承担（{label(role)}），完成时限{record.due_date:%Y-%m-%d}。")

    def _let_go(self, record: WorkPoint, change: Change) -> None:
        """Who is named no longer, and who took it over from them."""
        gone, still = set(change.left), {unit for unit, _ in change.after.roles}
        for assignment in self._open(record):
            from_whom = assignment.continues.unit if assignment.continues else None
            if assignment.unit in gone or (from_whom in gone and assignment.unit not in still):
                self._end(assignment, f"修订后不再承担：{self.amendment.title}")
                self.news[assignment.unit].append(f"{record.name}：修订后不再由本单位承担。")

    def _change_roles(self, record: WorkPoint, change: Change) -> None:
        standing = self.standing[record.pk]
        for each in change.role_changes:
            assignment = standing.get(each.unit)
            if assignment in self._open(record) and assignment and assignment.role != each.after:
                assignment.change_role(to=each.after, by=self.by, at=self.at)
                self.news[each.unit].append(f"{record.name}：角色由{label(each.before)}改为{label(each.after)}。")

    def _change_date(self, assignment: Assignment, record: WorkPoint, change: Change) -> None:
        """The point's new date; a longer extension that the unit was granted stays."""
        if not change.due_changed:
            return
        before, after = assignment.due_date, change.after.due_date
        if before != change.before.due_date:
            after = max(before, after)
        if before != after:
            assignment.change_due_date(to=after, reason=f"修订：{self.amendment.title}", by=self.by, at=self.at)
            self.news[assignment.unit].append(f"{record.name}：完成时限由{before:%Y-%m-%d}改为{after:%Y-%m-%d}。")

    def _end(self, assignment: Assignment, reason: str) -> None:
        assignment.end(AssignmentStatus.NOT_APPLICABLE, reason=reason, by=self.by, at=self.at)
        del self.standing[assignment.task.point_id][assignment.unit]
