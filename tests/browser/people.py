"""People at their browsers: each in a context of its own, watched for what the browser complains about."""

import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Response, expect

from ninghai.models import User
from tests.cast import PASSWORD

PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1280, "height": 900}
WIDTHS = (DESKTOP, PHONE)
PATIENCE = 20_000  # milliseconds; the machine may be busy with other tests
ANSWERS = re.compile(r"status of 4(0[0-9]|10|22)\b")  # what Chromium notes of pages that we ask for on purpose

expect.set_options(timeout=PATIENCE)


class Visit:
    """One person's browser: a context, a page, and the errors that the browser noted."""

    def __init__(self, context: BrowserContext) -> None:
        self.context = context
        self.errors: list[str] = []
        self.page: Page = context.new_page()
        self.page.on("console", self._note)
        self.page.on("pageerror", lambda error: self.errors.append(f"{self.page.url}: {error}"))
        self.page.on("response", self._look)

    def _note(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"} and not ANSWERS.search(message.text):
            self.errors.append(f"{self.page.url}: {message.text}")

    def _look(self, response: Response) -> None:
        """No page may fail, and every style sheet, script, picture and font must be there."""
        is_part = response.request.resource_type in {"stylesheet", "script", "image", "font"}
        if response.status >= (400 if is_part else 500):
            self.errors.append(f"{response.url}: {response.status}")


@contextmanager
def visiting(browser: Browser, site: str, **options: Any) -> Iterator[Visit]:
    """Somebody without an account; on leaving, the browser must have had nothing to complain about."""
    options = {"viewport": DESKTOP, "locale": "zh-CN", "timezone_id": "Asia/Shanghai"} | options
    context = browser.new_context(base_url=site, **options)
    context.set_default_timeout(PATIENCE)
    visit = Visit(context)
    try:
        yield visit
    finally:
        context.close()
    assert not visit.errors, "\n".join(visit.errors)


def unfold_menu(page: Page) -> None:
    """On a phone the menu waits behind one word."""
    if page.locator(".menu > summary").is_visible():
        page.locator(".menu > summary").click()


def sign_in(page: Page, user: User) -> None:
    """Through the one door, as everybody."""
    page.goto("/login/")
    page.get_by_label("用户名").fill(user.username)
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    expect(page.get_by_role("button", name="退出登录", include_hidden=True)).to_be_attached()


def photograph(page: Page, name: str) -> None:
    """Keep the page at both widths where SCREENSHOTS names a folder: pictures for the eye, not for the test."""
    folder = os.environ.get("SCREENSHOTS")
    if not folder:
        return
    before = page.viewport_size
    for size in WIDTHS:
        page.set_viewport_size(size)
        page.screenshot(path=Path(folder) / f"{name}-{size['width']}.png", full_page=True)
    page.set_viewport_size(before)


Opening = Callable[..., Page]
