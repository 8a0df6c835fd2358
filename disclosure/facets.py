"""Narrowing the catalogue by links: each choice with its number, and what has been chosen, to be taken off again."""

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import quote, urlencode

from disclosure.models import Item
from disclosure.options import Options
from disclosure.search.hits import LIMIT
from disclosure.states import Validity
from disclosure.tally import Tally

MOST_CHOICES = 40  # of a facet; what is rarer is reached by narrowing otherwise
IN_SIGHT = 6
LABELS = {
    "kind": "信息类型",
    "year": "发布年份",
    "unit": "发布机构",
    "topic": "主题分类",
    "entry": "公开事项",
    "validity": "时效",
}

CODES = {"kind": Item.Kind, "validity": Validity}


@dataclass(frozen=True, slots=True)
class Choice:
    label: str
    count: str
    url: str


@dataclass(frozen=True, slots=True)
class Facet:
    """The frequent choices are in sight, the others behind 更多."""

    name: str
    label: str
    first: list[Choice]
    others: list[Choice]


@dataclass(frozen=True, slots=True)
class Chosen:
    """A condition that is set, and the address without it."""

    label: str
    value: str
    url: str


def facets(tally: Tally, *, options: Options, params: dict[str, str], chosen: Iterable[str]) -> list[Facet]:
    """What the list can still be narrowed by: a facet with one choice would change nothing."""
    found = []
    for name, label in LABELS.items():
        if name in chosen:
            continue
        choices = _choices(name, tally, options, address_without(params, name))
        if len(choices) > 1:
            found.append(Facet(name, label, choices[:IN_SIGHT], choices[IN_SIGHT:MOST_CHOICES]))
    return found


def _choices(name: str, tally: Tally, options: Options, address: str) -> list[Choice]:
    known = _known(name, options)
    counted = [(number, key) for key, number in tally.counts[name].items() if key in known]
    if name == "year":
        counted.sort(key=lambda pair: str(pair[1]), reverse=True)
    else:
        counted.sort(key=lambda pair: (-pair[0], known[pair[1]][0]))
    return [
        Choice(known[key][1], count_of(number, is_least=tally.is_least), f"{address}{name}={quote(known[key][0])}")
        for number, key in counted
    ]


def _known(name: str, options: Options) -> dict[object, tuple[str, str]]:
    """Code and label of each choice, by what it is counted under."""
    if name == "year":
        return {int(code): (code, label) for code, label in options.years}
    if name in CODES:
        return {value: (value, f"{label}") for value, label in CODES[name].choices}
    return dict(options.by_key[name])


def count_of(number: int, *, is_least: bool = False) -> str:
    """Exact below 10,000."""
    if number >= LIMIT:
        return f"{LIMIT:,}+"
    return f"{number:,}+" if is_least else f"{number:,}"


def conditions(labels: dict[str, str], *, params: dict[str, str]) -> list[Chosen]:
    """What has been chosen, in words."""
    return [
        Chosen(label, labels[name], address_without(params, name).rstrip("&?") or "?")
        for name, label in LABELS.items()
        if name in labels
    ]


def address_without(params: dict[str, str], name: str) -> str:
    """`?…&`: the other conditions, from the first page on."""
    kept = {known: value for known, value in params.items() if known != name}
    return f"?{urlencode(kept)}&" if kept else "?"
