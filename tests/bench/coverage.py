"""Coverage over all items: the nightly round of 300 duties by 60 units, and the matrix that shows it."""

from collections.abc import Iterator

from disclosure.coverage.services import compute_coverage
from disclosure.models import CatalogueEntry, EntryUnit
from disclosure.models.basic_catalogue import UpdateRhythm
from ninghai.calendar import clock
from ninghai.models import Unit
from tests.bench.limits import Limit, of_page, once
from tests.bench.page_list import OFFICE, Page

UNITS, DUTIES = 60, 300
TWO_MINUTES = 120_000  # ms


def coverage() -> Iterator[Limit]:
    """Comes last: it adds duties and units until there are enough, and lets every unit owe every duty."""
    let_everybody_owe()
    number = f"{DUTIES} duties by {UNITS} units"
    yield once(f"coverage, {number}, nightly", _compute, within=TWO_MINUTES)
    yield of_page(f"coverage matrix, {number}", Page(OFFICE, "admin:disclosure_coverage_matrix"), within=1000)


def let_everybody_owe() -> None:
    """The duties that have items keep them; every rhythm comes among them."""
    parents = CatalogueEntry.objects.exclude(parent=None).values("parent")
    entries = list(CatalogueEntry.objects.exclude(pk__in=parents).order_by("pk")[:DUTIES])
    first = entries[0]
    entries += CatalogueEntry.objects.bulk_create(
        CatalogueEntry(catalogue=first.catalogue, code=f"bench{number}", name=f"测算事项{number}")
        for number in range(DUTIES - len(entries))
    )
    for number, entry in enumerate(entries):
        entry.rhythm = UpdateRhythm.values[number % len(UpdateRhythm.values)]
    CatalogueEntry.objects.bulk_update(entries, ["rhythm"])
    units = list(Unit.objects.valid(on=clock.today()).order_by("pk")[:UNITS])
    units += Unit.objects.bulk_create(
        Unit(code=f"bench{number}", name=f"测算单位{number}", short_name=f"测算单位{number}", kind=Unit.Kind.DEPARTMENT)
        for number in range(UNITS - len(units))
    )
    owing = [EntryUnit(entry=entry, unit=unit) for entry in entries for unit in units]
    EntryUnit.objects.bulk_create(owing, ignore_conflicts=True)


def _compute() -> None:
    compute_coverage(on=clock.today(), at=clock.now())
