"""The office's heat map: what each cell says, how it is narrowed, as of which day, and what it costs."""

import re
from datetime import date

import pytest
from django.urls import reverse

from ninghai.models import Unit
from ninghai.staff_site.unit_matrix import COLUMNS
from tasks.assignments.heat_map import HeatMapFilter, Trend, TrendMonth, read_heat_map, trend_of
from tasks.models import Assignment, Responsibility
from tasks.models.states import AssignmentStatus, Light
from tasks.notices.issuing import issue_notice
from tasks.periods.owing import last_ended_period
from tasks.periods.services import close_period
from tests.bench.year import draft_year, moment, seed_year
from tests.tasks import factories, issued
from tests.tasks.factories import TODAY, accepted, assignment_of, signed_in, with_head, with_office

MAP = "/admin/tasks/assignment/map/2018/"
CELL = re.compile(r'<td class="(\w+)( owed)?"><a href="/admin/tasks/assignment/(\d+)/change/">([^<]+)</a></td>')


def cells(response) -> set[tuple[str, bool, int, str]]:
    return {(light, bool(owed), int(pk), word) for light, owed, pk, word in CELL.findall(response.content.decode())}


def read(notice, cast, on=TODAY, **how):
    return read_heat_map(notice=notice, points=notice.points.order_by("position"), user=cast.office, on=on, **how)


@pytest.mark.core
def test_every_assignment_is_a_cell_that_opens_into_its_page(cast, notice):
    first, second = (assignment_of(cast, point=point) for point in (1, 2))
    town_first, town_second = (assignment_of(cast, point=point, unit="town") for point in (1, 2))
    accepted(cast, assignment=second, percent=100, claims_completion=True, proof=factories.PDF)

    response = signed_in(cast.office).get(MAP)

    assert cells(response) == {
        ("red", False, first.pk, "已逾期"),
        ("red", False, town_first.pk, "已逾期"),
        ("done", False, second.pk, "按时办结"),
        ("green", False, town_second.pk, "期限内"),
    }


def test_the_lights_are_those_of_the_assignments(cast, notice):
    for on in (date(2018, 8, 20), date(2018, 10, 25), TODAY):
        shown = read(notice, cast, on=on)

        seen = {cell.pk: cell.state for row in shown.cells.values() for cell in row.values()}
        assert seen == {each.pk: each.light(on=on) for each in Assignment.objects.all()}


def test_the_months_count_what_the_office_had_accepted_by_the_day(cast, notice):
    done = {"percent": 100, "claims_completion": True, "proof": factories.PDF}
    accepted(cast, at=factories.moment(10, 30), **done)
    accepted(cast, assignment=assignment_of(cast, point=2))
    with_office(cast, assignment=assignment_of(cast, unit="town"), by=cast.other_clerk, head=cast.other_head)

    then, now = trend_of(notice, on=date(2018, 10, 31)), trend_of(notice, on=TODAY)

    assert [(f"{each}", each.accepted, each.completed) for each in now.months][-2:] == [
        ("2018年10月", 1, 1),
        ("2018年11月", 1, 0),
    ]
    assert now.months[:-1] == then.months
    assert f'aria-label="{now}"' in signed_in(cast.office).get(MAP).text


def test_before_the_notice_was_issued_no_month_is_drawn(cast, notice):
    page = signed_in(cast.office).get(MAP, {"as_of": "2018-01-31"})

    assert (page.status_code, page.context["trend"].months) == (200, [])
    assert trend_of(notice, on=date(2018, 1, 31)).columns == []
    assert "trend-chart" not in page.text


def test_the_columns_of_the_months_stand_on_one_scale():
    drawn = Trend([TrendMonth(date(2018, 8, 1), 0, 0), TrendMonth(date(2018, 9, 1), 12, 6)]).columns

    assert [(column.number, column.height) for column in drawn] == [(0, 0), (0, 0), (12, 72), (6, 36)]
    assert [column.left for column in drawn] == ["10.00%", "27.00%", "60.00%", "77.00%"]


@pytest.mark.parametrize("is_ended_first", [True, False])
def test_a_unit_that_is_asked_again_is_shown_as_it_is_asked_now(cast, notice, is_ended_first):
    """Two assignments of one unit for one point: the ended one hides nothing, whichever was made first."""
    first = assignment_of(cast)
    first.end(AssignmentStatus.NOT_APPLICABLE, reason="修订后不再承担", by=cast.office, at=factories.moment(10, 8))
    second = Assignment.of(task=first.task, unit=cast.finance, role="lead", on=date(2018, 10, 9))
    second.key = Assignment.free_key(second.key)
    second.save(force_insert=True)
    live, ended = second.pk, first.pk
    if not is_ended_first:  # the same two in the other order
        ended_columns = {"status": "not_applicable", "ended_on": date(2018, 10, 8), "ended_reason": "不再承担"}
        Assignment.objects.filter(pk=second.pk).update(**ended_columns)
        Assignment.objects.filter(pk=first.pk).update(status="todo", ended_on=None, ended_reason="")
        live, ended = first.pk, second.pk

    cell = read(notice, cast).cells[first.task.point_id][cast.finance.pk]

    assert (cell.pk, cell.state) == (live, Light.RED)
    assert (
        read(notice, cast, wanted=HeatMapFilter(light=Light.ENDED)).cells[first.task.point_id][cast.finance.pk].pk
        == ended
    )
    assert read(notice, cast).of_units[cast.finance.pk].asked == 2


