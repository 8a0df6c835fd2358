"""Texts as they are compared. The catalogue's search has a form of its own, without case and invisible signs (`search.lexemes`)."""

import unicodedata


def fold(text: str) -> str:
    """Names, heads, choices: without differences of width, and without blanks."""
    return "".join(unicodedata.normalize("NFKC", text).split())


# A text as detectors of personal data read it: full-width digits and letters as half-width ones, every dash a hyphen, every
# dot between names the same, every character in its place.

INVISIBLE = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u2060\ufeff"), " ")
DASHES = dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2015\u2212"), "-")
DOTS = dict.fromkeys(map(ord, "\u2022\u2027\u30fb\u22c5\u2219"), "·")
SIGNS = INVISIBLE | DASHES | DOTS


class _Folded(dict[int, str]):
    """Code points and what they are read as, worked out once."""

    def __missing__(self, point: int) -> str:
        plain = unicodedata.normalize("NFKC", chr(point))
        self[point] = (plain if len(plain) == 1 else chr(point)).translate(SIGNS)
        return self[point]


FOLDED = _Folded()


def fold_in_place(text: str) -> str:
    """The text with each character folded (NFKC) where one stays one, so that places count the same before and after."""
    return text if text.isascii() else text.translate(FOLDED)


def before(text: str, place: int, *, characters: int) -> str:
    """What stands before the place, on the same line."""
    return text[max(0, place - characters) : place].rpartition("\n")[2]
