"""The office's desk: who has not reported, what turns red this fortnight, what came back, how each part stands."""

from datetime import date

import pytest

from ninghai.staff_site.site import DeskPanel, DeskRow
from tasks.models import Assignment
from tasks.models.states import AssignmentStatus
from tasks.progress.services import return_report
from tests.tasks import factories, issued
from tests.tasks.factories import NOW, PDF, TODAY, assignment_of, signed_in, with_office


def panels(cast) -> dict[str, list[tuple[str, int, str]]]:
    shown = signed_in(cast.office).get("/admin/").context["desk_panels"]
    return {panel.title: [(row.label, row.count, row.tone) for row in panel.rows] for panel in shown}


def address(cast, title: str, label: str) -> str:
    shown = signed_in(cast.office).get("/admin/").context["desk_panels"]
    rows = next(panel.rows for panel in shown if panel.title == title)
    return next(str(row.url) for row in rows if row.label.startswith(label))


def test_it_names_the_units_that_have_not_reported(cast, notice):
    with_office(cast, of="第三季度")

    assert panels(cast)["未报送的单位"] == [("深甽镇", 2, "late"), ("县财政局", 1, "late")]
    listed = signed_in(cast.office).get(address(cast, "未报送的单位", "县财政局")).context["cl"]
    assert list(listed.queryset) == [assignment_of(cast, point=2)]


def test_it_counts_what_is_red_what_turns_red_and_what_came_back(cast, settings):
    settings.CLOCK_DATE, settings.CLOCK_SINCE = TODAY.isoformat(), TODAY.isoformat()
    days = [date(2018, 11, 19), date(2018, 11, 20), date(2018, 12, 3), date(2018, 12, 4)]
    factories.issued_notice(cast, due_dates=days)
    return_report(report=with_office(cast), reason="请补充", by=cast.office, at=NOW)

    told = panels(cast)["任务时限和退回"]

    assert told == [("已逾期的任务分工", 2, "late"), ("14日内将逾期", 4, "due"), ("退回后未重报", 1, "due")]
    for label, count, _ in told:
        page = signed_in(cast.office).get(address(cast, "任务时限和退回", label))
        assert page.context["cl"].result_count == count


def test_it_shows_each_part_and_leads_to_the_heat_map(cast, notice):
    done = {"percent": 100, "claims_completion": True, "proof": PDF}
    factories.accepted(cast, assignment=assignment_of(cast, point=2), **done)

    assert panels(cast)["2018年各部分进度"] == [("着力加强主动公开（办结1/4）", 2, "late")]
    page = signed_in(cast.office).get(address(cast, "2018年各部分进度", "着力"))
    assert page.context["totals"].asked == 4
    assert '<a href="/admin/tasks/assignment/map/2018/">打开进度图</a>' in signed_in(cast.office).get("/admin/").text


def test_the_next_years_notice_hides_no_year_that_is_not_done(cast, notice):
    issued.issued_notice(cast, year=2019)

    told = panels(cast)["2019年、2018年各部分进度"]

    assert [label.partition("　")[0] for label, _, _ in told] == ["2019年", "2019年", "2018年"]
    assert ("2018年　着力加强主动公开（办结0/4）", 2, "late") in told
    page = signed_in(cast.office).get(address(cast, "2019年、2018年各部分进度", "2018年"))
    assert (page.context["year"], page.context["totals"].asked) == (2018, 4)


def test_a_year_that_is_done_leaves_the_desk(cast, notice):
    Assignment.objects.filter(task__point__notice=notice).update(
        status=AssignmentStatus.COMPLETED, completion_accepted_on=TODAY, completed_on=TODAY
    )
    issued.issued_notice(cast, year=2019)

    assert "2019年各部分进度" in panels(cast)


def test_an_empty_county_has_an_empty_desk(cast):
    assert [row for rows in panels(cast).values() for row in rows if row[1]] == []


def test_the_most_urgent_panel_stands_first(cast, notice):
    shown = signed_in(cast.office).get("/admin/").context["desk_panels"]

    assert [panel.urgency for panel in shown] == sorted(panel.urgency for panel in shown)
    assert shown[0].urgency == 0


@pytest.mark.parametrize(("tones", "urgency"), [(["", "late", "due"], 0), (["due", ""], 1), (["", "done"], 2), ([], 3)])
def test_a_panel_is_as_urgent_as_its_worst_row(tones, urgency):
    assert DeskPanel("", [DeskRow("", 1, "/", tone) for tone in tones]).urgency == urgency


def test_the_desk_costs_the_same_for_many_units(cast, settings, django_assert_max_num_queries):
    settings.CLOCK_DATE, settings.CLOCK_SINCE = TODAY.isoformat(), TODAY.isoformat()
    factories.issued_notice(cast, due_dates=[date(2018, 11, 1)] * 30)
    office = signed_in(cast.office)
    office.get("/admin/")

    with django_assert_max_num_queries(46):
        office.get("/admin/")
