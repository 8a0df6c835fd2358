"""Every page that a person of the cast can open, at the widths of a phone and a desk: what an eye and axe object to.

The list of pages is the URL map: whatever links lead to is opened, then every other address of the map that answers this
person with a page. An address that nobody could be shown fails the last test.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import urljoin, urlsplit

import pytest
from playwright.sync_api import Page

from ninghai.models import Role
from tests.browser import axe
from tests.browser.look import look
from tests.browser.people import Opening
from tests.browser.url_map import kind_of, places, written_out
from tests.cast import Cast, person
from tests.county import make_county

ALIKE = 2  # pages of one kind are looked at, each perhaps in another state
OFFICE = ("admin:",)
# Of the names below, those that everybody may open.
PUBLIC = re.compile(r"disclosure:(?!work|correction-list|correction$)|tasks:progress|reports:verify")
STAFF = ("tasks:", "disclosure:", "reports:", "message", "account", "start", "act-as")
PEOPLE = {
    "clerk": STAFF,
    "head": STAFF,
    "inspector": STAFF,
    "office": OFFICE,
    "signer": OFFICE,
}
ADMINISTRATORS = (Role.SYSTEM, Role.SECURITY, Role.AUDITOR)
# Addresses of which this county has no record, or that the walk must not open, and why.
NOT_HERE: dict[str, str] = {}
NEVER = ("_delete",)  # the admin deletes nothing


@dataclass
class Seen:
    """What the walks of this file have opened: the names of pages, and of addresses that answer with something else."""

    pages: set[str] = field(default_factory=set)
    others: set[str] = field(default_factory=set)
    walks: set[str] = field(default_factory=set)
    judged: set[tuple[str, str]] = field(default_factory=set)


SEEN = Seen()


@pytest.fixture
def county(cast: Cast) -> Cast:
    return make_county(cast)


def test_a_visitor_finds_no_fault(county: Cast, opening: Opening):
    assert_no_faults(opening(), "visitor", ("",))


@pytest.mark.parametrize("name", PEOPLE)
def test_staff_find_no_fault(county: Cast, opening: Opening, name):
    assert_no_faults(opening(getattr(county, name)), name, PEOPLE[name])


@pytest.mark.parametrize("role", ADMINISTRATORS)
def test_administrators_find_no_fault(county: Cast, opening: Opening, role):
    assert_no_faults(opening(person(role, role.label, county.county_office, role)), role, OFFICE)


@pytest.mark.skipif(not axe.IS_WHOLE, reason="belongs to make axe")
def test_every_address_of_the_map_was_asked_for():
    """A new address that no walk reaches, and whose records nobody makes, is missing here until the county has one."""
    if SEEN.walks != {"visitor", *PEOPLE, *ADMINISTRATORS}:
        pytest.skip("only some of the walks have run")
    missing = {place.name for place in places()} - SEEN.pages - SEEN.others

    assert {name for name in missing if not name.endswith(NEVER)} == set(NOT_HERE)


def assert_no_faults(page: Page, who: str, spaces: tuple[str, ...]) -> None:
    if page.url == "about:blank":
        page.goto("/")
    faults = {}
    for address in pages_of(page, spaces):
        kind = kind_of(address)
        found = [*look(page), *(axe.violations(page) if is_to_be_judged(kind, who) else ())]
        faults |= {address: found} if found else {}
    SEEN.walks.add(who)
    assert faults == {}


def is_to_be_judged(kind: str, who: str) -> bool:
    """axe takes long: with the other tests it judges one page of a kind, and a public page for one person."""
    is_own = kind.startswith((*STAFF, *OFFICE)) and not PUBLIC.match(kind)
    key = (kind, who if is_own else "")
    is_new = key not in SEEN.judged
    SEEN.judged.add(key)
    return is_new or axe.IS_WHOLE


def pages_of(page: Page, spaces: tuple[str, ...]) -> Iterator[str]:
    """Open each page that links lead to, then the others of the map below these names that answer with a page."""
    waiting, kinds = [urlsplit(page.url).path], Counter()
    known, pages = set(waiting), set()
    while waiting:
        address = waiting.pop(0)
        kind = kind_of(address)
        if kind is None or kinds[kind] >= ALIKE:
            continue
        kinds[kind] += 1
        if kind in pages or answers_with_a_page(page, address, kind):
            pages.add(kind)
            page.goto(address)
            yield address
            fresh = [link for link in links(page) if link not in known]
            known.update(fresh)
            waiting += fresh
    for place in places():
        if place.name.startswith(spaces) and not kinds[place.name]:
            for address in written_out(place, known):
                if answers_with_a_page(page, address, place.name):
                    page.goto(address)
                    yield address


def answers_with_a_page(page: Page, address: str, kind: str) -> bool:
    """Whether this person gets a page of its own there; what is a file, data, an act or a way to another page is noted."""
    answer = page.request.get(address, max_redirects=0)
    is_html = answer.headers.get("content-type", "").startswith("text/html")
    is_download = "attachment" in answer.headers.get("content-disposition", "")
    is_own = answer.ok and is_html and not is_download
    leads_to_the_door = answer.headers.get("location", "").startswith("/login/")
    if is_own:
        SEEN.pages.add(kind)
    elif answer.status not in {403, 404} and not leads_to_the_door:
        SEEN.others.add(kind)
    return is_own


def links(page: Page) -> list[str]:
    """The addresses within the portal that the page links to, without their queries."""
    hrefs = page.eval_on_selector_all("a[href]", "links => links.map(link => link.getAttribute('href'))")
    addresses = [urlsplit(urljoin(page.url, href)) for href in hrefs]
    here = urlsplit(page.url).netloc
    return list(dict.fromkeys(parts.path for parts in addresses if parts.netloc == here))
