"""A spot check from the inspector's phone to the office's decision: the sheet, the finding, the objection."""

import re
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from uuid import uuid4

import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from fixtures.reference_data import load_rubrics, read
from ninghai.models import Unit
from tasks.models import Drawn, Finding, Objection, Rectification, Rubric
from tasks.spot_checks.drawing import draw_inspectors, draw_spot_check
from tests.browser import papers
from tests.browser.layout_faults import look
from tests.browser.people import DESKTOP, PHONE, photograph
from tests.reports import makers

TAKEN = "公开不及时"
GROUND = "6月预算说明9月才公开。"
NOTE = "核对了网站和台账，时间对不上。"
WORDS = "预算说明6月20日已公开，网站改版后显示为9月，附原页面截图。"
OPENED = datetime(2018, 11, 20, 9, tzinfo=UTC)
DECISION = "原页面截图属实，按6月公开认定。"


@pytest.fixture
def drawn(cast) -> Drawn:
    """The finance bureau's report, accepted, drawn and marked by the county's own rubric."""
    notice = makers.issued_notice(cast)
    of_finance = makers.assignment("一1", "县财政局")
    makers.accepted(cast, of_finance, at=makers.moment(10, 9), done=True)
    load_rubrics(read("rubrics.json")["rubrics"])
    cast.inspector.memberships.update(unit=Unit.objects.get(short_name="县发改局"))
    check = draw_spot_check(
        notice=notice,
        title="2018年11月抽查",
        size=5,
        seed="20181120",
        stratified_by=["unit_kind"],
        as_of=date(2018, 11, 20),
        rubric=Rubric.objects.get(),
        form_id=uuid4(),
        by=cast.office,
        at=makers.NOW,
    )
    draw_inspectors(spot_check=check, pool=[cast.inspector], by=cast.office, at=makers.NOW)
    return check.drawn.get(assignment=of_finance)


def picture() -> papers.Upload:
    """A photograph as a phone takes it."""
    buffer = BytesIO()
    Image.new("RGB", (60, 40), "steelblue").save(buffer, "JPEG")
    return papers.Upload(name="现场照片.jpg", mimeType="image/jpeg", buffer=buffer.getvalue())


@pytest.mark.parametrize("width", [PHONE, DESKTOP], ids=["390", "1280"])
def test_a_sheet_is_filled_in_and_an_objection_decided(cast, drawn, opening, width):
    fill_in_the_sheet(opening(cast.inspector, viewport=width), drawn)
    object_and_rectify(opening(cast.clerk, viewport=width))
    pass_on(opening(cast.head, viewport=width))
    decide(opening(cast.office, viewport=width))
    read_the_decision(opening(cast.head, viewport=width))


@pytest.mark.parametrize("width", [PHONE, DESKTOP], ids=["390", "1280"])
def test_the_sheet_works_without_script(cast, drawn, opening, width):
    page = opening(cast.inspector, viewport=width, java_script_enabled=False)
    page.goto(drawn.get_absolute_url())
    criterion = page.get_by_role("group", name=re.compile(TAKEN))
    criterion.get_by_text("−8", exact=True).click()  # noqa: RUF001 - a minus sign
    criterion.get_by_role("textbox").fill(GROUND)
    page.get_by_role("button", name="保存底稿").click()

    expect(page.get_by_text("核查底稿已保存")).to_be_visible()
    expect(page.get_by_text("92分，合格")).to_be_visible()


def press_twice(page: Page, copy: Locator) -> None:
    """It says what a press has done, each time for as long, and then what it is for; however slow the machine is."""
    page.clock.install(time=OPENED)
    page.reload()
    page.clock.pause_at(OPENED + timedelta(hours=1))
    said = page.get_by_role("button", name=re.compile("已复制|已选中"))
    copy.click()
    expect(said).to_be_visible()
    page.clock.run_for(3000)
    said.click()
    page.clock.run_for(3000)
    expect(said).to_be_visible()
    page.clock.run_for(3000)
    expect(copy).to_be_visible()


@pytest.mark.parametrize("width", [PHONE, DESKTOP], ids=["390", "1280"])
def test_the_office_sees_what_was_drawn_first(cast, drawn, opening, width):
    page = opening(cast.office, viewport=width)
    page.goto(drawn.spot_check.get_absolute_url())
    expect(page.get_by_text("5 抽中 · 0 已核 · 5 待核")).to_be_visible()
    photograph(page, "38-drawn")
    assert look(page) == []
    page.get_by_label("抽查的各部分").get_by_role("link", name="名额算法").click()
    page.get_by_text("排序值：", exact=False).last.click()
    photograph(page, "38-quota")
    assert look(page) == []
    page.get_by_role("link", name="复算", exact=True).click()
    photograph(page, "38-recipe")
    assert look(page) == []
    press_twice(page, page.get_by_role("button", name=re.compile("复制.*复算命令")))
    page.get_by_label("抽查的各部分").get_by_role("link", name="抽中 5").click()
    page.locator(f"#drawn-{drawn.pk}").get_by_role("link").click()
    expect(page.get_by_text("待核查", exact=True)).to_be_visible()
    expect(page.get_by_role("button", name="记录结论")).to_have_count(0)
    photograph(page, "38-inspection")
    assert look(page) == []
    page.get_by_label("抽中项信息").get_by_role("link", name="任务分工").click()
    expect(page.get_by_role("link", name="打开这份填报")).to_be_visible()
    photograph(page, "38-assignment")
    assert look(page) == []


