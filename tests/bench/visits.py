"""What somebody with a slow telephone waits for: the first visit to public pages, and a tap on the pages of work.

Headless Chromium with a processor four times slower, over 1.6 Mbit/s with 150 ms of latency. A first visit has an empty
cache; bytes are those on the line, pictures apart. A tap is the longest of a page's own answers (from the finger to
the next picture, as the browser's event timing tells it) and the way to another page until that has painted something.
"""

from collections.abc import Iterator
from statistics import median

from django.conf import settings
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from ninghai.models import User
from tests.bench import page_list as listed
from tests.bench.floors import Floor
from tests.bench.page_list import CLERK, OFFICE, public
from tests.browser.chromium import CHROMIUM, FLAGS
from tests.browser.people import PHONE
from tests.browser.portal import served
from tests.browser.slow_line import MOBILE, SLOWER_CPU, first_visit, wait_until
from tests.security.slow_lines import seconds_for_page, silent_and_slow

FIRST = ("disclosure:home", "disclosure:item-list", "disclosure:item-detail", "disclosure:basic-catalogue", "login")
FIRST += ("tasks:progress-year", "reports:verify-form")
VISITS, TAPS = 5, 5
MOST_BYTES, MOST_LCP, MOST_SHIFT, MOST_WAIT = 100_000, 1500, 0.05, 500
MOST_TAP, MOST_OPEN = 200, 1000  # a tap is answered by its page; another page has to be made, sent and painted
WORK = {
    CLERK: ("tasks:work", "disclosure:work-item-list", "disclosure:work-item-new"),
    OFFICE: ("admin:index", "admin:tasks_assignment_changelist", "admin:disclosure_item_changelist"),
}
# Everything on the page that a tap opens, ticks or begins to fill in, without leaving it.
TAPPED = (
    "main summary, main input[type=checkbox], main input[type=radio], main input[type=text], main textarea, main select"
)
WATCH = """() => {
  window.longest = 0;
  new PerformanceObserver((list) => {
    for (const each of list.getEntries()) if (each.interactionId) window.longest = Math.max(window.longest, each.duration);
  }).observe({type: "event", durationThreshold: 16, buffered: true});
}"""
PAINTED = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime || 0"


def visits() -> Iterator[Floor]:
    with served() as site:
        pages = [page for page in public() if page.name in FIRST and not page.query]
        # Before Playwright's loop, in which no database is asked.
        sessions = {who: session_of(who, site) for who in WORK}
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
            yield from first_visits(browser, site, pages)
            for who, names in WORK.items():
                yield from taps(browser, site, sessions[who], names)
            browser.close()
        yield beside_slow_lines(site.removeprefix("http://"))


def beside_slow_lines(site: str) -> Floor:
    with silent_and_slow(site, silent=64, slow=16):
        waits = [seconds_for_page(site) * 1000 for _ in range(VISITS)]
    return Floor("page beside 64 silent and 16 slow lines", max(waits), "ms", "≤", MOST_WAIT, VISITS, median(waits))


def first_visits(browser: Browser, site: str, pages: list[listed.Page]) -> Iterator[Floor]:
    for page in pages:
        address = site + reverse(page.name, args=page.arguments)
        seen = [first_visit(browser, address, conditions=MOBILE) for _ in range(VISITS)]
        name = f"first visit, {page.name}"
        yield Floor(f"{name}: bytes", max(one.bytes for one in seen), "B", "≤", MOST_BYTES, VISITS)
        lcp = [one.largest_after for one in seen]
        yield Floor(f"{name}: LCP", max(lcp), "ms", "≤", MOST_LCP, VISITS, median(lcp))
        yield Floor(f"{name}: CLS", max(one.shift for one in seen), "", "≤", MOST_SHIFT, VISITS)


def taps(browser: Browser, site: str, session: dict[str, str], names: tuple[str, ...]) -> Iterator[Floor]:
    with browser.new_context(base_url=site, viewport=PHONE, has_touch=True, locale="zh-CN") as context:
        context.add_cookies([session])
        page = slow_page(context)
        for name in names:
            page.goto(reverse(name))
            within = tapped(page)
            yield Floor(f"tap within {name}", within, "ms", "≤", MOST_TAP, TAPS)
            away = [followed(page, reverse(name)) for _ in range(TAPS)]
            yield Floor(f"open {name}", median(away), "ms", "≤", MOST_OPEN, TAPS)


def session_of(who: str, site: str) -> dict[str, str]:
    client = Client()
    client.force_login(User.objects.get(username=who))
    return {
        "name": settings.SESSION_COOKIE_NAME,
        "value": client.cookies[settings.SESSION_COOKIE_NAME].value,
        "url": site,
    }


def slow_page(context: BrowserContext) -> Page:
    page = context.new_page()
    line = context.new_cdp_session(page)
    line.send("Network.enable")
    line.send("Network.emulateNetworkConditions", MOBILE)
    line.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER_CPU})
    page.add_init_script(f"({WATCH})()")
    return page


def tapped(page: Page) -> float:
    """The slowest answer of the page to its first few taps."""
    for each in [one for one in page.locator(TAPPED).all() if one.is_visible()][:TAPS]:
        each.tap()
    page.wait_for_timeout(500)
    return float(page.evaluate("window.longest"))


def followed(page: Page, address: str) -> float:
    """From the tap on a link until the page behind it has painted something; the style sheets are there already."""
    page.goto(address)
    wait_until(page, PAINTED)
    return float(page.evaluate(PAINTED))
