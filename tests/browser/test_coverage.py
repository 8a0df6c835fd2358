"""The office reads the matrix by keyboard and opens a cell; a clerk on a phone sees what is missing and goes to write it."""

import re
from datetime import date

from playwright.sync_api import Page, expect

from disclosure.coverage.services import compute_coverage
from disclosure.models import Item
from disclosure.models.basic_catalogue import UpdateRhythm
from fixtures.reference_data import load_workdays
from tests.browser.layout_faults import look
from tests.browser.people import PHONE, Opening, photograph
from tests.cast import Cast
from tests.disclosure.coverage.county import ON, duty, moment, public

MATRIX = "/admin/disclosure/coveragecell/matrix/"


def make_duties(cast: Cast) -> None:
    """Every state, below two headings."""
    load_workdays()
    first, second = duty("1", name="重点领域"), duty("2", name="办事服务")
    both, monthly = (cast.finance, cast.town), {"rhythm": UpdateRhythm.MONTHLY}
    public(cast, date(2018, 11, 5), entry=duty("11", *both, parent=first, name="财政预算执行情况", **monthly))
    public(cast, date(2018, 9, 5), entry=duty("12", *both, parent=first, name="政府采购月报", **monthly))
    late = duty("13", cast.finance, parent=first, name="国有土地使用权出让公告和结果信息")
    public(cast, date(2018, 11, 5), entry=late, formed_date=date(2018, 9, 3), title="出让结果公告")
    duty("21", *both, cast.county_office, parent=second, since=date(2018, 11, 12), name="办事指南")
    policy = public(cast, date(2018, 11, 12), title="关于补贴的通知", kind="document")
    Item.objects.filter(pk=policy.pk).update(owes_interpretation=True)
    explaining = public(cast, ON, title="补贴通知解读", kind="interpretation")
    Item.objects.filter(pk=explaining.pk).update(explains=policy)
    compute_coverage(on=ON, at=moment(ON, 1))


def told(page: Page) -> str:
    """Whose cell it is, as the page says it."""
    return page.locator("[data-here]").inner_text()


def tab_into_the_matrix(page: Page) -> None:
    """From the top of the page, by Tab alone."""
    for _ in range(80):
        page.keyboard.press("Tab")
        if page.evaluate("Boolean(document.activeElement.closest('[data-heat-map]'))"):
            return
    raise AssertionError("Tab does not reach the matrix")


def test_the_office_reads_the_matrix_by_keyboard_and_opens_a_cell(cast: Cast, opening: Opening):
    make_duties(cast)
    page = opening(cast.office)
    page.goto(MATRIX)
    assert look(page) == []
    photograph(page, "coverage-matrix")

    tab_into_the_matrix(page)
    assert told(page) == "财政预算执行情况 县财政局：已公开"
    page.keyboard.press("ArrowDown")
    assert told(page) == "政府采购月报 县财政局：逾期未更新"
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", level=1)).to_have_text("县财政局：政府采购月报")
    expect(page.get_by_text("应在2018-10-31前公开")).to_have_count(2)  # the cell's, and its finding's
    assert look(page) == []
    photograph(page, "coverage-cell")


def test_on_a_phone_the_office_takes_one_unit_as_a_list(cast: Cast, opening: Opening):
    make_duties(cast)
    page = opening(cast.office, viewport=PHONE)
    page.goto(MATRIX)
    assert page.locator(".heat-frame").bounding_box()["y"] < 0.6 * PHONE["height"]  # what narrows it is folded

    page.locator("summary", has_text="逐行查看").click()
    page.get_by_label("只看一个单位").select_option(label="深甽镇")
    page.get_by_role("button", name="逐行查看").click()

    expect(page.get_by_role("heading", name="深甽镇")).to_be_visible()
    expect(page.get_by_text("空白", exact=True).last).to_be_visible()
    assert look(page) == []
    photograph(page, "coverage-unit")


def test_a_clerk_sees_what_is_missing_and_goes_to_write_it(cast: Cast, opening: Opening):
    make_duties(cast)
    page = opening(cast.clerk, viewport=PHONE)
    page.goto("/work/coverage/")
    assert look(page) == []
    photograph(page, "coverage-work")

    page.get_by_role("link", name="起草：政府采购月报").click()

    expect(page).to_have_url(re.compile(r"/work/items/new/\?entry=12$"))


def test_the_public_goes_from_a_policy_to_its_interpretation_and_back(cast: Cast, opening: Opening):
    make_duties(cast)
    page = opening()
    page.goto(Item.objects.get(title="关于补贴的通知").get_absolute_url())
    photograph(page, "coverage-policy")

    page.get_by_role("link", name="补贴通知解读").click()
    page.get_by_role("link", name="关于补贴的通知").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("关于补贴的通知")


def test_the_office_reads_the_lists_behind_it(cast: Cast, opening: Opening):
    make_duties(cast)
    page = opening(cast.office)
    for address in ("coveragefinding/?open=yes", "coveragecell/?state__exact=stale"):
        page.goto(f"/admin/disclosure/{address}")
        assert look(page) == []
        photograph(page, f"coverage-{address[:13]}")
