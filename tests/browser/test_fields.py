"""What a field does while somebody types: it counts, takes a number at a tap, offers titles; and does without script."""

import pytest
from playwright.sync_api import Page, expect

from ninghai.models import Unit
from tasks.models import Evidence, ProgressReport
from tests.browser.layout_faults import look
from tests.browser.people import DESKTOP, PHONE, Opening
from tests.cast import Cast
from tests.disclosure import makers
from tests.tasks import factories

NEW_PROPOSAL = "/work/proposals/new/"
TITLE = "关于公开2018年部门预算的通知"
SIZES = pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])


@pytest.fixture
def form(cast: Cast) -> str:
    factories.issued_notice(cast)
    return f"{factories.assignment_of(cast).get_absolute_url()}?period={factories.period().pk}"


def counted(page: Page, label: str) -> str:
    return page.get_by_label(label).locator("xpath=following-sibling::p[@class='count']").inner_text().strip()


@SIZES
def test_a_report_is_filled_in_by_counting_tapping_and_choosing(cast: Cast, opening: Opening, form: str, size):
    item = makers.published(cast, title=TITLE)
    page = opening(cast.clerk, viewport=size)
    page.goto(form)

    page.get_by_label("进展情况").fill("已公开𠮷\n两行")
    assert counted(page, "进展情况") == "7/5000"
    page.get_by_label("公开表述").fill("公" * 501)
    expect(page.get_by_text("请写短一些")).to_be_visible()
    page.get_by_label("公开表述").fill("")
    expect(page.get_by_text("请写短一些")).to_have_count(0)
    page.get_by_role("button", name="75%").click()
    expect(page.get_by_label("完成比例")).to_have_value("75")
    expect(page.get_by_role("button", name="75%")).to_have_attribute("aria-pressed", "true")
    page.get_by_label("已公开的信息").press_sequentially("部门预")
    expect(page.locator("datalist option")).to_have_attribute("value", TITLE)
    assert look(page) == []
    page.get_by_label("已公开的信息").fill(TITLE)
    page.get_by_role("button", name="添加材料").click()

    expect(page.get_by_role("link", name=f"{item.index_number} {TITLE}")).to_be_visible()
    assert ProgressReport.objects.get().percent == 75
    page.get_by_label("本期无进展").check()
    page.get_by_label("进展情况").fill("")
    expect(page.get_by_label("进展情况")).to_be_hidden()


def test_without_script_nothing_stands_there_that_does_nothing(cast: Cast, opening: Opening, form: str):
    makers.published(cast, title=TITLE)
    page = opening(cast.clerk, viewport=PHONE, java_script_enabled=False)
    page.goto(form)

    expect(page.get_by_role("button", name="75%")).to_have_count(0)
    expect(page.get_by_text("最多5000字").first).to_be_visible()
    page.get_by_label("进展情况").fill("已公开。")
    page.get_by_label("已公开的信息").fill("部门预算")
    page.get_by_role("button", name="添加材料").click()

    expect(page.get_by_text("1条已公开信息已附为佐证材料")).to_be_visible()
    assert Evidence.objects.count() == 1


@pytest.fixture
def many_units(cast: Cast) -> None:
    for number in range(12):
        Unit.objects.create(
            code=f"9{number:02}",
            name=f"宁海县第{number}试验局",
            short_name=f"县第{number}试验局",
            position=900 + number,
        )


def send(page: Page) -> None:
    """As it is: it comes back with what is missing."""
    with page.expect_navigation():
        page.locator("main form").first.evaluate("form => form.requestSubmit()")


@SIZES
def test_a_unit_is_found_by_typing_and_those_lately_chosen_are_on_top(cast: Cast, many_units, opening: Opening, size):
    page = opening(cast.office, viewport=size)
    page.goto(NEW_PROPOSAL)
    lead, co_units = page.get_by_label("主办单位"), page.get_by_role("group", name="协办单位")

    page.get_by_label("筛选").first.press_sequentially("第11试")
    expect(page.get_by_text("1个符合")).to_be_visible()
    expect(lead.locator("option")).to_have_text(["请选择", "县第11试验局"])
    page.keyboard.press("Enter")
    expect(lead.locator("option:checked")).to_have_text("县第11试验局")
    co_units.get_by_label("县财政局").check()
    co_units.get_by_label("筛选").press_sequentially("第1")
    expect(co_units.get_by_role("checkbox").filter(visible=True)).to_have_count(4)  # 1, 10, 11, and the ticked one
    page.keyboard.press("Enter")
    expect(co_units.get_by_label("县第1试验局")).to_be_checked()
    assert look(page) == []

    send(page)
    page.goto(NEW_PROPOSAL)
    co_units.get_by_role("button", name="县财政局").click()
    expect(co_units.get_by_label("县财政局")).to_be_checked()


def test_without_script_all_units_stand_there(cast: Cast, many_units, opening: Opening):
    page = opening(cast.office, viewport=PHONE, java_script_enabled=False)
    page.goto(NEW_PROPOSAL)

    expect(page.get_by_label("筛选").first).to_be_hidden()
    expect(page.get_by_role("group", name="协办单位").get_by_role("checkbox")).to_have_count(Unit.objects.count())


def test_who_names_a_unit_in_public_leaves_no_trace(cast: Cast, many_units, opening: Opening):
    page = opening(viewport=PHONE)
    page.goto("/requests/new/")

    page.get_by_label("筛选").press_sequentially("第3")
    page.keyboard.press("Enter")
    send(page)

    assert page.evaluate("localStorage.getItem('recent-units')") is None
