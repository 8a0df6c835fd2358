"""Everything that an anonymous visitor can get from the portal, read as a visitor reads it."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from io import BytesIO
from urllib.parse import quote, unquote, urljoin, urlsplit

import pypdfium2
from django.urls import URLPattern, URLResolver, get_resolver
from openpyxl import load_workbook
from playwright.sync_api import APIRequestContext, APIResponse

LINKS = re.compile(r'(?:href|src|action|data-hx-get)="([^"#]+)')
LOCATIONS = re.compile(r"<loc>([^<]+)</loc>")
FORMATS = ("csv", "xlsx", "json")


@dataclass(frozen=True, slots=True)
class Answer:
    """What the portal answered: the address, the status, the words a reader finds in it, the very bytes."""

    address: str
    status: int
    words: str
    body: bytes


class Visitor:
    """An anonymous visitor who opens every address there is."""

    def __init__(self, request: APIRequestContext, site: str) -> None:
        self.request, self.site = request, site

    def open(self, address: str) -> Answer:
        response = self.request.get(urljoin(self.site, address))
        return Answer(address, response.status, words_of(response), response.body())

    def walk(self, searches: Iterable[str]) -> list[Answer]:
        """Every address of the site map without a variable part, lists and exports for each search, and every link from there."""
        found = [f"/catalogue/?q={quote(words)}" for words in searches]
        exports = [
            f"/catalogue/export/?format={kind}&q={quote(words)}" for kind in FORMATS for words in ["", *searches]
        ]
        waiting = [*fixed_addresses(), *exports, *found]
        seen: dict[str, Answer] = {}
        while waiting:
            address = waiting.pop()
            if address not in seen:
                seen[address] = self.open(address)
                waiting += self.links_in(seen[address])
        return list(seen.values())

    def links_in(self, answer: Answer) -> Iterator[str]:
        """Links within the portal; of a list's many orders and filters one page is enough."""
        for link in [*LINKS.findall(answer.words), *LOCATIONS.findall(answer.words)]:
            address = urljoin(urljoin(self.site, answer.address), link.replace("&amp;", "&"))
            parts = urlsplit(address)
            if address.startswith(self.site) and not parts.path.startswith("/static/"):
                yield f"{parts.path}?{parts.query}" if parts.query else parts.path


def words_of(response: APIResponse) -> str:
    """The words in an answer: workbooks and PDFs unpacked, addresses readable."""
    body, kind = response.body(), response.headers.get("content-type", "")
    if "spreadsheetml" in kind:
        return str([list(row) for row in load_workbook(BytesIO(body)).active.values])
    if "pdf" in kind:
        return "\n".join(page.get_textpage().get_text_bounded() for page in pypdfium2.PdfDocument(body))
    return body.decode("utf-8", errors="replace")


def leaks(answers: Iterable[Answer], secrets: Iterable[str], *, asked: Iterable[str] = ()) -> list[str]:
    """Where one of the secrets shows. A page repeats the words that it was asked for: in its own answer they do not count."""
    told = []
    for answer in answers:
        question = unquote(urlsplit(answer.address).query)
        told += [
            f"{answer.address} shows {secret}"
            for secret in secrets
            if secret in unquote(answer.words) and not (secret in question and secret in asked)
        ]
    return told


def fixed_addresses() -> list[str]:
    """Every address of the URL map that names nothing, the staff's included: they must not answer a visitor."""
    return sorted(
        f"/{route}" for route in _routes(get_resolver().url_patterns) if "<" not in route and "(" not in route
    )


def _routes(patterns: Iterable[URLPattern | URLResolver], above: str = "") -> Iterator[str]:
    for pattern in patterns:
        route = above + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _routes(pattern.url_patterns, route)
        else:
            yield route
