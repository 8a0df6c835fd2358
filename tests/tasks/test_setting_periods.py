"""The office sets how often units report, and the days of single periods; what was owed on an earlier day stays so."""

import threading
from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from fixtures.reference_data import load_workdays
from ninghai.calendar.workdays import WorkCalendar
from ninghai.models import AuditEntry, DutyClock
from ninghai.models.state_machine import StaleError, TransitionError
from ninghai.web.versions import version_of
from reports.facts.duties import duties
from tasks.models import ProgressReport, ReportingPeriod, Rhythm
from tasks.periods.owing import OwingPeriods, turns
from tasks.periods.rhythm import plan
from tasks.periods.services import close_period, edit_period, set_rhythm
from tests.seen import post_as_seen
from tests.tasks import factories
from tests.tasks.factories import assignment_of, moment
from tests.tasks.issued import draft_notice
from tests.tasks.issued import issued_notice as imported_and_issued


def names(notice) -> list[str]:
    return list(notice.periods.order_by("start").values_list("name", flat=True))


def change(cast, notice, rhythm, *, at=factories.NOW):
    return set_rhythm(notice=notice, rhythm=rhythm, version=notice.version, by=cast.office, at=at)


def days(period, **changed):
    return {name: changed.get(name, getattr(period, name)) for name in ("name", "start", "end", "due_date")}


def edit(cast, period, *, at=factories.NOW, **changed):
    version = changed.pop("version", period.notice.version)
    return edit_period(period=period, version=version, by=cast.office, at=at, **days(period, **changed))


@pytest.mark.parametrize(
    ("rhythm", "expected"),
    [
        ("month", ["2018年8月", "2018年9月", "2018年10月", "2018年11月", "2018年12月"]),
        ("quarter", ["2018年第三季度", "2018年第四季度"]),
        ("half_year", ["2018年下半年"]),
        ("none", ["2018年不定期报送"]),
    ],
)
def test_each_rhythm_has_the_periods_that_end_after_the_issue(rhythm, expected):
    planned = plan(rhythm, year=2018, after=date(2018, 8, 14), calendar=WorkCalendar({}))

    assert [each.name for each in planned] == expected
    assert [each.due_date is None for each in planned] == [rhythm == "none"] * len(planned)
    assert planned[-1].end == date(2018, 12, 31)


def test_a_year_that_is_over_has_one_period_without_due_date():
    [only] = plan("quarter", year=2018, after=date(2019, 2, 1), calendar=WorkCalendar({}))

    assert (only.name, only.start, only.due_date) == ("2018年不定期报送", date(2018, 1, 1), None)


@pytest.mark.django_db
class TestIssuing:
    def test_the_rhythm_is_chosen_when_the_notice_is_issued(self, client, cast, settings):
        settings.CLOCK_DATE, settings.CLOCK_SINCE = "2018-08-14", "2018-08-14"
        load_workdays()
        notice = draft_notice(cast)
        notice.points.filter(responsibilities__is_resolved=False).delete()
        client.force_login(cast.office)
        address = reverse("admin:tasks_notice_issue", args=[notice.pk])

        page = client.get(address).content.decode()
        assert "每月：2018年8月（截止2018-09-07）" in page
        assert "不定期报送：2018年不定期报送（不定期，随时报送）" in page
        client.post(address, {"version": notice.version, "rhythm": "half_year"})

        notice.refresh_from_db()
        assert (notice.rhythm, names(notice)) == ("half_year", ["2018年下半年"])
        assert DutyClock.objects.about(notice.periods.get()).get().due_words == "2019-01-08"

    def test_periods_that_the_office_set_before_stay_and_have_clocks(self, cast, notice):
        assert names(notice) == ["第三季度", "第四季度"]
        assert [DutyClock.objects.about(each).get().due_words for each in notice.periods.order_by("start")] == [
            "2018-10-12",
            "2019-01-08",
        ]

    def test_with_no_rhythm_the_clerk_reports_at_any_time(self, cast):
        notice = imported_and_issued(cast, rhythm=Rhythm.NONE)
        assignment = assignment_of(cast, point=2)
        report = factories.accepted(cast, assignment=assignment, of="2018年不定期报送", at=moment(9, 3))
        factories.accepted(cast, assignment=assignment, of="2018年不定期报送", at=moment(12, 3), supplement=1)

        [turn] = turns(assignment=assignment, reports=assignment.reports.all(), on=date(2019, 2, 1))
        assert (turn.owing, turn.may_be_supplemented, len(turn.reports)) == (OwingPeriods.HANDED_IN, True, 2)
        assert not DutyClock.objects.about(report.period).exists()
        assert all(not row.reports for row in duties(notice=notice, on=date(2019, 2, 1)))


