"""People: who logs in, and for which unit they act in which role. What they may do follows from that membership."""

from functools import cached_property
from operator import attrgetter
from typing import Any, ClassVar, Self, TypeVar

from django.contrib.auth.models import AbstractUser, UserManager
from django.db import models

from ninghai.models.unit import Unit
from ninghai.operations.database.queries import CompiledOnce

Q = TypeVar("Q", bound=models.QuerySet[Any])


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
    calendar_number = models.IntegerField("日历地址序号", default=0, db_default=0, editable=False)

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


# In which role a person acts.

OFFICE_ROLES = frozenset({Role.OFFICE, Role.SIGNER})
ADMINISTRATORS = frozenset({Role.SYSTEM, Role.SECURITY, Role.AUDITOR})


def acts_as(user: User, *roles: Role) -> bool:
    """Whether the person acts in one of these roles now."""
    return user.is_active and user.acting is not None and user.acting.role in roles


def visible_by_unit(records: Q, user: User, *, unit: str = "unit") -> Q:
    """Of records that have a unit: the office and its head see all, a unit's people its own and those of units it has replaced."""
    acting = user.acting
    if acting is not None and acting.role in {Role.OFFICE, Role.SIGNER}:
        return records.all()
    if acting is not None and acting.role in {Role.EDITOR, Role.REVIEWER}:
        return records.filter(**{f"{unit}__in": Unit.objects.inherited_by(acting.unit)})
    return records.none()


# What signing in leaves behind: earlier passwords, failed tries, second factors and who is signed in where.


class PastPassword(models.Model):
    """A password that a person has had, as its hash, so that it does not come back."""

    user = models.ForeignKey(User, models.CASCADE, related_name="past_passwords", verbose_name="账号")
    hash = models.CharField("密码散列", max_length=128)
    set_at = models.DateTimeField("设定时间")

    class Meta:
        verbose_name = verbose_name_plural = "用过的密码"
        ordering = ["-set_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.user} {self.set_at:%Y-%m-%d}"


class Tries(models.Model):
    """Failed tries in a row for one throttle, and until when it pauses (登录限制).

    `key` is the network address, or the hash of the name as it was typed: people type passwords there, too.
    """

    class Kind(models.TextChoices):
        ACCOUNT = "account", "账号"
        CODE = "code", "动态口令"
        ADDRESS = "address", "来源地址"

    kind = models.CharField("类别", max_length=10, choices=Kind)
    key = models.CharField("对象", max_length=64)
    count = models.PositiveIntegerField("失败次数", default=0)
    since = models.DateTimeField("首次失败")
    last_at = models.DateTimeField("最近一次失败", db_index=True)  # for forgetting the old ones
    blocked_until = models.DateTimeField("暂停登录至", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "登录限制"
        ordering = ["-last_at", "pk"]
        constraints = [models.UniqueConstraint(name="tries_once", fields=["kind", "key"])]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.key}"


class Authenticator(models.Model):
    """A person's telephone that shows codes (动态口令). Its secret is sealed, and shown only until it is confirmed."""

    user = models.OneToOneField(User, models.CASCADE, related_name="authenticator", verbose_name="账号")
    sealed_secret = models.TextField("密钥（已加密）", max_length=1000)
    last_step = models.BigIntegerField("最近用过的时段", default=0)  # a code of this step or an earlier one is spent
    confirmed_at = models.DateTimeField("启用时间", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "动态口令"

    def __str__(self) -> str:
        return str(self.user)


class RecoveryCode(models.Model):
    """One of the codes for the day on which the telephone is lost (备用码), as its hash; good for one sign-in."""

    user = models.ForeignKey(User, models.CASCADE, related_name="recovery_codes", verbose_name="账号")
    hash = models.CharField("备用码散列", max_length=64)
    used_at = models.DateTimeField("使用时间", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "备用码"
        constraints = [models.UniqueConstraint(name="recovery_code_once", fields=["user", "hash"])]

    def __str__(self) -> str:
        return str(self.user)


class SignedIn(models.Model):
    """One browser in which a person is signed in, for them to recognise and close (登录会话)."""

    user = models.ForeignKey(User, models.CASCADE, related_name="sign_ins", verbose_name="账号")
    session_key = models.CharField("会话", max_length=40, unique=True)
    device = models.CharField("设备", max_length=100)
    address = models.GenericIPAddressField("来源地址", null=True)
    began_at = models.DateTimeField("登录时间")
    seen_at = models.DateTimeField("最近使用")

    class Meta:
        verbose_name = verbose_name_plural = "登录会话"
        ordering = ["-seen_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.user} {self.device}"
