"""Spot checks (抽查): a seeded draw that anybody can recompute, and what the inspectors found."""

from datetime import datetime

from django.db import models
from django.db.models import Q
from django.urls import reverse

from ninghai.models import OnceCreated, Role, User
from ninghai.moves import Movable
from tasks.models.notice import WorkPointNotice
from tasks.models.proof import Proof
from tasks.models.rubric import Criterion, Rubric
from tasks.models.task import Assignment
from tasks.states import ObjectionStatus, RectificationStatus


class SpotCheckQuerySet(models.QuerySet["SpotCheck"]):
    def visible_to(self, user: User) -> "SpotCheckQuerySet":
        """The office sees all, an inspector those in which something was drawn for them."""
        role = user.acting.role if user.acting else None
        if role in {Role.OFFICE, Role.SIGNER}:
            return self
        return self.filter(drawn__inspector=user).distinct() if role == Role.INSPECTOR else self.none()


class SpotCheck(OnceCreated):
    """One draw. `strata` keeps each stratum's whole population by key, so that the draw can be recomputed for ever:

    [{"name": "县级部门", "population": ["2018-一(一)4-102", …], "size": 3}, …]
    """

    class Stratum(models.TextChoices):
        UNIT_KIND = "unit_kind", "单位类型"
        PART = "part", "要点所属部分"

    notice = models.ForeignKey(WorkPointNotice, models.PROTECT, related_name="spot_checks", verbose_name="通知")
    title = models.CharField("名称", max_length=100)
    as_of = models.DateField("统计日期", help_text="总体为该日尚需核查的任务分工。")
    stratified_by = models.JSONField("分层依据", default=list, blank=True)
    size = models.PositiveIntegerField("抽取数量")
    seed = models.CharField("随机种子", max_length=100, help_text="任何人用同一种子都能得到同样的结果。")
    rubric = models.ForeignKey(Rubric, models.PROTECT, null=True, related_name="spot_checks", verbose_name="评分细则")
    inspector_pool = models.JSONField(
        "抽查人员名册", default=list, editable=False, help_text="随机分派抽查人员时的全部人选，按账号。"
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


class DrawnQuerySet(models.QuerySet["Drawn"]):
    def visible_to(self, user: User) -> "DrawnQuerySet":
        """The office sees all, an inspector what was drawn for them."""
        role = user.acting.role if user.acting else None
        if role in {Role.OFFICE, Role.SIGNER}:
            return self
        return self.filter(inspector=user) if role == Role.INSPECTOR else self.none()


class Drawn(models.Model):
    """An assignment that was drawn (抽中项), where it stood in its stratum, and who inspects it."""

    spot_check = models.ForeignKey(SpotCheck, models.PROTECT, related_name="drawn", verbose_name="抽查")
    assignment = models.ForeignKey(Assignment, models.PROTECT, related_name="drawn", verbose_name="任务分工")
    stratum = models.CharField("层", max_length=250)
    rank = models.PositiveIntegerField("层内次序")
    digest = models.CharField("排序值", max_length=64, help_text="“种子:公开编号”的 SHA-256。")
    inspector = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="inspections", verbose_name="抽查人员"
    )

    objects = DrawnQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "抽中项"
        ordering = ["spot_check", "stratum", "rank"]
        constraints = [
            models.UniqueConstraint(name="drawn_once_in_a_spot_check", fields=["spot_check", "assignment"]),
        ]

    def __str__(self) -> str:
        return f"{self.spot_check} {self.assignment}"

    def get_absolute_url(self) -> str:
        return reverse("tasks:inspection", args=[self.pk])


