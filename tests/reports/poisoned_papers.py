"""Poisoned texts, and papers of every kind with the poison in every place where typed text reaches them."""

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

from tests.reports import made_up

EMOJI = "".join(map(chr, [*range(0x1F300, 0x1FAFF), *range(0x2600, 0x27BF)]))
POISONS = {
    "ten megabytes": "超长文字" * 2_500_000,
    "an endless word": "W" * 1_000_000,
    "deep tables": "<table><tr><td>" * 60_000,
    "deep brackets": "(" * 500_000 + "县" + ")" * 500_000,
    "open brackets": "(县" * 500_000,
    "control characters": "".join(map(chr, range(0x20))) * 5_000 + "\x7f\x80\x9f\ufffe\uffff",
    "every emoji": EMOJI * 20,
    "turned about": "\u202e\u2066\u202b反\u2069\u200f" * 50_000,
    "accents": "e" + "\u0301" * 200_000,
    "surrogate-like and private": "\ue000\U000f0000\U0010ffff" * 10_000,
    "spaces": " \u3000\u00a0\n" * 100_000,
}
FREE = {"notice.title", "note", "requirement", "text", "unit", "point", "words", "rule", "rules", "scheme", "part", "name",
        "title", "addressee", "remark", "copied_to", "seed", "key", "label", "standing", "change"}  # fmt: skip


def places(value: Any, *, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Where a snapshot holds typed text: the first of every list stands for the others."""
    if isinstance(value, dict):
        for name, item in value.items():
            yield from places(item, path=(*path, name))
    elif isinstance(value, list):
        if value:
            yield from places(value[0], path=(*path, 0))
    elif isinstance(value, str) and FREE & {path[-1], path[-2] if len(path) > 1 else ""}:
        yield path


def poisoned(snapshot: dict[str, Any], poison: str) -> dict[str, Any]:
    """A copy with the poison in every place at once; a place that must agree with another is poisoned with it."""
    snapshot = deepcopy(snapshot)
    for path in list(places(snapshot)):
        holder = snapshot
        for step in path[:-1]:
            holder = holder[step]
        holder[path[-1]] = poison
    return snapshot


SMALL = {
    "progress": lambda: made_up.progress(units=3, points=9),
    "unit-progress": lambda: made_up.unit_progress(points=9),
    "spot-check": lambda: made_up.spot_check(units=3, points=9),
    "overdue": lambda: made_up.overdue(units=3, points=9),
    "score": lambda: made_up.score(units=3),
}
