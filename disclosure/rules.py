"""Who may do what with an item: predicates of (user, item). Services require them, pages show buttons by them.

Nobody passes on, answers for or publishes what they drafted, and the three answers take two people at least.
"""

from disclosure.models import Answer, Item
from disclosure.states import ItemStatus
from ninghai.models import Role, User
from ninghai.roles import acts_as


def acts_for_its_unit(user: User, item: Item) -> bool:
    return user.acting is not None and user.acting.unit_id == item.unit_id


def drafted(user: User, item: Item) -> bool:
    return item.drafted_by_id == user.pk


def can_draft(user: User) -> bool:
    """A unit's clerk drafts for the unit, the office for itself."""
    return acts_as(user, Role.EDITOR, Role.OFFICE)


def can_edit(user: User, item: Item) -> bool:
    return can_draft(user) and acts_for_its_unit(user, item) and item.is_editable


def can_submit(user: User, item: Item) -> bool:
    return can_edit(user, item)


def can_check(user: User, item: Item) -> bool:
    """Pass on to the office or return, with the secrecy answer: the unit's head; for the office's own, another office person."""
    if item.status != ItemStatus.WITH_HEAD or drafted(user, item) or not acts_for_its_unit(user, item):
        return False
    return acts_as(user, Role.REVIEWER, Role.OFFICE, Role.SIGNER)


def can_review(user: User, item: Item) -> bool:
    """Give the office's answers, or return it with a reason."""
    return acts_as(user, Role.OFFICE, Role.SIGNER) and item.status == ItemStatus.IN_REVIEW and not drafted(user, item)


def can_answer(user: User, item: Item, kind: Answer.Kind) -> bool:
    """Secrecy is answered by whoever passes the item on; the other two by the office."""
    return can_check(user, item) if kind == Answer.Kind.SECRECY else can_review(user, item)


def can_publish(user: User, item: Item) -> bool:
    return acts_as(user, Role.OFFICE, Role.SIGNER) and item.status == ItemStatus.APPROVED and not drafted(user, item)


def can_withdraw(user: User, item: Item) -> bool:
    return acts_as(user, Role.OFFICE, Role.SIGNER) and item.status == ItemStatus.PUBLISHED
