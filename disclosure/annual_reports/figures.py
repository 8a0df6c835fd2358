"""The figures of a report: a number, “不适用”, or nothing yet; read from what was typed, added up, added over units."""

import re
from collections.abc import Iterable, Mapping
from decimal import Decimal, InvalidOperation

from disclosure.annual_reports.blanks import CHANGE, Blank, ReportCell

Value = int | float | str | None
Figures = dict[str, dict[str, dict[str, Value]]]  # by table, row and column, as JSON
NOT_APPLICABLE = "不适用"
MOST = Decimal(10) ** 12
SHAPE = re.compile(r"-?\d{1,12}(\.\d{1,2})?")


def value_at(figures: Mapping[str, Mapping[str, Mapping[str, Value]]], cell: ReportCell) -> Value:
    return figures.get(cell.table, {}).get(cell.row, {}).get(cell.column)


def put(figures: Figures, cell: ReportCell, value: Value) -> None:
    figures.setdefault(cell.table, {}).setdefault(cell.row, {})[cell.column] = value


def number(value: Value) -> Decimal:
    """As a summand: what is not there and what does not apply add nothing."""
    return Decimal(str(value)) if isinstance(value, int | float) else Decimal(0)


def plain(amount: Decimal) -> Value:
    """As JSON keeps it: whole numbers whole."""
    return int(amount) if amount == amount.to_integral_value() else float(amount)


def total(figures: Figures, cells: Iterable[ReportCell]) -> Decimal:
    return sum((number(value_at(figures, cell)) for cell in cells), Decimal(0))


class NotAFigure(ValueError):
    """What was typed is no figure; the text is fit for the screen."""


def read(text: str, cell: ReportCell) -> Value:
    """What somebody typed: whole numbers, money to the cent, “不适用”, or nothing; raises NotAFigure."""
    typed = text.strip().replace(",", "").replace("，", "")
    if not typed:
        return None
    if typed == NOT_APPLICABLE:
        return NOT_APPLICABLE
    is_money = "元）" in cell.column or "元）" in cell.row
    try:
        amount = Decimal(typed) if SHAPE.fullmatch(typed) and typed.isascii() else None
    except InvalidOperation:
        amount = None
    if amount is None or (not is_money and amount != amount.to_integral_value()):
        raise NotAFigure("请填写数字，没有的填 0，不涉及的填“不适用”。")
    if amount < 0 and cell.column != CHANGE:
        raise NotAFigure("不能是负数。")
    return plain(amount)


def with_sums(figures: Figures, blank: Blank) -> Figures:
    """The same, with each sum that was left open reckoned, as soon as all its parts are there."""
    found: Figures = {table: {row: dict(cells) for row, cells in rows.items()} for table, rows in figures.items()}
    for _ in range(2):  # the corner is the sum of sums
        for identity in blank.identities:
            cell = identity.right[0]
            is_open = identity.is_sum and value_at(found, cell) is None
            if is_open and all(value_at(found, part) is not None for part in identity.left):
                put(found, cell, plain(total(found, identity.left)))
    return found


def zeros(blank: Blank, tables: Iterable[str]) -> Figures:
    """Nothing happened: zeros, not blanks."""
    found: Figures = {}
    for key in tables:
        for cell in blank.table(key).cells():
            put(found, cell, 0)
    return found


def added(several: Iterable[Figures], blank: Blank) -> Figures:
    """Cell by cell over several reports; what applies to none of them is “不适用”, what nobody has told is open."""
    reports, found = list(several), Figures()
    for cell in blank.cells():
        values = [value_at(each, cell) for each in reports]
        told = [value for value in values if value is not None]
        if told and all(value == NOT_APPLICABLE for value in told):
            put(found, cell, NOT_APPLICABLE)
        else:
            put(found, cell, plain(sum(map(number, told), Decimal(0))) if told else None)
    return found
