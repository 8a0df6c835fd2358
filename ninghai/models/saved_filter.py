"""常用筛选: a list of the office as somebody has narrowed it, under a name of their own."""

from django.db import models

from ninghai.models.user import User


class SavedFilter(models.Model):
    """The address of a list with its filters; seen by whoever kept it."""

    user = models.ForeignKey(User, models.CASCADE, related_name="saved_filters", verbose_name="账号")
    page = models.CharField("列表", max_length=100, help_text="列表页面的名称，如 tasks_assignment。")
    title = models.CharField("名称", max_length=30)
    query = models.CharField("筛选条件", max_length=1000)

    class Meta:
        verbose_name = verbose_name_plural = "常用筛选"
        ordering = ["page", "title"]
        constraints = [
            models.UniqueConstraint(
                name="filter_title_once_for_a_list",
                fields=["user", "page", "title"],
                violation_error_message="这个列表已有同名的常用筛选。",
            ),
        ]

    def __str__(self) -> str:
        return self.title
