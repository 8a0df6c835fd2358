"""The catalogue against its floors: at 100,000 items, then at as many as are wanted, and how the one grows to the other."""

from collections.abc import Iterator
from statistics import median

from django.core.management import call_command

from disclosure.models import Item
from tests.bench.figures import item_page, list_page, list_page_again, list_page_unchanged
from tests.bench.floors import Floor
from tests.bench.searching import SEARCH, searching
from tests.bench.timing import Figure, timed

COMPARED_AT = 100_000
LOADED = 1.1  # times as many: a portal that holds more is measured as it is
LOADING = 15 * 60 / 1_000_000  # seconds an item


def catalogue(items: int) -> Iterator[tuple[int, Floor]]:
    """(how many items there were, the figure with its floor). What a portal already holds is not loaded again."""
    small, there = min(items, COMPARED_AT), Item.objects.count()
    if there < LOADED * COMPARED_AT or items == small:
        loaded = load(small - there)
        yield small, loading(small, loaded)
        listed = list_page()
        before = [rate("catalogue list, rendered", listed, at_least=2.0), *at_any_size()]
        yield from ((small, floor) for floor in before)
        if items == small:
            return
        yield items, loading(items, loaded + load(items - small))
        after, listed_then = at_any_size(), list_page()
        yield from ((items, floor) for floor in after)
        kept = median(listed.ours) / median(listed_then.ours)
        yield items, Floor(f"catalogue list, of its rate at {small:,}", kept, "×", "≥", 0.85, n=len(listed.ours))
        yield items, growth(before, after)
    else:
        load(items - there)
        yield from ((items, floor) for floor in at_any_size())


def at_any_size() -> list[Floor]:
    return [
        rate("catalogue list, asked again", list_page_again(), at_least=12),
        rate("catalogue list, unchanged (304)", list_page_unchanged(), at_least=12),
        rate("item page", item_page(), at_least=0.7),
        *searching(),
    ]


def rate(name: str, figure: Figure, *, at_least: float) -> Floor:
    """How many times the rate of the bare view."""
    return Floor(f"{name}, of a bare view's rate", 1 / figure.ratio, "×", "≥", at_least, n=len(figure.ours))


def growth(before: list[Floor], after: list[Floor]) -> Floor:
    first, then = (next(one for one in floors if one.name.startswith(SEARCH)) for floors in (before, after))
    return Floor("search, p95, growth", then.value / first.value, "×", "≤", 3, n=then.n)


def load(items: int) -> float:
    """Seconds; none where there are as many already."""
    return timed(lambda: call_command("seed_items", items)) / 1000 if items > 0 else 0.0


def loading(items: int, seconds: float) -> Floor:
    return Floor(f"loading {items:,} items", seconds, "s", "≤", LOADING * items, n=1)
