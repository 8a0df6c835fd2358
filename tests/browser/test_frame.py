"""The one frame of the public pages, the units' and the office's: what stands above the work on a phone, and how small words may be."""

import pytest
from playwright.sync_api import expect

from ninghai.models import User
from ninghai.web.display import COOKIE
from tasks.models import Assignment
from tests.browser.people import DESKTOP, PHONE, Opening, photograph
from tests.cast import Cast
from tests.disclosure.makers import published

# Every visible text below 13 px, with where it stands.
SMALL = """() => {
  const found = new Set();
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const around = texts.currentNode.parentElement;
    const words = texts.currentNode.data.trim();
    if (words && around.checkVisibility() && parseFloat(getComputedStyle(around).fontSize) < 13)
      found.add(`${around.tagName}.${around.className}: ${words.slice(0, 20)}`);
  }
  return [...found];
}"""
TOP = "() => Math.round(document.querySelector('h1').getBoundingClientRect().top)"
PUBLIC = ("/", "/catalogue/", "/progress/", "/verify/", "/login/", "/interaction/", "/lookup/", "/services/")
PUBLIC += (
    "/requests/",
    "/requests/new/",
    "/hotline/",
    "/hotline/new/",
    "/proposals/",
    "/corrections/new/",
    "/appeals/new/",
)
UNIT = ("/work/", "ASSIGNMENT", "/work/items/", "/work/items/new/", "/work/coverage/", "/work/messages/")
UNIT += (
    "/work/requests/",
    "/work/hotline/",
    "/work/proposals/",
    "/work/opinions/",
    "/work/guides/",
    "/work/requests/appeals/",
)
OFFICE = (
    "/admin/",
    "/admin/tasks/assignment/",
    "/admin/tasks/workpointnotice/",
    "/admin/disclosure/item/",
    "/admin/disclosure/catalogueentry/add/",
    "/admin/tasks/rubric/add/",
    "/admin/reports/report/add/",
    "/admin/disclosure/hotlinecase/",
    "/admin/disclosure/opinionevent/",
    "/admin/ninghai/workday/",
    "/work/hotline/new/",
    "/admin/disclosure/requestunit/cases/",
    "/admin/disclosure/proposalunit/cases/",
    "/admin/disclosure/appealunit/cases/",
    "NOTICE",
    "ITEM",
)
SIDES = [("", PUBLIC), ("clerk", UNIT), ("office", OFFICE)]


def written_out(address: str, county: Cast) -> str:
    mine = Assignment.objects.filter(unit=county.finance).first()
    if address == "ITEM":
        return f"/admin/disclosure/item/{published(county, title='公开的信息').pk}/change/"
    notice = f"/admin/tasks/workpointnotice/{mine.task.point.notice_id}/change/"
    return {"ASSIGNMENT": mine.get_absolute_url(), "NOTICE": notice}.get(address, address)


@pytest.mark.parametrize(("name", "addresses"), SIDES)
@pytest.mark.parametrize(("mode", "most"), [("", 120), ("elder", 200)])
def test_the_work_begins_high_on_a_phone(county: Cast, opening: Opening, site, name, addresses, mode, most):
    user: User | None = getattr(county, name) if name else None
    page = opening(user, viewport=PHONE)
    page.context.add_cookies([{"name": COOKIE, "value": mode, "url": site}])
    low = {}
    for address in addresses:
        page.goto(written_out(address, county))
        if (top := page.evaluate(TOP)) > most:
            low[address] = top

    assert low == {}


@pytest.mark.parametrize("address", ["/admin/tasks/assignment/", "/admin/disclosure/item/", "/admin/tasks/finding/"])
def test_a_list_of_the_office_shows_rows_on_the_first_screen_of_a_phone(county: Cast, opening: Opening, address):
    """Beside the search all that narrows it is folded into one word."""
    page = opening(county.office, viewport=PHONE)
    page.goto(address)
    assert page.locator("#result_list tbody tr").first.bounding_box()["y"] < PHONE["height"] / 2
    expect(page.get_by_role("navigation", name="筛选")).to_be_hidden()

    page.locator("summary", has_text="筛选").first.click()
    expect(page.get_by_role("navigation", name="筛选")).to_be_visible()


def test_the_parts_of_a_year_are_folded_but_for_the_first_on_a_phone(county: Cast, opening: Opening):
    parts = {}
    for size in (PHONE, DESKTOP):
        page = opening(None, viewport=size)
        page.goto("/progress/2018/")
        parts[size["width"]] = page.locator(".part-rows").evaluate_all("(parts) => parts.map((part) => part.open)")

    assert len(parts[390]) > 1
    assert parts[390] == [True, *[False] * (len(parts[390]) - 1)]
    assert all(parts[1280])


def test_a_form_that_unfolds_lies_over_nothing(county: Cast, opening: Opening):
    """Of a report to accept, the form to return it stands below what it is about."""
    page = opening(county.office)
    page.goto("/admin/tasks/progressreport/?status__exact=with_office")
    page.locator("#result_list tbody th a").first.click()
    page.locator(".decision summary").click()

    decision = page.locator(".decision")
    assert decision.evaluate("(panel) => getComputedStyle(panel).position") == "static"
    expect(page.get_by_role("button", name="退回", exact=False).last).to_be_in_viewport()