@pytest.mark.parametrize("width", [PHONE, DESKTOP], ids=["390", "1280"])
def test_a_draw_is_confirmed_after_a_look_at_its_population(cast, drawn, opening, width):
    page = opening(cast.office, viewport=width)
    page.goto("/admin/tasks/spotcheck/add/")
    page.get_by_label("通知", exact=True).select_option(str(drawn.spot_check.notice_id))
    page.get_by_label("抽取数量").fill("3")
    photograph(page, "39-draw")
    assert look(page) == []
    page.get_by_role("button", name="下一步").click()
    expect(page.get_by_role("heading", name=re.compile("2018年通知，种子 20181120，将抽 3 项"))).to_be_visible()
    photograph(page, "39-population")
    assert look(page) == []
    page.get_by_role("button", name="确认抽取").click()
    expect(page.get_by_text("已抽取 3 项，请指定抽查人员")).to_be_visible()
    page.get_by_role("checkbox", name=str(cast.inspector)).check()
    photograph(page, "39-deal")
    assert look(page) == []
    page.get_by_role("button", name="随机分派").click()
    expect(page.get_by_text("已按种子随机分派抽查人员")).to_be_visible()


def fill_in_the_sheet(page: Page, drawn: Drawn) -> None:
    page.goto(drawn.get_absolute_url())
    total = page.locator("output[name=score]")
    expect(total).to_have_text("100分，合格")
    criterion = page.get_by_role("group", name=re.compile(TAKEN))
    criterion.get_by_text("−20", exact=True).click()  # noqa: RUF001 - a minus sign
    expect(total).to_have_text("80分，合格")
    veto = page.get_by_role("group", name=re.compile("泄露个人信息"))
    veto.get_by_role("checkbox").check()
    expect(total).to_have_text("0分，单项否决")
    veto.get_by_role("checkbox").uncheck()
    criterion.get_by_role("textbox").fill(GROUND)
    page.get_by_label("选择照片或文件").set_input_files(picture())
    page.get_by_role("button", name="添加材料").click()
    expect(page.get_by_role("link", name="现场照片.jpg", exact=True)).to_be_visible()
    expect(criterion.get_by_role("textbox")).to_have_value(GROUND)
    page.get_by_role("radio", name="需整改").check()
    page.get_by_label("整改期限").fill("2018-12-20")
    page.get_by_label("核查情况").fill(NOTE)
    photograph(page, "30-sheet")
    assert look(page) == []
    page.get_by_role("button", name="记录结论").click()
    expect(page.get_by_text("的抽查结论已记录，并已告知单位")).to_be_visible()
    assert (Finding.objects.get().score, Finding.objects.get().passed) == (80, True)


def object_and_rectify(page: Page) -> None:
    page.goto("/work/findings/")
    photograph(page, "31-findings")
    assert look(page) == []
    page.get_by_role("main").get_by_role("heading", level=2).get_by_role("link").click()
    expect(page.get_by_text("请在2018-12-20前完成整改并报送佐证材料。")).to_be_visible()
    expect(page.get_by_role("link", name="现场照片.jpg", exact=True)).to_be_visible()
    page.get_by_label("整改情况").fill("正在核对历史页面。")
    page.get_by_role("button", name="保存草稿").click()
    expect(page.get_by_text("已保存，提交前可以继续修改")).to_be_visible()
    page.get_by_text("对结论有异议").click()
    page.get_by_label("异议内容").fill(WORDS)
    page.locator("#objection").get_by_label("上传佐证文件").set_input_files(papers.pdf("原页面截图.pdf"))
    photograph(page, "32-finding")
    assert look(page) == []
    page.get_by_role("button", name="提出异议").click()
    expect(page.get_by_text("异议已提出")).to_be_visible()
    expect(page.get_by_role("link", name="原页面截图.pdf", exact=True)).to_be_visible()
    photograph(page, "33-objected")


def pass_on(page: Page) -> None:
    """The unit's head reads the objection before the office does."""
    page.goto("/work/")
    page.get_by_role("link", name="审核").first.click()
    expect(page.get_by_text(WORDS)).to_be_visible()
    photograph(page, "33-head")
    assert look(page) == []
    page.get_by_role("button", name="审核通过，报送县政府办公室").click()
    expect(page.get_by_text("异议已报送县政府办公室")).to_be_visible()


def decide(page: Page) -> None:
    page.goto("/admin/")
    photograph(page, "34-objections")
    page.get_by_role("link", name=re.compile("^处理")).click()
    expect(page.get_by_role("heading", level=2, name="核查结果")).to_be_visible()
    expect(page.get_by_text(WORDS)).to_be_visible()
    page.get_by_label("异议成立，按下面的内容更正结论").check()
    page.get_by_label("处理意见").fill(DECISION)
    page.get_by_label("属实", exact=True).check()
    page.get_by_role("group", name=re.compile(TAKEN)).get_by_label("不扣分").check()
    photograph(page, "35-decide")
    assert look(page) == []
    page.get_by_role("button", name="处理异议").click()
    expect(page.get_by_text("异议已处理：异议成立")).to_be_visible()
    photograph(page, "36-decided")


def read_the_decision(page: Page) -> None:
    page.get_by_role("link", name=re.compile("^消息")).click()
    page.get_by_role("link", name=re.compile("异议成立")).click()
    page.goto(Finding.objects.get().get_absolute_url())
    expect(page.get_by_text(DECISION)).to_be_visible()
    expect(page.get_by_text("100分，合格").first).to_be_visible()
    photograph(page, "37-upheld")
    assert look(page) == []
    assert Objection.objects.get().status == "upheld"
    assert Rectification.objects.get().status == "lifted"
