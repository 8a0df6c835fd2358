"""The words of a query: several words must all be found, quotation marks hold a string that stands exactly so."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

import rjieba

from disclosure.search.folding import fold
from disclosure.search.lexemes import RUN, latin_pieces, quoted, windows

PHRASE_OR_WORD = re.compile(r'["“”「」『』]([^"“”「」『』]+)["“”「」『』]|([^\s"“”「」『』]+)')
LONGEST_QUERY = 100  # characters
MOST_WORDS = 10
LONGEST_UNCUT = 4  # characters; a longer string is looked for by its words, which may stand anywhere
EXACT = 2  # characters; what is that short is found exactly by its one pair


@dataclass(frozen=True, slots=True)
class Wanted:
    """One word of the query as it was typed, and folded; a phrase stood in quotation marks."""

    typed: str
    text: str
    is_phrase: bool

    @property
    def parts(self) -> list[str]:
        """What has to stand in an item's text: the string itself, or its words where it has more than one."""
        return [self.text] if self.is_phrase or len(self.text) < LONGEST_UNCUT else words_within(self.text)

    @property
    def lexemes(self) -> list[str]:
        """The lexemes that a text with this word certainly has; none if it is made of punctuation."""
        found = [lexeme for part in self.parts for lexeme in certain_lexemes(part)]
        if self.is_phrase:  # a letter before a mark is the last of its run there too
            found += [run[0][-1] for run in RUN.finditer(self.text) if run.end() < len(self.text)]
        return list(dict.fromkeys(found))

    @property
    def is_exact_by_lexemes(self) -> bool:
        """Whether what has the lexemes has the string: otherwise a phrase is compared with the text itself."""
        return len(self.text) <= EXACT and self.text.isalnum()


def wanted(query: str) -> list[Wanted]:
    """The query's words and quoted phrases; without any, the query asks for nothing."""
    found = [
        Wanted(typed=phrase or word, text=fold(phrase or word), is_phrase=bool(phrase))
        for phrase, word in PHRASE_OR_WORD.findall(query[:LONGEST_QUERY])
    ]
    return [one for one in found if one.text][:MOST_WORDS]


def words_within(text: str) -> list[str]:
    """The words of a long string; signs that are no word of their own stay together, as they may be a name.

    A short string with such a sign stays whole: it is a name, or a word that the dictionary does not know.
    """
    cut = [word for run in RUN.findall(text) for word in rjieba.cut(run)]
    if len(text) <= LONGEST_UNCUT and any(len(word) == 1 for word in cut):
        return [text]
    parts = ["".join(group) for _, group in groupby(cut, key=_Joined())]
    return [part for part in parts if len(part) > 1] or [text]


class _Joined:
    """Tells neighbouring single characters as one group, every longer word as a group of its own."""

    def __init__(self) -> None:
        self.number = 0
        self.was_single = False

    def __call__(self, word: str) -> int:
        is_single = len(word) == 1
        if not (is_single and self.was_single):
            self.number += 1
        self.was_single = is_single
        return self.number


def certain_lexemes(text: str) -> Iterator[str]:
    """The lexemes of every text in which this string stands, wherever its first and last word go on there.

    What lies within a longer piece says nothing that the piece does not say.
    """
    pieces = [*latin_pieces(text), *(pair for run in RUN.findall(text) for pair in windows(run, 2))]
    within = {part for piece in pieces for size in range(2, len(piece)) for part in windows(piece, size)}
    yield from (piece for piece in pieces if piece not in within)


def text_query(one: Wanted) -> str:
    """The lexemes as a tsquery; single letters and digits are beginnings of one; "" if there is nothing to look up."""
    if lexemes := one.lexemes:
        return " & ".join(map(quoted, lexemes))
    return " & ".join(f"{quoted(run)}:*" for run in RUN.findall(one.text))


def title_query(one: Wanted) -> str:
    """Neighbouring pairs in this order, as a tsquery; a single character is the beginning of a pair."""
    if len(one.text) == 1:
        return f"{quoted(one.text)}:*"
    return " <-> ".join(quoted(one.text[start : start + 2]) for start in range(len(one.text) - 1))
