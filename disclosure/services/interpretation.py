"""Policy and interpretation (关联解读): which policy an item explains, said by its drafter or afterwards by the office."""

from datetime import datetime

from django.db import transaction

from disclosure import rules
from disclosure.models import Item
from disclosure.services.holding import hold_both
from disclosure.states import ItemStatus
from ninghai.models import AuditEntry, User
from ninghai.moves import StaleError, TransitionError, require

GONE = (ItemStatus.WITHDRAWN, ItemStatus.MERGED)


@transaction.atomic
def link_interpretation(*, item: Item, document: Item | None, version: int, by: User, at: datetime) -> Item:
    """Say which policy the item explains, or that it explains none; both public pages follow at once.

    Between draft and publication the link is part of what is reviewed, and nobody changes it. Raises StaleError when somebody
    changed the item after this person opened `version`.
    """
    locked, policy = hold_both(item, document)
    require(rules.can_link_interpretation(by, locked))
    if locked.version != version:
        raise StaleError(item)
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
