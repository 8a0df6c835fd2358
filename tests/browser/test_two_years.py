"""The office across the year's end: both years on the desk, maps that switch, forms that choose no year by themselves."""

from playwright.sync_api import Page, expect

from tests.browser.layout_faults import look
from tests.browser.people import Opening, photograph
from tests.cast import Cast
from tests.disclosure import makers
from tests.tasks import issued


def test_the_next_years_notice_hides_nothing(cast: Cast, opening: Opening):
    for year in (2018, 2019):
        issued.issued_notice(cast, year=year)
    page = opening(cast.office)

    page.goto("/admin/")
    expect(page.get_by_role("heading", name="2018年工作要点")).to_be_visible()  # the year of the clock
    page.get_by_role("link", name="2019年", exact=True).click()
    expect(page.get_by_role("heading", name="2019年工作要点")).to_be_visible()
    expect(page.get_by_role("link", name="2018年", exact=True)).to_be_visible()
    assert look(page) == []
    photograph(page, "years-desk")

    page.goto("/admin/tasks/assignment/map/2018/")
    assert look(page) == []
    photograph(page, "years-map")
    page.get_by_role("navigation", name="年度").get_by_role("link", name="2019年").click()
    expect(page.get_by_role("heading", name="2019年进度图")).to_be_visible()

    for address in ("/admin/tasks/spotcheck/add/", "/admin/reports/report/add/?kind=progress"):
        page.goto(address)
        assert page.locator("select[name=notice]").input_value() == ""
        assert look(page) == []
        photograph(page, f"years-{'draw' if 'spotcheck' in address else 'report'}")


def test_the_switch_of_years_is_one_row_on_every_page(cast: Cast, opening: Opening):
    for year in (2018, 2019):
        issued.issued_notice(cast, year=year)
    page = opening(cast.office)
    for address in (
        "/admin/tasks/assignment/",
        "/admin/tasks/progressreport/",
        "/admin/tasks/assignment/map/2018/",
        "/progress/2018/",
    ):
        page.goto(address)
        assert in_one_row(page), address


def in_one_row(page: Page) -> bool:
    """Whether the years stand side by side, without the dots of a plain list."""
    years = page.get_by_role("navigation", name="年度").locator("li")
    tops = {round(each["y"]) for each in (years.nth(n).bounding_box() for n in range(years.count())) if each}
    return (
        years.count() > 1
        and len(tops) == 1
        and years.first.evaluate("each => getComputedStyle(each).listStyleType") == "none"
    )


def test_the_terms_of_use_are_a_page(cast: Cast, opening: Opening):
    makers.published(cast, title="2018年部门预算")
    page = opening()

    page.goto("/catalogue/terms/")

    assert look(page) == []
    photograph(page, "terms")
