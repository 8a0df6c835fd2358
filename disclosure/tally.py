"""How many of the listed items belong to each unit, topic, duty, kind and year: what the catalogue can be narrowed by.

Of what words find, the hits are counted as they were collected: exact up to 10,000; beyond, each number is how many
there are at least. Without words PostgreSQL counts all of them, once for as long as nothing public changes.
"""

from dataclasses import dataclass

from django.utils import timezone

from disclosure.listing import Found
from disclosure.search.counting import Counts, counts_of
from ninghai.public_pages.kept import KeptPerRevision


@dataclass(frozen=True, slots=True)
class Tally:
    """`counts` by what is counted, then by key, code or year; `is_least` says that there may be more of each."""

    total: int
    counts: Counts
    is_least: bool = False


_kept: KeptPerRevision[Tally] = KeptPerRevision()


def tally_of(found: Found, *, conditions: dict[str, str], revision: str) -> Tally:
    """`conditions` are those that have left the found items: they and the day are all that the numbers depend on."""
    if found.words:
        return Tally(len(found.hits.pks), found.hits.counts, found.hits.is_more)
    key = (timezone.localdate(found.at), *sorted(conditions.items()))
    return _kept.get(key, lambda: Tally(*counts_of(found.items)), revision=revision)
