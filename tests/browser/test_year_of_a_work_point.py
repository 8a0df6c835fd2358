"""From the notice of August to the circular that anybody can check: the whole chain, each person at their own browser."""

import hashlib
import re
from dataclasses import dataclass

import pytest
from playwright.sync_api import Locator, Page, expect

from disclosure.models import Answer, Item
from disclosure.review.services import lines
from fixtures.reference_data import load_ground_data
from ninghai.models import Role, StoredFile, Unit, User
from reports.models import Report
from tasks.models import Evidence
from tests.browser import papers
from tests.browser.people import DESKTOP, PHONE, photograph
from tests.browser.portal import ROOT, TODAY, running
from tests.browser.public_ways import Visitor, leaks
from tests.cast import person
from tests.disclosure import makers

NOTICE = "关于印发2018年宁海县政务公开工作要点及责任分工的通知"
POINT = "一(二)1"
OF_POINT = re.compile(rf"2018年 {re.escape(POINT)}(?!\d)")  # below its short title
WORDS_INSIDE = "已完成全部预算单位的核对，内部台账见附件。"
WORDS_FOR_THE_PUBLIC = "全县预算部门的2018年部门预算已全部公开。"
EVIDENCE = "预算公开核对台账.pdf"
NUMBER = "宁政办发〔2018〕77号"
FINDING = "核对了台账和网站，与填报一致。"


@dataclass(frozen=True, slots=True)
class People:
    """The seven who take part; the circular's draft and its publication are never in one hand."""

    office: User
    second_office: User
    signer: User
    inspector: User
    clerk: User
    head: User


@pytest.fixture
def people(transactional_db) -> People:
    """The county's real units and calendar, and one person for each role."""
    load_ground_data(at=makers.AT)
    office, finance = Unit.objects.get(code="001"), Unit.objects.get(short_name="县财政局")
    return People(
        office=person("office", "县府办经办", office, Role.OFFICE),
        second_office=person("office2", "县府办复核", office, Role.OFFICE),
        signer=person("signer", "签发人", office, Role.SIGNER),
        inspector=person("inspector", "抽查人员", office, Role.INSPECTOR),
        clerk=person("finance-clerk", "财政局经办人", finance, Role.EDITOR),
        head=person("finance-head", "财政局审核人", finance, Role.REVIEWER),
    )


def test_a_work_point_from_its_notice_to_a_circular_that_anybody_can_check(people, opening, site):
    office = opening(people.office)
    import_notice(office)
    resolve_open_names(office)
    issue(office)

    report_with_evidence(opening(people.clerk, viewport=PHONE))
    pass_on(opening(people.head, viewport=PHONE))
    accept_and_release(office)

    draw(office)
    record_finding(opening(people.inspector))
    ask_for_circular(office)
    visitor = opening()
    with running("worker", address=site), running("scheduler", address=site):
        expect(office.get_by_text("已生成", exact=True).first).to_be_visible(timeout=180_000)
        photograph(office, "12-circular-draft")
        assert_hidden(visitor, site)
        check(opening(people.second_office))
        code = sign(opening(people.signer))
    pdf = final_pdf(office)
    bring_to_the_catalogue(office)
    second_office, signer = opening(people.second_office), opening(people.signer)
    assert_hidden(visitor, site)
    with running("worker", address=site), running("scheduler", address=site):
        wait_until_read(second_office)
    pass_secrecy(second_office)
    answer(second_office, Answer.Kind.PERSONAL_DATA)
    answer(signer, Answer.Kind.LEGALITY)
    assert_hidden(visitor, site)
    publish(second_office)

    find_by_two_characters(visitor, "抽查")
    assert_download_is(visitor, pdf)
    verify(visitor, code, pdf)
    assert_words_are_public(visitor)


# --- The office: from the file to the duties ----------------------------------------------------------


def import_notice(page: Page) -> None:
    page.goto("/admin/")
    photograph(page, "01-desk-empty")
    by_the_rail(page, "通知与任务", "工作要点通知")
    page.get_by_role("link", name="导入通知").click()
    page.get_by_label("通知文件").set_input_files(ROOT / "fixtures" / "2018-notice.txt")
    photograph(page, "02-import")
    page.get_by_role("button", name="导入并识别").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(NOTICE)
    expect(page.get_by_text("43 条", exact=True)).to_be_visible()
    photograph(page, "03-notice")


