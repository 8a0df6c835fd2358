"""The office's list of tasks: of one year, in groups, with what was last reported and urged, and a button for each row."""

import pytest
from django.contrib import admin
from django.urls import reverse

from ninghai.models import Message
from ninghai.staff_site.years import OfYears
from tasks.models import Assignment
from tasks.progress.services import accept_report, return_report
from tests.tasks.issued import LATER, issued_notice, waiting_report

pytestmark = pytest.mark.django_db
LIST = reverse("admin:tasks_assignment_changelist")


@pytest.fixture
def notice(three_points, settings):
    """Of 8 assignments; pages open on 20 November 2018."""
    settings.CLOCK_DATE = settings.CLOCK_SINCE = "2018-11-20"
    return three_points


@pytest.fixture
def office(client, cast, notice):
    client.force_login(cast.office)
    return client


def of_finance():
    return Assignment.objects.filter(unit__short_name="县财政局").order_by("task__point__position")


# --- The year ---------------------------------------------------------------------------------------------


def test_one_year_needs_no_switch(office):
    response = office.get(LIST)

    assert response.context["year_links"] == []
    assert response.context["cl"].result_count == 8


def test_the_list_opens_at_this_year_and_every_link_carries_it(office, cast):
    issued_notice(cast, year=2019)

    response = office.get(LIST)

    assert response.context["cl"].result_count == 8
    switch = [(each.label, each.is_current) for each in response.context["year_links"]]
    assert switch == [("2019年", False), ("2018年", True), ("全部年度", False)]
    assert 'href="?light=red&amp;year=2018"' in response.text
    assert response.context["cl"].arrangements[1].url == "?by=unit&year=2018"


@pytest.mark.parametrize(
    ("query", "count"), [("?year=2019", 8), ("?year=all", 16), ("?q=预决算", 2), ("?light=yellow", 4), ("?by=unit", 8)]
)
def test_the_address_says_which_year(office, cast, query, count):
    issued_notice(cast, year=2019)

    assert office.get(LIST + query).context["cl"].result_count == count


@pytest.mark.parametrize("year", ["1999", "2018x", "-1", "²018"])
def test_a_year_that_is_none_is_no_page(office, year):
    assert office.get(LIST, {"year": year}).status_code == 404
    assert office.get(reverse("admin:tasks_assignment_csv"), {"year": year}).status_code == 404


def test_an_action_on_all_rows_stays_within_the_year_that_is_shown(office, cast):
    """Whoever ticks every row of the list at its bare address saw this year's."""
    issued_notice(cast, year=2019)
    chosen = {"action": "remind_selected", "select_across": "1", "index": "0"}

    seen = office.post(LIST, {**chosen, "_selected_action": [of_finance().first().pk]})

    urged = [each for letter in seen.context["shown"].letters for each in letter.about]
    assert urged
    assert not [each for each in urged if "2019年" in str(each)]


def test_a_filter_that_somebody_kept_still_names_the_year_by_its_former_name(office, cast):
    issued_notice(cast, year=2019)

    response = office.get(LIST, {"task__point__notice__year": "2019"})

    assert response.context["cl"].result_count == 8


# --- Groups and rows ----------------------------------------------------------------------------------------


def test_by_point_the_units_stand_below_each_point(office, notice):
    groups = office.get(LIST).context["cl"].groups

    assert [point.name for point, _ in groups] == [each.name for each in notice.points.order_by("position")]
    assert sum(len(rows) for _, rows in groups) == 8


def test_by_unit_the_points_stand_below_each_unit(office, cast):
    groups = office.get(f"{LIST}?by=unit").context["cl"].groups

    units = [unit for unit, _ in groups]
    assert len(units) == len(set(units)) == Assignment.objects.values("unit").distinct().count()


def test_sorted_by_a_column_the_list_has_no_groups(office):
    listed = office.get(f"{LIST}?o=-8").context["cl"]

    assert [head for head, _ in listed.groups] == [None]


