"""axe-core, the usual judge of WCAG 2.1 A and AA, asked about the page that is open.

Its script comes from the package axe-playwright-python and runs through the browser's debugger: the page's own policy
(Content-Security-Policy) stays as it is. Two widths and the ordinary mode with the other tests; `make axe` sets AXE=1:
all four widths, high contrast and the elder mode as well, and the sum at the end.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.resources import files
from typing import Any

from playwright.sync_api import Page

from ninghai.web.display import SHEETS
from tests.browser.people import WIDTHS

SCRIPT = files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")
IS_WHOLE = bool(os.environ.get("AXE"))
HEIGHTS = {360: 740, 390: 844, 768: 1024, 1280: 900}
SIZES = [{"width": width, "height": height} for width, height in HEIGHTS.items()] if IS_WHOLE else list(WIDTHS)
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]
ASK = """async ([only, isOfColour]) => {
  const rules = isOfColour ? {} : {"color-contrast": {enabled: false}};
  const told = await axe.run(document, {runOnly: only, rules, resultTypes: ["violations"], preload: false, iframes: false});
  return told.violations.map(({id, nodes}) => ({
    rule: id,
    where: nodes.slice(0, 3).map((node) => `${node.target.join(" ")} (${node.any.concat(node.all, node.none).map((each) => each.message).join(" ").slice(0, 160)})`),
    times: nodes.length,
  }));
}"""
DRESS = """(address) => new Promise((done) => {
  const sheet = Object.assign(document.createElement("link"), {rel: "stylesheet", href: address});
  sheet.dataset.display = "tried";
  sheet.onload = sheet.onerror = done;
  document.head.append(sheet);
})"""
UNDRESS = """() => document.querySelectorAll("[data-display=tried]").forEach((sheet) => sheet.remove())"""
# Django's name for what its lists, and its forms, have in common; the portal's own pages have none.
TEMPLATE = """() => [...document.body.classList].find((each) => each.startsWith("change-")) || "" """
_judged: set[str] = set()
BY_TAG: dict[str, Any] = {"type": "tag", "values": RULES}
BY_COLOUR: dict[str, Any] = {"type": "rule", "values": ["color-contrast"]}
MODES = {"contrast": BY_COLOUR, "elder": BY_TAG}


@dataclass
class Tally:
    """What was asked in this run."""

    pages: int = 0
    violations: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        return f"{self.pages} pages × {len(SIZES)} widths, {len(self.violations)} violations"


TALLY = Tally()


def violations(page: Page, mode: str = "ordinary") -> list[str]:
    """What axe objects to at the width that is set, one sentence for each rule; the page is drawn in this mode already."""
    if page.viewport_size not in SIZES:
        return []
    if not page.evaluate("'axe' in window"):
        page.evaluate(SCRIPT)
        TALLY.pages += 1
    told = [
        f"{each['rule']} at {page.viewport_size['width']} ({mode}), {each['times']} times: {' | '.join(each['where'])}"
        for each in page.evaluate(ASK, [MODES.get(mode, BY_TAG), _is_of_colour(page)])
    ]
    TALLY.violations += [f"{page.url}: {each}" for each in told]
    return told


def _is_of_colour(page: Page) -> bool:
    """Colours are the costly half: with the other tests at one width, and on one of Django's own lists and forms for all."""
    if IS_WHOLE or page.viewport_size != SIZES[0]:
        return IS_WHOLE
    template = page.evaluate(TEMPLATE)
    is_new = not template or template not in _judged
    _judged.add(template)
    return is_new


@contextmanager
def dressed(page: Page, mode: str) -> Iterator[None]:
    """The page as it is when the visitor has chosen the mode: it differs by the sheet alone (ninghai.web.display)."""
    assert mode in SHEETS
    page.emulate_media(reduced_motion="reduce")  # else a colour is judged on its way to another
    page.evaluate(DRESS, f"/static/ninghai/display/{mode}.css")
    yield
    page.evaluate(UNDRESS)
