"""Units (单位名录) and accounts (批量开通) by Excel: looked at row by row before anything is saved, and nothing is half saved."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from http import HTTPStatus
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, reverse
from django.views.decorators.http import require_POST, require_safe
from openpyxl import Workbook

from ninghai.accounts.people import fault, fault_of_place, open_account
from ninghai.calendar import clock
from ninghai.files.workbooks.reading import (
    CellProblem,
    FlatSheet,
    SheetColumn,
    SheetField,
    SheetRow,
    names_of,
    one_of,
    refuse,
)
from ninghai.files.workbooks.writing import XLSX, as_xlsx, saved, write_text
from ninghai.models import AuditEntry, Role, Unit, User
from ninghai.models.state_machine import StaleError
from ninghai.staff_site.pages import office_page, office_path
from ninghai.staff_site.preview import SealedPreview
from ninghai.web.http import AuthenticatedRequest
from ninghai.web.versions import version_of

# Units: exported, edited by the office, and read back.


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text.replace("/", "-")) if text else None
    except ValueError:
        raise ValueError(f"“{text}”不是日期，请写成 2018-08-13 的形式。") from None


def _number(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) < 7):
        raise ValueError(f"“{text}”不是整数。")
    return int(text)


MOST_UNITS = 2000
UNITS = FlatSheet(
    columns=(
        SheetColumn("单位编码", "code", is_required=True),
        SheetColumn("单位简称", "short_name", is_required=True),
        SheetColumn("单位全称", "name", is_required=True),
        SheetColumn("其他叫法", "aliases", names_of),
        SheetColumn("单位类型", "kind", one_of({kind.label: kind.value for kind in Unit.Kind}), is_required=True),
        SheetColumn("统一社会信用代码", "credit_code"),
        SheetColumn("设立日期", "valid_from", _date),
        SheetColumn("撤销日期", "valid_until", _date),
        SheetColumn("职责承接单位编码", "successor"),
        SheetColumn("排序", "position", lambda text: _number(text or "0")),
        SheetColumn("已核实", "is_verified", one_of({"是": True, "": True, "否": False})),
    ),
    most_rows=MOST_UNITS,
    besides="名录",
    advice="请先导出名录，在导出的文件上修改。",
    too_many=f"超过 {MOST_UNITS} 行，请检查文件末尾是否有多余的行。",
)


@dataclass(frozen=True, slots=True)
class UnitChange:
    """What importing would do to one unit: make it, or set these fields."""

    row: SheetRow
    unit: Unit
    is_new: bool
    fields: tuple[str, ...]

    @property
    def labels(self) -> list[str]:
        return [column.label for column in UNITS.columns if column.name in self.fields]


@dataclass(frozen=True, slots=True)
class UnitDryRun:
    """What a sheet would change, and what keeps it from being imported.

    `seen` is the version of the units that it names, as they were compared.
    """

    changes: list[UnitChange]
    problems: list[CellProblem]
    seen: int


# The workbook that the office takes along.


def export_units(units: Iterable[Unit]) -> bytes:
    """The units as .xlsx; every cell is text, so that no name can become a formula."""
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = "单位名录"
    rows = [UNITS.labels, *([_written(unit, column.name) for column in UNITS.columns] for unit in units)]
    for number, row in enumerate(rows, start=1):
        for place, text in enumerate(row, start=1):
            write_text(sheet.cell(row=number, column=place), text)
    sheet.freeze_panes = "A2"
    return saved(book)


def _written(unit: Unit, name: str) -> str:
    if name == "aliases":
        return "、".join(unit.aliases)
    if name == "kind":
        return str(unit.get_kind_display())
    if name == "successor":
        return unit.successor.code if unit.successor else ""
    if name == "is_verified":
        return "是" if unit.is_verified else "否"
    value = getattr(unit, name)
    return value.isoformat() if isinstance(value, date) else str("" if value is None else value)


# The workbook, read back.


def dry_run(rows: Sequence[SheetRow]) -> UnitDryRun:
    """What importing the rows would change, and every problem at its row and column; nothing is saved."""
    known = {unit.code: unit for unit in Unit.objects.select_related("successor")}
    version = version_of(*(known[row["code"]] for row in rows if row["code"] in known))
    changes, problems, seen = [], [], set[str]()
    for row in rows:
        code = row["code"]
        if code in seen:
            problems.append(UNITS.problem(row, "code", f"“{code}”在表中重复。"))
            continue
        seen.add(code)
        values, wrong = UNITS.parse(row, {"successor": partial(_successor, known)})
        problems += wrong
        if not wrong and (change := _change(row, known.get(code), values)):
            changes.append(change)
    problems += _clashes(changes, known)
    return UnitDryRun(changes=changes, problems=problems, seen=version)


def _successor(known: dict[str, Unit], code: str) -> Unit | None:
    if code and code not in known:
        raise ValueError(f"名录中没有编码“{code}”。承接单位是新设的，请先单独导入它。")
    return known[code] if code else None


def _change(row: SheetRow, unit: Unit | None, values: dict[str, Any]) -> UnitChange | None:
    is_new = unit is None
    unit = unit or Unit()
    fields = tuple(name for name, value in values.items() if is_new or getattr(unit, name) != value)
    for name in fields:
        setattr(unit, name, values[name])
    return UnitChange(row=row, unit=unit, is_new=is_new, fields=fields) if fields else None


def _clashes(changes: list[UnitChange], known: dict[str, Unit]) -> Iterator[CellProblem]:
    """What the model itself refuses, and two living units of one short name."""
    living = {
        unit.code: unit for unit in [*known.values(), *(change.unit for change in changes)] if not unit.valid_until
    }
    for change in changes:
        try:
            change.unit.clean_fields(exclude=["successor"])
        except ValidationError as refused:
            yield from UNITS.problems_of(change.row, refused)
        if change.unit.valid_from and change.unit.valid_until and change.unit.valid_until < change.unit.valid_from:
            yield UNITS.problem(change.row, "valid_until", "撤销日期不能早于设立日期。")
        twins = [unit for unit in living.values() if unit.short_name == change.unit.short_name]
        if change.unit.code in living and len(twins) > 1:
            yield UNITS.problem(change.row, "short_name", f"“{change.unit.short_name}”已是另一个现存单位的简称。")


@transaction.atomic
def import_units(rows: Sequence[SheetRow], *, seen: int, by: User, at: datetime) -> UnitDryRun:
    """Make and change the units of the rows, all or none; raises ValidationError with the problems.

    `seen` is the preview that the person was shown: StaleError when one of these units has changed since then.
    """
    list(Unit.objects.select_for_update().order_by("pk"))
    found = dry_run(rows)
    if found.seen != seen:
        raise StaleError(Unit())
    refuse(found.problems)
    for change in sorted(found.changes, key=lambda change: not change.unit.valid_until):  # names are freed first
        if change.is_new:
            change.unit.save(force_insert=True)
        else:
            change.unit.save(update_fields=change.fields)
        action = "create" if change.is_new else "edit"
        detail = {"fields": list(change.fields), "by_workbook": True}
        AuditEntry.objects.record(action=action, target=change.unit, by=by, at=at, detail=detail)
    return found


# The admin pages on which the office exports the units to Excel and imports them again, after a look at what would change.

PREVIEW = SealedPreview(salt="ninghai.unit_workbook", field="rows", page="admin:ninghai_unit_workbook")


class UnitWorkbookForm(forms.Form):
    file = SheetField(UNITS, label="单位名录（.xlsx）", help_text="先导出，在导出的文件上修改后再上传，不超过 2 MB。")


@require_safe
def export(request: AuthenticatedRequest) -> HttpResponse:
    """All units as .xlsx, noted in the audit trail."""
    data = export_units(Unit.objects.select_related("successor").order_by("position", "code"))
    AuditEntry.objects.record(action="export_units", target=request.user, by=request.user, at=clock.now())
    response = HttpResponse(data, content_type=XLSX)
    response.headers["Content-Disposition"] = f'attachment; filename="units-{clock.today():%Y%m%d}.xlsx"'
    return response


def workbook(request: AuthenticatedRequest) -> HttpResponse:
    """Upload a sheet and see what it would change; nothing is saved here."""
    form = UnitWorkbookForm(request.POST or None, request.FILES or None)
    found = rows = None
    if request.method == "POST" and form.is_valid():
        rows = form.cleaned_data["file"]
        found = dry_run(rows)
    return _page(request, form, found=found, rows=rows)


@require_POST
def confirm(request: AuthenticatedRequest) -> HttpResponse:
    """Import the rows that were shown; where their units have changed meanwhile, they are compared and shown anew."""
    return PREVIEW.confirm(request, partial(_import, request))


def _import(request: AuthenticatedRequest, shown: dict[str, Any]) -> HttpResponse:
    try:
        done = import_units(shown["rows"], seen=shown["seen"], by=request.user, at=clock.now())
    except StaleError:
        messages.warning(request, "名录刚刚被别人修改过，没有导入。下面是按现在的名录重新比较的结果，请再核对一次。")
        page = _page(request, UnitWorkbookForm(), found=dry_run(shown["rows"]), rows=shown["rows"])
        page.status_code = HTTPStatus.CONFLICT
        return page
    messages.success(request, f"已导入，共 {len(done.changes)} 个单位有变化。")
    return redirect("admin:ninghai_unit_changelist")


def _page(
    request: AuthenticatedRequest, form: UnitWorkbookForm, *, found: UnitDryRun | None, rows: list[SheetRow] | None
) -> TemplateResponse:
    return office_page(
        request,
        "admin/ninghai/unit/workbook.html",
        title="用 Excel 维护单位",
        trail=[("单位", reverse("admin:ninghai_unit_changelist"))],
        form=form,
        found=found,
        rows=PREVIEW.seal({"rows": rows, "seen": found.seen}) if found and found.changes and not found.problems else "",
        status=422 if found and found.problems else 0,
    )


URLS: list[URLPattern] = [
    office_path("export/", export, "ninghai_unit_export"),
    office_path("workbook/", workbook, "ninghai_unit_workbook"),
    office_path("workbook/confirm/", confirm, "ninghai_unit_workbook_confirm"),
]


# Accounts: a template, a look at every row first, then all of them or none.

ROLES = {role.label: role.value for role in Role}


def _roles(text: str) -> list[str]:
    labels = names_of(text)
    if unknown := [label for label in labels if label not in ROLES]:
        raise ValueError(f"没有角色“{'”“'.join(unknown)}”，可以填：{'、'.join(ROLES)}。")
    return list(dict.fromkeys(ROLES[label] for label in labels))


MOST_ACCOUNTS = 500
WIDTHS = (22, 16, 30, 24, 28)
PEOPLE = FlatSheet(
    columns=(
        SheetColumn("账号", "username", User.normalize_username, is_required=True),
        SheetColumn("姓名", "name", is_required=True),
        SheetColumn("单位", "unit", is_required=True),
        SheetColumn("角色", "roles", _roles, is_required=True),
        SheetColumn("电子邮箱", "email"),
    ),
    most_rows=MOST_ACCOUNTS,
    besides="名单",
    advice="请下载模板填写。",
    too_many=f"一次最多开通{MOST_ACCOUNTS}个账号，请分几次导入。",
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


def accounts_template() -> bytes:
    """An empty list with its columns; a row that begins with # explains them and is not read."""
    hints = (
        "# 字母、数字、-、_ 等，不能重复",
        "同事看到的名字",
        "简称、全称或编码",
        "；".join(["几个用顿号隔开", *ROLES]),
        "选填",
    )
    return as_xlsx([PEOPLE.labels, hints], title="账号", widths=WIDTHS)


def look_at_accounts(rows: Iterable[SheetRow]) -> AccountsDryRun:
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
    looked = look_at_accounts(rows)
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
