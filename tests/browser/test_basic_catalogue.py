"""The basic catalogue in a browser: a visitor finds a duty and its items, the office publishes what it has changed."""

import pytest
from playwright.sync_api import expect

from disclosure.basic_catalogue.reference_data import load_entries
from disclosure.models import BasicCatalogue, CatalogueEntry
from fixtures.reference_data import FOLDER
from ninghai.files.workbooks.writing import XLSX, as_xlsx
from tests.browser.layout_faults import look
from tests.browser.people import DESKTOP, PHONE, Opening, photograph
from tests.cast import Cast
from tests.disclosure import makers


@pytest.fixture(autouse=True)
def _shipped(cast: Cast) -> None:
    """The catalogues that the portal ships, with one item under 财政预决算."""
    load_entries(FOLDER / "catalogue.json", at=makers.AT)
    load_entries(FOLDER / "pilot_fields.json", at=makers.AT.replace(year=2020))
    makers.published(cast, title="2018年部门预算", entry=CatalogueEntry.objects.get(code="0201"))


@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["390", "1280"])
@pytest.mark.parametrize("script", [True, False], ids=["script", "plain"])
def test_a_visitor_finds_a_duty_and_its_items(opening: Opening, viewport, script):
    page = opening(viewport=viewport, java_script_enabled=script)
    page.goto("/catalogue/basic/")
    photograph(page, "basic-catalogue")
    assert look(page) == []

    page.get_by_label("检索词").fill("预决算")
    page.get_by_role("button", name="搜索").click()
    expect(page.get_by_role("rowheader")).to_have_count(2)  # 重点领域, 财政预决算
    photograph(page, "basic-catalogue-found")
    page.get_by_role("link", name="1 条“财政预决算”").click()
    expect(page.get_by_role("link", name="2018年部门预算")).to_be_visible()


def test_an_edition_is_taken_along_as_a_workbook(opening: Opening):
    page = opening(viewport=PHONE)
    page.goto("/catalogue/basic/")
    with page.expect_download() as started:
        page.get_by_role("link", name="标准目录表（Excel）").click()

    assert started.value.suggested_filename == "主动公开基本目录（第1版）.xlsx"


@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["390", "1280"])
def test_the_office_adds_a_duty_and_publishes_it(cast: Cast, opening: Opening, viewport):
    page = opening(cast.office, viewport=viewport)
    page.goto("/admin/disclosure/basiccatalogue/")
    page.locator("#result_list").get_by_role("row").filter(has_text="county").get_by_role(
        "link", name="编辑事项、发布新版"
    ).click()
    photograph(page, "office-tree")
    assert look(page) == []
    page.get_by_role("link", name="在“公开工作”下添加").click()
    page.get_by_label("公开事项", exact=False).first.fill("公开工作培训")
    page.get_by_label("时限数量").fill("20")
    page.get_by_label("时限单位").select_option(label="个工作日")
    page.get_by_label("政府网站").check()
    photograph(page, "office-entry")
    assert look(page) == []
    page.get_by_role("button", name="保存", exact=True).click()
    expect(page.get_by_role("rowheader", name="公开工作培训")).to_be_visible()

    page.get_by_role("link", name="查看变更、发布新版").click()
    expect(page.get_by_text("新增：公开工作培训")).to_be_visible()
    page.get_by_label("变更说明").fill("增加公开工作培训")
    photograph(page, "office-publish")
    page.get_by_role("button", name="发布第2版").click()
    page.get_by_role("link", name="公众网页").click()
    expect(page.get_by_role("rowheader", name="公开工作培训")).to_be_visible()
    photograph(page, "second-edition")


def test_the_office_takes_a_table_in(cast: Cast, opening: Opening):
    page = opening(cast.office, viewport=DESKTOP)
    page.goto(f"/admin/disclosure/basiccatalogue/{BasicCatalogue.objects.get(code='pilot').pk}/table/")
    rows = [
        ["一级事项", "二级事项", "公开内容", "公开时限", "责任单位"],
        ["扶贫", "扶贫政策", "文件", "20个工作日内", "县财政局"],
    ]
    file = {"name": "目录.xlsx", "mimeType": XLSX, "buffer": as_xlsx(rows, title="目录")}
    page.get_by_label("目录表（.xlsx）").set_input_files(file)
    page.get_by_role("button", name="上传并查看变化").click()
    expect(page.get_by_text("新增：扶贫政策")).to_be_visible()
    photograph(page, "office-import")
    assert look(page) == []
    page.get_by_role("button", name="确认导入").click()
    expect(page.get_by_role("rowheader", name="扶贫政策")).to_be_visible()
