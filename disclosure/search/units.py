"""Units that a query names: their own papers answer it, whether or not the name stands in them, and come first.

The names are those of the table of units: full, short, every other (其他叫法), each also without the county before it
(宁海县财政局, 县财政局, 财政局). What a renamed unit published under its former row is its own; what those have published from
which it took over, or which took over from it, comes behind.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.conf import settings

from disclosure.search.asking import Wanted
from disclosure.search.folding import fold
from ninghai.models import Unit

COUNTY = "县"


@dataclass(frozen=True, slots=True)
class Own:
    """The papers of some units, among which the other words of the query are looked for."""

    units: frozenset[int]
    rest: tuple[Wanted, ...]


@dataclass(frozen=True, slots=True)
class _Known:
    pk: int
    names: frozenset[str]
    credit_code: str
    successor: int | None


def own_papers(asked: Sequence[Wanted]) -> list[Own]:
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


def units_of(one: Wanted) -> frozenset[int]:
    """Every unit whose papers this one word finds."""
    return frozenset(unit for own in own_papers([one]) for unit in own.units)


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
    county = fold(settings.COUNTY_NAME)
    for folded in map(fold, names):
        yield folded
        bare = folded.removeprefix(county).removeprefix(COUNTY)
        if len(bare) > 1 and bare != folded:
            yield from (bare, f"{COUNTY}{bare}", f"{county}{bare}")
        elif len(folded) > 1:
            yield f"{county}{folded}"
