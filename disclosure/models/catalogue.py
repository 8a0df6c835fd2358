"""How items are ordered: the duties of the basic catalogue (主动公开基本目录), and the topics of official documents (主题分类)."""

from django.db import models


class CatalogueEntry(models.Model):
    """A duty of the basic catalogue, or a heading above duties; levels vary."""

    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name="上级事项"
    )
    code = models.CharField("编码", max_length=30, unique=True)
    name = models.CharField("公开事项", max_length=100)
    content_elements = models.TextField("公开内容（要素）", blank=True)
    legal_basis = models.TextField("公开依据", blank=True)
    time_limit = models.CharField("公开时限", max_length=100, blank=True)
    position = models.PositiveIntegerField("排序", default=0)

    class Meta:
        verbose_name = verbose_name_plural = "基本目录事项"
        ordering = ["position", "code"]

    def __str__(self) -> str:
        return self.name


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
