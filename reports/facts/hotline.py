"""The hotline (12345热线) in plain rows for the county: counts and rates in words, with small numbers taken out; nothing of any caller."""

from collections.abc import Callable, Mapping
from typing import Any

from disclosure.hotline.figures.counting import HotlineFigures
from disclosure.hotline.figures.ranking import WEIGHED, rank_units, year_so_far
from disclosure.hotline.figures.tables import HIDDEN, hidden_from_public, public_tables, shown_tables
from disclosure.models import HotlineRanking
from ninghai.models import Unit


def hotline_facts(figures: HotlineFigures) -> Mapping[str, Any]:
    """Counted once; the paper goes to every unit, so that each reads of the others what the public may."""
    rule, tables = HotlineRanking.on(figures.period.since), public_tables(figures)
    taken, units = tables["county"][0][1]["taken"], shown_tables(tables)["units"]
    rows = [[name, *(cell for _, cell in cells)] for name, cells in units["rows"]]
    year = year_so_far(figures)
    ranked, score, so_far = rank_units(figures, year=year, rule=rule), _telling(figures), _telling(year)
    return {
        "since": figures.period.since.isoformat(),
        "bar": rule.bar,
        "taken": taken and taken[0],
        "first": tables["first"],
        "overdue": figures.county["overdue"],
        "heads": units["heads"],
        "county": rows[-1][1:],
        "units": rows[:-1],
        "places": [
            {
                "unit": row.unit.short_name,
                "rank": row.rank,
                "score": score(row.unit, row.score) if row.rank else "",
                "year": so_far(row.unit, row.year),
            }
            for row in ranked
        ],
    }


def _telling(figures: HotlineFigures) -> Callable[[Unit, str], str]:
    """A unit's mean in words, but where one of the rates behind it is hidden: from the mean and the others it could be reckoned."""
    hides = hidden_from_public(figures)
    return lambda unit, mean: HIDDEN if any(hides("units", unit.pk, rate.code) for rate in WEIGHED) else mean
