"""年度报告: a unit's report on its year, and the county's. Each function is a flow of docs/manual/annual-reports.md."""

from pathlib import Path

from playwright.sync_api import Locator

from tests.manual import papers
from tests.manual.demo_portal import Theatre
from tests.manual.screen import Hand

CLERK, HEAD, OFFICE = "caizheng-editor", "caizheng-reviewer", "office1"
SAID = "2018年，本单位按照要求做好政府信息公开工作（演示数据）。"


def begin(theatre: Theatre) -> None:
    clerk = theatre.at_the_desk(CLERK)
    clerk.go("/work/annual-reports/")
    clerk.follow("填写年度报告")
    clerk.fill("报告年度", "2018")
    theatre.show(clerk, "annual-reports-begin", at=clerk.button("打开"))
    clerk.press("打开")
    theatre.kept["annual"] = clerk.page.url


def fill_tables(theatre: Theatre) -> None:
    """What the register counts stands there already; everything else is typed."""
    clerk = theatre.at_the_desk(CLERK)
    clerk.go(theatre.kept["annual"])
    clerk.page.locator(".annual-shown td a").first.click()
    clerk.read()
    clerk.go(theatre.kept["annual"])
    clerk.follow("填写表1")
    for box in _cells(clerk):
        if not box.input_value():
            box.fill("0")
    clerk.field("主动公开政府信息数").fill("42")
    theatre.show(clerk, "annual-reports-fill-tables", at=clerk.field("主动公开政府信息数"), above=360)
    clerk.press("保存本表")
    clerk.see("表1已保存")


def _cells(hand: Hand) -> list[Locator]:
    return hand.page.locator(".annual-table input").all()


def write(theatre: Theatre) -> None:
    clerk = theatre.at_the_desk(CLERK)
    clerk.go(theatre.kept["annual"])
    clerk.follow("填写正文")
    for part in clerk.page.locator("textarea").all():
        part.fill(SAID)
    clerk.unfold("上年“概述”")
    theatre.show(clerk, "annual-reports-write", at=clerk.page.locator("textarea").first, above=320)
    clerk.press("保存正文")
    clerk.see("正文已保存")


def hand_in(theatre: Theatre) -> None:
    clerk = theatre.at_the_desk(CLERK)
    clerk.go(theatre.kept["annual"])
    clerk.unfold("按登记簿或者各单位的数字重新填")
    clerk.press("按登记簿或者各单位的数字重新填")
    clerk.see("表格已经重新填好，请核对。")
    clerk.fill("数据不一致的原因", "申请按收到日期统计，其中一件在年末以后答复。")
    theatre.show(clerk, "annual-reports-hand-in", at=clerk.button("提交审核"), top=clerk.page.locator("#checks"))
    clerk.press("提交审核")
    clerk.see("已提交，请审核人审核")


def pass_on(theatre: Theatre) -> None:
    head = theatre.at_the_desk(HEAD)
    head.go("/work/")
    head.go(theatre.kept["annual"])
    head.unfold("退回修改")
    head.read()
    head.unfold("退回修改")
    theatre.show(head, "annual-reports-pass-on", at=head.button("审核通过，报送"), above=640)
    head.press("审核通过，报送")
    head.see("已报送")


def publish(theatre: Theatre) -> None:
    """Once a worker has printed it, it becomes an item like any other."""
    clerk = theatre.at_the_desk(CLERK)
    clerk.go(theatre.kept["annual"])
    clerk.made("下载 PDF")
    theatre.show(clerk, "annual-reports-publish", at=clerk.button("送公开审核"), above=560)
    clerk.press("送公开审核")
    clerk.see("已起草公开信息")
    clerk.unfold("更正（另起一稿）")
    clerk.read()


def of_county(theatre: Theatre) -> None:
    """The sum of the units'; who is missing is named."""
    office = theatre.at_the_desk(OFFICE)
    office.go("/admin/")
    office.unfold("信息公开")
    office.go("/admin/disclosure/annualreport/")
    office.open_first()
    office.unfold("退回修改")
    office.read()
    office.go("/admin/disclosure/annualreport/add/")
    office.tick("全县的报告（各单位之和）")
    office.fill("报告年度", "2018")
    office.press("打开")
    office.unfold("各单位报送情况")
    theatre.show(office, "annual-reports-of-county", at=office.page.locator("#units"), above=160)
    office.unfold("按登记簿或者各单位的数字重新填")
    office.read()


def import_past(theatre: Theatre) -> None:
    """The workbook of any report is the form for those of before."""
    office = theatre.at_the_desk(OFFICE)
    office.go("/admin/disclosure/annualreport/")
    office.open_first()
    with office.page.expect_download() as begun:
        office.page.get_by_role("link", name="下载 Excel").click()
    office.go("/admin/disclosure/annualreport/")
    office.follow("导入往年报告")
    office.choose("单位", "县财政局")
    office.fill("报告年度", "2017")
    office.upload("报告文件（Excel 或者 JSON）", papers.workbook("2017年度报告", Path(begun.value.path())))
    office.press("上传并查看内容")
    theatre.show(office, "annual-reports-import-past", at=office.button("确认导入"), above=560)
    office.press("确认导入")
    office.read()
