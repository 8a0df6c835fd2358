"""The parameters of an address: only what a page knows goes on into its links."""

from collections.abc import Iterable

from django.http import QueryDict


def only(data: QueryDict, names: Iterable[str]) -> QueryDict:
    """The parameters of these names, as they were sent; whatever else somebody has added stays behind."""
    known, kept = frozenset(names), QueryDict(mutable=True)
    for name, values in data.lists():
        if name in known:
            kept.setlist(name, values)
    return kept
