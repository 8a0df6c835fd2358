"""Revision (修订): a unit drafts another content for an item that is public, which goes through the ordinary review."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from disclosure import rules
from disclosure.models import Item
from disclosure.services.holding import hold
from disclosure.services.merging import ALSO_REVISED, NOT_REVISED, REVISED, copy_files
from ninghai.models import AuditEntry, User
from ninghai.moves import TransitionError, require

COPIED = (*REVISED, *(NOT_REVISED - {"change_note", "hides_old_version"}), *ALSO_REVISED)


@transaction.atomic
def revise_item(*, item: Item, form_id: UUID, by: User, at: datetime) -> Item:
    """Begin a revision: a draft with the item's content and files; the number stays with the item.

    There is one open revision at a time, and the same form sent again finds the one it made. Raises TransitionError
    when a colleague was faster.
    """
    if made := Item.objects.filter(form_id=form_id, revises=item, drafted_by=by).first():
        return made
    locked = hold(item)
    require(rules.can_revise(by, locked))
    if rules.open_revision(locked):
        raise TransitionError("这条信息已有一份修订稿正在办理，请在那份修订稿上修改。")
    copied: dict[str, Any] = {name: getattr(locked, name) for name in COPIED}
    revision = Item.objects.create(form_id=form_id, revises=locked, drafted_by=by, drafted_at=at, **copied)
    copy_files(locked, to=revision)
    AuditEntry.objects.record(action="revise", target=revision, by=by, at=at, to_status=revision.status)
    return revision
