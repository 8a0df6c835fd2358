"""Review (审核): the unit's head and the office answer three questions, by a checklist (核对清单), against the edition handed in before."""

import json
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, TypedDict, cast

from django.db import transaction
from django.db.models import Max
from django.urls import reverse
from django.utils import timezone

from disclosure.items import rules
from disclosure.items.difference import ContentDifference, difference
from disclosure.items.public_copies import obstacle
from disclosure.items.undisclosed import must_have_a_ground
from disclosure.models import Answer, CheckPoint, Item, Knowledge, SubmittedVersion
from disclosure.models.public_content import Content, hash_of
from disclosure.models.states import ItemStatus
from disclosure.privacy.gate import look_before, require_clean, require_submittable
from disclosure.privacy.raw_posts import require_no_raw_post
from disclosure.privacy.scans import look_into_files
from ninghai.calendar import clock
from ninghai.models import AuditEntry, Membership, Message, Role, User
from ninghai.models.state_machine import TOO_LATE, UNDO, StaleError, TransitionError, require
from ninghai.notifications.notify import notify, withdraw

# The checklist (核对清单): what a reviewer looks at before signing; every line must be ticked.


class CheckPointRow(TypedDict):
    kind: str
    words: str


def lines(kind: Answer.Kind) -> list[str]:
    """What is to be ticked for this answer now, in the office's order."""
    return list(CheckPoint.objects.filter(kind=kind, is_active=True).values_list("words", flat=True))


def require_ticked(kind: Answer.Kind, ticked: Collection[str]) -> None:
    """Refuse an answer for which a line of the list was not ticked."""
    if missing := unticked(kind, ticked):
        raise TransitionError(
            f"还有{len(missing)}项没有核对：{'；'.join(missing)}。请核对后再签署，不能确认的请退回修改。"
        )


def unticked(kind: Answer.Kind, ticked: Collection[str]) -> list[str]:
    return [line for line in lines(kind) if line not in ticked]


def load_check_points(path: Path) -> int:
    """Add the lines of an answer that has none yet; return how many. A list that is there stays as the office left it."""
    rows = cast(list[CheckPointRow], json.loads(path.read_text(encoding="utf-8")))
    kept = set(CheckPoint.objects.values_list("kind", flat=True))
    new = [CheckPoint(**row, position=at) for at, row in enumerate(rows, start=1) if row["kind"] not in kept]
    return len(CheckPoint.objects.bulk_create(new))


# Against which earlier editions a reviewer compares the item: the last one handed in, and the one that is public.


def keep_submitted(item: Item, *, at: datetime) -> SubmittedVersion:
    """Keep what the item says as it is handed in; the item's row is locked by its move."""
    content = item.content()
    last = item.submitted_versions.aggregate(last=Max("number"))["last"] or 0
    return SubmittedVersion.objects.create(
        item=item, number=last + 1, content=content, content_hash=hash_of(content), submitted_at=at
    )


@dataclass(frozen=True, slots=True)
class Changes:
    """What is new; `since` says in words against what."""

    since: str
    difference: ContentDifference


def changes(item: Item, *, at: datetime) -> list[Changes]:
    """What is new since each of them; none for an item that is handed in for the first time."""
    now = item.content()
    return [Changes(since, difference(before, now, at=at)) for since, before in _earlier(item, now)]


def _earlier(item: Item, now: Content) -> Iterator[tuple[str, Content]]:
    if last := _last_submitted(item, now):
        yield last
    base = item.revises
    if base is not None and item.status != ItemStatus.MERGED:
        yield "公开版本", base.content()


def _last_submitted(item: Item, now: Content) -> tuple[str, Content] | None:
    """The edition before this one: what was just handed in is no earlier edition."""
    versions = item.submitted_versions.order_by("-number")
    for version in versions[:2]:
        if version.content_hash != hash_of(now) or item.status == ItemStatus.DRAFT:
            return f"第{version.number}次送审稿", version.content
    return None


# Review (审核): the unit's head and the office answer three questions before anything becomes public.


def submit_item(*, item: Item, by: User, at: datetime) -> Item:
    """Hand the draft to the unit's head (提交审核); what it says now is kept (送审稿).

    The files that everybody reviews from now on are those that the public will get: TransitionError, with a sentence,
    while one of them is not written yet or cannot be. What is personal beyond doubt must be masked or ruled on before.
    """
    require(rules.can_submit(by, item))
    look_into_files(item, once_more=True)
    return _submit(item, by=by, at=at)


@transaction.atomic
def _submit(item: Item, *, by: User, at: datetime) -> Item:
    if sentence := obstacle(item):
        raise TransitionError(sentence)
    require_no_raw_post(item, by=by, at=at)
    require_submittable(item)
    item.submit(by=by, at=at)
    keep_submitted(item, at=at)
    return item


@transaction.atomic
def pass_item(
    *, item: Item, seen_hash: str, by: User, at: datetime, comment: str = "", checked: Sequence[str] = ()
) -> Item:
    """The unit's head answers for secrecy (保密审查) and passes the item on to the office; `checked` are the lines ticked."""
    locked = _as_seen(item, seen_hash)
    require(rules.can_answer(by, locked, Answer.Kind.SECRECY), "您不能审核这条信息：起草人不能审核自己起草的信息。")
    sign(locked, Answer.Kind.SECRECY, seen_hash, by=by, at=at, comment=comment, checked=checked)
    locked.pass_on(by=by, at=at)
    return locked


