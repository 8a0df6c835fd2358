"""Spot checks (抽查): a seeded draw that anybody can recompute, and who inspects what was drawn."""

from datetime import date
from typing import Any

from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce
from django.urls import reverse

from ninghai.models import OnceCreated, Role, Unit, User, visible_by_unit
from tasks.models.notice import WorkPointNotice
from tasks.models.task import Assignment

# The rubric of a spot check (抽查评分细则) as data: what ends it, what costs points and what earns some.


class Rubric(models.Model):
    """评分细则: a finding begins at 100 points; it is changed only until a spot check uses it."""

    name = models.CharField("名称", max_length=100, unique=True)
    pass_mark = models.DecimalField("合格线", max_digits=5, decimal_places=1, default=60)
    objection_workdays = models.PositiveSmallIntegerField(
        "异议期限（工作日）", default=5, help_text="单位收到结论后，在几个工作日内可以提出异议。"
    )
    is_active = models.BooleanField("可供选用", default=True)

    class Meta:
        verbose_name = verbose_name_plural = "抽查评分细则"
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                name="pass_mark_lies_within_the_marks",
                condition=Q(pass_mark__gte=0, pass_mark__lte=100),
                violation_error_message="合格线应在0到100分之间。",
            ),
            models.CheckConstraint(
                name="an_objection_has_its_days",
                condition=Q(objection_workdays__gte=1, objection_workdays__lte=60),
                violation_error_message="异议期限应在1到60个工作日之间。",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Criterion(models.Model):
    """One line of the rubric (评分项)."""

    class Kind(models.TextChoices):
        VETO = "veto", "单项否决"
        DEDUCTION = "deduction", "扣分"
        BONUS = "bonus", "加分"

    rubric = models.ForeignKey(Rubric, models.CASCADE, related_name="criteria", verbose_name="评分细则")
    position = models.PositiveSmallIntegerField("顺序", default=0)
    kind = models.CharField("类型", max_length=10, choices=Kind)
    title = models.CharField("评分项", max_length=200)
    guidance = models.CharField("评分说明", max_length=300, blank=True)
    points = models.DecimalField(
        "最多分值", max_digits=5, decimal_places=1, default=0, help_text="单项否决填0；扣分、加分填最多可扣、可加的分。"
    )

    class Meta:
        verbose_name = verbose_name_plural = "评分项"
        ordering = ["rubric", "position", "pk"]
        constraints = [
            models.CheckConstraint(
                name="a_veto_has_no_points_others_have",
                condition=Q(kind="veto", points=0) | ~Q(kind="veto") & Q(points__gt=0, points__lte=100),
                violation_error_message="单项否决不填分值；扣分和加分的分值应大于0、不超过100。",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class SpotCheckQuerySet(models.QuerySet["SpotCheck"]):
    def visible_to(self, user: User) -> "SpotCheckQuerySet":
        """The office sees all, an inspector those in which something was drawn for them, a unit those that drew from its own."""
        if user.acting and user.acting.role == Role.INSPECTOR:
            return self.filter(drawn__inspector=user).distinct()
        return visible_by_unit(self, user, unit="drawn__unit").distinct()


class SpotCheck(OnceCreated):
    """One draw. `strata` keeps each stratum's whole population by key, so that the draw can be recomputed for ever:

    [{"name": "县级部门", "population": ["2018-一(一)4-102", …], "size": 3}, …]

    `inspector_pool` and `passed_over` keep the same for the inspectors: [{"key", "inspector", "reason"}, …].
    Where `quota` says how much is drawn of each stratum, `size` of the strata is named, and shared out nowhere.
    """

    class Subject(models.TextChoices):
        ASSIGNMENTS = "assignments", "任务"
        GUIDES = "guides", "办事指南"

    class Stratum(models.TextChoices):
        UNIT_KIND = "unit_kind", "单位类型"
        PART = "part", "要点所属部分"

    notice = models.ForeignKey(WorkPointNotice, models.PROTECT, related_name="spot_checks", verbose_name="通知")
    subject = models.CharField("抽查对象", max_length=20, choices=Subject, default=Subject.ASSIGNMENTS)
    title = models.CharField("名称", max_length=100)
    as_of = models.DateField("统计日期", help_text="总体为该日尚需核查的任务分工。")
    scope = models.CharField("范围", max_length=1000, blank=True)
    quota = models.CharField("各层名额", max_length=100, blank=True)
    stratified_by = models.JSONField("分层依据", default=list, blank=True)
    size = models.PositiveIntegerField("抽取数量")
    seed = models.CharField("随机种子", max_length=100, help_text="任何人用同一种子都能得到同样的结果。")
    rubric = models.ForeignKey(Rubric, models.PROTECT, null=True, related_name="spot_checks", verbose_name="评分细则")
    inspect_by = models.DateField(
        "核查期限", null=True, blank=True, help_text="抽查人员在这一天以前核查完；可以为个别人员另定。"
    )
    inspector_pool = models.JSONField(
        "抽查人员名册", default=list, editable=False, help_text="随机分派抽查人员时的全部人选，按账号。"
    )
    passed_over = models.JSONField(
        "回避", default=list, editable=False, help_text="随机分派时谁不能核查哪一项，以及原因。"
    )
    strata = models.JSONField("分层与总体", default=list, editable=False)
    drawn_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="抽取人")
    drawn_at = models.DateTimeField("抽取时间")

    objects = SpotCheckQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "抽查"
        ordering = ["-drawn_at", "-pk"]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("admin:tasks_spotcheck_change", args=[self.pk])

    @property
    def draws_assignments(self) -> bool:
        return self.subject == self.Subject.ASSIGNMENTS


class DrawnQuerySet(models.QuerySet["Drawn"]):
    def visible_to(self, user: User) -> "DrawnQuerySet":
        """The office sees all, an inspector what was drawn for them."""
        role = user.acting.role if user.acting else None
        if role in {Role.OFFICE, Role.SIGNER}:
            return self
        return self.filter(inspector=user) if role == Role.INSPECTOR else self.none()

    def uninspected_by_day(self, user: User) -> "DrawnQuerySet":
        """What this person still has to inspect, with `due_on_day`."""
        mine = self.visible_to(user).filter(finding=None, inspector=user)
        return mine.annotate(due_on_day=Coalesce("inspect_by", "spot_check__inspect_by"))


class Drawn(models.Model):
    """What was drawn (抽中项), where it stood in its stratum, and who inspects it.

    It is an assignment, or of another subject by its `name`; `frozen` holds what the subject keeps of the day of the draw,
    and under "asked" what the sheet asks (`spot_checks.questions`).
    """

    spot_check = models.ForeignKey(SpotCheck, models.PROTECT, related_name="drawn", verbose_name="抽查")
    assignment: models.ForeignKey[Any, Any] = models.ForeignKey(
        Assignment, models.PROTECT, null=True, related_name="drawn", verbose_name="任务分工"
    )
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="drawn", verbose_name="单位")
    key = models.CharField("公开编号", max_length=80)
    name = models.CharField("名称", max_length=200, blank=True)
    frozen: models.JSONField[Any, Any] = models.JSONField("抽取时固定的内容", default=dict, editable=False)
    stratum = models.CharField("层", max_length=250)
    rank = models.PositiveIntegerField("层内次序")
    digest = models.CharField("排序值", max_length=64, help_text="“种子:公开编号”的 SHA-256。")
    inspector = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="inspections", verbose_name="抽查人员"
    )
    inspect_by = models.DateField(
        "另定的核查期限", null=True, blank=True, help_text="没有另定的，以抽查的核查期限为准。"
    )

    objects = DrawnQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "抽中项"
        ordering = ["spot_check", "stratum", "rank"]
        constraints = [
            models.UniqueConstraint(name="drawn_once_in_a_spot_check", fields=["spot_check", "key"]),
            models.CheckConstraint(
                name="what_is_drawn_has_its_name",
                condition=Q(assignment__isnull=False) | ~Q(name=""),
                violation_error_message="抽中的不是任务分工的，要有名称。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.spot_check} {self.whole_name}"

    def get_absolute_url(self) -> str:
        return reverse("tasks:inspection", args=[self.pk])

    @property
    def task(self) -> str:
        """What was drawn, without whose it is (needs `assignment__task__point__notice`)."""
        return str(self.assignment.task) if self.assignment else self.name

    @property
    def label(self) -> str:
        """The same without its year."""
        return self.assignment.task.point.label if self.assignment else self.name

    @property
    def whole_name(self) -> str:
        return f"{self.task} {self.unit}"

    @property
    def asked(self) -> list[dict[str, str]]:
        """What the sheet asks, as it was frozen."""
        return list(self.frozen.get("asked", []))

    @property
    def due(self) -> date | None:
        """By which day it is inspected, if anybody has said (needs `spot_check`)."""
        return self.inspect_by or self.spot_check.inspect_by

    def is_late(self, *, on: date) -> bool:
        """Without a finding after its day (needs `spot_check` and `finding`)."""
        return not hasattr(self, "finding") and self.due is not None and self.due < on
