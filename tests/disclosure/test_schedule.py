"""The office sets the time of release; the scheduler publishes in its name, never earlier, once."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection

from disclosure.items import publication
from disclosure.items.publication import cancel_schedule, publish_item, release_due, schedule_item
from disclosure.models import ContentScan, Item
from disclosure.models.states import ItemStatus
from disclosure.privacy import scans
from disclosure.review.services import return_item
from ninghai.models import AuditEntry, Message
from ninghai.models.state_machine import StaleError, TransitionError
from tests.disclosure.makers import AT, approved, in_review, published, reviewed, revised
from tests.disclosure.test_gate import stored
from tests.jobs.background import scan_waiting

SOON = AT + timedelta(hours=2)


def scheduled(cast, *, release_at=SOON, **fields):
    return schedule_item(item=approved(cast, **fields), release_at=release_at, by=cast.office, at=AT)


def test_it_is_published_at_its_time_and_not_before(cast):
    item = scheduled(cast)

    assert release_due(at=SOON - timedelta(seconds=1)) == 0
    assert Item.objects.get(pk=item.pk).status == ItemStatus.APPROVED
    assert release_due(at=SOON) == 1

    item.refresh_from_db()
    assert (item.status, item.published_at, item.published_by) == (ItemStatus.PUBLISHED, SOON, cast.office)
    assert (item.release_at, item.scheduled_by) == (None, None)


def test_it_is_published_once_also_after_the_scheduler_was_down(cast):
    item = scheduled(cast)
    late = SOON + timedelta(days=3)

    assert (release_due(at=late), release_due(at=late)) == (1, 0)

    item.refresh_from_db()
    assert (item.published_at, item.index_number) == (late, "330226002/2018-00001")
    assert AuditEntry.objects.about(item).filter(to_status="published").count() == 1


def test_the_trail_names_who_set_the_time_in_which_role(cast):
    item = scheduled(cast)
    release_due(at=SOON)

    entry = AuditEntry.objects.about(item).get(to_status="published")
    assert (entry.actor, entry.acting_role, entry.acting_unit) == (cast.office, "office", cast.county_office)


def test_a_revision_is_released_at_its_time_too(cast):
    item = published(cast)
    revision = reviewed(cast, revised(cast, item, body="新的正文"))
    schedule_item(item=revision, release_at=SOON, by=cast.office, at=AT)

    assert release_due(at=SOON) == 1

    item.refresh_from_db()
    assert (item.body, item.updated_at) == ("新的正文", SOON)


def test_the_time_is_altered_and_cancelled(cast):
    item = scheduled(cast)
    item = schedule_item(item=item, release_at=SOON + timedelta(hours=1), by=cast.second_office, at=AT)
    assert release_due(at=SOON) == 0

    item = cancel_schedule(item=item, by=cast.office, at=AT)

    assert release_due(at=SOON + timedelta(days=1)) == 0
    with pytest.raises(TransitionError):
        cancel_schedule(item=item, by=cast.office, at=AT)


@pytest.mark.parametrize("wait", [timedelta(0), timedelta(hours=-1), timedelta(days=400)])
def test_a_time_that_is_past_or_far_away_is_refused(cast, wait):
    with pytest.raises(ValidationError):
        scheduled(cast, release_at=AT + wait)


def test_a_stale_page_sets_no_time(cast):
    item = approved(cast)
    seen = Item.objects.get(pk=item.pk)
    schedule_item(item=item, release_at=SOON, by=cast.office, at=AT)

    with pytest.raises(StaleError):
        schedule_item(item=seen, release_at=SOON, by=cast.second_office, at=AT)


@pytest.mark.parametrize("who", ["clerk", "head", "inspector"])
def test_nobody_else_sets_a_time(cast, who):
    with pytest.raises(PermissionDenied):
        schedule_item(item=approved(cast), release_at=SOON, by=getattr(cast, who), at=AT)


def test_what_is_still_in_review_gets_no_time(cast):
    with pytest.raises(TransitionError, match="审核中"):
        schedule_item(item=in_review(cast), release_at=SOON, by=cast.office, at=AT)


def test_what_is_returned_loses_its_time(cast):
    item = return_item(item=scheduled(cast), reason="有误", by=cast.office, at=AT)

    assert (item.release_at, release_due(at=SOON)) == (None, 0)


def test_who_publishes_at_once_does_so_once(cast):
    item = publish_item(item=scheduled(cast), by=cast.second_office, at=AT)

    assert (item.release_at, release_due(at=SOON)) == (None, 0)


def still_waits(item):
    item.refresh_from_db()
    message = Message.objects.filter(event__startswith=f"item-not-released:{item.pk}:")
    return item.status == ItemStatus.APPROVED and item.release_at is None and message.count() == 2


def test_content_that_changed_stays_and_the_office_is_told_once(cast):
    item = scheduled(cast)
    Item.objects.filter(pk=item.pk).update(body="偷换的正文")

    assert (release_due(at=SOON), release_due(at=SOON)) == (0, 0)

    assert still_waits(item)
    assert not Item.objects.published(SOON).exists()


def test_a_role_that_has_ended_releases_nothing(cast):
    item = scheduled(cast)
    cast.office.memberships.all().delete()

    assert release_due(at=SOON) == 0
    item.refresh_from_db()
    assert (item.status, item.release_at) == (ItemStatus.APPROVED, None)
    assert Message.objects.filter(recipient=cast.second_office, subject__startswith="没有按时公开").count() == 1


def test_a_closed_account_releases_nothing(cast):
    item = scheduled(cast)
    cast.office.is_active = False
    cast.office.save()

    assert release_due(at=SOON) == 0
    item.refresh_from_db()
    assert item.status == ItemStatus.APPROVED


def test_one_that_breaks_does_not_hold_up_the_others(cast, monkeypatch):
    broken, sound = scheduled(cast), scheduled(cast, title="另一条")
    real = publication.publish_item
    monkeypatch.setattr(
        publication, "publish_item", lambda *, item, **told: real(item=item, **told) if item == sound else 1 / 0
    )

    assert release_due(at=SOON) == 1

    broken.refresh_from_db()
    assert (broken.status, broken.release_at) == (ItemStatus.APPROVED, SOON)


def test_one_that_fails_does_not_hold_up_the_others(cast):
    broken, sound = scheduled(cast), scheduled(cast, title="另一条")
    Item.objects.filter(pk=broken.pk).update(body="偷换的正文")

    assert release_due(at=SOON) == 1
    sound.refresh_from_db()
    assert sound.status == ItemStatus.PUBLISHED


def test_what_only_waits_keeps_its_time_and_is_released_when_it_may(cast, monkeypatch):
    """A file that nobody has looked into yet, as after new detectors."""
    item = scheduled(cast, files=[stored(cast, b"x", "a.txt")])
    monkeypatch.setattr(scans, "PATIENCE", 0)
    ContentScan.objects.all().delete()

    assert release_due(at=SOON) == 0
    item.refresh_from_db()
    assert (item.status, item.release_at) == (ItemStatus.APPROVED, SOON)
    assert ContentScan.objects.exists()
    assert not Message.objects.filter(subject__contains="公开").exists()
    release_due(at=SOON + timedelta(hours=1))
    release_due(at=SOON + timedelta(hours=1))
    assert Message.objects.filter(recipient=cast.office, subject__startswith="推迟公开").count() == 1

    scan_waiting()
    assert release_due(at=SOON + timedelta(hours=2)) == 1


def test_a_scanner_that_is_away_postpones_and_does_not_cancel(cast, settings):
    item = scheduled(cast, files=[stored(cast, b"x", "a.txt")])
    settings.CLAMD = "tcp://127.0.0.1:1"

    assert release_due(at=SOON) == 0

    item.refresh_from_db()
    assert item.release_at == SOON


def test_nothing_is_parsed_while_an_item_is_locked(cast, monkeypatch):
    item = approved(cast, files=[stored(cast, b"x", "a.txt")])
    ContentScan.objects.all().delete()
    depth = len(connection.savepoint_ids)
    seen = []
    look = scans.look_in_sandbox
    monkeypatch.setattr(
        scans,
        "look_in_sandbox",
        lambda **asked: seen.append(len(connection.savepoint_ids) - depth) or look(**asked),
    )

    publish_item(item=item, by=cast.office, at=AT)

    assert seen == [0]
