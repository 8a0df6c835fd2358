"""The office across the year's end: both years on the desk, maps that switch, forms that choose no year by themselves."""

from playwright.sync_api import expect

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
    expect(page.get_by_text("2019年工作要点")).to_be_visible()
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


def test_the_terms_of_use_are_a_page(cast: Cast, opening: Opening):
    makers.published(cast, title="2018年部门预算")
    page = opening()

    page.goto("/catalogue/terms/")

    assert look(page) == []
    photograph(page, "terms")
