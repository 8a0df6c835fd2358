"""Who wrote is not who checks, and what was taken for one purpose does not serve another."""

import uuid

import pytest
from django.core.exceptions import PermissionDenied

from disclosure.items import rules
from disclosure.items.drafting import edit_item
from disclosure.models import Answer, Attachment
from disclosure.review.services import answer_item, pass_item, submit_item
from ninghai.files import store_bytes
from ninghai.models import Membership, Role
from tests.disclosure.makers import AT, as_today, drafted


def test_who_changed_a_draft_neither_passes_nor_answers_nor_publishes_it(cast):
    item = drafted(cast, by=cast.office, title="本办信息")
    item = edit_item(item=item, version=item.version, by=cast.second_office, at=AT, body="另一个人写的正文")
    item = submit_item(item=item, by=cast.office, at=AT)

    with pytest.raises(PermissionDenied):
        pass_item(item=item, seen_hash=item.content_hash(), by=cast.second_office, at=AT)
    with pytest.raises(PermissionDenied):
        pass_item(item=item, seen_hash=item.content_hash(), by=cast.office, at=AT)

    item = pass_item(item=item, seen_hash=item.content_hash(), by=cast.signer, at=AT)
    for person in (cast.office, cast.second_office):
        with pytest.raises(PermissionDenied):
            answer_item(item=item, kind=Answer.Kind.LEGALITY, seen_hash=item.content_hash(), by=person, at=AT)
        assert not rules.can_publish(person, item)


def test_a_clerk_who_is_also_head_does_not_pass_what_they_changed(cast):
    as_head = Membership.objects.create(user=cast.other_clerk, unit=cast.finance, role=Role.REVIEWER)
    as_clerk = Membership.objects.create(user=cast.other_clerk, unit=cast.finance, role=Role.EDITOR)
    both = as_today(cast.other_clerk)
    both.acting = as_clerk
    item = drafted(cast)
    item = edit_item(item=item, version=item.version, by=both, at=AT, body="改过的正文")
    item = submit_item(item=item, by=cast.clerk, at=AT)

    both.acting = as_head
    assert not rules.can_check(both, item)
    assert rules.can_check(cast.head, item)


@pytest.mark.parametrize("name", ["evidence.xls", "evidence.zip", "evidence.txt"])
def test_evidence_that_nobody_can_look_into_is_not_slipped_into_an_item(client, cast, name):
    """The hidden field of kept files takes any id that this person stored, for whatever purpose."""
    stored = store_bytes(data=b"PK\x03\x04", name=name, media_type="application/zip", by=cast.clerk, at=AT)
    client.force_login(cast.clerk)
    sent = {"title": "标题", "kind": "other", "body": "正文", "form_id": str(uuid.uuid4()), "kept": str(stored.pk)}

    response = client.post("/work/items/new/", sent)

    assert response.status_code == 422
    assert not Attachment.objects.filter(file=stored).exists()
