"""互动: whoever asks, appeals or looks up; departments and the office. Each function is a flow of docs/manual/interaction.md."""

from tests.manual import papers
from tests.manual.demo_portal import DESK, Theatre
from tests.manual.screen import Hand

OFFICE, OTHER, CLERK, HEAD = "office1", "office2", "zhujian-editor", "zhujian-reviewer"


def look_first(theatre: Theatre) -> None:
    visitor = theatre.visitor()
    visitor.go("/interaction/")
    visitor.fill("先查一查", "预算")
    visitor.press("搜索")
    theatre.show(visitor, "interaction-look-first", at=visitor.page.locator("#answers"), above=200)


def choose_door(theatre: Theatre) -> None:
    visitor = theatre.visitor(DESK)
    visitor.go("/interaction/")
    visitor.tick("遇到困难要求解决，或者要投诉、举报、提建议")
    visitor.tick("国家、省、市的单位")
    theatre.show(visitor, "interaction-choose-door", at=visitor.button("看看应当怎样办"), above=760)
    visitor.press("看看应当怎样办")


def look_up(theatre: Theatre) -> None:
    visitor = theatre.visitor()
    visitor.go("/interaction/")
    visitor.follow("办理查询")
    visitor.fill("登记号", theatre.kept["appeal"])
    visitor.fill("查询码", theatre.kept["appeal code"])
    visitor.press("查询")
    theatre.show(visitor, "interaction-look-up", at=visitor.page.locator("#found"), above=120)
    visitor.go("/corrections/")


def keep_elsewhere(theatre: Theatre) -> None:
    office = theatre.at_the_desk(OFFICE)
    _open_list(office, "不归本县办理的去处")
    theatre.show(office, "interaction-keep-elsewhere")
    office.open_first()


def _open_list(office: Hand, name: str) -> None:
    office.go("/admin/")
    office.unfold("信息公开")
    office.follow(name)


def appeal(theatre: Theatre) -> None:
    visitor = theatre.visitor()
    visitor.go("/interaction/")
    visitor.follow("对公共企事业单位申诉")
    visitor.choose("哪个公共企事业单位", "演示自来水公司")
    visitor.fill("反映的内容", "11月18日停水，没有提前公布停水的时间和范围。")
    visitor.fill("姓名或者单位名称", "申诉人甲")
    visitor.fill("联系电话", "0574-00000000")
    theatre.show(visitor, "interaction-appeal", at=visitor.button("提交"), above=760)
    visitor.press("提交")
    theatre.kept["appeal"], theatre.kept["appeal code"] = visitor.page.locator(".receipt").all_inner_texts()
    visitor.read()


def answer_appeal(theatre: Theatre) -> None:
    clerk, head, office = theatre.at_the_desk(CLERK), theatre.at_the_desk(HEAD), theatre.at_the_desk(OFFICE)
    clerk.go("/work/")
    clerk.go("/work/requests/")
    clerk.follow("申诉投诉")
    clerk.follow("登记申诉投诉")
    clerk.go(f"/work/requests/appeals/?q={theatre.kept['appeal']}")
    clerk.open_first()
    clerk.unfold("转给别的主管部门")
    clerk.read()
    theatre.kept["appeal page"] = clerk.page.url
    clerk.follow("拟写答复")
    clerk.fill("答复内容", "已要求公司今后停水提前24小时在网站和小区公布。")
    theatre.show(clerk, "interaction-answer-appeal", at=clerk.button("送审核"), above=560)
    clerk.press("送审核")
    head.go(theatre.kept["appeal page"])
    head.unfold("退回修改")
    head.read()
    head.press("签发")
    head.see("的答复已签发")
    office.go("/admin/disclosure/appealunit/")
    office.follow("全县的申诉投诉")
    office.open_first()
    office.unfold("向被反映的单位转述")
    office.read()


def keep_enterprises(theatre: Theatre) -> None:
    office = theatre.at_the_desk(OTHER)
    for name in ("申诉投诉办理期限", "各单位申诉投诉", "公共企事业单位"):
        _open_list(office, name)
    with office.page.expect_download() as begun:
        office.page.get_by_role("link", name="导出 Excel").first.click()
    office.follow("从 Excel 导入")
    changed = papers.changed("公共企事业单位", begun.value.path(), column="电话", words="0574-00000009")
    office.page.locator("#content input[type=file]").set_input_files([changed])
    office.press("上传并检查")
    theatre.show(office, "interaction-keep-enterprises", at=office.button("确认导入"), above=560)
    office.press("确认导入")
    office.read()