def test_a_day_before_the_notice_was_issued_shows_nothing(cast, notice):
    response = signed_in(cast.office).get(MAP, {"as_of": "2018-08-13"})

    assert cells(response) == set()
    assert "没有符合条件的任务分工" in response.content.decode()


def test_what_happened_later_changes_no_earlier_day(cast, notice):
    before = cells(signed_in(cast.office).get(MAP, {"as_of": "2018-11-02"}))

    accepted(cast, percent=100, claims_completion=True, proof=factories.PDF)

    assert cells(signed_in(cast.office).get(MAP, {"as_of": "2018-11-02"})) == before
    assert cells(signed_in(cast.office).get(MAP)) != before


def test_rows_and_columns_have_totals(cast, notice):
    accepted(cast, assignment=assignment_of(cast, point=2), percent=100, claims_completion=True, proof=factories.PDF)

    shown = read(notice, cast)

    finance, town = shown.of_units[cast.finance.pk], shown.of_units[cast.town.pk]
    assert [(each.asked, each.late, each.done) for each in (finance, town, shown.total)] == [
        (2, 1, 1),
        (2, 1, 0),
        (4, 2, 1),
    ]


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (HeatMapFilter(), 4),
        (HeatMapFilter(part="一"), 4),
        (HeatMapFilter(part="二"), 0),
        (HeatMapFilter(kind=Unit.Kind.TOWN), 2),
        (HeatMapFilter(light=Light.RED), 2),
        (HeatMapFilter(light=Light.RED, kind=Unit.Kind.TOWN), 1),
    ],
)
def test_it_is_narrowed(cast, notice, wanted, expected):
    shown = read(notice, cast, wanted=wanted)

    assert shown.total.asked == expected
    assert len(shown.units) * len(shown.rows) == expected


def test_each_light_counts_what_a_tap_on_it_shows_whichever_is_shown_now(cast, notice):
    accepted(cast, assignment=assignment_of(cast, point=2), percent=100, claims_completion=True, proof=factories.PDF)
    office = signed_in(cast.office)

    for narrowed in ({}, {"light": "red"}, {"light": "done", "part": "一"}):
        figures = office.get(MAP, narrowed).context["figures"]
        assert sum(count for _, count, _ in figures) == 4
        for light, count, url in figures:
            shown = office.get(f"{MAP}{url}")
            assert (len(cells(shown)), {cell[0] for cell in cells(shown)} <= {light.value}) == (count, True)


def test_what_was_not_reported_for_the_period_is_marked(cast, notice):
    with_office(cast, of="第三季度")
    with_head(cast, assignment=assignment_of(cast, point=2), of="第三季度")
    handed_in = assignment_of(cast).pk

    marked = cells(signed_in(cast.office).get(MAP, {"report": "mark"}))
    only = cells(signed_in(cast.office).get(MAP, {"report": "only"}))

    assert {pk for _, owed, pk, _ in marked if not owed} == {handed_in}
    assert only == {cell for cell in marked if cell[1]}
    assert "第三季度进展未报送" in signed_in(cast.office).get(MAP, {"report": "mark"}).content.decode()


def test_before_a_period_has_ended_nothing_is_owed(cast, notice):
    assert last_ended_period(notice=notice, on=date(2018, 9, 30)) is None
    assert last_ended_period(notice=notice, on=date(2018, 10, 1)).name == "第三季度"


def test_a_closed_period_is_still_marked_where_nothing_came(cast, notice):
    handed_in = with_office(cast, of="第三季度").assignment_id
    third = notice.periods.get(name="第三季度")

    close_period(period=third, by=cast.office, at=moment(2018, 11, 20))

    marked = cells(signed_in(cast.office).get(MAP, {"report": "mark"}))
    assert {pk for _, owed, pk, _ in marked if not owed} == {handed_in}


def test_what_was_made_after_the_end_of_the_period_owes_nothing(cast, notice):
    later = assignment_of(cast)
    Assignment.objects.filter(pk=later.pk).update(made_on=date(2018, 10, 20))

    marked = cells(signed_in(cast.office).get(MAP, {"report": "mark"}))

    assert {pk for _, owed, pk, _ in marked if not owed} == {later.pk}


