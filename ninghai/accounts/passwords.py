"""A person's password: what a new one must be like (口令规则), set, remembered, and grown old."""

import re
import secrets
from abc import ABC, abstractmethod
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import check_password
from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError
from django.db import transaction

from ninghai.models import AuditEntry, PastPassword, Unit, User

LEGIBLE = "abcdefghjkmnpqrstuvwxyz23456789"  # without i, l, o, 0 and 1
GROUPS = 4


def one_time_password() -> str:
    """Four groups of four that can be read aloud and typed, such as k3fd-9mnp-wq7x-2bcd; good for the first sign-in."""
    return "-".join("".join(secrets.choice(LEGIBLE) for _ in range(4)) for _ in range(GROUPS))


def put_password(user: User, password: str, *, must_change: bool, at: datetime) -> None:
    """Set it and remember the hashes, the newest few only. The caller has looked whether it may be."""
    if user.has_usable_password() and not user.past_passwords.filter(hash=user.password).exists():
        PastPassword.objects.create(user=user, hash=user.password, set_at=user.password_changed_at or user.date_joined)
    user.set_password(password)
    user.must_change_password, user.password_changed_at = must_change, at
    user.save(update_fields=["password", "must_change_password", "password_changed_at"])
    PastPassword.objects.create(user=user, hash=user.password, set_at=at)
    kept = user.past_passwords.values("pk")[: settings.PASSWORDS_REMEMBERED]
    user.past_passwords.exclude(pk__in=kept).delete()


@transaction.atomic
def change_password(*, user: User, password: str, at: datetime, recorded_at: datetime) -> None:
    """修改密码: by the person, who knows the old one. The form has looked at the rules."""
    put_password(user, password, must_change=False, at=at)
    AuditEntry.objects.record(action="change_password", target=user, by=user, at=recorded_at)


def must_change(user: User) -> bool:
    """Whether the first thing to do is a password of one's own: it was given by somebody, or has grown old."""
    return settings.FIRST_LOGIN_CHANGE and user.must_change_password


def has_run_out(user: User, *, at: datetime) -> bool:
    """Whether this is still the one-time password that somebody else knows, and its days are over."""
    days = settings.ONE_TIME_PASSWORD_DAYS
    if not (must_change(user) and days):
        return False
    return at - (user.password_changed_at or user.date_joined) > timedelta(days=days)


def has_grown_old(user: User, *, at: datetime) -> bool:
    if not (settings.FIRST_LOGIN_CHANGE and settings.PASSWORD_DAYS):
        return False
    return at - (user.password_changed_at or user.date_joined) > timedelta(days=settings.PASSWORD_DAYS)


# What a new password must be like (口令规则). Every refusal is one sentence that says what to do.

KINDS = {
    "小写字母": re.compile(r"[a-z]"),
    "大写字母": re.compile(r"[A-Z]"),
    "数字": re.compile(r"[0-9]"),
    "汉字": re.compile(r"[^\W\d_a-zA-Z]"),
    "符号": re.compile(r"[\W_]"),
}
# What people of a county's office think of first, beside the twenty thousand passwords that Django knows.
BLOCKED = (
    *("password", "passw0rd", "p@ssw0rd", "admin", "administrator", "root", "welcome", "letmein", "iloveyou", "woaini"),
    *("qwerty", "qwertyuiop", "asdfgh", "zxcvbn", "1qaz2wsx", "qazwsx", "abc123", "a1b2c3", "123abc", "111111", "666666"),
    *("123456", "654321", "012345", "987654", "112233", "123123", "888888", "520520", "5201314", "147258", "159357"),
    *("ninghai", "ningbo", "zhejiang", "xianzhengfu", "zhengfu", "zwgk", "zhengwu", "mima", "kouling", "宁海", "政务公开"),
)  # fmt: skip
FEWEST_CHARACTERS = 5  # different ones
FILL = 8  # characters beside blocked words and names that make a password all the same
SHORTEST_NAME = 2  # Chinese names have two characters


class PasswordRule(ABC):
    """A rule in the shape that Django's AUTH_PASSWORD_VALIDATORS ask for."""

    @abstractmethod
    def validate(self, password: str, user: User | None = None) -> None:
        """Raises a ValidationError whose sentence says what to do."""

    @abstractmethod
    def get_help_text(self) -> str:
        """What to heed, as it stands beside the field."""


