"""办事服务和办事指南: the public, a unit, the office, an inspector. Each function is a flow of docs/manual/services.md."""

import re

from tests.manual import papers
from tests.manual.demo_portal import Theatre
from tests.manual.screen import Hand

CLERK, HEAD, TOWN_CLERK = "caizheng-editor", "caizheng-reviewer", "shenzhen-editor"
OFFICE, INSPECTORS = "office1", {"抽查人员（一）": "inspector1", "抽查人员（二）": "inspector2"}
SERVICE = "中介机构从事会计代理记账业务审批"


# The public.


def find(theatre: Theatre) -> None:
    visitor = theatre.visitor()
    visitor.go("/services/")
    visitor.unfold("筛选")
    visitor.read()
    visitor.fill("检索词", "记账")
    visitor.press("搜索")
    visitor.follow(SERVICE)
    theatre.show(visitor, "services-find", at=visitor.page.locator("#materials"), above=520)
    visitor.go("/verify/")
    visitor.go("/services/")
    visitor.follow(SERVICE)
    visitor.follow("告诉我们")
    visitor.go("/corrections/")


def one_thing(theatre: Theatre) -> None:
    visitor = theatre.visitor()
    visitor.go("/services/")
    visitor.follow("我要开工建房")
    theatre.show(visitor, "services-one-thing")


# A unit.


def draft(theatre: Theatre) -> None:
    clerk = theatre.at_the_desk(CLERK)
    clerk.go("/work/guides/")
    clerk.follow("起草办事指南")
    clerk.choose("服务事项", SERVICE)
    clerk.press("打开")
    theatre.kept["guide"] = clerk.page.url
    clerk.follow("修改")
    clerk.fill("常见问题", "可以请人代办吗｜可以，请带授权委托书和代办人的身份证。")
    theatre.show(clerk, "services-draft", at=clerk.field("常见问题"), above=420)
    clerk.press("保存")
    clerk.see("已保存，检查发现")
    clerk.press("提交审核")
    clerk.see("已提交，请审核人审核批准")


def approve(theatre: Theatre) -> None:
    head = theatre.at_the_desk(HEAD)
    head.go("/work/")
    head.go(theatre.kept["guide"])
    head.unfold("退回修改")
    head.read()
    head.fill("批准日期", "2018-11-20")
    head.fill("批准文件", "局办公会议（演示数据）")
    theatre.show(head, "services-approve", at=head.button("批准"), above=620)
    head.press("批准")
    head.see("已批准，请在期限以前公布")
    head.fill("施行日期", "2018-12-10")
    head.fill("变更内容", "增加了常见问题。")
    head.press("公布")
    head.see("已公布")
    head.unfold("取消这一版")
    head.read()


def import_guides(theatre: Theatre) -> None:
    """What was taken out, changed in Excel, is taken in as a draft."""
    clerk = theatre.at_the_desk(TOWN_CLERK)
    clerk.go("/work/guides/")
    with clerk.page.expect_download() as begun:
        clerk.page.get_by_role("link", name="导出 Excel").first.click()
    clerk.follow("从 Excel 导入")
    changed = papers.changed("办事指南", begun.value.path(), column="办理时间", words="工作日8:30至12:00，13:30至17:00")
    clerk.page.locator("main input[type=file]").set_input_files([changed])
    clerk.press("上传并检查")
    theatre.show(clerk, "services-import-guides", at=clerk.button("确认导入"), above=420)
    clerk.press("确认导入")
    clerk.read()


# The special check.


def draw_check(theatre: Theatre) -> None:
    office = theatre.at_the_desk(OFFICE)
    office.go("/admin/")
    office.unfold("抽查与考核")
    office.page.get_by_role("link", name=re.compile(r"^抽查(\s|$)")).click()
    office.follow("办事指南专项检查")
    office.choose("通知", "2018年")
    office.fill("每个单位抽几项", "1")
    theatre.show(office, "services-draw-check", at=office.field("每个单位抽几项"), above=560)
    office.press("下一步")
    office.press("确认抽取")
    for name in INSPECTORS:
        office.tick(name)
    office.press("随机分派")
    office.see("已按种子随机分派抽查人员")
    first = office.page.locator("section:has(.drawn-rows)").first
    name = first.get_by_role("heading", level=2).inner_text()
    row = first.locator("li[id^=drawn-]").first
    theatre.kept["guide inspector"] = INSPECTORS[name]
    theatre.kept["guide drawn"] = (row.get_attribute("id") or "").removeprefix("drawn-")
    office.see("制作专项检查通报")


def inspect(theatre: Theatre) -> None:
    inspector = theatre.at_the_desk(theatre.kept["guide inspector"])
    inspector.go("/work/inspections/")
    inspector.go(f"/work/inspections/{theatre.kept['guide drawn']}/")
    _answer_all(inspector)
    inspector.tick("需整改")
    inspector.fill("整改期限", "2018-12-14")
    with_what = inspector.page.locator("fieldset.criterion").filter(has_text="与实际办理一致").last
    theatre.show(inspector, "services-inspect", at=with_what, above=240)
    inspector.press("记录结论")
    inspector.see("的抽查结论已记录")
    theatre.at_the_desk(CLERK).go("/work/findings/")


def _answer_all(inspector: Hand) -> None:
    """What the checker found is confirmed; at the counter one thing is not as the guide says."""
    for asked in inspector.page.locator("fieldset.criterion:has(.basis)").all():
        title = asked.locator("legend").inner_text()
        is_not = "与实际办理一致" in title
        answer = "否" if is_not else re.compile(r"^\s*(是|确认)\s*$")
        asked.get_by_label(answer, exact=isinstance(answer, str)).first.check()
        if is_not:
            asked.get_by_label("说明").fill("窗口另外要求提交一份复印件。")
            asked.get_by_label("证据").fill("现场核对记录。")


# The office.


def keep_lists(theatre: Theatre) -> None:
    office = theatre.at_the_desk(OFFICE)
    office.go("/admin/")
    office.unfold("信息公开")
    office.go("/admin/disclosure/guidematerial/")
    office.open_first()
    office.go("/admin/disclosure/onething/")
    office.go("/admin/disclosure/guideversion/")
    office.go("/admin/disclosure/service/")
    theatre.show(office, "services-keep-lists")
    office.open_first()
