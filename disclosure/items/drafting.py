"""Drafting (起草): a unit writes an item and its attachments, revises what is public, takes back what it handed in, says which policy it explains."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, TypedDict, Unpack
from uuid import UUID

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from disclosure.items import rules
from disclosure.items.publication import ALSO_REVISED, NOT_REVISED, REVISED, copy_files
from disclosure.items.text import many_lines, one_line
from disclosure.items.undisclosed import GROUNDS, must_be_sound
from disclosure.models import Attachment, CatalogueEntry, Item, Topic
from disclosure.models.states import DisclosureMethod, ItemStatus
from ninghai.files.public_copy import copy_of
from ninghai.models import AuditEntry, StoredFile, Unit, User
from ninghai.models.state_machine import StaleError, TransitionError, require

# Drafting (起草): a unit writes an item and its attachments, and changes them while it is a draft.

ONE_LINE = {"title", "document_number", "source", "openness_mark", "unified_number", "audience", "change_note"}
MANY_LINES = {"summary", "body", "method_explanation"}


class ItemFields(TypedDict, total=False):
    """What a drafter writes; the rest of an item is the portal's."""

    title: str
    document_number: str
    kind: str
    topic: Topic | None
    entry: CatalogueEntry | None
    summary: str
    body: str
    formed_date: date | None
    source: str
    category: str
    unified_number: str
    audience: str
    method: str
    method_reason: str
    method_explanation: str
    next_review_date: date | None
    openness_mark: str
    validity: str
    effective_on: date | None
    expires_on: date | None
    explains: Item | None
    owes_interpretation: bool
    change_note: str
    hides_old_version: bool


@transaction.atomic
def draft_item(
    *,
    unit: Unit,
    form_id: UUID,
    by: User,
    at: datetime,
    attachments: Sequence[StoredFile] = (),
    **fields: Unpack[ItemFields],
) -> Item:
    """Draft an item (公开信息) for the person's own unit; the same form sent again finds the item it made.

    Raises ValidationError, field by field, when it is not to be disclosed and says too little or too much.
    """
    require(rules.can_draft_for(by, unit))
    item, is_new = Item.objects.get_or_create(
        form_id=form_id, defaults={**cleaned(fields), "unit": unit, "drafted_by": by, "drafted_at": at}
    )
    require(item.drafted_by_id == by.pk)
    if is_new:
        _attach(item, attachments)
        must_be_sound(item, on=timezone.localdate(at))
        AuditEntry.objects.record(action="draft", target=item, by=by, at=at, to_status=item.status)
    return item


@transaction.atomic
def edit_item(
    *,
    item: Item,
    version: int,
    by: User,
    at: datetime,
    attachments: Sequence[StoredFile] = (),
    removed: Sequence[Attachment] = (),
    automatically: bool = False,
    **fields: Unpack[ItemFields],
) -> Item:
    """Change a draft; raises StaleError if somebody changed it after this person opened `version`.

    `attachments` come on top, `removed` are taken off. The same sent twice finds what the first one made.
    """
    require(rules.acts_for_its_unit(by, item) and rules.can_draft(by))
    if not item.is_editable:
        raise StaleError(item)
    if _is_written_already(item, version, attachments, removed, cleaned(fields)):
        item.refresh_from_db(fields=["version", *fields])
        return item
    item.edit(by=by, at=at, version=version, automatically=automatically, **cleaned(fields))
    _change_files(item, attachments, removed)
    must_be_sound(item, on=timezone.localdate(at))
    return item


def _change_files(item: Item, added: Sequence[StoredFile], removed: Sequence[Attachment]) -> None:
    item.attachments.filter(pk__in=[attachment.pk for attachment in removed]).delete()
    _attach(item, added)


def _is_written_already(
    item: Item, version: int, files: Sequence[StoredFile], removed: Sequence[Attachment], changes: dict[str, Any]
) -> bool:
    """Whether the draft is beyond that version and says exactly this, with these files; nobody changes it meanwhile.

    So it is after a second click, or a saving that nobody heard the answer of.
    """
    if Item.objects.select_for_update(of=["self"]).values_list("version", flat=True).get(pk=item.pk) == version:
        return False
    named = {file.sha256 for file in files}
    there = {sha256 for pair in item.attachments.values_list("file__sha256", "original__sha256") for sha256 in pair}
    goes = item.attachments.filter(pk__in=[each.pk for each in removed]).exists()
    return not goes and named <= there and Item.objects.filter(pk=item.pk, **changes).exists()


def cleaned(fields: ItemFields) -> dict[str, Any]:
    """The fields as they are kept: lines as lines, nothing invisible; what is the portal's own to note is refused.

    Above all the day of publication, here or elsewhere: 伪造发稿日期 fails a site at once (国办秘函〔2019〕19号).
    """
    changes: dict[str, Any] = dict(fields)
    require(changes.keys() <= ItemFields.__annotations__.keys(), "发布日期、状态、索引号由系统记录，不能填写。")
    for name in ONE_LINE & changes.keys():
        changes[name] = one_line(changes[name])
    for name in MANY_LINES & changes.keys():
        changes[name] = many_lines(changes[name])
    return changes | GROUNDS if changes.get("method") == DisclosureMethod.PROACTIVE else changes


