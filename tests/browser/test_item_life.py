"""An item's whole life in the browser: drafted, returned, published, revised, and read in its versions by everybody."""

import re

import pytest
from playwright.sync_api import Page, expect

from disclosure.basic_catalogue.reference_data import load_entries, load_topics
from disclosure.models import Answer, Item, Topic
from disclosure.review.services import lines, load_check_points
from fixtures.reference_data import FOLDER
from tests.browser import papers
from tests.browser.layout_faults import look
from tests.browser.people import DESKTOP, PHONE, Opening, photograph
from tests.cast import Cast
from tests.disclosure import makers

TITLE = "宁海县财政局关于印发部门预算公开办法的通知"
BODY = "一、总体要求\n各预算单位按规定公开部门预算。\n二、时间安排\n2018年11月底前完成。\n三、其他\n另行通知。"
REVISED = BODY.replace("11月底", "12月底") + "\n四、联系方式\n县财政局预算科。"
OLD_TABLE, NEW_TABLE = "部门预算汇总表.pdf", "补充说明.pdf"
REASON, NOTE = "请补充完成时间。", "延长完成时间，补充联系方式。"

both_widths = pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["390px", "1280px"])


@pytest.fixture(autouse=True)
def _ground(cast: Cast) -> None:
    load_topics(FOLDER / "topics.json")
    load_entries(FOLDER / "catalogue.json", at=makers.AT)
    load_check_points(FOLDER / "check_points.json")


@both_widths
def test_an_item_is_published_revised_and_read_in_its_versions(cast: Cast, opening: Opening, size):
    policy = makers.published(cast, title="宁海县预算公开办法")
    people = {
        name: opening(getattr(cast, name), viewport=size) for name in ("clerk", "head", "office", "second_office")
    }
    clerk = people["clerk"]

    draft(clerk, explains=str(policy.index_number))
    submit(clerk)
    send_back(people["head"])
    mend(clerk)
    submit(clerk)
    review_and_publish(people, "50-first")
    revise(clerk)
    submit(clerk)
    review_and_publish(people, "55-revision")

    read_the_versions(opening(viewport=size), str(Item.objects.get(title=TITLE, status="published").index_number))


@both_widths
def test_what_is_refused_stands_where_it_was_asked_for(cast: Cast, opening: Opening, size):
    item = makers.published(cast, title=TITLE, body=BODY)
    office = opening(cast.office, viewport=size)
    office.goto(f"/admin/disclosure/item/{item.pk}/change/")
    folded = office.locator("details.offer").filter(has_text="变更时效")
    folded.locator("summary").click()
    folded.get_by_label("时效", exact=True).select_option(label="废止")
    photograph(office, "65-offers")
    folded.get_by_role("button", name="变更时效").click()

    expect(office.get_by_role("alert")).to_contain_text("依据")
    expect(office.locator("details.offer[open]")).to_have_count(1)
    assert not look(office)
    photograph(office, "66-offer-refused")
    office.locator("details.offer").filter(has_text="撤回说明").locator("summary").click()
    withdrawal = office.locator("details.offer").filter(has_text="撤回说明")
    withdrawal.get_by_label("撤回原因").select_option(label="内容已过时")
    withdrawal.get_by_label("撤回说明").fill("已有新的规定。")
    withdrawal.get_by_role("button", name="撤回").click()
    expect(office.get_by_role("heading", name="公众将看到")).to_be_visible()
    assert not look(office)
    photograph(office, "67-withdraw")
    office.get_by_role("button", name="确认撤回").click()
    expect(office.get_by_text(f"《{TITLE}》已撤回。")).to_be_visible()


