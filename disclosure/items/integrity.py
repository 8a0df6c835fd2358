"""防篡改: is what the public reads still what the portal's own acts made of it?

Each readable item is compared with its newest fingerprint, each earlier version with its own; what was readable once and
is no more must have been withdrawn by somebody. Nothing is repaired. The fingerprint itself is made in
`disclosure.models.public_content`.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from django.db.models import CharField, Exists, OuterRef
from django.db.models.functions import Cast

from disclosure.models import Attachment, ContentStamp, Item, PublicVersion
from disclosure.models.public_content import HASHED_FIELDS, as_content, hash_of
from disclosure.models.states import ItemStatus
from disclosure.privacy.nightly import readable
from ninghai.models import AuditEntry

PIECE = 1_000


def changed_texts(*, at: datetime, is_first_look: bool) -> Iterator[str | None]:
    """For each readable item nothing, or a sentence that says what is wrong with it.

    The first look of all stamps what was public before there were stamps; afterwards an item without one is an alarm.
    """
    last = 0
    while rows := _piece(at=at, after=last):
        last = rows[-1]["pk"]
        yield from _compared(rows, at=at, is_first_look=is_first_look)


def changed_versions() -> Iterator[str | None]:
    """The same for earlier versions that may be consulted."""
    for version in PublicVersion.objects.filter(is_hidden=False).select_related("item").iterator(chunk_size=PIECE):
        if hash_of(version.content) == version.content_hash:
            yield None
        else:
            yield f"《{version.item.title}》（{version.item.index_number}）的历史版本第{version.number}版与登记的指纹不一致。"


def taken_away(*, at: datetime) -> Iterator[str | None]:
    """For each item that has a fingerprint and cannot be read any more nothing, where the trail tells of its withdrawal,
    else a sentence."""
    stamped = ContentStamp.objects.filter(stamped_at__lte=at).values("item")
    gone = Item.objects.filter(pk__in=stamped).exclude(pk__in=readable(at).values("pk"))
    acts = AuditEntry.objects.filter(target_type=Item._meta.label_lower, target_id=Cast(OuterRef("pk"), CharField()))
    was_withdrawn = Exists(acts.filter(to_status=ItemStatus.WITHDRAWN))
    rows = gone.annotate(was_withdrawn=was_withdrawn).values_list("title", "index_number", "status", "was_withdrawn")
    for title, number, status, says_why in rows.iterator(chunk_size=PIECE):
        is_well = says_why and status == ItemStatus.WITHDRAWN
        yield None if is_well else f"《{title}》（{number}）不再公开，审计记录里却没有撤回。"


def _piece(*, at: datetime, after: int) -> list[dict[str, Any]]:
    items = readable(at).filter(pk__gt=after).order_by("pk")
    return list(items.values("pk", "index_number", *HASHED_FIELDS)[:PIECE])


def _compared(rows: Sequence[dict[str, Any]], *, at: datetime, is_first_look: bool) -> Iterator[str | None]:
    found = _hashes(rows)
    stamped = _newest_stamps(list(found))
    if is_first_look:
        new = [pk for pk in found if pk not in stamped]
        ContentStamp.objects.bulk_create(ContentStamp(item_id=pk, content_hash=found[pk], stamped_at=at) for pk in new)
        stamped |= {pk: found[pk] for pk in new}
    for row in rows:
        named = f"《{row['title']}》（{row['index_number']}）"
        if row["pk"] not in stamped:
            yield f"{named}已公开，却没有登记指纹。"
        elif stamped[row["pk"]] != found[row["pk"]]:
            yield f"{named}的内容与登记的指纹不一致。"
        else:
            yield None


def _hashes(rows: Sequence[dict[str, Any]]) -> dict[int, str]:
    files: defaultdict[int, list[list[str]]] = defaultdict(list)
    attached = Attachment.objects.filter(item__in=[row["pk"] for row in rows]).order_by("item_id", "position", "pk")
    for item, label, sha256 in attached.values_list("item_id", "label", "file__sha256"):
        files[item].append([label, sha256])
    return {row["pk"]: hash_of(as_content(row, files[row["pk"]])) for row in rows}


def _newest_stamps(items: list[int]) -> dict[int, str]:
    newest = ContentStamp.objects.filter(item__in=items).order_by("item_id", "-pk").distinct("item_id")
    return dict(newest.values_list("item_id", "content_hash"))
