"""建议提案办理: the office, a lead unit, a co-unit, the public. Each function is a flow of docs/manual/proposals.md."""

from tests.manual import papers
from tests.manual.demo_portal import DESK, Theatre
from tests.manual.screen import Hand

OFFICE, OTHER = "office1", "office2"
CLERK, HEAD, HELPER = "caizheng-editor", "caizheng-reviewer", "shenzhen-editor"
TODAY = "2018-11-20"
MATTER = "支持山区村集体经济发展"


def enter(theatre: Theatre) -> None:
    office = theatre.at_the_desk(OFFICE)
    _open_units(office)
    office.follow("录入建议提案")
    office.page.locator("[name=kind]").first.check()
    office.fill("届次", "2018年县人民代表大会会议")
    office.fill("编号", "31")
    office.fill("提出人", "提出人甲")
    office.fill("公开的身份", "县人大代表")
    office.fill("事由", MATTER)
    office.page.get_by_label("内容").fill("建议设立山区村集体经济发展专项资金（演示数据）。")
    office.choose("主办单位", "县财政局")
    office.tick("深甽镇")
    office.tick("社会广泛关注")
    office.fill("交办日期", TODAY)
    theatre.show(office, "proposals-enter", at=office.button("录入"), above=760)
    office.press("录入")
    theatre.kept["proposal"] = _address(office)
    for page in ("proposallimit", "proposalcategory"):
        office.go(f"/admin/disclosure/{page}/")


def _address(office: Hand) -> str:
    """Below /work/, where its units find it."""
    number = office.page.url.rstrip("/").removesuffix("/change").rpartition("/")[2]
    return f"/work/proposals/{number}/"


def _open_units(office: Hand) -> None:
    office.go("/admin/")
    office.unfold("信息公开")
    office.follow("各单位建议提案")


def import_many(theatre: Theatre) -> None:
    office = theatre.at_the_desk(OTHER)
    _open_units(office)
    office.follow("从 Excel 导入")
    office.page.locator("main input[type=file], #content input[type=file]").first.set_input_files(
        [papers.filled_in("建议提案", papers.PROPOSALS)]
    )
    office.press("上传并检查")
    theatre.show(office, "proposals-import-many", at=office.button("确认导入"), above=560)
    office.press("确认导入")
    office.read()


def help_lead(theatre: Theatre) -> None:
    """Both sign for it; the co-unit gives its part; the office may change who helps."""
    clerk, helper, office = theatre.at_the_desk(CLERK), theatre.at_the_desk(HELPER), theatre.at_the_desk(OFFICE)
    clerk.go("/work/")
    clerk.go(theatre.kept["proposal"])
    clerk.press("签收")
    clerk.unfold("不属于本单位，退回")
    clerk.read()
    helper.go(theatre.kept["proposal"])
    helper.press("签收")
    helper.page.get_by_role("textbox", name="协办意见").fill("本镇有六个村符合条件，愿意先行试点。")
    theatre.show(helper, "proposals-help-lead", at=helper.button("提交协办意见"), above=560)
    helper.press("提交协办意见")
    helper.see("的协办意见已提交主办单位")
    office.go(theatre.kept["proposal"])
    office.unfold("调整协办单位")
    office.unfold("延长办理期限")
    office.read()


def reply(theatre: Theatre) -> None:
    clerk = theatre.at_the_desk(CLERK)
    clerk.go(theatre.kept["proposal"])
    clerk.follow("拟写答复")
    clerk.fill("答复内容", "明年预算安排专项资金，先在六个村试点，再逐步扩大。")
    clerk.page.locator("[name=category][value=B]").check()
    clerk.tick("全文公开")
    theatre.show(clerk, "proposals-reply", at=clerk.button("送审核"), above=760)
    clerk.press("送审核")
    clerk.see("的答复和公开方式已送审核")


def sign(theatre: Theatre) -> None:
    head = theatre.at_the_desk(HEAD)
    head.go("/work/")
    head.go(theatre.kept["proposal"])
    head.unfold("退回修改")
    head.read()
    head.unfold("退回修改")
    theatre.show(head, "proposals-sign", at=head.button("签发"), above=640)
    head.press("签发")
    head.see("的答复已签发")


def publish(theatre: Theatre) -> None:
    clerk, visitor = theatre.at_the_desk(CLERK), theatre.visitor(DESK)
    clerk.go("/work/")
    clerk.go(theatre.kept["proposal"])
    theatre.show(clerk, "proposals-publish", at=clerk.button("拟公开信息"), above=560)
    clerk.press("拟公开信息")
    clerk.see("已起草公开信息")
    visitor.go("/disclosure/")
    visitor.go("/proposals/")


def hear(theatre: Theatre) -> None:
    office = theatre.at_the_desk(OFFICE)
    office.go(theatre.kept["proposal"])
    office.unfold("登记反馈意见")
    with office.within("details.offer", words="登记反馈意见"):
        office.page.locator("[name=score][value=satisfied]").check()
        office.fill("收到意见的日期", TODAY)
        office.fill("意见内容", "同意先行试点。")
        theatre.show(office, "proposals-hear", at=office.button("登记反馈意见"), above=620)
        office.press("登记反馈意见")
    office.see("的反馈意见已登记")


def see_units(theatre: Theatre) -> None:
    office = theatre.at_the_desk(OFFICE)
    _open_units(office)
    theatre.show(office, "proposals-see-units", at=office.page.locator("#result_list"), above=260)
    office.press_for_ticked("催办所选的单位")
