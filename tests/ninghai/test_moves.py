"""The one door through which a status changes, shown on a work-point notice."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from django.db import connection, transaction

from ninghai.models import AuditEntry, StoredFile
from ninghai.models.state_machine import StaleError, TransitionError
from tasks.models import WorkPointNotice
from tasks.models.states import NoticeStatus
from tests.cast import make_cast

AT = datetime(2018, 8, 13, 2, 0, tzinfo=UTC)


@pytest.fixture
def notice(cast):
    source = StoredFile.objects.create(
        original_name="通知.txt", media_type="text/plain", size=1, sha256="0" * 64, stored_at=AT
    )
    return WorkPointNotice.objects.create(title="2018年工作要点", year=2018, source_file=source, imported_at=AT)


def test_a_move_changes_the_status_and_leaves_a_row_in_the_audit_trail(cast, notice):
    notice.issue(rhythm="quarter", by=cast.office, at=AT)

    entry = AuditEntry.objects.about(notice).get()
    assert notice.status == NoticeStatus.ISSUED
    assert notice.version == 2
    assert (entry.actor, entry.acting_unit, entry.acting_role) == (cast.office, cast.county_office, "office")
    assert (entry.action, entry.from_status, entry.to_status) == ("move", "draft", "issued")


def test_a_move_that_the_table_does_not_know_is_refused_in_plain_words(cast, notice):
    notice.issue(rhythm="quarter", by=cast.office, at=AT)

    with pytest.raises(TransitionError, match="工作要点通知现在是“已下达”，不能改为“已下达”。"):
        notice.issue(rhythm="quarter", by=cast.office, at=AT)


def test_who_read_the_record_before_somebody_elses_change_is_told(cast, notice):
    seen_before = WorkPointNotice.objects.get(pk=notice.pk)
    notice.edit(by=cast.office, at=AT, title="2018年政务公开工作要点")

    with pytest.raises(StaleError, match="刚刚被别人修改过"):
        seen_before.issue(rhythm="quarter", by=cast.second_office, at=AT)

    notice.refresh_from_db()
    assert (notice.title, notice.status) == ("2018年政务公开工作要点", NoticeStatus.DRAFT)
    assert AuditEntry.objects.about(notice).count() == 1


def test_an_edit_from_a_page_with_an_old_version_changes_nothing(cast, notice):
    notice.edit(by=cast.office, at=AT, version=1, title="先")

    with pytest.raises(StaleError):
        notice.edit(by=cast.second_office, at=AT, version=1, title="后")

    notice.refresh_from_db()
    assert notice.title == "先"


@pytest.mark.django_db(transaction=True)
def test_of_twenty_people_who_issue_at_once_one_wins():
    cast = make_cast()
    source = StoredFile.objects.create(
        original_name="通知.txt", media_type="text/plain", size=1, sha256="0" * 64, stored_at=AT
    )
    notice = WorkPointNotice.objects.create(title="2018年工作要点", year=2018, source_file=source, imported_at=AT)

    def issue(_: int) -> str:
        try:
            WorkPointNotice.objects.get(pk=notice.pk).issue(rhythm="quarter", by=cast.office, at=AT)
        except (StaleError, TransitionError) as refusal:
            return type(refusal).__name__
        finally:
            connection.close()
        return "issued"

    with ThreadPoolExecutor(max_workers=20) as people:
        outcomes = list(people.map(issue, range(20)))

    assert outcomes.count("issued") == 1
    assert AuditEntry.objects.about(notice).count() == 1


@pytest.mark.parametrize("seen", [0, None, 2])
def test_nobody_locks_a_record_that_they_did_not_see(notice, seen):
    """0 and None, as a form without a version leaves them, are no version of anything."""
    with transaction.atomic(), pytest.raises(StaleError):
        WorkPointNotice.objects.lock(notice.pk, seen=seen)
    with pytest.raises(StaleError):
        notice.next_version(seen=seen)

    with transaction.atomic():
        assert WorkPointNotice.objects.lock(notice.pk, seen=1) == WorkPointNotice.objects.lock(notice.pk) == notice
