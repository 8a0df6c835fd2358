"""Text → lexemes: folded to one width, case and shape, and cut into what the two search columns of an item hold."""

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain, pairwise
from typing import Any

from django.conf import settings
from django.contrib.postgres.search import SearchVectorField
from django.db.models import Value
from django.db.models.functions import Cast
from django.utils import timezone

# The text as it is compared: one width, one case, one shape of bracket and quotation mark, nothing invisible.

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


def fold_for_search(text: str) -> str:
    """Both sides of every comparison go through here; blanks and line ends do not count."""
    return unicodedata.normalize("NFKC", text).casefold().translate(FOLDED)


def fold_with_places(text: str) -> tuple[str, list[int]]:
    """The folded text, and for each of its characters where in the text it comes from."""
    folded, places = [], []
    for place, character in enumerate(text):
        shape = fold_for_search(character)
        folded.append(shape)
        places += [place] * len(shape)
    return "".join(folded), places


# Text → lexemes: what the two search columns of an item hold, written as tsvector literals.

RUN = re.compile(r"[^\W_]+")  # letters and digits of any script
LATIN = re.compile(r"[0-9a-z]+")
VECTOR_LIMIT = 1_000_000  # bytes of lexemes; PostgreSQL takes 1,048,575
LAST_POSITION = 16_383  # PostgreSQL counts no further
FIELD_GAP = 2  # positions between two fields, so that no phrase runs from one into the next
BETWEEN = "\x1f"  # stands between two folded fields: no letter, no digit, and nothing that is ever asked for


def month_lexeme(at: datetime) -> str:
    """The month in the county's own time."""
    return f"@{timezone.localtime(at):%Y-%m}"


def quoted(lexeme: str) -> str:
    """A lexeme in the notation of tsvector and tsquery."""
    return "'" + lexeme.replace("\\", "\\\\").replace("'", "''") + "'"


# Title and numbers: pairs with positions, so that a phrase of pairs is a substring


def title_lexemes(fields: Sequence[str], *, month: str = "") -> str:
    """The names of the paper; and the pairs of its title and numbers, punctuation included, with their positions: each character begins one."""
    placed, position = [quoted(month)] if month else [], 1
    placed += [quoted(lexeme) for lexeme in name_lexemes(*fields)]
    for field in fields:
        folded = fold_for_search(field)
        placed += [f"{quoted(folded[step : step + 2])}:{position + step}" for step in range(len(folded))]
        position += len(folded) + FIELD_GAP
    return " ".join(placed[: LAST_POSITION - 1])


# What a paper is called: each of its names is one lexeme, so that who asks by a name finds the paper itself first, at any size

NAME = "\x1f"  # begins such a lexeme; it stands in no folded text
CITED = "《"  # what begins with it is about another paper, whose name it is
LONGEST_NAME = 200  # letters; of a longer one the beginning counts
ABOUT = re.compile(r"关于(.+)的(?:通知|公告|通告|通报|决定|意见|批复|复函|函|报告|公示|说明|解读)(?:\(.*\))?$")
HANDED_OUT = re.compile(r"^(?:印发|转发|公布|发布|下达|批转)")
YEAR_BEFORE = re.compile(r"^[12]\d{3}年度?")


def name_lexemes(title: str, *numbers: str) -> list[str]:
    """A lexeme for each name by which people ask for the paper, its numbers among them; county and year may be left out."""
    names = list(_names(fold_for_search(title)))
    names += [without_county(name) for name in names]
    names += [YEAR_BEFORE.sub("", name) for name in names]
    return list(dict.fromkeys(name_lexeme(name) for name in [*names, *numbers] if is_name(name)))


def _names(title: str) -> Iterator[str]:
    """The title, and what it says without its frame: 甲关于印发《乙》的通知 is 乙 to most people."""
    yield title
    if about := ABOUT.search(title):
        yield title[about.start() :]
        yield about[1]
        if handed_out := HANDED_OUT.match(about[1]):
            yield about[1][handed_out.end() :].removeprefix(CITED)


def name_lexeme(name: str) -> str:
    """Letters and digits count, marks do not, but for the one which says that the name is another's."""
    mark = CITED if name.startswith(CITED) else ""
    return NAME + mark + "".join(RUN.findall(fold_for_search(name)))[:LONGEST_NAME]


def is_name(text: str) -> bool:
    """A single letter is none, nor are marks alone."""
    return len("".join(RUN.findall(text))) > 1


def without_county(folded: str) -> str:
    return folded.replace(fold_for_search(settings.COUNTY_NAME), "")


# Text: the different pairs, without positions


def text_lexemes(folded: str, *, month: str = "") -> str:
    """The folded text's different pairs; of a very long text as many as a vector holds."""
    found = lexemes_of(folded)
    return literal([month, *found] if month else found)


def lexemes_of(folded: str) -> dict[str, None]:
    """The pairs and Latin pieces of a folded text, in the order in which they come."""
    return dict.fromkeys(chain(pairs(folded), latin_pieces(folded)))


def literal(lexemes: Collection[str]) -> str:
    """The lexemes as a tsvector literal: letters, digits and @ need no escape."""
    if 10 * len(lexemes) > VECTOR_LIMIT:
        lexemes = list(_as_fit(lexemes))
    return "'" + "' '".join(lexemes) + "'" if lexemes else ""


def pairs(folded: str) -> Iterator[str]:
    """Each letter or digit with the one that follows it; the last of a run alone."""
    for run in RUN.findall(folded):
        yield from map("".join, pairwise(run))
        yield run[-1]


def latin_pieces(folded: str) -> Iterator[str]:
    """The threes around Latin letters and digits, and the fours of them: dates, whole years, parts of longer numbers."""
    for run in RUN.findall(folded):
        for latin in LATIN.finditer(run):
            begin, end = latin.span()
            yield from windows(run[max(0, begin - 2) : end + 2], 3)
            yield from windows(latin[0], 4)


def windows(text: str, size: int) -> Iterator[str]:
    """Every so many neighbouring characters."""
    return (text[start : start + size] for start in range(len(text) - size + 1))


def _as_fit(lexemes: Iterable[str]) -> Iterator[str]:
    room = VECTOR_LIMIT
    for lexeme in lexemes:
        room -= len(lexeme.encode())
        if room < 0:
            return
        yield lexeme


# What search keeps of an item: three columns, written when it is published.

LONGEST_TEXT = 2_000_000  # characters that are compared with a quoted string


@dataclass(frozen=True, kw_only=True)
class Searchable:
    """What search knows of an item."""

    title: str
    document_number: str
    index_number: str
    texts: tuple[str, ...]
    published_at: datetime

    def columns(self) -> dict[str, Any]:
        """The values of the item's search columns."""
        title, text, folded = self.literals()
        return {
            "title_vector": Cast(Value(title), SearchVectorField()),
            "text_vector": Cast(Value(text), SearchVectorField()),
            "search_text": folded,
        }

    def literals(self) -> tuple[str, str, str]:
        """`title_vector`, `text_vector` and `search_text`, the vectors as literals."""
        month = month_lexeme(self.published_at)
        numbers = [self.title, self.document_number, self.index_number]
        folded = BETWEEN.join(map(fold_for_search, [*numbers, *self.texts]))
        return title_lexemes(numbers, month=month), text_lexemes(folded, month=month), folded[:LONGEST_TEXT]
