"""The search columns of many texts: half of the work of loading, done by other processes beside the database's own."""

import multiprocessing
import os
from collections.abc import Iterable, Iterator

import django

from disclosure.search.columns import Searchable

Literals = tuple[str, str, str]
PIECE = 250
MANY = 5_000  # below, starting processes takes longer than the work


def search_columns(texts: Iterable[Searchable | None], *, number: int) -> Iterator[Literals | None]:
    """The columns of each text in its order; what is not published has none. `number` is about how many there are."""
    if number < MANY:
        yield from map(literals, texts)
        return
    with multiprocessing.get_context("spawn").Pool(min(4, os.cpu_count() or 1), django.setup) as pool:
        yield from pool.imap(literals, texts, PIECE)


def literals(text: Searchable | None) -> Literals | None:
    return text.literals() if text else None