def resolve_open_names(page: Page) -> None:
    """有关部门 and its kin: the office says once for each name whom it means."""
    while page.get_by_role("button", name="确定所选单位").count():
        units = page.locator(".unit-list")
        units.get_by_label("县财政局").check()
        units.get_by_label("县民政局").check()
        page.get_by_role("button", name="预览").click()
        expect(page.get_by_role("status")).to_contain_text("尚未保存")
        photograph(page, "04-resolve")
        page.get_by_role("button", name="确定单位").click()
        expect(page.get_by_text("已确定单位").first).to_be_visible()


def issue(page: Page) -> None:
    page.get_by_role("link", name="下达通知").click()
    photograph(page, "05-issue")
    page.get_by_role("button", name=re.compile("^下达 43 条要点")).click()
    expect(page.get_by_text("已下达", exact=True)).to_be_visible()


# --- The unit: report, pass on; the office: accept ----------------------------------------------------


def report_with_evidence(page: Page) -> None:
    page.get_by_label("关键词").fill(POINT)
    page.get_by_role("button", name="搜索").click()
    photograph(page, "06-work")
    page.locator(".task-row").filter(has_text=OF_POINT).get_by_role("heading").get_by_role("link").click()
    page.get_by_label("进展情况").fill(WORDS_INSIDE)
    page.get_by_label("完成比例").fill("100")
    page.get_by_role("checkbox", name="申请办结").check()
    page.get_by_label("公开表述").fill(WORDS_FOR_THE_PUBLIC)
    page.get_by_label("上传佐证文件").set_input_files(papers.pdf(EVIDENCE))
    page.get_by_role("button", name="添加材料").click()
    expect(page.get_by_role("link", name=EVIDENCE).first).to_be_visible()
    expect(page.get_by_label("进展情况")).to_have_value(WORDS_INSIDE)
    photograph(page, "07-report")
    page.get_by_role("button", name="提交审核").click()
    expect(page.get_by_text("已提交本单位审核人审核")).to_be_visible()


def pass_on(page: Page) -> None:
    page.get_by_label("关键词").fill(POINT)
    page.get_by_role("button", name="搜索").click()
    page.locator(".task-row").filter(has_text=OF_POINT).get_by_role("heading").get_by_role("link").click()
    photograph(page, "08-head")
    page.get_by_role("button", name="审核通过，报送县政府办公室").click()
    expect(page.get_by_text("的填报已报送县政府办公室")).to_be_visible()


def accept_and_release(page: Page) -> None:
    page.goto("/admin/")
    photograph(page, "09-desk")
    by_the_rail(page, "填报", "进展填报")
    row_link(page, POINT).click()
    expect(page.get_by_text(WORDS_INSIDE)).to_be_visible()
    photograph(page, "10-report-before-office")
    page.get_by_role("button", name="接收并办结").click()
    expect(page.get_by_text("已接收").first).to_be_visible()
    by_the_rail(page, "填报", "进展填报")
    row_link(page, POINT).click()
    page.get_by_role("button", name="放行公开表述").click()
    expect(page.get_by_text("的公开表述已向社会公开")).to_be_visible()


def by_the_rail(page: Page, door: str, name: str) -> None:
    """To a list of the office, from wherever one is: its door stands open where one is behind it."""
    behind = page.locator(".rail--side details").filter(has=page.locator("summary", has_text=door))
    if behind.get_attribute("open") is None:
        behind.locator("summary").click()
    behind.get_by_role("link", name=re.compile(rf"^{name}(\s*\d+\s*件待办)?$")).click()


def row_link(page: Page, words: str) -> Locator:
    """The link that opens the row of an admin list in which these words stand; the menu beside it has rows too."""
    return page.locator("#result_list").get_by_role("row").filter(has_text=words).get_by_role("link").first


# --- Spot check and circular ---------------------------------------------------------------------------


def draw(page: Page) -> None:
    page.goto("/admin/")
    by_the_rail(page, "抽查与考核", "抽查")
    page.get_by_role("link", name="抽取", exact=True).click()
    page.get_by_label("通知").select_option(index=1)
    page.get_by_label("抽取数量").fill("4")
    page.get_by_label("单位类型").check()
    photograph(page, "11-draw")
    page.get_by_role("button", name="下一步").click()
    page.get_by_role("button", name="确认抽取").click()
    expect(page.get_by_text("已抽取 4 项")).to_be_visible()
    page.get_by_role("checkbox", name="抽查人员").check()
    page.get_by_role("button", name="随机分派").click()
    expect(page.get_by_text("已按种子随机分派抽查人员")).to_be_visible()
    photograph(page, "11-sheet")


