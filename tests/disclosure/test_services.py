"""Drafting, review and publication: who may, what holds, what is refused."""

import uuid
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction

from disclosure.items.drafting import draft_item, edit_item, revise_item
from disclosure.items.publication import publish_item
from disclosure.models import Answer, IndexNumberCounter, Item
from disclosure.models.states import ItemStatus
from disclosure.review.services import answer_item, lines, pass_item, return_item, submit_item
from ninghai.models import AuditEntry, Message, Unit
from ninghai.models.state_machine import StaleError, TransitionError
from tests.disclosure.makers import AT, approved, as_today, drafted, in_review, published, with_head, withdrawn


def inherited(cast) -> None:
    """The town takes over from the finance bureau, whose people go there."""
    Unit.objects.filter(pk=cast.finance.pk).update(valid_until=AT.date() - timedelta(days=1), successor=cast.town)


def test_the_heir_goes_on_with_what_the_ended_unit_began(cast):
    draft, waiting, public = drafted(cast), with_head(cast), published(cast)
    assert not Item.objects.visible_to(as_today(cast.other_clerk)).exists()

    inherited(cast)
    draft, waiting, public = (Item.objects.get(pk=each.pk) for each in (draft, waiting, public))

    clerk, head = as_today(cast.other_clerk), as_today(cast.other_head)
    assert set(Item.objects.visible_to(clerk)) == {draft, waiting, public}
    submit_item(item=edit_item(item=draft, version=draft.version, by=clerk, at=AT, title="接着写"), by=clerk, at=AT)
    seen = waiting.content_hash()
    passed = pass_item(item=waiting, seen_hash=seen, checked=lines(Answer.Kind.SECRECY), by=head, at=AT)
    assert revise_item(item=public, form_id=uuid.uuid4(), by=clerk, at=AT).unit == cast.finance
    return_item(item=passed, reason="不清楚", by=cast.office, at=AT)
    assert Message.objects.filter(kind="returned", recipient=clerk).exists()


def test_the_same_form_sent_twice_drafts_one_item(cast):
    form_id = uuid.uuid4()
    first, second = (
        draft_item(unit=cast.finance, form_id=form_id, by=cast.clerk, at=AT, title="预算", body="正文")
        for _ in range(2)
    )

    assert first == second
    assert AuditEntry.objects.about(first).count() == 1


def test_nobody_drafts_for_another_unit(cast):
    with pytest.raises(PermissionDenied):
        draft_item(unit=cast.town, form_id=uuid.uuid4(), by=cast.clerk, at=AT, title="预算", body="正文")


def test_a_stale_version_is_refused_and_the_first_edit_stays(cast):
    item = drafted(cast)
    seen = item.version
    edit_item(item=item, version=seen, by=cast.clerk, at=AT, title="第一次修改")

    with pytest.raises(StaleError):
        edit_item(item=Item.objects.get(pk=item.pk), version=seen, by=cast.clerk, at=AT, title="第二次修改")

    assert Item.objects.get(pk=item.pk).title == "第一次修改"


def test_what_cannot_be_seen_in_a_title_is_not_kept(cast):
    item = drafted(cast, title="预算\u202e公开\x07\n 说明", body="第一段\r\n第二段")

    assert (item.title, item.body) == ("预算公开 说明", "第一段\n第二段")


def test_the_whole_way_to_the_public(cast):
    item = published(cast)

    assert item.status == ItemStatus.PUBLISHED
    assert item.index_number == "330226002/2018-00001"
    assert (item.published_by, item.published_at) == (cast.office, AT)
    kinds = {answer.kind: answer.signed_by for answer in item.answers.all()}
    assert kinds == {"secrecy": cast.head, "personal_data": cast.office, "legality": cast.office}
    moves = [entry.to_status for entry in AuditEntry.objects.about(item) if entry.to_status]
    assert moves == ["draft", "with_head", "in_review", "approved", "published"]


def test_the_drafter_neither_checks_nor_answers_nor_publishes(cast):
    item = submit_item(item=drafted(cast, by=cast.office), by=cast.office, at=AT)
    with pytest.raises(PermissionDenied):
        pass_item(item=item, seen_hash=item.content_hash(), by=cast.office, at=AT)

    item = pass_item(item=item, seen_hash=item.content_hash(), by=cast.second_office, at=AT)
    with pytest.raises(PermissionDenied):
        answer_item(item=item, kind=Answer.Kind.LEGALITY, seen_hash=item.content_hash(), by=cast.office, at=AT)


