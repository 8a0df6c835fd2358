"""A unit revises what it has published: the ordinary review, then one number, a first date, and versions."""

import uuid
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from disclosure.items.drafting import link_interpretation, revise_item
from disclosure.items.lifecycle import change_validity, withdraw_item
from disclosure.items.publication import publish_item
from disclosure.models import Item, PublicVersion
from disclosure.models.states import ItemStatus, Validity
from ninghai.files import store_bytes
from ninghai.models import AuditEntry
from ninghai.models.state_machine import StaleError, TransitionError
from reports.scheduler import unneeded_files
from tests.disclosure.makers import AT, LATER, approved, drafted, published, reviewed, revised, updated


def a_file(cast, data=b"1", name="附表.txt"):
    return store_bytes(data=data, name=name, media_type="text/plain", by=cast.clerk, at=AT)


def revise(item, by, form_id=None):
    return revise_item(item=Item.objects.get(pk=item.pk), form_id=form_id or uuid.uuid4(), by=by, at=AT)


def test_a_revision_begins_as_a_copy_with_files_and_without_a_number(cast):
    item = published(cast, document_number="宁财〔2018〕1号", files=[a_file(cast)])

    revision = revise(item, cast.clerk)

    assert (revision.status, revision.revises, revision.index_number) == (ItemStatus.DRAFT, item, None)
    assert (revision.title, revision.body, revision.document_number) == (item.title, item.body, item.document_number)
    assert [each.file_id for each in revision.attachments.all()] == [each.file_id for each in item.attachments.all()]
    assert [entry.action for entry in AuditEntry.objects.about(revision)] == ["revise"]


def test_one_revision_is_open_at_a_time(cast):
    item, form_id = published(cast), uuid.uuid4()
    first = revise(item, cast.clerk, form_id)

    assert revise(item, cast.clerk, form_id) == first
    with pytest.raises(TransitionError):
        revise(item, cast.clerk)
    with pytest.raises(IntegrityError), transaction.atomic():
        Item.objects.create(unit=item.unit, title="第二份", revises=item, drafted_by=cast.clerk, drafted_at=AT)


@pytest.mark.parametrize("who", ["other_clerk", "head", "office", "signer", "inspector"])
def test_only_the_units_clerk_revises(cast, who):
    item = published(cast)

    with pytest.raises(PermissionDenied):
        revise(item, getattr(cast, who))


@pytest.mark.parametrize("make", [drafted, approved])
def test_only_what_is_public_is_revised(cast, make):
    with pytest.raises(TransitionError):
        revise(make(cast), cast.clerk)


def test_the_published_revision_becomes_the_items_content(cast):
    first, second = a_file(cast), a_file(cast, b"2", "新表.txt")
    item = published(cast, body="第一版正文", files=[first])
    revision = revised(
        cast, item, body="第二版正文", change_note="更正数字", files=[second], removed=[], title="新的标题"
    )

    item = publish_item(item=reviewed(cast, revision), by=cast.office, at=LATER)

    revision.refresh_from_db()
    assert (revision.status, revision.index_number) == (ItemStatus.MERGED, None)
    assert (item.status, item.index_number) == (ItemStatus.PUBLISHED, "330226002/2018-00001")
    assert (item.title, item.body, item.published_at, item.updated_at) == ("新的标题", "第二版正文", AT, LATER)
    assert [each.label for each in item.attachments.all()] == ["附表.txt", "新表.txt"]
    version = item.public_versions.get()
    assert (version.number, version.content["fields"]["body"], version.change_note) == (1, "第一版正文", "更正数字")
    assert (version.public_from, version.public_until, version.is_hidden) == (AT, LATER, False)
    assert [each.file for each in version.files.all()] == [first]
    assert AuditEntry.objects.about(item).filter(action="merge_revision").count() == 1


def test_it_is_found_by_its_new_words_and_no_longer_by_the_old_ones(cast):
    item = published(cast, title="关于道路施工的公告", body="施工三个月")

    updated(cast, item, title="关于桥梁施工的公告", body="工期延长")

    found = {words: Item.objects.published(LATER).search(words).count() for words in ("道路", "桥梁", "延长", "三个月")}
    assert found == {"道路": 0, "桥梁": 1, "延长": 1, "三个月": 0}
    assert Item.objects.published(LATER).search("330226002/2018-00001").count() == 1


