"""The office enters a holiday that nobody foresaw, and a running limit follows."""

from playwright.sync_api import expect

from fixtures.reference_data import load_workdays
from ninghai.calendar.duty_clocks import start_clock
from tests.browser.layout_faults import look
from tests.browser.people import Opening
from tests.cast import Cast
from tests.ninghai.test_duty_clocks import ANSWER
from tests.ninghai.test_reckoning import at


def test_the_office_changes_a_day_and_sees_what_moves(cast: Cast, opening: Opening):
    load_workdays()
    started = at("2018-11-15")
    start_clock(duty=ANSWER, target=cast.finance, happened_at=started, by=cast.office, at=started)
    page = opening(cast.office)

    page.goto("/admin/ninghai/workday/year/")
    assert look(page) == []
    page.get_by_role("link", name="修改一天").click()
    page.get_by_label("日期").fill("2018-11-30")
    page.get_by_label("这一天").select_option(label="放假")
    page.get_by_label("说明").fill("台风停工")
    page.get_by_label("依据").fill("县防指通知")
    page.get_by_role("button", name="查看变化").click()
    expect(page.get_by_role("row", name="县财政局")).to_contain_text("2018-12-07")
    assert look(page) == []
    page.get_by_role("button", name="确认修改").click()

    expect(page.get_by_text("工作日历已修改，1 个办理时限的到期日随之改变。")).to_be_visible()
    november = page.get_by_role("table", name="11月")
    expect(november.get_by_role("cell", name="30休")).to_be_visible()
    page.goto("/admin/ninghai/dutyclock/")
    assert look(page) == []
    expect(page.get_by_role("row", name="县财政局")).to_contain_text("2018-12-07")
    page.get_by_role("link", name="县财政局").click()
    page.wait_for_url("**/change/")
    assert look(page) == []
