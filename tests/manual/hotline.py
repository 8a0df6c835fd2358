"""热线: callers, the office, the units. Each function is a flow of docs/manual/hotline.md."""

from tests.manual import papers
from tests.manual.demo_portal import Theatre
from tests.manual.screen import Hand

OFFICE, OTHER = "office1", "office2"
TOWN_CLERK, CLERK, HELPER = "shenzhen-editor", "zhujian-editor", "caizheng-editor"


def ask(theatre: Theatre) -> None:
    caller = theatre.visitor()
    caller.go("/interaction/")
    caller.follow("咨询、求助、投诉、建议")
    caller.follow("网上提交")
    caller.tick("求助")
    caller.choose("事项", "住房和物业")
    caller.fill("您要反映的事情", "跃龙街道某小区3号楼电梯停运三天，希望尽快修好。")
    caller.fill("联系电话", "0574-00000000")
    theatre.show(caller, "hotline-ask", at=caller.button("提交"), above=760)
    caller.press("提交")
    caller.see("您的诉求已经登记")
    theatre.kept["call"], theatre.kept["call code"] = caller.page.locator(".receipt").all_inner_texts()


def take_call(theatre: Theatre) -> None:
    """What was called about before stands beside the form once the number is typed."""
    office = theatre.at_the_desk(OFFICE)
    office.go("/work/hotline/")
    office.follow("电话受理")
    office.fill("来电号码", "0574-00000000")
    office.field("来电号码").press("Tab")
    office.fill("诉求", "小区电梯又停了，老人上不了楼，请有关单位处理。")
    office.fill("事由", "小区电梯停运")
    office.choose("类别", "求助")
    office.choose("事项", "住房和物业")
    office.see("职责清单：")
    office.see("相近的办理中工单")
    theatre.show(office, "hotline-take-call", at=office.page.locator("aside").last)
    office.press("登记")
    office.see("请告诉来电人")


def hand_on(theatre: Theatre) -> None:
    """Given back by the first unit, and handed on to the right one."""
    office, town = theatre.at_the_desk(OFFICE), theatre.at_the_desk(TOWN_CLERK)
    _open(office, theatre)
    office.choose("主办单位", "深甽镇")
    office.press("转办")
    office.see("已转办，已经通知承办单位")
    _open(town, theatre)
    town.unfold("申请退回")
    with town.within("details.offer", words="申请退回"):
        town.fill("理由", "小区不在本镇。")
        town.choose("应由哪个单位办理", "县住建局")
        town.press("申请退回")
    _open(office, theatre)
    office.press("同意退回")
    office.choose("主办单位", "县住建局")
    office.tick("县财政局")
    theatre.show(office, "hotline-hand-on", at=office.button("转办"), top=office.field("主办单位"), above=420)
    office.press("转办")
    office.see("已转办，已经通知承办单位")


def handle(theatre: Theatre) -> None:
    clerk, helper = theatre.at_the_desk(CLERK), theatre.at_the_desk(HELPER)
    _open(helper, theatre)
    helper.unfold("提交协办意见")
    helper.field("协办意见").fill("维修资金可以按应急程序使用。")
    helper.press("提交协办意见")
    helper.see("的协办意见已提交")
    _open(clerk, theatre)
    clerk.unfold("申请退回")
    clerk.press("签收")
    clerk.see("已签收")
    clerk.tick("已经解决")
    clerk.fill("答复内容", "维保单位已经更换零件，电梯今天恢复运行。")
    theatre.show(clerk, "hotline-handle", at=clerk.button("答复"), above=620)
    clerk.press("答复")
    clerk.see("已答复，等县府办审核")


def review(theatre: Theatre) -> None:
    office = theatre.at_the_desk(OFFICE)
    _open(office, theatre)
    theatre.show(office, "hotline-review", at=office.button("审核通过"), above=360)
    office.press("审核通过")
    office.see("审核通过。")
    office.tick("多次没有联系上，办结")
    office.press("登记回访")
    office.see("已登记回访")


def look_up(theatre: Theatre) -> None:
    caller = theatre.visitor()
    caller.go("/hotline/")
    caller.follow("查询办理情况")
    caller.fill("登记号", theatre.kept["call"])
    caller.fill("查询码", theatre.kept["call code"])
    caller.press("查询")
    theatre.show(caller, "hotline-look-up", at=caller.page.locator("#rate"), above=560)
    caller.tick("不满意")
    caller.press("提交评价")
    caller.see("您的评价")


def redo(theatre: Theatre) -> None:
    """Whoever was not content is heard; an open one is urged about."""
    office = theatre.at_the_desk(OFFICE)
    office.go("/admin/")
    _open(office, theatre)
    office.unfold("维持办结")
    office.read()
    office.unfold("维持办结")
    office.unfold("重办")
    with office.within("details.offer", words="重办"):
        office.fill("理由", "电梯又停运了，请彻底检修。")
        theatre.show(office, "hotline-redo", at=office.button("重办"), above=560)
        office.press("重办")
    office.see("已交原单位重新办理")
    office.unfold("督办")
    with office.within("details.offer", words="督办"):
        office.tick("反映多、反复反映")
        office.press("督办")
    office.see("已督办")


def import_calls(theatre: Theatre) -> None:
    office = theatre.at_the_desk(OTHER)
    office.go("/work/hotline/")
    office.follow("从 Excel 导入")
    office.upload("工单（.xlsx）", papers.filled_in("热线工单", papers.CALLS))
    office.press("上传并检查")
    theatre.show(office, "hotline-import-calls", at=office.button("确认导入"), above=560)
    office.press("确认导入")
    office.read()


def duties(theatre: Theatre) -> None:
    office = theatre.at_the_desk(OFFICE)
    office.go("/admin/")
    office.unfold("信息公开")
    for page in ("hotlinetopic", "hotlinelimit"):
        office.go(f"/admin/disclosure/{page}/")
    office.go("/admin/disclosure/hotlineduty/")
    theatre.show(office, "hotline-duties")


def figures(theatre: Theatre) -> None:
    """A quarter has its ranking; a month that was published is mended."""
    office = theatre.at_the_desk(OFFICE)
    office.go("/admin/disclosure/hotlineranking/")
    office.go("/admin/disclosure/hotlinemonth/")
    office.follow("热线统计和月度公布")
    theatre.show(office, "hotline-figures", at=office.field("时段"))
    office.choose("时段", "2018年10月")
    office.press("筛选")
    office.unfold("公布出来的样子")
    office.fill("更正说明", "补登了一件漏登的诉求（演示数据）。")
    office.press("更正后重新公布")
    office.see("补登了一件漏登的诉求")
    clerk = theatre.at_the_desk(CLERK)
    clerk.go("/work/hotline/")
    clerk.follow("本单位的统计")


def _open(hand: Hand, theatre: Theatre) -> None:
    hand.go(f"/work/hotline/?q={theatre.kept['call']}")
    hand.open_first()
