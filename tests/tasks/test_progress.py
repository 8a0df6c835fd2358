"""A report's way: who may do what at which station, what it needs, and what happens when two people push at once."""

import threading
from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connections

from ninghai.models import AuditEntry, Membership, Role, User
from ninghai.models.state_machine import StaleError, TransitionError
from tasks import rules
from tasks.models import Assignment, Evidence, ProgressReport
from tasks.models.states import AssignmentStatus, ProgressStatus
from tasks.progress.evidence import EvidenceRefused, add_evidence, remove_evidence
from tasks.progress.services import (
    IncompleteReport,
    Written,
    accept_report,
    pass_report,
    release_words,
    return_report,
    save_draft,
    submit_report,
)
from tests.tasks import factories
from tests.tasks.factories import NOW, PDF, assignment_of, moment, period

pytestmark = pytest.mark.django_db

WORDS = Written(text="已完成大半", percent=60)


def returned(cast, **how):
    report = factories.with_head(cast, **how)
    return return_report(report=report, reason="请补充数字", by=cast.head, at=NOW)


STATIONS = {**factories.STATIONS, "returned": returned}
PEOPLE = ["office", "second_office", "signer", "inspector", "clerk", "head", "other_clerk", "other_head"]
ACTS = {
    "edit": rules.can_edit_report,
    "pass": rules.can_pass_on,
    "decide": rules.can_decide,
    "return": rules.can_return,
    "release": rules.can_release_words,
}
MAY = {
    ("draft", "edit"): {"clerk"},
    ("returned", "edit"): {"clerk"},
    ("with_head", "pass"): {"head"},
    ("with_head", "return"): {"head"},
    ("with_office", "decide"): {"office", "second_office"},
    ("with_office", "return"): {"office", "second_office"},
    ("accepted", "release"): {"office", "second_office"},
}


# --- Who may ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("station", STATIONS)
def test_who_may_do_what_at_each_station(cast, notice, station):
    report = STATIONS[station](cast, public_summary="已公开预算")

    allowed = {act: {who for who in PEOPLE if rule(getattr(cast, who), report)} for act, rule in ACTS.items()}

    assert allowed == {act: MAY.get((station, act), set()) for act in ACTS}


@pytest.mark.parametrize("who", [who for who in PEOPLE if who != "clerk"])
def test_only_the_units_clerk_drafts(cast, notice, who):
    with pytest.raises(PermissionDenied):
        save_draft(assignment=assignment_of(cast), period=period(), written=WORDS, by=getattr(cast, who), at=NOW)

    assert not ProgressReport.objects.exists()


def test_nobody_checks_what_they_wrote_last(cast, notice):
    both = User.objects.create_user("both", name="兼任")
    editor = Membership.objects.create(user=both, unit=cast.finance, role=Role.EDITOR)
    reviewer = Membership.objects.create(user=both, unit=cast.finance, role=Role.REVIEWER)
    both.acting = editor
    report = factories.drafted(cast)
    save_draft(
        assignment=report.assignment, period=report.period, written=Written(text="改写"), version=1, by=both, at=NOW
    )
    report.refresh_from_db()
    submit_report(report=report, by=both, at=NOW)
    both.acting = reviewer

    with pytest.raises(PermissionDenied):
        pass_report(report=report, by=both, at=NOW)


def test_an_office_person_does_not_accept_what_they_reported_for_their_own_unit(cast, notice):
    report = factories.with_office(cast)
    ProgressReport.objects.filter(pk=report.pk).update(drafted_by=cast.office)
    report.refresh_from_db()

    with pytest.raises(PermissionDenied):
        accept_report(report=report, by=cast.office, at=NOW)