def test_a_row_says_how_far_the_unit_is_and_when_it_reported(office, cast):
    report = waiting_report(cast, of_finance().first())
    assert "2018-11-20 待确认" in office.get(LIST).text

    accept_report(report=report, by=cast.office, at=LATER)

    response = office.get(LIST)
    assert "2018-11-20 已接收" in response.text
    assert '<progress max="100" value="60"' in response.text


def test_what_went_back_to_the_unit_is_no_report(office, cast):
    report = waiting_report(cast, of_finance().first())
    return_report(report=report, reason="请补充台账。", by=cast.office, at=LATER)

    assert "<progress" not in office.get(LIST).text


def test_a_row_has_its_own_button_for_urging(office, cast):
    row, other = of_finance()[:2]

    seen = office.post(LIST, {"remind": row.pk, "_selected_action": [other.pk], "action": ""})
    assert [letter.about for letter in seen.context["shown"].letters] == [[row]]
    sent = {"assignments": [row.pk], "words": "请报送。", "confirmed": "yes"}
    page = office.post(reverse("admin:tasks_assignment_remind"), sent, follow=True)

    assert "已向1个单位催办1项任务。" in page.text
    assert "2018-11-20 催办" in office.get(LIST).text


def test_the_signer_has_no_such_button(client, cast, notice):
    client.force_login(cast.signer)

    client.post(LIST, {"remind": Assignment.objects.first().pk})

    assert 'name="remind"' not in client.get(LIST).text
    assert not Message.objects.filter(kind="urged").exists()


# --- The same switch wherever a page is of one year ------------------------------------------------------------

LISTS = [each for each in admin.site._registry.values() if isinstance(each, OfYears)]


@pytest.mark.parametrize("shown", LISTS, ids=lambda each: each.opts.model_name)
def test_every_list_of_years_refuses_one_that_is_none(office, shown):
    address = reverse(f"admin:{shown.opts.app_label}_{shown.opts.model_name}_changelist")

    answers = [office.get(address, query).status_code for query in ({}, {"year": "all"}, {"year": "1999"})]

    assert answers == [200, 200, 404]


def test_the_desk_switches_between_the_years(office, cast):
    issued_notice(cast, year=2019)
    desk = reverse("admin:index")

    assert "2018年工作要点" in office.get(desk).text
    assert "2019年工作要点" in office.get(desk, {"year": 2019}).text
    assert '<a href="?year=2019">2019年</a>' in office.get(desk).text
    assert '<a href="?year=2018">2018年</a>' in office.get(desk, {"year": 2019}).text
    assert [office.get(desk, {"year": year}).status_code for year in ("1999", "x", "20181")] == [404, 404, 404]


@pytest.mark.parametrize("page", ["tasks:progress-year", "tasks:progress-units", "tasks:progress-unit"])
def test_the_public_pages_switch_to_the_same_page_of_another_year(client, cast, notice, page):
    code = [cast.finance.code] if page.endswith("unit") else []
    assert 'aria-label="年度"' not in client.get(reverse(page, args=[2018, *code])).text
    issued_notice(cast, year=2019)

    html = client.get(reverse(page, args=[2018, *code])).text

    assert f'href="{reverse(page, args=[2019, *code])}"' in html
    assert client.get(reverse(page, args=[2017, *code])).status_code == 404


def test_a_unit_has_all_its_years_until_it_chooses_one(client, cast, notice):
    client.force_login(cast.clerk)
    work = reverse("tasks:work")
    assert client.get(work).context["year_links"] == []
    issued_notice(cast, year=2019)

    counts = {year: client.get(work, {"year": year}).context["total"] for year in ("", "2018", "2019")}

    assert counts == {"": "共4项", "2018": "共2项", "2019": "共2项"}
    assert [each.label for each in client.get(work).context["year_links"]] == ["2019年", "2018年", "全部年度"]
    assert client.get(work, {"year": "1999"}).status_code == 404


def test_a_row_of_a_unit_says_how_far_it_is(client, cast, notice):
    waiting_report(cast, of_finance().first())
    client.force_login(cast.clerk)

    rows = client.get(reverse("tasks:work")).context["rows"]

    assert {row.percent for row in rows} == {60, None}
