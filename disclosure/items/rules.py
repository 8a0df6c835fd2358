"""Who may do what with an item: predicates of (user, item). Services require them, pages show buttons by them.

Nobody passes on, answers for or publishes what they drafted or changed, and the three answers take two people at least.
"""

from disclosure.models import Answer, Item
from disclosure.models.review import AnswerQuerySet
from disclosure.models.states import ItemStatus
from ninghai.accounts.audit.history import not_own_work, writers_of
from ninghai.calendar import clock
from ninghai.models import AuditEntry, Role, Unit, User, acts_as
from ninghai.models.state_machine import Allowed, either, in_state

REVIEWING = (Role.OFFICE, Role.SIGNER)
FEWEST_SIGNERS = 2
WHEN_LINKED = "起草时由起草单位关联，公开后由县政府办公室关联；审核和审查（包括紧急公开后的补充审查）中的信息不能关联。"
CLOSED = (ItemStatus.MERGED, ItemStatus.WITHDRAWN, ItemStatus.DISCARDED)  # a revision that is not under way
NOT_REVIEWED = (ItemStatus.DRAFT, ItemStatus.WITH_HEAD, ItemStatus.IN_REVIEW)


def acts_for_its_unit(user: User, item: Item) -> bool:
    """For the unit whose item it is, or the one that has taken over from it (职责承接)."""
    acting = user.acting
    if acting is None or acting.unit_id == item.unit_id:
        return acting is not None
    has_ended = item.unit.valid_until is not None
    return has_ended and Unit.objects.inherited_by(acting.unit).filter(pk=item.unit_id).exists()


def writers(item: Item) -> set[int]:
    """Who wrote it; of a revision also who changed what it explains or whether it holds in the item that it revises.

    These changes of what is public were reviewed by nobody; all else that a revision copies was.
    """
    if item.revises_id is None:
        return writers_of(item)
    unreviewed = [AuditEntry.Action.LINK_INTERPRETATION, AuditEntry.Action.CHANGE_VALIDITY]
    rows = AuditEntry.objects.filter(
        target_type=Item._meta.label_lower, target_id=str(item.revises_id), action__in=unreviewed
    )
    return writers_of(item) | set(rows.exclude(actor=None).values_list("actor", flat=True))


def others_wrote(user: User, item: Item) -> Allowed:
    """Whether the person had no hand in it."""
    return not_own_work(user, also=writers(item))


def can_draft(user: User) -> bool:
    """A unit's clerk drafts for the unit, the office for itself."""
    return acts_as(user, Role.EDITOR, Role.OFFICE)


def can_draft_for(user: User, unit: Unit) -> bool:
    return can_draft(user) and user.acting is not None and user.acting.unit_id == unit.pk


def drafts_for_its_unit(user: User, item: Item) -> bool:
    """Whether the person writes what this unit discloses, whatever the item's state."""
    return can_draft(user) and acts_for_its_unit(user, item)


def can_edit(user: User, item: Item) -> Allowed:
    return drafts_for_its_unit(user, item) and in_state(item.is_editable, item)


def can_submit(user: User, item: Item) -> Allowed:
    return can_edit(user, item)


def can_recall(user: User, item: Item) -> Allowed:
    """Take back what was handed in: whoever drafts for its unit, until it is public."""
    was_handed_in = item.status in {ItemStatus.WITH_HEAD, ItemStatus.IN_REVIEW, ItemStatus.APPROVED}
    return drafts_for_its_unit(user, item) and in_state(was_handed_in, item)


def can_discard(user: User, item: Item) -> Allowed:
    """Give up what is a draft, and so was never public itself."""
    return can_edit(user, item)


def can_check(user: User, item: Item) -> Allowed:
    """Pass on to the office or return, with the secrecy answer: the unit's head; for the office's own, another office person."""
    checks = acts_as(user, Role.REVIEWER, Role.OFFICE, Role.SIGNER) and acts_for_its_unit(user, item)
    return checks and in_state(item.status == ItemStatus.WITH_HEAD, item) and others_wrote(user, item)


def can_review(user: User, item: Item) -> Allowed:
    """Read it for the office and sign the office's answers."""
    is_in_review = in_state(item.status == ItemStatus.IN_REVIEW, item)
    return acts_as(user, *REVIEWING) and is_in_review and others_wrote(user, item)


def can_answer(user: User, item: Item, kind: Answer.Kind) -> Allowed:
    """Secrecy is answered by whoever passes the item on; the other two by the office, never all three by one person."""
    if kind == Answer.Kind.SECRECY:
        return can_check(user, item)
    others = standing_answers(item, item.content_hash()).exclude(kind=kind).values_list("signed_by", flat=True)
    return can_review(user, item) and list(others) != [user.pk, user.pk]


def can_return(user: User, item: Item) -> Allowed:
    """Whoever checks it now may send it back; the office also when it waits for publication."""
    waits = acts_as(user, *REVIEWING) and in_state(item.status == ItemStatus.APPROVED, item)
    return either(can_check(user, item), can_review(user, item), waits)


