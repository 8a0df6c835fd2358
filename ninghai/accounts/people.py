"""Accounts in the hands of the security administrator (账号管理): opened, reset, unblocked, closed and opened again.

Nobody is ever deleted: what a person did stays under their name. Every act ends the person's sessions where the old
key would still fit, and enters the audit trail. A password that somebody else has seen is good for one sign-in.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import uuid4

from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse

from ninghai.accounts import login_throttle, second_factor
from ninghai.accounts.passwords import one_time_password, put_password
from ninghai.accounts.sessions import end_sessions
from ninghai.calendar import clock
from ninghai.models import (
    ADMINISTRATORS,
    OFFICE_ROLES,
    AuditEntry,
    Membership,
    Message,
    Role,
    Tries,
    Unit,
    User,
    acts_as,
)
from ninghai.models.state_machine import require
from ninghai.notifications.notify import notify

# Who may hold which roles (三权分立): the three administrators are three people, and do nothing besides.

OF_THE_OFFICE = ADMINISTRATORS | OFFICE_ROLES
NOT_ONESELF = "不能办理自己的账号，请由另一位安全管理员办理。"


def require_power(by: User, person: User) -> None:
    """Refuse unless this is the security administrator, and the account somebody else's."""
    require(acts_as(by, Role.SECURITY))
    require(by.pk != person.pk, NOT_ONESELF)


def fault(roles: Iterable[str]) -> str:
    """Why one person cannot hold these roles together, or nothing."""
    held = {Role(role) for role in roles}
    if len(held) > 1 and held & ADMINISTRATORS:
        return "系统、安全、审计管理员应由不同的人担任，也不能兼任其他角色，请为管理工作另开账号。"
    return ""


def fault_of_place(unit: Unit, role: str) -> str:
    """Why nobody holds this role in this unit, or nothing: the office's roles are held in the county office."""
    if Role(role) in OF_THE_OFFICE and unit.kind != Unit.Kind.OFFICE:
        return f"“{Role(role).label}”只能在县政府办公室担任，请改选单位或角色。"
    return ""


@transaction.atomic
def grant_role(*, person: User, unit: Unit, role: str, by: User, at: datetime) -> Membership:
    """授予角色; raises ValidationError."""
    require_power(by, person)
    User.objects.select_for_update().get(pk=person.pk)  # two grants at once wait for each other
    held = list(person.memberships.values_list("role", flat=True))
    if person.memberships.filter(unit=unit, role=role).exists():
        raise ValidationError("此人在该单位已有这一角色。")
    if wrong := fault([*held, role]) or fault_of_place(unit, role):
        raise ValidationError(wrong)
    membership = Membership(user=person, unit=unit, role=role)
    membership.full_clean(exclude=["user"])
    membership.save(force_insert=True)
    _record("grant_role", membership, by=by, at=at)
    return membership


@transaction.atomic
def revoke_role(*, membership: Membership, by: User, at: datetime) -> None:
    """收回角色. What the person signed in it stays theirs."""
    require_power(by, membership.user)
    _record("revoke_role", membership, by=by, at=at)
    membership.delete()


def _record(action: str, membership: Membership, *, by: User, at: datetime) -> None:
    detail = {"unit": membership.unit.code, "role": membership.role}
    AuditEntry.objects.record(action=action, target=membership.user, by=by, at=at, detail=detail)


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
    login_throttle.open_for(person)
    end_sessions(person)
    AuditEntry.objects.record(action="reset_password", target=person, by=by, at=at)
    _notify(person, "密码", at=at)
    return password


@transaction.atomic
def reset_codes(*, person: User, by: User, at: datetime) -> None:
    """重置动态口令, after a lost telephone: the next sign-in sets up a new one where it is required."""
    require_power(by, person)
    second_factor.forget(person)
    end_sessions(person)
    AuditEntry.objects.record(action="reset_codes", target=person, by=by, at=at)
    _notify(person, "动态口令", at=at)


@transaction.atomic
def unblock(*, person: User, by: User, at: datetime) -> None:
    """解除登录限制: the person may try again at once."""
    require_power(by, person)
    login_throttle.open_for(person)
    AuditEntry.objects.record(action="unblock_sign_in", target=person, by=by, at=at)


@transaction.atomic
def unblock_address(*, tried: Tries, by: User, at: datetime) -> None:
    """解除来源地址的限制: whoever comes from there may try again at once."""
    require(acts_as(by, Role.SECURITY))
    login_throttle.open_address(tried)
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
    login_throttle.open_for(person)
    AuditEntry.objects.record(action="reactivate", target=person, by=by, at=at)
    return _give_password(person)


def _notify(person: User, what: str, *, at: datetime) -> None:
    """The person learns it on the site and by e-mail: nobody else acts in their name unnoticed."""
    notify(
        person.memberships.all()[:1],
        kind=Message.Kind.ACCOUNT,
        event=f"account:{uuid4()}",
        subject=f"您的{what}已由安全管理员重置",
        text="如果不是您本人要求的，请立即联系县政府办公室。",
        url=reverse("account"),
        at=at,
    )


def _switch(person: User, *, active: bool) -> None:
    if not User.objects.filter(pk=person.pk, is_active=not active).update(is_active=active):
        raise ValidationError("这个账号已经恢复使用。" if active else "这个账号已经停用。")
    person.is_active = active


def _give_password(person: User) -> str:
    password = one_time_password()
    put_password(person, password, must_change=True, at=clock.true_now())
    return password
