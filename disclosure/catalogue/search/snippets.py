"""Where the words of a query stand in a text: marked, and cut out of a long one. Everything else is escaped."""

from collections.abc import Iterator, Sequence

from django.utils.html import conditional_escape, format_html_join
from django.utils.safestring import SafeString

from disclosure.catalogue.search.lexemes import fold_for_search, fold_with_places
from disclosure.catalogue.search.query import wanted

Span = tuple[int, int]
BEFORE, LENGTH = 24, 100  # characters shown before the first word found, and in all


def terms_of(query: str) -> list[str]:
    """The folded strings to be marked: each word as it was typed, and the parts of a long one; the longest first."""
    found = {part for one in wanted(query) for part in (one.text, *one.parts)}
    return sorted(found, key=len, reverse=True)


def marked(text: str, terms: Sequence[str]) -> SafeString:
    """The whole text with every term in <mark>."""
    pieces, end = [], 0
    for begin, stop in spans(text, terms):
        pieces += [(conditional_escape(text[end:begin]), text[begin:stop])]
        end = stop
    return format_html_join("", "{}<mark>{}</mark>", pieces) + conditional_escape(text[end:])


def excerpt(text: str, terms: Sequence[str]) -> SafeString | None:
    """The first line in which a term stands, cut to what surrounds it; None where there is none."""
    for term in terms:
        for line in text.splitlines():
            if term in fold_for_search(line):
                return marked(_around(line.strip(), term), terms)
    return None


def _around(line: str, term: str) -> str:
    begin = next((begin for begin, _ in spans(line, [term])), 0)
    start = max(0, min(begin - BEFORE, len(line) - LENGTH))
    cut = line[start : start + LENGTH]
    return ("…" if start else "") + cut + ("…" if start + LENGTH < len(line) else "")


def spans(text: str, terms: Sequence[str]) -> list[Span]:
    """Where terms stand in the text, in order, what touches or overlaps joined."""
    folded = fold_for_search(text)
    places: Sequence[int] = range(len(text))
    if len(folded) != len(text):
        folded, places = fold_with_places(text)
    found = sorted(
        (places[start], places[start + len(term) - 1] + 1) for term in terms for start in _starts(folded, term)
    )
    joined: list[Span] = []
    for begin, end in found:
        if joined and begin <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((begin, end))
    return joined


def _starts(folded: str, term: str) -> Iterator[int]:
    start = folded.find(term)
    while start >= 0:
        yield start
        start = folded.find(term, start + 1)
