"""An application's life in the browser, on a phone, looked at as at a desk: asked, answered, signed, sent, looked up."""

import re
from collections.abc import Callable, Mapping
from contextlib import ExitStack

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from disclosure.requests.inquiries.services import inquiry_code
from fixtures.reference_data import load_workdays
from ninghai.cases.lookup import lookup_code
from ninghai.jobs.claims import run_due
from ninghai.models import Case, User
from tests.browser import portal
from tests.browser.layout_faults import look
from tests.browser.objections import objections
from tests.browser.papers import pdf
from tests.browser.people import PHONE, Opening, photograph, sign_in, visiting
from tests.browser.test_elder_mode import choose
from tests.cast import Cast
from tests.disclosure import makers
from tests.disclosure.requests import makers as applications


def looked_at(page: Page, name: str) -> None:
    photograph(page, name)
    assert look(page) == []
    assert objections(page) == []


def apply(page: Page, unit: str) -> tuple[str, str]:
    """Number and query code of an application that a visitor has sent."""
    page.goto("/requests/")
    looked_at(page, "requests")
    page.get_by_role("link", name="填写申请").click()
    looked_at(page, "request-question")
    page.get_by_label("向哪个单位申请").select_option(label=unit)
    page.get_by_label("需要的政府信息").fill("请公开2017年度“三公”经费决算表")
    page.get_by_role("button", name="下一步").click()
    expect(page.get_by_role("heading", name="下列信息已经公开")).to_be_visible()
    expect(page.get_by_label("需要的政府信息")).to_have_value("请公开2017年度“三公”经费决算表")
    looked_at(page, "request-form")
    page.get_by_label("申请人类别").select_option(label="自然人")
    page.get_by_label("姓名或者单位名称").fill("王小明")
    page.get_by_label("证件种类").select_option(label="居民身份证")
    page.get_by_label("证件号码", exact=True).fill("330226199001011234")
    page.get_by_role("button", name="提交申请").click()
    expect(page.get_by_label("姓名或者单位名称")).to_have_value("王小明")
    looked_at(page, "request-refused")
    page.get_by_label("联系电话").fill("0574-12345678")
    page.get_by_label("希望得到的形式").select_option(label="纸面")
    page.get_by_label("获取信息的方式").select_option(label="当面领取")
    page.get_by_role("button", name="提交申请").click()
    expect(page.get_by_role("heading", name="申请登记回执")).to_be_visible()
    expect(page.get_by_text("2018年12月11日")).to_be_visible()
    looked_at(page, "request-receipt")
    number, code = page.locator(".receipt").all_inner_texts()
    return number, code


def answer(page: Page, case: Case, *, looked_at: Callable[[Page, str], object] = looked_at) -> None:
    page.goto(f"/work/requests/{case.pk}/")
    looked_at(page, "work-request")
    page.get_by_role("link", name="拟写答复").click()
    page.get_by_label("答复种类").select_option(label="信息不存在")
    page.get_by_role("button", name="下一步").click()
    looked_at(page, "work-request-answer")
    for label, words in (
        ("检索范围", "局档案室"),
        ("检索用词", "三公"),
        ("检索人", "办公室"),
        ("检索日期", "2018-11-20"),
    ):
        page.get_by_label(re.compile(f"^{label}")).fill(words)
    page.get_by_role("button", name="送审核").click()
    expect(page.get_by_text("的答复已送审核")).to_be_visible()


def test_the_life_of_an_application(cast: Cast, opening: Opening):
    load_workdays()
    makers.published(cast, title="2017年度“三公”经费决算表")
    visitor = opening(viewport=PHONE)
    number, code = apply(visitor, "县财政局")
    case = Case.objects.get(number=number)

    clerk, head = (opening(user, viewport=PHONE) for user in (cast.clerk, cast.head))
    clerk.goto("/work/requests/")
    looked_at(clerk, "work-requests")
    answer(clerk, case)
    head.goto(f"/work/requests/{case.pk}/")
    expect(head.get_by_text("经检索，没有您申请公开的信息")).to_be_visible()
    looked_at(head, "work-request-to-sign")
    head.get_by_role("button", name="签发").click()
    expect(head.get_by_text("县财政局公复〔2018〕1号").first).to_be_visible()
    run_due("letter")
    clerk.goto(f"/work/requests/{case.pk}/")
    clerk.get_by_label("当面领取").check()
    clerk.get_by_label("交寄、发出或者交付的日期").fill("2018-11-20")
    clerk.get_by_label("申请人签收的日期").fill("2018-11-20")
    looked_at(clerk, "work-request-to-deliver")
    clerk.get_by_role("button", name="登记送达").click()
    expect(clerk.get_by_text("2019-01-21")).to_be_visible()
    looked_at(clerk, "work-request-delivered")

    visitor.goto("/lookup/")
    looked_at(visitor, "request-lookup")
    visitor.get_by_label("登记号").fill(number)
    visitor.get_by_label("查询码").fill(code)
    visitor.get_by_role("button", name="查询").click()
    expect(visitor.get_by_text("答复已经送达，办理完毕。")).to_be_visible()
    expect(visitor.get_by_text("60日")).to_be_visible()
    assert "王小明" not in visitor.content()
    looked_at(visitor, "request-found")