class Finding(models.Model):
    """What the inspector found (抽查结论): one per drawn assignment; corrections raise its version and are audited."""

    class Outcome(models.TextChoices):
        TRUE = "true", "属实"
        PARTLY_TRUE = "partly_true", "部分属实"
        NOT_TRUE = "not_true", "不属实"
        TO_RECTIFY = "to_rectify", "需整改"

    drawn = models.OneToOneField(Drawn, models.PROTECT, related_name="finding", verbose_name="抽中项")
    outcome = models.CharField("结论", max_length=12, choices=Outcome)
    note = models.TextField("核查情况", blank=True)
    rectify_by_date = models.DateField("整改期限", null=True, blank=True)
    recorded_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="记录人")
    recorded_at = models.DateTimeField("记录时间")
    score = models.DecimalField(
        "得分", max_digits=5, decimal_places=1, null=True, editable=False, help_text="没有评分细则的抽查没有得分。"
    )
    is_vetoed = models.BooleanField("单项否决", default=False, editable=False)
    passed = models.BooleanField("合格", null=True, editable=False)
    version = models.PositiveIntegerField("版本", default=1, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "抽查结论"
        ordering = ["drawn"]
        constraints = [
            models.CheckConstraint(
                name="rectification_has_its_day",
                condition=~Q(outcome="to_rectify") | Q(rectify_by_date__isnull=False),
                violation_error_message="需整改的，请填写整改期限。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.drawn.assignment} {self.get_outcome_display()}"


class FindingProof(Proof):
    """What the inspector brought along: a photograph, a screen, a copy."""

    finding = models.ForeignKey(Finding, models.CASCADE, related_name="proofs", verbose_name="抽查结论")

    class Meta(Proof.Meta):
        ordering = ["finding", "pk"]


class Mark(models.Model):
    """What a finding takes from the rubric (评分记录): a veto, points taken off, points given."""

    finding = models.ForeignKey(Finding, models.CASCADE, related_name="marks", verbose_name="抽查结论")
    criterion = models.ForeignKey(Criterion, models.PROTECT, related_name="marks", verbose_name="评分项")
    points = models.DecimalField("分值", max_digits=5, decimal_places=1, default=0)
    note = models.CharField("依据", max_length=300)

    class Meta:
        verbose_name = verbose_name_plural = "评分记录"
        ordering = ["finding", "criterion__position", "pk"]
        constraints = [
            models.UniqueConstraint(name="criterion_once_in_a_finding", fields=["finding", "criterion"]),
        ]

    def __str__(self) -> str:
        return f"{self.criterion} {self.points}"


# --- What follows a finding ---------------------------------------------------------------------------


class Objection(Movable):
    """异议 of the unit against a finding, once, within its days; the office decides."""

    statuses = ObjectionStatus

    finding = models.OneToOneField(Finding, models.PROTECT, related_name="objection", verbose_name="抽查结论")
    status = models.CharField("状态", max_length=10, choices=ObjectionStatus, default=ObjectionStatus.RAISED)
    text = models.TextField("异议内容", max_length=2000)
    raised_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="提出人")
    raised_at = models.DateTimeField("提出时间")
    decided_by = models.ForeignKey(
        User, models.PROTECT, null=True, editable=False, related_name="+", verbose_name="处理人"
    )
    decided_at = models.DateTimeField("处理时间", null=True, editable=False)
    decision = models.TextField("处理意见", blank=True, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "抽查异议"
        ordering = ["-raised_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.finding.drawn}的异议"

    def decide(self, status: ObjectionStatus, *, decision: str, by: User, at: datetime) -> None:
        self._move(status, by=by, at=at, reason=decision, decided_by=by, decided_at=at, decision=decision)


class ObjectionProof(Proof):
    objection = models.ForeignKey(Objection, models.CASCADE, related_name="proofs", verbose_name="抽查异议")

    class Meta(Proof.Meta):
        ordering = ["objection", "pk"]


class Rectification(Movable):
    """整改 of a finding by its day (`Finding.rectify_by_date`): handed in with evidence, checked again (复查)."""

    statuses = RectificationStatus

    finding = models.OneToOneField(Finding, models.PROTECT, related_name="rectification", verbose_name="抽查结论")
    status = models.CharField("状态", max_length=10, choices=RectificationStatus, default=RectificationStatus.OPEN)
    text = models.TextField("整改情况", blank=True, max_length=2000)
    handed_in_by = models.ForeignKey(
        User, models.PROTECT, null=True, editable=False, related_name="+", verbose_name="报送人"
    )
    handed_in_at = models.DateTimeField("报送时间", null=True, editable=False)
    checked_by = models.ForeignKey(
        User, models.PROTECT, null=True, editable=False, related_name="+", verbose_name="复查人"
    )
    checked_at = models.DateTimeField("复查时间", null=True, editable=False)
    check_note = models.TextField("复查意见", blank=True, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "整改"
        ordering = ["finding__rectify_by_date", "pk"]

    def __str__(self) -> str:
        return f"{self.finding.drawn}的整改"

    def hand_in(self, *, text: str, by: User, at: datetime) -> None:
        self._move(RectificationStatus.HANDED_IN, by=by, at=at, text=text, handed_in_by=by, handed_in_at=at)

    def recheck(self, status: RectificationStatus, *, note: str, by: User, at: datetime) -> None:
        """复查: passed, or returned to be put right."""
        self._move(status, by=by, at=at, reason=note, checked_by=by, checked_at=at, check_note=note)

    def lift(self, *, reason: str, by: User, at: datetime) -> None:
        """The finding asks for nothing any more."""
        self._move(RectificationStatus.LIFTED, by=by, at=at, reason=reason)


class RectificationProof(Proof):
    rectification = models.ForeignKey(Rectification, models.CASCADE, related_name="proofs", verbose_name="整改")

    class Meta(Proof.Meta):
        ordering = ["rectification", "pk"]
