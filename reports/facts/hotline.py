"""The hotline (12345热线) in plain rows for the county: counts and rates in words, with small numbers taken out; nothing of any caller."""

from collections.abc import Mapping
from typing import Any

from disclosure.hotline.figures.counting import HotlineFigures
from disclosure.hotline.figures.ranking import rank_units, year_so_far
from disclosure.hotline.figures.tables import public_tables, shown_tables
from disclosure.models import HotlineRanking


def hotline_facts(figures: HotlineFigures) -> Mapping[str, Any]:
    """Counted once; the paper goes to every unit, so that each reads of the others what the public may."""
    rule, tables = HotlineRanking.on(figures.period.since), public_tables(figures)
    taken, units = tables["county"][0][1]["taken"], shown_tables(tables)["units"]
    rows = [[name, *(cell for _, cell in cells)] for name, cells in units["rows"]]
    ranked = rank_units(figures, year=year_so_far(figures), rule=rule)
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
                "score": row.score if row.rank else "",
                "year": row.year,
            }
            for row in ranked
        ],
    }
