"""Everything personal in what the public would read of an item: its text fields, its files and their names.

What is looked into is the public copy of a file, never the file as it was uploaded: that one stays private.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property

from disclosure.models import Item, Ruling
from disclosure.privacy.file_scans import look_at_once, scan_of
from disclosure.public_copies import make_at_once
from ninghai import clock
from ninghai.files.public_copy import copy_of
from ninghai.models import StoredFile
from ninghai.personal_data.body import find_in_body
from ninghai.personal_data.hit import Hit, Kind
from ninghai.personal_data.masking import masked

TEXT_FIELDS = (
    "title",
    "document_number",
    "summary",
    "body",
    "source",
    "unified_number",
    "audience",
    "method_explanation",
    "openness_mark",
    "change_note",
)
WHOLE = frozenset(
    {Kind.HIDDEN_DATA, Kind.PICTURE, Kind.SENSITIVE_COLUMN}
)  # their words alone do not tell what is there


@dataclass(frozen=True, kw_only=True)
class ItemHit:
    """A hit and where it stands: in a field of the item, or in a file (`file` as it is called on the page)."""

    kind: Kind
    text: str
    place: str
    certain: bool
    field: str = ""
    start: int = 0
    end: int = 0
    file: str = ""
    file_hash: str = ""
    attachment_id: int | None = None
    printed: str = ""  # what masking puts in its place; of a value in several places in the first one alone

    @cached_property
    def fingerprint(self) -> str:
        """By which a ruling knows the hit again: kind, file and words; of a picture or hidden part, the very file."""
        exactly = [self.file_hash, self.place] if self.kind in WHOLE else []
        told = json.dumps([self.kind, self.file, self.text, *exactly], ensure_ascii=False)
        return hashlib.sha256(told.encode()).hexdigest()


@dataclass(slots=True)
class ItemScan:
    """`unreadable` are (file, why); `waiting` are the files that the scheduler has not looked at yet."""

    hits: list[ItemHit] = field(default_factory=list)
    unreadable: list[tuple[str, str]] = field(default_factory=list)
    waiting: list[str] = field(default_factory=list)


def scan_item(item: Item, *, may_look: bool = True) -> ItemScan:
    """The item as the database holds it now; `may_look` into new files for a moment, which nobody may within a transaction."""
    if may_look:
        look_into_files(item)
    scan = ItemScan()
    texts = Item.objects.filter(pk=item.pk).values(*TEXT_FIELDS).get()
    for name, text in texts.items():
        scan.hits += hits_in_field(name, text or "")
    for attachment in item.attachments.select_related("file").order_by("position", "pk"):
        scan.hits += hits_in_field("", attachment.label)
        copy = copy_of(attachment.file)
        if copy.copy_id == attachment.file_id:
            scan_file(scan, attachment.file, label=attachment.label, attachment_id=attachment.pk)
        elif copy.refusal:
            scan.unreadable.append((attachment.label, copy.refusal))
        else:
            scan.waiting.append(attachment.label)
    return scan


def look_into_files(item: Item) -> None:
    """Before anything is decided about the item: make the public copies of its files, and look into those."""
    make_at_once(item, at=clock.now())
    files = (each.file for each in item.attachments.select_related("file").order_by("position", "pk"))
    look_at_once(file for file in files if copy_of(file).copy_id == file.pk)


def hits_in_field(name: str, text: str) -> Iterator[ItemHit]:
    """The hits in a text of the item; without a name, it is what a file is called."""
    digest = hashlib.sha256(text.encode()).hexdigest()
    for hit in find_in_body(text):
        yield from places_of(hit, text, field=name, digest=digest)


def places_of(hit: Hit, text: str, *, field: str, digest: str) -> Iterator[ItemHit]:
    """The hit in each place where a part of it stands."""
    place = str(Item._meta.get_field(field).verbose_name) if field else "附件名称"  # type: ignore[union-attr]
    for at, (start, end) in enumerate(hit.stretches):
        yield ItemHit(
            kind=hit.kind,
            text=text[start:end],
            place=place,
            certain=hit.certain,
            field=field,
            file_hash=digest,
            start=start,
            end=end,
            printed="" if at else masked(hit),
        )


def open_hits(hits: Iterable[ItemHit], item: Item) -> list[ItemHit]:
    """Those on which nobody has ruled, for this item or for the one of which it is another edition.

    What was ruled on a revision counts for the item when that is merged, not before: until then nobody has reviewed it.
    """
    rulings = Ruling.objects.filter(item__in=[item.pk, *([item.revises_id] if item.revises_id else [])])
    ruled = set(rulings.values_list("fingerprint", flat=True))
    return [hit for hit in hits if hit.fingerprint not in ruled]


def scan_file(scan: ItemScan, file: StoredFile, *, label: str, attachment_id: int | None = None) -> None:
    """Add to the scan what is in the file; `attachment_id` is where it can be masked."""
    found = scan_of(file)
    if found.scanned_at is None:
        scan.waiting.append(label)
    scan.unreadable += [(label, str(why)) for why in found.unreadable]
    for hit in found.hits:
        scan.hits.append(
            ItemHit(
                kind=Kind(hit["kind"]),
                text=hit["text"],
                place=hit["place"],
                certain=hit["certain"],
                file=f"{label}/{hit['file']}" if hit["file"] else label,
                file_hash=file.sha256,
                attachment_id=attachment_id,
            )
        )
