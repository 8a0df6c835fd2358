"""Accounts by Excel (批量开通): a template, a look at every row first, then all of them or none."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from django.core.exceptions import ValidationError
from django.db import transaction

from ninghai.accounts.people import fault, fault_of_place, open_account
from ninghai.files.workbooks.reading import CellProblem, FlatSheet, SheetColumn, SheetRow, names_of, refuse
from ninghai.files.workbooks.writing import as_xlsx
from ninghai.models import Role, Unit, User

ROLES = {role.label: role.value for role in Role}


def _roles(text: str) -> list[str]:
    labels = names_of(text)
    if unknown := [label for label in labels if label not in ROLES]:
        raise ValueError(f"没有角色“{'”“'.join(unknown)}”，可以填：{'、'.join(ROLES)}。")
    return list(dict.fromkeys(ROLES[label] for label in labels))


MOST_ROWS = 500
WIDTHS = (22, 16, 30, 24, 28)
PEOPLE = FlatSheet(
    columns=(
        SheetColumn("账号", "username", User.normalize_username, is_required=True),
        SheetColumn("姓名", "name", is_required=True),
        SheetColumn("单位", "unit", is_required=True),
        SheetColumn("角色", "roles", _roles, is_required=True),
        SheetColumn("电子邮箱", "email"),
    ),
    most_rows=MOST_ROWS,
    besides="名单",
    advice="请下载模板填写。",
    too_many=f"一次最多开通{MOST_ROWS}个账号，请分几次导入。",
    no_rows="表中没有要开通的人，请填写后再上传。",
)


@dataclass(frozen=True, slots=True)
class Newcomer:
    """One row that can be opened."""

    row: str
    person: User
    grants: tuple[tuple[Unit, str], ...]

    @property
    def roles(self) -> str:
        return "、".join(f"{unit}{Role(role).label}" for unit, role in self.grants)


@dataclass(frozen=True, slots=True)
class AccountsDryRun:
    """What the rows would open, and what keeps them from it."""

    newcomers: list[Newcomer]
    problems: list[CellProblem]


def template() -> bytes:
    """An empty list with its columns; a row that begins with # explains them and is not read."""
    hints = (
        "# 字母、数字、-、_ 等，不能重复",
        "同事看到的名字",
        "简称、全称或编码",
        "；".join(["几个用顿号隔开", *ROLES]),
        "选填",
    )
    return as_xlsx([PEOPLE.labels, hints], title="账号", widths=WIDTHS)


def look(rows: Iterable[SheetRow]) -> AccountsDryRun:
    """Every row as it would be opened, and every problem at its row and column; nothing is saved."""
    units = {
        name: unit for unit in Unit.objects.order_by("valid_until") for name in (unit.code, unit.name, unit.short_name)
    }
    taken = {name.casefold() for name in User.objects.values_list("username", flat=True)}
    newcomers, problems = [], []
    for row in rows:
        newcomer, wrong = _read(row, units=units, taken=taken)
        taken.add(row["username"].casefold())
        problems += wrong
        newcomers.append(newcomer)
    return AccountsDryRun(newcomers=[each for each in newcomers if each], problems=problems)


@transaction.atomic
def open_accounts(rows: Iterable[SheetRow], *, by: User, at: datetime) -> list[tuple[User, str]]:
    """Open all of them or none; each with its one-time password. Raises ValidationError with every problem."""
    looked = look(rows)
    refuse(looked.problems)
    return [
        (each.person, open_account(person=each.person, grants=each.grants, by=by, at=at)) for each in looked.newcomers
    ]


def _read(row: SheetRow, *, units: dict[str, Unit], taken: set[str]) -> tuple[Newcomer | None, list[CellProblem]]:
    """The newcomer of a row, or what is wrong with it."""
    values, wrong = PEOPLE.parse(row, {"unit": partial(_unit, units)})
    person = User(**{name: values.get(name, "") for name in ("username", "name", "email")})
    if person.username and person.name:
        wrong += _faults_of_person(row, person, taken=taken)
    unit, roles = values.get("unit"), values.get("roles", [])
    if unit and "roles" in values:
        fault_found = next((fault_found for role in roles if (fault_found := fault_of_place(unit, role))), "") or fault(
            roles
        )
        wrong += [PEOPLE.problem(row, "roles", fault_found)] if fault_found else []
    if wrong or unit is None:
        return None, wrong
    return Newcomer(row=row["row"], person=person, grants=tuple((unit, role) for role in roles)), []


def _unit(units: dict[str, Unit], name: str) -> Unit:
    unit = units.get(name)
    if unit is None or unit.valid_until:
        raise ValueError(f"没有现存的单位“{name}”，请核对简称或编码。")
    return unit


def _faults_of_person(row: SheetRow, person: User, *, taken: set[str]) -> Iterable[CellProblem]:
    if person.username.casefold() in taken:
        return [PEOPLE.problem(row, "username", f"账号“{person.username}”已存在或在表中重复，请换一个。")]
    try:
        person.clean_fields(exclude=["password"])
    except ValidationError as refused:
        return PEOPLE.problems_of(row, refused)
    return []
