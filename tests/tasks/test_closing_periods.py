"""Closing a period (封账): what was on time, late or missing is frozen, whatever comes afterwards."""

import threading
from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection

from fixtures.reference_data import load_workdays
from ninghai.models import AuditEntry, DutyClock
from ninghai.models.state_machine import TransitionError
from reports.facts.duties import duties
from reports.facts.totals import totals
from tasks.assignments.lights import with_standing
from tasks.models import Assignment, PeriodRecord, ProgressReport, ReportingPeriod
from tasks.models.states import AssignmentStatus
from tasks.periods.owing import OwingPeriods, assignments_unreported, turn_to_report, turns
from tasks.periods.services import close_period, look_after_periods
from tasks.progress.services import return_report
from tests.tasks import factories
from tests.tasks.factories import PDF, assignment_of, moment

DUE = date(2018, 10, 12)
CLOSING = moment(11, 10)


def third() -> ReportingPeriod:
    return ReportingPeriod.objects.get(name="第三季度")


def close(cast, at=CLOSING) -> ReportingPeriod:
    return close_period(period=third(), by=cast.office, at=at)


def records() -> dict[tuple[int, str], tuple[str, date | None]]:
    """(point, unit) → outcome and day."""
    rows = PeriodRecord.objects.select_related("assignment__task__point", "assignment__unit")
    return {
        (row.assignment.task.point.position + 1, row.assignment.unit.short_name): (row.outcome, row.handed_in_on)
        for row in rows
    }


def owing(assignment: Assignment, on: date) -> OwingPeriods:
    return turns(assignment=assignment, reports=assignment.reports.all(), on=on)[0].owing


@pytest.mark.django_db
class TestClosing:
    def test_what_was_handed_in_is_on_time_or_late_and_the_rest_is_missing(self, cast, notice):
        factories.with_office(cast, of="第三季度", at=moment(10, 12, 23))
        factories.with_office(cast, assignment=assignment_of(cast, point=2), of="第三季度", at=moment(10, 13, 0))
        factories.with_head(
            cast, assignment=assignment_of(cast, unit="town"), by=cast.other_clerk, of="第三季度", at=moment(10, 9)
        )

        close(cast)

        assert records() == {
            (1, "县财政局"): ("on_time", DUE),
            (2, "县财政局"): ("late", date(2018, 10, 13)),
            (1, "深甽镇"): ("missing", None),
            (2, "深甽镇"): ("missing", None),
        }
        entry = AuditEntry.objects.get(action="close_period")
        assert (entry.actor, entry.detail) == (cast.office, {"on_time": 1, "late": 1, "missing": 2})

    def test_a_supplement_counts_from_the_first_report(self, cast, notice):
        factories.accepted(cast, of="第三季度", at=moment(10, 8))
        factories.accepted(cast, of="第三季度", at=moment(10, 20), supplement=1)

        close(cast)

        assert records()[1, "县财政局"] == ("on_time", date(2018, 10, 8))

    @pytest.mark.parametrize(
        ("done_on", "outcome"), [(moment(9, 30), None), (moment(10, 12), None), (moment(10, 13), "missing")]
    )
    def test_what_was_finished_by_the_due_date_owed_nothing(self, cast, notice, done_on, outcome):
        notice.periods.filter(name="第四季度").update(start=date(2018, 10, 1))
        report_of = "第四季度" if done_on.month == 10 else "第三季度"
        factories.accepted(cast, of=report_of, at=done_on, percent=100, claims_completion=True, proof=PDF)

        close(cast)

        assert records().get((1, "县财政局"), (None,))[0] == outcome
        assert records()[2, "县财政局"][0] == "missing"

    @pytest.mark.parametrize(
        ("status", "at", "outcome"),
        [
            ("not_applicable", moment(11, 1), None),
            ("handed_over", moment(10, 12), None),
            ("handed_over", moment(10, 13), "missing"),
            ("carried_over", moment(11, 1), "missing"),
        ],
    )
    def test_what_ended_by_the_due_date_or_never_applied_owed_nothing(self, cast, notice, status, at, outcome):
        assignment_of(cast).end(AssignmentStatus(status), reason="职责已调整", by=cast.office, at=at)

        close(cast)

        assert records().get((1, "县财政局"), (None,))[0] == outcome

    def test_an_assignment_made_at_its_end_or_later_owed_nothing(self, cast, notice):
        Assignment.objects.filter(pk=assignment_of(cast).pk).update(made_on=date(2018, 9, 30))

        close(cast)

        assert len(records()) == 3
        assert (1, "县财政局") not in records()

    def test_a_period_that_is_not_over_is_not_closed(self, cast, notice):
        with pytest.raises(TransitionError, match="2018-10-12还没有过"):
            close(cast, at=moment(10, 12, 23))
        assert third().closed_on is None

    def test_a_period_without_due_date_is_not_closed(self, cast, notice):
        notice.periods.update(due_date=None)
        with pytest.raises(TransitionError, match="不用封账"):
            close(cast)

    def test_only_the_office_closes(self, cast, notice):
        with pytest.raises(PermissionDenied):
            close_period(period=third(), by=cast.clerk, at=CLOSING)

    def test_closing_twice_changes_nothing(self, cast, notice):
        close(cast)
        factories.with_office(cast, of="第三季度", at=moment(11, 12))
        before = records()

        again = close(cast, at=moment(11, 13))

        assert records() == before
        assert again.closed_on == date(2018, 11, 10)
        assert AuditEntry.objects.filter(action="close_period").count() == 1

    def test_its_clock_is_closed(self, cast, notice):
        assert DutyClock.objects.about(third()).open().exists()
        close(cast)
        assert not DutyClock.objects.about(third()).open().exists()


