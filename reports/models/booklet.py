"""How the booklet (目录手册) of an edition fares until it is there."""

from django.db import models
from django.db.models.functions import Now
from django.urls import reverse

from disclosure.models import CatalogueEdition
from ninghai.models import Role, User


class BookletMakingQuerySet(models.QuerySet["BookletMaking"]):
    def visible_to(self, user: User) -> "BookletMakingQuerySet":
        """The office and its head."""
        role = user.acting.role if user.acting else None
        return self if role in {Role.OFFICE, Role.SIGNER} else self.none()

    def due(self) -> "BookletMakingQuerySet":
        return self.filter(edition__booklet=None, has_failed=False, next_try_at__lte=Now())


class BookletMaking(models.Model):
    """One for each edition that a worker was asked to typeset. Times are the database's own, never the portal's."""

    edition = models.OneToOneField(
        CatalogueEdition, models.CASCADE, editable=False, related_name="making", verbose_name="目录版本"
    )
    tries = models.PositiveIntegerField("已尝试次数", default=0, editable=False)
    attempt = models.PositiveIntegerField("第几次制作", default=0, editable=False)  # the fence: never set back
    next_try_at = models.DateTimeField("下次尝试", db_default=Now(), editable=False)
    has_failed = models.BooleanField("制作失败", default=False, editable=False)
    error = models.TextField("失败原因", max_length=2000, blank=True, editable=False)

    objects = BookletMakingQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "目录手册"
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.edition}目录手册"

    def get_absolute_url(self) -> str:
        return reverse("admin:reports_bookletmaking_change", args=[self.pk])

    @property
    def state(self) -> str:
        """In the words of the screen."""
        if self.edition.booklet_id:
            return "已制作"
        if self.has_failed:
            return "制作失败"
        return f"已尝试 {self.tries} 次，稍后自动再试" if self.error else "正在制作"
