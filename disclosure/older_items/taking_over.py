"""The one door through which a row becomes a public item (收录历史信息).

An import is a signed act of the office for information that is public elsewhere already: it needs no review here, but
whoever asked for it answers for it by name, and nothing with personal data passes without a coded reason.
"""

from datetime import date, datetime, time
from uuid import UUID, uuid5

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from disclosure import rules
from disclosure.index_numbers import accept_imported_number, allocate_index_number
from disclosure.models import Attachment, ContentScan, ImportRow, Item, Ruling
from disclosure.older_items.examining import Examined
from disclosure.privacy.file_scans import key_of
from disclosure.privacy.gate import require_clean
from disclosure.privacy.rulings import ruling_on
from disclosure.searchable import search_columns
from ninghai.files.public_copy import store_with_copy
from ninghai.models import AuditEntry, User
from ninghai.moves import require


@transaction.atomic
def take_over_item(*, row: ImportRow, examined: Examined, by: User, at: datetime) -> Item:
    """Put the row's item into the catalogue as public since its own day, under its own number or a new one."""
    require(rules.can_import_items(by))
    if examined.problems or examined.unit is None:
        raise ValidationError([problem.message for problem in examined.problems])
    number = accept_imported_number(examined.index_number) if examined.index_number else ""
    item = Item.objects.create(
        **examined.fields, unit=examined.unit, is_imported=True, drafted_by=by, drafted_at=at, form_id=form_id_of(row)
    )
    _attach(item, examined, by=by, at=at)
    _rule(item, examined, by=by, at=at)
    require_clean(item)
    number = number or allocate_index_number(item, at=at)
    since = first_moment(item.original_published_on) if item.original_published_on else at
    found_by = search_columns(item, index_number=number, at=since)
    item.publish(by=by, at=at, index_number=number, public_since=since, **found_by)
    detail = {"import": row.item_import_id, "row": row.number, "original": f"{item.original_published_on}"}
    AuditEntry.objects.record(action="import_items", target=item, by=by, at=at, detail=detail)
    return item


def first_moment(day: date) -> datetime:
    """The beginning of the day in the county's time: of then, no more than the day is known."""
    return timezone.make_aware(datetime.combine(day, time.min))


def form_id_of(row: ImportRow) -> UUID:
    """The same for the row in every round: a second item of one row would break a rule of the database."""
    return uuid5(row.item_import.form_id, f"{row.number}")


def _attach(item: Item, examined: Examined, *, by: User, at: datetime) -> None:
    for position, file in enumerate(examined.files, start=1):
        named = {"name": file.label, "media_type": file.media_type}
        copy = store_with_copy(data=file.data, copy=file.copy, by=by, at=at, **named)
        stored, original = copy.copy or copy.original, copy.original
        Attachment.objects.create(
            item=item,
            file=stored,
            original=original if original != stored else None,
            label=file.label,
            position=position,
        )
        known = {"file": stored, "hits": file.found, "text": file.text, "scanned_at": at}
        ContentScan.objects.update_or_create(content_hash=key_of(stored), defaults=known)


def _rule(item: Item, examined: Examined, *, by: User, at: datetime) -> None:
    """The row's reason holds for everything personal that was found in it."""
    reason, note = examined.exception, examined.exception_note
    if reason is None:
        return
    hits = {hit.fingerprint: hit for hit in examined.hits}
    Ruling.objects.bulk_create(
        ruling_on(hit, item=item, reason=reason, note=note, by=by, at=at) for hit in hits.values()
    )
