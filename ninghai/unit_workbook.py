"""Units as an Excel workbook (单位名录): exported, edited by the office, read back row by row; nothing is half saved.

A row is found again by its code (单位编码). The first sheet's first row names the columns; their order is free.
"""

import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from openpyxl import Workbook

from ninghai.models import AuditEntry, Unit, User
from ninghai.moves import StaleError
from ninghai.sheet_rows import CostlyWorkbook, NoWorkbook, rows_of_first_sheet
from ninghai.versions import version_of

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
class Problem:
    """What is wrong, and where in the sheet."""

    row: int
    column: str
    message: str

    def __str__(self) -> str:
        where = f"第 {self.row} 行“{self.column}”" if self.column else f"第 {self.row} 行"
        return f"{where}：{self.message}"


@dataclass(frozen=True, slots=True)
class Change:
    """What importing would do to one unit: make it, or set these fields."""

    row: int
    unit: Unit
    is_new: bool
    fields: tuple[str, ...]

    @property
    def labels(self) -> list[str]:
        return [label for label, name in COLUMNS.items() if name in self.fields]


@dataclass(frozen=True, slots=True)
class DryRun:
    """What a sheet would change, and what keeps it from being imported.

    `seen` is the version of the units that it names, as they were compared.
    """

    changes: list[Change]
    problems: list[Problem]
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


def dry_run(rows: Iterable[dict[str, str]]) -> DryRun:
    """What importing the rows would change, and every problem at its row and column; nothing is saved."""
    known, rows = {unit.code: unit for unit in Unit.objects.select_related("successor")}, list(rows)
    version = version_of(*(known[row["单位编码"]] for row in rows if row["单位编码"] in known))
    changes, problems, seen = [], [], set[str]()
    for row in rows:
        number, code = int(row["row"]), row["单位编码"]
        if code in seen:
            problems.append(Problem(number, "单位编码", f"“{code}”在表中重复。"))
            continue
        seen.add(code)
        values, wrong = _read(row, known)
        problems += wrong
        if not wrong and (change := _change(number, known.get(code), values)):
            changes.append(change)
    problems += _clashes(changes, known)
    return DryRun(changes=changes, problems=problems, seen=version)


@transaction.atomic
def import_units(rows: Iterable[dict[str, str]], *, seen: int, by: User, at: datetime) -> DryRun:
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


def _read(row: dict[str, str], known: dict[str, Unit]) -> tuple[dict[str, Any], list[Problem]]:
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
            problems.append(Problem(int(row["row"]), label, str(wrong)))
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


def _change(row: int, unit: Unit | None, values: dict[str, Any]) -> Change | None:
    is_new = unit is None
    unit = unit or Unit()
    fields = tuple(name for name, value in values.items() if is_new or getattr(unit, name) != value)
    for name in fields:
        setattr(unit, name, values[name])
    return Change(row=row, unit=unit, is_new=is_new, fields=fields) if fields else None


def _clashes(changes: list[Change], known: dict[str, Unit]) -> Iterator[Problem]:
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
                Problem(change.row, labels.get(name, ""), "".join(words))
                for name, words in refused.message_dict.items()
            )
        if change.unit.valid_from and change.unit.valid_until and change.unit.valid_until < change.unit.valid_from:
            yield Problem(change.row, "撤销日期", "撤销日期不能早于设立日期。")
        twins = [unit for unit in living.values() if unit.short_name == change.unit.short_name]
        if change.unit.code in living and len(twins) > 1:
            yield Problem(change.row, "单位简称", f"“{change.unit.short_name}”已是另一个现存单位的简称。")