def record_finding(page: Page) -> None:
    photograph(page, "11-inspections")
    page.get_by_role("main").get_by_role("heading", level=2).get_by_role("link").first.click()
    page.get_by_label("属实", exact=True).check()
    page.get_by_label("核查情况").fill(FINDING)
    photograph(page, "11-finding")
    page.get_by_role("button", name="记录结论").click()
    expect(page.get_by_text("的抽查结论已记录")).to_be_visible()


def ask_for_circular(page: Page) -> None:
    page.goto("/admin/reports/report/")
    page.get_by_role("link", name="制作通报").click()
    page.get_by_role("radio", name="抽查通报").check()
    page.get_by_role("button", name="下一步").click()
    page.get_by_label("抽查", exact=True).select_option(index=1)
    page.get_by_label("统计日期").fill(TODAY)  # notice and draw are of today; yesterday is offered
    photograph(page, "12-ask")
    page.get_by_role("button", name="制作通报").click()
    expect(page.get_by_role("status").filter(has_text="排队中")).to_be_visible()
    expect(page.get_by_role("progressbar", name="进度")).to_be_visible()
    photograph(page, "12-queued")


def check(page: Page) -> None:
    """Another person of the office than the one who asked for the draft passes it on to the signer."""
    page.goto("/admin/")
    by_the_rail(page, "通报", "报告")
    row_link(page, "抽查").click()
    photograph(page, "13-check")
    page.get_by_role("button", name="核稿通过").click()
    expect(page.locator("summary", has_text="退回")).to_be_visible()


def sign(page: Page) -> str:
    """The signer reads the draft, gives it number and day; the worker prints it for good. Returns the code."""
    by_the_rail(page, "通报", "报告")
    row_link(page, "抽查").click()
    with page.expect_download() as draft:
        page.get_by_role("link", name="下载 PDF").click()
    assert draft.value.path().read_bytes().startswith(b"%PDF")
    page.get_by_role("link", name="签发", exact=True).click()
    page.get_by_label("发文字号").fill(NUMBER)
    photograph(page, "13-sign")
    page.get_by_role("button", name="签发", exact=True).click()
    expect(page.get_by_text("文件 SHA-256")).to_be_visible(timeout=180_000)
    photograph(page, "14-signed")
    return Report.objects.get().code


def final_pdf(page: Page) -> bytes:
    page.reload()
    with page.expect_download() as final:
        page.get_by_role("link", name="下载 PDF").click()
    data = final.value.path().read_bytes()
    for fold in page.locator("summary", has_text="校验值").all():  # on the page of an item
        fold.click()
    expect(page.get_by_text(hashlib.sha256(data).hexdigest())).to_be_visible()
    return data


# --- Review and publication -----------------------------------------------------------------------------


def bring_to_the_catalogue(page: Page) -> None:
    page.get_by_role("button", name="送公开审核").click()
    expect(page.get_by_text("已存为公开信息草稿")).to_be_visible()
    page.get_by_role("button", name="提交审核").click()
    expect(page.get_by_text("已提交单位审核")).to_be_visible()
    expect(page.get_by_role("button", name=re.compile("签署"))).to_have_count(0)  # nobody answers for their own


def open_item(page: Page) -> None:
    page.goto("/admin/disclosure/item/")
    row_link(page, "抽查").click()
    expect(page.get_by_role("heading", name="个人信息核对")).to_be_visible()  # the list is left behind


def wait_until_read(page: Page) -> None:
    """A worker makes the attachment's public copy and reads it for personal data; until then nobody signs."""
    open_item(page)
    reading = page.get_by_text("完成后才能继续")
    for _ in range(120):
        if not reading.count():
            return
        page.wait_for_timeout(1_000)
        page.reload()
    expect(reading).to_have_count(0)


def pass_secrecy(page: Page) -> None:
    open_item(page)
    tick(page, lines(Answer.Kind.SECRECY))
    page.get_by_label("已审查全文和附件").check()
    photograph(page, "15-review")
    page.get_by_role("button", name="签署意见，转入审查").click()
    expect(page.get_by_text("已签署保密审查意见")).to_be_visible()


def answer(page: Page, kind: Answer.Kind) -> None:
    open_item(page)
    tick(page, lines(kind))
    page.get_by_role("button", name=f"签署{kind.label}意见：同意公开").click()
    expect(page.get_by_text(f"{kind.label}意见已签署")).to_be_visible()


def tick(page: Page, labels: list[str]) -> None:
    for label in labels:
        page.get_by_label(label).check()


