"""县政府办公室: the office, the signer, the inspectors and the administrators. Each function is a flow of docs/manual/office.md."""

import re

from playwright.sync_api import expect

from tests.manual import papers, unit
from tests.manual.demo_portal import Theatre
from tests.manual.screen import Hand

ONE, OTHER, SIGNER = "office1", "office2", "signer"
INSPECTORS = {"抽查人员（一）": "inspector1", "抽查人员（二）": "inspector2"}
CLERKS = {"县财政局": "caizheng-editor", "县住建局": "zhujian-editor", "深甽镇": "shenzhen-editor"}
HEADS = {"县财政局": "caizheng-reviewer", "县住建局": "zhujian-reviewer", "深甽镇": "shenzhen-reviewer"}
REPORT_MADE_WITHIN = 120_000  # milliseconds
NUMBER = "宁政办发〔2018〕103号"


def desk(theatre: Theatre) -> None:
    office = theatre.at_the_desk(ONE)
    office.go("/admin/")
    theatre.show(office, "office-desk")
    theatre.on_the_phone(ONE).go("/admin/")
    theatre.at_the_desk(OTHER).go("/admin/")


def import_notice(theatre: Theatre) -> None:
    office = theatre.at_the_desk(ONE)
    office.go("/admin/")
    office.unfold("通知与任务")
    office.follow("工作要点通知")
    office.follow("导入通知")
    office.upload("通知文件", papers.notice())
    office.press("导入并识别")
    office.see("已核清")
    theatre.kept["notice"] = office.page.url
    theatre.show(office, "office-import-notice", at=office.page.locator(".chooser").first, above=500)


def resolve(theatre: Theatre) -> None:
    office = theatre.at_the_desk(ONE)
    office.go(theatre.kept["notice"])
    while office.page.get_by_role("button", name="确定所选单位").count():
        for name in ("县财政局", "县民政局"):
            office.page.locator(".unit-list").get_by_label(name).check()
        office.press("预览")
        if "office-resolve" not in theatre.kept:
            theatre.kept["office-resolve"] = "shown"
            theatre.show(office, "office-resolve", at=office.button("确定单位"), above=760)
        office.press("确定单位")


def issue(theatre: Theatre) -> None:
    office = theatre.at_the_desk(ONE)
    office.go(theatre.kept["notice"])
    office.follow("下达通知")
    issuing = office.page.get_by_role("button", name="下达").last
    theatre.show(office, "office-issue", at=issuing, above=700)
    issuing.click()
    office.see("已下达")


def heat_map(theatre: Theatre) -> None:
    office = theatre.at_the_desk(ONE)
    office.go("/admin/")
    office.follow("打开进度图")
    theatre.show(office, "office-heat-map")
    office.go("/admin/tasks/assignment/?light=open")
    office.press_for_ticked("催办所选的任务")
    office.press("发出催办")
    office.read()


def accept(theatre: Theatre) -> None:
    office = theatre.at_the_desk(ONE)
    office.go("/admin/tasks/progressreport/?waiting=reports-to-confirm")
    office.open_first()
    office.unfold("退回")
    office.read()
    office.unfold("退回")
    theatre.show(office, "office-accept", at=office.page.get_by_role("button", name="接收").first, above=620)
    office.page.get_by_role("button", name="接收").first.click()
    office.see("已接收")
    office.read()


def decide_petition(theatre: Theatre) -> None:
    signer = theatre.at_the_desk(SIGNER)
    signer.go("/admin/tasks/petition/?waiting=petitions-to-decide")
    signer.open_first()
    theatre.show(signer, "office-decide-petition", at=signer.button("批准延期"), above=600)
    signer.press("批准延期")
    signer.see("已批准")


def draw(theatre: Theatre) -> None:
    office = theatre.at_the_desk(ONE)
    office.go("/admin/")
    office.unfold("抽查与考核")
    office.page.get_by_role("link", name=re.compile(r"^抽查(\s|$)")).click()
    office.follow("抽取")
    office.choose("通知", "2018年")
    office.fill("抽取数量", "80")
    office.tick("单位类型")
    theatre.show(office, "office-draw", at=office.button("下一步"), above=760)
    office.press("下一步")
    office.press("确认抽取")
    office.see("已抽取 80 项")
    for name in INSPECTORS:
        office.tick(name)
    office.press("随机分派")
    office.see("已按种子随机分派抽查人员")
    _keep_what_can_be_played(office, theatre)