def answer_item(
    *,
    item: Item,
    kind: Answer.Kind,
    seen_hash: str,
    by: User,
    at: datetime,
    comment: str = "",
    checked: Sequence[str] = (),
) -> Answer:
    """Sign one of the answers: the last of the three approves the item (待公开), or ends the review of what was released at once."""
    if kind == Answer.Kind.PERSONAL_DATA:
        look_before(item)
    return _answer(item, kind, seen_hash, by=by, at=at, comment=comment, checked=checked)


@transaction.atomic
def _answer(
    item: Item, kind: Answer.Kind, seen_hash: str, *, by: User, at: datetime, comment: str, checked: Sequence[str]
) -> Answer:
    locked = _as_seen(item, seen_hash)
    is_public = locked.status == ItemStatus.PUBLISHED  # released at once, and answered for afterwards
    require(is_public or kind != Answer.Kind.SECRECY, "保密审查意见由单位审核人在提交县政府办公室时签署。")
    may = rules.can_answer_after if is_public else rules.can_answer
    require(may(by, locked, kind), "您不能签署这项意见：须由非起草人签署，三项意见至少由两人签署。")
    if kind == Answer.Kind.PERSONAL_DATA:
        require_clean(locked)
    answer: Answer = sign(locked, kind, seen_hash, by=by, at=at, comment=comment, checked=checked)
    if rules.is_fully_answered(locked, seen_hash):
        _settle(locked, is_public=is_public, by=by, at=at)
    return answer


def _settle(item: Item, *, is_public: bool, by: User, at: datetime) -> None:
    if is_public:
        item.close_review_after(by=by, at=at)
    else:
        must_have_a_ground(item, on=timezone.localdate(at))
        item.approve(by=by, at=at)


@transaction.atomic
def return_item(*, item: Item, reason: str, by: User, at: datetime) -> Item:
    """Send it back to its drafter with a reason (退回修改); the answers given so far no longer hold."""
    require(rules.can_return(by, item))
    require(bool(reason.strip()), "请填写退回理由。")
    item.return_to_draft(by=by, at=at, reason=reason.strip())
    item.answers.filter(dropped_at=None).update(dropped_at=at)
    _notify_of_return(item, reason=reason.strip(), at=at)
    return item


def _notify_of_return(item: Item, *, reason: str, at: datetime) -> None:
    """Notify the clerks of the unit, or of the one that has taken over from it; of what the office drafted for itself, the office."""
    is_own = Membership.objects.filter(user=item.drafted_by, unit=item.unit, role=Role.OFFICE).exists()
    page = "admin:disclosure_item_change" if is_own else "disclosure:work-item-detail"
    notify(
        item.unit.standing_in(on=timezone.localdate(at)) or item.unit,
        roles=[Role.OFFICE if is_own else Role.EDITOR],
        kind=Message.Kind.RETURNED,
        event=event_of_return(item),
        subject=f"退回修改：{item.title}",
        text=f"退回理由：{reason}\n请修改后重新提交审核。",
        url=reverse(page, args=[item.pk]),
        hold=UNDO,
        at=at,
    )


def event_of_return(item: Item) -> str:
    """What is told of its last return, by the version that this made."""
    return f"item-returned:{item.pk}:{item.version}"


@transaction.atomic
def take_back_answer(*, item: Item, by: User, at: datetime) -> Item:
    """Undo (撤销) the answer or the return that this person gave a moment ago: it is as if it had not been given."""
    locked = Item.objects.lock(item.pk, seen=item.version)
    require(rules.can_take_back_answer(by, locked))
    given = locked.undoable(by=by, at=at)
    if given is None:
        raise TransitionError(TOO_LATE)
    if locked.status == ItemStatus.DRAFT:
        locked.answers.filter(dropped_at=given.at).update(dropped_at=None)
        withdraw(event=event_of_return(locked), at=at)
    else:
        locked.answers.filter(signed_by=by, signed_at=given.at).delete()
    if given.action == AuditEntry.Action.ANSWER:
        undone = {"kind": given.detail["kind"], "undoes": given.pk}
        AuditEntry.objects.record(action=given.action, target=locked, by=by, at=at, reason="撤销", detail=undone)
    else:
        locked.take_back(by=by, at=at)
    return locked


def _as_seen(item: Item, seen_hash: str) -> Item:
    """The item, locked, if its content is still what the person saw."""
    locked = Item.objects.lock(item.pk)
    if locked.status != item.status or locked.content_hash() != seen_hash:
        raise StaleError(item)
    return locked


def sign(
    item: Item | Knowledge,
    kind: Answer.Kind,
    seen_hash: str,
    *,
    by: User,
    at: datetime,
    comment: str,
    checked: Sequence[str],
) -> Any:
    """Store the answer with the lines that were ticked; a second one of its kind comes too late."""
    require_ticked(kind, checked)
    answer, is_new = item.answers.get_or_create(
        kind=kind,
        content_hash=seen_hash,
        dropped_at=None,
        defaults={"signed_by": by, "signed_at": at, "comment": comment.strip(), "checked": list(checked)},
    )
    if not is_new:
        raise StaleError(item)
    signed = {"kind": kind, "comment": answer.comment, "content_hash": seen_hash, **clock.stamp(at)}
    AuditEntry.objects.record(action=AuditEntry.Action.ANSWER, target=item, by=by, at=at, detail=signed)
    return answer
