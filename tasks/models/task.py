"""What is owed: a task per point, and an assignment per task and unit."""

from datetime import date, datetime

from django.db import models, transaction
from django.db.models import Case, DateField, F, OuterRef, Q, Subquery, When
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone

from ninghai.models import Role, Unit, User, visible_by_unit
from ninghai.models.state_machine import LockingQuerySet, StatefulModel, TransitionError, Version
from tasks.models.notice import Responsibility, WorkPoint, WorkPointNotice
from tasks.models.states import AssignmentStatus, Light, PetitionStatus, ProgressStatus
from tasks.notices.titles import LONGEST as LONGEST_TITLE

YELLOW_DAYS = 15  # a light turns yellow this many days before the due date (design: 15 days)
ENDED = sorted(AssignmentStatus.ended)  # in one order, for the constraint


def is_completed(accepted_on: date | None, *, on: date) -> bool:
    """办结, the one meaning that pages, scores, papers and charts have of it: the office had accepted by the end of that
    day the report that claims completion. Whether that was in time is another question (`completed_on`)."""
    return accepted_on is not None and accepted_on <= on


def completed_by(on: date) -> Q:
    """The same for the database, over assignments."""
    return Q(completion_accepted_on__isnull=False, completion_accepted_on__lte=on)


def ended_by(on: date) -> Q:
    """不再办理 by the end of that day, over assignments; what was carried over and came back was not asked meanwhile."""
    meanwhile = Q(set_aside_on__isnull=False, set_aside_on__lte=on, taken_up_on__gt=on)
    return Q(ended_on__isnull=False, ended_on__lte=on) | meanwhile


class Task(models.Model):
    """What a work point asks for (工作任务), by when; made when the notice is issued."""

    point = models.OneToOneField(WorkPoint, models.PROTECT, related_name="task", verbose_name="工作要点")
    requirement = models.TextField("工作要求", max_length=20_000)
    due_date = models.DateField("完成时限")
    due_date_is_default = models.BooleanField("时限为默认", default=False)

    class Meta:
        verbose_name = verbose_name_plural = "工作任务"
        ordering = ["point__notice", "point__position"]

    def __str__(self) -> str:
        return str(self.point)


class AssignmentQuerySet(LockingQuerySet["Assignment"]):
    def lock(self, pk: int | None, *, seen: Version = ...) -> "Assignment":
        """With its task, notice and unit; TransitionError if its notice was revoked (撤销下达) and the assignment is gone."""
        try:
            return super(AssignmentQuerySet, self.select_related("task__point__notice", "unit")).lock(pk, seen=seen)
        except Assignment.DoesNotExist as gone:
            raise TransitionError("这项任务的通知已撤销下达，现在不用办理。") from gone

    def visible_to(self, user: User) -> "AssignmentQuerySet":
        """The office and its head see all; a unit its own and what it inherited; an inspector what was drawn for them."""
        if user.acting is not None and user.acting.role == Role.INSPECTOR:
            return self.filter(drawn__inspector=user).distinct()
        return visible_by_unit(self, user)

    def to_do_by(self, user: User) -> "AssignmentQuerySet":
        """Without what a unit inherited from one that ended (机构改革): that is to be read, not to be done."""
        acting = user.acting
        if acting and acting.role in {Role.EDITOR, Role.REVIEWER}:
            return self.filter(unit=acting.unit)
        return self

    def of_year(self, year: int) -> "AssignmentQuerySet":
        return self.filter(task__point__notice__year=year)

    def in_document_order(self) -> "AssignmentQuerySet":
        return self.for_list().order_by("task__point__notice", "task__point__position", "unit__position", "pk")

    def for_list(self) -> "AssignmentQuerySet":
        """With the point and the names that a list shows."""
        rows = self.select_related("task__point__notice", "unit")
        return rows.defer(*WorkPointNotice.whole_text("task__point__notice"))

    def owed(self, *, on: date) -> "AssignmentQuerySet":
        """What units were asked for by the end of that day, finished or not, and was not ended without (不再办理)."""
        return self.filter(~ended_by(on), made_on__lte=on)

    def completed(self, *, on: date) -> "AssignmentQuerySet":
        """办结 by the end of that day."""
        return self.filter(completed_by(on))

    def open(self, *, on: date) -> "AssignmentQuerySet":
        """Owed and not completed by the end of that day."""
        return self.owed(on=on).filter(~completed_by(on))

    def with_due(self, *, on: date) -> "AssignmentQuerySet":
        """Annotate `due_on_day`: the due date that held at the end of that day."""
        return self.annotate(due_on_day=due_expression(on=on))

    def overdue(self, *, on: date) -> "AssignmentQuerySet":
        """Open after their due date (逾期); what is finished never turns late afterwards."""
        return self.open(on=on).alias(due_on_day=due_expression(on=on)).filter(due_on_day__lt=on)


