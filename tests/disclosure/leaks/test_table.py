"""Nothing that is not public shows on any public way: the table of states and ways, and controls that it can fail."""

from functools import cache

import pytest
from django.core.cache import cache as kept_pages
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from disclosure.catalogue.item_page import MOVING, PENDING, counters
from tests import worlds
from tests.disclosure.leaks import things
from tests.disclosure.leaks.answers import said, without_etags
from tests.disclosure.leaks.things import (
    CHANGED,
    DAY,
    GONE,
    HARMLESS,
    HIDDEN,
    NEVER_PUBLIC,
    SECRETS,
    TEXT_STAYS,
    Thing,
    made_public,
    make_world,
)
from tests.disclosure.leaks.ways import COLUMNS, WAYS, route
from tests.disclosure.makers import updated

OWN_PAGES = {name for name, way in WAYS.items() if way.is_own}
MAY_TELL = OWN_PAGES | {
    "page of the policy"
}  # of a text that stays with a label; the page of what replaced it names it
ADDRESSES = OWN_PAGES - {"answer to an error report", "form for an error report"}
PUBLISHED = {"published in the future"}  # no act leads there; its status says that it is public
MAY_STAY = {  # pages on which not even what is public need show
    *COLUMNS,
    "application form on paper",
    "applications",
    "deadlines",
    "how an application stands",
    "question of an application",
    "receipt of an application",
    "what a third party is asked",
    "form to follow a list",
    "form to follow a search",
    "links of letters",
    "appeals and complaints",
    "receipt of an appeal",
    "form of the hotline",
    "receipt of the hotline",
    "the hotline",
    "one door",
    "one door, asked which",
    "lists of the interface",
    "matters of the hotline for programs",
    "results of proposals",
    "results of a search for proposals",
    "results of proposals as files",
    "robots",
    "feed of guides",
    "services",
    "services found",
    "a service",
    "knowledge",
    "an answer of the knowledge base",
    "edition",
    "edition as a file",
    "page of the policy",
    "site map",
    "sitemap",
    "sitemap of pages",
    "terms of use",
}


WITHDRAWN = [
    pytest.param(state, marks=pytest.mark.exhaustive if number else ()) for number, state in enumerate(GONE)
]  # they differ in what a page says of the reason

one_policy = worlds.world("one_policy", make_world, on=("cast",))


@pytest.fixture
def world(one_policy, settings):
    settings.CLOCK_DATE = settings.CLOCK_SINCE = DAY  # time stands
    kept_pages.clear()
    return one_policy


def opened(way: str, thing: Thing) -> str:
    """What a visitor reads who comes this way for the first time; each reading of a page is counted there."""
    counters().delete(PENDING, MOVING)
    return "\n".join(said(answer) for answer in WAYS[way].opened(Client(), thing))


def read_of(thing: Thing, *, own_too: bool = True) -> dict[str, str]:
    return {name: opened(name, thing) for name, way in WAYS.items() if own_too or not way.is_own}


@cache
def read_before() -> dict[str, str]:
    """What everybody reads while there is nothing to hide: the same for every test, for each finds the world as it was made.

    So nothing that was kept from this reading can stand for a page with the hidden thing beside it.
    """
    return read_of(Thing(), own_too=False)


def leaks(read: dict[str, str]) -> list[tuple[str, str]]:
    """(way, secret) of everything that shows."""
    return [(way, secret) for way, text in read.items() for secret in SECRETS if secret in text]


@pytest.mark.parametrize("state", [*NEVER_PUBLIC, *CHANGED, *WITHDRAWN])
def test_nothing_hidden_shows_on_any_public_way(world, state):
    """No word of it anywhere; and pages are the same to the byte as if it were not there, its addresses those of nothing.

    What was never public moves no mark (ETag) of a page either.
    """
    before = read_before()

    thing = HIDDEN[state](world)

    after = read_of(thing)
    allowed = MAY_TELL if state in TEXT_STAYS else set()
    assert [(way, secret) for way, secret in leaks(after) if way not in allowed] == []
    if state not in CHANGED:
        same = str if state in NEVER_PUBLIC and state not in PUBLISHED else without_etags
        assert [way for way in before if same(before[way]) != same(after[way]) and way not in allowed] == []
    if state in NEVER_PUBLIC:
        assert {way: after[way][:3] for way in ADDRESSES} == dict.fromkeys(ADDRESSES, "404")


@pytest.mark.exhaustive
def test_control_every_way_shows_an_item_that_is_public(world):
    before = read_of(Thing(), own_too=False)  # and kept for others, who shall read of the item all the same
    thing = made_public(world)

    read = read_of(thing)

    shown = {way for way, _ in leaks(read)}
    assert {name for name, way in WAYS.items() if way.shows} - shown == set()
    assert {name for name in before if before[name] == read[name]} <= MAY_STAY


@pytest.mark.exhaustive
def test_control_an_old_version_that_may_be_consulted_shows(world):
    thing = made_public(world)
    updated(world.cast, thing.item, **HARMLESS)

    shown = {way for way, _ in leaks(read_of(thing))}

    assert {"its old version", "its difference", "its files"} <= shown


@pytest.mark.parametrize("state", WITHDRAWN)
def test_no_copy_that_a_visitor_or_the_cache_has_kept_outlives_the_withdrawal(world, state):
    """Everything was read, and its tag kept, while it was public; it is asked again with these tags afterwards."""
    tags: dict[str, list[str]] = {}

    def made_public_and_read(world):
        thing = made_public(world)
        for name, way in WAYS.items():
            tags[name] = [answer.headers.get("ETag", "") for answer in way.opened(Client(), thing)]
        return thing

    patch = pytest.MonkeyPatch()
    patch.setattr(things, "made_public", made_public_and_read)
    thing = GONE[state](world)
    patch.undo()

    for name, way in WAYS.items():
        for address, tag in zip(way.asks(thing), tags[name], strict=True):
            if tag and way.shows and not (state in TEXT_STAYS and name in MAY_TELL):
                answer = Client().get(address, headers={**dict(way.headers), "If-None-Match": tag})
                assert answer.status_code != 304, name
    assert [each for each in leaks(read_of(thing)) if state not in TEXT_STAYS or each[0] not in MAY_TELL] == []


# --- The table knows every address -----------------------------------------------------------------------

ELSEWHERE = (  # public, and about no item
    *("display/", "login/", "healthz", "metrics", "leave/", "progress/", "verify/"),
    *("manifest.webmanifest", "opensearch.xml", "favicon.ico", ".well-known/security.txt"),
    "calendar/",  # one person's own, by an address that nobody guesses
)


def public_routes(patterns, *, above: str = "") -> set[str]:
    """The URL patterns of all addresses that need no account."""
    found: set[str] = set()
    for each in patterns:
        here = above + str(each.pattern).removeprefix("^")
        if isinstance(each, URLResolver):
            found |= public_routes(each.url_patterns, above=here)
        elif isinstance(each, URLPattern) and not getattr(each.callback, "login_required", True):
            found.add(here)
    return {each for each in found if not each.startswith(ELSEWHERE)}


def test_every_public_address_is_in_the_table():
    known = {route(address) for way in WAYS.values() for address in way.asks(Thing())}

    assert public_routes(get_resolver().url_patterns) == known
