"""What a unit does with its tasks, on a phone and by a desk: report in one go, lose nothing, send back, ask for more time."""

import re
import time
from datetime import date

import pytest
from playwright.sync_api import Page, expect

from ninghai.models import AuditEntry, Role
from tasks.models import Assignment, Petition, ProgressReport
from tasks.petitions.services import ask
from tasks.progress.services import Written, save_draft
from tests.browser import papers
from tests.browser.layout_faults import look
from tests.browser.people import DESKTOP, PATIENCE, PHONE, Opening, photograph
from tests.cast import Cast, person
from tests.faults.processes import wait_until
from tests.tasks import factories

SIZES = pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desk"])
WORDS = "已完成全部预算单位的核对，网站栏目同步更新。"
SAVED = re.compile(r"^已自动保存 \d\d:\d\d$")


@pytest.fixture
def duty(cast: Cast) -> Assignment:
    factories.issued_notice(cast)
    return factories.assignment_of(cast)


def open_duty(page: Page, duty: Assignment) -> None:
    page.goto(f"{duty.get_absolute_url()}?period={factories.period().pk}")


def wait_for(**fields) -> None:
    """Until the one report is kept like this."""
    end = time.monotonic() + PATIENCE / 1000
    while not ProgressReport.objects.filter(**fields).exists():
        assert time.monotonic() < end, f"not kept: {fields}"
        time.sleep(0.1)


# --- The clerk ------------------------------------------------------------------------------------------


@SIZES
def test_a_clerk_reports_in_one_go(cast: Cast, opening: Opening, duty: Assignment, size):
    page = opening(cast.clerk, viewport=size)

    page.get_by_role("main").locator(".inbox").get_by_role("link").first.click()
    page.get_by_label("进展情况").fill(WORDS)
    page.get_by_label("完成比例").fill("100")
    page.get_by_role("checkbox", name="申请办结").check()
    page.get_by_label("上传佐证文件").set_input_files(papers.pdf("台账.pdf"))
    page.get_by_role("button", name="提交审核").click()

    expect(page.get_by_text("已提交本单位审核人审核")).to_be_visible()
    report = ProgressReport.objects.get()
    assert (report.status, report.text, report.evidence.count()) == ("with_head", WORDS, 1)


@SIZES
def test_what_is_typed_is_kept_by_itself(cast: Cast, opening: Opening, duty: Assignment, size):
    page = opening(cast.clerk, viewport=size)
    open_duty(page, duty)

    page.get_by_label("进展情况").press_sequentially(WORDS, delay=20)
    expect(page.get_by_text(SAVED)).to_be_visible()
    photograph(page, "autosaved")
    page.get_by_label("下一步打算").fill("继续核对。")
    page.get_by_role("navigation", name="当前位置").get_by_role("link").click()  # leaving saves what the pause has not
    expect(page.get_by_role("heading", name="我的任务")).to_be_visible()
    wait_for(next_step="继续核对。")  # the page that is gone no longer waits for the answer
    open_duty(page, duty)

    expect(page.get_by_label("进展情况")).to_have_value(WORDS)
    expect(page.get_by_label("下一步打算")).to_have_value("继续核对。")
    assert AuditEntry.objects.about(ProgressReport.objects.get()).count() == 1


def test_what_is_typed_during_a_saving_is_saved_when_the_page_is_left(cast: Cast, opening: Opening, duty: Assignment):
    page = opening(cast.clerk)
    open_duty(page, duty)
    page.route("**/autosave/", lambda route: (time.sleep(1), route.continue_()))

    with page.expect_request("**/autosave/"):
        page.get_by_label("进展情况").fill("先写一句")
    page.get_by_label("下一步打算").fill("马上又写一句。")
    page.get_by_role("navigation", name="当前位置").get_by_role("link").click()
    expect(page.get_by_role("heading", name="我的任务")).to_be_visible()

    wait_for(text="先写一句", next_step="马上又写一句。")


def test_the_button_and_the_script_never_contradict_each_other(cast: Cast, opening: Opening, duty: Assignment):
    page = opening(cast.clerk)
    open_duty(page, duty)
    page.route("**/autosave/", lambda route: (time.sleep(1), route.continue_()))

    page.get_by_label("进展情况").fill("先写一句")
    with page.expect_request("**/autosave/"):
        page.get_by_label("完成比例").fill("40")
    page.get_by_label("进展情况").fill("先写一句，马上又写一句")
    page.get_by_role("button", name="保存草稿").click()

    expect(page.get_by_text("的填报已保存")).to_be_visible()
    report = ProgressReport.objects.get()
    assert (report.text, report.percent) == ("先写一句，马上又写一句", 40)


