"""How official documents are classed: 国务院公文主题分类, two levels."""

from django.db import models


class Topic(models.Model):
    """A class of the State Council's topic scheme (国务院公文主题分类), two levels, shown as 综合政务\\政务公开."""

    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name="上级主题"
    )
    code = models.CharField("编码", max_length=10, unique=True)
    name = models.CharField("名称", max_length=50)
    path = models.CharField("完整名称", max_length=110, unique=True)

    class Meta:
        verbose_name = verbose_name_plural = "主题分类"
        ordering = ["code"]

    def __str__(self) -> str:
        return self.path
