"""Without a mouse: the focus is seen wherever it goes, the skip link skips, and whole acts are done by keyboard alone."""

import re
from itertools import product

import pytest
from playwright.sync_api import Locator, Page, expect

from disclosure.models import Correction, Item
from ninghai.models import User
from tasks.models import ProgressReport
from tests.browser import axe
from tests.browser.people import DESKTOP, PHONE, Opening
from tests.cast import PASSWORD, Cast

STOPS = 60  # how far the focus is followed on a page
TABS = 200  # after which something is out of reach
DRESSES = [(DESKTOP, ""), (PHONE, "contrast.elder")]
if axe.IS_WHOLE:
    DRESSES = list(product((PHONE, DESKTOP), ("", "contrast.elder")))
PLACES = {
    "visitor": ("/", "/catalogue/", "/display/"),
    "clerk": ("/work/", "/work/items/new/"),
    "office": ("/admin/", "/admin/disclosure/item/"),
}
# What has the focus: whether it can be seen, nothing lies above it, and it is marked; and what it is.
FOCUS = """() => {
  const here = document.activeElement;
  if (here === document.body) return null;
  const style = getComputedStyle(here), box = here.getBoundingClientRect();
  const isInSight = box.width > 0 && box.height > 0 && box.bottom > 0 && box.right > 0 && box.top < innerHeight && box.left < innerWidth;
  const x = (Math.max(box.left, 0) + Math.min(box.right, innerWidth)) / 2, y = (Math.max(box.top, 0) + Math.min(box.bottom, innerHeight)) / 2;
  const above = document.elementFromPoint(x, y);
  const isCovered = above && !here.contains(above) && !above.contains(here);
  const isMarked = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
  const faults = [isInSight || "out of sight", !isCovered || `covered by ${above.tagName}.${above.className}`, isMarked || "not marked"];
  return {faults: faults.filter((each) => each !== true).join(", "), what: `${here.tagName} ${here.name || here.textContent.trim().slice(0, 20)}`};
}"""


def tab_to(page: Page, target: Locator) -> None:
    """Press Tab until the target has the focus."""
    for _ in range(TABS):
        page.keyboard.press("Tab")
        if target.evaluate("each => each === document.activeElement"):
            return
    raise AssertionError(f"Tab does not lead to {target}")


def press(page: Page, role: str, name: str | re.Pattern[str]) -> None:
    """Go to the link or button, and press Enter there."""
    tab_to(page, page.get_by_role(role, name=name).first)
    page.keyboard.press("Enter")


def write(page: Page, label: str, words: str) -> None:
    tab_to(page, page.get_by_label(label))
    page.keyboard.insert_text(words)


def sign_in_by_keyboard(page: Page, user: User) -> None:
    page.goto("/login/")
    write(page, "用户名", user.username)
    write(page, "密码", PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="退出登录", include_hidden=True)).to_be_attached()


@pytest.mark.parametrize(("size", "mode"), DRESSES, ids=[f"{size['width']}px {mode}" for size, mode in DRESSES])
@pytest.mark.parametrize("name", PLACES)
def test_the_focus_is_always_seen(county: Cast, opening: Opening, site, size, name, mode):
    page = opening(getattr(county, name, None), viewport=size)
    if mode:
        page.context.add_cookies([{"name": "display", "value": mode, "url": site}])
    faults = []
    for address in PLACES[name]:
        page.goto(address)
        for _ in range(STOPS):
            page.keyboard.press("Tab")
            focus = page.evaluate(FOCUS)
            if focus is None:
                break
            faults += [f"{address} {focus['what']}: {focus['faults']}"] if focus["faults"] else []

    assert faults == []


@pytest.mark.parametrize(("name", "address"), [("visitor", "/"), ("clerk", "/work/"), ("office", "/admin/")])
def test_the_skip_link_comes_first_and_skips(county: Cast, opening: Opening, name, address):
    page = opening(getattr(county, name, None))
    page.goto(address)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent.trim()").startswith("跳")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")

    assert page.evaluate("document.querySelector('main').contains(document.activeElement)")


def test_a_visitor_searches_and_reports_an_error_by_keyboard(county: Cast, opening: Opening):
    item = Item.objects.get(title="关于公开2018年部门预算的公告")
    page = opening()
    page.goto("/")
    write(page, "查找政府信息", "预算")
    page.keyboard.press("Enter")
    press(page, "link", item.title)
    expect(page.get_by_role("heading", name=item.title)).to_be_visible()
    press(page, "link", "本页纠错")
    write(page, "问题", "第二段的年份写错了，应为2018年。")
    press(page, "button", "提交纠错")

    expect(page.get_by_text("您的纠错已收到")).to_be_visible()
    assert Correction.objects.filter(words__contains="年份写错了").exists()


def test_somebody_chooses_the_elder_mode_by_keyboard_and_comes_back(county: Cast, opening: Opening):
    page = opening(java_script_enabled=False)
    page.goto("/catalogue/?q=预算")
    press(page, "link", "长者模式")

    expect(page.get_by_role("link", name="退出长者模式")).to_be_visible()
    assert page.url.endswith("/catalogue/?q=%E9%A2%84%E7%AE%97")
    assert page.evaluate("parseFloat(getComputedStyle(document.body).fontSize)") >= 20


def test_a_clerk_drafts_an_item_by_keyboard_and_is_led_to_what_is_missing(county: Cast, opening: Opening):
    page = opening(county.clerk)
    page.goto("/work/items/new/")
    write(page, "正文", "各单位：现将2018年部门预算公开有关事项通知如下。")
    press(page, "button", "保存草稿")
    expect(page.get_by_label("名称")).to_be_focused()
    expect(page.get_by_label("正文")).to_have_value(re.compile("部门预算公开"))

    page.keyboard.insert_text("关于2018年部门预算公开的通知")
    press(page, "button", "保存草稿")
    expect(page.get_by_role("heading", name="关于2018年部门预算公开的通知")).to_be_visible()


def test_a_unit_reports_and_the_office_receives_it_by_keyboard(county: Cast, opening: Opening):
    """From the door to the end of the act, each at their own keyboard."""
    clerk, head, office = opening(), opening(), opening()
    sign_in_by_keyboard(clerk, county.other_clerk)
    press(clerk, "link", "二1")
    write(clerk, "进展情况", "已完成核对，网站栏目同步更新。")
    press(clerk, "button", "提交审核")
    expect(clerk.get_by_text("已提交本单位审核人审核")).to_be_visible()
    report = ProgressReport.objects.get(text__startswith="已完成核对")

    sign_in_by_keyboard(head, county.other_head)
    head.goto(report.assignment.get_absolute_url())
    press(head, "button", re.compile("^审核通过"))
    expect(head.get_by_text("已报送县政府办公室")).to_be_visible()

    sign_in_by_keyboard(office, county.office)
    office.goto(f"/admin/tasks/progressreport/{report.pk}/change/")
    press(office, "button", "接收")
    expect(office.get_by_text("已接收").first).to_be_visible()
    report.refresh_from_db()
    assert report.status == "accepted"
