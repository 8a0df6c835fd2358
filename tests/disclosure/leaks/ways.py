"""Every public way: how one asks, which addresses that covers, and what a public item would show there.

A public address that no way here opens fails the test: see `test_every_public_address_is_in_the_table`.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import quote, unquote, urlencode

from django.urls import Resolver404, resolve, reverse

from ninghai.models import Unit
from tests.disclosure.leaks.things import NOBODY, Thing

Addresses = Callable[[Thing], Iterable[str]]


def _nothing() -> Mapping[str, object]:
    return {}


@dataclass(frozen=True, slots=True)
class Way:
    """`asks` gives the addresses to open.

    `shows` says that a public item's own words are read there (else only that something has changed, as a count);
    `is_own` that the address belongs to the thing itself, so that it cannot be asked before the thing is there.
    """

    asks: Addresses
    shows: bool = True
    is_own: bool = False
    headers: tuple[tuple[str, str], ...] = ()
    method: str = "get"
    data: Callable[[], Mapping[str, object]] = _nothing  # what is sent along

    def opened(self, client, thing: Thing) -> list:
        """The answers, in order."""
        ask = getattr(client, self.method)
        return [ask(address, self.data(), headers=dict(self.headers)) for address in self.asks(thing)]


def url(name: str, *args, **query) -> str:
    return reverse(f"disclosure:{name}", args=args) + (f"?{urlencode(query)}" if query else "")


def general(name: str, **query) -> Addresses:
    return lambda thing: [url(name, **query)]


def own(name: str) -> Addresses:
    return lambda thing: [url(name, thing.index_number)]


def files(thing: Thing) -> list[str]:
    return [url("attachment", pk) for pk in thing.file_ids]


def receipt(thing: Thing) -> list[str]:
    return [url("corrections", number=thing.receipt or "JC20181120-0000")]


def about(thing: Thing) -> list[str]:
    return [url("correction-new", page=f"/catalogue/item/{quote(thing.index_number)}/")]


def application(words: str) -> Callable[[], Mapping[str, object]]:
    """The question with which an application begins; beside its form stands what is public already."""
    return lambda: {"step": "question", "unit": Unit.objects.get(code="002").pk, "content": words}


SEARCHES = {  # a part of what is hidden: the page may repeat what was asked for
    "title": "暗河水库",
    "middle of the title": "库移民安",
    "body": "溶洞勘探",
    "number": "密政办发",
    "index number": "2018-00002",
    "phrase": '"水位异常"',
    "file name": "迁移测算",
    "file text": "九千四百万元",
}
FILTERS = {"unit": "002", "entry": "secret", "kind": "interpretation", "year": "2018", "validity": "in_force"}
FILTERS |= {"from": "2018-11-01", "to": "2018-12-31"}
HTMX = (("HX-Request", "true"),)
OLD = {"is_own": True, "shows": False}  # once it has an old version: see the control of these
COLUMNS = ("columns", "column-guide", "column-rules", "column-statutory", "column-annual")

ALL: dict[str, Way] = {
    "home": Way(general("home")),
    "list": Way(general("item-list")),
    "list by date": Way(general("item-list", sort="date")),
    "list for htmx": Way(general("item-list"), headers=HTMX),
    **{f"search: {what}": Way(general("item-list", q=q)) for what, q in SEARCHES.items()},
    **{f"filter: {name}": Way(general("item-list", **{name: at})) for name, at in FILTERS.items()},
    "all filters": Way(general("item-list", **FILTERS)),
    "csv": Way(general("export", format="csv")),
    "xlsx": Way(general("export", format="xlsx")),
    "json": Way(general("export", format="json")),
    "csv of a search": Way(general("export", format="csv", q="溶洞勘探")),
    "attachments of a list": Way(general("list-attachments", unit="002")),
    "attachments of a search": Way(general("list-attachments", q="暗河水库")),
    "feed": Way(general("feed")),
    "feed of a filter": Way(general("feed", unit="002", q="暗河水库")),
    "form to follow a list": Way(general("follow", unit="002"), shows=False),
    "form to follow a search": Way(general("follow", q="暗河"), shows=False),
    "links of letters": Way(lambda thing: [f"/catalogue/follow/x/{act}/" for act in ("confirm", "leave")], shows=False),
    "suggestions": Way(lambda thing: ["/catalogue/suggest/?q=暗河"]),
    "records": Way(lambda thing: ["/api/v1/items/"]),
    "records found": Way(lambda thing: ["/api/v1/items/?q=溶洞勘探"]),
    "lists of the interface": Way(
        lambda thing: [
            f"/api/v1/{name}/"
            for name in ("units", "topics", "entries", "services", "services/x", "proposals", "schema", "nothing")
        ],
        shows=False,
    ),
    "feed of guides": Way(general("service-feed"), shows=False),
    "open data": Way(lambda thing: ["/catalogue/dcat.jsonld"], shows=False),
    "sitemap": Way(general("sitemap"), shows=False),
    "sitemap of pages": Way(general("sitemap-pages"), shows=False),
    "sitemap of items": Way(lambda thing: [url("sitemap-items", 0)], shows=False),
    "site map": Way(general("site-map"), shows=False),
    "interpretation pairs": Way(general("interpretation-pairs")),
    "robots": Way(general("robots"), shows=False),
    "terms of use": Way(general("terms"), shows=False),
    "basic catalogue": Way(general("basic-catalogue"), shows=False),
    "one basic catalogue": Way(lambda thing: [url("one-catalogue", "county")], shows=False),
    "edition": Way(lambda thing: [url("edition", "county", 1)], shows=False),
    "edition as a file": Way(
        lambda thing: [url("edition-file", "county", 1, ending) for ending in ("csv", "xlsx", "json")],
        shows=False,
    ),
    **{name: Way(general(name), shows=False) for name in COLUMNS},
    "services": Way(general("service-list"), shows=False),
    "services found": Way(general("service-list", q="溶洞勘探"), shows=False),
    "a service": Way(
        lambda thing: [url("service", "x"), url("service-version", "x", 1), url("one-thing", "x")], shows=False
    ),
    "knowledge": Way(
        lambda thing: [
            url("knowledge-list"),
            url("knowledge-list", q="溶洞勘探"),
            url("knowledge-feed"),
            "/api/v1/knowledge/?q=暗河",
        ],
        shows=False,
    ),
    "an answer of the knowledge base": Way(
        lambda thing: [url("knowledge", 1), url("knowledge-helped", 1), "/api/v1/knowledge/1/"], shows=False
    ),
    "guide of a unit": Way(lambda thing: [url("unit-guide", "002")], shows=False),
    "results of proposals": Way(general("proposal-results"), shows=False),
    "results of a search for proposals": Way(general("proposal-results", q="暗河水库"), shows=False),
    "results of proposals as files": Way(
        lambda thing: [url("proposal-results-file", format=ending) for ending in ("csv", "xlsx")], shows=False
    ),
    "appeals and complaints": Way(lambda thing: ["/appeals/new/", "/complaints/new/"], shows=False),
    "receipt of an appeal": Way(lambda thing: [url("appeal-receipt", NOBODY)], shows=False),
    "one door": Way(general("interaction"), shows=False),
    "one door, looking first": Way(general("interaction", q="暗河水库")),
    "one door, asked which": Way(general("interaction", want="know", whose="county", course="none"), shows=False),
    "the hotline": Way(general("hotline"), shows=False),
    "figures of the hotline": Way(
        lambda thing: [
            url("hotline-figures"),
            url("hotline-month", "2018-10"),
            url("hotline-month-file", "2018-10", "csv"),
        ],
        shows=False,
    ),
    "form of the hotline": Way(general("hotline-ask"), shows=False),
    "receipt of the hotline": Way(lambda thing: [url("hotline-receipt", NOBODY)], shows=False),
    "matters of the hotline for programs": Way(
        lambda thing: (
            [
                f"/api/open311/v2/{name}.{ending}"
                for name in ("discovery", "services", "services/1", "requests", "requests/x", "tokens/x")
                for ending in ("json", "xml")
            ]
            + ["/api/open311/v2/schema/", "/api/open311/v2/nothing", "/api/exchange/results/"]
        ),
        shows=False,
    ),
    "applications": Way(general("requests"), shows=False),
    "application form on paper": Way(lambda thing: [url("application-paper", "2008")], shows=False),
    "question of an application": Way(general("request-new"), shows=False),
    **{
        f"form of an application: {what}": Way(general("request-new"), method="post", data=application(words))
        for what, words in {
            "title": "暗河水库移民安置",
            "body": "溶洞勘探",
            "hidden words": "请公开 迁移测算 的材料",
        }.items()
    },
    "receipt of an application": Way(lambda thing: [url("request-receipt", NOBODY)], shows=False),
    "what a third party is asked": Way(general("inquiry"), shows=False),
    "how an application stands": Way(general("lookup"), shows=False),
    "deadlines": Way(lambda thing: ["/deadline/"], shows=False),
    "page of the policy": Way(lambda thing: [url("item-detail", "330226002/2018-00001")], shows=False),
    "its page": Way(own("item-detail"), is_own=True),
    "its page for htmx": Way(own("item-detail"), is_own=True, headers=HTMX),
    "its page as json": Way(own("item-detail"), is_own=True, headers=(("Accept", "application/json"),)),
    "head of its page": Way(own("item-detail"), is_own=True, method="head", shows=False),
    "its QR code": Way(own("item-qr-code"), is_own=True, shows=False),
    "its yearly report as data": Way(own("annual-report-data"), is_own=True, shows=False),
    "its history": Way(own("item-history"), is_own=True),
    "its old version": Way(lambda thing: [url("item-version", 1, thing.index_number)], **OLD),
    "its difference": Way(lambda thing: [url("item-compare", thing.index_number, **{"from": "1", "to": "2"})], **OLD),
    "its attachments": Way(own("item-attachments"), is_own=True),
    "its files": Way(files, is_own=True),
    "head of its files": Way(files, is_own=True, method="head"),
    "a part of its files": Way(files, is_own=True, headers=(("Range", "bytes=0-30"),)),
    "its record": Way(lambda thing: [f"/api/v1/items/{thing.index_number}/"], is_own=True),
    "answer to an error report": Way(receipt, is_own=True),
    "form for an error report": Way(about, is_own=True),
}


def route(address: str) -> str | None:
    """The URL pattern to which an address belongs."""
    try:
        return resolve(unquote(address.partition("?")[0])).route
    except Resolver404:
        return None


WAYS = {name: way for name, way in ALL.items() if None not in map(route, way.asks(Thing()))}