@pytest.mark.django_db
class TestRhythm:
    @pytest.fixture(autouse=True)
    def _calendar(self):
        load_workdays()

    def test_what_has_ended_stays_and_the_rest_follows_without_gap(self, cast, notice):
        before = {day: duties(notice=notice, on=day) for day in (date(2018, 10, 20), date(2018, 11, 19))}

        change(cast, notice, "month")

        assert names(notice) == ["第三季度", "2018年10月至11月", "2018年12月"]
        assert [(each.start, each.end, each.due_date) for each in notice.periods.order_by("start")][1:] == [
            (date(2018, 10, 1), date(2018, 11, 30), date(2018, 12, 7)),
            (date(2018, 12, 1), date(2018, 12, 31), date(2019, 1, 8)),
        ]
        assert notice.rhythm == "month"
        assert {day: duties(notice=notice, on=day) for day in before} == before

    def test_clocks_of_what_goes_are_closed_and_new_ones_run(self, cast, notice):
        fourth = notice.periods.get(name="第四季度")
        change(cast, notice, "month")

        gone = DutyClock.objects.get(target_id=str(fourth.pk))
        assert gone.state == "closed"
        assert gone.events.last().reason == "报送频次改为每月，本周期取消"
        assert DutyClock.objects.open().count() == notice.periods.count()

    def test_it_is_on_record(self, cast, notice):
        change(cast, notice, "month")

        detail = AuditEntry.objects.get(action="set_periods").detail
        assert detail["rhythm"] == {"before": "quarter", "after": "month"}
        assert detail["removed"] == ["第四季度"]

    def test_a_period_that_is_being_reported_for_stays(self, cast, notice):
        factories.drafted(cast, of="第四季度", at=moment(10, 8))

        with pytest.raises(ValidationError, match="都已有填报"):
            change(cast, notice, "month")
        assert names(notice) == ["第三季度", "第四季度"]

    def test_to_no_rhythm_and_back(self, cast, notice):
        change(cast, notice, "none")
        assert names(notice) == ["第三季度", "2018年不定期报送"]
        report = factories.drafted(cast, of=names(notice)[1], at=factories.NOW)

        change(cast, notice, "month", at=moment(12, 3))

        report.refresh_from_db()
        assert (report.period.start, report.period.end) == (date(2018, 10, 1), date(2018, 12, 2))
        assert names(notice)[2:] == ["2018年12月3日至12月31日"]

    def test_the_same_rhythm_changes_nothing(self, cast, notice):
        with pytest.raises(ValidationError, match="已经是“每季度”"):
            change(cast, notice, "quarter")

    def test_a_year_that_is_over_is_left_alone(self, cast, notice):
        with pytest.raises(ValidationError, match="年度已过"):
            change(cast, notice, "month", at=moment(1, 20, year=2019))

    def test_who_saw_an_earlier_version_is_told(self, cast, notice):
        change(cast, notice, "month")
        with pytest.raises(StaleError):
            set_rhythm(notice=notice, rhythm="none", version=notice.version - 1, by=cast.office, at=factories.NOW)

    def test_only_the_office_of_an_issued_notice(self, cast, notice):
        with pytest.raises(PermissionDenied):
            set_rhythm(notice=notice, rhythm="month", version=notice.version, by=cast.clerk, at=factories.NOW)
        draft = draft_notice(cast)
        with pytest.raises(TransitionError, match="待下达"):
            change(cast, draft, "month")

    def test_where_nothing_is_left_the_notices_page_says_so(self, client, cast, notice):
        factories.drafted(cast, of="第四季度", at=moment(10, 8))
        client.force_login(cast.office)

        page = client.get(reverse("admin:tasks_notice_rhythm", args=[notice.pk]), follow=True).content.decode()

        assert "余下的周期都已有填报" in page

    def test_the_page_says_what_would_change_and_does_it(self, client, cast, notice):
        client.force_login(cast.office)
        address = reverse("admin:tasks_notice_rhythm", args=[notice.pk])

        page = client.get(address).content.decode()
        assert "每月：取消第四季度；新设2018年10月至11月（截止2018-12-07）、2018年12月（截止2019-01-08）" in page
        response = client.post(address, {"version": notice.version, "rhythm": "month"}, follow=True)

        assert "报送频次已改为每月" in response.content.decode()
        again = client.post(address, {"version": notice.version, "rhythm": "none"})
        assert again.status_code == 409


