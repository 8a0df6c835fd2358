"""Points and workbooks for the tests of the breakdown: no database, units as they would come from one."""

import io
from collections.abc import Callable
from datetime import date

from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from ninghai.models import Unit, UnitGroup
from ninghai.personal_data.folding import fold
from tasks.notices.breakdown.proposal import BreakdownProposal, Occasion, propose
from tasks.notices.breakdown.reading import BreakdownSheet, read_breakdown
from tasks.notices.breakdown.workbook import write_breakdown
from tasks.notices.editions import NamedUnits, Point, compare_points
from tasks.notices.responsibilities import Directory

ISSUED = date(2018, 8, 13)
OCCASION = Occasion(year=2018, issued_on=ISSUED, on=ISSUED)
NAMES = [
    ("001", "县政府办公室", Unit.Kind.OFFICE),
    ("002", "县财政局", Unit.Kind.DEPARTMENT),
    ("003", "县民政局", Unit.Kind.DEPARTMENT),
    ("101", "跃龙街道", Unit.Kind.STREET),
    ("108", "深甽镇", Unit.Kind.TOWN),
]
UNITS = [
    Unit(pk=place, code=code, name=f"宁海{name}", short_name=name, kind=kind, position=int(code))
    for place, (code, name, kind) in enumerate(NAMES, start=1)
]
OFFICE, FINANCE, CIVIL, STREET, TOWN = UNITS
TOWNS = UnitGroup(pk=1, name="各乡镇(街道)", aliases=["各乡镇（街道）"], is_open=False)
CONCERNED = UnitGroup(pk=2, name="有关部门", aliases=[], is_open=True)
DIRECTORY = Directory(
    units={fold(name): (unit,) for unit in UNITS for name in unit.names},
    groups={fold(name): group for group in (TOWNS, CONCERNED) for name in group.names},
    members={TOWNS.pk: (STREET, TOWN), CONCERNED.pk: ()},
)


def point(number: str = "1", **facts: object) -> Point:
    """一(一)1, owed by the finance office and the towns, some departments still to be found."""
    plain = {
        "key": f"一(一){number}",
        "part_number": "一",
        "part_title": "着力加强主动公开",
        "section_number": "(一)",
        "section_title": "围绕重点领域公开",
        "number": number,
        "text": f"第{number}条要做的工作。",
        "due_date": date(2018, 11, 30),
        "names": (
            NamedUnits(name="县财政局", role="lead", is_group=False, units=(FINANCE,)),
            NamedUnits(name="各乡镇(街道)", role="responsible", is_group=True, units=(STREET, TOWN), group=TOWNS),
            NamedUnits(name="有关部门", role="supporting", is_group=True, group=CONCERNED),
        ),
        "pk": int(number) if number.isdecimal() else 9,
    }
    return Point(**{**plain, **facts})


THREE = [point("1"), point("2"), point("3")]


def written(points=THREE, *, edit: Callable[[Worksheet], object] | None = None) -> bytes:
    """The exported workbook, after somebody has worked on its table."""
    data = write_breakdown(points, directory=DIRECTORY)
    if edit is None:
        return data
    book = load_workbook(io.BytesIO(data))
    edit(book.worksheets[0])
    return saved(book)


def saved(book: Workbook) -> bytes:
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()


def read(data: bytes, points=THREE) -> BreakdownProposal:
    return propose(sheet_of(data), points=points, directory=DIRECTORY, occasion=OCCASION)


def sheet_of(data: bytes) -> BreakdownSheet:
    return read_breakdown(data=data, filename="分解表.xlsx")


def edited(edit: Callable[[Worksheet], object], points=THREE):
    """The difference that somebody's work on the table makes; it must be without errors."""
    proposal = read(written(points, edit=edit), points)
    assert proposal.problems == ()
    return compare_points(proposal.pairs)


def problems(edit: Callable[[Worksheet], object], points=THREE) -> list[str]:
    return [str(problem) for problem in read(written(points, edit=edit), points).problems]