def test_the_original_of_a_masked_file_stays_with_the_version_that_showed_the_copy(cast):
    """It was promised to be kept, and the daily clearing asks the records alone."""
    original = a_file(cast, name="原件.txt")
    item = published(cast, files=[a_file(cast, b"2", "名单.txt")])
    item.attachments.update(original=original)

    updated(cast, item, removed=[], body="第二版", change_note="更正")
    gone = [each.pk for each in item.attachments.all()]
    Item.objects.get(revises=item).attachments.all().delete()
    item.attachments.filter(pk__in=gone).delete()

    assert item.public_versions.get().files.get().original == original
    assert original not in unneeded_files(at=LATER + timedelta(days=2))


def test_versions_are_numbered_and_follow_each_other(cast):
    item = updated(cast, published(cast), body="二")
    item = updated(cast, item, body="三", at=LATER.replace(day=22))

    versions = list(item.public_versions.order_by("number"))
    assert [version.number for version in versions] == [1, 2]
    assert versions[0].public_until == versions[1].public_from == LATER


def test_old_text_that_had_to_go_is_hidden_with_all_that_came_before(cast):
    item = updated(cast, published(cast), body="二")

    updated(cast, item, body="三", hides_old_version=True, at=LATER.replace(day=22))

    assert set(PublicVersion.objects.values_list("is_hidden", flat=True)) == {True}


def test_a_revision_leaves_the_validity_alone_that_the_office_changed_meanwhile(cast):
    item = published(cast)
    revision = reviewed(cast, revised(cast, item, body="二"))
    said = {"validity": Validity.REPEALED, "effective_on": None, "expires_on": None, "replaced_by": None}
    item.refresh_from_db()
    change_validity(item=item, chosen={**said, "repealed_on": AT.date()}, reason="清理", by=cast.second_office, at=AT)

    item = publish_item(item=revision, by=cast.office, at=LATER)

    assert (item.validity, item.repealed_on) == (Validity.REPEALED, AT.date())


def test_a_revision_leaves_the_link_alone_that_the_office_made_or_took_away_meanwhile(cast):
    policy, other = published(cast, title="办法"), published(cast, title="旧办法")
    plain, linked = published(cast, title="解读一"), published(cast, title="解读二", explains=other)
    revisions = [reviewed(cast, revised(cast, item, body="二")) for item in (plain, linked)]
    for item, document in ((plain, policy), (linked, None)):
        item.refresh_from_db()
        link_interpretation(item=item, document=document, version=item.version, by=cast.second_office, at=AT)

    plain, linked = (publish_item(item=revision, by=cast.office, at=LATER) for revision in revisions)

    assert (plain.explains, linked.explains) == (policy, None)


def test_a_revision_brings_the_link_that_it_was_drafted_with(cast):
    policy = published(cast, title="办法")

    item = updated(cast, published(cast, title="解读"), body="二", explains=policy)

    assert item.explains == policy


def test_a_revision_of_what_was_withdrawn_is_not_published(cast):
    item = published(cast)
    revision = reviewed(cast, revised(cast, item, body="二"))
    withdraw_item(item=item, reason=Item.WithdrawalReason.WRONG, explanation="有误", by=cast.office, at=AT)

    with pytest.raises(TransitionError):
        publish_item(item=revision, by=cast.office, at=LATER)


def test_one_changed_byte_of_a_revision_is_never_published(cast):
    item = published(cast)
    revision = reviewed(cast, revised(cast, item, body="二", change_note="更正"))
    for changes in ({"body": "三"}, {"change_note": "另一个说明"}, {"hides_old_version": True}):
        kept = {name: getattr(revision, name) for name in changes}
        Item.objects.filter(pk=revision.pk).update(**changes)
        with pytest.raises(TransitionError):
            publish_item(item=revision, by=cast.office, at=LATER)
        Item.objects.filter(pk=revision.pk).update(**kept)

    assert not PublicVersion.objects.exists()


def test_the_second_publisher_of_a_revision_changes_nothing(cast):
    revision = reviewed(cast, revised(cast, published(cast), body="二"))
    publish_item(item=Item.objects.get(pk=revision.pk), by=cast.office, at=LATER)

    with pytest.raises(StaleError):
        publish_item(item=revision, by=cast.second_office, at=LATER)
    assert PublicVersion.objects.count() == 1
