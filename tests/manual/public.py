"""公众: a visitor at the telephone, now and then at a desk. Each function is a flow of docs/manual/public.md."""

from tests.manual import office, unit
from tests.manual.demo_portal import DESK, Theatre


def find(theatre: Theatre) -> None:
    visitor = theatre.visitor()
    visitor.go("/")
    visitor.fill("查找政府信息", "预算")
    theatre.show(visitor, "public-find", at=visitor.button("搜索"), above=420)
    visitor.press("搜索")


def narrow(theatre: Theatre) -> None:
    visitor = theatre.visitor(DESK)
    visitor.go("/catalogue/?q=公开")
    theatre.show(visitor, "public-narrow", at=visitor.page.locator("aside[aria-label=缩小范围]"), above=420)
    visitor.page.locator("aside[aria-label=缩小范围]").get_by_role("link").first.click()
    visitor.read()


def read(theatre: Theatre) -> None:
    visitor = theatre.visitor()
    visitor.go("/catalogue/?q=预算执行情况")
    visitor.follow(unit.TITLE)
    theatre.kept["public item"] = visitor.page.url
    theatre.show(visitor, "public-read")
    with visitor.page.expect_download():
        visitor.page.get_by_role("link", name="四季度预算执行表").click()
    visitor.read()


def history(theatre: Theatre) -> None:
    office.publish_revision(theatre)
    visitor = theatre.visitor()
    visitor.go(theatre.kept["public item"])
    visitor.follow("查看历史版本")
    theatre.show(visitor, "public-history", at=visitor.button("对照两个版本"), above=420)
    visitor.press("对照两个版本")


def take_along(theatre: Theatre) -> None:
    visitor = theatre.visitor(DESK)
    visitor.go("/catalogue/?q=预算")
    visitor.unfold("下载清单")
    visitor.read()
    visitor.unfold("下载清单")
    visitor.unfold("订阅这个列表")
    theatre.show(visitor, "public-take-along", at=visitor.page.get_by_label("订阅地址"), above=300)
    visitor.go("/site-map/")


def basic_catalogue(theatre: Theatre) -> None:
    visitor = theatre.visitor(DESK)
    visitor.go("/catalogue/basic/")
    theatre.show(visitor, "public-basic-catalogue")


def columns(theatre: Theatre) -> None:
    visitor = theatre.visitor()
    visitor.go("/")
    visitor.go("/disclosure/")
    theatre.show(visitor, "public-columns")


def progress(theatre: Theatre) -> None:
    visitor = theatre.visitor()
    visitor.go("/progress/2018/")
    theatre.show(visitor, "public-progress")
    visitor.follow("按单位")


def verify(theatre: Theatre) -> None:
    visitor = theatre.visitor()
    visitor.go("/verify/")
    visitor.fill("核验码", theatre.kept["code"])
    visitor.press("核验")
    visitor.see("这份报告由宁海县人民政府办公室签发")
    theatre.show(visitor, "public-verify")


def correct(theatre: Theatre) -> None:
    visitor = theatre.visitor()
    visitor.go(theatre.kept["public item"])
    visitor.follow("本页纠错")
    visitor.fill("问题", "附表的单位应当是万元，现在没有写明。")
    theatre.show(visitor, "public-correct", at=visitor.button("提交纠错"), above=680)
    visitor.press("提交纠错")
    visitor.see("您的纠错已收到")
    theatre.kept["receipt"] = visitor.page.locator(".receipt").inner_text()


def ask_after(theatre: Theatre) -> None:
    visitor = theatre.visitor()
    visitor.go("/corrections/")
    visitor.fill("受理编号", theatre.kept["receipt"])
    visitor.press("查询")
    visitor.see("已答复")
    theatre.show(visitor, "public-ask-after")


def display(theatre: Theatre) -> None:
    visitor = theatre.visitor()
    visitor.go("/")
    visitor.go("/display/")
    visitor.tick("长者模式")
    theatre.show(visitor, "public-display", at=visitor.button("按这样显示"), above=680)
    visitor.press("按这样显示")
