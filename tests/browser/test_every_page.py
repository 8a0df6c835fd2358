"""Every page that a person of the cast can reach by links, at the widths of a phone and a desk."""

from collections import Counter
from collections.abc import Iterator
from urllib.parse import urljoin, urlsplit

import pytest
from django.urls import Resolver404, resolve
from playwright.sync_api import Page

from ninghai.models import Role
from tests.browser.look import look
from tests.browser.people import Opening
from tests.cast import Cast, person
from tests.county import make_county

ALIKE = 2  # pages of one kind are looked at, each perhaps in another state
# Addresses that answer with a file, or with what is no page.
FILES = {
    "admin:disclosure_basiccatalogue_export",
    "admin:disclosure_itemimport_refused",
    "admin:disclosure_itemimport_template",
    "admin:jsi18n",
    "admin:ninghai_unit_export",
    "admin:ninghai_user_template",
    "admin:reports_report_file",
    "admin:reports_reportbatch_archive",
    "admin:tasks_breakdown_export",
    "admin:tasks_scoreentry_file",
    "admin:tasks_scoreentry_template",
    "admin:tasks_scoring_export",
    "admin:tasks_scoring_export_sheet",
    "disclosure:attachment",
    "disclosure:dcat",
    "disclosure:edition-file",
    "disclosure:export",
    "disclosure:feed",
    "disclosure:item-attachments",
    "disclosure:list-attachments",
    "tasks:draw-data",
    "tasks:evidence-file",
}

EXPORTS = ("_csv", "_xlsx")  # how the names of lists as files end


@pytest.fixture
def county(cast: Cast) -> Cast:
    return make_county(cast)


def test_a_visitor_finds_no_fault(county: Cast, opening: Opening):
    assert_no_faults(opening())


@pytest.mark.parametrize("name", ["clerk", "head", "inspector", "office", "signer"])
def test_staff_find_no_fault(county: Cast, opening: Opening, name):
    assert_no_faults(opening(getattr(county, name)))


@pytest.mark.parametrize("role", [Role.SYSTEM, Role.SECURITY, Role.AUDITOR])
def test_administrators_find_no_fault(county: Cast, opening: Opening, role):
    assert_no_faults(opening(person(role, role.label, county.county_office, role)))


def assert_no_faults(page: Page) -> None:
    if page.url == "about:blank":
        page.goto("/")
    faults = {address: found for address in walk(page) if (found := look(page))}
    assert faults == {}


def walk(page: Page) -> Iterator[str]:
    """Open every page that links lead to from here; of pages of one kind, the first few."""
    waiting, kinds = [urlsplit(page.url).path], Counter()
    seen = set(waiting)
    while waiting:
        address = waiting.pop(0)
        kind = kind_of(address)
        if kind is None or kind in FILES or kind.endswith(EXPORTS) or kinds[kind] >= ALIKE:
            continue
        kinds[kind] += 1
        page.goto(address)
        yield address
        fresh = [link for link in links(page) if link not in seen]
        seen.update(fresh)
        waiting += fresh


def links(page: Page) -> list[str]:
    """The addresses within the portal that the page links to, without their queries."""
    hrefs = page.eval_on_selector_all("a[href]", "links => links.map(link => link.getAttribute('href'))")
    addresses = [urlsplit(urljoin(page.url, href)) for href in hrefs]
    here = urlsplit(page.url).netloc
    return list(dict.fromkeys(parts.path for parts in addresses if parts.netloc == here))


def kind_of(address: str) -> str | None:
    """The name of the address in the URL map."""
    try:
        return resolve(address).view_name
    except Resolver404:
        return None
