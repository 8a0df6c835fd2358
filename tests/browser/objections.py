"""What an eye and axe object to on the page that is open.

With the other tests at the widths of a desk, of a phone and of a desk at 400 %, as most people see the page; `make axe`
asks at every width, and again in each mode.
"""

from playwright.sync_api import Page

from tests.browser import axe
from tests.browser.layout_faults import EVERY_WIDTH, look, too_wide
from tests.browser.people import WIDTHS

AT = EVERY_WIDTH if axe.IS_WHOLE else (*WIDTHS, EVERY_WIDTH[-1])


def objections(page: Page) -> list[str]:
    """All of them."""
    return [*look(page, at=AT, judge=axe.violations), *(in_modes(page) if axe.IS_WHOLE else ())]


def in_modes(page: Page) -> list[str]:
    found = []
    for mode in axe.MODES:
        with axe.dressed(page, mode):
            for size in axe.SIZES:
                page.set_viewport_size(size)
                found += [*(f"{each} ({mode})" for each in too_wide(page)), *axe.violations(page, mode)]
    page.set_viewport_size(WIDTHS[0])
    return found
