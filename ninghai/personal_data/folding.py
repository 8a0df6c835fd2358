"""A text as detectors read it: full-width digits and letters as half-width ones, every dash a hyphen, every
character in its place."""

import unicodedata

INVISIBLE = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u2060\ufeff"), " ")
DASHES = dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2015\u2212"), "-")
SIGNS = INVISIBLE | DASHES


def fold(text: str) -> str:
    """The text with each character folded (NFKC) where one stays one, so that places count the same before and after."""
    if text.isascii():
        return text
    return "".join(_folded(character) for character in text).translate(SIGNS)


def _folded(character: str) -> str:
    plain = unicodedata.normalize("NFKC", character)
    return plain if len(plain) == 1 else character


def before(text: str, place: int, *, characters: int) -> str:
    """What stands before the place, on the same line."""
    return text[max(0, place - characters) : place].rpartition("\n")[2]
