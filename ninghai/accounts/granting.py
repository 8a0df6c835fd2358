"""Who may hold which roles (三权分立): the three administrators are three people, and do nothing besides.

Only the security administrator grants and takes back, and never for themselves.
"""

from collections.abc import Iterable
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction

from ninghai.models import AuditEntry, Membership, Role, Unit, User
from ninghai.moves import require
from ninghai.office.site import ADMINISTRATORS, OFFICE_ROLES
from ninghai.roles import acts_as

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
    if said := fault([*held, role]) or fault_of_place(unit, role):
        raise ValidationError(said)
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