@both_widths
def test_a_second_click_after_the_page_saved_by_itself_leads_to_the_draft(cast: Cast, opening: Opening, size):
    clerk = opening(cast.clerk, viewport=size)
    clerk.goto("/work/items/new/")
    clerk.get_by_label("名称").fill(TITLE)
    clerk.get_by_label("正文").fill(BODY)
    expect(clerk.get_by_text("已自动保存")).to_be_visible()

    clerk.get_by_label("正文").fill(REVISED)
    clerk.get_by_role("button", name="保存草稿").dblclick()

    expect(clerk.get_by_role("heading", name=TITLE)).to_be_visible()
    expect(clerk.get_by_role("heading", name="四、联系方式")).to_be_visible()
    assert Item.objects.count() == 1


@both_widths
def test_the_three_answers_after_an_emergency_release_are_ticked_and_signed(cast: Cast, opening: Opening, size):
    item = makers.released_at_once(cast, makers.in_review(cast, title=TITLE, body=BODY))
    office = opening(cast.office, viewport=size)
    office.goto(f"/admin/disclosure/item/{item.pk}/change/")
    kind = Answer.Kind.LEGALITY
    folded = office.locator("details.offer").filter(has_text=f"补充审查：{kind.label}")
    folded.locator("summary").click()
    photograph(office, "68-review-after")
    for line in lines(kind):
        folded.get_by_label(line).check()
    folded.get_by_role("button", name=f"签署{kind.label}意见：同意公开").click()

    expect(office.get_by_text("补充审查意见已签署")).to_be_visible()
    assert item.answers.get(kind=kind, dropped_at=None).checked == lines(kind)


# --- What people do -------------------------------------------------------------------------------------


def draft(page: Page, *, explains: str) -> None:
    """Every group of fields is opened and filled in."""
    page.goto("/work/items/new/")
    photograph(page, "40-form-folded")
    page.get_by_label("名称").fill(TITLE)
    page.get_by_label("发文字号").fill("宁财预〔2018〕12号")
    page.get_by_label("信息类型").select_option(label=Item.Kind.DOCUMENT.label)
    page.get_by_label("主题分类").select_option(index=Topic.objects.count() and 2)
    page.get_by_label("成文日期").fill("2018-11-19")
    page.get_by_label("内容概述").fill("部门预算怎样公开、何时公开。")
    page.get_by_label("正文").fill(BODY)
    page.get_by_label("添加附件").set_input_files(papers.pdf(OLD_TABLE))
    for group in page.locator("details.field-group").all():
        group.locator("summary").click()
    page.get_by_label("组配分类").select_option(index=1)
    page.get_by_label("来源").fill("宁海县财政局预算科")
    page.get_by_label("所解读的文件").fill(explains)
    page.get_by_label("施行日期").fill("2018-12-01")
    page.get_by_label("有效期至").fill("2020-12-01")
    page.get_by_label("统一编号").fill("ZJNH02-2018-0001")
    photograph(page, "41-form-filled")
    assert not look(page)
    page.get_by_role("button", name="保存草稿").click()
    expect(page.get_by_role("link", name=OLD_TABLE, exact=True)).to_be_visible()
    photograph(page, "42-drafted")


def submit(page: Page) -> None:
    papers.prepared()
    page.reload()
    page.get_by_role("button", name="提交审核").click()
    expect(page.get_by_text("已提交单位审核")).to_be_visible()


def open_newest(page: Page) -> None:
    page.goto("/work/items/")
    page.get_by_role("link", name=TITLE).first.click()


def send_back(page: Page) -> None:
    open_newest(page)
    page.locator("summary", has_text="退回修改").click()
    page.get_by_label("退回理由").fill(REASON)
    page.get_by_role("button", name="退回起草人").click()
    expect(page.get_by_text("已退回起草人修改")).to_be_visible()


def mend(page: Page) -> None:
    """The clerk reads why, and finds every group open in which something was typed."""
    open_newest(page)
    photograph(page, "43-returned")
    expect(page.get_by_text(REASON).first).to_be_visible()
    page.get_by_role("link", name="修改", exact=True).click()
    expect(page.get_by_label("统一编号")).to_have_value("ZJNH02-2018-0001")
    photograph(page, "44-mending")
    page.get_by_label("内容概述").fill("部门预算怎样公开，何时完成。")
    page.get_by_role("button", name="保存草稿").click()
    expect(page.get_by_text("已保存为草稿")).to_be_visible()


