"""Duties of a catalogue, and its editions, for tests."""

from collections.abc import Sequence

from disclosure.basic_catalogue.services import proposal_for, publish_edition
from disclosure.models import BasicCatalogue, CatalogueEdition, CatalogueEntry, EntryUnit
from ninghai.models import Unit, User
from tests.disclosure.makers import AT

TODAY = AT.date()


def duty(heading: CatalogueEntry, code: str, name: str, *, units: Sequence[Unit] = (), **fields) -> CatalogueEntry:
    """A duty below the heading, due within 20 working days, unless it is told otherwise."""
    usual = {"time_limit": "20个工作日内", "limit_amount": 20, "limit_unit": "working_day", "limit_event": "formed"}
    entry = CatalogueEntry.objects.create(
        catalogue=heading.catalogue, parent=heading, code=code, name=name, **(usual | fields)
    )
    EntryUnit.objects.bulk_create([EntryUnit(entry=entry, unit=unit) for unit in units])
    return entry


def edition_of(catalogue: BasicCatalogue, *, by: User, note: str = "首次发布", at=AT) -> CatalogueEdition:
    """What the office publishes after it was shown the changes."""
    seen = proposal_for(catalogue, on=at.date()).seen
    return publish_edition(catalogue=catalogue, note=note, seen=seen, by=by, at=at)


def entry(code: str) -> CatalogueEntry:
    return CatalogueEntry.objects.get(code=code)
