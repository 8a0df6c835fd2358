"""Emergency release (紧急公开): the signer lets the public read something before its review, which then follows."""

from collections.abc import Sequence
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from disclosure import rules
from disclosure.content_hash import content_hash
from disclosure.index_numbers import allocate_index_number
from disclosure.models import Answer, Item
from disclosure.privacy.gate import look_before, require_clean
from disclosure.searchable import search_columns
from disclosure.services.holding import hold
from disclosure.services.review import sign
from disclosure.undisclosed import must_be_sound, must_say_nothing_more
from ninghai.models import User
from ninghai.moves import StaleError, require

WHY_NOT = "起草人不能紧急公开自己起草的信息，修订稿和已在待公开的信息按一般程序公开。"
REFUSED = {
    Answer.Kind.SECRECY: Item.WithdrawalReason.SECRECY,
    Answer.Kind.PERSONAL_DATA: Item.WithdrawalReason.PERSONAL_DATA,
    Answer.Kind.LEGALITY: Item.WithdrawalReason.WRONG,
}


@transaction.atomic
def ask_for_release(*, item: Item, reason: str, by: User, at: datetime) -> Item:
    """The unit asks the signer to release what is not reviewed yet (申请紧急公开), who sees it from now on."""
    locked = hold(item)
    require(rules.can_ask_for_release(by, locked))
    require(bool(reason.strip()), "请写明为什么不能等到审查完成。")
    locked.ask_for_release(by=by, at=at, reason=reason.strip())
    return locked


def release_at_once(*, item: Item, seen_hash: str, reason: str, by: User, at: datetime) -> Item:
    """Publish it before its review is complete (紧急公开), flagged; the three answers follow on what is public.

    The signer releases what stood on the screen (`seen_hash`), else StaleError.
    """
    look_before(item)
    return _release(item, seen_hash=seen_hash, reason=reason, by=by, at=at)


@transaction.atomic
def _release(item: Item, *, seen_hash: str, reason: str, by: User, at: datetime) -> Item:
    locked = hold(item)
    if content_hash(locked) != seen_hash:
        raise StaleError(item)
    require(rules.can_release_at_once(by, locked), f"您不能紧急公开这条信息：须由签发人办理；{WHY_NOT}")
    require(bool(reason.strip()), "请写明紧急公开的理由。")
    must_be_sound(locked, on=timezone.localdate(at))
    must_say_nothing_more(locked)
    require_clean(locked)
    number = allocate_index_number(locked, at=at)
    found_by = search_columns(locked, index_number=number, at=at)
    locked.release_at_once(by=by, at=at, index_number=number, reason=reason.strip(), **found_by)
    return locked


def answer_after(
    *,
    item: Item,
    kind: Answer.Kind,
    seen_hash: str,
    by: User,
    at: datetime,
    comment: str = "",
    checked: Sequence[str] = (),
) -> Answer:
    """Sign one of the three answers for what was released at once; with the last one its review is complete."""
    if kind == Answer.Kind.PERSONAL_DATA:
        look_before(item)
    return _answer(item, kind, seen_hash, by=by, at=at, comment=comment, checked=checked)


@transaction.atomic
def _answer(
    item: Item, kind: Answer.Kind, seen_hash: str, *, by: User, at: datetime, comment: str, checked: Sequence[str]
) -> Answer:
    locked = hold(item)
    if content_hash(locked) != seen_hash:
        raise StaleError(item)
    require(rules.can_answer_after(by, locked, kind), "您不能签署这项意见：须由非起草人签署，三项意见至少由两人签署。")
    if kind == Answer.Kind.PERSONAL_DATA:
        require_clean(locked)
    answer = sign(locked, kind, seen_hash, by=by, at=at, comment=comment, checked=checked)
    if rules.is_fully_answered(locked, seen_hash):
        locked.close_review_after(by=by, at=at)
    return answer


@transaction.atomic
def refuse_after(*, item: Item, kind: Answer.Kind, reason: str, by: User, at: datetime) -> Item:
    """Refuse one of the answers for what was released at once: it leaves the catalogue."""
    locked = hold(item)
    require(rules.can_answer_after(by, locked, kind), "您不能签署这项意见：须由非起草人签署，三项意见至少由两人签署。")
    if not reason.strip():
        raise ValidationError({"reason": "请写明不同意公开的理由。"})
    locked.withdraw(
        by=by, at=at, reason=REFUSED[kind], explanation=f"补充审查（{kind.label}）不同意公开：{reason.strip()}"
    )
    return locked
