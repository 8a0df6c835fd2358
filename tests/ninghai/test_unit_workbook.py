"""Units by Excel: out, edited, in again; an error anywhere saves nothing."""

import io
from datetime import UTC, date, datetime

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import Workbook, load_workbook

from ninghai.accounts.workbooks import UNITS, dry_run, export_units, import_units
from ninghai.files.workbooks.reading import NotThisSheet
from ninghai.models import AuditEntry, Unit

pytestmark = pytest.mark.django_db

AT = datetime(2019, 1, 15, tzinfo=UTC)
HEAD = ["单位编码", "单位简称", "单位全称", "单位类型", "设立日期", "撤销日期", "职责承接单位编码"]


def sheet(*rows):
    book = Workbook()
    for row in (HEAD, *rows):
        book.worksheets[0].append(row)
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()


def test_what_was_exported_changes_nothing_when_it_comes_back(cast):
    found = dry_run(UNITS.read(export_units(Unit.objects.all())))

    assert (found.changes, found.problems) == ([], [])


def test_a_name_that_looks_like_a_formula_is_exported_as_text(cast):
    Unit.objects.filter(code="002").update(name='=HYPERLINK("http://example.invalid")')

    cells = load_workbook(io.BytesIO(export_units(Unit.objects.all()))).worksheets[0]

    assert cells["C3"].value.startswith("=HYPERLINK")
    assert "f" not in {cell.data_type for row in cells.iter_rows() for cell in row}


def bring_in(rows, *, by):
    """After a look, as the pages do it."""
    return import_units(rows, seen=dry_run(rows).seen, by=by, at=AT)


def test_units_come_and_go(cast):
    data = sheet(
        ["002", "县财政局", "宁海县财政局", "县级部门", None, datetime(2019, 1, 10), "003"],  # noqa: DTZ001 - as Excel has it
        ["088", "县大数据局", "宁海县大数据发展管理局", "县级部门", "2019-01-11", None, None],
    )

    bring_in(UNITS.read(data), by=cast.office)

    gone, new = Unit.objects.get(code="002"), Unit.objects.get(code="088")
    assert (gone.valid_until, gone.successor.code) == (date(2019, 1, 10), "003")
    assert (new.kind, new.valid_from, new.is_verified) == (Unit.Kind.DEPARTMENT, date(2019, 1, 11), True)
    assert [entry.action for entry in AuditEntry.objects.about(new)] == ["create"]


def test_every_problem_is_told_with_its_row_and_column(cast):
    data = sheet(
        ["002", "", "宁海县财政局", "县级部门", None, None, None],
        ["089", "县发改局", "宁海县又一发改局", "委办", "去年", None, "999"],
        ["089", "重复", "重复", "镇", None, None, None],
        ["090", "县发改局", "宁海县又一发改局", "县级部门", None, None, None],
        ["091", "甲局", "甲", "镇", "2019-01-02", "2019-01-01", None],
    )

    problems = [str(problem) for problem in dry_run(UNITS.read(data)).problems]

    assert problems == [
        "第 2 行“单位简称”：还没有填写，请补上。",
        "第 3 行“单位类型”：“委办”不能识别，应为：县政府办公室、县级部门、街道、镇、乡。",
        "第 3 行“设立日期”：“去年”不是日期，请写成 2018-08-13 的形式。",
        "第 3 行“职责承接单位编码”：名录中没有编码“999”。承接单位是新设的，请先单独导入它。",
        "第 4 行“单位编码”：“089”在表中重复。",
        "第 5 行“单位简称”：“县发改局”已是另一个现存单位的简称。",
        "第 6 行“撤销日期”：撤销日期不能早于设立日期。",
    ]


def test_one_wrong_row_saves_none(cast):
    before = list(Unit.objects.values())
    data = sheet(
        ["088", "县大数据局", "宁海县大数据发展管理局", "县级部门", None, None, None],
        ["089", "甲", "甲", "没有这种", None, None, None],
    )

    with pytest.raises(ValidationError):
        bring_in(UNITS.read(data), by=cast.office)

    assert list(Unit.objects.values()) == before