def due_expression(*, on: date) -> Case:
    """The due date at the end of that day: today's, unless it was changed (延期, 修订) later."""
    later = DueDateChange.objects.filter(assignment=OuterRef("pk"), since__gt=on).order_by("since", "pk")
    then = Coalesce(Subquery(later.values("before")[:1]), F("due_date"))
    return Case(When(due_date_since__gt=on, then=then), default=F("due_date"), output_field=DateField())


class Assignment(StatefulModel):
    """A unit's part of a task (任务分工), in its role. `key` is its public name in draws and sheets.

    Its due date is the task's until an extension or an amendment changes it; `DueDateChange` keeps every earlier one.
    """

    Role = Responsibility.Role
    statuses = AssignmentStatus

    task = models.ForeignKey(Task, models.PROTECT, related_name="assignments", verbose_name="工作任务")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="assignments", verbose_name="责任单位")
    role = models.CharField("角色", max_length=12, choices=Responsibility.Role)
    earlier_roles = models.JSONField(
        "原角色", default=list, editable=False, help_text="每次变更的日期和变更前的角色，先后为序。"
    )
    key = models.CharField("公开编号", max_length=80, unique=True)
    status = models.CharField("状态", max_length=20, choices=AssignmentStatus, default=AssignmentStatus.TODO)
    made_on = models.DateField("下达日期", editable=False)
    due_date = models.DateField("完成时限")
    due_date_since = models.DateField(
        "现时限起算", null=True, editable=False, help_text="时限变更的日期，未变更的为空。"
    )
    continues = models.ForeignKey(
        "self", models.PROTECT, null=True, editable=False, related_name="continued_by", verbose_name="承接自"
    )
    ended_on = models.DateField("不再办理日期", null=True, editable=False)
    ended_reason = models.TextField("不再办理原因", max_length=500, blank=True, editable=False)
    set_aside_on = models.DateField(
        "曾结转日期", null=True, editable=False, help_text="结转的通知撤销下达、恢复办理的，上次结转的日期。"
    )
    taken_up_on = models.DateField("恢复办理日期", null=True, editable=False)
    completed_on = models.DateField(
        "办结日期", null=True, editable=False, help_text="单位报送办结的日期，据此判断是否按时。"
    )
    completion_accepted_on = models.DateField("确认办结日期", null=True, editable=False)

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "任务分工"
        ordering = ["task", "unit__position"]
        constraints = [
            models.UniqueConstraint(
                name="one_assignment_per_task_and_unit",
                fields=["task", "unit"],
                condition=Q(ended_on=None),
                violation_error_message="该单位已承担此任务。",
            ),
            models.CheckConstraint(
                name="completed_assignment_has_its_days",
                condition=~Q(status=AssignmentStatus.COMPLETED)
                | Q(completed_on__isnull=False, completion_accepted_on__isnull=False),
                violation_error_message="办结的任务必须有办结日期。",
            ),
            models.CheckConstraint(
                name="ended_assignment_has_its_day_and_reason",
                condition=Q(status__in=ENDED, ended_on__isnull=False) & ~Q(ended_reason="")
                | ~Q(status__in=ENDED) & Q(ended_on=None),
                violation_error_message="不再办理的任务必须有日期和原因。",
            ),
        ]
        indexes = [models.Index(fields=["unit", "status"], name="assignments_of_a_unit")]  # the clerk's list

    def __str__(self) -> str:
        return f"{self.task} {self.unit}"

    def get_absolute_url(self) -> str:
        return reverse("tasks:assignment-detail", args=[self.pk])

    def url_for(self, period_pk: int) -> str:
        """The page, turned to what is written for that period."""
        return f"{self.get_absolute_url()}?period={period_pk}"

    @classmethod
    def of(cls, *, task: Task, unit: Unit, role: str, on: date, continues: "Assignment | None" = None) -> "Assignment":
        """The unit's part of the task from that day on, not yet saved."""
        return cls(
            task=task,
            unit=unit,
            role=role,
            key=cls.make_key(point=task.point, unit=unit),
            made_on=on,
            due_date=task.due_date,
            continues=continues,
        )

    @staticmethod
    def make_key(*, point: WorkPoint, unit: Unit) -> str:
        """Year, point and unit, such as 2018-一(二)1-104."""
        return f"{point.notice.year}-{point.key}-{unit.code}"

    @classmethod
    def free_key(cls, key: str) -> str:
        """The key with a number where an assignment bears it or bore it: a unit may come back to a point."""
        taken = set(cls.objects.filter(key__startswith=key).values_list("key", flat=True))
        return next(
            each for each in (key, *(f"{key}#{count}" for count in range(2, len(taken) + 3))) if each not in taken
        )

    @property
    def due_words(self) -> str:
        """完成时限 as every page says it; the original day stays beside a changed one (needs `task`)."""
        if self.due_date != self.task.due_date:
            return f"{self.due_date:%Y-%m-%d}（原定{self.task.due_date:%Y-%m-%d}）"
        return f"{self.due_date:%Y-%m-%d}{'（默认）' if self.task.due_date_is_default else ''}"

    def is_completed(self, *, on: date) -> bool:
        return is_completed(self.completion_accepted_on, on=on)

    def has_ended(self, *, on: date) -> bool:
        """不再办理: not applicable, handed over or carried over by the end of that day."""
        was_set_aside = self.set_aside_on and self.taken_up_on and self.set_aside_on <= on < self.taken_up_on
        return bool(was_set_aside) or (self.ended_on is not None and self.ended_on <= on)

    def never_applied(self, *, on: date) -> bool:
        """不适用 by the end of that day: nothing was ever owed."""
        return self.status == AssignmentStatus.NOT_APPLICABLE and self.has_ended(on=on)

    def is_open(self, *, on: date) -> bool:
        return not self.has_ended(on=on) and not self.is_completed(on=on)

    def role_on(self, day: date) -> str:
        """The role at the end of that day."""
        later = (role for since, role in self.earlier_roles if date.fromisoformat(since) > day)
        return next(later, self.role)

    def due_on(self, day: date) -> date:
        """The due date at the end of that day; asks the database only if it was changed later."""
        if self.due_date_since is None or self.due_date_since <= day:
            return self.due_date
        later = self.due_date_changes.filter(since__gt=day).order_by("since", "pk").first()
        return later.before if later else self.due_date

    def light(self, *, on: date) -> Light:
        """How it stands at the end of that day."""
        if self.has_ended(on=on):
            return Light.ENDED
        due = self.due_on(on)
        if self.completed_on and self.is_completed(on=on):
            return Light.DONE_LATE if self.completed_on > due else Light.DONE
        days_left = (due - on).days
        if days_left < 0:
            return Light.RED
        return Light.YELLOW if days_left <= YELLOW_DAYS else Light.GREEN

    def begin(self, *, by: User, at: datetime) -> None:
        """The unit's first accepted report: 待办 → 办理中."""
        self._move(AssignmentStatus.IN_PROGRESS, by=by, at=at)

    def complete(self, *, handed_in_on: date, by: User, at: datetime) -> None:
        """The office accepts a report that claims completion (办结).

        办结日期 is the day on which the unit's head last passed that report to the office: a report that was returned
        counts from the day it came back, and one accepted earlier for the same period does not count.
        """
        day = timezone.localtime(at).date()
        with transaction.atomic():
            self._move(AssignmentStatus.COMPLETED, by=by, at=at, completed_on=handed_in_on, completion_accepted_on=day)
            self._let_petitions_lapse(reason="任务已经办结。", by=by, at=at)

    def end(self, status: AssignmentStatus, *, reason: str, by: User | None, at: datetime) -> None:
        """Nothing more is asked of the unit (不再办理): not applicable, handed over, or carried over."""
        day = timezone.localtime(at).date()
        with transaction.atomic():
            self._move(status, by=by, at=at, reason=reason, ended_on=day, ended_reason=reason)
            self._let_petitions_lapse(reason=f"任务{status.label}：{reason}", by=by, at=at)

    def _let_petitions_lapse(self, *, reason: str, by: User | None, at: datetime) -> None:
        """What the unit asked for and nobody has decided needs no decision any more."""
        for petition in self.petitions.filter(status=PetitionStatus.ASKED):
            petition.lapse(reason=reason, by=by, at=at)

    def resume(self, *, by: User, at: datetime) -> None:
        """It is asked of the unit again, as before: the notice that it was carried over into (结转) was revoked.

        Of the days between, it goes on being said that it was not asked.
        """
        was_begun = self.reports.filter(status=ProgressStatus.ACCEPTED).exists()
        to = AssignmentStatus.IN_PROGRESS if was_begun else AssignmentStatus.TODO
        self._move(
            to,
            by=by,
            at=at,
            reason="结转的通知已撤销下达",
            ended_on=None,
            ended_reason="",
            set_aside_on=self.ended_on,
            taken_up_on=timezone.localtime(at).date(),
        )

    def change_role(self, *, to: str, by: User, at: datetime) -> None:
        """The unit's role changes (修订, 机构改革) from today on; what it was stays on record for papers of earlier days."""
        today = timezone.localtime(at).date().isoformat()
        self.edit(by=by, at=at, role=to, earlier_roles=[*self.earlier_roles, [today, self.role]])

    def change_due_date(self, *, to: date, reason: str, by: User, at: datetime) -> None:
        """Another day counts from today on (延期, 修订); what came before stays on record."""
        day = timezone.localtime(at).date()
        before = self.due_date
        with transaction.atomic():
            self.edit(by=by, at=at, due_date=to, due_date_since=day)
            DueDateChange.objects.create(assignment=self, before=before, after=to, since=day, reason=reason)


