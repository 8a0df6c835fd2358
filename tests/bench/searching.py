"""What a search costs: the first page with its count and its facets, strings in quotation marks, titles while typing."""

import random
from collections.abc import Callable, Iterator
from statistics import median

from disclosure.catalogue.query import PAGE_SIZE, ItemListing, tally_of
from disclosure.catalogue.search.hits import suggested_titles
from disclosure.models import Item
from ninghai.calendar import clock
from tests.bench.floors import Floor
from tests.bench.timing import late, timed

SEARCHES, ROUNDS = 60, 3
SHORTEST, LONGEST = 2, 8  # characters of a search
SEARCH, QUOTED, SUGGESTED = "search: first page, count, facets", "search in quotation marks", "titles suggested"
SIZE_OF_SAMPLE = 600


def searching() -> Iterator[Floor]:
    """The 95th percentile of 60 questions each; of each question the middle of three askings."""
    title, text = search_strings(["title"]), search_strings(["title", "body"])
    yield p95(SEARCH, [lambda one=one: first_page(one) for one in text], within=250)
    yield p95(QUOTED, [lambda one=one: first_page(f'"{one}"') for one in search_strings(["body"])], within=1000)
    yield p95(SUGGESTED, [lambda one=one: suggestion(one) for one in title], within=50)


def p95(name: str, works: list[Callable[[], object]], *, within: float) -> Floor:
    """The first round warms up."""
    rounds = [[timed(work) for work in works] for _ in range(ROUNDS + 1)][1:]
    middles = [median(times) for times in zip(*rounds, strict=True)]
    return Floor(f"{name}, p95", late(middles), "ms", "≤", within, n=len(works), middle=median(middles))


def first_page(words: str) -> object:
    """As the catalogue's page asks."""
    now = clock.now()
    found = ItemListing(Item.objects.published(now), at=now, words=words)
    return found.count(), found[0:PAGE_SIZE], tally_of(found, conditions={}, revision="")


def suggestion(words: str) -> object:
    now = clock.now()
    return suggested_titles(Item.objects.published(now), words, at=now)


def search_strings(fields: list[str]) -> list[str]:
    """Strings of 2 to 8 letters and digits out of these fields; the same ones for the same items."""
    chance = random.Random(2018)  # noqa: S311 - the same seed asks the same
    published = Item.objects.published(clock.now()).order_by("pk")
    first, last = (
        published.values_list("pk", flat=True).first() or 0,
        published.values_list("pk", flat=True).last() or 0,
    )
    pks = [chance.randint(first, last) for _ in range(SIZE_OF_SAMPLE)]
    texts = list(published.filter(pk__in=pks).values_list(*fields))
    found: list[str] = []
    while len(found) < SEARCHES:
        text, size = chance.choice(chance.choice(texts)), chance.randint(SHORTEST, LONGEST)
        begin = chance.randrange(max(1, len(text) - size))
        cut = text[begin : begin + size]
        if cut.isalnum() and len(cut) == size:
            found.append(cut)
    return found