JUNE = {"CLOCK_DATE": "2019-06-03", "CLOCK_SINCE": "2019-06-02"}  # under the rules of 2019


def fill(place: Page | Locator, told: Mapping[str, str]) -> None:
    """Fields by their labels: to be typed, chosen (`=`), or ticked (without words)."""
    for label, words in told.items():
        field = place.get_by_label(re.compile(rf"^\s*{label}\s*(（|$)"))
        if not words:
            field.check()
        elif words.startswith("="):
            field.select_option(label=words.removeprefix("="))
        else:
            field.fill(words)


def act(page: Page, case: Case, title: str, told: Mapping[str, str], *, button: str = "") -> None:
    """One of the acts that lie folded away on the page of an application."""
    page.goto(f"/work/requests/{case.pk}/")
    offer = page.locator("details.offer").filter(has=page.locator("summary", has_text=title))
    if offer.get_attribute("open") is None:
        offer.locator("summary").click()
    fill(offer, told)
    offer.get_by_role("button", name=button or title).click()


def look_up(page: Page, number: str, code: str) -> None:
    page.goto("/lookup/")
    fill(page, {"登记号": number, "查询码": code})
    page.get_by_role("button", name="查询").click()


def test_a_whole_life_without_script_with_a_transfer_an_amendment_and_more_time(cast: Cast, browser: Browser, settings):
    settings.CLOCK_DATE, settings.CLOCK_SINCE = JUNE.values()
    today = JUNE["CLOCK_DATE"]
    handed = {"当面领取": "", "交寄、发出或者交付的日期": today}
    load_workdays()
    with ExitStack() as visits:
        site = visits.enter_context(portal.served(**JUNE))

        def opened(user: User | None = None) -> Page:
            page = visits.enter_context(visiting(browser, site, viewport=PHONE, java_script_enabled=False)).page
            if user:
                sign_in(page, user)
            return page

        visitor = opened()
        visitor.goto("/requests/new/")
        fill(visitor, {"向哪个单位申请": "=县财政局", "需要的政府信息": "2018年度深甽镇财政决算表"})
        visitor.get_by_role("button", name="下一步").click()
        person = {"申请人类别": "=自然人", "姓名或者单位名称": "王小明", "证件种类": "=居民身份证"}
        wanted = {"联系电话": "0574-12345678", "希望得到的形式": "=纸面", "获取信息的方式": "=当面领取"}
        fill(visitor, {**person, "证件号码": "330226199001011234", **wanted})
        visitor.get_by_label("身份证明").set_input_files(pdf("身份证.pdf"))
        visitor.get_by_role("button", name="提交申请").click()
        expect(visitor.get_by_role("heading", name="申请登记回执")).to_be_visible()
        number, code = visitor.locator(".receipt").all_inner_texts()

        first, clerk = Case.objects.get(number=number), opened(cast.clerk)
        clerk.goto(f"/work/requests/{first.pk}/")
        fill(clerk, {"与申请人确认的日期": today})
        clerk.get_by_role("button", name="确认收到，开始计算期限").click()
        expect(clerk.get_by_text("已确认，答复期限开始计算")).to_be_visible()
        whose = {"应当由哪个单位办理": f"={cast.town}", "理由": "属于镇里的职责"}
        act(clerk, first, "不属于本单位，退回", whose)
        expect(clerk.get_by_text("等县政府办公室指定承办单位").first).to_be_visible()
        office = opened(cast.office)
        act(office, first, "指定承办单位", {"由哪个单位办理": f"={cast.town}", "理由": "属于镇里的职责"})
        expect(office.get_by_text("已指定承办单位，登记号 深甽镇公开申〔2019〕1号")).to_be_visible()

        case, town, head = Case.objects.get(unit=cast.town), opened(cast.other_clerk), opened(cast.other_head)
        act(town, case, "告知补正", {"需要补正的事项": "写明要哪一项支出的决算"})
        expect(town.get_by_text("已制作补正告知书")).to_be_visible()
        run_due("letter")
        act(town, case, "补正告知书", {**handed, "对方签收的日期": today}, button="登记送达")
        expect(town.get_by_text("的文书已登记送达")).to_be_visible()
        fill(town, {"收到补正的日期": today, "补正的内容": "道路养护支出"})
        town.get_by_role("button", name="登记收到补正").click()
        expect(town.get_by_text("已登记补正，答复期限重新计算")).to_be_visible()
        act(head, case, "延长答复期限", {"延长的工作日": "20", "理由": "档案较多"})
        expect(head.get_by_text("已延长答复期限")).to_be_visible()

        answer(town, case, looked_at=lambda page, name: None)
        head.goto(f"/work/requests/{case.pk}/")
        head.get_by_role("button", name="签发").click()
        expect(head.get_by_text("的答复已签发")).to_be_visible()
        run_due("letter")
        act(town, case, "政府信息不存在告知书", {**handed, "申请人签收的日期": today}, button="登记送达")
        expect(town.get_by_text("的答复已登记送达")).to_be_visible()

        look_up(visitor, number, code)
        expect(visitor.get_by_role("heading", name="现在用下列登记号办理")).to_be_visible()
        look_up(visitor, *visitor.locator("[aria-labelledby=goes-on] .receipt").all_inner_texts())
        for words in ("深甽镇公开申〔2019〕1号", "答复已经送达，办理完毕。", "60日", "延长答复期限", "告知补正"):
            expect(visitor.get_by_text(words).first).to_be_visible()
        assert "王小明" not in visitor.content()


