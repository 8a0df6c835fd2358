"""Accounts in the hands of the security administrator (账号管理): opened, reset, unblocked, closed and opened again.

Nobody is ever deleted: what a person did stays under their name. Every act ends the person's sessions where the old
key would still fit, and enters the audit trail. A password that somebody else has seen is good for one sign-in.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import uuid4

from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse

from ninghai import clock
from ninghai.accounts import second_factor, tries
from ninghai.accounts.granting import grant_role, require_power
from ninghai.accounts.passwords import one_time_password, put_password
from ninghai.accounts.sessions import end_sessions
from ninghai.messaging.telling import Announcement, tell
from ninghai.models import AuditEntry, Message, Role, Tries, Unit, User
from ninghai.moves import require
from ninghai.roles import acts_as

LONGEST_REASON = 200

Grants = Sequence[tuple[Unit, str]]


@transaction.atomic
def open_account(*, person: User, grants: Grants, by: User, at: datetime) -> str:
    """开通账号: returns the one-time password, to be shown once; raises ValidationError."""
    require(acts_as(by, Role.SECURITY))
    person.username = User.normalize_username(person.username)
    if User.objects.filter(username__iexact=person.username).exists():
        raise ValidationError({"username": f"账号“{person.username}”已存在，请换一个。"})
    person.set_unusable_password()
    person.full_clean()
    person.save(force_insert=True)
    AuditEntry.objects.record(action="create_account", target=person, by=by, at=at)
    for unit, role in grants:
        grant_role(person=person, unit=unit, role=role, by=by, at=at)
    return _give_password(person)


@transaction.atomic
def reset_password(*, person: User, by: User, at: datetime) -> str:
    """重置密码: returns the one-time password; every session of the person ends."""
    require_power(by, person)
    password = _give_password(person)
    tries.open_for(person)
    end_sessions(person)
    AuditEntry.objects.record(action="reset_password", target=person, by=by, at=at)
    _tell(person, "密码", at=at)
    return password


@transaction.atomic
def reset_codes(*, person: User, by: User, at: datetime) -> None:
    """重置动态口令, after a lost telephone: the next sign-in sets up a new one where it is required."""
    require_power(by, person)
    second_factor.forget(person)
    end_sessions(person)
    AuditEntry.objects.record(action="reset_codes", target=person, by=by, at=at)
    _tell(person, "动态口令", at=at)


@transaction.atomic
def unblock(*, person: User, by: User, at: datetime) -> None:
    """解除登录限制: the person may try again at once."""
    require_power(by, person)
    tries.open_for(person)
    AuditEntry.objects.record(action="unblock_sign_in", target=person, by=by, at=at)


@transaction.atomic
def unblock_address(*, tried: Tries, by: User, at: datetime) -> None:
    """解除来源地址的限制: whoever comes from there may try again at once."""
    require(acts_as(by, Role.SECURITY))
    tries.open_address(tried)
    AuditEntry.objects.record(action="unblock_sign_in", target=tried, by=by, at=at)


@transaction.atomic
def sign_out(*, person: User, by: User, at: datetime) -> int:
    """Sign the person out wherever they are signed in."""
    require_power(by, person)
    ended = end_sessions(person)
    AuditEntry.objects.record(action="end_sessions", target=person, by=by, at=at, detail={"sessions": ended})
    return ended


@transaction.atomic
def deactivate(*, person: User, reason: str, by: User, at: datetime) -> None:
    """停用: nobody gets in any more; roles and history stay, for the day on which the account is needed again."""
    require_power(by, person)
    if not reason.strip():
        raise ValidationError({"reason": "请写明停用的原因，如调离、退休、休假。"})
    _switch(person, active=False)
    end_sessions(person)
    AuditEntry.objects.record(action="deactivate", target=person, by=by, at=at, reason=reason.strip())


@transaction.atomic
def reactivate(*, person: User, by: User, at: datetime) -> str:
    """恢复: with a new one-time password, as nobody knows who learnt the old one meanwhile."""
    require_power(by, person)
    _switch(person, active=True)
    tries.open_for(person)
    AuditEntry.objects.record(action="reactivate", target=person, by=by, at=at)
    return _give_password(person)


def _tell(person: User, what: str, *, at: datetime) -> None:
    """The person learns it on the site and by e-mail: nobody else acts in their name unnoticed."""
    announcement = Announcement(
        kind=Message.Kind.ACCOUNT,
        event=f"account:{uuid4()}",
        subject=f"您的{what}已由安全管理员重置",
        text="如果不是您本人要求的，请立即联系县政府办公室。",
        url=reverse("account"),
    )
    tell(memberships=person.memberships.all()[:1], announcement=announcement, at=at)


def _switch(person: User, *, active: bool) -> None:
    if not User.objects.filter(pk=person.pk, is_active=not active).update(is_active=active):
        raise ValidationError("这个账号已经恢复使用。" if active else "这个账号已经停用。")
    person.is_active = active


def _give_password(person: User) -> str:
    password = one_time_password()
    put_password(person, password, must_change=True, at=clock.true_now())
    return password
