"""The run: the demo's pages first, then the catalogue with many items, a large year of work, the second start."""

import os
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

from disclosure.models import Item
from tests.bench import table
from tests.bench.applications import applications
from tests.bench.catalogue import catalogue, load
from tests.bench.coverage import coverage
from tests.bench.export import exports
from tests.bench.figures import figures
from tests.bench.hotline import hotline
from tests.bench.limits import Limit, limits
from tests.bench.pages import every_page
from tests.bench.portal import Portal, second_start
from tests.bench.reports import reports
from tests.bench.snapshots import snapshots
from tests.bench.visits import visits


def measure(part: str, *, items: int) -> bool:
    """One part alone; whether all its floors are kept."""
    match part:
        case "catalogue":
            return all(one.is_kept for _, one in table.tell_floors(catalogue(items)))
        case "reports":
            return all(one.is_kept for _, one in table.tell_floors(((0, one) for one in reports()), of="reports"))
        case "exports":
            return all(one.is_kept for one in table.tell_exports(exports()))
        case "visits":
            return all(one.is_kept for _, one in table.tell_floors(((0, one) for one in visits()), of="visits"))
        case "year":
            return keeps(limits(), snapshots())
        case "applications":
            return keeps(applications())
        case "hotline":
            return keeps(hotline())
    load(items - Item.objects.count())
    return keeps(coverage())


def keeps(*parts: Iterator[Limit]) -> bool:
    return all(one.is_kept for one in table.tell_limits(chain.from_iterable(parts)))


def run(*, portal: Portal, items: int, results: Path) -> bool:
    """All of it, kept in a file; whether all floors are kept."""
    load = os.getloadavg()[0]
    table.say(f"load of the machine at the start: {load:.2f}")
    pages = every_page()
    table.tell_pages(pages)
    floors = table.tell_floors(catalogue(items))
    floors += table.tell_floors(((0, one) for one in reports()), of="reports")
    compared = list(figures())
    table.tell_figures(compared, items=items)
    files = table.tell_exports(exports())
    large_year = table.tell_limits(chain(applications(), hotline(), limits(), snapshots(), coverage()))
    started = second_start(portal)
    table.say(f"make run, second start: {started:.1f} s")
    table.keep(
        results,
        items=items,
        load=load,
        floors=floors,
        figures=compared,
        exports=files,
        limits=large_year,
        pages=pages,
        second_start=started,
    )
    told = [*(one for _, one in floors), *files, *large_year]
    missed = sum(not one.is_kept for one in told)
    table.say(f"{len(told) - missed} of {len(told)} floors kept")
    return not missed
