"""People: who logs in, and for which unit they act in which role. What they may do follows from that membership."""

from functools import cached_property
from operator import attrgetter
from typing import ClassVar, Self

from django.contrib.auth.models import AbstractUser, UserManager
from django.db import models

from ninghai.models.unit import Unit
from ninghai.operations.database.queries import CompiledOnce


class User(AbstractUser):
    """A person with an account (账号). `name` is what colleagues read; the demo names roles, never persons."""

    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]
    name = models.CharField("姓名", max_length=50)
    wants_email = models.BooleanField(
        "接收邮件提醒", default=True, help_text="每个工作日最多一封，汇总新的提醒。需要登记电子邮箱。"
    )

    must_change_password = models.BooleanField("登录后须改密码", default=False, editable=False)
    password_changed_at = models.DateTimeField("密码修改时间", null=True, editable=False)

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
    def own_memberships(self) -> "list[Membership]":
        """Every membership of this person with its unit, asked for once in a request."""
        held = _memberships_of(user=self.pk)
        for membership in held:
            membership.user = self
        return held

    @cached_property
    def acting(self) -> "Membership | None":
        """The membership in which this person acts: the one chosen for the session, else the oldest."""
        return min(self.own_memberships, key=attrgetter("pk"), default=None)


class Role(models.TextChoices):
    OFFICE = "office", "县府办经办"
    SIGNER = "signer", "签发人"
    INSPECTOR = "inspector", "抽查人员"
    EDITOR = "editor", "经办人"
    REVIEWER = "reviewer", "审核人"
    SYSTEM = "system", "系统管理员"
    SECURITY = "security", "安全管理员"
    AUDITOR = "auditor", "审计管理员"


class Membership(models.Model):
    """A person acts for a unit in a role; with several, they choose one for each session."""

    user = models.ForeignKey(User, models.CASCADE, related_name="memberships", verbose_name="账号")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="memberships", verbose_name="单位")
    role = models.CharField("角色", max_length=20, choices=Role)

    class Meta:
        verbose_name = verbose_name_plural = "任职"
        ordering = ["unit__position", "role", "pk"]
        constraints = [
            models.UniqueConstraint(
                name="membership_once",
                fields=["user", "unit", "role"],
                violation_error_message="此人在该单位已有这一角色。",
            ),
            models.UniqueConstraint(
                name="membership_one_administrator_role",
                fields=["user"],
                condition=models.Q(role__in=["system", "security", "auditor"]),
                violation_error_message="系统、安全、审计管理员应由不同的人担任，一个人只能有其中一种角色。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit}{self.get_role_display()}"


def _of(user: int) -> models.QuerySet[Membership]:
    return Membership.objects.filter(user=user).select_related("unit")


_memberships_of = CompiledOnce(_of, user=-1)
