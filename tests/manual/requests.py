"""依申请公开: applicants, third parties, the units and the office. Each function is a flow of docs/manual/requests.md."""

from tests.browser.public_ways import words_of
from tests.manual import papers
from tests.manual.demo_portal import DESK, Theatre
from tests.manual.screen import Hand

CLERK, HEAD, OFFICE = "caizheng-editor", "caizheng-reviewer", "office1"
OTHER_CLERK, OTHER_HEAD, TOWN_CLERK = "zhujian-editor", "zhujian-reviewer", "shenzhen-editor"
LATER = "2021-06-15"  # amendments and fees came with later rules than the demo's day knows
TODAY = "2018-11-20"
PUBLISHED, WANTED = "2018年财政预算执行情况", "2018年度公务用车定点维修采购合同"


# The applicant.


def guide(theatre: Theatre) -> None:
    visitor = theatre.visitor(DESK)
    visitor.go("/disclosure/")
    visitor.follow("政府信息公开指南")
    theatre.show(visitor, "requests-guide", at=visitor.page.locator("#ways"), above=420)


def apply(theatre: Theatre) -> None:
    visitor = theatre.visitor()
    for wanted in (PUBLISHED, WANTED):
        visitor.go("/requests/")
        visitor.follow("填写申请")
        visitor.choose("向哪个单位申请", "县财政局")
        visitor.fill("需要的政府信息", wanted)
        visitor.press("下一步")
    visitor.choose("申请人类别", "自然人")
    visitor.fill("姓名或者单位名称", "申请人甲")
    visitor.choose("证件种类", "其他")
    visitor.field("证件号码").fill("申请人甲的证件号")
    visitor.fill("联系电话", "0574-00000000")
    visitor.choose("希望得到的形式", "纸面")
    visitor.choose("获取信息的方式", "当面领取")
    visitor.press("提交申请")
    visitor.see("申请登记回执")
    theatre.kept["request"], theatre.kept["request code"] = visitor.page.locator(".receipt").all_inner_texts()
    theatre.show(visitor, "requests-apply", at=visitor.page.locator(".facts").first, above=420)


def look_up(theatre: Theatre) -> None:
    visitor = theatre.visitor()
    visitor.go("/requests/")
    visitor.follow("查询办理情况")
    visitor.fill("登记号", theatre.kept["request"])
    visitor.fill("查询码", theatre.kept["request code"])
    visitor.press("查询")
    theatre.show(visitor, "requests-look-up", at=visitor.page.locator("#found"), above=120)
    visitor.page.get_by_label("满意", exact=True).check()
    visitor.press("提交评价")
    visitor.see("您的评价")


# The unit.


def enter(theatre: Theatre) -> None:
    clerk = theatre.at_the_desk(CLERK)
    _enter(clerk, subject="乡镇财政管理办法", content="现行的乡镇财政管理办法")
    theatre.show(clerk, "requests-enter", at=clerk.page.locator("#letters"), above=160)


def _enter(clerk: Hand, *, subject: str, content: str) -> None:
    """An application that somebody has brought to the counter today."""
    clerk.go("/work/requests/")
    clerk.follow("登记收到的申请")
    clerk.tick("当面提交")
    clerk.press("下一步")
    clerk.fill("事由", subject)
    clerk.fill("需要的政府信息", content)
    clerk.choose("申请人类别", "自然人")
    clerk.fill("姓名或者单位名称", "申请人丁")
    clerk.press("登记并出具回执")
    clerk.see("已登记为")


def answer(theatre: Theatre) -> None:
    clerk = theatre.at_the_desk(CLERK)
    clerk.go("/work/")
    _open(clerk, theatre.kept["request"])
    clerk.follow("拟写答复")
    clerk.choose("答复种类", "予以公开")
    clerk.press("下一步")
    clerk.fill("随附材料", f"{WANTED}1份")
    theatre.show(clerk, "requests-answer", at=clerk.button("送审核"), above=640)
    clerk.press("送审核")
    clerk.see("的答复已送审核")


def sign(theatre: Theatre) -> None:
    head = theatre.at_the_desk(HEAD)
    head.go("/work/")
    _open(head, theatre.kept["request"])
    head.unfold("退回修改")
    head.read()
    head.unfold("退回修改")
    theatre.show(head, "requests-sign", at=head.button("签发"), above=700)
    head.press("签发")
    head.see("的答复已签发")


def deliver(theatre: Theatre) -> None:
    clerk = theatre.at_the_desk(CLERK)
    _open(clerk, theatre.kept["request"])
    with clerk.within(".files li", words="政府信息公开告知书"):
        clerk.tick("当面领取")
        clerk.fill("交寄、发出或者交付的日期", TODAY)
        clerk.fill("申请人签收的日期", TODAY)
        theatre.show(clerk, "requests-deliver", at=clerk.button("登记送达"), above=700)
        clerk.press("登记送达")
    clerk.see("的答复已登记送达")


