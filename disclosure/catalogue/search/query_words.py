"""A query → conditions on items: its words, the units that it names, and how both are asked of PostgreSQL."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial, reduce
from itertools import groupby
from operator import and_, or_
from typing import Any

import rjieba
from django.conf import settings
from django.contrib.postgres.search import SearchVectorField
from django.db.models import Lookup, Q

from disclosure.catalogue.search.lexemes import (
    CITED,
    RUN,
    fold_for_search,
    is_name,
    latin_pieces,
    name_lexeme,
    quoted,
    windows,
    without_county,
)
from ninghai.models import Unit

# The words of a query: several words must all be found, quotation marks hold a string that stands exactly so.

PHRASE_OR_WORD = re.compile(r'["“”「」『』]([^"“”「」『』]+)["“”「」『』]|([^\s"“”「」『』]+)')
LONGEST_QUERY = 100  # characters
MOST_WORDS = 10
LONGEST_UNCUT = 4  # characters; a longer string is looked for by its words, which may stand anywhere
EXACT = 2  # characters; what is that short is found exactly by its one pair


@dataclass(frozen=True, slots=True)
class QueryTerm:
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


def wanted(query: str) -> list[QueryTerm]:
    """The query's words and quoted phrases; without any, the query asks for nothing."""
    found = [
        QueryTerm(typed=phrase or word, text=fold_for_search(phrase or word), is_phrase=bool(phrase))
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


def text_query(one: QueryTerm) -> str:
    """The lexemes as a tsquery; single letters and digits are beginnings of one; "" if there is nothing to look up."""
    if lexemes := one.lexemes:
        return " & ".join(map(quoted, lexemes))
    return " & ".join(f"{quoted(run)}:*" for run in RUN.findall(one.text))


def title_query(one: QueryTerm) -> str:
    """Neighbouring pairs in this order, as a tsquery; a single character is the beginning of a pair."""
    if len(one.text) == 1:
        return f"{quoted(one.text)}:*"
    return " <-> ".join(quoted(one.text[start : start + 2]) for start in range(len(one.text) - 1))


# Units that a query names: their own papers answer it, whether or not the name stands in them, and come first.

COUNTY = "县"


@dataclass(frozen=True, slots=True)
class Own:
    """The papers of some units, among which the other words of the query are looked for."""

    units: frozenset[int]
    rest: tuple[QueryTerm, ...]


@dataclass(frozen=True, slots=True)
class _Known:
    pk: int
    names: frozenset[str]
    credit_code: str
    successor: int | None


def own_papers(asked: Sequence[QueryTerm]) -> list[Own]:
    """For each word that names a unit, in the order of the words: its own papers, then those of its kin. None twice."""
    words = [one for one in asked if not one.is_phrase]  # what is quoted is looked for as it stands
    if not words:
        return []
    known = list(_read())
    found: list[Own] = []
    passed: set[int] = set()
    for one in words:
        rest = tuple(other for other in asked if other is not one)
        for units in _named(one.text, known):
            if new := frozenset(units - passed):
                found.append(Own(new, rest))
                passed |= new
    return found


def _named(text: str, known: Sequence[_Known]) -> Iterator[set[int]]:
    named = {each.pk for each in known if text in each.names}
    if not named:
        return
    codes = {each.credit_code for each in known if each.pk in named and each.credit_code}
    itself = named | {each.pk for each in known if each.credit_code in codes}
    yield itself
    yield _kin(itself, {each.pk: each.successor for each in known})


def _kin(units: set[int], successors: Mapping[int, int | None]) -> set[int]:
    """Those from which they took over, and those which took over from them, over all generations."""
    later, earlier = set(units), set(units)
    while new := {successor for unit in later if (successor := successors.get(unit))} - later:
        later |= new
    while new := {unit for unit, successor in successors.items() if successor in earlier} - earlier:
        earlier |= new
    return (later | earlier) - units


def _read() -> Iterator[_Known]:
    columns = ("pk", "name", "short_name", "aliases", "credit_code", "successor")
    for pk, name, short_name, aliases, credit_code, successor in Unit.objects.order_by().values_list(*columns):
        yield _Known(pk, frozenset(_ways([name, short_name, *aliases])), credit_code, successor)


def _ways(names: Iterable[str]) -> Iterator[str]:
    """Each name as it is compared, and without the county before it."""
    county = fold_for_search(settings.COUNTY_NAME)
    for folded in map(fold_for_search, names):
        yield folded
        bare = folded.removeprefix(county).removeprefix(COUNTY)
        if len(bare) > 1 and bare != folded:
            yield from (bare, f"{COUNTY}{bare}", f"{county}{bare}")
        elif len(folded) > 1:
            yield f"{county}{folded}"


# A query → conditions on items.

NOTHING = Q(pk__in=[])


@SearchVectorField.register_lookup
class Holds(Lookup[bool]):
    """`vector__holds=tsquery`: the vector against lexemes that we wrote ourselves, which no parser must cut again."""

    lookup_name = "holds"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        vector, parameters = self.process_lhs(compiler, connection)
        return f"{vector} @@ %s::tsquery", (*parameters, self.rhs)


def matches(query: str, *, months: Sequence[str] = ()) -> Q:
    """All words of the query are found in the item, one of them perhaps as the name of its unit; no words match nothing.

    `months` are those it was published in.
    """
    asked = wanted(query)
    return words_or_unit(asked, own_papers(asked), months=months)


def words_or_unit(asked: Sequence[QueryTerm], owns: Sequence[Own], *, months: Sequence[str] = ()) -> Q:
    """The same, where the units that the words name have been looked up."""
    conditions = [all_words(asked, months=months), *(papers_of(own, months=months) for own in owns)]
    return reduce(or_, conditions)


def papers_of(own: Own, *, months: Sequence[str] = ()) -> Q:
    """What these units published, with the other words of the query in it."""
    of_units = Q(unit__in=own.units)
    if own.rest:
        return of_units & all_words(own.rest, months=months)
    return of_units & Q(text_vector__holds=_one_of(months)) if months else of_units


def all_words(asked: Sequence[QueryTerm], *, months: Sequence[str] = ()) -> Q:
    """All these words stand in the item.

    A title's pairs stand in the text's vector too, so that one index answers for both.
    """
    in_text = [found for one in asked if (found := text_query(one))]
    in_title = [title_query(one) for one in asked if not text_query(one)]
    conditions = [
        *_holds("text_vector", in_text, months),
        *_holds("title_vector", in_title, months),
        *(Q(search_text__contains=one.text) for one in asked if one.is_phrase and not one.is_exact_by_lexemes),
    ]
    return reduce(and_, conditions) if conditions else NOTHING


def title_matches(asked: Sequence[QueryTerm], *, months: Sequence[str] = ()) -> Q:
    """All these words stand in the item's title and numbers as they were typed."""
    return in_title(" & ".join(map(title_query, asked)), months=months)


def one_matches(one: QueryTerm) -> Q:
    """A single word of a query, for saying which one is found nowhere."""
    typed = f'"{one.typed}"' if one.is_phrase else one.typed
    return matches(typed)


def _holds(column: str, queries: Iterable[str], months: Sequence[str]) -> Iterable[Q]:
    wanted_together = [f"({found})" for found in queries]
    if not wanted_together:
        return
    if months:
        wanted_together.append(f"({_one_of(months)})")
    yield Q(**{f"{column}__holds": " & ".join(wanted_together)})


def _one_of(months: Sequence[str]) -> str:
    return " | ".join(map(quoted, months))


# What stands first: the closer the words are to what a paper is called, the earlier it comes.

Rank = Callable[..., Q]  # a condition on items, of these `months` or of all
INTERPRETATION = "interpretation"  # `Item.Kind`, whose model asks this module: it follows what it explains


def order(asked: Sequence[QueryTerm], owns: Sequence[Own]) -> Iterator[Q]:
    """The parts of a list by relevance, one after the other; what an earlier one has is left out of the later ones."""
    if is_name_of_a_paper(owns):
        yield in_title(called(asked)) & words_or_unit(asked, owns)
    for own in owns:
        yield from (close & papers_of(own) for close in _closest(own.rest))
        yield papers_of(own)
    yield from (close & all_words(asked) for close in _closest(asked))
    yield all_words(asked)


def _closest(asked: Sequence[QueryTerm]) -> Iterator[Q]:
    for rank in ranks(asked):
        yield from (rank() & ~Q(kind=INTERPRETATION), rank())


def is_name_of_a_paper(owns: Sequence[Own]) -> bool:
    """Whether the words may be the name of a paper though a unit is among them: they are more than the unit's name."""
    return bool(owns) and all(own.rest for own in owns)


def ranks(asked: Sequence[QueryTerm], *, is_frequent: bool = False) -> list[Rank]:
    """Called so; beginning so; with the words as they stand in title or numbers; with all of them anywhere there.

    Of frequent words no beginnings are looked for: they are too many to be gone through.
    """
    parts = [QueryTerm(part, part, is_phrase=True) for one in asked for part in one.parts]
    together = [" & ".join(map(title_query, words)) for words in (asked, parts)]
    queries = [called(asked), "" if is_frequent else called(asked, ending=":*"), *together]
    return [partial(in_title, query) for query in dict.fromkeys(queries) if query]


def called(asked: Sequence[QueryTerm], *, ending: str = "") -> str:
    """The words, all together, as the name of a paper, or as its beginning: a tsquery."""
    text = "".join(one.text for one in asked).removeprefix(CITED)
    names = [name for name in dict.fromkeys([text, without_county(text)]) if is_name(name)]
    if not ending:
        names += [CITED + name for name in names]
    return " | ".join(f"{quoted(name_lexeme(name))}{ending}" for name in names)


def in_title(query: str, *, months: Sequence[str] = ()) -> Q:
    """What a tsquery finds among titles, numbers and names; an empty one finds nothing."""
    return reduce(and_, _holds("title_vector", [query], months)) if query else NOTHING
