"""Rulings (核对): a person says, with a coded reason, why what was found may be public; signed and on the trail.

Source of the reasons: the 2018 notice, 四(二)2, 除惩戒公示、强制性信息披露外，对涉及个人隐私的信息要进行去标识化处理.
"""

from collections import Counter
from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from disclosure.items import rules
from disclosure.models import Item, Ruling
from disclosure.privacy.nightly import check_again
from disclosure.privacy.scans import ItemHit, scan_item
from ninghai.models import AuditEntry, User, acts_as
from ninghai.models.state_machine import Allowed, StaleError, TransitionError, either, in_state, require
from ninghai.personal_data.hit import DataKind

LONGEST_PLACE = 300  # characters


def can_rule(user: User, item: Item) -> Allowed:
    """Whoever has the item in hand: its drafter, its checkers, and the office for all that it sees."""
    reads = acts_as(user, *rules.REVIEWING) and in_state(item.status not in rules.CLOSED, item)
    return either(rules.can_edit(user, item), reads, rules.can_check(user, item))


@transaction.atomic
def rule_on_hits(
    *, item: Item, fingerprints: Collection[str], reason: Ruling.Reason, by: User, at: datetime, note: str = ""
) -> int:
    """Rule on these hits; returns how many. Raises StaleError when one of them is not there any more.

    A picture may stay when somebody has looked at it; no other hit may stay for that reason.
    """
    locked = Item.objects.lock(item.pk)
    require(can_rule(by, locked), "您不能登记这条信息的核对结果。")
    meant = {hit.fingerprint: hit for hit in scan_item(locked, may_look=False).hits if hit.fingerprint in fingerprints}
    if not meant or len(meant) != len(set(fingerprints)):
        raise StaleError(item)
    if any((hit.kind == DataKind.PICTURE) != (reason == Ruling.Reason.LOOKED_AT) for hit in meant.values()):
        raise TransitionError("图片只能选“图片已人工核对”，其他内容不能选这一项。请分开登记。")
    _replace(locked, meant, reason=reason, note=note.strip(), by=by, at=at)
    _on_the_trail(locked, list(meant.values()), by=by, at=at, reason=_in_words(reason, note))
    check_again(locked, at=at)
    return len(meant)


@transaction.atomic
def take_back_rulings(*, item: Item, fingerprints: Collection[str], by: User, at: datetime) -> int:
    """Undo rulings that this person does not share; what they let through is open again."""
    locked = Item.objects.lock(item.pk)
    require(can_rule(by, locked), "您不能撤销这条信息的核对结果。")
    meant = [hit for hit in scan_item(locked, may_look=False).hits if hit.fingerprint in fingerprints]
    gone, _ = Ruling.objects.filter(item=locked, fingerprint__in=fingerprints).delete()
    if gone:
        _on_the_trail(locked, meant, by=by, at=at, reason="撤销核对结果")
        check_again(locked, at=at)
    return gone


def _replace(item: Item, hits: dict[str, ItemHit], *, reason: Ruling.Reason, note: str, by: User, at: datetime) -> None:
    Ruling.objects.filter(item=item, fingerprint__in=hits).delete()
    Ruling.objects.bulk_create(
        ruling_on(hit, item=item, reason=reason, note=note, by=by, at=at) for hit in hits.values()
    )


def ruling_on(hit: ItemHit, *, item: Item, reason: Ruling.Reason, note: str, by: User, at: datetime) -> Ruling:
    """The ruling as it is kept; a file deep inside another may have a longer name than is shown."""
    return Ruling(
        item=item,
        fingerprint=hit.fingerprint,
        kind=str(hit.kind),
        file=hit.file[:LONGEST_PLACE],
        text=hit.text,
        reason=reason,
        note=note,
        ruled_by=by,
        ruled_at=at,
    )


def _on_the_trail(item: Item, hits: Collection[ItemHit], *, by: User, at: datetime, reason: str) -> None:
    """One row for each kind in each file; what was found is not written into a trail that keeps it for ever."""
    for (file, kind), count in Counter((hit.file, hit.kind) for hit in hits).items():
        detail = {"file": file, "kind": str(kind), "count": count}
        AuditEntry.objects.record(
            action=AuditEntry.Action.RULE_ON_HIT, target=item, by=by, at=at, reason=reason, detail=detail
        )


def _in_words(reason: Ruling.Reason, note: str) -> str:
    return f"{reason.label}：{note.strip()}" if note.strip() else str(reason.label)
