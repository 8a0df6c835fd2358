"""What inspectors found (抽查结论): their working copy, the finding with its proofs, and its marks by the rubric."""

from datetime import date
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.urls import reverse

from ninghai.models import Role, User
from tasks.models.notice import WorkPointNotice
from tasks.models.proof import Proof
from tasks.models.rubric import Criterion
from tasks.models.spot_check import Drawn
from tasks.models.task import Assignment
from tasks.states import ObjectionStatus


class InspectionSheet(models.Model):
    """The inspector's working copy (核查底稿): kept as often as needed, read by nobody else, used up by the finding.

    `marks` holds what was typed for each criterion by its number: {"12": {"points": "5.0", "note": "…"}}.
    """

    drawn = models.OneToOneField(Drawn, models.PROTECT, related_name="sheet", verbose_name="抽中项")
    outcome = models.CharField("结论", max_length=12, blank=True)
    note = models.TextField("核查情况", max_length=2000, blank=True)
    rectify_by_date = models.DateField("整改期限", null=True, blank=True)
    marks = models.JSONField("评分", default=dict)
    saved_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="保存人")
    saved_at = models.DateTimeField("保存时间")
    version = models.PositiveIntegerField("版本", default=1, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "核查底稿"
        ordering = ["drawn"]

    def __str__(self) -> str:
        return f"{self.drawn.assignment}的核查底稿"


class SheetProof(Proof):
    """A photograph or copy that the inspector has taken, before the finding is recorded."""

    sheet = models.ForeignKey(InspectionSheet, models.CASCADE, related_name="proofs", verbose_name="核查底稿")

    class Meta(Proof.Meta):
        ordering = ["sheet", "pk"]


class FindingQuerySet(models.QuerySet["Finding"]):
    def visible_to(self, user: User) -> "FindingQuerySet":
        """The office sees all, an inspector their own, a unit what was found of its assignments."""
        if user.acting and user.acting.role == Role.INSPECTOR:
            return self.filter(drawn__inspector=user)
        return self.filter(drawn__assignment__in=Assignment.objects.visible_to(user))

    def of_notice(self, notice: WorkPointNotice) -> "FindingQuerySet":
        """Those of the notice's spot checks, with the point, the spot check and the rectification that scores name."""
        rows = self.filter(drawn__assignment__task__point__notice=notice)
        rows = rows.select_related("drawn__spot_check", "drawn__assignment__task__point", "rectification")
        return rows.defer("drawn__spot_check__strata", "drawn__spot_check__passed_over")

    def for_list(self) -> "FindingQuerySet":
        """With everything that a list says of a finding and what followed it."""
        rows = self.select_related(
            "drawn__spot_check",
            "drawn__assignment__unit",
            "drawn__assignment__task__point__notice",
            "objection",
            "rectification",
        )
        whole = WorkPointNotice.whole_text("drawn__assignment__task__point__notice")
        return rows.defer("drawn__spot_check__strata", "drawn__spot_check__passed_over", *whole)


class Finding(models.Model):
    """What the inspector found (抽查结论): one per drawn assignment; corrections raise its version and are audited."""

    class Outcome(models.TextChoices):
        TRUE = "true", "属实"
        PARTLY_TRUE = "partly_true", "部分属实"
        NOT_TRUE = "not_true", "不属实"
        TO_RECTIFY = "to_rectify", "需整改"

    author_fields: ClassVar[tuple[str, ...]] = ("recorded_by",)

    drawn = models.OneToOneField(Drawn, models.PROTECT, related_name="finding", verbose_name="抽中项")
    outcome = models.CharField("结论", max_length=12, choices=Outcome)
    note = models.TextField("核查情况", max_length=2000, blank=True)
    rectify_by_date = models.DateField("整改期限", null=True, blank=True)
    recorded_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="记录人")
    recorded_at = models.DateTimeField("记录时间")
    score = models.DecimalField(
        "得分", max_digits=5, decimal_places=1, null=True, editable=False, help_text="没有评分细则的抽查没有得分。"
    )
    is_vetoed = models.BooleanField("单项否决", default=False, editable=False)
    passed = models.BooleanField("合格", null=True, editable=False)
    objection_until = models.DateField(
        "异议截止", null=True, editable=False, help_text="由办理时限算出；没有异议期限的旧结论为空。"
    )
    version = models.PositiveIntegerField("版本", default=1, editable=False)

    objects = FindingQuerySet.as_manager()

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

    def get_absolute_url(self) -> str:
        return reverse("tasks:finding", args=[self.pk])

    def may_be_corrected(self, *, on: date) -> bool:
        """While the unit may still object and has not: until then it is the inspector's (needs `objection`)."""
        objection = getattr(self, "objection", None)
        if objection is not None and objection.status not in ObjectionStatus.within_unit:
            return False
        return self.objection_until is None or on <= self.objection_until

    @property
    def score_words(self) -> str:
        """得分 as every page says it; empty where the spot check has no rubric."""
        if self.score is None:
            return ""
        verdict = "单项否决" if self.is_vetoed else "合格" if self.passed else "不合格"
        return f"{self.score.normalize():f}分，{verdict}"


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
