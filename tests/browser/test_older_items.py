"""The office brings older items: a workbook with faults, looked at on a phone too, then what is right into the catalogue."""

from playwright.sync_api import Page, expect

from disclosure.models import Item
from ninghai.jobs.claims import run_due
from tests.browser.layout_faults import look
from tests.browser.papers import Upload
from tests.browser.people import Opening, photograph
from tests.cast import Cast
from tests.disclosure.legacy_import.makers import XLSX, a_pdf, archive, row, workbook
from tests.disclosure.makers import AT


def upload(page: Page) -> None:
    page.get_by_label("历史信息表（.xlsx）").set_input_files(
        Upload(
            name="历史信息.xlsx",
            mimeType=XLSX,
            buffer=workbook(
                row(附件="收支表.pdf"),
                row(名称="关于调整城乡居民最低生活保障标准的通知", 发布机构="县民政局", 原发布日期="2014年"),
                row(名称="关于公布行政事业性收费目录清单的公告", 附件="没有.pdf", 正文="联系人手机13957812345"),
            ),
        )
    )
    page.get_by_label("附件压缩包（.zip）").set_input_files(
        Upload(
            name="附件.zip", mimeType="application/zip", buffer=archive({"收支表.pdf": a_pdf(), "多余.pdf": a_pdf()})
        )
    )
    page.get_by_role("button", name="上传并检查").click()


def test_the_office_imports_older_items(cast: Cast, opening: Opening):
    page = opening(cast.office)
    page.goto("/admin/disclosure/itemimport/")
    assert look(page) == []
    page.get_by_role("link", name="导入历史信息").click()
    assert look(page) == []
    photograph(page, "older-items-upload")
    upload(page)
    expect(page.get_by_text("正在检查：第 0 行，共 3 行")).to_be_visible()
    assert look(page) == []
    photograph(page, "older-items-checking")

    run_due("import", at=AT)
    expect(page.get_by_role("button", name="确认导入 1 条")).to_be_visible()  # by itself, without a reload
    expect(page.get_by_text("单位名录中没有“县民政局”")).to_be_visible()
    assert look(page) == []
    photograph(page, "older-items-checked")

    page.get_by_role("button", name="确认导入 1 条").click()
    expect(page.get_by_text("正在导入：第 0 条，共 1 条")).to_be_visible()
    run_due("import", at=AT)
    expect(page.get_by_role("link", name="已导入 1")).to_be_visible()
    page.get_by_role("link", name="已导入 1").click()
    expect(page.get_by_role("link", name=str(Item.objects.get().index_number))).to_be_visible()
    assert look(page) == []
    photograph(page, "older-items-done")