def test_one_person_does_not_sign_all_three_answers(cast):
    item = submit_item(item=drafted(cast, by=cast.office), by=cast.office, at=AT)
    item = pass_item(item=item, seen_hash=item.content_hash(), by=cast.second_office, at=AT)
    seen = item.content_hash()
    answer_item(item=item, kind=Answer.Kind.LEGALITY, seen_hash=seen, by=cast.second_office, at=AT)

    with pytest.raises(PermissionDenied):
        answer_item(item=item, kind=Answer.Kind.PERSONAL_DATA, seen_hash=seen, by=cast.second_office, at=AT)
    answer_item(item=item, kind=Answer.Kind.PERSONAL_DATA, seen_hash=seen, by=cast.signer, at=AT)

    item.refresh_from_db()
    assert item.status == ItemStatus.APPROVED


def test_an_answer_for_another_content_than_the_one_seen_is_refused(cast):
    item = with_head(cast)
    seen = item.content_hash()
    Item.objects.filter(pk=item.pk).update(body="另一份正文")

    with pytest.raises(StaleError):
        pass_item(item=item, seen_hash=seen, by=cast.head, at=AT)

    assert not Answer.objects.exists()


def test_one_kind_is_answered_once(cast):
    item = in_review(cast)
    seen = item.content_hash()
    answer_item(item=item, kind=Answer.Kind.LEGALITY, seen_hash=seen, by=cast.office, at=AT)

    with pytest.raises(StaleError):
        answer_item(item=item, kind=Answer.Kind.LEGALITY, seen_hash=seen, by=cast.signer, at=AT)


def test_one_changed_byte_is_never_published(cast):
    item = approved(cast)
    Item.objects.filter(pk=item.pk).update(body=item.body + "。")

    with pytest.raises(TransitionError):
        publish_item(item=item, by=cast.office, at=AT)

    item.refresh_from_db()
    assert (item.status, item.index_number) == (ItemStatus.APPROVED, None)
    assert not IndexNumberCounter.objects.filter(last__gt=0).exists()


def test_a_return_drops_the_answers_and_keeps_the_reason(cast):
    item = return_item(item=approved(cast), reason="  标题不规范 ", by=cast.office, at=AT)

    assert (item.status, item.return_reason) == (ItemStatus.DRAFT, "标题不规范")
    item = submit_item(item=item, by=cast.clerk, at=AT)
    item = pass_item(item=item, seen_hash=item.content_hash(), by=cast.head, at=AT)
    assert Answer.objects.filter(item=item).standing(content_hash=item.content_hash()).count() == 1


def test_a_return_needs_a_reason(cast):
    with pytest.raises(PermissionDenied):
        return_item(item=in_review(cast), reason="  ", by=cast.office, at=AT)


def test_another_units_head_neither_passes_nor_returns(cast):
    item = with_head(cast)
    with pytest.raises(PermissionDenied):
        pass_item(item=item, seen_hash=item.content_hash(), by=cast.other_head, at=AT)
    with pytest.raises(PermissionDenied):
        return_item(item=item, reason="不妥", by=cast.other_head, at=AT)


def test_an_imported_number_is_kept_unique_and_passed_over(cast):
    item = publish_item(item=approved(cast), by=cast.office, at=AT, imported_number="330226002/2018-00002")
    assert item.index_number == "330226002/2018-00002"

    with pytest.raises(ValidationError):
        publish_item(item=approved(cast), by=cast.office, at=AT, imported_number="330226002/2018-00002")
    assert published(cast).index_number == "330226002/2018-00001"
    assert published(cast).index_number == "330226002/2018-00003"


def test_the_year_of_a_number_is_the_countys_year(cast):
    new_year = AT.replace(year=2018, month=12, day=31, hour=23, minute=59)
    assert published(cast, at=new_year).index_number == "330226002/2018-00001"


def test_a_withdrawn_item_keeps_its_number(cast):
    item = withdrawn(cast)

    assert item.index_number == "330226002/2018-00001"
    assert published(cast).index_number == "330226002/2018-00002"


def test_the_database_refuses_a_published_item_without_a_number(cast):
    item = drafted(cast)
    with pytest.raises(IntegrityError), transaction.atomic():
        Item.objects.filter(pk=item.pk).update(status=ItemStatus.PUBLISHED)
