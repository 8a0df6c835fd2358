from collections import Counter
from datetime import date

import pytest
from django.db import connection

from reports.facts.duties import duties
from reports.facts.request import Request
from reports.facts.totals import by_part, by_unit, overdue, totals
from reports.snapshots.snapshot import compose, fingerprint
from tasks.models import Finding
from tasks.progress.services import accept_report, return_report
from tasks.spot_checks.findings import record_finding
from tests.reports.makers import (
    NOW,
    POINTS,
    TODAY,
    accepted,
    assignment,
    drawn_check,
    issued_notice,
    moment,
    passed,
    submitted,
)


@pytest.fixture
def autumn(cast, notice):
    """Finance: 一1 done late, 一2 begun. The town: 一1 handed in and returned, 二1 waits for the office. The office: nothing."""
    accepted(cast, assignment("一1", "县财政局"), at=moment(10, 8), accepted_at=moment(10, 20), done=True)
    accepted(cast, assignment("一2", "县财政局"), at=moment(10, 10))
    late = passed(cast, assignment("一1", "深甽镇"), at=moment(10, 11))
    return_report(report=late, reason="请补充佐证材料。", by=cast.office, at=moment(11, 5))
    passed(cast, assignment("二1", "深甽镇"), at=moment(10, 12))
    return notice


def test_totals_of_a_small_county_counted_by_hand(autumn):
    sums = totals(duties(notice=autumn, on=TODAY), points=3)

    assert sums == {
        "points": 3,
        "units": 3,
        "assignments": 5,
        "completed": 1,
        "completed_late": 1,
        "in_progress": 1,
        "todo": 3,
        "overdue": 1,
        "due_soon": 1,
        "not_applicable": 0,
        "reports_owed": 5,
        "reports_accepted": 2,
        "reports_pending": 1,
        "reports_missing": 2,
        "reports_made_up": 0,
        "made_up_pending": 0,
    }


def test_an_earlier_day_is_counted_as_it_was(autumn):
    sums = totals(duties(notice=autumn, on=date(2018, 10, 12)), points=3)

    assert (sums["completed"], sums["in_progress"], sums["todo"], sums["overdue"]) == (0, 1, 4, 2)
    assert (sums["reports_owed"], sums["reports_accepted"], sums["reports_pending"]) == (5, 1, 3)


def test_a_report_returned_since_still_counts_as_pending_on_the_day_before(autumn):
    before, after = (totals(duties(notice=autumn, on=date(2018, 11, day)), points=3) for day in (4, 5))

    assert before["reports_pending"] - after["reports_pending"] == 1


def test_a_period_with_a_supplement_counts_once(cast, autumn):
    before = totals(duties(notice=autumn, on=TODAY), points=3)
    unit = assignment("一2", "县财政局")

    passed(cast, unit, at=moment(11, 12), supplement=1)
    pending = totals(duties(notice=autumn, on=TODAY), points=3)
    accept_report(report=unit.reports.get(supplement=1), by=cast.office, at=moment(11, 13))
    submitted(cast, unit, at=moment(11, 14), supplement=2)
    accepted_since = totals(duties(notice=autumn, on=TODAY), points=3)

    assert before["reports_owed"] == before["reports_accepted"] + before["reports_pending"] + before["reports_missing"]
    assert (pending, accepted_since) == (before, before)


def test_a_completing_supplement_counts_from_the_day_it_was_accepted(cast, autumn):
    accepted(cast, assignment("一2", "县财政局"), at=moment(11, 12), supplement=1, done=True)

    days = [totals(duties(notice=autumn, on=date(2018, 11, day)), points=3) for day in (11, 12)]

    assert [sums["completed"] for sums in days] == [1, 2]
    assert days[0]["reports_owed"] == days[1]["reports_owed"]


def test_the_sums_agree_with_each_other(autumn):
    rows = duties(notice=autumn, on=TODAY)
    sums, units, parts = totals(rows, points=3), by_unit(rows, order=["108", "002", "001"]), by_part(rows)

    assert sums["assignments"] == sum(sums[name] for name in ("completed", "in_progress", "todo", "not_applicable"))
    for name in ("assignments", "completed", "in_progress", "todo", "overdue", "reports_owed", "reports_accepted"):
        assert sum(row[name] for row in units) == sums[name]
    for name in ("assignments", "completed", "overdue"):
        assert sum(row[name] for row in parts) == sums[name]
    assert [row["unit"] for row in units] == ["深甽镇", "县财政局", "县政府办公室"]


