"""The office takes a breakdown to Excel and brings it back with faults, then right; and amends what was issued."""

import io
from collections.abc import Callable

from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet
from playwright.sync_api import Page, expect

from tasks.models import WorkPoint
from tests.browser.layout_faults import look
from tests.browser.papers import Upload
from tests.browser.people import Opening, photograph
from tests.cast import Cast
from tests.tasks.issued import draft_notice, issued_notice
from tests.tasks.test_amendments import AMENDED

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def exported(page: Page, edit: Callable[[Worksheet], object]) -> Upload:
    """The workbook that the page offers, after somebody has worked on it."""
    with page.expect_download() as download:
        page.get_by_role("link", name="导出分解表").click()
    book = load_workbook(io.BytesIO(download.value.path().read_bytes()))
    edit(book.worksheets[0])
    data = io.BytesIO()
    book.save(data)
    return Upload(name="分解表.xlsx", mimeType=XLSX, buffer=data.getvalue())


def with_faults(sheet: Worksheet) -> None:
    sheet["H2"].value, sheet["J2"].value, sheet["M2"].value = "尽快", "主角", "县档案局"


def revised(sheet: Worksheet) -> None:
    sheet["G2"].value, sheet["H2"].value = "公开财政预决算和“三公”经费。", "2018年11月底前"


def test_a_breakdown_goes_to_excel_and_comes_back(cast: Cast, opening: Opening):
    notice = draft_notice(cast)
    page = opening(cast.office)
    page.goto(f"/admin/tasks/workpointnotice/{notice.pk}/breakdown/")
    wrong, right = exported(page, with_faults), exported(page, revised)

    page.get_by_label("任务分解表（.xlsx）").set_input_files(wrong)
    page.get_by_role("button", name="上传并查看变化").click()
    expect(page.get_by_text("第 2 行“角色”")).to_be_visible()
    assert look(page) == []
    photograph(page, "breakdown-errors")
    page.get_by_label("任务分解表（.xlsx）").set_input_files(right)
    page.get_by_role("button", name="上传并查看变化").click()
    expect(page.get_by_role("status")).to_contain_text("将修改1条要点")
    assert look(page) == []
    photograph(page, "breakdown-changes")
    page.get_by_role("button", name="确认导入").click()

    expect(page.get_by_text("分解表已导入。")).to_be_visible()
    assert WorkPoint.objects.filter(text="公开财政预决算和“三公”经费。").count() == 1
    assert look(page) == []


def test_an_issued_notice_is_amended(cast: Cast, opening: Opening):
    notice = issued_notice(cast)
    page = opening(cast.office)
    page.goto(f"/admin/tasks/workpointnotice/{notice.pk}/change/")
    page.get_by_role("link", name="导入修订稿").click()
    assert look(page) == []
    page.get_by_label("修订稿文件").set_input_files(
        Upload(name="修订.txt", mimeType="text/plain", buffer=AMENDED.encode())
    )
    page.get_by_role("button", name="导入修订稿").click()
    assert look(page) == []
    photograph(page, "amendment-desk")

    page.get_by_role("link", name="查看变化并并入").click()
    expect(page.get_by_role("status")).to_contain_text("将新增1条、修改2条、删除1条要点")
    assert look(page) == []
    photograph(page, "amendment-merge")
    page.get_by_role("button", name="确认并入").click()

    expect(page.get_by_text("修订已并入")).to_be_visible()
    expect(page.get_by_text("推进一窗受理。").locator("visible=true")).to_have_count(1)  # in the original text alone
    assert look(page) == []
