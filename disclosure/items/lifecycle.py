"""The life of a public item: its validity (时效), its withdrawal (撤回), and the emergency release before the review (紧急公开)."""

from datetime import date, datetime
from typing import TypedDict

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from disclosure.catalogue.search.renewal import search_columns
from disclosure.items import rules
from disclosure.items.index_numbers import allocate_index_number
from disclosure.items.undisclosed import must_be_sound, must_say_nothing_more
from disclosure.models import Answer, Item
from disclosure.models.states import ItemStatus, Validity
from disclosure.privacy.gate import look_before, require_clean, require_impersonal
from ninghai.models import User
from ninghai.models.state_machine import StaleError, require

# Withdrawal (撤回): what leaves the catalogue; the reason decides what the public still sees at its address.


class WithdrawalFields(TypedDict):
    """What is said when an item is withdrawn; the reason is what the public reads, the explanation is for the trail."""

    reason: Item.WithdrawalReason
    explanation: str
    notice: str
    replaced_by: Item | None


@transaction.atomic
def withdraw_item(
    *,
    item: Item,
    reason: Item.WithdrawalReason,
    explanation: str,
    by: User,
    at: datetime,
    notice: str = "",
    replaced_by: Item | None = None,
) -> Item:
    """Take the item out of the catalogue (撤回).

    What is outdated or replaced keeps its text at its address, with a label; of anything else the address tells the
    kind of reason and the `notice`, and nothing of the content. A text that was kept can still be closed so. The
    `explanation` is for the trail alone. Raises ValidationError, by field, as `must_be_withdrawable` does.
    """
    locked, successor = Item.objects.lock_both(item, replaced_by)
    require(rules.can_withdraw(by, locked))
    must_be_withdrawable(locked, reason=reason, explanation=explanation, notice=notice, replaced_by=successor)
    locked.withdraw(
        by=by, at=at, reason=reason, explanation=explanation.strip(), notice=notice.strip(), replaced_by=successor
    )
    return locked


def must_be_withdrawable(
    item: Item, *, reason: Item.WithdrawalReason, explanation: str, notice: str, replaced_by: Item | None
) -> None:
    """Raise ValidationError, by field: for what is missing, where a kept text would only be kept once more, for a notice
    that tells about people."""
    if not explanation.strip():
        raise ValidationError({"explanation": "请填写撤回说明。"})
    if item.keeps_text and reason in Item.TEXT_STAYS:
        raise ValidationError({"kind": "这条信息已经撤回并保留正文。不再提供正文的，请选择其他原因。"})
    if reason == Item.WithdrawalReason.REPLACED and replaced_by is None:
        raise ValidationError({"replaced_by": "已由新的信息替代的，请填写替代文件的索引号。"})
    require_impersonal(notice, field="notice", what="对公众的说明")
    if replaced_by is not None:
        must_be_able_to_replace(replaced_by, item)


def must_be_able_to_replace(successor: Item, item: Item) -> None:
    """Another item, public itself, that does not say in turn that this one replaces it; else ValidationError at its field."""
    if successor.pk == item.pk:
        raise ValidationError({"replaced_by": "替代文件不能是这条信息自己。"})
    if successor.status != ItemStatus.PUBLISHED:
        raise ValidationError({"replaced_by": "替代文件必须是已公开的信息。"})
    after: Item | None = successor
    seen: set[int] = set()
    while after is not None and after.pk not in seen:
        if after.pk == item.pk:
            raise ValidationError({"replaced_by": "替代文件又写明由这条信息替代，请核对。"})
        seen.add(after.pk)
        after = after.replaced_by


# 时效: whether a public document still holds. The office changes it, and the day after its last one it expires by itself.

AT_ONCE = 500  # items that expire in one round
EXPIRED_BY_ITSELF = "有效期届满"


class ValidityFields(TypedDict):
    """What is said of a document's validity."""

    validity: Validity
    effective_on: date | None
    expires_on: date | None
    repealed_on: date | None
    replaced_by: Item | None


@transaction.atomic
def change_validity(*, item: Item, chosen: ValidityFields, reason: str, by: User, at: datetime) -> Item:
    """Say that a public document is in force, has expired or was repealed (变更时效), since when, and what replaces it.

    Raises ValidationError, field by field, when the dates contradict the label or the other one cannot replace it.
    """
    locked, successor = Item.objects.lock_both(item, chosen["replaced_by"])
    require(rules.can_change_validity(by, locked))
    if not reason.strip():
        raise ValidationError({"reason": "请填写变更时效的依据。"})
    if faults := _faults(chosen, on=timezone.localtime(at).date()):
        raise ValidationError(faults)
    if successor:
        must_be_able_to_replace(successor, locked)
    locked.change_validity(by=by, at=at, reason=reason.strip(), **chosen)
    return locked


