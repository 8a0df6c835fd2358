"""The office corrects a draft on a phone by taps, and at a desk by keys alone."""

import re

import pytest
from playwright.sync_api import Page, expect

from ninghai.models import Unit
from tasks.models import Responsibility, UnitChoice, WorkPoint, WorkPointNotice
from tasks.notices.correcting import resolve_responsibility
from tests.browser.layout_faults import look
from tests.browser.objections import objections
from tests.browser.people import PHONE, Opening, photograph
from tests.cast import Cast
from tests.tasks.drafts import county_office, real_draft
from tests.tasks.issued import ISSUED_AT, draft_notice


@pytest.fixture
def draft(cast: Cast) -> WorkPointNotice:
    """With a choice that the office has kept for 有关部门."""
    choice = UnitChoice.objects.create(name="有关部门", title="财经类部门", kept_by=cast.office, kept_at=ISSUED_AT)
    choice.units.set([cast.finance, cast.county_office])
    return draft_notice(cast)


def keys(draft: WorkPointNotice) -> list[str]:
    return list(draft.points.order_by("position").values_list("key", flat=True))


def is_resolved() -> bool:
    return Responsibility.objects.get(name="有关部门").is_resolved


def point(page: Page, key: str):
    return page.get_by_role("article", name=re.compile(rf"^要点{re.escape(key)}\s"))


def row(page: Page, key: str):
    return page.get_by_role("link", name=re.compile(rf"^{re.escape(key)}\s.*个单位"))


def test_on_a_phone_by_taps(cast: Cast, draft: WorkPointNotice, opening: Opening):
    page = opening(cast.office, viewport=PHONE, has_touch=True)
    page.goto(draft.get_absolute_url())
    photograph(page, "desk-notice")
    assert look(page) == []
    page.set_viewport_size(PHONE)

    point(page, "一（一）2").get_by_role("link", name="拆分").tap()  # open at once: there is the first thing to do
    expect(page.get_by_role("heading", name="拆分要点一（一）2")).to_be_visible()
    photograph(page, "desk-split")
    assert look(page) == []
    page.set_viewport_size(PHONE)
    page.get_by_role("link", name="在此处拆分").first.tap()
    page.get_by_role("group", name="“县政府办公室”负责哪一条").get_by_label("只要前一条").check()
    photograph(page, "desk-split-at")
    assert look(page) == []
    page.set_viewport_size(PHONE)
    page.get_by_role("button", name="拆成两条").tap()
    expect(page.get_by_text("已拆成两条，新的一条是一（一）2之二")).to_be_visible()
    assert keys(draft) == ["一（一）1", "一（一）2", "一（一）2之二", "二（一）1"]

    point(page, "一（一）2之二").get_by_role("link", name="合并").tap()
    expect(page.get_by_role("heading", name="合并要点一（一）2之二")).to_be_visible()
    photograph(page, "desk-merge")
    assert look(page) == []
    page.set_viewport_size(PHONE)
    page.get_by_role("button", name="并入上一条").tap()
    expect(page.get_by_text("两条要点已合并为一（一）2")).to_be_visible()

    row(page, "一（一）1").tap()
    expect(point(page, "一（一）1")).to_be_focused()
    point(page, "一（一）1").get_by_text("移动、删除").tap()
    point(page, "一（一）1").get_by_role("button", name="下移").tap()
    expect(page.get_by_text("要点已下移一步")).to_be_visible()
    assert keys(draft)[:2] == ["一（一）2", "一（一）1"]
    photograph(page, "desk-moved")

    row(page, "一（一）2").tap()
    expect(point(page, "一（一）2")).to_be_focused()
    page.get_by_role("link", name="看原文").tap()
    expect(page.locator("#here")).to_be_in_viewport()
    expect(page.locator("#here")).to_contain_text("公开常务会议事项")
    photograph(page, "desk-source")
    page.get_by_role("link", name="回到要点").tap()
    expect(page.locator("#here")).not_to_be_visible()
    photograph(page, "desk-resolve")
    page.get_by_role("button", name="用“财经类部门”（2 个单位）").tap()
    expect(page.get_by_text("“有关部门”已确定单位，共 1 处。")).to_be_visible()
    expect(page.get_by_text("要点都已处理完，可以下达。")).to_be_visible()
    assert is_resolved()