def publish(page: Page) -> None:
    open_item(page)
    page.get_by_role("button", name="公开", exact=True).click()
    expect(page.get_by_text(re.compile("已公开，索引号"))).to_be_visible()
    photograph(page, "16-published")


# --- What a visitor gets ----------------------------------------------------------------------------------


def assert_hidden(visitor: Page, site: str) -> None:
    """Not the circular's title, number, code or file by any public way; not the evidence and the words inside either."""
    report = Report.objects.get()
    anybody = Visitor(visitor.context.request, site)
    codes = [report.code, report.code.replace("-", "")]
    secrets = [report.title, NUMBER, *codes, report.sha256, WORDS_INSIDE, EVIDENCE, FINDING]
    asked = {report.title, NUMBER, report.code, "抽查"}

    answers = anybody.walk(asked)

    assert len(answers) > 30
    assert {answer.address for answer in answers} >= {"/", "/catalogue/", "/feeds/catalogue.xml", "/sitemap.xml"}
    assert leaks(answers, [secret for secret in secrets if secret], asked=asked) == []
    assert [answer.address for answer in answers if answer.status >= 500] == []
    refuse_files(anybody)


def refuse_files(anybody: Visitor) -> None:
    """The address of a file or record, even when somebody guesses it, answers nothing of it."""
    files = list(StoredFile.objects.all())
    addresses = [f"/catalogue/file/{file.pk}/" for file in files]
    addresses += [f"/work/evidence/{evidence.file_id}/" for evidence in Evidence.objects.exclude(file=None)]
    addresses += [
        f"/admin/reports/report/{report.pk}/{page}" for report in Report.objects.all() for page in ("file/", "")
    ]
    for item in Item.objects.all():
        addresses += [f"/admin/disclosure/item/{item.pk}/change/", f"/work/items/{item.pk}/"]
    for code in Report.objects.issued().values_list("code", flat=True):
        assert "没有在本平台公开" in anybody.open(f"/verify/{code}/").words
    for code in Report.objects.filter(signed_on=None).values_list("code", flat=True):
        assert anybody.open(f"/verify/{code}/").status == 404

    for address in addresses:
        answer = anybody.open(address)
        assert answer.status == 404 or "登录工作台" in answer.words
        assert hashlib.sha256(answer.body).hexdigest() not in {file.sha256 for file in files}


def find_by_two_characters(page: Page, words: str) -> None:
    page.goto("/")
    photograph(page, "17-home")
    page.get_by_label("查找政府信息").fill(words)
    page.get_by_role("button", name="搜索").click()
    photograph(page, "18-found")
    page.get_by_role("link", name=Report.objects.get().title).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(Report.objects.get().title)
    expect(page.get_by_text(NUMBER).first).to_be_visible()
    photograph(page, "19-item")


def assert_download_is(page: Page, pdf: bytes) -> None:
    """The bytes are the signed ones, and the page prints their hash."""
    with page.expect_download() as download:
        page.get_by_role("link", name=re.compile(r"\.pdf")).click()
    data = download.value.path().read_bytes()
    assert data == pdf
    for fold in page.locator("summary", has_text="校验值").all():  # on the page of an item
        fold.click()
    expect(page.get_by_text(hashlib.sha256(data).hexdigest())).to_be_visible()


def verify(page: Page, code: str, pdf: bytes) -> None:
    page.goto(f"/verify/{code}/")
    expect(page.get_by_text("这份报告由宁海县人民政府办公室签发")).to_be_visible()
    expect(page.get_by_role("link", name=Report.objects.get().title)).to_be_visible()
    compare(page, pdf)
    expect(page.get_by_text("一致：这就是签发的那份文件")).to_be_visible()
    photograph(page, "20-verified")
    compare(page, pdf + b" ")
    expect(page.get_by_text("不一致：这不是签发的那份文件")).to_be_visible()


def compare(page: Page, pdf: bytes) -> None:
    page.get_by_label("选择 PDF 文件").set_input_files(
        papers.Upload(name="通报.pdf", mimeType="application/pdf", buffer=pdf)
    )
    page.get_by_role("button", name="核对").click()


def assert_words_are_public(page: Page) -> None:
    """The released words, and nothing of the words inside."""
    page.set_viewport_size(DESKTOP)
    page.goto("/progress/2018/")
    photograph(page, "21-progress")
    page.get_by_role("link", name=POINT).click()
    expect(page.get_by_text(WORDS_FOR_THE_PUBLIC)).to_be_visible()
    expect(page.get_by_text(WORDS_INSIDE)).to_have_count(0)
    photograph(page, "22-point")