@pytest.mark.parametrize(("name", "addresses"), SIDES)
@pytest.mark.parametrize("size", [DESKTOP, PHONE])
def test_no_word_is_smaller_than_13_pixels(county: Cast, opening: Opening, name, addresses, size):
    page = opening(getattr(county, name) if name else None, viewport=size)
    small = {}
    for address in addresses:
        page.goto(written_out(address, county))
        if found := page.evaluate(SMALL):
            small[address] = found

    assert small == {}


def test_the_rail_stands_beside_every_page_of_the_office(county: Cast, opening: Opening):
    page = opening(county.office)
    page.goto(written_out("NOTICE", county))
    rail = page.get_by_role("navigation", name="办公室业务")
    expect(rail.locator("[aria-current=page]")).to_have_text("工作要点通知")

    rail.locator("summary", has_text="信息公开").click()
    rail.get_by_role("link", name="纠错留言").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("纠错留言")
    expect(rail.locator("details[open] > summary")).to_contain_text("信息公开")
    photograph(page, "rail")


def test_on_a_phone_it_waits_behind_the_menu_without_a_script(county: Cast, opening: Opening):
    page = opening(county.office, viewport=PHONE)
    page.goto("/admin/")
    rail = page.get_by_role("navigation", name="办公室业务")
    expect(rail).to_be_hidden()

    page.locator("summary", has_text="菜单").click()
    rail.locator("summary", has_text="通知与任务").click()
    rail.get_by_role("link", name="任务分工").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("任务分工")


def test_a_clerk_has_three_places_at_the_bottom_of_a_phone(county: Cast, opening: Opening):
    page = opening(county.clerk, viewport=PHONE)
    page.goto("/work/")
    places = page.get_by_role("navigation", name="常用")
    expect(places.get_by_role("link")).to_have_count(3)
    places.get_by_role("link", name="信息").click()
    expect(places.locator("[aria-current=page]")).to_have_text("信息")

    page.goto("/work/items/new/")  # the button of the form stands there
    expect(places).to_be_hidden()


def test_a_filter_is_a_chip_that_says_what_is_chosen_and_can_be_taken_off(county: Cast, opening: Opening):
    page = opening(county.office)
    page.goto("/admin/tasks/assignment/")
    filters = page.get_by_role("navigation", name="筛选")
    filters.locator("summary", has_text="角色").click()
    filters.get_by_role("link", name="牵头", exact=True).click()
    expect(filters.locator(".is-chosen summary")).to_have_text("角色：牵头")
    filters.get_by_role("link", name="取消筛选：角色").click()
    expect(filters.locator(".is-chosen")).to_have_count(0)

    filters.locator("summary", has_text="角色").click()
    page.keyboard.press("Escape")
    expect(filters.locator("details[open]")).to_have_count(0)


@pytest.mark.parametrize(
    ("address", "is_lying"), [("/catalogue/", False), ("/verify/", False), ("/catalogue/basic/", True)]
)
def test_a_page_on_paper_tells_its_address_and_leaves_its_forms_away(county: Cast, opening: Opening, address, is_lying):
    page = opening(None)
    page.goto(address)
    page.emulate_media(media="print")
    expect(page.get_by_text(f"本页网址：{page.url}")).to_be_visible()
    expect(page.locator("main form").locator("visible=true")).to_have_count(0)
    kind = page.evaluate("getComputedStyle(document.body).page")
    assert (kind == "basic") == is_lying


def test_forced_colours_show_the_current_place(county: Cast, opening: Opening):
    page = opening(county.clerk, forced_colors="active")
    page.goto("/work/")
    edges = "(link) => getComputedStyle(link).borderBottomColor"
    here, there = page.locator(".site-nav a[aria-current]"), page.locator(".site-nav a:not([aria-current])").first
    assert here.evaluate(edges) != there.evaluate(edges)


@pytest.mark.parametrize(("name", "address"), [("clerk", "/work/"), ("", "/")])
def test_the_menu_stands_on_one_line_of_a_wide_screen(county: Cast, opening: Opening, name, address):
    page = opening(getattr(county, name) if name else None, viewport=DESKTOP)
    page.goto(address)
    tops = page.locator(".site-nav a").evaluate_all("(links) => links.map((link) => link.getBoundingClientRect().top)")
    assert len(tops) > 4
    assert len(set(tops)) == 1


@pytest.mark.parametrize("name", ["clerk", "office"])
def test_chips_wrap_where_letters_are_twice_as_large(county: Cast, opening: Opening, name):
    page = opening(getattr(county, name), viewport=PHONE)
    for address in (written_out("ASSIGNMENT", county), "/work/coverage/") if name == "clerk" else OFFICE[:3]:
        page.goto(address)
        page.evaluate("document.documentElement.style.fontSize = '200%'")
        assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), address
