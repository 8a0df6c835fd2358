"""更正: a correction that has become public replaces, in the catalogue, the report that it puts right."""

from datetime import date, datetime, timedelta

import pytest

from disclosure.items.lifecycle import change_validity, withdraw_item
from disclosure.items.publication import publish_item
from disclosure.models import Answer, Item
from disclosure.models.states import Validity
from disclosure.review.services import answer_item, pass_item, submit_item
from ninghai.models import AuditEntry
from reports.circulation import check_report, sign_report, submit_to_catalogue
from reports.models import Report
from reports.scheduler import mark_corrected_items
from tests.cast import Cast
from tests.reports import makers
from tests.reports.makers import NOW, TODAY

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
LATER = NOW + HOUR


@pytest.fixture
def report(notice, signed_circular) -> Report:
    return signed_circular


def correction_of(cast: Cast, report: Report, *, number: int = 61, as_of: date = TODAY) -> Report:
    """Signed and printed."""
    correction = makers.rendered(makers.requested(cast, report.notice, corrects=report, as_of=as_of))
    check_report(report=correction, by=cast.second_office, at=NOW)
    written = f"宁政办发〔2018〕{number}号"
    sign_report(report=correction, document_number=written, signed_on=TODAY, by=cast.signer, at=NOW)
    return makers.rendered(correction, pdf=makers.PDF + written.encode())


def brought(cast: Cast, report: Report) -> Item:
    return submit_to_catalogue(report=report, by=cast.office, at=NOW)


def public(cast: Cast, report: Report, *, at: datetime = NOW) -> Item:
    """In the catalogue after the ordinary review."""
    item = submit_item(item=brought(cast, report), by=cast.office, at=NOW)
    seen = item.content_hash()
    item = pass_item(item=item, seen_hash=seen, by=cast.second_office, at=NOW)
    answer_item(item=item, kind=Answer.Kind.PERSONAL_DATA, seen_hash=seen, by=cast.second_office, at=NOW)
    answer_item(item=item, kind=Answer.Kind.LEGALITY, seen_hash=seen, by=cast.signer, at=NOW)
    item.refresh_from_db()
    return publish_item(item=item, by=cast.second_office, at=at)


def test_the_public_correction_replaces_the_public_report(client, cast, report):
    older, newer = public(cast, report), public(cast, correction_of(cast, report))

    assert mark_corrected_items(at=LATER) == 1

    older.refresh_from_db()
    assert (older.validity, older.repealed_on, older.replaced_by) == (Validity.REPEALED, TODAY, newer)
    entry = AuditEntry.objects.about(older).get(action="change_validity")
    assert (entry.actor, entry.reason) == (None, "已由宁政办发〔2018〕61号更正")
    shown = client.get(older.get_absolute_url()).content.decode()
    assert f'替代文件：<a href="{newer.get_absolute_url()}">' in shown
    assert "本文件更正《" in client.get(newer.get_absolute_url()).content.decode()
    assert mark_corrected_items(at=LATER) == 0


@pytest.mark.parametrize("which", ["older", "newer"])
def test_nothing_is_said_before_both_are_public(cast, report, which):
    correction = correction_of(cast, report)
    public(cast, correction if which == "newer" else report)
    brought(cast, report if which == "newer" else correction)

    assert mark_corrected_items(at=LATER) == 0


def test_of_several_corrections_the_last_to_become_public_is_named(cast, report):
    older, first = public(cast, report), public(cast, correction_of(cast, report))
    mark_corrected_items(at=LATER)
    older.refresh_from_db()
    assert older.replaced_by == first

    second = correction_of(cast, report, number=62, as_of=TODAY - timedelta(days=1))
    second = public(cast, second, at=LATER + HOUR)
    mark_corrected_items(at=LATER + 2 * HOUR)

    older.refresh_from_db()
    assert older.replaced_by == second
    assert mark_corrected_items(at=LATER + 2 * HOUR) == 0


def test_of_two_that_became_public_between_two_rounds_the_last_is_named(cast, report):
    older = public(cast, report)
    public(cast, correction_of(cast, report))
    second = correction_of(cast, report, number=62, as_of=TODAY - timedelta(days=1))
    second = public(cast, second, at=LATER)

    mark_corrected_items(at=LATER + HOUR)

    older.refresh_from_db()
    assert older.replaced_by == second
    assert mark_corrected_items(at=LATER + HOUR) == 0


def test_what_the_office_says_of_its_validity_afterwards_stays(cast, report):
    older = public(cast, report)
    public(cast, correction_of(cast, report))
    mark_corrected_items(at=LATER)
    older.refresh_from_db()
    said = dict.fromkeys(("effective_on", "expires_on", "repealed_on", "replaced_by")) | {"validity": Validity.IN_FORCE}
    change_validity(item=older, chosen=said, reason="仍然有效", by=cast.second_office, at=LATER + HOUR)

    assert mark_corrected_items(at=LATER + 2 * HOUR) == 0


def test_a_withdrawn_report_is_left_alone(cast, report):
    older = public(cast, report)
    reason = Item.WithdrawalReason.WRONG
    withdraw_item(item=older, reason=reason, explanation="数据有误", by=cast.second_office, at=NOW)
    public(cast, correction_of(cast, report))

    assert mark_corrected_items(at=LATER) == 0
