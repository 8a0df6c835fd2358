"""A walk through the portal as one person, along its URL map: every address there that answers this person with a page.

Whatever links lead to is opened; then every other address of the map, written out with the records of the addresses that
were met on the way. What somebody has looked at in an earlier walk is not looked at again.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from urllib.parse import urljoin, urlsplit

from playwright.sync_api import APIResponse, Error, Page, Response

from ninghai.accounts.permission_table import GET, Visitor, cells, rows
from tests.browser import axe
from tests.browser.url_map import kind_of, places, written_out

TRIES = 2  # addresses of one name that may turn out not to be there
# What one view and one template answer for every list of the admin; with the other tests one of each is looked at.
OF_EVERY_LIST = re.compile(r"admin:\w+_(history|filter_keep|filter_rename|filter_delete)$")


@dataclass
class Seen:
    """What walks have met: names of pages, names of what answers with something else, addresses in the order of meeting."""

    pages: set[str] = field(default_factory=set)
    others: set[str] = field(default_factory=set)
    addresses: dict[str, None] = field(default_factory=dict)

    def notes(self, answer: Response | APIResponse, kind: str) -> bool:
        """Whether it is a page of its own for this person; a file, data, an act or a way to another page is noted as such."""
        is_html = answer.headers.get("content-type", "").startswith("text/html")
        is_download = "attachment" in answer.headers.get("content-disposition", "")
        location = answer.headers.get("location", "")
        is_nowhere = kind.startswith(("admin:", "/admin/")) and location == "/admin/"  # a record that is not there
        is_own = answer.ok and is_html and not is_download
        if is_own:
            self.pages.add(shape_of(kind))
        elif (answer.status < 400 or answer.status == 405) and not (is_nowhere or location.startswith("/login/")):
            self.others.add(kind)
        return is_own

    def has(self, kind: str) -> bool:
        return shape_of(kind) in self.pages or kind in self.others


@dataclass
class Walk:
    """From the page that is open; of the map, the names that this person may open are asked."""

    page: Page
    may_open: Collection[str]
    seen: Seen
    tried: Counter[str] = field(default_factory=Counter)

    def __iter__(self) -> Iterator[str]:
        """Each page's address, while it is open."""
        yield from self._along_links([urlsplit(self.page.url).path, *links(self.page)])
        for place in places():
            if place.name in self.may_open and not self.tried[place.name]:
                for address in written_out(place, self.seen.addresses):
                    if self._is_new(address, place.name, is_sure=False):
                        yield address

    def _along_links(self, waiting: list[str]) -> Iterator[str]:
        known = set(waiting)
        while waiting:
            address = waiting.pop(0)
            self.seen.addresses[address] = None
            kind = kind_of(address)
            if kind is not None and self._is_new(address, kind, is_sure="." not in address.rpartition("/")[2]):
                fresh = [link for link in links(self.page) if link not in known]
                known.update(fresh)
                waiting += fresh
                yield address

    def _is_new(self, address: str, kind: str, *, is_sure: bool) -> bool:
        """Whether it opens a page that nobody has looked at; if that is not sure, it is first asked without drawing it."""
        if self.tried[kind] >= TRIES or self.seen.has(kind):
            return False
        self.tried[kind] += 1
        return (opens if is_sure else shows)(self.page, address, kind, self.seen)


def shows(page: Page, address: str, kind: str, seen: Seen) -> bool:
    """Whether there is a page of its own for this person, which is then opened; what is only data is not given to be drawn."""
    return seen.notes(page.request.get(address, max_redirects=0), kind) and opens(page, address, kind, seen)


def opens(page: Page, address: str, kind: str, seen: Seen) -> bool:
    """Open it; whether there is a page of its own for this person."""
    try:
        answer = page.goto(address)
    except Error as error:  # what is downloaded opens no page
        if "Download is starting" not in str(error) and "ERR_ABORTED" not in str(error):
            raise
        seen.others.add(kind)
        return False
    leads_here = answer.request.redirected_from
    return seen.notes(leads_here.response() if leads_here else answer, kind)


def shape_of(kind: str) -> str:
    return kind if axe.IS_WHOLE else OF_EVERY_LIST.sub(r"admin:\1", kind)


def may_open(visitor: Visitor) -> set[str]:
    """The names of the URL map that the permission matrix lets this visitor open, in whatever state the record is."""
    shown = [row for row in rows() if row.method == GET]
    return {cell.address for cell in cells(shown) if cell.visitor == visitor and cell.is_allowed}


def links(page: Page) -> list[str]:
    """The addresses within the portal that the page links to, without their queries."""
    hrefs = page.eval_on_selector_all("a[href]", "links => links.map(link => link.getAttribute('href'))")
    addresses = [urlsplit(urljoin(page.url, href)) for href in hrefs]
    here = urlsplit(page.url).netloc
    return list(dict.fromkeys(parts.path for parts in addresses if parts.netloc == here))
