"""政务舆情: the office, a lead unit, a unit that helps, the signer. Each function is a flow of docs/manual/opinions.md."""

from tests.manual import papers
from tests.manual.demo_portal import Theatre
from tests.manual.screen import Hand

OFFICE, SIGNER, CLERK, HELPER = "office1", "signer", "zhujian-editor", "caizheng-editor"
MATTER = "小区供水发黄"


def enter(theatre: Theatre) -> None:
    office = theatre.at_the_desk(OFFICE)
    office.go("/admin/disclosure/opinionevent/")
    office.page.get_by_role("link", name="新增").first.click()
    _register(office, MATTER)
    office.upload("网页留存", papers.proof())
    theatre.show(office, "opinions-enter", at=office.button("登记"), above=760)
    office.press("登记")
    theatre.kept["opinion"] = _address(office)


def _register(office: Hand, subject: str) -> None:
    office.fill("事由", subject)
    office.choose("领域", "住房保障")
    office.tick("其他政务舆情")
    office.fill("发现时间", "2018-11-20T08:00")
    office.fill("来源", "某某论坛")
    office.fill("网址", "https://example.com/p/2")
    office.fill("原文摘录", "自来水是黄的，两天没人管。")
    office.fill("涉及的人和单位", "当事人乙")


def _address(office: Hand) -> str:
    """Below /work/, where its units find it."""
    number = office.page.url.rstrip("/").removesuffix("/change").rpartition("/")[2]
    return f"/work/opinions/{number}/"


def hand_out(theatre: Theatre) -> None:
    office = theatre.at_the_desk(OFFICE)
    office.go(theatre.kept["opinion"])
    office.choose("牵头单位", "县住建局")
    office.tick("县财政局")
    theatre.show(office, "opinions-hand-out", at=office.button("交办"), top=office.field("牵头单位"), above=360)
    office.press("交办")
    office.see("已交办，已经通知牵头和配合单位")
    office.unfold("通报共同处置单位")
    office.read()


def regrade(theatre: Theatre) -> None:
    office = theatre.at_the_desk(OFFICE)
    office.go(theatre.kept["opinion"])
    office.unfold("升为特别重大、重大突发事件")
    with office.within("details.offer", words="升为特别重大、重大突发事件"):
        office.fill("理由", "多个小区出现，影响面大。")
        theatre.show(office, "opinions-regrade", at=office.button("升为特别重大、重大突发事件"), above=560)
        office.press("升为特别重大、重大突发事件")
    office.unfold("降为其他政务舆情")
    with office.within("details.offer", words="降为其他政务舆情"):
        office.fill("理由", "核实为一个小区的水管锈蚀。")
        office.press("降为其他政务舆情")
    office.read()


def respond(theatre: Theatre) -> None:
    clerk, helper = theatre.at_the_desk(CLERK), theatre.at_the_desk(HELPER)
    helper.go(theatre.kept["opinion"])
    helper.press("签收")
    helper.unfold("提供情况")
    helper.read()
    clerk.go("/work/opinions/")
    clerk.go(theatre.kept["opinion"])
    clerk.unfold("退回县府办")
    clerk.read()
    clerk.press("签收")
    clerk.choose("回应方式", "发布权威信息")
    clerk.fill("回应时间", "2018-11-20T09:30")
    clerk.fill("发布人", "新闻发言人")
    clerk.fill("职务", "副局长")
    clerk.fill("发布渠道", "县政府网站")
    theatre.show(clerk, "opinions-respond", at=clerk.button("登记回应"), above=760)
    clerk.press("登记回应")
    clerk.see("已登记回应")
    clerk.unfold("撤销登记的回应")
    clerk.read()


def publish(theatre: Theatre) -> None:
    clerk = theatre.at_the_desk(CLERK)
    clerk.go(theatre.kept["opinion"])
    clerk.unfold("登记意见采纳情况")
    clerk.read()
    clerk.follow("拟成回应关切信息")
    clerk.fill("名称", "关于某小区供水情况的说明（示例）")
    clerk.fill("正文", "经查，该小区内部水管锈蚀，已于11月20日更换，水质检测合格。")
    theatre.show(clerk, "opinions-publish", at=clerk.button("拟成回应关切信息"), above=640)
    clerk.press("拟成回应关切信息")
    clerk.see("已拟成回应关切信息的草稿")
    clerk.follow("关于某小区供水情况的说明")


def decline(theatre: Theatre) -> None:
    office, signer = theatre.at_the_desk(OFFICE), theatre.at_the_desk(SIGNER)
    office.go("/admin/disclosure/opinionevent/")
    office.page.get_by_role("link", name="新增").first.click()
    _register(office, "邻里噪声")
    office.press("登记")
    theatre.kept["quarrel"] = office.page.url
    office.unfold("拟不予回应")
    with office.within("details.offer", words="拟不予回应"):
        office.fill("理由", "属于邻里纠纷，已经引导当事人调解。")
        office.press("拟不予回应")
    signer.go(theatre.kept["quarrel"])
    signer.unfold("不同意，要回应")
    signer.read()
    theatre.show(signer, "opinions-decline", at=signer.button("批准不予回应"), above=560)
    signer.press("批准不予回应")
    signer.see("已批准不予回应")


def close(theatre: Theatre) -> None:
    office = theatre.at_the_desk(OFFICE)
    office.go(theatre.kept["opinion"])
    office.unfold("办结")
    office.press("办结")
    office.see("已办结，请评估")
    for box in office.page.get_by_role("spinbutton").all():
        box.fill("15")
    office.fill("评语", "回应及时，事实清楚。")
    office.page.locator("[name=proposal]").first.check()
    theatre.show(office, "opinions-close", at=office.button("评估"), above=760)
    office.press("评估")
    office.see("已评估，得分")
    office.unfold("重新办理")
    office.read()
    office.go("/admin/reports/report/")
    office.follow("制作通报")


def see_all(theatre: Theatre) -> None:
    office = theatre.at_the_desk(OFFICE)
    office.go("/admin/")
    office.unfold("信息公开")
    office.follow("政务舆情")
    office.follow("舆情分布图")
    theatre.show(office, "opinions-see-all")
    office.go("/admin/disclosure/opinionterm/")
    office.open_first()
