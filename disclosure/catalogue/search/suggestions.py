"""Help with a query: titles while somebody types, another spelling of what was found nowhere, words without hits."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from django.db.models import Q

from disclosure.catalogue.search.hits import bitmaps_only, newest
from disclosure.catalogue.search.lexemes import fold_for_search, quoted
from disclosure.catalogue.search.query import QueryTerm, one_matches, title_matches, wanted

# Titles while somebody types, and another spelling of what was found nowhere.

if TYPE_CHECKING:
    from disclosure.models.item import ItemQuerySet

SHORTEST = 2  # characters
MOST_TITLES = 8
ALIKE = 60  # titles that are looked at for another spelling
LONGEST_ALIKE = 12  # characters


def suggested_titles(items: "ItemQuerySet", words: str, *, at: datetime) -> list[str]:
    """The newest titles in which all the words stand, each once."""
    if len(fold_for_search(words)) < SHORTEST:
        return []
    with bitmaps_only():
        titles = newest(items, partial(title_matches, wanted(words)), at=at, limit=2 * MOST_TITLES, read=_titles)
    return list(dict.fromkeys(titles))[:MOST_TITLES]


def other_spelling(items: "ItemQuerySet", query: str, *, at: datetime) -> str:
    """The query with one character changed, as it stands most often in the newest titles; "" if it stands in none."""
    asked = wanted(query)
    if len(asked) != 1 or not SHORTEST < len(asked[0].text) <= LONGEST_ALIKE:
        return ""
    text = asked[0].text
    with bitmaps_only():
        titles = newest(items, partial(_one_changed, text), at=at, limit=ALIKE, read=_titles)
    found = Counter(alike for title in titles for alike in _alike_within(fold_for_search(title), text))
    return found.most_common(1)[0][0] if found else ""


def _titles(items: "ItemQuerySet") -> list[str]:
    return list(items.values_list("title", flat=True))


def _one_changed(text: str, *, months: Sequence[str] = ()) -> Q:
    queries = " | ".join(f"({_without(text, place)})" for place in range(len(text)))
    of_months = f" & ({' | '.join(map(quoted, months))})" if months else ""
    return Q(title_vector__holds=f"({queries}){of_months}")


def _without(text: str, place: int) -> str:
    """The pairs of the text that do not touch this place, at their distances."""
    kept = [start for start in range(len(text) - 1) if place not in {start, start + 1}]
    if place == 1:
        kept.insert(0, 0)
    if place == len(text) - 2:
        kept.append(len(text) - 1)
    pairs = [text[start : start + (1 if place in {start, start + 1} else 2)] for start in kept]
    lexemes = [f"{quoted(pair)}:*" if len(pair) == 1 else quoted(pair) for pair in pairs]
    query = lexemes[0]
    for before, start, lexeme in zip(kept, kept[1:], lexemes[1:], strict=False):
        query += f" <{start - before}> {lexeme}"
    return query


def _alike_within(title: str, text: str) -> Iterator[str]:
    """The pieces of the title that differ from the text in one character."""
    size = len(text)
    for start in range(len(title) - size + 1):
        piece = title[start : start + size]
        if piece.isalnum() and sum(one != other for one, other in zip(piece, text, strict=True)) == 1:
            yield piece


# Why several words together found nothing: the words that are found nowhere, and what is left without them.

if TYPE_CHECKING:
    from disclosure.models.item import ItemQuerySet


def words_without_hits(items: "ItemQuerySet", query: str) -> list[QueryTerm]:
    """The words of the query that stand in no item."""
    with bitmaps_only():
        return [one for one in wanted(query) if not items.filter(one_matches(one)).order_by().exists()]


def without(query: str, missing: list[QueryTerm]) -> str:
    """The query without these words."""
    kept = [one for one in wanted(query) if one not in missing]
    return " ".join(f"“{one.typed}”" if one.is_phrase else one.typed for one in kept)
