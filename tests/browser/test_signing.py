"""A paper's way in the browser: asked for, read over, signed, circulated, signed for, published; then corrected by another."""

import re

from playwright.sync_api import Page, expect

from disclosure.models import Answer
from ninghai.calendar import clock
from ninghai.models import Message
from reports.models import Receipt, Report
from reports.scheduler import mark_corrected_items
from tests.browser.layout_faults import look
from tests.browser.people import PHONE, Opening, photograph
from tests.cast import Cast
from tests.reports import makers

ADD = "/admin/reports/report/add/"


def ask(page: Page, button: str) -> Report:
    """Press the button of the form that asks for a report; a worker has printed it."""
    page.get_by_role("button", name=button).click()
    expect(page.get_by_text("已受理")).to_be_visible()
    report = Report.objects.latest("pk")
    return makers.rendered(report, pdf=makers.PDF + str(report.pk).encode())


def seen(page: Page, report: Report, name: str) -> None:
    page.goto(report.get_absolute_url())
    assert look(page) == []
    photograph(page, name)


def check(page: Page, report: Report) -> None:
    seen(page, report, "sign-1-to-check")
    page.get_by_role("button", name="核稿通过").click()
    expect(page.get_by_text("已核稿，等待签发人签发")).to_be_visible()


def sign(page: Page, report: Report, number: str) -> Report:
    seen(page, report, "sign-2-to-sign")
    page.get_by_role("link", name="签发", exact=True).click()
    assert look(page) == []
    page.get_by_label("发文字号").fill(number)
    photograph(page, "sign-3-form")
    page.get_by_role("button", name="签发", exact=True).click()
    expect(page.get_by_text("正在生成正式文件")).to_be_visible()
    report.refresh_from_db()
    return makers.rendered(report, pdf=makers.PDF + number.encode())


def circulate(page: Page, report: Report) -> None:
    seen(page, report, "sign-4-signed")
    page.get_by_role("link", name="印发", exact=True).click()
    assert look(page) == []
    photograph(page, "sign-5-circulate")
    page.get_by_role("button", name="印发", exact=True).click()
    expect(page.get_by_text("已印发，单位签收情况见下表。")).to_be_visible()


def confirm(page: Page, report: Report) -> None:
    """The clerk finds it by the message, reads it and signs for it."""
    page.goto("/work/reports/")
    assert look(page) == []
    photograph(page, "sign-6-inbox")
    page.get_by_role("link", name=report.title).first.click()
    expect(page.get_by_text("请阅读后签收")).to_be_visible()
    assert look(page) == []
    photograph(page, "sign-7-inbox-one")
    page.get_by_role("button", name="签收").click()
    expect(page.get_by_text("已签收").first).to_be_visible()


def bring_to_the_catalogue(page: Page, report: Report) -> str:
    """The office drafts the item of it and hands it in; the address of its page."""
    seen(page, report, "sign-8-receipts")
    page.get_by_role("button", name="送公开审核").click()
    expect(page.get_by_text("已存为公开信息草稿")).to_be_visible()
    assert look(page) == []
    photograph(page, "sign-p1-draft")
    page.get_by_role("button", name="提交审核").click()
    expect(page.get_by_text("已提交单位审核")).to_be_visible()
    return page.url


def review(address: str, *, second: Page, signer: Page) -> None:
    """The ordinary review of the office's own item: nobody answers for what they drafted, two people at least."""
    second.goto(address)
    assert look(second) == []
    photograph(second, "sign-p2-secrecy")
    second.get_by_label("已审查全文和附件").check()
    second.get_by_role("button", name="签署意见，转入审查").click()
    expect(second.get_by_text("已签署保密审查意见")).to_be_visible()
    for page, kind in ((second, Answer.Kind.PERSONAL_DATA), (signer, Answer.Kind.LEGALITY)):
        page.goto(address)
        page.get_by_role("button", name=f"签署{kind.label}意见：同意公开").click()
        expect(page.get_by_text(f"{kind.label}意见已签署")).to_be_visible()


def publish(page: Page, address: str) -> None:
    page.goto(address)
    photograph(page, "sign-p3-to-publish")
    page.get_by_role("button", name="公开", exact=True).click()
    expect(page.get_by_text(re.compile("已公开，索引号"))).to_be_visible()


def read(page: Page, report: Report, name: str) -> None:
    """What the public reads of it, on its own page and on that of its code."""
    report.refresh_from_db()
    for address in (report.item.get_absolute_url(), f"/verify/{report.code}/"):
        page.goto(address)
        assert look(page) == []
        photograph(page, f"{name}-{'verify' if 'verify' in address else 'item'}")
    expect(page.get_by_role("link", name=report.title)).to_be_visible()


def test_a_circular_is_signed_and_signed_for_and_then_corrected(cast: Cast, opening: Opening):
    makers.issued_notice(cast)
    office, second, signer = (opening(person) for person in (cast.office, cast.second_office, cast.signer))
    clerk = opening(cast.clerk, viewport=PHONE)

    office.goto(ADD)
    office.get_by_role("radio", name="全县进展情况").check()
    assert look(office) == []
    photograph(office, "sign-0-kinds")
    office.get_by_role("button", name="下一步").click()
    office.get_by_label("工作要点通知").select_option(index=1)
    report = ask(office, "制作通报")
    check(second, report)
    report = sign(signer, report, "宁政办发[2018]60号")
    circulate(office, report)
    confirm(clerk, report)

    assert report.document_number == "宁政办发〔2018〕60号"
    assert Receipt.objects.get(report=report, unit=cast.finance).confirmed_by == cast.clerk
    assert Message.objects.filter(kind=Message.Kind.CIRCULATED, recipient=cast.clerk).count() == 1
    address = bring_to_the_catalogue(office, report)
    review(address, second=second, signer=signer)
    publish(second, address)
    anybody = opening()
    read(anybody, report, "sign-9-public")
    seen(office, report, "sign-9-published")

    office.get_by_role("link", name="制作更正件").click()
    expect(office.get_by_text(f"更正《{report.title}》（宁政办发〔2018〕60号）")).to_be_visible()
    assert look(office) == []
    photograph(office, "sign-9-correction")
    correction = ask(office, "制作更正件")
    check(second, correction)
    correction = sign(signer, correction, "宁政办发〔2018〕61号")

    circulate(office, correction)
    address = bring_to_the_catalogue(office, correction)
    review(address, second=second, signer=signer)
    publish(second, address)
    mark_corrected_items(at=clock.now())  # as the scheduler does

    assert correction.corrects == report
    seen(office, report, "sign-a-corrected")
    expect(office.get_by_text("更正件", exact=True)).to_be_visible()
    clerk.goto(f"/work/reports/{report.pk}/")
    expect(clerk.get_by_text("本文件已由2018-11-20签发的宁政办发〔2018〕61号更正")).to_be_visible()
    read(anybody, correction, "sign-b-correction")
    read(anybody, report, "sign-b-corrected")
    anybody.goto(report.item.get_absolute_url())
    expect(anybody.get_by_text("废止，仅供查阅")).to_be_visible()
    expect(anybody.get_by_text("替代文件：").get_by_role("link")).to_have_attribute(
        "href", correction.item.get_absolute_url()
    )
    anybody.goto(f"/verify/{report.code}/")
    anybody.get_by_role("link", name="宁政办发〔2018〕61号").click()
    expect(anybody.get_by_text("宁政办发〔2018〕60号")).to_be_visible()
    assert look(anybody) == []
