"""Units as an Excel workbook (单位名录): exported, edited by the office, looked at, and read back row by row; nothing is half saved."""

import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from http import HTTPStatus
from typing import Any

from django import forms
from django.contrib import messages
from django.core import signing
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, reverse
from django.views.decorators.http import require_POST, require_safe
from openpyxl import Workbook

from ninghai.accounts.roles import acts_as
from ninghai.calendar import clock
from ninghai.models import AuditEntry, Role, Unit, User
from ninghai.models.state_machine import StaleError, require
from ninghai.staff_site.pages import office_page, office_path
from ninghai.staff_site.site import OFFICE_ROLES
from ninghai.web.http import AuthenticatedRequest
from ninghai.web.versions import version_of
from ninghai.workbooks.first_sheet import CostlyWorkbook, NoWorkbook, rows_of_first_sheet
from ninghai.workbooks.sent import workbook_bytes
from ninghai.workbooks.writing import XLSX

# Units as an Excel workbook (单位名录): exported, edited by the office, read back row by row; nothing is half saved.

COLUMNS = {
    "单位编码": "code",
    "单位简称": "short_name",
    "单位全称": "name",
    "其他叫法": "aliases",
    "单位类型": "kind",
    "统一社会信用代码": "credit_code",
    "设立日期": "valid_from",
    "撤销日期": "valid_until",
    "职责承接单位编码": "successor",
    "排序": "position",
    "已核实": "is_verified",
}
REQUIRED = ("单位编码", "单位简称", "单位全称", "单位类型")
KINDS = {kind.label: kind.value for kind in Unit.Kind}
TRUTHS = {"是": True, "": True, "否": False}
MOST_ROWS = 2000
LIMIT = 2  # megabytes of a workbook to import


class NotAUnitWorkbook(ValueError):
    """The file is no workbook of units; its message is a sentence for the screen."""


@dataclass(frozen=True, slots=True)
class UnitProblem:
    """What is wrong, and where in the sheet."""

    row: int
    column: str
    message: str

    def __str__(self) -> str:
        where = f"第 {self.row} 行“{self.column}”" if self.column else f"第 {self.row} 行"
        return f"{where}：{self.message}"


@dataclass(frozen=True, slots=True)
class UnitChange:
    """What importing would do to one unit: make it, or set these fields."""

    row: int
    unit: Unit
    is_new: bool
    fields: tuple[str, ...]

    @property
    def labels(self) -> list[str]:
        return [label for label, name in COLUMNS.items() if name in self.fields]


@dataclass(frozen=True, slots=True)
class UnitDryRun:
    """What a sheet would change, and what keeps it from being imported.

    `seen` is the version of the units that it names, as they were compared.
    """

    changes: list[UnitChange]
    problems: list[UnitProblem]
    seen: int


# --- Out -----------------------------------------------------------------------------------------


def export_units(units: Iterable[Unit]) -> bytes:
    """The units as .xlsx; every cell is text, so that no name can become a formula."""
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = "单位名录"
    rows = [list(COLUMNS), *([_written(unit, name) for name in COLUMNS.values()] for unit in units)]
    for number, row in enumerate(rows, start=1):
        for place, text in enumerate(row, start=1):
            cell = sheet.cell(row=number, column=place, value=text)
            cell.data_type, cell.number_format = "s", "@"
    sheet.freeze_panes = "A2"
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()


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


# --- In ------------------------------------------------------------------------------------------


def read_rows(data: bytes) -> list[dict[str, str]]:
    """The sheet's rows as text by column; raises NotAUnitWorkbook. `row` is the row's number in the sheet."""
    try:
        cells = rows_of_first_sheet(data, rows=MOST_ROWS + 2, columns=len(COLUMNS) + 20)
    except NoWorkbook:
        raise NotAUnitWorkbook("这不是可以读取的 Excel 文件（.xlsx）。请先导出名录，在导出的文件上修改。") from None
    except CostlyWorkbook as refused:
        raise NotAUnitWorkbook(str(refused)) from None
    head = cells[0] if cells else []
    if missing := [label for label in REQUIRED if label not in head]:
        raise NotAUnitWorkbook(f"第一行缺少列：{'、'.join(missing)}。请先导出名录，在导出的文件上修改。")
    if len(cells) > MOST_ROWS + 1:
        raise NotAUnitWorkbook(f"超过 {MOST_ROWS} 行，请检查文件末尾是否有多余的行。")
    return [
        {"row": str(number), **{label: text for label, text in zip(head, texts, strict=False) if label in COLUMNS}}
        for number, texts in enumerate(cells[1:], start=2)
        if any(texts)
    ]


