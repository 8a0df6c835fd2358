"""What people do to a sheet in Excel: understood where it can mean one thing, told at its row and column where not."""

from datetime import date, datetime

import pytest

from tasks.notices.breakdown.reading import breakdown_in, read_breakdown
from tasks.notices.reading import NotANotice
from tests.tasks.breakdown.sheets import CIVIL, FINANCE, STREET, THREE, TOWN, edited, point, problems, sheet_of, written

# Each point of THREE has three rows: 县财政局 lead, 各乡镇(街道), 有关部门 open.


def setting(**cells):
    """An edit that writes these cells."""

    def edit(sheet):
        for place, value in cells.items():
            sheet[place].value = value

    return edit


# --- Understood ------------------------------------------------------------------------------------------


def test_rows_that_were_sorted_by_unit_change_nothing():
    def sort(sheet):
        rows = sorted(
            ([cell.value for cell in row] for row in sheet.iter_rows(min_row=2)), key=lambda row: str(row[12])
        )
        for number, values in enumerate(rows, start=2):
            for place, value in enumerate(values, start=1):
                sheet.cell(row=number, column=place).value = value

    assert not edited(sort)


def test_blank_rows_trailing_blanks_and_other_widths_change_nothing():
    def untidy(sheet):
        sheet.insert_rows(3, 2)
        sheet["A2"].value, sheet["I2"].value, sheet["J2"].value = "一（一）１ ", "县财政局　", "牵头单位"  # noqa: RUF001
        sheet["G2"].value += " \n"
        sheet["A40"].value = "  "

    assert not edited(untidy)


def test_columns_in_another_order_with_remarks_in_their_headers_change_nothing():
    def swap(sheet):
        for row in sheet.iter_rows():
            row[0].value, row[6].value = row[6].value, row[0].value
        sheet["A1"].value, sheet["M1"].value = "工作要点（必填）", " 单 位 "

    assert not edited(swap)


@pytest.mark.parametrize(
    "written_as",
    [
        "2018年12月15日前",
        "2018-12-15",
        "2018/12/15",
        "12月15日前",
        datetime(2018, 12, 15),  # noqa: DTZ001 - as Excel has it
        43449,
        "２０１８年１２月１５日",
    ],
)
def test_a_date_may_be_written_as_people_do(written_as):
    found = edited(setting(H2=written_as))

    assert [(each.before.key, each.after.due_date) for each in found.changed] == [("一(一)1", date(2018, 12, 15))]


def test_an_end_of_month_in_words_and_a_cleared_date():
    found = edited(setting(H2="2018年10月底前", H5=None))

    dates = [(each.after.due_date, each.after.due_date_is_default) for each in found.changed]
    assert dates == [(date(2018, 10, 31), False), (date(2018, 12, 31), True)]


def test_a_merged_cell_holds_for_all_its_rows():
    def merge(sheet):
        sheet["H2"].value = date(2018, 12, 1)
        sheet.merge_cells("H2:H10")

    found = edited(merge)

    assert [each.after.due_date for each in found.changed] == [date(2018, 12, 1)] * 3


def test_a_row_without_number_below_a_point_is_the_points():
    def add(sheet):
        sheet.insert_rows(4)
        sheet["J4"].value, sheet["L4"].value, sheet["M4"].value = "配合", "县级部门", "县民政局"

    (change,) = edited(add).changed

    assert change.joined == ((CIVIL, "supporting"),)
    assert [each.name for each in change.after.names] == ["县财政局", "各乡镇(街道)", "有关部门", "县民政局"]


def test_several_units_in_one_cell_resolve_an_open_name():
    (change,) = edited(setting(M4="县财政局、县民政局，深甽镇")).changed

    assert change.after.names[2].units == (FINANCE, CIVIL, TOWN)
    assert [unit for unit, _ in change.joined] == [CIVIL]  # the others owe the point already, by their own names


def test_a_new_point_stands_behind_the_one_above_and_in_its_section():
    def add(sheet):
        sheet.insert_rows(5, 2)
        sheet["G5"].value, sheet["F5"].value = "新增的工作，2018年10月底前完成。", "1之一"
        sheet["J5"].value = sheet["J6"].value = "责任"
        sheet["M5"].value, sheet["M6"].value = "县民政局", "跃龙街道"

    found = edited(add)

    (new,) = found.added
    assert (new.key, new.part_title, new.due_date) == ("一(一)1之一", "着力加强主动公开", date(2018, 10, 31))
    assert new.roles == ((CIVIL, "responsible"), (STREET, "responsible"))
    assert found.summary == "将新增1条要点；任务分工增加2项。"


def test_rows_that_are_gone_take_their_point_or_unit_with_them():
    def remove(sheet):
        sheet.delete_rows(8, 3)
        sheet.delete_rows(3)

    found = edited(remove)

    assert [each.key for each in found.removed] == ["一(一)3"]
    assert [each.left for each in found.changed] == [(STREET, TOWN)]
    assert found.summary == "将修改1条、删除1条要点；任务分工减少5项。"


def test_another_number_is_another_key_of_the_same_point():
    (change,) = edited(setting(F8="9")).changed

    assert (change.before.key, change.after.key, change.text_changed) == ("一(一)3", "一(一)9", False)


def test_a_point_written_again_without_its_number_is_the_same_point():
    def again(sheet):
        for row in (8, 9, 10):
            sheet[f"A{row}"].value = None
        sheet["G8"].value = "第3条要做的各项工作。"

    (change,) = edited(again).changed

    assert (change.before.pk, change.before.key, change.text_changed) == (3, "一(一)3", True)


