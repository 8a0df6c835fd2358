import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection

from disclosure.models.states import ItemStatus
from ninghai.jobs.claims import claim
from ninghai.jobs.queue import job_queue
from ninghai.models import AuditEntry, JobStatus
from ninghai.models.state_machine import StaleError, TransitionError
from reports.circulation import (
    cancel_report,
    check_report,
    request_batch,
    request_report,
    retry_report,
    send_back_report,
    sign_report,
    snapshot_of,
    submit_to_catalogue,
)
from reports.circulation.sign_off import take_back_report_check
from reports.facts.request import Request
from reports.models import Report, SignOff
from reports.pdf import letter_html
from reports.snapshots.snapshot import fingerprint
from tasks.models import Assignment, Task
from tests.reports.makers import (
    NOW,
    PDF,
    TODAY,
    accepted,
    assignment,
    checked,
    drawn_check,
    moment,
    rendered,
    requested,
    signed_report,
    stored,
)

NUMBER = "宁政办发〔2018〕60号"


# --- Asking for one ------------------------------------------------------------------------------


def test_a_request_freezes_the_numbers_under_a_code_of_their_hash(cast, notice):
    report = requested(cast, notice)
    accepted(cast, assignment("一2", "县财政局"), at=moment(11, 20, hour=12))

    report.refresh_from_db()

    assert report.snapshot["totals"]["in_progress"] == 0
    assert report.request_key == fingerprint(report.snapshot)
    assert report.snapshot["verify_url"].endswith(f"/verify/{report.code}/")
    assert (report.job.status, report.status, report.file) == (JobStatus.QUEUED, SignOff.DRAFT, None)


def test_the_same_request_twice_is_one_report(cast, notice):
    assert requested(cast, notice) == requested(cast, notice)
    assert AuditEntry.objects.filter(action="request").count() == 1


def test_the_same_form_twice_is_one_report_even_when_the_numbers_moved_on(cast, notice):
    form_id = uuid.uuid4()
    first = requested(cast, notice, form_id=form_id)
    accepted(cast, assignment("一2", "县财政局"), at=moment(11, 20))

    assert requested(cast, notice, form_id=form_id) == first
    assert requested(cast, notice) != first


def test_a_period_is_told_and_is_another_report(cast, notice):
    of_october = requested(cast, notice, since=date(2018, 10, 1))

    assert of_october.snapshot["period"]["since"] == "2018-10-01"
    assert "2018年10月1日至2018年11月20日" in of_october.title
    assert of_october != requested(cast, notice)


def test_another_day_or_kind_is_another_report(cast, notice):
    check = drawn_check(cast, notice)

    reports = {
        requested(cast, notice),
        requested(cast, notice, as_of=date(2018, 11, 19)),
        requested(cast, notice, kind="spot-check", spot_check=check),
    }

    assert len({report.pk for report in reports}) == 3


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"as_of": date(2018, 11, 21)}, "as_of"),
        ({"as_of": date(2018, 8, 12)}, "as_of"),
        ({"kind": "spot-check"}, "spot_check"),
        ({"since": date(2018, 11, 21)}, "since"),
        ({"kind": "overdue", "since": date(2018, 11, 19)}, "since"),
    ],
)
def test_an_impossible_request_is_refused_with_a_sentence(cast, notice, asked, field):
    with pytest.raises(ValidationError) as refused:
        requested(cast, notice, **asked)

    assert list(refused.value.message_dict) == [field]
    assert not Report.objects.exists()


def test_a_spot_check_drawn_later_than_the_day_is_refused(cast, notice):
    check = drawn_check(cast, notice)

    with pytest.raises(ValidationError, match="这次抽查2018-11-20才抽取，统计日期请选这一天或者以后。"):
        requested(cast, notice, kind="spot-check", spot_check=check, as_of=date(2018, 11, 19))


@pytest.mark.parametrize("person", ["signer", "clerk", "head", "inspector"])
def test_only_the_office_asks(cast, notice, person):
    with pytest.raises(PermissionDenied):
        requested(cast, notice, by=getattr(cast, person))


