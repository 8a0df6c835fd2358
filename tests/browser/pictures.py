"""Pictures of the most used pages of each side, for the eye: at 390 and 1280 px, as most people see them, in high contrast, in
the elder mode; and where each page's h1 begins and how long it is.

`python -m tests.browser.pictures ADDRESS FOLDER [NAME…]` takes them from a running demo (`make run`), whose accounts lie in
var/demo-accounts.json.
"""

import json
import sys
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, sync_playwright

from tests.browser.chromium import CHROMIUM, FLAGS

ACCOUNTS = Path("var/demo-accounts.json")
COOKIE = "display"  # ninghai.display
WIDTHS: list[ViewportSize] = [{"width": 1280, "height": 900}, {"width": 390, "height": 844}]
MODES = {"ordinary": "", "contrast": "contrast", "elder": "elder"}
# By account: the page's name, its address, and which link to follow from there.
IN_LIST = "#result_list tbody th a"
PAGES = {
    "": {
        "home": ("/", ""),
        "list": ("/catalogue/?q=预算", ""),
        "item": ("/catalogue/", ".row-title a"),
        "progress": ("/progress/2018/", ""),
        "progress-units": ("/progress/2018/units/", ""),
        "progress-point": ("/progress/2018/", "a.point-row"),
        "verify": ("/verify/", ""),
        "columns": ("/disclosure/", ""),
        "login": ("/login/", ""),
    },
    "shenzhen-editor": {
        "work": ("/work/", ""),
        "assignment": ("/work/", "#assignments .row-title a"),
        "coverage": ("/work/coverage/", ""),
        "unit-items": ("/work/items/", ""),
        "draft": ("/work/items/new/", ""),
    },
    "inspector1": {
        "inspections": ("/work/inspections/", ""),
        "sheet": ("/work/inspections/", "main .row-title a, main tbody th a"),
    },
    "security": {"accounts": ("/admin/ninghai/user/", "")},
    "office1": {
        "desk": ("/admin/", ""),
        "tasks": ("/admin/tasks/assignment/", ""),
        "items": ("/admin/disclosure/item/", ""),
        "review": ("/admin/disclosure/item/?status__exact=in_review", IN_LIST),
        "acceptance": ("/admin/tasks/progressreport/?status__exact=with_office", IN_LIST),
        "notice": ("/admin/tasks/workpointnotice/", IN_LIST),
        "spot-check": ("/admin/tasks/spotcheck/", IN_LIST),
        "ranking": ("/admin/tasks/scoring/", IN_LIST),
        "report": ("/admin/reports/report/", IN_LIST),
        "report-request": ("/admin/reports/report/add/", ""),
        "heat-map": ("/admin/tasks/assignment/map/2018/", ""),
        "coverage-map": ("/admin/disclosure/coveragecell/matrix/", ""),
    },
}
LIES = "() => [Math.round(document.querySelector('h1').getBoundingClientRect().top), document.documentElement.scrollHeight]"


def main(site: str, folder: str, *wanted: str) -> None:
    place = Path(folder)
    place.mkdir(parents=True, exist_ok=True)
    passwords = {each["username"]: each["password"] for each in json.loads(ACCOUNTS.read_text(encoding="utf-8"))}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        for account, pages in PAGES.items():
            names = [name for name in pages if not wanted or name in wanted]
            with somebody(browser, site) as context:
                page = signed_in(context, account, passwords) if names else context.new_page()
                for name, mode, width in pictures(page, account, names, site=site):
                    top, height = page.evaluate(LIES)
                    sys.stdout.write(f"{name:16}{mode:10}{width:5} px: h1 at {top}, {height} px in all\n")
                    page.screenshot(path=place / f"{name}-{mode}-{width}.png", full_page=True)


def somebody(browser: Browser, site: str) -> BrowserContext:
    return browser.new_context(base_url=site, viewport=WIDTHS[0], locale="zh-CN", reduced_motion="reduce")


def signed_in(context: BrowserContext, account: str, passwords: dict[str, str]) -> Page:
    page = context.new_page()
    if account:
        page.goto("/login/")
        page.get_by_label("用户名").fill(account)
        page.get_by_label("密码").fill(passwords[account])
        page.get_by_role("button", name="登录").click()
        page.wait_for_url(lambda address: "/login/" not in address)
    return page


def pictures(page: Page, account: str, names: list[str], *, site: str) -> Iterator[tuple[str, str, int]]:
    """The page stands there as its name, mode and width say, each in turn."""
    for mode, chosen in MODES.items():
        page.context.add_cookies([{"name": COOKIE, "value": chosen, "url": site}])
        for name in names:
            address, link = PAGES[account][name]
            page.goto(address)
            if link:
                page.goto(page.locator(link).first.get_attribute("href") or "")
            for size in WIDTHS:
                page.set_viewport_size(size)
                page.wait_for_load_state("networkidle")
                yield name, mode, size["width"]


if __name__ == "__main__":
    main(*sys.argv[1:])