def can_take_back_answer(user: User, item: Item) -> Allowed:
    """Whoever signed an answer or returned it a moment ago, while nothing has followed (撤销)."""
    return acts_as(user, Role.REVIEWER, *REVIEWING) and item.may_be_taken_back(by=user, at=clock.now())


def can_publish(user: User, item: Item) -> Allowed:
    is_approved = in_state(item.status == ItemStatus.APPROVED, item)
    return acts_as(user, *REVIEWING) and is_approved and others_wrote(user, item)


def can_preview(user: User, item: Item) -> Allowed:
    """See the public page of what is not public yet: its unit, and who may publish it one day."""
    is_of_the_unit = acts_as(user, Role.EDITOR, Role.REVIEWER) and acts_for_its_unit(user, item)
    is_to_come = item.status in {*NOT_REVIEWED, ItemStatus.APPROVED}
    return (is_of_the_unit or acts_as(user, *REVIEWING)) and in_state(is_to_come, item)


def can_withdraw(user: User, item: Item) -> Allowed:
    """What the public can still read: an item of the catalogue, or one whose text was kept at its address."""
    can_be_read = item.status == ItemStatus.PUBLISHED or item.keeps_text
    return acts_as(user, *REVIEWING) and in_state(can_be_read, item)


def can_change_validity(user: User, item: Item) -> Allowed:
    return acts_as(user, *REVIEWING) and in_state(item.status == ItemStatus.PUBLISHED, item)


def can_revise(user: User, item: Item) -> Allowed:
    """Whoever drafts for the unit drafts another content for what it has published."""
    return drafts_for_its_unit(user, item) and in_state(item.status == ItemStatus.PUBLISHED, item)


def open_revision(item: Item) -> Item | None:
    """The revision of the item that is under way, if there is one."""
    return item.revisions.exclude(status__in=CLOSED).only("pk", "status").first()


def can_ask_for_release(user: User, item: Item) -> Allowed:
    """The unit asks the signer for emergency release of what is not reviewed yet."""
    asks = acts_as(user, Role.EDITOR, Role.REVIEWER, Role.OFFICE) and acts_for_its_unit(user, item)
    is_fit = item.status in NOT_REVIEWED and item.revises_id is None and not item.emergency_reason
    return asks and in_state(is_fit, item)


def can_release_at_once(user: User, item: Item) -> Allowed:
    """The office's head, for what others wrote; a revision changes what is public already, and can wait."""
    is_fit = in_state(item.status in NOT_REVIEWED and item.revises_id is None, item)
    return acts_as(user, Role.SIGNER) and is_fit and others_wrote(user, item)


def awaits_review(item: Item) -> bool:
    """Whether it was released at once and its three answers are still to be completed."""
    return item.status == ItemStatus.PUBLISHED and item.is_emergency and item.reviewed_after_at is None


def can_answer_after(user: User, item: Item, kind: Answer.Kind) -> Allowed:
    """As in the ordinary review: secrecy by the unit's head, the rest by the office, none by who wrote it, two people at least."""
    if kind == Answer.Kind.SECRECY:
        signs = acts_for_its_unit(user, item) and acts_as(user, Role.REVIEWER, *REVIEWING)
    else:
        signs = acts_as(user, *REVIEWING)
    waits = in_state(awaits_review(item), item, "这条信息的补充审查已经办结，或者不用补充审查。")
    return signs and waits and _is_left_to(user, item, kind) and others_wrote(user, item)


def _is_left_to(user: User, item: Item, kind: Answer.Kind) -> bool:
    """Whether this answer is not given yet, and with it two people at least will have answered."""
    answers = list(standing_answers(item, item.content_hash()).values_list("kind", "signed_by"))
    is_given = kind in {answered for answered, _ in answers}
    return not is_given and [signer for _, signer in answers] != [user.pk, user.pk]


def can_import_items(user: User) -> bool:
    """Take over what was public elsewhere: the office answers for it."""
    return acts_as(user, *REVIEWING)


def can_link_interpretation(user: User, item: Item) -> Allowed:
    """Say which policy it explains: its drafters while it is a draft, the office once it is public and reviewed.

    The link is part of what the three answers are bound to: a change during the review would drop them.
    """
    is_settled = in_state(item.status == ItemStatus.PUBLISHED and not awaits_review(item), item, WHEN_LINKED)
    return either(acts_as(user, *REVIEWING) and is_settled, can_edit(user, item))


def standing_answers(item: Item, seen_hash: str) -> AnswerQuerySet:
    """The answers that hold for this content, one of a kind at most."""
    return Answer.objects.filter(item=item).standing(content_hash=seen_hash)


def is_fully_answered(item: Item, seen_hash: str) -> bool:
    """The three answers hold for this content, given by two people at least, none of whom wrote it."""
    answers = standing_answers(item, seen_hash).values_list("kind", "signed_by")
    signers = {signer for _, signer in answers}
    complete = {kind for kind, _ in answers} == set(Answer.Kind.values)
    return complete and len(signers) >= FEWEST_SIGNERS and not signers & writers(item)
