"""Undo (撤销) of an answer just given or an item just returned: by whom, for how long, and that it is as if it had not been."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from disclosure.items.drafting import edit_item, recall_item
from disclosure.items.publication import publish_item, schedule_item
from disclosure.models import Answer, Item
from disclosure.review.services import answer_item, pass_item, return_item, submit_item, take_back_answer
from ninghai.calendar import clock
from ninghai.models import AuditEntry, Message
from ninghai.models.state_machine import UNDO, StaleError, TransitionError
from tests.disclosure import makers

pytestmark = pytest.mark.django_db


@pytest.fixture
def now(db):
    return clock.now()


def fresh(item: Item) -> Item:
    return Item.objects.get(pk=item.pk)


def state_of(item: Item):
    """Everything that a decision changes, but the version."""
    item = fresh(item)
    answers = set(item.answers.filter(dropped_at=None).values_list("kind", "signed_by", "content_hash"))
    return item.status, item.return_reason, item.determined_on, item.release_at, item.scheduled_by_id, answers


def signing(kind: Answer.Kind):
    return lambda cast, item, at: answer_item(
        item=item, kind=kind, seen_hash=item.content_hash(), by=cast.office, at=at
    )


def first_answer(cast) -> Item:
    item = makers.in_review(cast)
    kind = Answer.Kind.PERSONAL_DATA
    answer_item(item=item, kind=kind, seen_hash=item.content_hash(), by=cast.second_office, at=makers.AT)
    return item


def set_for_a_day(cast) -> Item:
    item = makers.approved(cast, method="on_request", method_reason="third_party", body="", summary="")
    return schedule_item(item=item, release_at=clock.now() + timedelta(days=3), by=cast.second_office, at=clock.now())


DECISIONS = {
    "the head passes it on": (
        makers.with_head,
        lambda cast, item, at: pass_item(item=item, seen_hash=item.content_hash(), by=cast.head, at=at),
        "head",
    ),
    "the head returns it": (
        makers.with_head,
        lambda cast, item, at: return_item(item=item, reason="请核对", by=cast.head, at=at),
        "head",
    ),
    "the first answer of the office": (makers.in_review, signing(Answer.Kind.LEGALITY), "office"),
    "the last answer approves it": (first_answer, signing(Answer.Kind.LEGALITY), "office"),
    "the office returns it": (
        first_answer,
        lambda cast, item, at: return_item(item=item, reason="请核对", by=cast.office, at=at),
        "office",
    ),
    "the office returns what was set for a day": (
        set_for_a_day,
        lambda cast, item, at: return_item(item=item, reason="请核对", by=cast.office, at=at),
        "office",
    ),
}
all_decisions = pytest.mark.parametrize(("begin", "decide", "who"), DECISIONS.values(), ids=list(DECISIONS))


@all_decisions
def test_what_is_taken_back_leaves_everything_as_it_was(cast, now, begin, decide, who):
    item, person = begin(cast), getattr(cast, who)
    before = state_of(item)
    decide(cast, fresh(item), now)
    assert state_of(item) != before

    take_back_answer(item=fresh(item), by=person, at=now + timedelta(seconds=9))

    assert state_of(item) == before
    assert AuditEntry.objects.about(item).last().reason == "撤销"
    decide(cast, fresh(item), now + timedelta(seconds=30))  # and it may be decided anew
    assert state_of(item) != before


@all_decisions
def test_only_who_decided_takes_it_back_and_only_for_a_moment(cast, now, begin, decide, who):
    item, person = begin(cast), getattr(cast, who)
    decide(cast, fresh(item), now)
    decided = state_of(item)

    for other in {cast.office, cast.second_office, cast.signer, cast.clerk, cast.head, cast.other_head} - {person}:
        with pytest.raises((PermissionDenied, TransitionError)):
            take_back_answer(item=fresh(item), by=other, at=now)
    with pytest.raises(TransitionError, match="已经超过可以撤销的时间"):
        take_back_answer(item=fresh(item), by=person, at=now + UNDO + timedelta(seconds=1))

    assert state_of(item) == decided


def test_a_second_return_taken_back_says_the_first_reason_again(cast, now):
    item = makers.with_head(cast)
    return_item(item=item, reason="第一次的理由", by=cast.head, at=makers.AT)
    submit_item(item=fresh(item), by=cast.clerk, at=makers.LATER)
    return_item(item=fresh(item), reason="点错了", by=cast.head, at=now)

    take_back_answer(item=fresh(item), by=cast.head, at=now)

    assert fresh(item).return_reason == "第一次的理由"


def test_what_has_followed_is_not_pulled_away(cast, now):
    returned, signed, approved = makers.with_head(cast), makers.in_review(cast), first_answer(cast)
    return_item(item=returned, reason="请核对", by=cast.head, at=now)
    edit_item(item=fresh(returned), version=fresh(returned).version, body="另一段。", by=cast.clerk, at=now)
    signing(Answer.Kind.LEGALITY)(cast, signed, now)
    kind, seen = Answer.Kind.PERSONAL_DATA, signed.content_hash()
    answer_item(item=fresh(signed), kind=kind, seen_hash=seen, by=cast.second_office, at=now)
    signing(Answer.Kind.LEGALITY)(cast, approved, now)
    publish_item(item=fresh(approved), by=cast.second_office, at=now)

    for item, person in ((returned, cast.head), (signed, cast.office), (approved, cast.office)):
        with pytest.raises(TransitionError, match="不能撤销"):
            take_back_answer(item=fresh(item), by=person, at=now)


def test_what_the_unit_recalled_itself_is_no_decision(cast, now):
    item = makers.with_head(cast)
    recall_item(item=item, by=cast.clerk, at=now)

    for person in (cast.clerk, cast.head):
        with pytest.raises((PermissionDenied, TransitionError)):
            take_back_answer(item=fresh(item), by=person, at=now)


def test_from_an_old_page_nothing_is_taken_back(cast, now):
    item = makers.with_head(cast)
    old = fresh(item)
    return_item(item=item, reason="请核对", by=cast.head, at=now)

    with pytest.raises(StaleError):
        take_back_answer(item=old, by=cast.head, at=now)


def test_a_return_that_is_taken_back_was_never_told(cast, now):
    item = makers.with_head(cast)
    return_item(item=item, reason="请核对", by=cast.head, at=now)
    told = Message.objects.filter(kind="returned")
    assert {each.created_at - now for each in told} == {UNDO}

    take_back_answer(item=fresh(item), by=cast.head, at=now + timedelta(seconds=5))

    assert not told.all().exists()


@pytest.mark.parametrize("kind", [Answer.Kind.PERSONAL_DATA, Answer.Kind.LEGALITY])
def test_the_page_offers_it_beside_what_was_done(client, cast, kind):
    """Also where the answer was the last one, and the item is in another version since."""
    item = first_answer(cast) if kind == Answer.Kind.LEGALITY else makers.in_review(cast)
    client.force_login(cast.office)
    before, sent = state_of(item), {"version": item.version, "seen_hash": item.content_hash(), "kind": kind}
    page = client.post(reverse("admin:disclosure_item_answer", args=[item.pk]), sent, follow=True)
    take_back = reverse("admin:disclosure_item_take-back", args=[item.pk])
    assert f'action="{take_back}"' in page.text

    answer = client.post(take_back, {"version": fresh(item).version}, follow=True)

    assert "已撤销，恢复为刚才办理以前的样子" in answer.text
    assert state_of(item) == before