@pytest.mark.parametrize(
    "query",
    [
        {"as_of": "2018-11-21"},
        {"as_of": "昨天"},
        {"part": "九"},
        {"kind": "planet"},
        {"light": "blue"},
        {"report": "maybe"},
    ],
)
def test_what_is_no_choice_shows_nothing_and_says_so(cast, notice, query):
    response = signed_in(cast.office).get(MAP, query)

    assert cells(response) == set()
    assert "筛选条件无法识别" in response.content.decode()


def test_one_unit_and_one_point_stand_as_lists(cast, notice):
    office = signed_in(cast.office)

    unit = office.get(MAP, {"unit": cast.town.code}).context["chosen"]
    point = office.get(MAP, {"point": "一(一)2", "light": "green"}).context["chosen"]

    assert [(line.title, line.state) for line in unit.lines] == [
        ("一(一)1　做的工作", "red"),
        ("一(一)2　做的工作", "green"),
    ]
    assert [(line.title, line.state) for line in point.lines] == [("县财政局", "green"), ("深甽镇", "green")]


def test_names_are_escaped(cast, notice):
    Unit.objects.filter(pk=cast.town.pk).update(short_name="<b>镇</b>")
    notice.points.filter(position=0).update(text="<script>alert(1)</script>")

    page = signed_in(cast.office).get(MAP).content.decode()

    assert "&lt;b&gt;镇&lt;/b&gt;" in page
    assert "<b>镇" not in page
    assert "<script>alert" not in page


@pytest.mark.parametrize("who", ["clerk", "head", "inspector"])
def test_only_the_office_sees_it(cast, notice, who):
    assert signed_in(getattr(cast, who)).get(MAP).status_code in {302, 403}
    assert signed_in(cast.signer).get(MAP).status_code == 200


def test_a_year_without_a_notice_is_not_found(cast, notice):
    office = signed_in(cast.office)

    assert office.get("/admin/tasks/assignment/map/2017/").status_code == 404
    assert MAP in office.get(reverse("admin:tasks_heat_map_years")).content.decode()


def test_the_years_without_any_notice_say_what_comes(cast):
    page = signed_in(cast.office).get(reverse("admin:tasks_heat_map_years")).content.decode()

    assert "还没有下达的工作要点" in page


def test_it_switches_between_the_years_that_were_issued(cast, notice):
    page = signed_in(cast.office).get("/admin/tasks/assignment/map/2018/")
    assert 'aria-label="年度"' not in page.text  # one year: nothing to switch to

    issued.issued_notice(cast, year=2019)
    issued.draft_notice(cast, year=2020)
    page = signed_in(cast.office).get("/admin/tasks/assignment/map/2018/")

    assert '<a href="/admin/tasks/assignment/map/2019/">2019年</a>' in page.text
    assert '<a href="/admin/tasks/assignment/map/2018/" aria-current="true">2018年</a>' in page.text


@pytest.mark.exhaustive
@pytest.mark.parametrize("report", ["", "mark"])
def test_a_county_of_43_points_and_60_units_costs_eleven_queries(cast, settings, django_assert_max_num_queries, report):
    settings.CLOCK_DATE, settings.CLOCK_SINCE = "2018-03-01", "2018-03-01"
    seed_year(by=cast.office, units=60, points=43)
    office = signed_in(cast.office)
    office.get("/account/")  # the menu's numbers are counted once a minute

    with django_assert_max_num_queries(11):  # two of them count the months
        response = office.get("/admin/tasks/assignment/map/2017/", {"report": report})

    assert len(cells(response)) == 43 * 60
    assert {light for light, *_ in cells(response)} >= {"green", "yellow", "red", "done", "done_late"}


def test_many_units_stand_side_by_side_a_page_at_a_time(cast, settings):
    settings.CLOCK_DATE, settings.CLOCK_SINCE = "2018-03-01", "2018-03-01"
    seed_year(by=cast.office, units=COLUMNS + 5, points=2)
    office, page = signed_in(cast.office), "/admin/tasks/assignment/map/2017/"

    first, second, whole = (cells(office.get(page, query)) for query in ({}, {"page": 2}, {"units": "all"}))

    assert (len(first), len(second)) == (2 * COLUMNS, 2 * 5)
    assert first | second == whole


def test_a_unit_that_is_not_asked_leaves_an_empty_cell(cast, settings):
    settings.CLOCK_DATE, settings.CLOCK_SINCE = "2018-03-01", "2018-03-01"
    notice = draft_year(by=cast.office, units=3, points=2)
    Responsibility.objects.filter(point__notice=notice, point__position=1).first().units.remove(
        Unit.objects.get(code="T2017-002")
    )
    issue_notice(notice=notice, by=cast.office, at=moment(2017, 3, 2))

    page = signed_in(cast.office).get("/admin/tasks/assignment/map/2017/").content.decode()

    rows = [
        row for row in page.split("<tr>") if 'class="heat-point"' in row and "<td></td>" in row and "<a href" in row
    ]
    assert len(rows) == 1
    assert rows[0].count("<td></td>") == 1
