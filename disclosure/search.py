"""Search in Chinese with PostgreSQL's own means; the only place that knows how it works.

PostgreSQL's text parsers do not cut Chinese, so we write the lexemes ourselves, into two columns:

- `title_vector` holds title, document number and index number as pairs of neighbouring characters (bigrams) with their
  positions. A phrase of pairs is a substring: any two or more characters are found, and nothing else is.
- `text_vector` holds body, summary and attachments' labels as words (cut by rjieba). A string that runs across words is
  not found there; a quoted phrase is compared with the text itself.

Both sides are folded first: full and half width, upper and lower case, the shapes of brackets, and blanks do not count.
A word of the query may stand in either column; several words must all stand somewhere.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import reduce
from operator import and_
from typing import Any

import rjieba
from django.contrib.postgres.search import SearchVectorField
from django.db.models import F, Func, Lookup, Q, TextField, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast
from django.db.models.lookups import Contains

OPENING, CLOSING, QUOTES = "（〔［【〖{[", "）〕］】〗}]", "“”„‟「」『』"  # noqa: RUF001 - the shapes themselves
PLAIN = "(" * len(OPENING) + ")" * len(CLOSING) + '"' * len(QUOTES)
SHAPES = str.maketrans(OPENING + CLOSING + QUOTES, PLAIN)
INVISIBLE = re.compile(r"[\s\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]+")
PHRASE_OR_WORD = re.compile(r'["“”「」『』]([^"“”「」『』]+)["“”「」『』]|([^\s"“”「」『』]+)')

LONGEST_QUERY = 100  # characters
MOST_WORDS = 10
LONGEST_LEXEME = 500  # bytes; PostgreSQL takes 2,046
VECTOR_LIMIT = 1_000_000  # bytes of lexemes; PostgreSQL takes 1,048,575
LAST_POSITION = 16_383  # PostgreSQL counts no further
FIELD_GAP = 2  # positions between two fields, so that no phrase runs from one into the next


# --- Folding --------------------------------------------------------------------------------------


def fold(text: str) -> str:
    """The text as it is compared: one width, one case, one shape of bracket, nothing invisible."""
    text = unicodedata.normalize("NFKC", text.translate(SHAPES)).casefold().translate(SHAPES)
    return INVISIBLE.sub("", text)


class FoldedInDatabase(Func):
    """`fold` as PostgreSQL does it, for comparing a phrase with a whole text."""

    output_field = TextField()
    template = (
        "regexp_replace(lower(normalize(translate(%(expressions)s, '"
        + OPENING
        + CLOSING
        + QUOTES
        + "', '"
        + PLAIN
        + "'), NFKC)), "
        r"'\s+', '', 'g')"
    )


# --- Writing: text → lexemes → vectors --------------------------------------------------------------


def bigrams(text: str) -> list[str]:
    """The pairs of neighbouring characters, and the last character alone: each character begins one lexeme."""
    folded = fold(text)
    return [folded[start : start + 2] for start in range(len(folded))]


def words_of(text: str) -> Iterator[str]:
    """The words of the text and every dictionary word within them, without punctuation.

    A query is cut without its neighbours: what was one word in the text may be asked for by a part of it.
    """
    for line in map(fold, text.splitlines()):
        within = (word for word in rjieba.cut_all(line) if len(word) > 1)
        yield from filter(is_word, (*rjieba.cut(line), *within))


def is_word(word: str) -> bool:
    return any(character.isalnum() for character in word) and len(word.encode()) <= LONGEST_LEXEME


def quoted(lexeme: str) -> str:
    """A lexeme in the notation of tsvector and tsquery."""
    return "'" + lexeme.replace("\\", "\\\\").replace("'", "''") + "'"


def title_lexemes(fields: Iterable[str]) -> str:
    """The fields' bigrams with their positions, as a tsvector literal."""
    placed, position = [], 1
    for field in fields:
        pairs = bigrams(field)
        placed += [f"{quoted(pair)}:{position + step}" for step, pair in enumerate(pairs)]
        position += len(pairs) + FIELD_GAP
    return " ".join(placed[: LAST_POSITION - 1])


def text_lexemes(texts: Iterable[str]) -> str:
    """The texts' different words, as a tsvector literal; of a very long text as many as a vector holds."""
    words: dict[str, None] = {}
    room = VECTOR_LIMIT
    for word in (word for text in texts for word in words_of(text)):
        if word in words:
            continue
        room -= len(word.encode())
        if room < 0:
            break
        words[word] = None
    return " ".join(map(quoted, words))


@dataclass(frozen=True, kw_only=True)
class Searchable:
    """What search knows of an item."""

    title: str
    document_number: str
    index_number: str
    texts: tuple[str, ...]

    def vectors(self) -> dict[str, Combinable]:
        """The values of the item's two search columns."""
        titles = title_lexemes([self.title, self.document_number, self.index_number])
        return {
            "title_vector": Cast(Value(titles), SearchVectorField()),
            "text_vector": Cast(Value(text_lexemes(self.texts)), SearchVectorField()),
        }


# --- Asking: words → query ------------------------------------------------------------------------------


@SearchVectorField.register_lookup
class Holds(Lookup[bool]):
    """`vector__holds=tsquery`: the vector against lexemes that we wrote ourselves, which no parser must cut again."""

    lookup_name = "holds"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        vector, parameters = self.process_lhs(compiler, connection)
        return f"{vector} @@ %s::tsquery", (*parameters, self.rhs)


@dataclass(frozen=True, slots=True)
class Wanted:
    """One word of the query, folded; a phrase stood in quotation marks."""

    text: str
    is_phrase: bool


def wanted(query: str) -> list[Wanted]:
    """The query's words and quoted phrases; without any, the query asks for nothing."""
    found = [
        Wanted(text=fold(phrase or word), is_phrase=bool(phrase))
        for phrase, word in PHRASE_OR_WORD.findall(query[:LONGEST_QUERY])
    ]
    return [one for one in found if one.text][:MOST_WORDS]


def matches(query: str) -> Q:
    """All words of the query stand in the item's title and numbers or in its text; no words match nothing."""
    return _all(_in_title(one) | _in_text(one) for one in wanted(query))


def title_matches(query: str) -> Q:
    """All words of the query stand in the item's title and numbers: these items are listed first."""
    return _all(_in_title(one) for one in wanted(query))


def _all(conditions: Iterable[Q]) -> Q:
    return reduce(and_, conditions, Q()) or Q(pk__in=[])


def _in_title(one: Wanted) -> Q:
    return Q(title_vector__holds=title_query(one.text))


def _in_text(one: Wanted) -> Q:
    found = text_query(one.text)
    if not found:
        return Q(pk__in=[])
    in_text = Q(text_vector__holds=found)
    return in_text & contains(one.text) if one.is_phrase else in_text


def title_query(text: str) -> str:
    """Neighbouring pairs in this order, as a tsquery; a single character is the beginning of a pair."""
    if len(text) == 1:
        return f"{quoted(text)}:*"
    return " <-> ".join(quoted(text[start : start + 2]) for start in range(len(text) - 1))


def text_query(text: str) -> str:
    """The words of the text, all wanted, as a tsquery; a single character is the beginning of a word."""
    if len(text) == 1:
        return f"{quoted(text)}:*" if is_word(text) else ""
    return " & ".join(quoted(word) for word in rjieba.cut(text) if is_word(word))


def contains(phrase: str) -> Q:
    """The folded phrase stands in the body, the summary or an attachment's label."""
    return Q(Contains(FoldedInDatabase(F("body")), phrase)) | Q(Contains(FoldedInDatabase(F("summary")), phrase))
