"""The figures as tables in words, which office, units and public share; and as the public may have them, small numbers taken out."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from disclosure.hotline.figures.counting import COLUMNS, RATES, Counts, HotlineFigures, Key
from disclosure.hotline.figures.suppression import LEAST, hide_small
from disclosure.models import HotlineTopic
from disclosure.requests.office.standing import share_words
from ninghai.models import Unit

LABELS = {"taken": "受理", "handed": "转办"} | {rate.code: rate.label for rate in RATES}
BESIDE = {rate.code: rate.beside_words for rate in RATES}
BY = {"units": [code for code in COLUMNS if code != "taken"], "topics": [*COLUMNS], "county": [*COLUMNS]}
RUNNING = frozenset({"signing", "pending"})  # what is not judged yet
HIDDEN = "不公布"
Hides = Callable[[str, Key, str], bool]  # the table, the row, the column


def tables_of(figures: HotlineFigures, hides: Hides = lambda *cell: False) -> dict[str, Any]:
    """By unit and by topic, in plain numbers: each row that has any, by name, and the county's; None is what may not be told."""
    units, topics = Unit.objects.order_by("position", "code"), HotlineTopic.objects.all()
    listed: dict[str, list[tuple[Key, str]]] = {
        "units": [*units.values_list("pk", "short_name"), (None, "当场答复、待转办")],
        "topics": [*topics.values_list("pk", "name"), (None, "未归类")],
        "county": [(None, "全县")],
    }
    kept: dict[str, Any] = {"first": figures.county["first"]}
    for by, rows in listed.items():
        told = [(key, name, figures.by[by].get(key, Counts())) for key, name in rows]
        kept[by] = [
            [name, {code: None if hides(by, key, code) else cell for code, cell in numbers_of(counts, by).items()}]
            for key, name, counts in told
            if by == "county" or any(counts[each] for code in BY[by] for each in COLUMNS[code])
        ]
    return kept


def numbers_of(counts: Counts, by: str) -> dict[str, list[int]]:
    return {code: [counts[each] for each in COLUMNS[code]] for code in BY[by]}


def public_tables(figures: HotlineFigures) -> dict[str, Any]:
    """The numbers that may be told, and no others. What still runs is left out: it would be small nearly everywhere."""
    hides = hidden_from_public(figures)
    kept = tables_of(without_running(figures), hides)
    return kept | ({"first": None} if hides("county", None, "handed") or 0 < kept["first"] < LEAST else {})


def hidden_from_public(figures: HotlineFigures) -> Hides:
    told = without_running(figures)
    hidden = {by: hide_small(told.by[by], told.county, BY[by]) for by in ("units", "topics")}
    dropped = hidden["units"].dropped | hidden["topics"].dropped  # both tables have the same total
    return lambda by, key, code: code in dropped or (by in hidden and key in hidden[by].rows[code])


def without_running(figures: HotlineFigures) -> HotlineFigures:
    told = HotlineFigures(figures.period)
    for by, rows in figures.by.items():
        for key, counts in rows.items():
            told.by[by][key] = Counts({name: n for name, n in counts.items() if name not in RUNNING})
    return told


def cells_of(numbers: Mapping[str, Sequence[int] | None], by: str) -> list[tuple[str, str]]:
    """Each cell with the head of its column: a rate with what it is reckoned from, and what stands beside it."""
    return [(LABELS[code], _words(code, numbers[code])) for code in BY[by]]


def _words(code: str, numbers: Sequence[int] | None) -> str:
    if numbers is None:
        return HIDDEN
    if len(numbers) == 1:
        return str(numbers[0])
    part, whole, *beside = numbers
    also = [f"{BESIDE[code]}{number}" for number in beside if number]
    return "，".join(filter(None, [share_words(part, whole), *also])) or "—"


def shown_tables(kept: Mapping[str, Any]) -> dict[str, Any]:
    """As `_hotline_figures.html` shows them, the county's line last."""
    return {
        by: {
            "heads": [LABELS[code] for code in BY[by]],
            "rows": [(name, cells_of(numbers, by)) for name, numbers in [*kept[by], *kept["county"]]],
        }
        for by in ("units", "topics")
    }
