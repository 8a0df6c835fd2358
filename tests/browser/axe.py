"""axe-core, the usual judge of WCAG 2.1 A and AA, asked about the page that is open, at each width and in each mode.

Its script comes from the package axe-playwright-python and runs through the browser's debugger: the page's own policy
(Content-Security-Policy) stays as it is. Two widths and the ordinary mode with the other tests; `make axe` sets AXE=1:
all four widths, high contrast and the elder mode as well, and the sum at the end.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib.resources import files
from typing import Any

from playwright.sync_api import Page

from ninghai.display import SHEETS
from tests.browser.look import too_wide
from tests.browser.people import WIDTHS

SCRIPT = files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")
IS_WHOLE = bool(os.environ.get("AXE"))
HEIGHTS = {360: 740, 390: 844, 768: 1024, 1280: 900}
SIZES = [{"width": width, "height": height} for width, height in HEIGHTS.items()] if IS_WHOLE else list(WIDTHS)
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]
ASK = """async ([only, isOfColour]) => {
  const rules = isOfColour ? {} : {"color-contrast": {enabled: false}};
  const told = await axe.run(document, {runOnly: only, rules, resultTypes: ["violations"], preload: false});
  return told.violations.map(({id, nodes}) => ({
    rule: id,
    where: nodes.slice(0, 3).map((node) => `${node.target.join(" ")} (${node.any.concat(node.all, node.none).map((each) => each.message).join(" ").slice(0, 160)})`),
    times: nodes.length,
  }));
}"""
# The page as it is when the visitor has chosen the mode: it differs by the sheet alone (ninghai.display).
DRESS = """(address) => new Promise((done) => {
  const sheet = Object.assign(document.createElement("link"), {rel: "stylesheet", href: address});
  sheet.dataset.display = "tried";
  sheet.onload = sheet.onerror = done;
  document.head.append(sheet);
})"""
UNDRESS = """() => document.querySelectorAll("[data-display=tried]").forEach((sheet) => sheet.remove())"""
BY_TAG: dict[str, Any] = {"type": "tag", "values": RULES}
BY_COLOUR: dict[str, Any] = {"type": "rule", "values": ["color-contrast"]}


@dataclass
class Tally:
    """What was asked in this run."""

    pages: int = 0
    violations: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        return f"{self.pages} pages × {len(SIZES)} widths, {len(self.violations)} violations"


TALLY = Tally()


def violations(page: Page, *, modes: bool = IS_WHOLE) -> list[str]:
    """What axe objects to on this page, one sentence for each rule, width and mode."""
    page.evaluate(SCRIPT)
    before = page.viewport_size
    found = list(_at_each_width(page, BY_TAG, "ordinary"))
    for sheet, rules in (("contrast", BY_COLOUR), ("elder", BY_TAG)) if modes else ():
        page.evaluate(DRESS, f"/static/ninghai/display/{sheet}.css")
        found += _at_each_width(page, rules, sheet)
        page.evaluate(UNDRESS)
    page.set_viewport_size(before)
    TALLY.pages += 1
    TALLY.violations += [f"{page.url}: {each}" for each in found]
    return found


def _at_each_width(page: Page, rules: dict[str, Any], mode: str) -> Iterator[str]:
    assert mode == "ordinary" or mode in SHEETS
    for size in SIZES:
        page.set_viewport_size(size)
        yield from too_wide(page) if mode != "ordinary" else ()
        is_of_colour = IS_WHOLE or size == SIZES[0]  # the costly half, and colours do not change with the width
        for each in page.evaluate(ASK, [rules, is_of_colour]):
            yield f"{each['rule']} at {size['width']} ({mode}), {each['times']} times: {' | '.join(each['where'])}"
