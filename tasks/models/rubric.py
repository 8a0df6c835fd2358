"""The rubric of a spot check (抽查评分细则) as data: what ends it, what costs points and what earns some."""

from django.db import models
from django.db.models import Q


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