def test_a_saving_whose_answer_is_lost_is_no_conflict(cast: Cast, opening: Opening, duty: Assignment):
    page = opening(cast.clerk)
    open_duty(page, duty)
    lost = []

    def lose_the_first_answer(route) -> None:
        if lost:
            route.continue_()
        else:
            lost.append(route.fetch())  # the server has it, the page hears nothing and gives up waiting

    page.route("**/autosave/", lose_the_first_answer)
    page.get_by_label("进展情况").fill("网络不好时写的")
    expect(page.get_by_text("网络不通，还没有保存")).to_be_visible()
    page.get_by_label("进展情况").fill("网络不好时写的，后来又写的")
    expect(page.get_by_text(SAVED)).to_be_visible()
    page.get_by_role("button", name="保存草稿").click()

    expect(page.get_by_text("的填报已保存")).to_be_visible()
    assert ProgressReport.objects.get().text == "网络不好时写的，后来又写的"


ONCE = """status => {
    const real = window.fetch;
    window.fetch = async () => {
        window.fetch = real;
        return new Response("<p>", { status, headers: { "Content-Type": "text/html" } });
    };
}"""


@pytest.mark.parametrize(("status", "words"), [(429, "操作过于频繁"), (503, "系统暂时不能保存"), (507, "存储空间不足")])
def test_a_server_that_cannot_save_now_is_asked_again(cast: Cast, opening: Opening, duty: Assignment, status, words):
    page = opening(cast.clerk)
    open_duty(page, duty)
    page.evaluate(ONCE, status)  # over the line, the answer would stand among the errors that no page may have

    page.get_by_label("进展情况").fill("数据库中断时写的")
    expect(page.get_by_text(words)).to_be_visible()
    page.get_by_label("下一步打算").fill("恢复后接着写的。")

    expect(page.get_by_text(SAVED)).to_be_visible()
    wait_for(text="数据库中断时写的", next_step="恢复后接着写的。")


@SIZES
def test_a_colleagues_change_is_shown_and_nothing_typed_is_lost(cast: Cast, opening: Opening, duty: Assignment, size):
    colleague = person("finance-clerk-2", "财政局经办人乙", cast.finance, Role.EDITOR)
    page = opening(cast.clerk, viewport=size)
    open_duty(page, duty)
    save_draft(
        assignment=duty, period=factories.period(), written=Written(text="乙写的"), by=colleague, at=factories.NOW
    )

    page.get_by_label("进展情况").fill("甲写的")
    expect(page.get_by_text("已停止自动保存")).to_be_visible()
    photograph(page, "autosave-conflict")
    page.get_by_role("button", name="保存草稿").click()

    expect(page.get_by_role("alert").first).to_contain_text("您填写的内容也都保留")
    expect(page.get_by_label("进展情况")).to_have_value("甲写的")
    expect(page.get_by_text("乙写的").first).to_be_visible()
    photograph(page, "draft-conflict")
    assert ProgressReport.objects.get().text == "乙写的"


def test_a_session_that_ends_while_typing_loses_nothing(cast: Cast, opening: Opening, duty: Assignment):
    page = opening(cast.clerk)
    open_duty(page, duty)
    page.context.clear_cookies(name="sessionid")

    page.get_by_label("进展情况").fill("登录过期前写的")
    expect(page.get_by_text("登录已过期，还没有保存")).to_be_visible()
    photograph(page, "autosave-signed-out")
    with page.context.expect_page() as opened:
        page.get_by_role("link", name="在新窗口登录").click()
    login = opened.value
    login.get_by_label("用户名").fill(cast.clerk.username)
    login.get_by_label("密码").fill("一个足够长的测试口令2018")
    login.get_by_role("button", name="登录").click()
    expect(login.get_by_role("button", name="退出登录", include_hidden=True)).to_be_attached()
    login.close()
    page.get_by_label("进展情况").press_sequentially("，登录后接着写")

    wait_until(lambda: ProgressReport.objects.filter(text="登录过期前写的，登录后接着写").exists())
    expect(page.get_by_text(SAVED)).to_be_visible()
    page.get_by_role("button", name="保存草稿").click()
    expect(page.get_by_text("的填报已保存").or_(page.get_by_text("已保存，提交前可以继续修改"))).to_be_visible()


