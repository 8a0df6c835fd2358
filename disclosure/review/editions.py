"""Against which earlier editions a reviewer compares the item: the last one handed in, and the one that is public."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Max

from disclosure.content import Content, content_of
from disclosure.content_hash import hash_of
from disclosure.difference import Difference, difference
from disclosure.models import Item, SubmittedVersion
from disclosure.states import ItemStatus


def keep_submitted(item: Item, *, at: datetime) -> SubmittedVersion:
    """Keep what the item says as it is handed in; the item's row is locked by its move."""
    content = content_of(item)
    last = item.submitted_versions.aggregate(last=Max("number"))["last"] or 0
    return SubmittedVersion.objects.create(
        item=item, number=last + 1, content=content, content_hash=hash_of(content), submitted_at=at
    )


@dataclass(frozen=True, slots=True)
class Changes:
    """What is new; `since` says in words against what."""

    since: str
    difference: Difference


def changes(item: Item, *, at: datetime) -> list[Changes]:
    """What is new since each of them; none for an item that is handed in for the first time."""
    now = content_of(item)
    return [Changes(since, difference(before, now, at=at)) for since, before in _earlier(item, now)]


def _earlier(item: Item, now: Content) -> Iterator[tuple[str, Content]]:
    if last := _last_submitted(item, now):
        yield last
    base = item.revises
    if base is not None and item.status != ItemStatus.MERGED:
        yield "公开版本", content_of(base)


def _last_submitted(item: Item, now: Content) -> tuple[str, Content] | None:
    """The edition before this one: what was just handed in is no earlier edition."""
    versions = item.submitted_versions.order_by("-number")
    for version in versions[:2]:
        if version.content_hash != hash_of(now) or item.status == ItemStatus.DRAFT:
            return f"第{version.number}次送审稿", version.content
    return None
