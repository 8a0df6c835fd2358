"""The text as it is compared: one width, one case, one shape of bracket and quotation mark, nothing invisible."""

import unicodedata

OPENING, CLOSING, QUOTES = "（〔［【〖{[", "）〕］】〗}]", "“”„‟「」『』"  # noqa: RUF001 - the shapes themselves
PLAIN = "(" * len(OPENING) + ")" * len(CLOSING) + '"' * len(QUOTES)
INVISIBLE = [
    *range(0x21),
    *range(0x7F, 0xA1),
    0x1680,
    *range(0x2000, 0x2010),
    *range(0x2028, 0x2030),
    *range(0x205F, 0x2065),
    0x3000,
    0xFEFF,
]
FOLDED = str.maketrans(OPENING + CLOSING + QUOTES, PLAIN) | dict.fromkeys(INVISIBLE)


def fold(text: str) -> str:
    """Both sides of every comparison go through here; blanks and line ends do not count."""
    return unicodedata.normalize("NFKC", text).casefold().translate(FOLDED)


def fold_with_places(text: str) -> tuple[str, list[int]]:
    """The folded text, and for each of its characters where in the text it comes from."""
    folded, places = [], []
    for place, character in enumerate(text):
        shape = fold(character)
        folded.append(shape)
        places += [place] * len(shape)
    return "".join(folded), places
