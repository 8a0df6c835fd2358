"""At least a hundred public addresses are the same to the byte before and after nothing but drafts has changed."""

import re
from functools import cache

import pytest
from django.core.cache import cache as kept_pages
from django.test import Client

from disclosure.catalogue.item_page import MOVING, PENDING, counters
from disclosure.models import Item
from disclosure.models.states import ItemStatus
from ninghai.models import Unit
from tests.county import make_county
from tests.disclosure import makers as disclosure_makers
from tests.disclosure.leaks.answers import said
from tests.disclosure.leaks.things import DAY, TITLE, WORDS, Thing
from tests.disclosure.leaks.ways import WAYS
from tests.disclosure.legacy_import import makers as older_items
from tests.worlds import world

LINK = re.compile(r'(?:href|src)="(/[^"#]*)"')
NOT_PUBLIC = ("/work", "/admin", "/login", "/static", "/logout", "/start", "/verify")
MOST = 400


whole_county = world("whole_county", make_county, on=("cast",))


@pytest.fixture
def county(whole_county, settings):
    settings.CLOCK_DATE = settings.CLOCK_SINCE = DAY  # time stands
    return whole_county


def read(addresses) -> dict[str, str]:
    """What everybody reads there, each opened once with nothing kept from before."""
    kept_pages.clear()
    counters().delete(PENDING, MOVING)  # each reading is a view, and the page tells how many there were
    return {address: said(Client().get(address)) for address in addresses}


@cache
def read_before() -> dict[str, str]:
    """What everybody reads in the county as it was made, which both tests find."""
    return read(crawled())


def crawled() -> list[str]:
    """Every address that can be reached from the home page, and every way of the table."""
    found, waiting = [], ["/"]
    while waiting and len(found) < MOST:
        address = waiting.pop(0)
        if address in found or address.startswith(NOT_PUBLIC):
            continue
        found.append(address)
        response = Client().get(address)
        if "html" in response.headers.get("Content-Type", ""):
            waiting += [link.replace("&amp;", "&") for link in LINK.findall(response.content.decode())]
    asked = [address for way in WAYS.values() if not way.is_own for address in way.asks(Thing())]
    pages = ("/catalogue/", "/catalogue/export/", "/feeds/catalogue.xml")
    filters = [*(f"unit={unit.code}" for unit in Unit.objects.all()), *(f"kind={kind}" for kind in Item.Kind)]
    filtered = [f"{page}?{each}" for page in pages for each in filters]
    return list(dict.fromkeys([*found, *asked, *filtered]))


def change_drafts(cast) -> None:
    """Whatever people may do before anything becomes public."""
    item = disclosure_makers.drafted(cast, **WORDS)
    disclosure_makers.edit_item(
        item=item, version=item.version, by=cast.clerk, at=disclosure_makers.AT, title=f"{TITLE}（改）"
    )
    for maker in (disclosure_makers.with_head, disclosure_makers.in_review, disclosure_makers.approved):
        maker(cast, **WORDS)
    public = Item.objects.filter(status=ItemStatus.PUBLISHED, unit=cast.finance, revises=None).first()
    disclosure_makers.reviewed(cast, disclosure_makers.revised(cast, public, title=TITLE))
    older_items.checked(cast, older_items.workbook(older_items.row(名称=TITLE)))


def test_public_pages_stay_the_same_while_only_drafts_change(county):
    before = read_before()

    change_drafts(county)

    after = read(before)
    assert len(before) >= 100
    assert [address for address in before if before[address] != after[address]] == []


def test_control_one_publication_changes_many_of_them(county):
    before = read_before()

    disclosure_makers.published(county, **WORDS)

    after = read(before)
    changed = [address for address in before if before[address] != after[address]]
    assert {"/", "/catalogue/", "/feeds/catalogue.xml", "/sitemap-items-0.xml"} <= set(changed)
