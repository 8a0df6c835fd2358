"""佐证材料: a private file, or the index number of a catalogue item, kept with what it proves."""

from django.db import models
from django.db.models import Q

from ninghai.models import StoredFile, User


class Proof(models.Model):
    """One piece; each kind of record that may have some has a model of its own below it."""

    file = models.ForeignKey(
        StoredFile, models.PROTECT, null=True, blank=True, related_name="%(class)s", verbose_name="文件"
    )
    index_number = models.CharField("索引号", max_length=100, blank=True)
    added_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="添加人")
    added_at = models.DateTimeField("添加时间")

    class Meta:
        abstract = True
        verbose_name = verbose_name_plural = "佐证材料"
        constraints = [
            models.CheckConstraint(
                name="%(class)s_is_a_file_or_an_item",
                condition=(Q(file__isnull=False) & Q(index_number="")) | (Q(file=None) & ~Q(index_number="")),
                violation_error_message="佐证材料应是一个文件或一个索引号。",
            ),
        ]

    def __str__(self) -> str:
        return self.index_number or str(self.file)
