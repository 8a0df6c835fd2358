"""Who may do what with an item: predicates of (user, item). Services require them, pages show buttons by them.

Nobody passes on, answers for or publishes what they drafted or changed, and the three answers take two people at least.
"""

from disclosure.content_hash import content_hash
from disclosure.models import Answer, Item
from disclosure.models.review import AnswerQuerySet
from disclosure.states import ItemStatus
from ninghai.models import AuditEntry, Role, Unit, User
from ninghai.roles import acts_as

REVIEWING = (Role.OFFICE, Role.SIGNER)
FEWEST_SIGNERS = 2


def acts_for_its_unit(user: User, item: Item) -> bool:
    return user.acting is not None and user.acting.unit_id == item.unit_id


def writers(item: Item) -> set[int]:
    """Who drafted it and who changed it since."""
    wrote = AuditEntry.objects.about(item).filter(action__in=[AuditEntry.Action.DRAFT, AuditEntry.Action.EDIT])
    return {item.drafted_by_id, *wrote.exclude(actor=None).values_list("actor", flat=True)}


def wrote(user: User, item: Item) -> bool:
    return user.pk in writers(item)


def can_draft(user: User) -> bool:
    """A unit's clerk drafts for the unit, the office for itself."""
    return acts_as(user, Role.EDITOR, Role.OFFICE)


def can_draft_for(user: User, unit: Unit) -> bool:
    return can_draft(user) and user.acting is not None and user.acting.unit_id == unit.pk


def can_edit(user: User, item: Item) -> bool:
    return can_draft(user) and acts_for_its_unit(user, item) and item.is_editable


def can_submit(user: User, item: Item) -> bool:
    return can_edit(user, item)


def can_check(user: User, item: Item) -> bool:
    """Pass on to the office or return, with the secrecy answer: the unit's head; for the office's own, another office person."""
    if item.status != ItemStatus.WITH_HEAD or not acts_for_its_unit(user, item):
        return False
    return acts_as(user, Role.REVIEWER, Role.OFFICE, Role.SIGNER) and not wrote(user, item)


def can_review(user: User, item: Item) -> bool:
    """Read it for the office and sign the office's answers."""
    return acts_as(user, *REVIEWING) and item.status == ItemStatus.IN_REVIEW and not wrote(user, item)


def can_answer(user: User, item: Item, kind: Answer.Kind) -> bool:
    """Secrecy is answered by whoever passes the item on; the other two by the office, never all three by one person."""
    if kind == Answer.Kind.SECRECY:
        return can_check(user, item)
    others = standing_answers(item, content_hash(item)).exclude(kind=kind).values_list("signed_by", flat=True)
    return can_review(user, item) and list(others) != [user.pk, user.pk]


def can_return(user: User, item: Item) -> bool:
    """Whoever checks it now may send it back; the office also when it waits for publication."""
    waits = acts_as(user, *REVIEWING) and item.status == ItemStatus.APPROVED
    return can_check(user, item) or can_review(user, item) or waits


def can_publish(user: User, item: Item) -> bool:
    return acts_as(user, *REVIEWING) and item.status == ItemStatus.APPROVED and not wrote(user, item)


def can_withdraw(user: User, item: Item) -> bool:
    return acts_as(user, *REVIEWING) and item.status == ItemStatus.PUBLISHED


def standing_answers(item: Item, seen_hash: str) -> AnswerQuerySet:
    """The answers that hold for this content, one of a kind at most."""
    return Answer.objects.filter(item=item).standing(content_hash=seen_hash)


def is_fully_answered(item: Item, seen_hash: str) -> bool:
    """The three answers hold for this content, given by two people at least, none of whom wrote it."""
    answers = standing_answers(item, seen_hash).values_list("kind", "signed_by")
    signers = {signer for _, signer in answers}
    complete = {kind for kind, _ in answers} == set(Answer.Kind.values)
    return complete and len(signers) >= FEWEST_SIGNERS and not signers & writers(item)
