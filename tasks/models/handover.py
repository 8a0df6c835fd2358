"""Work that passes on: from a person who leaves (人员交接), from a unit that ends (机构改革). What was signed stays signed."""

from django.db import models
from django.db.models import F, Q

from ninghai.models import OnceCreated, Unit, User


class HandOver(OnceCreated):
    """人员交接: one person's roles and undone inspections went to another, and the account was closed."""

    leaver = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="离任人员")
    successor = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="承接人员")
    reason = models.CharField("原因", max_length=300)
    memberships = models.PositiveIntegerField("移交任职")
    inspections = models.PositiveIntegerField("改派抽查")
    inspections_left = models.PositiveIntegerField("待重新指定的抽查")
    done_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="办理人")
    done_at = models.DateTimeField("办理时间")

    class Meta:
        verbose_name = verbose_name_plural = "人员交接"
        ordering = ["-done_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="nobody_hands_over_to_themselves",
                condition=~Q(leaver=F("successor")),
                violation_error_message="承接人员不能是离任人员本人。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.leaver}交接给{self.successor}"


class UnitReform(OnceCreated):
    """机构改革: a unit ended, its successor took over the open work; the finished work stays where it was done."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="撤销单位")
    successor = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="承接单位")
    last_day = models.DateField("最后存续日期")
    reason = models.CharField("依据", max_length=300)
    handed_over = models.PositiveIntegerField("移交任务")
    merged = models.PositiveIntegerField("并入承接单位已有任务")
    reports = models.PositiveIntegerField("移交在办填报")
    memberships = models.PositiveIntegerField("移交任职")
    done_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="办理人")
    done_at = models.DateTimeField("办理时间")

    class Meta:
        verbose_name = verbose_name_plural = "机构改革"
        ordering = ["-done_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                name="a_unit_ends_once", fields=["unit"], violation_error_message="这个单位已经办理过撤销。"
            ),
            models.CheckConstraint(
                name="no_unit_succeeds_itself",
                condition=~Q(unit=F("successor")),
                violation_error_message="承接单位不能是撤销单位本身。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit}并入{self.successor}"
