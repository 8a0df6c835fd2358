"""责任单位: a clerk and a head at their telephones. Each function is a flow of docs/manual/unit.md."""

import re

from tests.manual import papers
from tests.manual.demo_portal import Theatre

CLERK, HEAD = "caizheng-editor", "caizheng-reviewer"
TITLE = "宁海县2018年1—11月财政预算执行情况（示例）"
BODY = "一、总体情况\n1—11月全县财政预算执行平稳。\n二、支出情况\n重点支出按序时进度完成。"
MENDED = f"{BODY}\n三、下一步安排\n12月底前公开全年执行情况。"
REVISED = MENDED.replace("12月底前", "次年1月20日前")


def sign_in(theatre: Theatre) -> None:
    hand = theatre.on_the_phone("")
    hand.go("/login/")
    theatre.show(hand, "unit-sign-in", at=hand.button("登录"), above=600)
    clerk = theatre.on_the_phone(CLERK)
    clerk.go("/work/")
    clerk.go("/account/")
    theatre.at_the_desk("office2").go("/admin/")


def to_do(theatre: Theatre) -> None:
    clerk = theatre.on_the_phone(CLERK)
    clerk.go("/work/")
    clerk.follow("任务已逾期")
    clerk.go("/work/")
    theatre.show(clerk, "unit-to-do", at=clerk.page.locator("h1"), above=120)
    clerk.follow("消息")


def report(theatre: Theatre) -> None:
    clerk = theatre.on_the_phone(CLERK)
    clerk.go("/work/")
    clerk.page.get_by_role("link", name=re.compile("填报.*：")).first.click()
    clerk.read()
    clerk.field("本期有进展").check()
    clerk.fill("进展情况", "已公开全部部门预算，正在核对网站栏目。")
    clerk.fill("完成比例", "60")
    clerk.fill("下一步", "12月中旬前完成栏目核对。")
    clerk.fill("公开表述", "全县预算部门的2018年部门预算已公开。")
    clerk.upload("上传佐证文件", papers.proof())
    clerk.press("添加材料")
    clerk.press("保存草稿")
    theatre.show(clerk, "unit-report", at=clerk.button("提交审核"), top=clerk.field("进展情况"), above=120)
    theatre.kept["task"] = clerk.page.url.partition("?")[0].partition("#")[0]
    clerk.press("提交审核")
    clerk.see("已提交本单位审核人审核")


def pass_report(theatre: Theatre) -> None:
    head = theatre.on_the_phone(HEAD)
    head.go("/work/")
    head.see("待我审核")
    head.go(theatre.kept["task"])
    head.unfold("退回经办人修改")
    head.read()
    head.go(theatre.kept["task"])
    theatre.show(
        head,
        "unit-pass-report",
        at=head.button("审核通过，报送县政府办公室"),
        top=head.page.get_by_text("待审核").first,
        above=60,
    )
    head.press("审核通过，报送县政府办公室")
    head.see("的填报已报送县政府办公室")


def petition(theatre: Theatre) -> None:
    clerk = theatre.on_the_phone(CLERK)
    clerk.go(theatre.kept["task"])
    clerk.unfold("申请延期，或者申请不适用")
    clerk.page.get_by_role("radio", name="延期").check()
    clerk.fill("延至哪一天", "2019-01-31")
    clerk.fill("申请理由", "配套系统12月下旬上线，栏目核对要在上线后进行。")
    theatre.show(clerk, "unit-petition", at=clerk.button("提交申请"), above=640)
    clerk.press("提交申请")
    clerk.see("撤回申请")


def draft(theatre: Theatre) -> None:
    clerk = theatre.on_the_phone(CLERK)
    clerk.go("/work/items/")
    clerk.follow("起草信息")
    clerk.fill("名称", TITLE)
    clerk.choose("信息类型", "财政信息")
    clerk.fill("成文日期", "2018-11-20")
    clerk.fill("内容概述", "1—11月财政收支和重点支出情况。")
    clerk.unfold("从 Word 文件读入正文")
    clerk.upload("Word 文件", papers.typed("1—11月情况", BODY))
    clerk.press("读入，先看一看")
    clerk.press("放进正文")
    clerk.fill("正文", BODY)
    clerk.upload("添加附件", papers.budget(), papers.details())
    clerk.unfold("公开方式（默认主动公开）")
    clerk.unfold("更多内容（组配分类、来源、解读、有效期等）")
    clerk.read()
    clerk.unfold("更多内容（组配分类、来源、解读、有效期等）")
    clerk.unfold("公开方式（默认主动公开）")
    theatre.show(clerk, "unit-draft", at=clerk.field("名称"), above=200)
    clerk.press("保存草稿")
    clerk.see("四季度预算执行表.xlsx")
    clerk.read()
    theatre.kept["item"] = clerk.page.url.partition("#")[0]
    clerk.press("提交审核")
    clerk.see("已提交单位审核")