def press(page: Page, *names: str) -> None:
    for name in names:
        page.keyboard.press(name)


NAMED = """() => {
  const focused = document.activeElement;
  return focused === document.body ? "" : [focused.labels?.[0]?.textContent, focused.value, focused.textContent].join(" ");
}"""


def tab_to(page: Page, name: str) -> None:
    """With the Tab key, until the focus is on the element of this name."""
    for _ in range(120):
        page.keyboard.press("Tab")
        if name in page.evaluate(NAMED):
            return
    raise AssertionError(f"Tab does not reach {name}")


def test_at_a_desk_by_keys_alone(cast: Cast, draft: WorkPointNotice, opening: Opening):
    page = opening(cast.office)
    page.goto(draft.get_absolute_url())
    expect(page.get_by_text("快捷键", exact=True)).to_be_visible()

    row(page, "一（一）1").press("Enter")
    expect(point(page, "一（一）1")).to_be_focused()
    press(page, "s")
    page.wait_for_url("**/split/")
    tab_to(page, "公开财政预决算。")
    press(page, "Control+Home", *["ArrowRight"] * 4, "Enter", "Enter")
    tab_to(page, "下一步")
    press(page, "Enter")
    page.wait_for_url("**/split/4/")
    tab_to(page, "拆成两条")
    press(page, "Enter")
    expect(page.get_by_text("已拆成两条")).to_be_visible()
    assert keys(draft) == ["一（一）1", "一（一）1之二", "一（一）2", "二（一）1"]

    press(page, "m")
    page.wait_for_url("**/merge/")
    tab_to(page, "并入上一条")
    press(page, "Enter")
    expect(page.get_by_text("两条要点已合并为一（一）1")).to_be_visible()
    assert WorkPoint.objects.get(key="一（一）1").text == "公开财政预决算。"

    press(page, "d")
    expect(page.get_by_text("要点已下移一步")).to_be_visible()
    press(page, "v")
    page.wait_for_url("**/move/")
    tab_to(page, "移到哪一条之后")
    press(page, "Home", "Tab", "Enter")
    expect(page.get_by_text("已移动，编号为一（一）1")).to_be_visible()
    assert keys(draft) == ["一（一）1", "一（一）2", "二（一）1"]

    press(page, "j")
    expect(page.get_by_text("1/1", exact=False)).to_be_visible()
    expect(page.get_by_role("button", name="用“财经类部门”")).to_be_visible()
    press(page, "Enter")
    expect(page.get_by_text("已确定单位，共 1 处")).to_be_visible()
    assert is_resolved()


def test_the_keys_can_be_turned_off(cast: Cast, draft: WorkPointNotice, opening: Opening):
    page = opening(cast.office)
    page.goto(draft.get_absolute_url())
    page.get_by_text("快捷键", exact=True).click()
    page.get_by_label("启用快捷键").uncheck()
    page.reload()

    press(page, "j", "s")

    assert page.url.endswith("/change/")
    page.get_by_text("快捷键", exact=True).click()
    expect(page.get_by_label("启用快捷键")).not_to_be_checked()


def test_a_real_notice_of_99_points_and_40_obstacles_has_no_fault(opening: Opening):
    """Nothing decided, a name in place of another, one decided, a point that is done: on a page that stays short."""
    office = county_office()
    draft = real_draft("2020-division-of-work-notice", by=office)
    first = draft.points.select_related("notice").order_by("position").first()
    named = first.responsibilities.order_by("position").first()
    page = opening(office)
    states = ["", f"?point={first.pk}&name={first.responsibilities.last().pk}", f"?point={draft.points.last().pk}"]
    faults = {}
    for state in states:
        page.goto(draft.get_absolute_url() + state)
        faults |= {state: found} if (found := objections(page)) else {}
    height = page.evaluate("document.documentElement.scrollHeight")
    resolve_responsibility(responsibility=named, units=Unit.objects.all()[:1], by=office, at=ISSUED_AT, all_alike=True)
    page.goto(f"{draft.get_absolute_url()}?point={first.pk}&name={named.pk}")
    faults |= {"decided": found} if (found := objections(page)) else {}

    assert faults == {}
    assert draft.points.count() == 99
    assert height < 2 * page.viewport_size["height"]
