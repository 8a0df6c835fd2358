"""The URL map as a list: every address that has a name, and how to write it out with what is known of records."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache

from django.urls import (
    NoReverseMatch,
    Resolver404,
    ResolverMatch,
    URLPattern,
    URLResolver,
    get_resolver,
    resolve,
    reverse,
)


@dataclass(frozen=True, slots=True)
class Place:
    """One named address: its name with its namespace, its route, and what the route asks for, in order."""

    name: str
    route: str
    asks_for: tuple[str, ...]

    @property
    def root(self) -> str:
        """The route up to the first thing that it asks for."""
        return self.route.split("<")[0].split("(")[0]


def places() -> list[Place]:
    """Every named address of the portal, each name once."""
    return list({place.name: place for place in _walk(get_resolver().url_patterns)}.values())


def _walk(
    patterns: Iterable[URLPattern | URLResolver], route: str = "", space: str = "", asks_for: tuple[str, ...] = ()
) -> Iterator[Place]:
    for each in patterns:
        here = route + str(each.pattern).lstrip("^")
        asked = (*asks_for, *(each.pattern.converters or each.pattern.regex.groupindex))
        if isinstance(each, URLResolver):
            below = f"{space}{each.namespace}:" if each.namespace else space
            yield from _walk(each.url_patterns, here, below, asked)
        elif each.name:
            yield Place(space + each.name, here, asked)


def kind_of(address: str) -> str | None:
    """The name of the address in the URL map."""
    match = match_of(address)
    return match.view_name if match else None


@cache
def match_of(address: str) -> ResolverMatch | None:
    try:
        return resolve(address)
    except Resolver404:
        return None


def written_out(place: Place, seen: Iterable[str], *, most: int = 2) -> list[str]:
    """Addresses of this place, naming the records of the addresses seen that begin alike."""
    if not place.asks_for:
        return [_written(place, ())]
    found: dict[str, None] = {}
    matches = [match for address in seen if (match := match_of(address)) and match.kwargs]
    alike = [match for match in matches if match.route.removeprefix("^").startswith(place.root)]
    for match in sorted(alike, key=lambda match: -_common(place.route, match.route)):
        values = [match.kwargs[name] for name in place.asks_for if name in match.kwargs] or list(match.kwargs.values())
        if len(values) >= len(place.asks_for):
            found[_written(place, tuple(values))] = None
    return [address for address in found if address][:most]


def _written(place: Place, values: tuple[object, ...]) -> str:
    try:
        return reverse(place.name, kwargs=dict(zip(place.asks_for, values, strict=False)))
    except NoReverseMatch:
        return ""


def _common(one: str, other: str) -> int:
    return next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
