"""What a point of an issued notice said before an amendment: pages of earlier days read it."""

from django.db import models

from tasks.models.notice import WorkPoint


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