def _attach(item: Item, files: Sequence[StoredFile]) -> None:
    """Under the name of its public copy where there is one by now; else the copy takes its place when it is made."""
    last = item.attachments.aggregate(last=Max("position"))["last"] or 0
    there = {pk for pair in item.attachments.values_list("file", "original") for pk in pair}
    for step, file in enumerate((file for file in files if file.pk not in there), start=1):
        copy = copy_of(file).copy or file
        Attachment.objects.create(
            item=item,
            file=copy,
            original=file if copy != file else None,
            label=one_line(file.original_name),
            position=last + step,
        )


# Revision (修订): a unit drafts another content for an item that is public, which goes through the ordinary review.

COPIED = (*REVISED, *(NOT_REVISED - {"change_note", "hides_old_version"}), *ALSO_REVISED)


@transaction.atomic
def revise_item(*, item: Item, form_id: UUID, by: User, at: datetime) -> Item:
    """Begin a revision: a draft with the item's content and files; the number stays with the item.

    There is one open revision at a time, and the same form sent again finds the one it made. Raises TransitionError
    when a colleague was faster.
    """
    if made := Item.objects.filter(form_id=form_id, revises=item, drafted_by=by).first():
        return made
    locked = Item.objects.lock(item.pk, seen=item.version)
    require(rules.can_revise(by, locked))
    if rules.open_revision(locked):
        raise TransitionError("这条信息已有一份修订稿正在办理，请在那份修订稿上修改。")
    copied: dict[str, Any] = {name: getattr(locked, name) for name in COPIED}
    revision = Item.objects.create(form_id=form_id, revises=locked, drafted_by=by, drafted_at=at, **copied)
    copy_files(locked, to=revision)
    AuditEntry.objects.record(action="revise", target=revision, by=by, at=at, to_status=revision.status)
    return revision


# What a clerk takes back: an item that was handed in (撤回送审), and a draft that nobody needs (放弃草稿).


@transaction.atomic
def recall_item(*, item: Item, by: User, at: datetime) -> Item:
    """Take it back to the draft at any time before it is public; the answers given so far no longer hold, nor does a set time."""
    locked = Item.objects.lock(item.pk, seen=item.version)
    require(rules.can_recall(by, locked), "您不能撤回送审：只有起草单位能撤回，已经公开的要由县政府办公室办理撤回。")
    locked.recall(by=by, at=at)
    locked.answers.filter(dropped_at=None).update(dropped_at=at)
    return locked


@transaction.atomic
def discard_item(*, item: Item, by: User, at: datetime) -> Item:
    """Give up a draft, or a revision that was begun by mistake: it leaves all lists for good, and stays in the audit trail."""
    locked = Item.objects.lock(item.pk, seen=item.version)
    require(rules.can_discard(by, locked), "您不能放弃这份草稿：只有起草单位能放弃草稿，已送审的请先撤回送审。")
    locked.discard(by=by, at=at)
    return locked


# Policy and interpretation (关联解读): which policy an item explains, said by its drafter or afterwards by the office.

GONE = (ItemStatus.WITHDRAWN, ItemStatus.MERGED)


@transaction.atomic
def link_interpretation(*, item: Item, document: Item | None, version: int, by: User, at: datetime) -> Item:
    """Say which policy the item explains, or that it explains none; both public pages follow at once.

    Between draft and publication the link is part of what is reviewed, and nobody changes it. Raises StaleError when somebody
    changed the item after this person opened `version`.
    """
    locked, policy = Item.objects.lock_both(item, document)
    require(rules.can_link_interpretation(by, locked))
    locked.require_version(version)
    if policy is not None:
        _require_fit(locked, policy)
    before, locked.explains = locked.explains_id, policy
    locked.version += 1
    locked.save(update_fields=["explains", "version"])
    locked.stamp(at=at)
    AuditEntry.objects.record(
        action=AuditEntry.Action.LINK_INTERPRETATION,
        target=locked,
        by=by,
        at=at,
        detail={"from": before, "to": policy.pk if policy else None},
    )
    return locked


def _require_fit(item: Item, document: Item) -> None:
    if document.pk in {item.pk, item.revises_id}:
        raise TransitionError("信息不能解读它自己，请填写所解读的文件。")
    if document.revises_id is not None:
        raise TransitionError(f"《{document.title}》是修订稿，公开后并入原来的信息，请填写原来那条信息。")
    if document.status in GONE:
        raise TransitionError(f"《{document.title}》已经撤回，请填写没有撤回的文件。")
    if document.explains_id is not None:
        raise TransitionError(f"《{document.title}》本身是解读材料，请填写它所解读的文件。")
    if item.interpretations.exclude(status__in=GONE).exists():
        raise TransitionError(f"《{item.title}》已有解读材料，不能再作为解读关联到别的文件。")
