"""The signer releases before the review, flagged; the three answers follow, or it is withdrawn."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from disclosure.items.lifecycle import ask_for_release, refuse_after, release_at_once
from disclosure.models import Answer, Item
from disclosure.models.states import ItemStatus
from disclosure.review.services import answer_item, lines
from ninghai.models import AuditEntry
from ninghai.models.state_machine import StaleError, TransitionError
from tests.disclosure.makers import (
    AT,
    LATER,
    approved,
    drafted,
    in_review,
    published,
    released_at_once,
    revised,
    updated,
    with_head,
)

Kind = Answer.Kind


def answer(item, kind, by):
    item = Item.objects.get(pk=item.pk)
    return answer_item(item=item, kind=kind, seen_hash=item.content_hash(), checked=lines(kind), by=by, at=LATER)


@pytest.mark.parametrize("make", [drafted, with_head, in_review])
def test_the_signer_releases_what_is_not_reviewed_yet(cast, make):
    item = released_at_once(cast, make(cast))

    assert (item.status, item.is_emergency, item.index_number) == (ItemStatus.PUBLISHED, True, "330226002/2018-00001")
    assert (item.published_by, item.published_at, item.reviewed_after_at) == (cast.signer, AT, None)
    entry = AuditEntry.objects.about(item).get(action="emergency")
    assert (entry.to_status, entry.reason) == ("published", "防汛应急，须立即告知公众")
    assert Item.objects.published(AT).search("部门预算").count() == 1


@pytest.mark.parametrize("who", ["office", "clerk", "head", "inspector"])
def test_nobody_else_does(cast, who):
    item = in_review(cast)
    with pytest.raises(PermissionDenied):
        release_at_once(item=item, seen_hash=item.content_hash(), reason="急", by=getattr(cast, who), at=AT)


def test_not_without_a_reason(cast):
    item = in_review(cast)
    with pytest.raises(PermissionDenied):
        release_at_once(item=item, seen_hash=item.content_hash(), reason="  ", by=cast.signer, at=AT)


def test_neither_what_was_reviewed_nor_a_revision(cast):
    waiting, revision = approved(cast), revised(cast, published(cast), body="二")
    for item in (waiting, revision):
        with pytest.raises(TransitionError):
            release_at_once(item=item, seen_hash=item.content_hash(), reason="急", by=cast.signer, at=AT)
        with pytest.raises(PermissionDenied):
            release_at_once(item=item, seen_hash=item.content_hash(), reason="急", by=cast.clerk, at=AT)


def test_another_content_than_the_one_on_the_screen_is_not_released(cast):
    item = in_review(cast)
    seen = item.content_hash()
    Item.objects.filter(pk=item.pk).update(body="偷换的正文")

    with pytest.raises(StaleError):
        release_at_once(item=item, seen_hash=seen, reason="急", by=cast.signer, at=AT)


def test_the_three_answers_given_afterwards_complete_its_review(cast):
    item = released_at_once(cast, drafted(cast))

    answer(item, Kind.LEGALITY, cast.office)
    answer(item, Kind.SECRECY, cast.head)
    item.refresh_from_db()
    assert item.reviewed_after_at is None
    answer(item, Kind.PERSONAL_DATA, cast.office)

    item.refresh_from_db()
    assert (item.status, item.reviewed_after_at, item.is_emergency) == (ItemStatus.PUBLISHED, LATER, True)


def test_answers_given_before_the_release_still_count(cast):
    item = released_at_once(cast, in_review(cast))

    with pytest.raises(PermissionDenied):
        answer(item, Kind.SECRECY, cast.head)
    for kind in (Kind.LEGALITY, Kind.PERSONAL_DATA):
        answer(item, kind, cast.office)

    item.refresh_from_db()
    assert item.reviewed_after_at == LATER


@pytest.mark.parametrize(
    ("kind", "who"),
    [
        (Kind.SECRECY, "clerk"),
        (Kind.SECRECY, "office"),
        (Kind.SECRECY, "other_head"),
        (Kind.LEGALITY, "head"),
        (Kind.LEGALITY, "clerk"),
        (Kind.PERSONAL_DATA, "inspector"),
    ],
)
def test_nobody_answers_who_would_not_in_the_ordinary_review(cast, kind, who):
    item = released_at_once(cast, drafted(cast))

    with pytest.raises(PermissionDenied):
        answer(item, kind, getattr(cast, who))
    with pytest.raises(PermissionDenied):
        refuse_after(item=item, kind=kind, reason="不妥", by=getattr(cast, who), at=LATER)


def test_what_was_published_in_order_is_not_answered_again(cast):
    item = published(cast)
    with pytest.raises(TransitionError, match="不用补充审查"):
        answer(item, Kind.LEGALITY, cast.second_office)


@pytest.mark.parametrize(("kind", "who"), [(Kind.LEGALITY, "clerk"), (Kind.SECRECY, "other_head")])
def test_whoever_may_never_answer_is_told_so_in_every_state(cast, kind, who):
    item = published(cast)
    with pytest.raises(PermissionDenied):
        answer(item, kind, getattr(cast, who))


@pytest.mark.parametrize(
    ("kind", "who", "reason"),
    [
        (Kind.SECRECY, "head", "secrecy"),
        (Kind.PERSONAL_DATA, "office", "personal_data"),
        (Kind.LEGALITY, "second_office", "wrong"),
    ],
)
def test_a_refusal_withdraws_it(cast, kind, who, reason):
    item = released_at_once(cast, drafted(cast))
    with pytest.raises(ValidationError):
        refuse_after(item=item, kind=kind, reason=" ", by=getattr(cast, who), at=LATER)

    item = refuse_after(item=item, kind=kind, reason="未经核实", by=getattr(cast, who), at=LATER)

    assert (item.status, item.withdrawal_reason) == (ItemStatus.WITHDRAWN, reason)
    assert "未经核实" in AuditEntry.objects.about(item).get(to_status="withdrawn").reason


def test_a_reviewed_revision_settles_the_review(cast):
    item = updated(cast, released_at_once(cast, drafted(cast)), body="核实后的正文")

    assert item.reviewed_after_at == LATER


def test_the_signer_sees_a_draft_only_when_the_unit_asks(cast):
    item = drafted(cast)
    assert not Item.objects.visible_to(cast.signer).filter(pk=item.pk).exists()

    item = ask_for_release(item=item, reason="台风即将登陆", by=cast.clerk, at=AT)

    assert Item.objects.visible_to(cast.signer).filter(pk=item.pk).exists()
    assert not Item.objects.visible_to(cast.other_head).filter(pk=item.pk).exists()
    with pytest.raises(TransitionError):
        ask_for_release(item=item, reason="再次", by=cast.clerk, at=AT)


@pytest.mark.parametrize("who", ["other_clerk", "inspector", "office"])
def test_only_the_unit_asks(cast, who):
    with pytest.raises(PermissionDenied):
        ask_for_release(item=drafted(cast), reason="急", by=getattr(cast, who), at=AT)
