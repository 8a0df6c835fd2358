"""Drafter and reviewers before a text and a file with personal data in them, on a phone and at a desk, by keyboard too."""

import pytest
from playwright.sync_api import Page, expect

from disclosure.items.drafting import edit_item
from disclosure.models import Answer
from disclosure.review.services import lines, load_check_points, return_item, submit_item
from fixtures.reference_data import FOLDER
from tests.browser.layout_faults import look
from tests.browser.people import DESKTOP, PHONE, Opening, photograph
from tests.cast import Cast
from tests.disclosure import makers
from tests.disclosure.test_gate import picture, stored
from tests.ninghai.personal_data import files
from tests.ninghai.personal_data.files import MOBILE, NUMBER

TITLE = "关于2018年危房改造补助名单的公示"
BODY = f"一、补助对象\n户主：葛丽，身份证号{NUMBER}，电话{MOBILE}。\n二、监督电话\n县财政局办公室0574-65562890。"

both_widths = pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["390px", "1280px"])


@pytest.fixture(autouse=True)
def _checklist(cast: Cast) -> None:
    load_check_points(FOLDER / "check_points.json")


@both_widths
def test_a_drafter_sees_every_hit_and_has_it_masked(cast: Cast, opening: Opening, size):
    item = makers.drafted(cast, title=TITLE, body=BODY, files=[stored(cast, files.workbook(), "名单.xlsx")])
    clerk = opening(cast.clerk, viewport=size)
    clerk.goto(f"/work/items/{item.pk}/")

    expect(clerk.locator("mark", has_text=NUMBER)).to_be_visible()
    expect(clerk.get_by_text("工作表“名单”C3：")).to_be_attached()
    assert not look(clerk)
    photograph(clerk, "37-item-hits")
    clerk.get_by_role("button", name="换成脱敏副本：名单.xlsx").click()
    expect(clerk.get_by_text("“名单.xlsx”已换成脱敏副本")).to_be_visible()
    clerk.get_by_role("button", name="正文和字段去标识化").click()

    expect(clerk.get_by_text("没有发现个人信息。")).to_be_visible()
    expect(clerk.get_by_text("户主：葛某，身份证号3302**********123X，电话138****1234。")).to_be_visible()
    clerk.get_by_role("button", name="提交审核").click()
    expect(clerk.get_by_text("已提交单位审核")).to_be_visible()


@both_widths
@pytest.mark.parametrize("is_office", [False, True], ids=["unit", "office"])
def test_what_keeps_a_draft_from_being_submitted_goes_with_one_click(cast: Cast, opening: Opening, size, is_office):
    drafter = cast.office if is_office else cast.clerk
    item = makers.drafted(cast, by=drafter, title=TITLE, body=BODY)
    page = opening(drafter, viewport=size)
    page.goto(f"/admin/disclosure/item/{item.pk}/change/" if is_office else f"/work/items/{item.pk}/")

    expect(page.get_by_role("button", name="提交审核")).to_be_disabled()
    expect(page.get_by_text("还不能提交审核：有1处确定的个人信息没有处理（手机号码1处）")).to_be_visible()
    assert not look(page)
    photograph(page, f"38-before-submission-{'office' if is_office else 'unit'}")
    page.get_by_role("button", name="一键去标识化正文和字段").click()

    expect(page.get_by_text("3处个人信息已去标识化")).to_be_visible()
    expect(page.get_by_text("户主：葛某，身份证号3302**********123X，电话138****1234。")).to_be_visible()
    photograph(page, f"38-masked-at-once-{'office' if is_office else 'unit'}")
    page.get_by_role("button", name="提交审核").click()
    expect(page.get_by_text("已提交单位审核")).to_be_visible()


@both_widths
def test_the_head_reads_what_is_new_and_signs_by_keyboard(cast: Cast, opening: Opening, size):
    item = makers.with_head(cast, title=TITLE, body=BODY)
    return_item(item=item, reason="请去标识化", by=cast.head, at=makers.AT)
    body = BODY.replace(NUMBER, "3302**********123X").replace(f"，电话{MOBILE}", "").replace("葛丽", "葛某")
    edit_item(item=item, version=item.version, body=body, by=cast.clerk, at=makers.AT)
    submit_item(item=item, by=cast.clerk, at=makers.AT)
    head = opening(cast.head, viewport=size)
    head.goto(f"/work/items/{item.pk}/")

    expect(head.get_by_role("heading", name="与第1次送审稿相比")).to_be_visible()
    assert not look(head)
    photograph(head, "38-item-changes")
    head.get_by_role("button", name="审核通过，提交县政府办公室").press("Enter")
    expect(head.get_by_role("alert")).to_contain_text("请逐项核对并勾选")
    tick(head, [*lines(Answer.Kind.SECRECY), "已审查全文和附件"])
    head.get_by_role("button", name="审核通过，提交县政府办公室").press("Enter")

    expect(head.get_by_text("已签署保密审查意见")).to_be_visible()
    assert item.answers.get(dropped_at=None).checked == lines(Answer.Kind.SECRECY)


@both_widths
def test_the_office_rules_on_what_may_stay_and_signs(cast: Cast, opening: Opening, size):
    proof = [stored(cast, picture(), "现场照片.png")]
    item = makers.in_review(cast, title=TITLE, body=BODY, files=proof)
    office = opening(cast.office, viewport=size)
    office.goto(f"/admin/disclosure/item/{item.pk}/change/")
    photograph(office, "39-item-review")
    assert not look(office)

    tick(office, lines(Answer.Kind.PERSONAL_DATA))
    office.get_by_role("button", name="签署个人信息审查意见：同意公开").click()
    expect(office.get_by_role("alert")).to_contain_text("还有4处个人信息没有处理")
    for where in ("姓名1处", "身份证号1处", "手机号码1处"):
        group(office, where).get_by_role("checkbox").check()
    office.get_by_label("可以公开的理由").select_option(label="依法应当公示的名单")
    office.get_by_role("button", name="登记理由").click()
    expect(office.get_by_text("已登记3处：依法应当公示的名单。")).to_be_visible()
    group(office, "图片1处").get_by_role("checkbox").check()
    office.get_by_label("可以公开的理由").select_option(label="图片已人工核对")
    office.get_by_role("button", name="登记理由").click()
    expect(office.get_by_text("发现的4处都已登记可以公开的理由。")).to_be_visible()
    photograph(office, "40-item-ruled")
    tick(office, lines(Answer.Kind.PERSONAL_DATA))
    office.get_by_role("button", name="签署个人信息审查意见：同意公开").click()

    expect(office.get_by_text("个人信息审查意见已签署")).to_be_visible()


def group(page: Page, what: str):
    return page.get_by_role("group").filter(has_text=what)


def tick(page: Page, labels: list[str]) -> None:
    """By keyboard alone: a blank ticks the box that has the focus."""
    for label in labels:
        box = page.get_by_label(label)
        box.focus()
        page.keyboard.press("Space")
        expect(box).to_be_checked()
