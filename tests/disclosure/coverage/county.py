"""A small county's duties, and items that become public on a given day; the portal lives on 20 November 2018."""

from datetime import date, datetime, time

from django.utils import timezone

from disclosure.models import CatalogueEntry, EntryUnit, Item
from disclosure.models.basic_catalogue import UpdateRhythm
from ninghai.models import Unit
from tests.cast import Cast
from tests.disclosure import makers

ON = date(2018, 11, 20)


def duty(code: str, *units: Unit, parent: CatalogueEntry | None = None, since: date | None = None, **fields):
    """A duty of the county's catalogue that these units owe."""
    fields = {"name": f"事项{code}", "rhythm": UpdateRhythm.AS_IT_ARISES} | fields
    catalogue = makers.county_catalogue()
    entry = CatalogueEntry.objects.create(catalogue=catalogue, code=code, parent=parent, **fields)
    EntryUnit.objects.bulk_create(EntryUnit(entry=entry, unit=unit, since=since) for unit in units)
    return entry


def public(cast: Cast, on: date, *, unit: Unit | None = None, **fields) -> Item:
    """An item of the finance bureau, or of another unit, that became public on the day."""
    item = makers.published(cast, at=moment(on), **fields)
    if unit:
        Item.objects.filter(pk=item.pk).update(unit=unit)
        item.refresh_from_db()
    return item


def moment(day: date, hour: int = 10) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(hour)))