@pytest.mark.parametrize("station", ["with_head", "with_office", "accepted"])
def test_a_report_that_left_the_clerk_is_not_rewritten(cast, notice, station):
    report = STATIONS[station](cast)

    with pytest.raises(TransitionError):
        save_draft(
            assignment=report.assignment,
            period=report.period,
            written=Written(text="偷换"),
            version=report.version,
            by=cast.clerk,
            at=NOW,
        )

    report.refresh_from_db()
    assert report.text == "已完成大半"


# --- Drafting ----------------------------------------------------------------------------------------


def test_a_draft_may_be_incomplete(cast, notice):
    report = save_draft(assignment=assignment_of(cast), period=period(), written=Written(), by=cast.clerk, at=NOW)

    assert report.status == ProgressStatus.DRAFT


def test_the_same_form_sent_twice_makes_one_draft(cast, notice):
    first = factories.drafted(cast)
    second = factories.drafted(cast)

    assert (first.pk, first.version) == (second.pk, second.version)


def test_the_slower_of_two_clerks_is_told_and_overwrites_nothing(cast, notice):
    report = factories.drafted(cast)
    again = {"assignment": report.assignment, "period": report.period, "version": 1, "by": cast.clerk, "at": NOW}
    save_draft(written=Written(text="第一个人写的"), **again)

    with pytest.raises(StaleError):
        save_draft(written=Written(text="第二个人写的"), **again)

    report.refresh_from_db()
    assert report.text == "第一个人写的"


def test_a_period_that_has_not_begun_is_not_reported(cast, notice):
    with pytest.raises(PermissionDenied):
        save_draft(
            assignment=assignment_of(cast),
            period=period("第四季度"),
            written=WORDS,
            by=cast.clerk,
            at=moment(9, 30),
        )


@pytest.mark.django_db(transaction=True)
def test_ten_equal_submissions_at_once_make_one_report(cast, notice):
    assignment, of, failures = assignment_of(cast), period(), []

    def send():
        try:
            report = save_draft(assignment=assignment, period=of, written=WORDS, by=cast.clerk, at=NOW)
            submit_report(report=report, by=cast.clerk, at=NOW)
        except Exception as error:
            failures.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=send) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failures == []
    assert [report.status for report in ProgressReport.objects.all()] == [ProgressStatus.WITH_HEAD]
    assert AuditEntry.objects.filter(action="move", to_status="with_head").count() == 1


# --- Supplements ---------------------------------------------------------------------------------------


def test_a_supplement_ends_the_assignment_after_the_last_period_was_accepted(cast, notice):
    factories.accepted(cast, at=moment(1, 7, year=2019))

    completing = {"percent": 100, "claims_completion": True, "proof": PDF}
    factories.accepted(cast, supplement=1, at=moment(1, 20, year=2019), **completing)

    done = assignment_of(cast)
    assert (done.status, done.completed_on) == (AssignmentStatus.COMPLETED, date(2019, 1, 20))
    assert [str(report) for report in done.reports.all()] == [f"{done} 第四季度", f"{done} 第四季度（第1次补充）"]


@pytest.mark.parametrize("station", [station for station in STATIONS if station != "accepted"])
@pytest.mark.parametrize("first", [0, 1])
def test_a_supplement_is_begun_only_when_everything_before_it_is_accepted(cast, notice, station, first):
    for supplement in range(first):
        factories.accepted(cast, supplement=supplement)
    STATIONS[station](cast, supplement=first)

    with pytest.raises(PermissionDenied):
        factories.drafted(cast, supplement=first + 1)

    assert ProgressReport.objects.count() == first + 1


def test_supplements_are_numbered_without_a_gap(cast, notice):
    factories.accepted(cast)

    with pytest.raises(PermissionDenied):
        factories.drafted(cast, supplement=2)


def test_the_database_holds_one_open_report_and_any_number_of_accepted_ones(cast, notice):
    first, second = (factories.accepted(cast, supplement=supplement) for supplement in (0, 1))
    factories.drafted(cast, supplement=2)
    assert first.assignment.reports.filter(period=second.period).count() == 3

    with pytest.raises(IntegrityError, match="one_open_report_per_assignment_and_period"):
        ProgressReport.objects.create(
            assignment=first.assignment, period=first.period, supplement=3, drafted_by=cast.clerk, drafted_at=NOW
        )


