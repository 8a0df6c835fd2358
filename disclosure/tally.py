"""How many of the listed items belong to each unit, topic, duty, kind and year: what the catalogue can be narrowed by.

Of what words find, the hits are counted as they were collected: exact up to 10,000; beyond, each number is how many
there are at least. Without words PostgreSQL counts all of them, once for as long as nothing public changes, and one list at a time.
"""

from dataclasses import dataclass
from threading import Lock

from django.utils import timezone

from disclosure.listing import Found
from disclosure.search.counting import Counts, counts_of
from ninghai.public_pages.kept import KeptPerRevision


class Busy(Exception):
    """Too many lists are being counted at this moment."""


@dataclass(frozen=True, slots=True)
class Tally:
    """`counts` by what is counted, then by key, code or year; `is_least` says that there may be more of each."""

    total: int
    counts: Counts
    is_least: bool = False


PATIENCE = 3.0  # seconds that a page waits for its turn to be counted

_kept: KeptPerRevision[Tally] = KeptPerRevision(most=1000)
_turn = Lock()  # one list at a time in a process: ever new combinations keep one thread busy, not all


def tally_of(found: Found, *, conditions: dict[str, str], revision: str) -> Tally:
    """`conditions` are those that have left the found items: they and the day are all that the numbers depend on.

    Raises Busy where others are being counted for too long.
    """
    if found.words:
        return Tally(len(found.hits.pks), found.hits.counts, found.hits.is_more)
    key = (timezone.localdate(found.at), *sorted(conditions.items()))
    if (kept := _kept.look(key, revision=revision)) is not None:
        return kept
    if not _turn.acquire(timeout=PATIENCE):
        raise Busy
    try:  # somebody before may have asked for the same
        return _kept.get(key, lambda: Tally(*counts_of(found.items)), revision=revision)
    finally:
        _turn.release()
