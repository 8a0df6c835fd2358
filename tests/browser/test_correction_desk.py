"""The office corrects a draft on a phone by taps, and at a desk by keys alone."""

import re

import pytest
from playwright.sync_api import Page, expect

from tasks.models import Responsibility, UnitChoice, WorkPoint, WorkPointNotice
from tests.browser.layout_faults import look
from tests.browser.people import PHONE, Opening, photograph
from tests.cast import Cast
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


def test_on_a_phone_by_taps(cast: Cast, draft: WorkPointNotice, opening: Opening):
    page = opening(cast.office, viewport=PHONE, has_touch=True)
    page.goto(draft.get_absolute_url())
    photograph(page, "desk-notice")
    assert look(page) == []
    page.set_viewport_size(PHONE)

    page.get_by_role("link", name="下一处待处理").first.tap()
    point(page, "一（一）2").get_by_role("link", name="拆分").tap()
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

    point(page, "一（一）1").get_by_text("移动、删除").tap()
    point(page, "一（一）1").get_by_role("button", name="下移").tap()
    expect(page.get_by_text("要点已下移一步")).to_be_visible()
    assert keys(draft)[:2] == ["一（一）2", "一（一）1"]
    photograph(page, "desk-moved")

    point(page, "一（一）2").get_by_role("link", name="确定单位").tap()
    expect(page.get_by_role("heading", name=re.compile(r"要点一（一）2\s.*：确定“有关部门”"))).to_be_visible()
    photograph(page, "desk-resolve")
    assert look(page) == []
    page.set_viewport_size(PHONE)
    page.get_by_role("button", name="用“财经类部门”（2 个单位）").tap()
    expect(page.get_by_text("“有关部门”已确定单位，共 1 处。")).to_be_visible()
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
    expect(page.get_by_role("heading", name="快捷键")).to_be_visible()

    press(page, "j", "s")
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

    press(page, "n", "r")
    page.wait_for_url("**/resolve/")
    tab_to(page, "用“财经类部门”")
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