def dry_run(rows: Iterable[dict[str, str]]) -> UnitDryRun:
    """What importing the rows would change, and every problem at its row and column; nothing is saved."""
    known, rows = {unit.code: unit for unit in Unit.objects.select_related("successor")}, list(rows)
    version = version_of(*(known[row["单位编码"]] for row in rows if row["单位编码"] in known))
    changes, problems, seen = [], [], set[str]()
    for row in rows:
        number, code = int(row["row"]), row["单位编码"]
        if code in seen:
            problems.append(UnitProblem(number, "单位编码", f"“{code}”在表中重复。"))
            continue
        seen.add(code)
        values, wrong = _read(row, known)
        problems += wrong
        if not wrong and (change := _change(number, known.get(code), values)):
            changes.append(change)
    problems += _clashes(changes, known)
    return UnitDryRun(changes=changes, problems=problems, seen=version)


@transaction.atomic
def import_units(rows: Iterable[dict[str, str]], *, seen: int, by: User, at: datetime) -> UnitDryRun:
    """Make and change the units of the rows, all or none; raises ValidationError with the problems.

    `seen` is the preview that the person was shown: StaleError when one of these units has changed since then.
    """
    list(Unit.objects.select_for_update().order_by("pk"))
    found = dry_run(rows)
    if found.seen != seen:
        raise StaleError(Unit())
    if found.problems:
        raise ValidationError([str(problem) for problem in found.problems])
    for change in sorted(found.changes, key=lambda change: not change.unit.valid_until):  # names are freed first
        if change.is_new:
            change.unit.save(force_insert=True)
        else:
            change.unit.save(update_fields=change.fields)
        action = "create" if change.is_new else "edit"
        detail = {"fields": list(change.fields), "by_workbook": True}
        AuditEntry.objects.record(action=action, target=change.unit, by=by, at=at, detail=detail)
    return found


def _read(row: dict[str, str], known: dict[str, Unit]) -> tuple[dict[str, Any], list[UnitProblem]]:
    """The row's values by field; a column that the sheet does not have is left alone."""
    values, problems = {}, []
    for label, text in row.items():
        if label == "row":
            continue
        try:
            if label in REQUIRED and not text:
                raise ValueError("不能为空。")
            values[COLUMNS[label]] = _value(COLUMNS[label], text, known)
        except ValueError as wrong:
            problems.append(UnitProblem(int(row["row"]), label, str(wrong)))
    return values, problems


def _value(name: str, text: str, known: dict[str, Unit]) -> Any:
    if name == "aliases":
        return [alias for alias in text.replace("，", "、").replace(",", "、").split("、") if alias]
    if name == "kind":
        return _one_of(KINDS, text)
    if name == "is_verified":
        return _one_of(TRUTHS, text)
    if name == "successor":
        return _successor(text, known) if text else None
    if name in {"valid_from", "valid_until"}:
        return _date(text) if text else None
    if name == "position":
        return _number(text or "0")
    return text


def _one_of(choices: dict[str, Any], text: str) -> Any:
    if text not in choices:
        raise ValueError(f"“{text}”不能识别，应为：{'、'.join(filter(None, choices))}。")
    return choices[text]


def _successor(code: str, known: dict[str, Unit]) -> Unit:
    if code not in known:
        raise ValueError(f"名录中没有编码“{code}”。承接单位是新设的，请先单独导入它。")
    return known[code]


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text.replace("/", "-"))
    except ValueError:
        raise ValueError(f"“{text}”不是日期，请写成 2018-08-13 的形式。") from None


def _number(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) < 7):
        raise ValueError(f"“{text}”不是整数。")
    return int(text)


def _change(row: int, unit: Unit | None, values: dict[str, Any]) -> UnitChange | None:
    is_new = unit is None
    unit = unit or Unit()
    fields = tuple(name for name, value in values.items() if is_new or getattr(unit, name) != value)
    for name in fields:
        setattr(unit, name, values[name])
    return UnitChange(row=row, unit=unit, is_new=is_new, fields=fields) if fields else None


