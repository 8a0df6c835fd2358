"""What takes the place of what in a text that is masked: sensitive columns are emptied first, then every hit is masked whole,
also where it goes on in another line of its cell."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from ninghai.personal_data.body import columns_below, find_in_body, width_of
from ninghai.personal_data.hit import DataKind, Hit
from ninghai.personal_data.masking import masked

Meant = Callable[[str, Hit], bool]  # whether a hit in the text is to be masked


@dataclass(frozen=True, slots=True)
class Replacement:
    """`words` instead of what stands from `start` to `end`."""

    start: int
    end: int
    words: str


def every_hit(text: str, hit: Hit) -> bool:
    return True


def replaced(text: str, *, meant: Meant = every_hit) -> str:
    """The text without the sensitive columns, and with the hits masked, that are meant."""
    for replacements in (emptied, masks):
        text = applied(text, replacements(text, meant=meant))
    return text


def emptied(text: str, *, meant: Meant = every_hit) -> Iterator[Replacement]:
    """The cells below the heads of sensitive columns."""
    for head, cells in columns_below(text):
        if meant(text, head):
            yield from (Replacement(start, end, _set_alike("", text, start, end)) for start, end in cells)


def masks(text: str, *, meant: Meant = every_hit) -> Iterator[Replacement]:
    """Of a hit in several stretches the mask stands in the first; the others go."""
    for hit in find_in_body(text):
        if hit.kind != DataKind.SENSITIVE_COLUMN and meant(text, hit):
            for at, (start, end) in enumerate(hit.stretches):
                yield Replacement(start, end, _set_alike("" if at else masked(hit), text, start, end))


def applied(text: str, replacements: Iterable[Replacement]) -> str:
    pieces, done = [], 0
    for each in sorted(replacements, key=lambda each: each.start):
        pieces += [text[done : each.start], each.words]
        done = each.end
    return "".join([*pieces, text[done:]])


def _set_alike(words: str, text: str, start: int, end: int) -> str:
    """As wide as what stood there, where another column follows: else what follows would stand below another head."""
    if text[end : end + 2] != "  " and text[end : end + 1] != "\u3000":
        return words
    return words + " " * (width_of(text[start:end]) - width_of(words))