def test_a_request_wakes_a_worker_after_the_commit(cast, notice, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        report = requested(cast, notice)

    (job,) = job_queue().jobs
    assert (job.func_name, job.kwargs) == ("ninghai.jobs.worker.run_jobs", {"job_id": report.job_id, "kind": "report"})
    report.refresh_from_db()
    assert report.job.handed_out_at is not None


def test_with_the_queue_away_the_request_is_accepted_and_waits(
    cast, notice, settings, django_capture_on_commit_callbacks
):
    settings.REDIS_URL = "redis://127.0.0.1:1/0"

    with django_capture_on_commit_callbacks(execute=True):
        report = requested(cast, notice)

    report.refresh_from_db()
    assert (report.job.status, report.job.handed_out_at) == (JobStatus.QUEUED, None)


@pytest.mark.django_db(transaction=True)
def test_twenty_equal_requests_at_once_are_one_report(cast, notice):
    def ask(_):
        try:
            return request_report(
                kind="progress", notice=notice, as_of=TODAY, form_id=uuid.uuid4(), by=cast.office, at=NOW
            ).pk
        finally:
            connection.close()

    assert cast.office.acting
    with ThreadPoolExecutor(20) as crowd:
        pks = list(crowd.map(ask, range(20)))

    assert set(pks) == {Report.objects.get().pk}
    assert AuditEntry.objects.filter(action="request").count() == 1


@pytest.mark.django_db(transaction=True)
def test_one_form_sent_by_many_clicks_at_once_is_recorded_once(cast, notice):
    form_id = uuid.uuid4()

    def click(number):
        try:
            at = NOW + timedelta(milliseconds=number)
            return request_report(
                kind="progress", notice=notice, as_of=TODAY, form_id=form_id, by=cast.office, at=at
            ).pk
        finally:
            connection.close()

    assert cast.office.acting
    with ThreadPoolExecutor(10) as clicks:
        pks = list(clicks.map(click, range(10)))

    assert set(pks) == {Report.objects.get().pk}
    assert AuditEntry.objects.filter(action="request").count() == 1


# --- Of one moment -------------------------------------------------------------------------------


class Meanwhile:
    """Lets somebody else commit an act between two queries: after the first one over the points."""

    def __init__(self, act):
        self.act, self.is_done = act, False

    def __call__(self, execute, sql, params, many, context):
        result = execute(sql, params, many, context)
        if not self.is_done and sql.startswith("SELECT") and 'FROM "tasks_workpoint"' in sql:
            self.is_done = True
            with ThreadPoolExecutor(1) as other:
                other.submit(self._run).result()
        return result

    def _run(self):
        try:
            self.act()
        finally:
            connection.close()


def one_more_task(notice):
    """A point that comes with its task and a unit's part of it, as an amendment brings one."""
    first = Assignment.objects.order_by("pk").first()
    point = notice.points.create(position=9, key="三1", text="新增的工作", due_date=TODAY, added_on=TODAY)
    task = Task.objects.create(point=point, requirement=point.text, due_date=TODAY)
    Assignment.of(task=task, unit=first.unit, role="lead", on=TODAY).save(force_insert=True)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("kind", ["progress", "overdue", "unit-progress"])
def test_a_snapshot_is_of_one_moment(cast, notice, kind):
    unit = cast.finance if kind == "unit-progress" else None
    before = snapshot_of(Request.about(kind=kind, notice=notice, as_of=TODAY, unit=unit), today=TODAY)
    meanwhile = Meanwhile(lambda: one_more_task(notice))

    with connection.execute_wrapper(meanwhile):
        told = snapshot_of(Request.about(kind=kind, notice=notice, as_of=TODAY, unit=unit), today=TODAY)

    assert meanwhile.is_done
    assert told == before
    after = snapshot_of(Request.about(kind=kind, notice=notice, as_of=TODAY, unit=unit), today=TODAY)
    assert after["totals"]["assignments"] >= before["totals"]["assignments"]


@pytest.mark.django_db(transaction=True)
def test_the_reports_of_a_batch_are_of_one_moment(cast, notice):
    meanwhile = Meanwhile(lambda: one_more_task(notice))

    with connection.execute_wrapper(meanwhile):
        batch = request_batch(notice=notice, as_of=TODAY, form_id=uuid.uuid4(), by=cast.office, at=NOW)

    assert meanwhile.is_done
    of_each = [report.snapshot["totals"]["assignments"] for report in batch.reports.all()]
    assert sum(of_each) == batch.reports.first().snapshot["county"]["assignments"] == Assignment.objects.count() - 1


# --- The day and the hour ------------------------------------------------------------------------


@pytest.mark.parametrize(("as_of", "is_told"), [(TODAY, True), (TODAY - timedelta(days=1), False)])
def test_a_report_of_a_day_that_is_not_over_prints_its_hour(cast, notice, as_of, is_told):
    report = request_report(
        kind="progress", notice=notice, as_of=as_of, form_id=uuid.uuid4(), by=cast.office, at=moment(11, 20, 16)
    )

    page = letter_html(snapshot=report.snapshot)

    assert report.snapshot.get("as_of_time", "") == ("16:00" if is_told else "")
    assert ("截至2018年11月20日16时的有关情况" in page) is is_told
    assert (("（截至2018年11月20日16时）" in report.title), ("（截至2018年11月19日）" in report.title)) == (
        is_told,
        not is_told,
    )


# --- Signing off ---------------------------------------------------------------------------------


def sign(cast, report, **changed):
    signed = {"document_number": NUMBER, "signed_on": TODAY, "by": cast.signer, "at": NOW} | changed
    return sign_report(report=report, **signed)


def test_a_checked_draft_goes_back_with_a_reason_and_is_checked_again(cast, notice):
    report = checked(cast, notice)

    send_back_report(report=report, reason="县财政局数字有误", by=cast.signer, at=NOW)

    assert (report.status, report.return_reason, report.checked_by) == (SignOff.DRAFT, "县财政局数字有误", None)
    check_report(report=report, by=cast.second_office, at=NOW)
    assert (report.status, report.return_reason) == (SignOff.CHECKED, "")


def test_checking_and_sending_back_are_undone_for_a_moment_and_signing_is_not(cast, notice):
    """撤销: by whoever did it, while nothing has followed; a signed paper has left the house."""
    report = checked(cast, notice)
    checked_by = report.checked_by
    send_back_report(report=report, reason="点错了", by=cast.signer, at=NOW)
    for person in (cast.office, cast.second_office):
        with pytest.raises(TransitionError):
            take_back_report_check(report=report, by=person, at=NOW)

    take_back_report_check(report=report, by=cast.signer, at=NOW + timedelta(seconds=9))
    assert (report.status, report.return_reason, report.checked_by) == (SignOff.CHECKED, "", checked_by)

    with pytest.raises(TransitionError):  # once
        take_back_report_check(report=report, by=cast.signer, at=NOW + timedelta(seconds=9))
    sign(cast, report)
    with pytest.raises(TransitionError):
        take_back_report_check(report=report, by=cast.signer, at=NOW)


def test_two_who_undo_and_sign_at_once_leave_one(cast, notice):
    undone = checked(cast, notice)
    signed = Report.objects.get(pk=undone.pk)
    take_back_report_check(report=undone, by=cast.second_office, at=NOW)

    with pytest.raises((StaleError, TransitionError)):
        sign(cast, signed)

    assert Report.objects.get(pk=undone.pk).status == SignOff.DRAFT


def test_what_was_not_checked_cannot_be_signed(cast, notice):
    with pytest.raises(TransitionError):
        sign(cast, rendered(requested(cast, notice)))


def test_who_asked_for_a_report_does_not_check_it(cast, notice):
    with pytest.raises(PermissionDenied):
        check_report(report=rendered(requested(cast, notice)), by=cast.office, at=NOW)


def test_signing_puts_number_and_day_into_the_snapshot_and_prints_once_more(cast, notice):
    report = checked(cast, notice)
    draft_code = report.code

    sign(cast, report)

    assert report.snapshot["signed"] == {
        "document_number": NUMBER,
        "signed_on": "2018-11-20",
        "signer": "签发人",
        "remark": "此件公开发布",
    }
    assert (report.status, report.job.status, report.file) == (SignOff.SIGNED, JobStatus.QUEUED, None)
    assert report.code == report.snapshot["code"] != draft_code


def test_a_signed_report_is_never_rendered_again(cast, notice):
    report = signed_report(cast, notice)
    file = report.file

    for act in (retry_report, cancel_report):
        with pytest.raises(StaleError):
            act(report=report, by=cast.office, at=NOW)
    with pytest.raises(TransitionError):
        sign(cast, report)

    report.refresh_from_db()
    assert (report.job.status, report.file) == (JobStatus.DONE, file)


@pytest.mark.parametrize("person", ["office", "second_office", "clerk", "head", "inspector"])
def test_only_the_signer_signs(cast, notice, person):
    report = checked(cast, notice)

    with pytest.raises(PermissionDenied):
        sign(cast, report, by=getattr(cast, person))


def test_what_cannot_be_read_yet_cannot_be_signed(cast, notice):
    with pytest.raises(TransitionError):
        sign(cast, requested(cast, notice))


@pytest.mark.parametrize("day", [date(2018, 11, 19), date(2018, 11, 21)])
def test_the_day_of_signing_lies_between_the_numbers_and_today(cast, notice, day):
    report = checked(cast, notice)

    with pytest.raises(ValidationError, match="签发日期应在统计日期"):
        sign(cast, report, signed_on=day)


def test_a_number_is_used_once(cast, notice):
    signed_report(cast, notice, number=NUMBER)
    other = checked(cast, notice, as_of=date(2018, 11, 19))

    with pytest.raises(ValidationError, match="这个发文字号已经用过"):
        sign(cast, other)

    other.refresh_from_db()
    assert (other.status, other.job.status) == (SignOff.CHECKED, JobStatus.DONE)


def test_two_who_sign_at_once_do_not_both_win(cast, notice):
    report = checked(cast, notice)
    stale = Report.objects.get(pk=report.pk)
    sign(cast, report)

    with pytest.raises(StaleError):
        sign(cast, stale, document_number="宁政办发〔2018〕61号")


# --- Again, never, and to the public -------------------------------------------------------------


def test_a_waiting_report_is_cancelled_and_rendered_after_all(cast, notice):
    report = requested(cast, notice)

    cancel_report(report=report, by=cast.office, at=NOW)
    assert report.job.status == JobStatus.CANCELLED

    retry_report(report=report, by=cast.office, at=NOW)
    assert (report.job.status, report.job.tries) == (JobStatus.QUEUED, 0)


def test_what_a_worker_has_in_hand_is_cancelled_and_nothing_of_it_is_kept(cast, notice):
    report = requested(cast, notice)  # as the person saw it
    held = claim(report.job_id)

    cancel_report(report=report, by=cast.office, at=NOW)

    assert stored(held, report, PDF) is False
    held.fail(reason="缺少公文字体。")
    report.refresh_from_db()
    assert (report.job.status, report.file, report.job.error) == (JobStatus.CANCELLED, None, "")


def test_what_is_made_by_now_is_not_cancelled(cast, notice):
    report = requested(cast, notice)
    rendered(Report.objects.get(pk=report.pk))

    with pytest.raises(StaleError):
        cancel_report(report=report, by=cast.office, at=NOW)


def test_the_signed_report_becomes_a_draft_item_with_its_file(cast, notice):
    report = signed_report(cast, notice)

    item = submit_to_catalogue(report=report, by=cast.office, at=NOW)

    report.refresh_from_db()
    assert report.item == item
    assert (item.status, item.kind, item.unit) == (ItemStatus.DRAFT, "circular", cast.county_office)
    assert (item.document_number, item.formed_date, item.openness_mark) == (NUMBER, TODAY, "此件公开发布")
    assert [each.file for each in item.attachments.all()] == [report.file]
    assert report.file.file.read() == PDF + NUMBER.encode()


def test_a_report_is_brought_into_the_catalogue_once(cast, notice):
    report = signed_report(cast, notice)
    stale = Report.objects.select_related("file").get(pk=report.pk)
    submit_to_catalogue(report=report, by=cast.office, at=NOW)

    for late in (stale, report):
        with pytest.raises(StaleError):
            submit_to_catalogue(report=late, by=cast.office, at=NOW)


def test_a_draft_never_reaches_the_catalogue(cast, notice):
    with pytest.raises(TransitionError):
        submit_to_catalogue(report=rendered(requested(cast, notice)), by=cast.office, at=NOW)
