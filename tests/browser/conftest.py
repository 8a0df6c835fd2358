"""Real Chromium before a real web server; the portal lives on 20 November 2018."""

from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from django.test import override_settings
from playwright.sync_api import Browser, sync_playwright

from ninghai.models import User
from tests.browser import axe, nu, portal
from tests.browser.chromium import CHROMIUM, FLAGS
from tests.browser.people import Opening, Page, sign_in, visiting
from tests.cast import Cast, make_cast
from tests.committed_worlds import kept
from tests.county import make_county
from tests.databases import renew_database


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every test here finds its data committed: its own, or those kept for its whole file."""
    for item in items:
        if item.nodeid.startswith("tests/browser/") and not {"kept_database", "county"} & set(item.fixturenames):
            item.add_marker(pytest.mark.django_db(transaction=True))


def pytest_sessionfinish(session: pytest.Session) -> None:
    """A worker of xdist hands what axe and Nu were asked to the process that tells it."""
    if output := getattr(session.config, "workeroutput", None):
        output["axe"], output["nu"] = [axe.TALLY.pages, axe.TALLY.violations], [nu.TALLY.pages, nu.TALLY.errors]


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    pages, violations = getattr(node, "workeroutput", {}).get("axe", (0, []))
    axe.TALLY.pages += pages
    axe.TALLY.violations += violations
    pages, errors = getattr(node, "workeroutput", {}).get("nu", (0, 0))
    nu.TALLY.pages += pages
    nu.TALLY.errors += errors


def pytest_terminal_summary(terminalreporter: Any) -> None:
    if axe.TALLY.pages:
        terminalreporter.write_line(f"axe-core: {axe.TALLY}")
    if nu.TALLY.pages:
        terminalreporter.write_line(f"Nu: {nu.TALLY.pages} pages, {nu.TALLY.errors} errors")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # Playwright leaves a running loop in this thread
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, headless=True, args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def site(django_db_setup) -> Iterator[str]:
    """The address of the running portal."""
    with portal.served() as address:
        yield address


@pytest.fixture(scope="module")
def kept_database(django_db_setup, django_db_blocker) -> Iterator[None]:
    """What a fixture of the file writes there stands for all its tests: they only look."""
    with django_db_blocker.unblock(), override_settings(CLOCK_DATE=portal.TODAY, CLOCK_SINCE=portal.YESTERDAY):
        renew_database()
        yield
        renew_database()


@pytest.fixture(scope="module")
def county(django_db_setup, django_db_blocker) -> Iterator[Cast]:
    """The county in the middle of its year, made once for a run, for tests that only look."""
    clock = override_settings(CLOCK_DATE=portal.TODAY, CLOCK_SINCE=portal.YESTERDAY)
    with django_db_blocker.unblock(), clock, kept("county", lambda: make_county(make_cast())) as cast:
        yield cast


@pytest.fixture(autouse=True)
def _today(settings) -> None:
    settings.CLOCK_DATE, settings.CLOCK_SINCE = portal.TODAY, portal.YESTERDAY


@pytest.fixture
def opening(browser: Browser, site: str) -> Iterator[Opening]:
    """Open the portal as somebody (or as nobody), each in a browser context of their own."""
    with ExitStack() as visits:

        def open_as(user: User | None = None, **options) -> Page:
            page = visits.enter_context(visiting(browser, site, **options)).page
            if user is not None:
                sign_in(page, user)
            return page

        yield open_as