@pytest.mark.django_db
class TestOnePeriod:
    def test_name_days_and_due_date_of_what_is_to_come(self, cast, notice):
        period = notice.periods.get(name="第四季度")

        edit(cast, period, name="四季度", start=date(2018, 10, 8), due_date=date(2019, 1, 15))

        assert (period.name, period.start, period.due_date) == ("四季度", date(2018, 10, 8), date(2019, 1, 15))
        assert DutyClock.objects.about(period).open().get().due_words == "2019-01-15"
        assert AuditEntry.objects.get(action="set_periods").detail["after"]["due_date"] == "2019-01-15"

    @pytest.mark.parametrize(
        ("name", "changed", "field", "sentence"),
        [
            ("第三季度", {"end": date(2018, 9, 29)}, "end", "已经结束"),
            ("第三季度", {"due_date": date(2018, 11, 30)}, "due_date", "截止日已过"),
            ("第四季度", {"start": date(2018, 9, 30)}, "__all__", "同一天不能属于两个报送周期"),
            ("第四季度", {"end": date(2018, 11, 1)}, "end", "不能早于今天"),
            ("第四季度", {"due_date": date(2018, 11, 19)}, "due_date", "不能早于今天"),
            ("第四季度", {"due_date": date(2018, 12, 1)}, "__all__", "报送截止不能早于周期结束"),
            ("第四季度", {"due_date": None}, "due_date", "报送频次"),
        ],
    )
    def test_refusals_stand_beside_the_field(self, cast, notice, name, changed, field, sentence):
        with pytest.raises(ValidationError) as refused:
            edit(cast, notice.periods.get(name=name), **changed)

        assert sentence in str(refused.value.message_dict[field])

    def test_days_stay_once_somebody_reports_the_due_date_may_move(self, cast, notice):
        factories.drafted(cast, of="第四季度")
        period = notice.periods.get(name="第四季度")

        with pytest.raises(ValidationError, match="已有单位填报"):
            edit(cast, period, start=date(2018, 10, 2))
        assert edit(cast, period, due_date=date(2019, 1, 15)).due_date == date(2019, 1, 15)

    def test_a_closed_one_stays(self, cast, notice):
        period = close_period(period=notice.periods.get(name="第三季度"), by=cast.office, at=factories.NOW)
        with pytest.raises(TransitionError, match="已封账"):
            edit(cast, period, name="三季度")

    def test_who_saw_an_earlier_version_is_told(self, cast, notice):
        with pytest.raises(StaleError):
            edit(cast, notice.periods.get(name="第四季度"), name="四季度", version=notice.version - 1)

    def test_the_pages(self, client, cast, notice):
        client.force_login(cast.office)
        third, fourth = notice.periods.order_by("start")
        page = reverse("admin:tasks_reportingperiod_change", args=[third.pk])

        assert "尚未封账" in client.get(page).content.decode()
        form = {"version": notice.version, **days(fourth, start=date(2018, 10, 8))}
        edited = client.post(reverse("admin:tasks_period_edit", args=[fourth.pk]), form, follow=True)
        assert "2018-10-01至2018-10-07不属于任何报送周期" in edited.content.decode()
        assert "缺报4项" in client.get(reverse("admin:tasks_period_close", args=[third.pk])).content.decode()
        closed = post_as_seen(
            client, reverse("admin:tasks_period_close", args=[third.pk]), follow=True
        ).content.decode()
        assert "已封账" in closed
        assert "封账时的报送情况" in closed
        listed = client.get(f"{reverse('admin:tasks_periodrecord_changelist')}?outcome__exact=missing")
        assert listed.context["cl"].result_count == 4
        early = client.post(
            reverse("admin:tasks_period_close", args=[fourth.pk]),
            {"version": version_of(ReportingPeriod.objects.get(pk=fourth.pk))},
        )
        assert early.status_code == 409

    def test_the_list_costs_the_same_queries_for_any_number(self, client, cast, notice):
        client.force_login(cast.office)
        address = reverse("admin:tasks_reportingperiod_changelist")
        client.get(address)
        with CaptureQueriesContext(connection) as few:
            client.get(address)
        for year in range(2030, 2060):
            days = {"start": date(year, 1, 1), "end": date(year, 6, 1), "due_date": date(year, 7, 1)}
            notice.periods.create(name=str(year), **days)

        with CaptureQueriesContext(connection) as many:
            client.get(address)

        assert len(many) == len(few)


@pytest.mark.django_db(transaction=True)
def test_a_report_begun_while_the_rhythm_changes_is_lost_by_neither(cast, notice):
    """Whoever holds the assignment first wins; the other is told, and no report hangs on a period that is gone."""
    together = threading.Barrier(2)
    told: list[str] = []
    assignment, period, version = assignment_of(cast), factories.period("第四季度"), notice.version

    def run(act):
        together.wait()
        try:
            act()
        except (ValidationError, TransitionError) as refused:
            told.append(type(refused).__name__)
        finally:
            connections.close_all()

    acts = [
        lambda: factories.drafted(cast, assignment=assignment, of=period.name),
        lambda: set_rhythm(notice=notice, rhythm="month", version=version, by=cast.office, at=factories.NOW),
    ]
    threads = [threading.Thread(target=run, args=[act]) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    stayed = ReportingPeriod.objects.filter(name="第四季度").exists()
    assert len(told) == 1
    assert ProgressReport.objects.exists() == stayed
