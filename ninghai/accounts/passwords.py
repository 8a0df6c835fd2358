"""A person's password: set, remembered, and grown old."""

import secrets
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from ninghai.models import AuditEntry, PastPassword, User

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
