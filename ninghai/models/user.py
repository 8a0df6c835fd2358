"""People: who logs in. What they may do follows from the membership in which they act."""

from functools import cached_property
from typing import TYPE_CHECKING, ClassVar, Self

from django.contrib.auth.models import AbstractUser, UserManager
from django.db import models

if TYPE_CHECKING:
    from ninghai.models.unit import Membership


class User(AbstractUser):
    """A person with an account (账号). `name` is what colleagues read; the demo names roles, never persons."""

    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]
    name = models.CharField("姓名", max_length=50)

    objects: ClassVar[UserManager[Self]] = UserManager()

    REQUIRED_FIELDS = ["name"]

    class Meta:
        verbose_name = verbose_name_plural = "账号"
        ordering = ["username"]

    def __str__(self) -> str:
        return self.name or self.username

    def get_full_name(self) -> str:
        return str(self)

    def get_short_name(self) -> str:
        return str(self)

    @cached_property
    def acting(self) -> "Membership | None":
        """The membership in which this person acts: the one chosen for the session, else the oldest."""
        return self.memberships.select_related("unit").order_by("pk").first()