FIRST_ROW = 500  # pixels from the top within which a clerk sees the first application on a phone
PUBLIC_FORM = 3000  # pixels: the whole application form on a phone


def test_an_application_at_the_counter(cast: Cast, opening: Opening):
    load_workdays()
    clerk = opening(cast.clerk, viewport=PHONE)
    clerk.goto("/work/requests/")
    looked_at(clerk, "work-requests-none")
    clerk.get_by_role("link", name="登记收到的申请").click()
    looked_at(clerk, "work-request-way")
    clerk.get_by_label("当面提交").check()
    clerk.get_by_role("button", name="下一步").click()
    expect(clerk.get_by_text("最迟2018-12-11答复")).to_be_visible()
    looked_at(clerk, "work-request-enter")
    clerk.get_by_label("事由").fill("2017年度三公经费决算")
    clerk.get_by_label("需要的政府信息").fill("2017年度“三公”经费决算表")
    clerk.get_by_label("申请人类别").select_option(label="自然人")
    clerk.get_by_role("button", name="登记并出具回执").click()
    expect(clerk.get_by_label("事由")).to_have_value("2017年度三公经费决算")
    looked_at(clerk, "work-request-enter-refused")
    clerk.get_by_label("姓名或者单位名称").fill("王小明")
    clerk.get_by_role("button", name="登记并出具回执").click()
    expect(clerk.get_by_text("已登记为 县财政局公开申〔2018〕1号")).to_be_visible()
    run_due("letter")
    clerk.reload()
    expect(clerk.get_by_role("link", name="登记回执（PDF）")).to_be_visible()
    looked_at(clerk, "work-request-entered")

    clerk.goto("/work/requests/")
    looked_at(clerk, "work-requests-one")
    assert (box := clerk.locator(".row").first.bounding_box())
    assert box["y"] < FIRST_ROW

    head = opening(cast.head, viewport=PHONE)
    head.goto(f"/work/requests/{Case.objects.get().pk}/")
    head.locator("summary", has_text="拆分成几件").click()
    looked_at(head, "work-request-to-split")


