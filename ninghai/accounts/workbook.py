"""Accounts by Excel (批量开通): a template, a look at every row first, then all of them or none."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction

from ninghai.accounts.people import fault, fault_of_place, open_account
from ninghai.models import Role, Unit, User
from ninghai.workbooks.first_sheet import CostlyWorkbook, NoWorkbook, rows_of_first_sheet
from ninghai.workbooks.writing import as_xlsx

COLUMNS = ("账号", "姓名", "单位", "角色", "电子邮箱")
REQUIRED = COLUMNS[:4]
ROLES = {role.label: role.value for role in Role}
WIDTHS = (22, 16, 30, 24, 28)
MOST_ROWS = 500


class NotAListOfPeople(ValueError):
    """The file is no such workbook; its message is a sentence for the screen."""


@dataclass(frozen=True, slots=True)
class Newcomer:
    """One row that can be opened."""

    row: int
    person: User
    grants: tuple[tuple[Unit, str], ...]

    @property
    def roles(self) -> str:
        return "、".join(f"{unit}{Role(role).label}" for unit, role in self.grants)


@dataclass(frozen=True, slots=True)
class AccountsDryRun:
    """What the rows would open, and what keeps them from it."""

    newcomers: list[Newcomer]
    problems: list[str]


def template() -> bytes:
    """An empty list with its columns; a row that begins with # explains them and is not read."""
    hints = (
        "# 字母、数字、-、_ 等，不能重复",
        "同事看到的名字",
        "简称、全称或编码",
        "；".join(["几个用顿号隔开", *ROLES]),
        "选填",
    )
    return as_xlsx([COLUMNS, hints], title="账号", widths=WIDTHS)


def read_people(data: bytes) -> list[dict[str, str]]:
    """The rows as text by column; `row` is the number in the sheet. Raises NotAListOfPeople."""
    try:
        cells = rows_of_first_sheet(data, rows=MOST_ROWS + 5, columns=20)
    except NoWorkbook:
        raise NotAListOfPeople("这不是可以读取的 Excel 文件（.xlsx），请下载模板填写。") from None
    except CostlyWorkbook as refused:
        raise NotAListOfPeople(str(refused)) from None
    head = [_text(cell) for cell in cells[0]] if cells else []
    if missing := [label for label in REQUIRED if label not in head]:
        raise NotAListOfPeople(f"第一行缺少列“{'”“'.join(missing)}”，请下载模板填写。")
    rows = [
        {"row": str(number), **{label: _text(cell) for label, cell in zip(head, row, strict=False) if label in COLUMNS}}
        for number, row in enumerate(cells[1:], start=2)
    ]
    filled = [row for row in rows if any(row.get(label) for label in COLUMNS) and not _is_hint(row)]
    if len(filled) > MOST_ROWS:
        raise NotAListOfPeople(f"一次最多开通{MOST_ROWS}个账号，请分几次导入。")
    if not filled:
        raise NotAListOfPeople("表中没有要开通的人，请填写后再上传。")
    return filled


def look(rows: Iterable[dict[str, str]]) -> AccountsDryRun:
    """Every row as it would be opened, and every problem at its row and column; nothing is saved."""
    units = {
        name: unit for unit in Unit.objects.order_by("valid_until") for name in (unit.code, unit.name, unit.short_name)
    }
    taken = {name.casefold() for name in User.objects.values_list("username", flat=True)}
    newcomers, problems = [], []
    for row in rows:
        newcomer, wrong = _read(row, units=units, taken=taken)
        taken.add(row["账号"].casefold())
        problems += [f"第 {row['row']} 行“{column}”：{message}" for column, message in wrong]
        newcomers.append(newcomer)
    return AccountsDryRun(newcomers=[each for each in newcomers if each], problems=problems)


@transaction.atomic
def open_accounts(rows: Iterable[dict[str, str]], *, by: User, at: datetime) -> list[tuple[User, str]]:
    """Open all of them or none; each with its one-time password. Raises ValidationError with every problem."""
    looked = look(rows)
    if looked.problems:
        raise ValidationError(looked.problems)
    return [
        (each.person, open_account(person=each.person, grants=each.grants, by=by, at=at)) for each in looked.newcomers
    ]


def _text(cell: str) -> str:
    """Without the apostrophe by which Excel is told that it is text."""
    return cell.removeprefix("'")


def _is_hint(row: dict[str, str]) -> bool:
    return row["账号"].startswith("#")


def _read(
    row: dict[str, str], *, units: dict[str, Unit], taken: set[str]
) -> tuple[Newcomer | None, list[tuple[str, str]]]:
    """The newcomer of a row, or what is wrong with it as (column, sentence)."""
    wrong = [(label, "还没有填写，请补上。") for label in REQUIRED if not row.get(label)]
    if wrong:
        return None, wrong
    person = User(username=User.normalize_username(row["账号"]), name=row["姓名"], email=row.get("电子邮箱", ""))
    wrong += _faults_of_person(person, taken=taken)
    unit = units.get(row["单位"])
    if unit is None or unit.valid_until:
        wrong.append(("单位", f"没有现存的单位“{row['单位']}”，请核对简称或编码。"))
    labels = [label for label in row["角色"].replace("，", "、").replace(",", "、").split("、") if label]
    if unknown := [label for label in labels if label not in ROLES]:
        wrong.append(("角色", f"没有角色“{'”“'.join(unknown)}”，可以填：{'、'.join(ROLES)}。"))
        return None, wrong
    roles = list(dict.fromkeys(ROLES[label] for label in labels))
    if unit:
        said = next((said for role in roles if (said := fault_of_place(unit, role))), "") or fault(roles)
        wrong += [("角色", said)] if said else []
    if wrong or unit is None:
        return None, wrong
    return Newcomer(row=int(row["row"]), person=person, grants=tuple((unit, role) for role in roles)), []


def _faults_of_person(person: User, *, taken: set[str]) -> list[tuple[str, str]]:
    if person.username.casefold() in taken:
        return [("账号", f"账号“{person.username}”已存在或在表中重复，请换一个。")]
    try:
        person.clean_fields(exclude=["password"])
    except ValidationError as refused:
        labels = {"username": "账号", "name": "姓名", "email": "电子邮箱"}
        return [(labels.get(name, "账号"), "".join(words)) for name, words in refused.message_dict.items()]
    return []