def test_a_completed_assignment_takes_no_supplement(cast, notice):
    factories.accepted(cast, percent=100, claims_completion=True, proof=PDF)

    with pytest.raises(TransitionError):
        factories.drafted(cast, supplement=1)


def test_an_old_form_sent_again_begins_no_supplement(cast, notice):
    first = factories.accepted(cast)

    assert factories.drafted(cast) == first
    with pytest.raises(StaleError):
        factories.drafted(cast, text="改写")

    assert ProgressReport.objects.count() == 1


def test_the_slower_of_two_clerks_who_begin_a_supplement_is_told(cast, notice):
    factories.accepted(cast)
    factories.drafted(cast, supplement=1, text="第一个人写的")

    with pytest.raises(StaleError):
        factories.drafted(cast, supplement=1, text="第二个人写的")


# --- What a submission needs -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "fields"),
    [
        ({"text": "  "}, {"text"}),
        ({"text": "", "nothing_to_report": True}, set()),
        ({"claims_completion": True, "percent": 90}, {"percent", "upload"}),
        ({"claims_completion": True, "percent": 100}, {"upload"}),
        ({"claims_completion": True, "percent": 100, "nothing_to_report": True}, {"upload", "nothing_to_report"}),
        ({"text": "已开展"}, set()),
    ],
)
def test_what_is_missing_is_said_field_by_field(cast, notice, written, fields):
    report = factories.drafted(cast, **written)

    missing = set()
    try:
        submit_report(report=report, by=cast.clerk, at=NOW)
    except IncompleteReport as refusal:
        missing = set(refusal.message_dict)

    assert missing == fields
    assert report.status == (ProgressStatus.DRAFT if fields else ProgressStatus.WITH_HEAD)


def test_a_return_needs_a_reason(cast, notice):
    report = factories.with_head(cast)

    with pytest.raises(ValidationError):
        return_report(report=report, reason="  ", by=cast.head, at=NOW)

    assert report.status == ProgressStatus.WITH_HEAD


# --- Moves -------------------------------------------------------------------------------------------

LEGAL = {
    ("draft", "with_head"),
    ("returned", "with_head"),
    ("with_head", "with_office"),
    ("with_head", "returned"),
    ("with_office", "accepted"),
    ("with_office", "returned"),
}


def test_the_table_of_moves_is_the_offices():
    """That nothing else happens is tried for every record in `test_every_illegal_move`."""
    assert {(status, to) for status, reached in ProgressStatus.moves.items() for to in reached} == LEGAL


def test_of_two_office_people_one_wins(cast, notice):
    report = factories.with_office(cast)
    same = ProgressReport.objects.get(pk=report.pk)
    accept_report(report=report, by=cast.office, at=NOW)

    with pytest.raises(StaleError):
        return_report(report=same, reason="补充", by=cast.second_office, at=NOW)

    same.refresh_from_db()
    assert same.status == ProgressStatus.ACCEPTED


def test_who_decides_on_an_older_version_is_told(cast, notice):
    report = factories.with_head(cast)
    seen = report.version
    return_report(report=report, reason="补充", by=cast.head, at=NOW)
    save_draft(
        assignment=report.assignment,
        period=report.period,
        written=Written(text="改写"),
        version=report.version,
        by=cast.clerk,
        at=NOW,
    )
    report.refresh_from_db()
    submit_report(report=report, by=cast.clerk, at=NOW)

    with pytest.raises(StaleError):
        pass_report(report=report, version=seen, by=cast.head, at=NOW)


