"""A clerk is told of a return and finds the way to it, on a phone; the office urges from its list by a desk."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from ninghai.models import Message
from tasks.progress.services import return_report
from tests.browser.people import DESKTOP, PHONE, Opening, photograph
from tests.cast import Cast
from tests.reports import makers


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desk"])
def test_a_clerk_reads_of_a_return_and_goes_to_the_task(cast: Cast, opening: Opening, size):
    makers.issued_notice(cast)
    task = makers.assignment("一1", "县财政局")
    report = makers.passed(cast, task, at=makers.moment(11, 19), period="第四季度")
    return_report(report=report, reason="请补充台账。", by=cast.office, at=makers.NOW)
    page = opening(cast.clerk, viewport=size)

    messages(page, unread=2).click()  # that tasks were issued, and the return
    expect(page.get_by_text("未读", exact=True)).to_have_count(2)
    photograph(page, "messages")
    page.get_by_role("link", name="县政府办公室退回").click()
    expect(page.get_by_text("退回理由：请补充台账。")).to_be_visible()
    if size is DESKTOP:  # on a phone the button of the message stands in its place
        expect(messages(page, unread=1)).to_be_visible()
    photograph(page, "message")
    page.get_by_role("button", name="前往办理").click()

    expect(page.get_by_role("heading", level=1)).to_contain_text(task.task.point.key)
    page.goto("/work/messages/settings/")
    photograph(page, "message-settings")


def messages(page: Page, *, unread: int) -> Locator:
    """The way to them: in the frame of a desk, in the places at the bottom of a phone."""
    return page.get_by_role("link", name=re.compile(rf"消息（{unread}\s*条未读\s*）"))


def test_the_office_urges_from_its_list(cast: Cast, opening: Opening):
    makers.issued_notice(cast)
    page = opening(cast.office)
    page.goto("/admin/tasks/assignment/?light=open")

    page.get_by_label("选择这一页的全部", exact=False).or_(page.locator("#action-toggle")).first.check()
    page.locator("select[name=action]").select_option(label="催办所选的任务")
    page.get_by_role("button", name="执行").click()
    expect(page.get_by_role("heading", name="将向")).to_be_visible()
    photograph(page, "urging")
    page.get_by_label("催办内容").fill("周五下班前务必报送。")
    page.get_by_role("button", name="发出催办").click()

    expect(page.get_by_text("已向")).to_be_visible()
    expect(page.get_by_role("button", name="撤销")).to_be_visible()
    photograph(page, "urged")
    assert Message.objects.filter(recipient=cast.clerk, kind=Message.Kind.URGED).count() == 1
