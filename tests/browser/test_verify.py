"""Anybody verifies a paper: the browser computes the file's SHA-256 itself where it can, the portal does where it cannot."""

import pytest
from playwright.sync_api import Page, Request, expect

from reports.models import Report
from tests.browser.layout_faults import look
from tests.browser.people import DESKTOP, PHONE, Opening, photograph
from tests.cast import Cast
from tests.reports import makers

SIZES = pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desk"])
NO_SECURE_CONTEXT = "Object.defineProperty(globalThis.crypto, 'subtle', { value: undefined })"  # as over plain http


@pytest.fixture
def report(cast: Cast) -> Report:
    return makers.signed_report(cast, makers.issued_notice(cast))


def compared(page: Page, report: Report, content: bytes) -> bytes:
    """Choose the file and compare it; what the browser sent."""
    sent: list[Request] = []
    page.on("request", lambda request: sent.append(request) if request.method == "POST" else None)
    page.goto("/verify/")
    page.get_by_label("核验码").press_sequentially(report.code.lower().replace("-", ""))
    page.get_by_role("button", name="核验").click()
    page.get_by_label("选择 PDF 文件").set_input_files(
        {"name": "通报.pdf", "mimeType": "application/pdf", "buffer": content}
    )
    page.get_by_role("button", name="核对", exact=True).click()
    expect(page.get_by_text("一致：").first).to_be_visible()
    return sent[-1].post_data_buffer or b""


@SIZES
def test_with_script_the_file_stays_at_home(report: Report, opening: Opening, size):
    page, paper = opening(viewport=size), report.file.file.read()

    sent = compared(page, report, paper)

    expect(page.get_by_text("一致：这就是签发的那份文件，内容没有改动。")).to_be_visible()
    assert report.sha256.encode() in sent
    assert b"%PDF" not in sent
    assert look(page) == []
    photograph(page, "verify-same")


@pytest.mark.parametrize("how", ["without script", "without a secure context"])
@SIZES
def test_where_the_browser_cannot_the_portal_computes(report: Report, opening: Opening, size, how):
    page = opening(viewport=size, java_script_enabled=how != "without script")
    if how == "without a secure context":
        page.add_init_script(NO_SECURE_CONTEXT)

    sent = compared(page, report, report.file.file.read())

    expect(page.get_by_text("一致：这就是签发的那份文件，内容没有改动。")).to_be_visible()
    assert report.sha256.encode() not in sent  # Playwright shows no file that is sent, but the answer was found from it


@SIZES
def test_a_changed_file_is_told_with_its_hash(report: Report, opening: Opening, size):
    page = opening(viewport=size)

    compared(page, report, report.file.file.read() + b" ")

    expect(page.get_by_text("不一致：这不是签发的那份文件，内容可能被改动过。")).to_be_visible()
    assert look(page) == []
    photograph(page, "verify-other")


def test_the_hyphen_comes_by_itself_and_can_be_taken_back(opening: Opening):
    page = opening()
    page.goto("/verify/")
    code = page.get_by_label("核验码")
    assert look(page) == []
    photograph(page, "verify-form")

    code.press_sequentially("7k3m9qxd")
    expect(code).to_have_value("7K3M-9QXD")
    for _ in range(5):
        code.press("Backspace")
    expect(code).to_have_value("7K3M")
    code.press_sequentially("-9qxd")
    expect(code).to_have_value("7K3M-9QXD")


def test_an_unknown_code_says_what_to_do(report: Report, opening: Opening):
    page = opening()

    page.goto("/verify/0000-0000/")

    expect(page.get_by_role("heading", name="没有签发过这份报告")).to_be_visible()
    assert look(page) == []
    photograph(page, "verify-unknown")
