"""Merging (并入): a reviewed revision becomes the content of the item that it revises; what stood there becomes a version."""

from datetime import datetime
from typing import Any

from django.db.models import Max

from disclosure.content import PUBLIC_FIELDS, content_of
from disclosure.content_hash import hash_of
from disclosure.models import Attachment, Item, PublicVersion, Ruling, VersionFile
from disclosure.privacy.item_scan import open_hits, scan_item
from disclosure.searchable import search_columns
from disclosure.states import DisclosureMethod, ItemStatus
from ninghai.models import AuditEntry, User
from ninghai.moves import TransitionError

# A revision changes what is said. Whether it holds, and since when it is public, stays the item's own.
NOT_REVISED = frozenset(
    {"unit_id", "validity", "effective_on", "expires_on", "original_published_on", "change_note", "hides_old_version"}
)
REVISED = tuple(name for name in PUBLIC_FIELDS if name not in NOT_REVISED)
ALSO_REVISED = ("next_review_date", "owes_interpretation")


def merge_revision(revision: Item, *, by: User, at: datetime) -> Item:
    """Let the public read the revision under the number and first date of what it revises; returns that item.

    The old content is kept as a public version with its files. It is hidden, with all older ones, when the revision
    says so, when the item is not disclosed any more, or unless it is known that nothing personal in it is open.
    """
    rows = Item.objects.select_for_update(of=["self"]).select_related("unit", "topic")
    original = rows.defer("title_vector", "text_vector", "search_text").get(revisions=revision)
    if original.status != ItemStatus.PUBLISHED:
        raise TransitionError("所修订的信息已经撤回，修订稿不能公开。请把修订稿退回起草人。")
    _take_rulings(original, revision)
    _keep_version(original, revision, at=at)
    found_by = search_columns(revision, index_number=str(original.index_number), at=original.published_at or at)
    _replace_files(original, revision)
    content: dict[str, Any] = {name: getattr(revision, name) for name in (*REVISED, *ALSO_REVISED)}
    if _was_linked_since(original, revision):
        content["explains_id"] = original.explains_id
    reviewed = {"reviewed_after_at": at} if original.is_emergency and original.reviewed_after_at is None else {}
    original.take_over(revision, by=by, at=at, **content, **reviewed, **found_by)
    revision.merge(by=by, at=at)
    return original


def _keep_version(original: Item, revision: Item, *, at: datetime) -> None:
    content = content_of(original)
    last = original.public_versions.aggregate(last=Max("number"))["last"] or 0
    is_hidden = revision.hides_old_version or revision.method != DisclosureMethod.PROACTIVE or _gives_away(original)
    version = PublicVersion.objects.create(
        item=original,
        number=last + 1,
        content=content,
        content_hash=hash_of(content),
        public_from=original.updated_at or original.published_at or at,
        public_until=at,
        change_note=revision.change_note,
        is_hidden=is_hidden,
    )
    if is_hidden:
        original.public_versions.update(is_hidden=True)
    VersionFile.objects.bulk_create(
        VersionFile(
            version=version,
            file_id=each.file_id,
            original_id=each.original_id,
            label=each.label,
            position=each.position,
        )
        for each in original.attachments.all()
    )


def _gives_away(original: Item) -> bool:
    """Whether personal data is open in what the public reads until now, or nobody can say so yet.

    A revision that masks it must not leave it there, and a file that is still to be looked at may hold anything.
    """
    scan = scan_item(original, may_look=False)
    return bool(scan.waiting or scan.unreadable or open_hits(scan.hits, original))


def _was_linked_since(original: Item, revision: Item) -> bool:
    """Whether somebody said which policy the item explains (关联解读) after the revision had copied what it was before."""
    linked = AuditEntry.objects.about(original).filter(action=AuditEntry.Action.LINK_INTERPRETATION)
    return linked.filter(at__gte=revision.drafted_at).exists()


def _replace_files(original: Item, revision: Item) -> None:
    original.attachments.all().delete()
    copy_files(revision, to=original)


def _take_rulings(original: Item, revision: Item) -> None:
    """What was ruled on the revision's hits holds for the item that says the same now."""
    rulings = list(revision.rulings.all())
    for ruling in rulings:
        ruling.pk, ruling.item = None, original
    Ruling.objects.bulk_create(rulings, ignore_conflicts=True)


def copy_files(source: Item, *, to: Item) -> None:
    """The same stored files belong to the other item too."""
    Attachment.objects.bulk_create(
        Attachment(
            item=to,
            file_id=each.file_id,
            original_id=each.original_id,
            label=each.label,
            position=each.position,
            text=each.text,
        )
        for each in source.attachments.all()
    )
