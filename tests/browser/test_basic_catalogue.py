"""The basic catalogue in a browser: a visitor finds a duty and its items, the office publishes what it has changed."""

import pytest
from playwright.sync_api import expect

from disclosure.ground import load_entries
from disclosure.models import CatalogueEntry
from fixtures.ground import FOLDER
from tests.browser.look import look
from tests.browser.people import DESKTOP, PHONE, Opening, photograph
from tests.cast import Cast
from tests.disclosure import makers


@pytest.fixture(autouse=True)
def _shipped(cast: Cast) -> None:
    """The catalogues that the portal ships, with one item under 财政预决算."""
    load_entries(FOLDER / "catalogue.json", at=makers.AT)
    load_entries(FOLDER / "pilot_fields.json", at=makers.AT)
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