def _keep_what_can_be_played(office: Hand, theatre: Theatre) -> None:
    """Of what was drawn the first row of a unit whose people the demo lets in, and who inspects it."""
    for section in office.page.locator("section:has(.drawn-rows)").all():
        inspector = section.get_by_role("heading", level=2).inner_text()
        for row in section.locator("li[id^=drawn-]").all():
            unit_name = row.locator("strong").inner_text()
            if unit_name in CLERKS and inspector in INSPECTORS:
                theatre.kept |= {"inspected": CLERKS[unit_name], "inspector": INSPECTORS[inspector]}
                theatre.kept["inspected_head"] = HEADS[unit_name]
                theatre.kept["drawn"] = (row.get_attribute("id") or "").removeprefix("drawn-")
                return
    raise LookupError("nothing was drawn of a unit whose people the demo lets in")


def inspect(theatre: Theatre) -> None:
    inspector = theatre.at_the_desk(theatre.kept["inspector"])
    inspector.go("/work/inspections/")
    inspector.go(f"/work/inspections/{theatre.kept['drawn']}/")
    theatre.on_the_phone(theatre.kept["inspector"]).go(f"/work/inspections/{theatre.kept['drawn']}/")
    inspector.tick("需整改")
    inspector.fill("整改期限", "2018-12-14")
    inspector.fill("核查情况", "网站栏目有内容，但没有注明公开日期，请补充。")
    inspector.upload("选择照片或文件", papers.proof())
    inspector.press("添加材料")
    theatre.show(inspector, "office-inspect", at=inspector.button("记录结论"), above=760)
    inspector.press("记录结论")
    inspector.see("的抽查结论已记录")


def recheck(theatre: Theatre) -> None:
    office = theatre.at_the_desk(ONE)
    office.go("/admin/")
    office.follow("复查")
    theatre.show(office, "office-recheck", at=office.button("记录复查结果"), above=700)
    office.go("/admin/")
    office.read()


def score(theatre: Theatre) -> None:
    """Computed by the office, told to the units by the signer."""
    office, signer = theatre.at_the_desk(ONE), theatre.at_the_desk(SIGNER)
    office.go("/admin/")
    office.go("/admin/tasks/scoring/")
    office.follow("计算考核得分")
    office.page.get_by_label("考核方案").select_option(index=1)
    office.press("试算")
    theatre.show(office, "office-score")
    signer.go(office.page.url)
    signer.follow("通报")
    signer.press("确认通报")
    signer.read()


def make_report(theatre: Theatre) -> None:
    """The worker prints it behind the page."""
    office = theatre.at_the_desk(ONE)
    office.go("/admin/reports/report/")
    office.follow("制作通报")
    office.tick("全县进展情况")
    office.press("下一步")
    office.choose("工作要点通知", "2018年")
    theatre.show(office, "office-make-report", at=office.button("制作通报"), above=760)
    office.press("制作通报")
    office.see("已生成", patience=REPORT_MADE_WITHIN)
    theatre.kept["report"] = office.page.url
    office.read()
    office.go("/admin/reports/reportbatch/")


def sign_report(theatre: Theatre) -> None:
    other, signer = theatre.at_the_desk(OTHER), theatre.at_the_desk(SIGNER)
    other.go(theatre.kept["report"])
    other.press("核稿通过")
    other.unfold("退回")
    other.read()
    signer.go("/admin/")
    signer.go(theatre.kept["report"])
    signer.follow("签发")
    signer.fill("发文字号", NUMBER)
    theatre.show(signer, "office-sign-report", at=signer.button("签发"), above=760)
    signer.press("签发")
    signer.see("正在生成正式文件")
    other.go(theatre.kept["report"])
    offered = other.page.get_by_role("link", name="印发", exact=True)
    expect(offered).to_be_visible(timeout=REPORT_MADE_WITHIN)  # the page looks by itself whether the paper is printed
    other.read()
    theatre.kept["code"] = signer.page.get_by_text("核验码").locator("xpath=following::*[1]").first.inner_text()


