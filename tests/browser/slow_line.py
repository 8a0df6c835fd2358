"""A first visit on a phone over a slow line: how many bytes come, when the largest thing stands there, what moves.

`python -m tests.browser.slow_line ADDRESS…` measures pages of a running portal.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

SLOW_3G = {"offline": False, "latency": 400, "downloadThroughput": 50_000, "uploadThroughput": 50_000}  # bytes a second
MOBILE = {"offline": False, "latency": 150, "downloadThroughput": 200_000, "uploadThroughput": 94_000}  # 1.6 Mbit/s
SLOWER_CPU = 4  # times
NO_CACHE_YET = {"viewport": {"width": 390, "height": 844}, "locale": "zh-CN", "device_scale_factor": 2}
WATCH = """() => {
  window.seen = {lcp: 0, cls: 0, moved: []};
  new PerformanceObserver((list) => {
    for (const each of list.getEntries()) window.seen.lcp = each.startTime;
  }).observe({type: "largest-contentful-paint", buffered: true});
  new PerformanceObserver((list) => {
    for (const each of list.getEntries()) if (!each.hadRecentInput) {
      window.seen.cls += each.value;
      for (const source of each.sources) window.seen.moved.push(`${source.node && source.node.nodeName} ${source.previousRect.y} to ${source.currentRect.y}`);
    }
  }).observe({type: "layout-shift", buffered: true});
}"""


@dataclass(frozen=True, slots=True)
class FirstVisit:
    """What came over the line, pictures apart, and what the visitor saw."""

    bytes: int
    requests: int
    largest_after: int  # milliseconds
    shift: float
    moved: list[str]

    def __str__(self) -> str:
        return (
            f"{self.bytes / 1000:.1f} KB in {self.requests} requests, largest thing after {self.largest_after} ms, "
            f"shift {self.shift:.4f} {self.moved}"
        )


def first_visit(browser: Browser, address: str, *, conditions: dict[str, Any] = SLOW_3G) -> FirstVisit:
    """Open the page for the first time, slowly."""
    with slowly(browser) as (context, page):
        line = context.new_cdp_session(page)
        sizes: dict[str, int] = {}
        kinds: dict[str, str] = {}
        line.on("Network.responseReceived", lambda told: kinds.update({told["requestId"]: told["type"]}))
        line.on(
            "Network.loadingFinished", lambda told: sizes.update({told["requestId"]: int(told["encodedDataLength"])})
        )
        line.send("Network.enable")
        line.send("Network.emulateNetworkConditions", conditions)
        line.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER_CPU})
        page.add_init_script(f"({WATCH})()")
        page.goto(address, wait_until="networkidle")
        wait_until(page, "window.seen.lcp > 0")
        seen = page.evaluate("window.seen")
        counted = [size for request, size in sizes.items() if kinds.get(request) != "Image"]
        return FirstVisit(sum(counted), len(counted), round(seen["lcp"]), seen["cls"], seen["moved"])


def wait_until(page: Page, expression: str) -> None:
    """Playwright's own waiting evaluates words in the page, which its policy refuses."""
    while not page.evaluate(expression):
        page.wait_for_timeout(20)


@contextmanager
def slowly(browser: Browser) -> Iterator[tuple[BrowserContext, Page]]:
    context = browser.new_context(**NO_CACHE_YET)
    try:
        yield context, context.new_page()
    finally:
        context.close()


def main(addresses: list[str]) -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium-headless-shell", args=["--no-sandbox"])
        for address in addresses:
            sys.stdout.write(f"{address}: {first_visit(browser, address)}\n")


if __name__ == "__main__":
    main(sys.argv[1:])