@pytest.mark.django_db
class TestAfterwards:
    def test_a_missing_report_is_owed_no_more_but_was_on_the_day_before(self, cast, notice):
        assignment = assignment_of(cast)
        close(cast)

        for day, expected, counts in [
            (date(2018, 11, 9), OwingPeriods.LATE, (1, 1)),
            (date(2018, 11, 10), OwingPeriods.MISSING, (0, 0)),
        ]:
            row = with_standing(Assignment.objects.filter(pk=assignment.pk), on=day).get()
            assert (owing(assignment, day), (row.owed, row.owed_late)) == (expected, counts)

    def test_it_may_still_be_made_up_and_the_record_stays(self, cast, notice):
        close(cast)
        turn = turn_to_report(turns(assignment=assignment_of(cast), reports=[], on=factories.TODAY))
        assert turn.period.name == "第三季度"

        report = factories.accepted(cast, of="第三季度")

        assert owing(report.assignment, factories.TODAY) == OwingPeriods.MADE_UP
        assert records()[1, "县财政局"] == ("missing", None)

    def test_a_report_returned_afterwards_stays_handed_in_and_waits_for_the_clerk(self, cast, notice):
        report = factories.with_office(cast, of="第三季度", at=moment(10, 9))
        close(cast)
        return_report(report=report, reason="补充", by=cast.office, at=factories.NOW)

        read = turns(assignment=report.assignment, reports=[report], on=factories.TODAY)

        assert read[0].owing == OwingPeriods.HANDED_IN
        assert turn_to_report(read) == read[0]

    def test_statistics_of_earlier_days_stay_and_later_ones_keep_the_record(self, cast, notice):
        factories.accepted(cast, of="第三季度", at=moment(10, 9))
        day = date(2018, 11, 9)
        before = duties(notice=notice, on=day)
        close(cast)
        factories.accepted(cast, assignment=assignment_of(cast, point=2), of="第三季度", at=moment(11, 12))

        assert duties(notice=notice, on=day) == before
        sums = totals(duties(notice=notice, on=factories.TODAY), points=2)
        assert (sums["reports_owed"], sums["reports_accepted"], sums["reports_missing"]) == (4, 1, 2)
        assert (sums["reports_made_up"], sums["made_up_pending"]) == (1, 0)  # told apart (封账后补报)

    def test_nobody_is_reminded_of_what_was_made_later(self, cast, notice):
        Assignment.objects.filter(pk=assignment_of(cast).pk).update(made_on=date(2018, 10, 5))

        assert assignment_of(cast) not in assignments_unreported(period=third(), on=date(2018, 10, 11))


@pytest.mark.django_db
class TestScheduler:
    @pytest.fixture(autouse=True)
    def _calendar(self):
        load_workdays()

    def test_it_closes_when_twenty_working_days_are_over(self, cast, notice):
        assert look_after_periods(at=moment(11, 9, 23)) == []  # the twentieth
        assert [each.name for each in look_after_periods(at=moment(11, 10, 0))] == ["第三季度"]
        assert look_after_periods(at=moment(11, 10, 1)) == []

    def test_the_setting_moves_the_day(self, cast, notice, settings):
        settings.PERIOD_CLOSES_AFTER = 1
        assert look_after_periods(at=moment(10, 15)) == []
        assert look_after_periods(at=moment(10, 16))

    def test_periods_from_before_the_clocks_get_theirs(self, cast, notice):
        notice.periods.update(due_date=date(2019, 1, 10))
        DutyClock.objects.update(duty="of_old")  # as if they had never been made

        look_after_periods(at=moment(9, 1))
        look_after_periods(at=moment(9, 2))

        clocks = DutyClock.objects.about(third()).filter(duty="period_report")
        assert [each.due_words for each in clocks] == ["2019-01-10"]

    def test_a_closed_period_is_not_reminded_of(self, cast, notice):
        close(cast)
        assert DutyClock.objects.open().count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_schedulers_close_once(cast, notice):
    together = threading.Barrier(2)

    def run():
        together.wait()
        close_period(period=third(), by=None, at=CLOSING)
        connection.close()

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert PeriodRecord.objects.count() == 4
    assert AuditEntry.objects.filter(action="close_period").count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize("more", [0, 30])
def test_closing_costs_the_same_queries_for_any_number(cast, notice, django_assert_num_queries, more):
    [assignment] = Assignment.objects.filter(pk=assignment_of(cast).pk)
    for number in range(more):
        point = assignment.task.point
        task_point = type(point).objects.create(notice=notice, position=100 + number, key=f"x{number}", due_date=DUE)
        task = type(assignment.task).objects.create(point=task_point, due_date=DUE)
        Assignment.of(task=task, unit=cast.finance, role="lead", on=date(2018, 8, 14)).save()
    period = third()

    with django_assert_num_queries(23):  # one of them holds the calendar
        close_period(period=period, by=cast.office, at=CLOSING)

    assert PeriodRecord.objects.count() == 4 + more
    assert ProgressReport.objects.count() == 0
    assert period.closed_on == CLOSING.date() > DUE + timedelta(days=28)