class Long(PasswordRule):
    """Long enough; a sentence is easier to keep than a row of signs."""

    def validate(self, password: str, user: User | None = None) -> None:
        if len(password) < settings.PASSWORD_LENGTH:
            raise ValidationError(f"密码至少要有{settings.PASSWORD_LENGTH}位，现在是{len(password)}位，请加长。")

    def get_help_text(self) -> str:
        return f"至少{settings.PASSWORD_LENGTH}位，可以用一句话。"


class OfSeveralKinds(PasswordRule):
    """复杂度: signs of several kinds, and not the same few over and over."""

    def validate(self, password: str, user: User | None = None) -> None:
        if sum(bool(kind.search(password)) for kind in KINDS.values()) < settings.PASSWORD_KINDS:
            raise ValidationError(f"密码要包含{'、'.join(KINDS)}中的至少{settings.PASSWORD_KINDS}种，请补上。")
        if len(set(password)) < FEWEST_CHARACTERS:
            raise ValidationError("密码翻来覆去只有几个字符，请换一个。")

    def get_help_text(self) -> str:
        return f"包含{'、'.join(KINDS)}中的至少{settings.PASSWORD_KINDS}种。"


class NotCommon(PasswordRule):
    """Nothing that stands on a list of stolen passwords, nor one made of such words and little else."""

    def __init__(self) -> None:
        self.known = CommonPasswordValidator().passwords

    def validate(self, password: str, user: User | None = None) -> None:
        folded = password.casefold()
        if folded in self.known or re.sub(r"[\W\d_]+$", "", folded) in self.known:
            raise ValidationError("这是常见的密码，容易被猜中，请换一个。")
        if mostly(folded, (*BLOCKED, *map(str.casefold, settings.PASSWORD_BLOCKED_WORDS))):
            raise ValidationError("密码由常用词或连续的键组成，容易被猜中，请换一个。")

    def get_help_text(self) -> str:
        return "不能是常见的密码。"


class NoNames(PasswordRule):
    """Neither one's own name nor that of a unit: whoever knows the county tries these first."""

    def validate(self, password: str, user: User | None = None) -> None:
        folded = password.casefold()
        if user and any(name in folded for name in own_names(user)):
            raise ValidationError("密码不能含有自己的姓名或账号，请换一个。")
        names = Unit.objects.values_list("short_name", "name", "code", "credit_code")
        if any(len(name) > SHORTEST_NAME and name in folded for of_unit in names for name in words(of_unit[:2])):
            raise ValidationError("密码不能含有单位名称，请换一个。")

    def get_help_text(self) -> str:
        return "不能含有姓名、账号或单位名称。"


class New(PasswordRule):
    """None of the last ones (默认最近5次)."""

    def validate(self, password: str, user: User | None = None) -> None:
        if user is None or user.pk is None:
            return
        kept = user.past_passwords.values_list("hash", flat=True)[: settings.PASSWORDS_REMEMBERED]
        hashes = dict.fromkeys([user.password, *kept])
        if any(check_password(password, earlier) for earlier in list(hashes)[: settings.PASSWORDS_REMEMBERED]):
            raise ValidationError(f"这个密码最近用过，最近{settings.PASSWORDS_REMEMBERED}次用过的不能再用，请换一个。")

    def get_help_text(self) -> str:
        return f"不能与最近{settings.PASSWORDS_REMEMBERED}次用过的相同。"


def mostly(folded: str, blocked: tuple[str, ...]) -> bool:
    """Whether little is left of a password that holds a blocked word."""
    rest = folded
    for word in sorted(blocked, key=len, reverse=True):
        rest = rest.replace(word, "")
    return rest != folded and len(rest) < FILL


def own_names(user: User) -> list[str]:
    """The person's name, and the account's with its parts."""
    parts = re.split(r"[^\w]|_", user.username)
    longer = [part for part in [user.username, *parts] if len(part) > SHORTEST_NAME + 1]
    return words([*longer, user.name if len(user.name) >= SHORTEST_NAME else ""])


def words(names: Any) -> list[str]:
    return [name.casefold() for name in names if name]
