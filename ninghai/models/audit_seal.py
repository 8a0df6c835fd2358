"""The chain of seals (封存链) over the audit trail: each seal binds one row, and the seal before it, by SHA-256.

A changed, removed, added or moved row no longer fits; what the whole chain must end in is kept outside the database.
"""

from django.db import models

from ninghai.models.audit import AuditEntry


class AuditSeal(models.Model):
    """One row of the trail, sealed. Like the trail it only grows: positions count from 1 without a gap.

    No foreign key in the database: its check would lock each row of the trail once more, and the chain sees a row that
    is gone.
    """

    position = models.BigIntegerField("序号", primary_key=True)
    entry = models.OneToOneField(
        AuditEntry, models.PROTECT, db_constraint=False, related_name="seal", verbose_name="审计记录"
    )
    form = models.PositiveSmallIntegerField("格式", help_text="按哪一种写法计算内容散列值。")
    content = models.BinaryField("内容散列值")
    sealed_at = models.DateTimeField("封存时间")
    previous = models.BinaryField("上一条的散列值")
    digest = models.BinaryField("散列值")

    class Meta:
        verbose_name = verbose_name_plural = "审计封存"
        ordering = ["position"]

    def __str__(self) -> str:
        return f"第{self.position}号"