def test_without_script_the_button_keeps_the_draft(cast: Cast, opening: Opening, duty: Assignment):
    page = opening(cast.clerk, java_script_enabled=False)
    open_duty(page, duty)

    page.get_by_label("进展情况").fill(WORDS)
    page.get_by_role("button", name="保存草稿").click()

    expect(page.get_by_text("的填报已保存")).to_be_visible()


# --- The head ---------------------------------------------------------------------------------------------


@SIZES
def test_a_head_returns_a_report_and_the_clerk_mends_it(cast: Cast, opening: Opening, duty: Assignment, size):
    factories.with_head(cast)
    head = opening(cast.head, viewport=size)

    head.get_by_role("main").locator(".inbox").get_by_role("link").first.click()
    head.get_by_text("退回经办人修改").click()
    head.get_by_role("button", name="退回修改").click()
    expect(head.get_by_role("alert")).to_contain_text("退回理由")
    head.get_by_label("退回理由").fill("请补充截至十一月的数字。")
    photograph(head, "head-returns")
    head.get_by_role("button", name="退回修改").click()
    expect(head.get_by_text("的填报已退回经办人")).to_be_visible()

    clerk = opening(cast.clerk, viewport=size)
    clerk.get_by_role("link", name=re.compile("^消息（2")).click()  # of the issue, too
    clerk.get_by_role("link", name="本单位审核人退回").click()
    clerk.get_by_role("button", name="前往办理").click()
    expect(clerk.get_by_text("上次退回理由：请补充截至十一月的数字。")).to_be_visible()
    photograph(clerk, "clerk-mends")
    clerk.get_by_label("进展情况").fill("已完成大半，截至十一月共12项。")
    clerk.get_by_role("button", name="提交审核").click()
    expect(clerk.get_by_text("已提交本单位审核人审核")).to_be_visible()


# --- More time ----------------------------------------------------------------------------------------------


@SIZES
def test_a_clerk_asks_for_more_time_and_the_signer_grants_some(cast: Cast, opening: Opening, duty: Assignment, size):
    clerk = opening(cast.clerk, viewport=size)
    open_duty(clerk, duty)
    clerk.get_by_text("申请延期，或者申请不适用").click()
    clerk.get_by_label("延期", exact=True).check()
    clerk.get_by_label("延至哪一天").fill("2018-12-10")
    clerk.get_by_label("申请理由").fill("系统改造尚未验收，预计十二月上旬完成。")
    photograph(clerk, "petition-form")
    clerk.get_by_role("button", name="提交申请").click()
    expect(clerk.get_by_text("申请已提交")).to_be_visible()
    photograph(clerk, "petition-asked")

    signer = opening(cast.signer, viewport=size)
    photograph(signer, "petition-desk")
    signer.get_by_role("main").locator(".inbox").get_by_role("link", name=re.compile("延期")).click()
    signer.get_by_label("批准延至").fill("2018-11-30")
    photograph(signer, "petition-decide")
    assert look(signer) == []
    signer.get_by_role("button", name="批准延期").click()
    expect(signer.get_by_text("已批准：延期至2018-11-30（延长29天）")).to_be_visible()

    clerk.reload()
    facts = clerk.get_by_role("complementary", name="任务信息")
    expect(facts.get_by_text("2018-11-30（原定2018-11-01）", exact=True)).to_be_visible()
    photograph(clerk, "petition-granted")
    assert look(clerk) == []


def test_the_office_decides_several_together(cast: Cast, opening: Opening, duty: Assignment):
    for number, assignment in enumerate(Assignment.objects.filter(unit=cast.finance)):
        ask(
            assignment=assignment,
            kind=Petition.Kind.NOT_APPLICABLE,
            reason="职责已划转。",
            form_id=f"00000000-0000-4000-8000-{number:012d}",
            by=cast.clerk,
            at=factories.NOW,
        )
    page = opening(cast.office)
    page.goto("/admin/tasks/petition/")

    page.locator("#action-toggle").check()
    page.locator("select[name=action]").select_option(label="批准所选的申请")
    page.get_by_role("button", name="执行").click()
    photograph(page, "petitions-together")
    assert look(page) == []
    page.get_by_role("button", name="批准这 2 份申请").click()

    expect(page.get_by_text("已批准 2 份申请")).to_be_visible()
    assert {each.ended_on for each in Assignment.objects.filter(unit=cast.finance)} == {date(2018, 11, 20)}
