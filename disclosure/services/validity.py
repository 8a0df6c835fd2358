"""时效: whether a public document still holds. The office changes it, and the day after its last one it expires by itself."""

from datetime import date, datetime
from typing import TypedDict

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from disclosure import rules
from disclosure.models import Item
from disclosure.services.holding import hold_both
from disclosure.services.withdrawal import must_be_able_to_replace
from disclosure.states import ItemStatus, Validity
from ninghai.models import User
from ninghai.moves import StaleError, require

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
def change_validity(*, item: Item, said: ValidityFields, reason: str, by: User, at: datetime) -> Item:
    """Say that a public document is in force, has expired or was repealed (变更时效), since when, and what replaces it.

    Raises ValidationError, field by field, when the dates contradict the label or the other one cannot replace it.
    """
    locked, successor = hold_both(item, said["replaced_by"])
    require(rules.can_change_validity(by, locked))
    if not reason.strip():
        raise ValidationError({"reason": "请填写变更时效的依据。"})
    if faults := _faults(said, on=timezone.localtime(at).date()):
        raise ValidationError(faults)
    if successor:
        must_be_able_to_replace(successor, locked)
    locked.change_validity(by=by, at=at, reason=reason.strip(), **said)
    return locked


@transaction.atomic
def replace_item(*, item: Item, successor: Item, reason: str, at: datetime) -> Item:
    """Say of a public document that another public one has taken its place (废止，由替代文件替代), without anybody asking.

    Raises PermissionDenied, with a sentence, where it is not public, ValidationError where the other cannot replace it.
    """
    locked, held = hold_both(item, successor)
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


def _faults(said: ValidityFields, *, on: date) -> dict[str, str]:
    """{field: sentence} where dates and label contradict each other on that day."""
    validity, since, until, repealed = (
        said["validity"],
        said["effective_on"],
        said["expires_on"],
        said["repealed_on"],
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
