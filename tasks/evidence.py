"""Where `tasks` learns about the public catalogue, on which evidence may rest: `disclosure` registers a lookup when it starts."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class CatalogueItem:
    """A published item, as much as evidence shows of it."""

    title: str
    url: str


class CatalogueLookup(Protocol):
    """The items published at that moment among these index numbers (索引号)."""

    def __call__(self, index_numbers: Collection[str], *, at: datetime) -> Mapping[str, CatalogueItem]: ...


_lookups: list[CatalogueLookup] = []


def register_catalogue(lookup: CatalogueLookup) -> None:
    """Called once, from the `ready()` of the app that keeps the catalogue."""
    _lookups[:] = [lookup]


def catalogue_items(index_numbers: Collection[str], *, at: datetime) -> dict[str, CatalogueItem]:
    """The published items of these index numbers; unknown and unpublished ones are absent."""
    if not index_numbers:
        return {}
    return {number: item for lookup in _lookups for number, item in lookup(index_numbers, at=at).items()}
