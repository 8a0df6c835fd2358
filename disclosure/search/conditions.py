"""A query → conditions on items."""

from collections.abc import Iterable, Sequence
from functools import reduce
from operator import and_
from typing import Any

from django.contrib.postgres.search import SearchVectorField
from django.db.models import Lookup, Q

from disclosure.search.asking import Wanted, text_query, title_query, wanted
from disclosure.search.lexemes import quoted

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
    """All words of the query are found in the item; no words match nothing. `months` are those it was published in.

    A title's pairs stand in the text's vector too, so that one index answers for both.
    """
    asked = wanted(query)
    in_text = [found for one in asked if (found := text_query(one))]
    in_title = [title_query(one) for one in asked if not text_query(one)]
    conditions = [
        *_holds("text_vector", in_text, months),
        *_holds("title_vector", in_title, months),
        *(Q(search_text__contains=one.text) for one in asked if one.is_phrase and not one.is_exact_by_lexemes),
    ]
    return reduce(and_, conditions) if conditions else NOTHING


def title_matches(query: str, *, months: Sequence[str] = ()) -> Q:
    """All words of the query stand in the item's title and numbers: these items are listed first."""
    conditions = list(_holds("title_vector", [title_query(one) for one in wanted(query)], months))
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
        wanted_together.append(f"({' | '.join(map(quoted, months))})")
    yield Q(**{f"{column}__holds": " & ".join(wanted_together)})
