"""A query → conditions on items."""

from collections.abc import Iterable, Sequence
from functools import reduce
from operator import and_, or_
from typing import Any

from django.contrib.postgres.search import SearchVectorField
from django.db.models import Lookup, Q

from disclosure.search.asking import Wanted, text_query, title_query, wanted
from disclosure.search.lexemes import quoted
from disclosure.search.units import Own, own_papers

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


def words_or_unit(asked: Sequence[Wanted], owns: Sequence[Own], *, months: Sequence[str] = ()) -> Q:
    """The same, where the units that the words name have been looked up."""
    conditions = [all_words(asked, months=months), *(papers_of(own, months=months) for own in owns)]
    return reduce(or_, conditions)


def papers_of(own: Own, *, months: Sequence[str] = ()) -> Q:
    """What these units published, with the other words of the query in it."""
    of_units = Q(unit__in=own.units)
    if own.rest:
        return of_units & all_words(own.rest, months=months)
    return of_units & Q(text_vector__holds=_one_of(months)) if months else of_units


def all_words(asked: Sequence[Wanted], *, months: Sequence[str] = ()) -> Q:
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


def title_matches(asked: Sequence[Wanted], *, months: Sequence[str] = ()) -> Q:
    """All these words stand in the item's title and numbers: such items are listed first."""
    queries = [title_query(one) for one in asked]
    conditions = list(_holds("title_vector", queries, months))
    return conditions[0] if conditions else NOTHING


def one_matches(one: Wanted) -> Q:
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
