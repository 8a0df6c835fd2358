"""The office reads the heat map and opens a cell without touching the mouse; at 390 px it takes one unit as a list."""

from playwright.sync_api import Page, expect

from tasks.models import Assignment
from tests.browser.layout_faults import look
from tests.browser.people import PHONE, Opening, photograph
from tests.cast import Cast
from tests.reports import makers

MAP = "/admin/tasks/assignment/map/2018/"


def focused(page: Page) -> str:
    return page.evaluate("document.activeElement.textContent.trim()")


def told(page: Page) -> str:
    """Whose cell it is, as the page says it."""
    return page.locator("[data-here]").inner_text()


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def tab_into_the_map(page: Page) -> None:
    """From the top of the page, by Tab alone."""
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("Boolean(document.activeElement.closest('[data-heat-map]'))"):
            return
    raise AssertionError("Tab does not reach the map")


def test_the_office_walks_the_heat_map_by_keyboard_only(cast: Cast, opening: Opening):
    makers.issued_notice(cast)
    page = opening(cast.office)
    page.goto(MAP)
    assert look(page) == []
    photograph(page, "heat-map")

    tab_into_the_map(page)

    # 一1 × 县财政局 is the first cell: due on 30 September
    assert (focused(page), told(page)) == ("已逾期", "一1 县财政局：已逾期")
    press(page, "ArrowDown")
    assert told(page) == "一2 县财政局：即将到期"
    press(page, "ArrowDown")  # 二1 is not asked of 县财政局: no cell below
    assert told(page) == "一2 县财政局：即将到期"
    press(page, "ArrowUp", "ArrowRight")
    assert told(page) == "一1 深甽镇：已逾期"
    press(page, "Control+End")
    assert told(page) == "二1 深甽镇：期限内"
    press(page, "Home")
    assert focused(page) == "二1"
    press(page, "Control+Home")
    assert focused(page) == "县政府办公室"
    press(page, "ArrowDown")
    assert told(page) == "二1 县政府办公室：期限内"  # past the points that are not asked of it
    press(page, "ArrowUp", "ArrowRight", "ArrowDown")
    assert told(page) == "一1 县财政局：已逾期"
    press(page, "Enter")

    cell = Assignment.objects.get(unit=cast.finance, task__point__key="一1")
    expect(page).to_have_url(f"{page.url.split('/admin/')[0]}/admin/tasks/assignment/{cell.pk}/change/")


def test_the_map_is_one_stop_on_the_way_through_the_page(cast: Cast, opening: Opening):
    makers.issued_notice(cast)
    page = opening(cast.office)
    page.goto(MAP)

    tab_into_the_map(page)
    press(page, "ArrowRight", "Tab")

    assert not page.evaluate("Boolean(document.activeElement.closest('[data-heat-map]'))")
    press(page, "Shift+Tab")
    assert told(page) == "一1 深甽镇：已逾期"  # where one left it


def test_without_its_script_tab_reaches_every_cell(cast: Cast, opening: Opening):
    makers.issued_notice(cast)
    page = opening(cast.office)
    page.route("**/unit_matrix*.js", lambda route: route.fulfill(body="", content_type="text/javascript"))
    page.goto(MAP)

    reached = set()
    for _ in range(80):
        page.keyboard.press("Tab")
        if page.evaluate("Boolean(document.activeElement.closest('[data-heat-map] td'))"):
            reached.add(page.evaluate("document.activeElement.href"))

    assert len(reached) == Assignment.objects.count()


def test_on_a_phone_one_unit_stands_as_a_list(cast: Cast, opening: Opening):
    makers.issued_notice(cast)
    page = opening(cast.office, viewport=PHONE, has_touch=True)
    page.goto(MAP)
    assert page.locator(".heat-frame").bounding_box()["y"] < 0.6 * PHONE["height"]  # what narrows it is folded

    page.locator("summary", has_text="逐行查看").click()
    page.get_by_label("只看一个单位").select_option("深甽镇")
    page.get_by_role("button", name="逐行查看").click()

    expect(page.get_by_role("heading", name="深甽镇")).to_be_visible()
    lines = page.locator(".heat-lines li")
    expect(lines).to_have_count(2)
    expect(lines.first).to_contain_text("已逾期")
    assert look(page) == []
    photograph(page, "heat-map-one-unit")