def _clashes(changes: list[UnitChange], known: dict[str, Unit]) -> Iterator[UnitProblem]:
    """What the model itself refuses, and two living units of one short name."""
    living = {
        unit.code: unit for unit in [*known.values(), *(change.unit for change in changes)] if not unit.valid_until
    }
    for change in changes:
        try:
            change.unit.clean_fields(exclude=["successor"])
        except ValidationError as refused:
            labels = {name: label for label, name in COLUMNS.items()}
            yield from (
                UnitProblem(change.row, labels.get(name, ""), "".join(words))
                for name, words in refused.message_dict.items()
            )
        if change.unit.valid_from and change.unit.valid_until and change.unit.valid_until < change.unit.valid_from:
            yield UnitProblem(change.row, "撤销日期", "撤销日期不能早于设立日期。")
        twins = [unit for unit in living.values() if unit.short_name == change.unit.short_name]
        if change.unit.code in living and len(twins) > 1:
            yield UnitProblem(change.row, "单位简称", f"“{change.unit.short_name}”已是另一个现存单位的简称。")


# The admin pages on which the office exports the units to Excel and imports them again, after a look at what would change.

SALT = "ninghai.unit_workbook"


class WorkbookForm(forms.Form):
    file = forms.FileField(label="单位名录（.xlsx）", help_text="先导出，在导出的文件上修改后再上传，不超过 2 MB。")

    def clean_file(self) -> list[dict[str, str]]:
        """The rows of the upload; a file that cannot be trusted is refused before it is opened."""
        data = workbook_bytes(self.cleaned_data["file"], most=LIMIT, besides="名录")
        try:
            return read_rows(data)
        except NotAUnitWorkbook as refused:
            raise forms.ValidationError(str(refused)) from refused


@require_safe
def export(request: AuthenticatedRequest) -> HttpResponse:
    """All units as .xlsx, noted in the audit trail."""
    require(acts_as(request.user, *OFFICE_ROLES))
    data = export_units(Unit.objects.select_related("successor").order_by("position", "code"))
    AuditEntry.objects.record(action="export_units", target=request.user, by=request.user, at=clock.now())
    response = HttpResponse(data, content_type=XLSX)
    response.headers["Content-Disposition"] = f'attachment; filename="units-{clock.today():%Y%m%d}.xlsx"'
    return response


def workbook(request: AuthenticatedRequest) -> HttpResponse:
    """Upload a sheet and see what it would change; nothing is saved here."""
    require(acts_as(request.user, Role.OFFICE))
    form = WorkbookForm(request.POST or None, request.FILES or None)
    found = rows = None
    if request.method == "POST" and form.is_valid():
        rows = form.cleaned_data["file"]
        found = dry_run(rows)
    return _page(request, form, found=found, rows=rows)


@require_POST
def confirm(request: AuthenticatedRequest) -> HttpResponse:
    """Import the rows that were shown; where their units have changed meanwhile, they are compared and shown anew."""
    require(acts_as(request.user, Role.OFFICE))
    try:
        told = signing.loads(request.POST.get("rows", ""), salt=SALT, max_age=3600)
        done = import_units(told["rows"], seen=told["seen"], by=request.user, at=clock.now())
    except signing.BadSignature:
        messages.error(request, "预览已过期，请重新上传文件。")
    except StaleError:
        messages.warning(request, "名录刚刚被别人修改过，没有导入。下面是按现在的名录重新比较的结果，请再核对一次。")
        page = _page(request, WorkbookForm(), found=dry_run(told["rows"]), rows=told["rows"])
        page.status_code = HTTPStatus.CONFLICT
        return page
    except ValidationError as refused:
        messages.error(request, f"没有导入：{'；'.join(refused.messages)}")
    else:
        messages.success(request, f"已导入，共 {len(done.changes)} 个单位有变化。")
        return redirect("admin:ninghai_unit_changelist")
    return redirect("admin:ninghai_unit_workbook")


def _page(
    request: AuthenticatedRequest, form: WorkbookForm, *, found: UnitDryRun | None, rows: list[dict[str, str]] | None
) -> TemplateResponse:
    told = {"rows": rows, "seen": found.seen} if found and found.changes and not found.problems else None
    return office_page(
        request,
        "admin/ninghai/unit/workbook.html",
        title="用 Excel 维护单位",
        trail=[("单位", reverse("admin:ninghai_unit_changelist"))],
        form=form,
        found=found,
        rows=signing.dumps(told, salt=SALT, compress=True) if told else "",
    )


URLS: list[URLPattern] = [
    office_path("export/", export, "ninghai_unit_export"),
    office_path("workbook/", workbook, "ninghai_unit_workbook"),
    office_path("workbook/confirm/", confirm, "ninghai_unit_workbook_confirm"),
]