def ask_third_party(theatre: Theatre) -> None:
    clerk = theatre.at_the_desk(CLERK)
    _open(clerk, theatre.kept["request"])
    clerk.unfold("征求第三方意见")
    with clerk.within("details.offer", words="征求第三方意见"):
        clerk.fill("第三方的姓名或者名称", "第三方甲")
        clerk.fill("拟公开的内容", f"{WANTED}中的维修项目和价格")
        theatre.show(clerk, "requests-ask-third-party", at=clerk.button("征求第三方意见"), above=640)
        clerk.press("征求第三方意见")
    clerk.see("已制作征求意见书，请送达第三方")
    theatre.kept["inquiry"], theatre.kept["inquiry code"] = _number_and_code(clerk, "征求意见书")
    _hand_over(clerk, "征求意见书")


def _number_and_code(clerk: Hand, letter: str) -> tuple[str, str]:
    """As the third party finds them on its paper, which a worker prints."""
    printed = clerk.made(f"{letter}（PDF）")
    number = clerk.page.locator(".files li").filter(has=printed).locator(".meta span").first.inner_text()
    words = words_of(clerk.page.request.get(printed.get_attribute("href") or ""))
    return number, papers.code_in(words)


def _hand_over(clerk: Hand, letter: str, *, on: str = TODAY) -> None:
    """In person, today; below the paper itself."""
    clerk.read()
    with clerk.within(".files li", words=letter):
        clerk.unfold("登记送达")
        clerk.tick("当面领取")
        clerk.fill("交寄、发出或者交付的日期", on)
        clerk.fill("对方签收的日期", on)
        clerk.press("登记送达")
    clerk.see("的文书已登记送达")


def give_opinion(theatre: Theatre) -> None:
    third = theatre.visitor()
    third.go("/requests/")
    third.follow("在网上答复征求意见")
    third.fill("文号", theatre.kept["inquiry"])
    third.fill("查询码", theatre.kept["inquiry code"])
    third.press("查看")
    third.page.get_by_label("同意公开", exact=True).check()
    theatre.show(third, "requests-give-opinion", at=third.button("提交意见"), above=700)
    third.press("提交意见")
    third.see("您的意见已经收到")


def amend(theatre: Theatre) -> None:
    """Under the regulation of 2019."""
    clerk = theatre.at_the_desk(CLERK, on=LATER)
    _enter(clerk, subject="乡镇财政资金文件", content="关于乡镇财政资金的文件")
    clerk.unfold("告知补正")
    with clerk.within("details.offer", words="告知补正"):
        clerk.fill("需要补正的事项", "请写明文件的名称、文号，或者是哪一年、哪一项资金。")
        theatre.show(clerk, "requests-amend", at=clerk.button("告知补正"), above=560)
        clerk.press("告知补正")
    clerk.see("已制作补正告知书，请送达申请人")
    _hand_over(clerk, "补正告知书", on=LATER)
    clerk.fill("收到补正的日期", LATER)
    clerk.fill("补正的内容", "2020年度乡镇财政体制结算办法")
    clerk.read()
    clerk.press("登记收到补正")
    clerk.see("已登记补正，答复期限重新计算")


def extend(theatre: Theatre) -> None:
    head = theatre.at_the_desk(HEAD)
    _open(head, "乡镇财政管理办法")
    head.unfold("延长答复期限")
    with head.within("details.offer", words="延长答复期限"):
        head.fill("理由", "需要与各乡镇核对。")
        head.fill("延长的工作日", "10")
        theatre.show(head, "requests-extend", at=head.button("延长答复期限"), above=560)
        head.press("延长答复期限")
    head.see("已延长答复期限，请把延期答复告知书送达申请人")


def charge(theatre: Theatre) -> None:
    """By the rules of 2021."""
    clerk = theatre.at_the_desk(CLERK, on=LATER)
    _enter(clerk, subject="历年预算绩效评价报告", content="2016年至2020年全部预算绩效评价报告")
    clerk.unfold("收取信息处理费")
    with clerk.within("details.offer", words="收取信息处理费"):
        clerk.tick("按量计收")
        clerk.fill("件数或者页数", "120")
        theatre.show(clerk, "requests-charge", at=clerk.button("收取信息处理费"), above=760)
        clerk.press("收取信息处理费")
    clerk.see("已制作收费通知书，请送达申请人")
    _hand_over(clerk, "收费通知书", on=LATER)
    clerk.unfold("登记对收费的异议")
    clerk.read()
    clerk.fill("完成缴费的日期", LATER)
    clerk.press("登记已缴费")
    clerk.see("已登记缴费，答复期限重新计算")