def test_a_name_passes_from_a_unit_that_ends_to_a_new_one(cast):
    data = sheet(
        ["088", "县财政局", "宁海县财政局（新）", "县级部门", "2019-01-11", None, None],
        ["002", "县财政局", "宁海县财政局", "县级部门", None, "2019-01-10", None],
    )

    bring_in(UNITS.read(data), by=cast.office)

    assert Unit.objects.get(short_name="县财政局", valid_until=None).code == "088"


@pytest.mark.parametrize("data", [b"", b"not a workbook", b"PK\x03\x04 broken"])
def test_what_is_no_workbook_is_refused(data):
    with pytest.raises(NotThisSheet):
        UNITS.read(data)


def test_a_sheet_without_the_needed_columns_is_refused():
    book, data = Workbook(), io.BytesIO()
    book.worksheets[0].append(["名称"])
    book.save(data)

    with pytest.raises(NotThisSheet, match="第一行缺少列：单位编码、单位简称、单位全称、单位类型"):
        UNITS.read(data.getvalue())


def test_the_office_looks_first_and_then_imports(client, cast):
    client.force_login(cast.office)
    row = ["088", "县大数据局", "宁海县大数据发展管理局", "县级部门", None, None, None]
    upload = SimpleUploadedFile("units.xlsx", sheet(row))

    shown = client.post(reverse("admin:ninghai_unit_workbook"), {"file": upload})
    before = Unit.objects.filter(code="088").exists()
    client.post(reverse("admin:ninghai_unit_workbook_confirm"), {"rows": shown.context["rows"]})

    assert '<tr><td>2</td><th scope="row">088 县大数据局</th><td>新增</td></tr>' in shown.text
    assert (before, Unit.objects.filter(code="088").exists()) == (False, True)


def test_what_somebody_wrote_after_the_look_is_not_overwritten(client, cast):
    """The page shows what the sheet would do now; other units do not matter."""
    client.force_login(cast.office)
    row = ["002", "县财政局", "宁海县财政局（国资办）", "县级部门", None, None, None]
    upload = SimpleUploadedFile("units.xlsx", sheet(row))
    shown = client.post(reverse("admin:ninghai_unit_workbook"), {"file": upload})
    Unit.objects.filter(code="002").update(name="宁海县财政和国资局")
    Unit.objects.filter(code="003").update(aliases=["别的单位"])

    late = client.post(reverse("admin:ninghai_unit_workbook_confirm"), {"rows": shown.context["rows"]})

    assert (late.status_code, "刚刚被别人修改过" in late.text) == (409, True)
    assert Unit.objects.get(code="002").name == "宁海县财政和国资局"
    again = client.post(reverse("admin:ninghai_unit_workbook_confirm"), {"rows": late.context["rows"]})
    assert again.status_code == 302
    assert Unit.objects.get(code="002").name == "宁海县财政局（国资办）"


def test_rows_that_were_not_shown_are_not_imported(client, cast):
    client.force_login(cast.office)

    response = client.post(reverse("admin:ninghai_unit_workbook_confirm"), {"rows": "made:up"}, follow=True)

    assert "预览已过期" in response.content.decode()


def test_a_file_that_is_no_workbook_comes_back_with_a_sentence(client, cast):
    client.force_login(cast.office)

    response = client.post(
        reverse("admin:ninghai_unit_workbook"), {"file": SimpleUploadedFile("units.xlsx", b"PK\x03\x04 broken")}
    )

    assert response.status_code == 422
    assert response.context["form"].errors["file"]


@pytest.mark.parametrize("name", ["ninghai_unit_workbook", "ninghai_unit_export"])
def test_a_unit_clerk_finds_no_door(client, cast, name):
    client.force_login(cast.clerk)

    assert client.get(reverse(f"admin:{name}")).status_code in {302, 403}


def test_the_signer_exports_but_does_not_import(client, cast):
    client.force_login(cast.signer)

    assert client.get(reverse("admin:ninghai_unit_export")).status_code == 200
    assert client.get(reverse("admin:ninghai_unit_workbook")).status_code == 403