def test_the_application_form_is_short_on_a_phone(cast: Cast, opening: Opening):
    load_workdays()
    page = opening(viewport=PHONE)
    page.goto("/requests/new/")
    page.get_by_label("向哪个单位申请").select_option(label="县财政局")
    page.get_by_label("需要的政府信息").fill("请公开2017年度“三公”经费决算表")
    page.get_by_role("button", name="下一步").click()
    expect(page.get_by_label("姓名或者单位名称")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollHeight") < PUBLIC_FORM
    expect(page.get_by_label("代理人姓名")).not_to_be_visible()
    page.get_by_text("委托别人代为申请的，还要填写").click()
    page.get_by_label("代理人姓名").fill("李四")
    page.get_by_role("button", name="提交申请").click()
    expect(page.get_by_label("代理人姓名")).to_be_visible()
    looked_at(page, "request-form-agent")


def test_what_follows_an_answer(cast: Cast, opening: Opening):
    """Rated by its applicant, complained of, asked for by others: on a phone, and looked at as at a desk."""
    load_workdays()
    people = ("330226198505054321", "330226197803031111", "330226196611112222")
    cases = [applications.signed(cast, code="open", identity_number=number) for number in people]
    for case in cases:
        applications.hand_to_post(cast, case, delivered_on=makers.AT.date())
    again = applications.applied(cast, identity_number=people[0])

    visitor = opening(viewport=PHONE)
    visitor.goto("/lookup/")
    visitor.get_by_label("登记号").fill(cases[0].number)
    visitor.get_by_label("查询码").fill(lookup_code(cases[0]))
    visitor.get_by_role("button", name="查询").click()
    looked_at(visitor, "request-to-rate")
    visitor.get_by_role("button", name="提交评价").click()
    expect(visitor.get_by_text("请选择满意、基本满意或者不满意").first).to_be_visible()
    looked_at(visitor, "request-not-rated")
    visitor.get_by_label("基本满意").check()
    visitor.get_by_label("意见和建议").fill("希望快一点")
    visitor.get_by_role("button", name="提交评价").click()
    expect(visitor.get_by_text("您的评价：基本满意。谢谢。")).to_be_visible()
    looked_at(visitor, "request-rated")

    clerk = opening(cast.clerk, viewport=PHONE)
    clerk.goto(f"/work/requests/{again.pk}/")
    expect(clerk.get_by_text("同一申请人以前申请过同样的信息")).to_be_visible()
    looked_at(clerk, "work-request-repeated")
    clerk.goto(f"/work/requests/{cases[0].pk}/")
    clerk.get_by_text("登记行政复议、行政诉讼").first.click()
    clerk.get_by_label("行政复议", exact=True).check()
    clerk.get_by_label("受理的日期").fill("2018-11-20")
    clerk.get_by_role("button", name="登记行政复议、行政诉讼").click()
    expect(clerk.get_by_text("行政复议：尚未审结")).to_be_visible()
    clerk.get_by_text("登记行政复议、行政诉讼的结果").first.click()
    looked_at(clerk, "work-request-complained-of")
    clerk.get_by_role("link", name="拟成主动公开信息").click()
    expect(clerk.get_by_label("正文")).to_have_value("2017年度决算表1份")
    looked_at(clerk, "work-request-to-publish")


@pytest.mark.parametrize(("mode", "has_script"), [("", True), ("elder", False)])
def test_a_third_party_answers_on_its_own_page(cast: Cast, opening: Opening, site, mode, has_script):
    load_workdays()
    case = applications.asking(cast)
    inquiry = case.information_request.inquiries.get()
    page = opening(viewport=PHONE, java_script_enabled=has_script)
    if mode:
        choose(page, mode, site)
    page.goto("/requests/inquiry/")
    page.get_by_label("文号").fill(inquiry.paper.number)
    page.get_by_label("查询码").fill(inquiry_code(case, inquiry.number))
    page.get_by_role("button", name="查看").click()
    expect(page.get_by_text("贵公司的报价单")).to_be_visible()
    photograph(page, f"inquiry-{mode}")
    page.get_by_label("不同意公开", exact=True).check()
    page.get_by_role("button", name="提交意见").click()
    expect(page.get_by_text("不同意公开的，请写明理由。").first).to_be_visible()
    page.get_by_label("理由").fill("涉及本公司的商业秘密")
    page.get_by_role("button", name="提交意见").click()
    expect(page.get_by_text("您的意见已经收到")).to_be_visible()
    photograph(page, f"inquiry-answered-{mode}")
    if has_script:
        assert look(page) == []
        assert objections(page) == []
        clerk = opening(cast.clerk, viewport=PHONE)
        clerk.goto(f"/work/requests/{case.pk}/")
        expect(clerk.get_by_text("涉及本公司的商业秘密")).to_be_visible()
        looked_at(clerk, "work-request-opinion")