def hand_on(theatre: Theatre) -> None:
    """Given back by one unit, designated by the office; split by another's head."""
    clerk, office, head = theatre.at_the_desk(OTHER_CLERK), theatre.at_the_desk(OFFICE), theatre.at_the_desk(HEAD)
    _enter(clerk, subject="老旧小区改造计划", content="2019年老旧小区改造计划")
    clerk.unfold("不属于本单位，退回")
    with clerk.within("details.offer", words="不属于本单位，退回"):
        clerk.choose("应当由哪个单位办理", "县发改局")
        clerk.fill("理由", "改造计划由发展改革部门牵头编制。")
        theatre.show(clerk, "requests-hand-on", at=clerk.button("不属于本单位，退回"), above=560)
        clerk.press("不属于本单位，退回")
    office.go("/admin/")
    _open(office, "老旧小区改造计划")
    office.unfold("指定承办单位")
    with office.within("details.offer", words="指定承办单位"):
        office.choose("由哪个单位办理", "县住建局")
        office.fill("理由", "改造项目由住建部门组织实施。")
        office.press("指定承办单位")
    office.see("已指定承办单位")
    _enter(theatre.at_the_desk(CLERK), subject="会议费和培训费", content="2018年第三季度会议费和培训费支出汇总表")
    _open(head, "会议费和培训费")
    for act in ("并入另一件一并答复", "认定为重复收到"):
        head.see(act)
    head.unfold("拆分成几件")
    head.fill("拆成哪几件", "2018年第三季度会议费支出汇总表\n2018年第三季度培训费支出汇总表")
    head.press("拆分成几件")
    head.see("已拆分，请分别办理拆出的各件")


def remedy(theatre: Theatre) -> None:
    clerk = theatre.at_the_desk(CLERK)
    _open(clerk, theatre.kept["request"])
    clerk.unfold("登记行政复议、行政诉讼")
    clerk.page.get_by_label("行政复议", exact=True).check()
    clerk.fill("受理的日期", TODAY)
    clerk.fill("案号", "宁政复〔2018〕9号")
    clerk.press("登记行政复议、行政诉讼")
    clerk.unfold("登记行政复议、行政诉讼的结果")
    clerk.tick("纠正")
    clerk.fill("决定、裁判的日期", TODAY)
    clerk.tick("要求重新答复")
    theatre.show(clerk, "requests-remedy", at=clerk.button("登记结果"), above=780)
    clerk.press("登记结果")
    clerk.see("已登记结果")


def reopen(theatre: Theatre) -> None:
    head = theatre.at_the_desk(OTHER_HEAD)
    _open(head, "县住建局公开申〔2018〕1号")
    head.unfold("重新办理")
    with head.within("details.offer", words="重新办理"):
        head.fill("从哪一天起重新办理", TODAY)
        head.fill("理由", "整理档案时找到了这份图纸。")
        theatre.show(head, "requests-reopen", at=head.button("重新办理"), above=560)
        head.press("重新办理")
    head.see("已重新办理，请拟写答复")


def import_register(theatre: Theatre) -> None:
    clerk = theatre.at_the_desk(TOWN_CLERK)
    clerk.go("/work/requests/")
    clerk.follow("导入原登记簿")
    clerk.upload("原登记簿（.xlsx）", papers.filled_in("原登记簿", papers.REGISTER))
    clerk.press("上传并检查")
    theatre.show(clerk, "requests-import-register", at=clerk.button("确认导入"), above=420)
    clerk.press("确认导入")
    clerk.see("已导入：")


def keep_guide(theatre: Theatre) -> None:
    clerk = theatre.at_the_desk(CLERK)
    clerk.go("/work/requests/")
    clerk.follow("本单位的公开指南")
    clerk.fill("从哪天起", TODAY)
    clerk.fill("办公时间", "工作日8:30至12:00，13:30至17:00")
    theatre.show(clerk, "requests-keep-guide", at=clerk.field("从哪天起"), above=320)
    clerk.press("保存并更新指南")
    clerk.read()


# The county office.


def see_guides(theatre: Theatre) -> None:
    office = theatre.at_the_desk(OFFICE)
    office.go("/admin/disclosure/opennessoffice/")
    theatre.show(office, "requests-see-guides")


def see_units(theatre: Theatre) -> None:
    office = theatre.at_the_desk(OFFICE)
    office.go("/admin/")
    office.unfold("信息公开")
    office.follow("各单位依申请公开")
    theatre.show(office, "requests-see-units", at=office.page.locator("#result_list"), above=160)
    office.page.locator("#result_list td a").first.click()
    office.read()
    office.open_first()
    office.go("/admin/disclosure/requestunit/")
    office.press_for_ticked("催办所选的单位")


def _open(hand: Hand, words: str) -> None:
    """The one application that these words find in the register."""
    hand.go(f"/work/requests/?q={words}")
    hand.open_first()
