"""The cast of the tests: a small county with its units, and one person for each role.

Names are roles, never persons. States are reached through the services, as in life.
"""

from dataclasses import dataclass
from datetime import date
from functools import cache

from django.contrib.auth.hashers import make_password

from disclosure.models import RemedyAuthority
from ninghai.models import Membership, Role, Unit, UnitGroup, User

PASSWORD = "一个足够长的测试口令2018"

UNITS = [
    ("001", "宁海县人民政府办公室", "县政府办公室", Unit.Kind.OFFICE),
    ("002", "宁海县财政局", "县财政局", Unit.Kind.DEPARTMENT),
    ("003", "宁海县发展和改革局", "县发改局", Unit.Kind.DEPARTMENT),
    ("101", "宁海县跃龙街道办事处", "跃龙街道", Unit.Kind.STREET),
    ("108", "宁海县深甽镇人民政府", "深甽镇", Unit.Kind.TOWN),
]


@dataclass(frozen=True, slots=True)
class Cast:
    """Who plays: two office people, the signer, an inspector, and clerk and head of two units."""

    office: User
    second_office: User
    signer: User
    inspector: User
    clerk: User
    head: User
    other_clerk: User
    other_head: User
    county_office: Unit
    finance: Unit
    town: Unit


@cache
def hashed_password() -> str:
    """Hashed once a run: Argon2 is slow on purpose."""
    return make_password(PASSWORD)


def person(username: str, name: str, unit: Unit, role: Role) -> User:
    """A person with one membership."""
    user = User.objects.create(username=username, password=hashed_password(), name=name)
    Membership.objects.create(user=user, unit=unit, role=role)
    return user


def name_authorities(unit: Unit, review: str, court: str) -> None:
    """Who hears complaints against its answers, as the office has entered it under the law of each time."""
    for since in (date(2008, 5, 1), date(2024, 1, 1)):
        RemedyAuthority.objects.create(unit=unit, valid_from=since, review=review, court=court)


def make_units() -> dict[str, Unit]:
    """The units above by short name, and the groups that the 2018 notice addresses."""
    units = {
        short: Unit.objects.create(code=code, name=name, short_name=short, kind=kind, position=int(code))
        for code, name, short, kind in UNITS
    }
    towns = UnitGroup.objects.create(name="各乡镇(街道)", aliases=["各乡镇（街道）"], is_open=False)
    towns.members.set([units["跃龙街道"], units["深甽镇"]])
    UnitGroup.objects.create(name="有关部门", aliases=["各有关部门", "其他有关部门"], is_open=True)
    return units


def make_cast() -> Cast:
    units = make_units()
    office, finance, town = units["县政府办公室"], units["县财政局"], units["深甽镇"]
    name_authorities(finance, "宁海县人民政府、宁波市财政局", "宁海县人民法院")
    name_authorities(office, "宁波市人民政府", "宁波市中级人民法院")
    return Cast(
        office=person("office", "县府办经办", office, Role.OFFICE),
        second_office=person("office2", "县府办复核", office, Role.OFFICE),
        signer=person("signer", "签发人", office, Role.SIGNER),
        inspector=person("inspector", "抽查人员", office, Role.INSPECTOR),
        clerk=person("finance-clerk", "财政局经办人", finance, Role.EDITOR),
        head=person("finance-head", "财政局审核人", finance, Role.REVIEWER),
        other_clerk=person("town-clerk", "深甽镇经办人", town, Role.EDITOR),
        other_head=person("town-head", "深甽镇审核人", town, Role.REVIEWER),
        county_office=office,
        finance=finance,
        town=town,
    )