def test_a_second_click_on_pass_or_accept_changes_nothing_twice(cast, notice):
    report = factories.with_office(cast)
    pass_report(report=report, version=1, by=cast.head, at=NOW)
    accept_report(report=report, by=cast.office, at=NOW)
    accept_report(report=report, version=1, by=cast.office, at=NOW)

    moves = AuditEntry.objects.filter(action="move", target_type="tasks.progressreport")
    assert [entry.to_status for entry in moves] == ["with_head", "with_office", "accepted"]


# --- What acceptance does to the assignment ----------------------------------------------------------


def test_the_first_accepted_report_begins_the_assignment(cast, notice):
    report = factories.accepted(cast)

    assert Assignment.objects.get(pk=report.assignment_id).status == AssignmentStatus.IN_PROGRESS


def test_a_completing_report_ends_the_assignment_on_the_day_it_was_handed_in(cast, notice):
    report = factories.with_office(cast, percent=100, claims_completion=True, proof=PDF, at=moment(10, 30))

    accept_report(report=report, by=cast.office, at=moment(11, 20))

    done = Assignment.objects.get(pk=report.assignment_id)
    assert (done.status, done.completed_on, done.completion_accepted_on) == (
        AssignmentStatus.COMPLETED,
        date(2018, 10, 30),
        date(2018, 11, 20),
    )


def test_an_older_report_may_still_be_accepted_after_completion(cast, notice):
    older = factories.with_office(cast, of="第三季度")
    factories.accepted(cast, percent=100, claims_completion=True, proof=PDF)

    accept_report(report=older, by=cast.office, at=NOW)

    assert Assignment.objects.get(pk=older.assignment_id).status == AssignmentStatus.COMPLETED


def test_words_are_released_once(cast, notice):
    report = factories.accepted(cast, public_summary="已公开预算")
    release_words(report=report, by=cast.office, at=NOW)

    with pytest.raises(TransitionError):
        release_words(report=report, by=cast.office, at=NOW)

    assert report.public_summary_released_by == cast.office


# --- Evidence ----------------------------------------------------------------------------------------


def test_the_same_file_is_not_added_twice(cast, notice, django_capture_on_commit_callbacks):
    report = factories.drafted(cast, proof=PDF)
    second = factories.stored(cast)
    path = second.file.path

    with django_capture_on_commit_callbacks(execute=True):
        add_evidence(report=report, proof=second, by=cast.clerk, at=NOW)

    assert report.evidence.count() == 1
    assert not second.file.storage.exists(path)


def test_an_unknown_index_number_is_refused(cast, notice):
    report = factories.drafted(cast)

    with pytest.raises(EvidenceRefused):
        add_evidence(report=report, proof="330226-001-2018-00001", by=cast.clerk, at=NOW)

    assert not Evidence.objects.exists()


@pytest.mark.parametrize("station", ["with_head", "with_office", "accepted"])
def test_evidence_stays_as_it_was_handed_in(cast, notice, station):
    report = STATIONS[station](cast, proof=PDF)
    proof = report.evidence.get()

    with pytest.raises(TransitionError):
        remove_evidence(evidence=proof, by=cast.clerk, at=NOW)
    with pytest.raises(TransitionError):
        add_evidence(report=report, proof=factories.stored(cast, data=b"%PDF other"), by=cast.clerk, at=NOW)

    assert list(report.evidence.all()) == [proof]


def test_removed_evidence_is_deleted_and_its_hash_stays_in_the_audit_trail(
    cast, notice, django_capture_on_commit_callbacks
):
    report = factories.drafted(cast, proof=PDF)
    proof = report.evidence.get()
    sha256, path = proof.file.sha256, proof.file.file.path

    with django_capture_on_commit_callbacks(execute=True):
        remove_evidence(evidence=proof, by=cast.clerk, at=NOW)

    assert AuditEntry.objects.get(action="remove_evidence").detail["sha256"] == sha256
    assert not factories.stored(cast).file.storage.exists(path)
