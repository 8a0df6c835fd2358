"""What signing in leaves behind: earlier passwords, failed tries, second factors and who is signed in where."""

from django.db import models

from ninghai.models.user import User


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
