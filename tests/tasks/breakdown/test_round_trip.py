"""Out and in again: nothing changes, whatever stands in the notice and however people leave the sheet behind."""

import io
from dataclasses import replace
from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from tasks.models import Responsibility
from tasks.notices.breakdown.workbook import LISTS
from tasks.notices.editions import NamedUnits, Point, compare_points
from tests.sizes import examples
from tests.tasks.breakdown.sheets import CONCERNED, STREET, TOWN, TOWNS, UNITS, point, read, written

WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
SHORT = st.text("一二(（）)３3、.=+-@ '\"", max_size=8)  # noqa: RUF001 - both widths
DATES = st.dates(date(2018, 8, 13), date(2019, 12, 31))
ROLES = st.sampled_from(Responsibility.Role.values)
NAMES = st.one_of(
    st.builds(
        lambda unit, role: NamedUnits(name=unit.short_name, role=role, is_group=False, units=(unit,)),
        st.sampled_from(UNITS),
        ROLES,
    ),
    st.builds(
        lambda role: NamedUnits(name=TOWNS.name, role=role, is_group=True, units=(STREET, TOWN), group=TOWNS), ROLES
    ),
    st.builds(
        lambda units, role: NamedUnits(
            name=CONCERNED.name,
            role=role,
            is_group=True,
            group=CONCERNED,
            units=tuple(unit for unit in UNITS if unit in units),
        ),
        st.sets(st.sampled_from(UNITS)),
        ROLES,
    ),
    st.builds(
        lambda name, role, is_group: NamedUnits(name=name, role=role, is_group=is_group),
        st.text("甲乙丙=+-@0", min_size=1, max_size=6),
        ROLES,
        st.booleans(),
    ),
)


@st.composite
def notices(draw):
    points = draw(
        st.lists(
            st.builds(
                Point,
                key=st.text("一二(三)12.#=+'", min_size=1, max_size=12),
                part_number=SHORT,
                part_title=WORDS,
                section_number=SHORT,
                section_title=WORDS,
                number=SHORT,
                text=WORDS.filter(str.split).map(lambda words: words.replace("\x00", "") + "。"),
                due_date=DATES,
                due_date_is_default=st.booleans(),
                names=st.lists(NAMES, max_size=4, unique_by=lambda named: named.identity).map(tuple),
            ),
            min_size=1,
            max_size=5,
            unique_by=lambda each: each.key,
        )
    )
    return [replace(each, pk=place) for place, each in enumerate(points, start=1)]


@settings(max_examples=examples(50), deadline=None)
@given(notices(), st.one_of(st.none(), st.randoms(use_true_random=False)))
def test_what_was_exported_comes_back_the_same_in_any_order_of_its_rows(points, chance):
    def shuffle(sheet):
        rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2)]
        chance.shuffle(rows)
        for row, values in enumerate(rows, start=2):
            for column, value in enumerate(values, start=1):
                sheet.cell(row=row, column=column).value = value
                if isinstance(value, str):
                    sheet.cell(row=row, column=column).data_type = "s"

    proposal = read(written(points, edit=shuffle if chance else None), points)

    assert proposal.problems == ()
    assert compare_points(proposal.pairs).summary == "没有变化。"
    assert list(proposal.points) == points


def test_no_cell_is_a_formula_whatever_a_text_begins_with():
    points = [point(text='=HYPERLINK("http://example.invalid")', part_title="+1", number="@2", pk=1)]

    cells = [cell for row in load_workbook(io.BytesIO(written(points))).worksheets[0].iter_rows() for cell in row]

    assert {cell.data_type for cell in cells} <= {"s", "n", "d"}
    assert next(cell for cell in cells if str(cell.value).startswith("=HYPERLINK")).quotePrefix


def test_the_drop_downs_depend_on_each_other():
    book = load_workbook(io.BytesIO(written()))
    table, lists = book.worksheets[0], book[LISTS]

    rules = {str(each.sqref).split("2:")[0]: each for each in table.data_validations.dataValidation}

    assert rules["J"].formula1 == '"牵头,责任,配合,指导"'
    assert rules["L"].formula1 == '"县政府办公室,县级部门,街道,镇,乡,单位组"'
    assert rules["M"].formula1 == "INDIRECT($L2)"
    assert (rules["H"].type, rules["H"].operator) == ("date", "between")
    assert book.defined_names["县级部门"].attr_text == "'单位名单'!$B$2:$B$3"
    assert [cell.value for cell in lists["B"][:3]] == ["县级部门", "县财政局", "县民政局"]
    assert [cell.value for cell in lists["F"][:2]] == ["单位组", "各乡镇(街道)"]
    assert (table.freeze_panes, lists.sheet_state, table["G2"].alignment.wrap_text) == ("B2", "hidden", True)


def test_more_units_than_a_sheet_should_have_rows_stand_in_one_cell(monkeypatch):
    monkeypatch.setattr("tasks.notices.breakdown.workbook.MANY", 1)
    points = [point(names=(NamedUnits(name="有关部门", role="lead", is_group=True, units=(UNITS[1], UNITS[2])),))]

    data = written(points)

    assert load_workbook(io.BytesIO(data)).worksheets[0]["M2"].value == "县财政局、县民政局"
    assert not compare_points(read(data, points).pairs)