def review_and_publish(people: dict[str, Page], name: str) -> None:
    head, office, other = people["head"], people["office"], people["second_office"]
    open_newest(head)
    photograph(head, f"{name}-head")
    assert not look(head)
    tick(head, [*lines(Answer.Kind.SECRECY), "已审查全文和附件"])
    head.get_by_role("button", name="审核通过，提交县政府办公室").click()
    expect(head.get_by_text("已签署保密审查意见")).to_be_visible()

    open_waiting(office, "personal-data-to-answer")
    photograph(office, f"{name}-office")
    assert not look(office)
    for kind in (Answer.Kind.PERSONAL_DATA, Answer.Kind.LEGALITY):
        tick(office, lines(kind))
        office.get_by_role("button", name=f"签署{kind.label}意见：同意公开").click()
        expect(office.get_by_text(f"{kind.label}意见已签署")).to_be_visible()

    open_waiting(other, "items-to-publish")
    photograph(other, f"{name}-publish")
    other.get_by_role("button", name="公开", exact=True).click()
    expect(other.get_by_text(re.compile("已公开，索引号"))).to_be_visible()
    photograph(other, f"{name}-published")
    assert not look(other)


def open_waiting(page: Page, queue: str) -> None:
    page.goto(f"/admin/disclosure/item/?waiting={queue}")
    page.get_by_role("row").filter(has_text=TITLE).get_by_role("link").first.click()


def tick(page: Page, labels: list[str]) -> None:
    for label in labels:
        page.get_by_label(label).check()


def revise(page: Page) -> None:
    open_newest(page)
    page.get_by_text("修订", exact=True).click()
    photograph(page, "52-offer-revise")
    assert not look(page)
    page.get_by_text("修订", exact=True).click()
    if not page.get_by_role("button", name="起草修订稿").is_visible():
        page.get_by_text("修订", exact=True).click()
    page.get_by_role("button", name="起草修订稿").click()
    expect(page.get_by_text("已起草修订稿")).to_be_visible()
    page.get_by_role("link", name="修改", exact=True).click()
    page.get_by_label("正文").fill(REVISED)
    page.get_by_label("添加附件").set_input_files(papers.pdf(NEW_TABLE))
    page.get_by_role("button", name="保存草稿").click()
    expect(page.get_by_role("alert")).to_contain_text("请写明改了什么")
    photograph(page, "53-note-asked")
    page.get_by_label("修改说明").fill(NOTE)
    page.get_by_role("button", name="保存草稿").click()
    expect(page.get_by_role("heading", name="与公开版本相比")).to_be_visible()
    photograph(page, "54-revision")


def read_the_versions(page: Page, number: str) -> None:
    page.goto(f"/catalogue/item/{number}/")
    expect(page.get_by_text("2018年12月底前完成。")).to_be_visible()
    photograph(page, "60-item")
    page.get_by_role("link", name="查看历史版本").click()
    expect(page.get_by_text(f"修改说明：{NOTE}")).to_be_visible()
    assert not look(page)
    photograph(page, "61-history")
    page.get_by_role("link", name="查看第1版").click()
    expect(page.get_by_text("2018年11月底前完成。")).to_be_visible()
    expect(page.get_by_role("link", name=NEW_TABLE, exact=True)).to_have_count(0)
    assert not look(page)
    photograph(page, "62-version")
    page.get_by_role("link", name="全部历史版本").click()
    page.get_by_role("button", name="对照两个版本").click()
    expect(page.locator("del").first).to_have_text("1")
    expect(page.get_by_text(f"第2版的修改说明：{NOTE}")).to_be_visible()
    expect(page.locator("ins", has_text=NEW_TABLE)).to_be_visible()
    assert not look(page)
    photograph(page, "63-compare")
