"""印发与签收: a signed report goes to units, and each says that it has come."""

from django.db import models

from ninghai.models import Role, Unit, User
from reports.models.report import Report


class ReceiptQuerySet(models.QuerySet["Receipt"]):
    def visible_to(self, user: User) -> "ReceiptQuerySet":
        """A unit's people see what came to their unit."""
        acting = user.acting
        if acting is None or acting.role not in {Role.EDITOR, Role.REVIEWER}:
            return self.none()
        return self.filter(unit=acting.unit)


class Receipt(models.Model):
    """One unit that a report was circulated to; confirmed by one of its people, once."""

    report = models.ForeignKey(Report, models.PROTECT, related_name="receipts", verbose_name="报告")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="receipts", verbose_name="单位")
    sent_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="印发人")
    sent_at = models.DateTimeField("印发时间")
    confirmed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="签收人")
    confirmed_at = models.DateTimeField("签收时间", null=True)

    objects = ReceiptQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "签收"
        ordering = ["report", "unit"]
        constraints = [
            models.UniqueConstraint(
                name="a_report_goes_to_a_unit_once",
                fields=["report", "unit"],
                violation_error_message="这份报告已经印发给这个单位。",
            ),
            models.CheckConstraint(
                name="confirmed_by_somebody",
                condition=models.Q(confirmed_by=None, confirmed_at=None)
                | models.Q(confirmed_by__isnull=False, confirmed_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.report} → {self.unit}"