def test_a_column_that_is_gone_leaves_its_content_as_it_is_and_is_told():
    def delete(sheet):
        sheet.delete_cols(8)
        sheet.delete_cols(3)
        sheet["L1"].value = "联系电话"

    assert not edited(delete)
    assert sheet_of(written(edit=delete)).remarks == (
        "表中没有“部分”、“完成时限”列，这些内容保持不变。",
        "另加的“联系电话”列没有读取。",
    )


def test_without_the_column_of_roles_all_duties_stay():
    def delete(sheet):
        sheet.delete_cols(10)
        sheet["G2"].value = "改过的工作。"

    (change,) = edited(delete).changed

    assert not change.names_changed
    assert "“原文名称”“角色”“单位”三列不全，各要点的责任单位保持不变。" in sheet_of(written(edit=delete)).remarks


# --- Told ---------------------------------------------------------------------------------------------------


def test_every_error_is_told_at_its_row_and_column_at_once():
    edit = setting(
        A2="一(一)7", H5="尽快", J5="主角", K6="可能", M6="县档案局", L8="部门", B8="一二三四五六七八九十甲",
        J9=None, M10="有关部门", L10=None,
    )  # fmt: skip

    assert problems(edit) == [
        "第 2 行“编号”：通知里没有编号为“一(一)7”的要点。新增的要点，编号留空。",
        "第 3 行“工作要点”：不能为空。要删除这条要点，请删去它的各行。",
        "第 5 行“完成时限”：“尽快”看不出是哪一天，请写成 2018-11-30 的形式，或“2018年11月底前”；没有时限的留空。",
        "第 5 行“角色”：“主角”不能识别，请选择：牵头、责任、配合、指导。",
        "第 6 行“单位”：名录中2018-08-13没有名为“县档案局”的单位，请从下拉列表选择。",
        "第 6 行“统称”：“可能”不能识别，请选择：是、否。",
        "第 8 行“单位类型”：“部门”不能识别，请选择：县政府办公室、县级部门、街道、镇、乡、单位组。",
        "第 8 行“部分序号”：有11个字，不能超过10个字。",
        "第 9 行“角色”：请选择：牵头、责任、配合、指导。",
        "第 10 行“单位”：“有关部门”要逐条确定，请逐行选择具体单位。",
    ]


def test_a_text_longer_than_the_database_holds_is_told():
    assert problems(setting(G5="公" * 20_001)) == ["第 5 行“工作要点”：有20001个字，不能超过20000个字。"]


def test_two_texts_for_one_point_are_told():
    assert problems(setting(G3="别的内容")) == ["第 3 行“工作要点”：与第2行不一致，同一条要点请只写一处。"]


def test_a_unit_of_another_type_is_told():
    assert problems(setting(L2="镇")) == []  # what stands there already may stay
    assert problems(setting(L2="镇", M2="县民政局")) == [
        "第 2 行“单位”：“县民政局”的单位类型是“县级部门”，不是“镇”，请改正其中一项。"
    ]


def test_rows_above_the_first_point_without_number_are_told():
    def clear(sheet):
        sheet.insert_rows(2)
        sheet["M2"].value = "县民政局"

    assert problems(clear) == ["第 2 行“编号”：请填写编号；新增的要点请填写工作要点。"]


def test_a_sheet_without_points_removes_nothing():
    assert problems(lambda sheet: sheet.delete_rows(2, 20)) == ["第 2 行“编号”：表里没有要点。"]


@pytest.mark.parametrize(
    ("name", "edit", "sentence"),
    [
        ("分解表.xls", None, "另存为.xlsx"),
        ("分解表.docx", None, "与文件名的“.docx”不符|不是任务分解表"),
        ("分解表.xlsx", lambda sheet: sheet.delete_rows(1), "请先导出分解表"),
        ("分解表.xlsx", lambda sheet: sheet.delete_cols(1), "没有“编号”列"),
    ],
)
def test_what_is_no_breakdown_is_refused_with_a_sentence(name, edit, sentence):
    with pytest.raises(NotANotice, match=sentence):
        read_breakdown(data=written(edit=edit), filename=name)


def test_an_old_workbook_is_refused_whatever_its_name():
    with pytest.raises(NotANotice, match="另存为"):
        read_breakdown(data=b"\xd0\xcf\x11\xe0" + bytes(600), filename="分解表.xlsx")


def test_a_sheet_with_too_many_rows_is_refused_rather_than_cut():
    with pytest.raises(NotANotice, match="超过5000行"):
        read_breakdown(data=written(edit=setting(A6000="一(一)1")), filename="分解表.xlsx")


def test_another_countys_breakdown_is_not_taken_for_ours():
    other = written([point("1")], edit=setting(A1="序号", I1="牵头单位", J1="配合单位", M1="完成情况"))

    assert breakdown_in(data=other, filename="a.xlsx") is None
    assert breakdown_in(data=written(THREE), filename="a.xlsx") is not None


def test_only_words_that_gave_way_to_others_make_the_office_look_again():
    longer = edited(setting(G2="第1条要做的工作，并向社会公开经费安排和使用情况。")).changed[0]
    other = edited(setting(G2="公布办事指南。")).changed[0]

    assert (longer.was_rewritten, other.was_rewritten) == (False, True)
