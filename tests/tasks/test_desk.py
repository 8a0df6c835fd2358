"""The office's desk besides the inbox: what falls due this week, how far the county is, and what the page costs."""

from datetime import date

import pytest

from disclosure.catalogue.home import year_standing
from tasks.progress.services import accept_report
from tests.tasks import factories, issued
from tests.tasks.factories import NOW, PDF, TODAY, assignment_of, signed_in, with_office


def desk(cast, query=""):
    return signed_in(cast.office).get(f"/admin/{query}").context


def year_shown(context):
    return next(part.shown for part in context["parts"] if "map_url" in part.shown)


def test_it_names_the_days_on_which_something_falls_due(cast, settings):
    settings.CLOCK_DATE, settings.CLOCK_SINCE = TODAY.isoformat(), TODAY.isoformat()
    factories.issued_notice(cast, due_dates=[date(2018, 11, day) for day in (19, 20, 27, 28)])

    dates = desk(cast)["dates"]

    assert [(each.day.day, each.words) for each in dates] == [(20, "2项任务到期"), (27, "2项任务到期")]
    assert signed_in(cast.office).get(dates[0].url).context["cl"].result_count == 2


def test_the_last_day_of_a_period_is_among_them(cast, notice, settings):
    settings.CLOCK_DATE = settings.CLOCK_SINCE = "2019-01-02"

    assert "第四季度进展报送截止" in [each.words.removeprefix("2018年") for each in desk(cast)["dates"]]


def test_it_shows_the_year_and_leads_to_the_map(cast, notice):
    done = {"percent": 100, "claims_completion": True, "proof": PDF}
    factories.accepted(cast, assignment=assignment_of(cast, point=2), **done)

    shown = year_shown(desk(cast))

    assert (shown["counts"].total, shown["counts"].completed, shown["counts"].overdue) == (4, 1, 2)
    assert signed_in(cast.office).get(shown["map_url"]).context["totals"].asked == 4


@pytest.mark.parametrize(("query", "year"), [("", 2018), ("?year=2019", 2019)])
def test_the_year_can_be_changed(cast, notice, query, year):
    issued.issued_notice(cast, year=2019)

    shown = year_shown(desk(cast, query))

    assert (shown["year"], [each.label for each in shown["year_links"]]) == (year, ["2019年", "2018年"])
    assert [each.is_current for each in shown["year_links"]] == [year == 2019, year == 2018]


def test_next_years_notice_does_not_take_the_desk_from_this_year(cast, notice, settings):
    settings.CLOCK_DATE = settings.CLOCK_SINCE = TODAY.isoformat()
    issued.issued_notice(cast, year=2019)

    assert (year_shown(desk(cast))["year"], year_standing(at=NOW).year) == (2018, 2018)


def test_an_empty_county_has_an_empty_desk(cast):
    shown = desk(cast)

    assert [row.verb for row in shown["rows"]] == ["录入"] * shown["inbox"].total  # the calendar of the year
    assert shown["dates"] == []


def test_what_is_confirmed_leaves_the_desk(cast, notice):
    report = with_office(cast, of="第三季度")
    assert "确认" in [row.verb for row in desk(cast, "?all=1")["rows"]]

    accept_report(report=report, by=cast.office, at=NOW)

    assert "确认" not in [row.verb for row in desk(cast, "?all=1")["rows"]]


def test_the_desk_costs_the_same_for_many_units(cast, settings, django_assert_max_num_queries):
    settings.CLOCK_DATE, settings.CLOCK_SINCE = TODAY.isoformat(), TODAY.isoformat()
    factories.issued_notice(cast, due_dates=[date(2018, 11, 1)] * 30)
    office = signed_in(cast.office)
    office.get("/admin/")

    with django_assert_max_num_queries(28):
        office.get("/admin/")
