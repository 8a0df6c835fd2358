"""What is not disclosed: that it exists, why not, when that is looked at again; never a word or a file of it."""

import uuid
from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from disclosure.items.drafting import draft_item, edit_item
from disclosure.items.publication import publish_item
from disclosure.models import Attachment, Item
from ninghai.files import store_bytes
from ninghai.models.state_machine import TransitionError
from tests.disclosure.makers import AT, approved, drafted, published, updated

GROUNDS = {
    "title": "关于某事项内部研究情况的报告",
    "body": "",
    "method": "not_disclosed",
    "method_reason": "process",
    "method_explanation": "讨论记录，属于过程性信息",
    "next_review_date": date(2019, 11, 20),
}


def a_file(cast, name="内部附件.txt"):
    return store_bytes(data=b"x", name=name, media_type="text/plain", by=cast.clerk, at=AT)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"method_reason": ""}, "method_reason"),
        ({"next_review_date": None}, "next_review_date"),
        ({"body": "不能说的话"}, "method"),
        ({"summary": "不能说的话"}, "method"),
    ],
)
def test_a_draft_that_says_too_little_or_too_much_is_refused_beside_its_field(cast, changes, field):
    with pytest.raises(ValidationError) as refused:
        drafted(cast, **(GROUNDS | changes))

    assert list(refused.value.message_dict) == [field]
    assert not Item.objects.exists()


def test_what_is_given_on_request_needs_no_date(cast):
    grounds = GROUNDS | {"method": "on_request", "method_reason": "few_concerned", "next_review_date": None}

    assert published(cast, **grounds).index_number


def test_it_takes_no_file_neither_at_first_nor_later(cast):
    with pytest.raises(ValidationError):
        drafted(cast, **GROUNDS, files=[a_file(cast)])

    item = drafted(cast, **GROUNDS)
    with pytest.raises(ValidationError):
        edit_item(item=item, version=item.version, by=cast.clerk, at=AT, attachments=[a_file(cast)])
    assert not Attachment.objects.exists()


def test_a_file_that_came_another_way_keeps_it_from_the_public(cast):
    item = approved(cast, **GROUNDS)
    Attachment.objects.create(item=item, file=a_file(cast), label="内部附件.txt")

    with pytest.raises(TransitionError):
        publish_item(item=item, by=cast.office, at=AT)


def test_the_grounds_go_when_it_is_disclosed_after_all(cast):
    item = drafted(cast, **GROUNDS)

    item = edit_item(item=item, version=item.version, by=cast.clerk, at=AT, method="proactive", body="可以公开了。")

    assert (item.method_reason, item.method_explanation, item.next_review_date) == ("", "", None)


@pytest.mark.parametrize("column", ["body", "summary"])
def test_the_database_itself_keeps_the_text_away(cast, column):
    item = published(cast, **GROUNDS)

    with pytest.raises(IntegrityError), transaction.atomic():
        Item.objects.filter(pk=item.pk).update(**{column: "不能说的话"})


def test_what_was_disclosed_and_is_not_any_more_hides_its_old_text(cast):
    item = published(cast, body="后来不能说的话")

    item = updated(cast, item, **{name: value for name, value in GROUNDS.items() if name != "title"}, summary="")

    assert (item.body, [version.is_hidden for version in item.public_versions.all()]) == ("", [True])


def test_the_same_holds_for_the_offices_own(cast):
    with pytest.raises(ValidationError):
        draft_item(
            unit=cast.county_office,
            form_id=uuid.uuid4(),
            by=cast.office,
            at=AT,
            attachments=[a_file(cast)],
            **GROUNDS,
        )
