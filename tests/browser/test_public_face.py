"""The public's half as a visitor meets it: find, narrow, open, take along, print; report an error and read the answer."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from disclosure.basic_catalogue.reference_data import load_entries, load_site_pages, load_topics
from disclosure.models import CatalogueEntry, Correction, Item
from fixtures.reference_data import FOLDER
from tests.browser import papers
from tests.browser.finding import assert_prints_alone, narrow, search
from tests.browser.layout_faults import look
from tests.browser.people import DESKTOP, PHONE, Opening, photograph
from tests.browser.slow_line import first_visit
from tests.cast import Cast
from tests.disclosure import makers

TITLE = "关于公开2018年部门预算的公告"
OTHER = "2018年部门预算编制工作计划"
FILE = "部门预算汇总表.pdf"
MOST_BYTES = 100_000  # of a first visit, pictures apart

everywhere = pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["390px", "1280px"])
with_and_without = pytest.mark.parametrize("script", [True, False], ids=["script", "plain"])


@pytest.fixture
def item(cast: Cast) -> Item:
    load_topics(FOLDER / "topics.json")
    load_entries(FOLDER / "catalogue.json", at=makers.AT)
    load_site_pages(FOLDER / "site_pages", office="宁海县人民政府办公室")
    proof = papers.stored(FILE, by=cast.clerk, at=makers.AT)
    entry = CatalogueEntry.objects.get(code="0201")
    makers.published(cast, title=OTHER, kind=Item.Kind.PLAN, entry=entry)
    return makers.published(cast, title=TITLE, kind=Item.Kind.ANNOUNCEMENT, entry=entry, files=[proof])


@everywhere
@with_and_without
def test_a_visitor_finds_narrows_opens_takes_along_and_prints(item: Item, opening: Opening, size, script):
    page = opening(viewport=size, java_script_enabled=script)
    page.goto("/")
    photograph(page, f"40-home-{script}")

    search(page, "预算")
    expect(page.get_by_role("link", name=OTHER)).to_be_visible()
    narrow(page, Item.Kind.ANNOUNCEMENT)
    expect(page.get_by_role("link", name=OTHER)).to_have_count(0)
    page.get_by_role("link", name=TITLE).click()
    expect(page.get_by_role("heading", name=TITLE)).to_be_visible()
    with page.expect_download() as taken:
        page.get_by_role("link", name=FILE).click()
    assert taken.value.suggested_filename == FILE
    assert_prints_alone(page, TITLE)


@everywhere
def test_the_address_of_a_subscription_is_copied_from_a_list_that_was_narrowed_in_place(
    item: Item, opening: Opening, size
):
    page = opening(viewport=size)
    page.goto("/catalogue/")
    narrow(page, Item.Kind.ANNOUNCEMENT)
    expect(page.get_by_role("link", name=OTHER)).to_have_count(0)

    page.get_by_text("订阅这个列表").click()

    expect(page.get_by_label("订阅地址")).to_have_value(re.compile(r"/feeds/catalogue\.xml\?kind=announcement$"))
    page.get_by_role("button", name=re.compile("复制.?订阅地址")).click()
    expect(page.get_by_text(re.compile("已复制|已选中，请复制"))).to_be_visible()
    assert look_here(page) == []
    photograph(page, "44-subscription")


@everywhere
@with_and_without
def test_a_visitor_reports_an_error_and_reads_the_answer(cast: Cast, item: Item, opening: Opening, size, script):
    visitor = opening(viewport=size, java_script_enabled=script)
    visitor.goto(item.get_absolute_url())
    visitor.get_by_role("link", name="本页纠错").click()
    expect(visitor.get_by_text(f"有错的页面：{TITLE}")).to_be_visible()
    assert look_here(visitor) == []
    visitor.get_by_label("问题").fill("第二段的年份写错了，应为2018年。")
    visitor.get_by_role("button", name="提交纠错").click()
    expect(visitor.get_by_text("您的纠错已收到")).to_be_visible()
    photograph(visitor, f"41-correction-{script}")
    receipt = visitor.locator(".receipt").inner_text()

    number = visitor.get_by_role("textbox", name="受理编号")
    number.click(trial=True)  # nothing lies over it
    assert (
        visitor.get_by_role("button", name="查询").evaluate("one => getComputedStyle(one.parentElement).position")
        == "static"
    )

    answer(opening(cast.clerk, viewport=size, java_script_enabled=script))

    visitor.goto("/corrections/")
    visitor.get_by_label("受理编号").fill(receipt)
    visitor.get_by_role("button", name="查询").click()
    expect(visitor.get_by_text("核对过原文件，年份没有写错。")).to_be_visible()
    expect(visitor.get_by_text("第二段的年份写错了")).to_have_count(0)
    assert look_here(visitor) == []


def answer(clerk: Page) -> None:
    """The unit's clerk goes from the message to the answer."""
    clerk.goto("/work/messages/")
    clerk.get_by_role("link", name="收到一条纠错留言").click()
    clerk.goto(f"/work/corrections/{Correction.objects.get().pk}/")
    expect(clerk.get_by_text("第二段的年份写错了")).to_be_visible()
    clerk.get_by_label("已答复，页面不作更正").check()  # “已更正” wants a published revision
    clerk.get_by_role("textbox", name="答复").fill("核对过原文件，年份没有写错。")
    photograph(clerk, "42-correction-answer")
    clerk.get_by_role("button", name="提交答复").click()
    expect(clerk.get_by_text("可以凭受理编号查看")).to_be_visible()


def look_here(page: Page) -> list[str]:
    """As the eye does, at the width that is set."""
    size = page.viewport_size
    faults = look(page)
    page.set_viewport_size(size)
    return faults


@with_and_without
def test_the_columns_lead_on_and_look_right(item: Item, opening: Opening, script):
    page = opening(viewport=PHONE, java_script_enabled=script)
    page.goto("/disclosure/")
    for name in ("政府信息公开指南", "法定主动公开内容"):
        page.get_by_role("main").get_by_role("link", name=name).first.click()
        expect(page.get_by_role("heading", name=name)).to_be_visible()
        photograph(page, f"43-{name}-{script}")
        assert look_here(page) == []
    page.get_by_role("link", name="重点领域").click()
    expect(page.get_by_role("link", name=TITLE)).to_be_visible()


@pytest.mark.parametrize("address", ["/", "/catalogue/", "item", "/disclosure/guide/"])
def test_a_first_visit_over_a_slow_line_is_light_and_nothing_moves(
    item: Item, browser: Browser, site: str, address, record_property
):
    visit = first_visit(browser, site + (item.get_absolute_url() if address == "item" else address))

    record_property("visit", str(visit))
    assert 0 < visit.bytes <= MOST_BYTES, visit
    assert visit.shift < 0.01, visit
