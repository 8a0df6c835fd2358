"""The audit trail (审计记录): who did what to which record, for which unit, from where. It only grows.

Its rows are also a record's history: `AuditEntry.objects.about(item)`. The database refuses to change or delete a
row (trigger), and the run-time role has no right to try (safety: 等保, logs are kept at least six months).
"""

from datetime import datetime
from typing import Any

from django.db import models

from ninghai import request_context
from ninghai.models.unit import Unit
from ninghai.models.user import Role, User


class AuditQuerySet(models.QuerySet["AuditEntry"]):
    def about(self, target: models.Model) -> "AuditQuerySet":
        """The history of one record, oldest first."""
        return self.filter(target_type=target._meta.label_lower, target_id=str(target.pk)).select_related(
            "actor", "acting_unit"
        )

    def record(
        self,
        *,
        action: str,
        target: models.Model,
        by: User | None,
        at: datetime,
        from_status: str = "",
        to_status: str = "",
        reason: str = "",
        detail: dict[str, Any] | None = None,
    ) -> "AuditEntry":
        """Write one row; `by` is None for what the portal does itself."""
        acting = by.acting if by else None
        context = request_context.current.get()
        return self.create(
            at=at,
            actor=by,
            acting_unit=acting.unit if acting else None,
            acting_role=acting.role if acting else "",
            action=action,
            target_type=target._meta.label_lower,
            target_id=str(target.pk),
            target_label=str(target)[:200],
            from_status=from_status,
            to_status=to_status,
            reason=reason,
            detail=detail or {},
            address=context.address or None,
            request_id=context.request_id,
        )


class AuditEntry(models.Model):
    at = models.DateTimeField("时间")
    actor = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="操作人")
    acting_unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+", verbose_name="代表单位")
    acting_role = models.CharField("角色", max_length=20, blank=True, choices=Role)
    action = models.CharField("操作", max_length=40)
    target_type = models.CharField("对象类型", max_length=60)
    target_id = models.CharField("对象编号", max_length=40)
    target_label = models.CharField("对象", max_length=200)
    from_status = models.CharField("原状态", max_length=20, blank=True)
    to_status = models.CharField("新状态", max_length=20, blank=True)
    reason = models.TextField("理由", blank=True)
    detail = models.JSONField("详情", default=dict)
    address = models.GenericIPAddressField("来源地址", null=True)
    request_id = models.CharField("请求编号", max_length=32, blank=True)

    objects = AuditQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "审计记录"
        ordering = ["pk"]
        indexes = [models.Index(fields=["target_type", "target_id"], name="audit_about_a_record")]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.actor or '系统'} {self.action} {self.target_label}"