def mend(theatre: Theatre) -> None:
    """The head sends it back with a reason; the clerk finds the reason, mends and hands in again."""
    head, clerk = theatre.on_the_phone(HEAD), theatre.on_the_phone(CLERK)
    head.go(theatre.kept["item"])
    head.unfold("退回修改")
    head.fill("退回理由", "请补充下一步安排。")
    head.press("退回起草人")
    head.see("已退回起草人修改")
    clerk.go("/work/messages/")
    clerk.go(theatre.kept["item"])
    theatre.show(clerk, "unit-mend", at=clerk.page.get_by_role("link", name="修改", exact=True), above=420)
    clerk.follow("修改")
    clerk.fill("正文", MENDED)
    clerk.press("保存草稿")
    clerk.press("提交审核")
    clerk.see("已提交单位审核")


def pass_on(theatre: Theatre) -> None:
    head = theatre.on_the_phone(HEAD)
    head.go("/work/items/")
    head.go(theatre.kept["item"])
    head.unfold("退回修改")
    head.read()
    head.unfold("退回修改")
    _tick_the_checklist(head)
    theatre.show(head, "unit-pass-on", at=head.button("审核通过，提交县政府办公室"), above=660)
    head.press("审核通过，提交县政府办公室")
    head.see("已签署保密审查意见")


def revise(theatre: Theatre) -> None:
    """What is public already: a revision goes the same way, and the number stays."""
    clerk, head = theatre.on_the_phone(CLERK), theatre.on_the_phone(HEAD)
    clerk.go(theatre.kept["item"])
    clerk.unfold("修订")
    clerk.press("起草修订稿")
    clerk.follow("修改")
    clerk.fill("正文", REVISED)
    clerk.fill("修改说明", "按年终决算时间调整下一步安排。")
    theatre.show(clerk, "unit-revise", at=clerk.field("修改说明"), above=360)
    clerk.press("保存草稿")
    clerk.see("与公开版本相比")
    theatre.kept["revision"] = clerk.page.url
    clerk.press("提交审核")
    head.go(theatre.kept["revision"])
    _tick_the_checklist(head)
    head.press("审核通过，提交县政府办公室")
    head.see("已签署保密审查意见")


def duties(theatre: Theatre) -> None:
    clerk = theatre.on_the_phone(CLERK)
    clerk.go("/work/coverage/")
    theatre.show(clerk, "unit-duties", at=clerk.page.get_by_role("link", name="起草：").first, above=420)
    clerk.page.get_by_role("link", name="起草：").first.click()
    clerk.read()


def findings(theatre: Theatre) -> None:
    """The unit of the finding that the inspector has just recorded."""
    clerk = theatre.on_the_phone(theatre.kept["inspected"])
    clerk.go("/work/findings/")
    clerk.open_first()
    clerk.unfold("对结论有异议")
    clerk.fill("异议内容", "公开日期在页面底部已有注明，附核对台账。")
    with clerk.within("#objection"):
        clerk.upload("上传佐证文件", papers.proof())
    clerk.press("提出异议")
    clerk.fill("整改情况", "已补充公开日期，并重新核对栏目。")
    clerk.upload("上传佐证文件", papers.proof())
    clerk.press("添加材料")
    theatre.show(clerk, "unit-findings", at=clerk.button("提交审核"), top=clerk.field("整改情况"), above=220)
    clerk.press("提交审核")
    clerk.read()
    head = theatre.on_the_phone(theatre.kept["inspected_head"])
    head.go("/work/findings/")
    head.open_first()
    head.unfold("退回经办人修改")
    with head.within("#objection"):
        head.press("审核通过，报送县政府办公室")
    with head.within("#rectification"):
        head.press("审核通过，报送复查")
    head.read()


def scores(theatre: Theatre) -> None:
    clerk = theatre.on_the_phone(CLERK)
    clerk.go("/work/scores/")
    clerk.open_first()
    theatre.show(clerk, "unit-scores")


def receive(theatre: Theatre) -> None:
    clerk = theatre.on_the_phone(CLERK)
    clerk.go("/work/reports/")
    clerk.open_first()
    theatre.show(clerk, "unit-receive", at=clerk.button("签收"), above=480)
    clerk.press("签收")
    clerk.see("已签收")


def answer_correction(theatre: Theatre) -> None:
    clerk = theatre.on_the_phone(CLERK)
    clerk.go("/work/corrections/")
    clerk.open_first()
    clerk.tick("已答复，页面不作更正")
    clerk.page.get_by_role("textbox", name="答复").fill("窗口名称以现场为准，近期统一更换标牌，感谢指出。")
    theatre.show(clerk, "unit-answer-correction", at=clerk.button("提交答复"), above=680)
    clerk.press("提交答复")
    clerk.see("已答复")


def _tick_the_checklist(hand) -> None:
    for box in hand.page.get_by_role("checkbox").locator("visible=true").all():
        box.check()