class DueDateChange(models.Model):
    """A due date gave way to another (时限变更), by an extension or an amendment; never changed afterwards."""

    assignment = models.ForeignKey(Assignment, models.CASCADE, related_name="due_date_changes", verbose_name="任务分工")
    before = models.DateField("原时限")
    after = models.DateField("新时限")
    since = models.DateField("变更日期")
    reason = models.CharField("原因", max_length=500)

    class Meta:
        verbose_name = verbose_name_plural = "时限变更"
        ordering = ["assignment", "since", "pk"]

    def __str__(self) -> str:
        return f"{self.before:%Y-%m-%d} → {self.after:%Y-%m-%d}"


# What a point of an issued notice said before an amendment: pages of earlier days read it.


class WorkPointEdition(models.Model):
    """A point as it was written until an amendment (修订前的要点). Never changed afterwards."""

    point = models.ForeignKey(WorkPoint, models.CASCADE, related_name="editions", verbose_name="工作要点")
    until = models.DateField("修订日期", help_text="从这一天起按修订后的内容。")
    position = models.PositiveIntegerField("顺序")
    key = models.CharField("编号", max_length=40)
    part_number = models.CharField("部分序号", max_length=10, blank=True)
    part_title = models.CharField("部分标题", max_length=200, blank=True)
    section_number = models.CharField("节序号", max_length=10, blank=True)
    section_title = models.CharField("节标题", max_length=200, blank=True)
    number = models.CharField("条序号", max_length=10, blank=True)
    title = models.CharField("短标题", max_length=LONGEST_TITLE, blank=True, default="", db_default="")
    text = models.TextField("内容", max_length=20_000)
    responsibility_texts = models.JSONField("责任分工原文", default=list, blank=True)
    due_date = models.DateField("完成时限")
    due_date_is_default = models.BooleanField("时限为默认", default=False)

    class Meta:
        verbose_name = verbose_name_plural = "修订前的要点"
        ordering = ["point", "until", "pk"]
        indexes = [models.Index(fields=["point", "until"], name="editions_of_a_point")]  # pages of an earlier day

    def __str__(self) -> str:
        return f"{self.key}（{self.until:%Y-%m-%d}修订前）"