def circulate(theatre: Theatre) -> None:
    office = theatre.at_the_desk(ONE)
    office.go(theatre.kept["report"])
    office.follow("印发")
    theatre.show(office, "office-circulate", at=office.button("印发"), above=760)
    office.press("印发")
    office.see("已印发，单位签收情况见下表。")
    office.read()


def review(theatre: Theatre) -> None:
    office, other = theatre.at_the_desk(ONE), theatre.at_the_desk(OTHER)
    office.go("/admin/disclosure/item/?waiting=personal-data-to-answer")
    _open_row(office, unit.TITLE)
    theatre.kept["review"] = office.page.url
    office.unfold("退回修改")
    office.read()
    office.unfold("退回修改")
    for box in office.page.locator("#decision").get_by_role("checkbox").all():
        box.check()
    theatre.show(office, "office-review", at=office.button("签署个人信息审查意见：同意公开"), above=640)
    _sign(office, "个人信息")
    other.go("/admin/disclosure/item/?waiting=legality-to-answer")
    other.go(theatre.kept["review"])
    _sign(other, "合法性与文字")


def publish(theatre: Theatre) -> None:
    other = theatre.at_the_desk(OTHER)
    other.go("/admin/disclosure/item/?waiting=items-to-publish")
    _open_row(other, unit.TITLE)
    theatre.show(other, "office-publish", at=other.button("公开"), above=500)
    other.press("公开")
    other.see("已公开，索引号")
    other.unfold("变更时效")
    other.unfold("撤回")
    other.read()


def publish_revision(theatre: Theatre) -> None:
    """As the item before it; no flow of its own, but public.history needs a second edition."""
    review_again = theatre.kept["revision"].replace("/work/items/", "/admin/disclosure/item/") + "change/"
    office, other = theatre.at_the_desk(ONE), theatre.at_the_desk(OTHER)
    office.go(review_again)
    _sign(office, "个人信息")
    other.go(review_again)
    _sign(other, "合法性与文字")
    other.go(review_again)
    other.press("公开")
    other.see("已公开，索引号")


def _sign(hand: Hand, question: str) -> None:
    for box in hand.page.locator("#decision").get_by_role("checkbox").locator("visible=true").all():
        box.check()
    hand.press(f"签署{question}审查意见：同意公开")
    hand.see("意见已签署")


def _open_row(hand: Hand, words: str) -> None:
    hand.page.locator("#result_list tbody tr").filter(has_text=words).get_by_role("link").first.click()
    hand.read()


def coverage(theatre: Theatre) -> None:
    office = theatre.at_the_desk(ONE)
    office.go("/admin/disclosure/coveragecell/matrix/")
    theatre.show(office, "office-coverage")


def basic_catalogue(theatre: Theatre) -> None:
    office = theatre.at_the_desk(ONE)
    office.go("/admin/disclosure/basiccatalogue/")
    office.follow("编辑事项、发布新版")
    theatre.show(office, "office-basic-catalogue")
    office.follow("查看变更、发布新版")


def site_pages(theatre: Theatre) -> None:
    office = theatre.at_the_desk(ONE)
    office.go("/admin/disclosure/sitepage/")
    office.open_first()
    theatre.show(office, "office-site-pages")


def older_items(theatre: Theatre) -> None:
    office = theatre.at_the_desk(ONE)
    office.go("/admin/disclosure/itemimport/")
    office.follow("导入历史信息")
    theatre.show(office, "office-older-items")


def accounts(theatre: Theatre) -> None:
    security = theatre.at_the_desk("security")
    security.go("/admin/ninghai/user/")
    security.follow("批量开通")
    security.upload("账号名单", papers.accounts())
    security.press("上传并检查")
    theatre.show(security, "office-accounts", at=security.button("确认开通"), above=560)
    security.go("/admin/ninghai/user/")
    security.open_first()


def calendar(theatre: Theatre) -> None:
    office = theatre.at_the_desk(ONE)
    office.go("/admin/ninghai/workday/")
    office.follow("一年总览")
    theatre.show(office, "office-calendar")
    office.follow("录入放假通知")


def audit(theatre: Theatre) -> None:
    auditor = theatre.at_the_desk("auditor")
    auditor.go("/admin/ninghai/auditentry/")
    theatre.show(auditor, "office-audit")
    auditor.follow("核对结果")
