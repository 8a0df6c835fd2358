"""A unit publishes what it drafted, and a visitor finds it: on a phone, on a desk, and without script."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from disclosure.basic_catalogue.reference_data import load_entries, load_topics
from disclosure.models import Item
from fixtures.reference_data import FOLDER
from ninghai.models import PublicCopy
from tests.browser import papers
from tests.browser.finding import assert_prints_alone, narrow, search
from tests.browser.people import DESKTOP, PHONE, Opening, photograph, unfold_menu
from tests.cast import Cast
from tests.disclosure import makers
from tests.reports.makers import assignment, issued_notice

TITLE = "宁海县财政局关于公开2018年部门预算的公告"
BODY = "一、总体要求\n各预算单位按规定公开部门预算。\n二、时间安排\n2018年11月底前完成。"
ATTACHMENT = "部门预算汇总表.pdf"
REASON = "请补充完成时间。"
MENDED = f"{BODY}\n三、联系方式\n县财政局预算科。"

OTHER, KIND = "2018年部门预算编制工作计划", Item.Kind.ANNOUNCEMENT


@pytest.mark.parametrize(
    ("size", "script"),
    [
        pytest.param(PHONE, True, id="390px-script", marks=pytest.mark.core),
        pytest.param(PHONE, False, id="390px-plain"),
        pytest.param(DESKTOP, True, id="1280px-script"),
        pytest.param(DESKTOP, False, id="1280px-plain"),
    ],
)
def test_a_unit_publishes_and_a_visitor_finds_it(cast: Cast, opening: Opening, size, script):
    makers.published(cast, title=OTHER, kind=Item.Kind.PLAN)
    how = {"viewport": size, "java_script_enabled": script}
    clerk, head = opening(cast.clerk, **how), opening(cast.head, **how)

    draft(clerk)
    submit(clerk)
    send_back(head)
    mend(clerk)
    submit(clerk)
    pass_on(head)
    answer_and_publish(opening(cast.office, **how), opening(cast.second_office, **how))

    visitor = opening(**how)
    search(visitor, "预算")
    photograph(visitor, "35-found")
    expect(visitor.get_by_role("link", name=OTHER)).to_be_visible()
    narrow(visitor, KIND)
    expect(visitor.get_by_role("link", name=OTHER)).to_have_count(0)
    assert_item_can_be_read(visitor)
    assert_prints_alone(visitor, TITLE)


def test_a_form_with_an_error_keeps_everything_typed(cast: Cast, opening: Opening):
    clerk = opening(cast.clerk, viewport=PHONE)
    clerk.goto("/work/items/new/")
    clerk.get_by_label("正文").fill(BODY)
    clerk.get_by_label("添加附件").set_input_files(papers.pdf(ATTACHMENT))

    clerk.get_by_role("button", name="保存草稿").click()

    expect(clerk.get_by_role("alert")).to_contain_text("名称")
    expect(clerk.get_by_label("正文")).to_have_value(BODY)
    photograph(clerk, "30-item-error")
    clerk.get_by_label("名称").fill(TITLE)
    clerk.get_by_role("button", name="保存草稿").click()
    expect(clerk.get_by_role("link", name=ATTACHMENT, exact=True)).to_be_visible()


def test_the_second_of_two_people_is_told_and_loses_nothing(cast: Cast, opening: Opening):
    item = makers.in_review(cast, title=TITLE)
    first, second = opening(cast.office), opening(cast.second_office)
    for page in (first, second):
        page.goto(f"/admin/disclosure/item/{item.pk}/change/")
    first.locator("summary", has_text="退回修改").click()
    first.get_by_label("退回理由").fill(REASON)
    first.get_by_role("button", name="退回起草人").click()
    expect(first.get_by_text("已退回起草人修改")).to_be_visible()

    second.locator("summary", has_text="退回修改").click()
    second.get_by_label("退回理由").fill("附件看不清。")
    second.get_by_role("button", name="退回起草人").click()

    expect(second.get_by_role("heading", name="这条记录刚刚有了变化")).to_be_visible()
    expect(second.get_by_text("附件看不清。")).to_be_visible()
    photograph(second, "31-conflict")


# --- Without script -----------------------------------------------------------------------------------


def test_the_clerk_reports_without_script(cast: Cast, opening: Opening):
    issued_notice(cast)
    clerk = opening(cast.clerk, viewport=PHONE, java_script_enabled=False)
    clerk.goto(assignment("一2", "县财政局").get_absolute_url())

    clerk.get_by_label("进展情况").fill("已完成核对。")
    clerk.get_by_label("完成比例").fill("60")
    clerk.get_by_label("上传佐证文件").set_input_files(papers.pdf("台账.pdf"))
    clerk.get_by_role("button", name="提交审核").click()

    expect(clerk.get_by_text("已提交本单位审核人审核")).to_be_visible()
    expect(clerk.get_by_role("link", name="台账.pdf", exact=True)).to_be_visible()


def test_a_visitor_searches_and_filters_without_script(cast: Cast, opening: Opening):
    makers.published(cast, title=TITLE)
    makers.published(cast, title="关于食品安全抽检的公告", body="抽检结果。", kind=Item.Kind.ANNOUNCEMENT)
    visitor = opening(viewport=PHONE, java_script_enabled=False)

    search(visitor, "预算")
    expect(visitor.get_by_role("link", name=TITLE)).to_be_visible()
    expect(visitor.get_by_text("食品安全")).to_have_count(0)
    visitor.goto("/catalogue/")
    visitor.locator(".narrowing > summary").click()
    visitor.get_by_role("region", name="信息类型").get_by_role("link", name=Item.Kind.ANNOUNCEMENT.label).click()

    expect(visitor.get_by_role("link", name="关于食品安全抽检的公告")).to_be_visible()
    expect(visitor.get_by_role("link", name=TITLE)).to_have_count(0)
    visitor.get_by_role("link", name=re.compile(r"去掉条件：\s*信息类型：通知公告")).click()
    expect(visitor.get_by_role("link", name=TITLE)).to_be_visible()


def test_titles_are_suggested_while_somebody_types(cast: Cast, opening: Opening):
    makers.published(cast, title=TITLE)
    visitor = opening(viewport=PHONE)
    visitor.goto("/catalogue/")

    visitor.get_by_label("检索词").press_sequentially(TITLE[2:5])

    expect(visitor.locator("datalist option")).to_have_attribute("value", TITLE)


# --- What people do -------------------------------------------------------------------------------------


@pytest.fixture(autouse=True)
def _catalogue(cast: Cast) -> Iterator[None]:
    load_topics(FOLDER / "topics.json")
    load_entries(FOLDER / "catalogue.json", at=makers.AT)
    return


def draft(page: Page) -> None:
    unfold_menu(page)
    page.get_by_role("navigation", name="工作导航").get_by_role("link", name="信息公开").click()
    page.get_by_role("link", name="起草信息").click()
    page.get_by_label("名称").fill(TITLE)
    page.get_by_label("信息类型").select_option(label=KIND.label)
    page.get_by_label("成文日期").fill("2018-11-19")
    page.get_by_label("正文").fill(BODY)
    page.get_by_label("添加附件").set_input_files(papers.pdf(ATTACHMENT))
    photograph(page, "32-item-draft")
    page.get_by_role("button", name="保存草稿").click()
    expect(page.get_by_role("link", name=ATTACHMENT, exact=True)).to_be_visible()


def submit(page: Page) -> None:
    papers.prepared()
    page.reload()
    page.get_by_role("button", name="提交审核").click()
    expect(page.get_by_text("已提交单位审核")).to_be_visible()


def open_item(page: Page) -> None:
    page.goto("/work/items/")
    page.get_by_role("link", name=TITLE).click()


def send_back(page: Page) -> None:
    open_item(page)
    page.locator("summary", has_text="退回修改").click()
    page.get_by_label("退回理由").fill(REASON)
    photograph(page, "33-item-head")
    page.get_by_role("button", name="退回起草人").click()
    expect(page.get_by_text("已退回起草人修改")).to_be_visible()


def mend(page: Page) -> None:
    """The clerk reads why, and finds everything typed where it was."""
    open_item(page)
    expect(page.get_by_text(REASON).first).to_be_visible()
    page.get_by_role("link", name="修改", exact=True).click()
    expect(page.get_by_label("名称")).to_have_value(TITLE)
    expect(page.get_by_label("正文")).to_have_value(BODY)
    page.get_by_label("正文").fill(MENDED)
    page.get_by_role("button", name="保存草稿").click()
    expect(page.get_by_role("heading", name="三、联系方式")).to_be_visible()
    expect(page.get_by_role("link", name=ATTACHMENT, exact=True)).to_be_visible()


def pass_on(page: Page) -> None:
    open_item(page)
    page.get_by_label("已审查全文和附件").check()
    page.get_by_role("button", name="审核通过，提交县政府办公室").click()
    expect(page.get_by_text("已签署保密审查意见")).to_be_visible()


def answer_and_publish(page: Page, other: Page) -> None:
    page.goto("/admin/disclosure/item/?waiting=personal-data-to-answer")
    page.get_by_role("row").filter(has_text=TITLE).get_by_role("link").first.click()
    page.get_by_role("button", name="签署个人信息审查意见：同意公开").click()
    expect(page.get_by_text("个人信息审查意见已签署")).to_be_visible()
    page.get_by_role("button", name="签署合法性与文字审查意见：同意公开").click()
    expect(page.get_by_text("合法性与文字审查意见已签署")).to_be_visible()
    other.goto("/admin/disclosure/item/?waiting=items-to-publish")
    other.get_by_role("row").filter(has_text=TITLE).get_by_role("link").first.click()
    photograph(other, "34-item-to-publish")
    other.get_by_role("button", name="公开", exact=True).click()
    expect(other.get_by_text(re.compile("已公开，索引号"))).to_be_visible()


def assert_item_can_be_read(page: Page) -> None:
    page.get_by_role("link", name=TITLE).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(TITLE)
    expect(page.get_by_role("heading", name="三、联系方式")).to_be_visible()
    photograph(page, "36-item")
    with page.expect_download() as download:
        page.get_by_role("link", name=ATTACHMENT, exact=True).click()
    copy = PublicCopy.objects.get().copy
    assert download.value.path().read_bytes() == copy.file.read()