@transaction.atomic
def replace_item(*, item: Item, successor: Item, reason: str, at: datetime) -> Item:
    """Say of a public document that another public one has taken its place (废止，由替代文件替代), without anybody asking.

    Raises PermissionDenied, with a sentence, where it is not public, ValidationError where the other cannot replace it.
    """
    locked, held = Item.objects.lock_both(item, successor)
    require(locked.status == ItemStatus.PUBLISHED, "被替代的信息没有公开。")
    if held:
        must_be_able_to_replace(held, locked)
    today = timezone.localtime(at).date()
    locked.change_validity(
        by=None, at=at, reason=reason, validity=Validity.REPEALED, repealed_on=today, replaced_by=held
    )
    return locked


def expire_items(*, at: datetime) -> int:
    """Let the documents expire (失效) whose last day is over; returns how many. Called again and again."""
    today = timezone.localtime(at).date()
    over = Item.objects.published(at).filter(validity=Validity.IN_FORCE, expires_on__lt=today)
    return sum(
        _expire(item, at=at) for item in over.defer("body", "title_vector", "text_vector", "search_text")[:AT_ONCE]
    )


def _expire(item: Item, *, at: datetime) -> bool:
    try:
        item.change_validity(by=None, at=at, reason=EXPIRED_BY_ITSELF, validity=Validity.EXPIRED)
    except StaleError:
        return False  # somebody changes it at this moment: the next round looks again
    return True


def _faults(chosen: ValidityFields, *, on: date) -> dict[str, str]:
    """{field: sentence} where dates and label contradict each other on that day."""
    validity, since, until, repealed = (
        chosen["validity"],
        chosen["effective_on"],
        chosen["expires_on"],
        chosen["repealed_on"],
    )
    faults = {}
    if since and until and until < since:
        faults["expires_on"] = "有效期至不能早于施行日期。"
    if validity == Validity.IN_FORCE and until and until < on:
        faults["expires_on"] = "有效期已过，请把时效改为“失效”，或改正日期。"
    if validity == Validity.EXPIRED and (until is None or until >= on):
        faults["expires_on"] = "标为失效的，请填写已经过去的有效期至。"
    if validity == Validity.REPEALED and (repealed is None or repealed > on):
        faults["repealed_on"] = "标为废止的，请填写废止日期，不能晚于今天。"
    if validity != Validity.REPEALED and repealed:
        faults["repealed_on"] = "没有标为废止的，废止日期要留空。"
    return faults


# Emergency release (紧急公开): the signer lets the public read something before its review, which then follows.

WHY_NOT = "起草人不能紧急公开自己起草的信息，修订稿和已在待公开的信息按一般程序公开。"
REFUSED = {
    Answer.Kind.SECRECY: Item.WithdrawalReason.SECRECY,
    Answer.Kind.PERSONAL_DATA: Item.WithdrawalReason.PERSONAL_DATA,
    Answer.Kind.LEGALITY: Item.WithdrawalReason.WRONG,
}


@transaction.atomic
def ask_for_release(*, item: Item, reason: str, by: User, at: datetime) -> Item:
    """The unit asks the signer to release what is not reviewed yet (申请紧急公开), who sees it from now on."""
    locked = Item.objects.lock(item.pk, seen=item.version)
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
    locked = Item.objects.lock(item.pk, seen=item.version)
    if locked.content_hash() != seen_hash:
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


@transaction.atomic
def refuse_after(*, item: Item, kind: Answer.Kind, reason: str, by: User, at: datetime) -> Item:
    """Refuse one of the answers for what was released at once: it leaves the catalogue."""
    locked = Item.objects.lock(item.pk, seen=item.version)
    require(rules.can_answer_after(by, locked, kind), "您不能签署这项意见：须由非起草人签署，三项意见至少由两人签署。")
    if not reason.strip():
        raise ValidationError({"reason": "请写明不同意公开的理由。"})
    locked.withdraw(
        by=by, at=at, reason=REFUSED[kind], explanation=f"补充审查（{kind.label}）不同意公开：{reason.strip()}"
    )
    return locked