@pytest.mark.parametrize("day", [date(2018, 9, 30), date(2018, 10, 12), date(2018, 10, 20), TODAY])
def test_statuses_equal_plain_sql(autumn, day):
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT CASE WHEN a.completion_accepted_on <= %(day)s THEN 'completed'
                        WHEN EXISTS (SELECT FROM tasks_progressreport r WHERE r.assignment_id = a.id
                             AND r.status = 'accepted' AND (r.decided_at AT TIME ZONE 'Asia/Shanghai')::date <= %(day)s)
                        THEN 'in_progress' ELSE 'todo' END AS standing, count(*)
            FROM tasks_assignment a GROUP BY 1
            """,
            {"day": day},
        )
        by_sql = dict(cursor.fetchall())

    assert Counter(str(row.standing) for row in duties(notice=autumn, on=day)) == by_sql


def test_overdue_lists_what_is_open_after_its_day(autumn):
    assert overdue(duties(notice=autumn, on=TODAY)) == [
        {
            "unit": "深甽镇",
            "point": "一1　做好一1的工作",
            "text": "做好一1的工作",
            "due_date": "2018-09-30",
            "days_late": 51,
        }
    ]


def test_what_is_due_today_is_not_overdue_yet(autumn):
    assert [row.is_overdue for row in duties(notice=autumn, on=date(2018, 9, 30))] == [False] * 5


def test_numbers_of_a_day_stay_when_more_happens_later(cast, autumn):
    before = fingerprint(compose(Request.about(kind="progress", notice=autumn, as_of=TODAY)))

    accepted(cast, assignment("二1", "深甽镇"), at=moment(11, 21), period="第四季度")
    accepted(cast, assignment("一2", "县财政局"), at=moment(11, 22), period="第四季度", done=True)

    assert fingerprint(compose(Request.about(kind="progress", notice=autumn, as_of=TODAY))) == before
    assert fingerprint(compose(Request.about(kind="progress", notice=autumn, as_of=date(2018, 11, 22)))) != before


def test_findings_of_a_day_stay_when_one_is_corrected_later(cast, notice):
    check = drawn_check(cast, notice)
    drawn = check.drawn.first()
    said = {"drawn": drawn, "by": cast.inspector}
    record_finding(outcome="true", note="属实。", rectify_by_date=None, version=0, at=NOW, **said)
    before = compose(Request.about(kind="spot-check", notice=notice, as_of=TODAY, spot_check=check))

    record_finding(
        outcome="to_rectify", note="缺佐证。", rectify_by_date=date(2018, 12, 10), version=1, at=moment(11, 21), **said
    )

    assert compose(Request.about(kind="spot-check", notice=notice, as_of=TODAY, spot_check=check)) == before
    after = compose(Request.about(kind="spot-check", notice=notice, as_of=date(2018, 11, 21), spot_check=check))[
        "spot_check"
    ]
    corrected = next(row for row in after["findings"] if row["outcome"])
    assert (corrected["label"], corrected["note"], corrected["rectify_by"]) == ("需整改", "缺佐证。", "2018-12-10")
    assert corrected["problem"] is True


def test_circulars_of_one_year_have_titles_of_their_own(cast, notice):
    check = drawn_check(cast, notice)
    asked = {"notice": notice, "as_of": TODAY}

    spot_check = compose(Request.about(kind="spot-check", spot_check=check, **asked))["title"]
    progress = compose(Request.about(kind="progress", **asked))["title"]

    assert spot_check == f"宁海县人民政府办公室关于2018年{check.drawn_at.month}月政务公开工作抽查情况的通报"
    assert progress == "宁海县人民政府办公室关于2018年政务公开工作要点落实进展情况（截至2018年11月20日）的通报"


def test_a_spot_check_is_told_with_strata_and_outcomes(cast, notice):
    check = drawn_check(cast, notice)
    first, second, _ = check.drawn.all()
    for drawn, outcome in ((first, "true"), (second, "not_true")):
        record_finding(
            drawn=drawn, outcome=outcome, note="", rectify_by_date=None, version=0, by=cast.inspector, at=NOW
        )

    told = compose(Request.about(kind="spot-check", notice=notice, as_of=TODAY, spot_check=check))["spot_check"]

    assert (told["population"], told["size"], told["inspected"]) == (5, 3, 2)
    assert [(row["population"], row["drawn"]) for row in told["strata"]] == [(3, 2), (2, 1)]
    assert {row["outcome"]: row["count"] for row in told["outcomes"]} == {
        Finding.Outcome.TRUE: 1,
        Finding.Outcome.PARTLY_TRUE: 0,
        Finding.Outcome.NOT_TRUE: 1,
        Finding.Outcome.TO_RECTIFY: 0,
    }
    assert [row["number"] for row in told["findings"]] == [1, 2, 3]


@pytest.mark.parametrize("units", [["县财政局"], ["县财政局", "县发改局", "深甽镇", "跃龙街道"]])
def test_reading_the_duties_costs_six_queries(cast, django_assert_num_queries, units):
    notice = issued_notice(cast, points=[(key, part, due, units) for key, part, due, _ in POINTS])
    submitted(cast, assignment("一1", "县财政局"), at=moment(10, 8))

    with django_assert_num_queries(6):
        duties(notice=notice, on=TODAY)
