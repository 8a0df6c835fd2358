"""The office's pages of the calendar and of the clocks: what is shown, what is asked first, who may."""

from datetime import date

import pytest
from chinese_calendar import get_workdays
from django.urls import reverse

from fixtures.reference_data import load_workdays
from ninghai.calendar.duty_clocks import pause_clock, start_clock
from ninghai.models import DutyClock, Workday
from tests.ninghai.test_calendar_notice import NOTICE_2026
from tests.ninghai.test_duty_clocks import ANSWER, STARTED
from tests.ninghai.test_reckoning import at

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _in_november(settings):
    settings.CLOCK_DATE = settings.CLOCK_SINCE = "2018-11-20"


@pytest.fixture
def cast(cast):
    load_workdays()
    return cast


@pytest.fixture
def office(client, cast):
    client.force_login(cast.office)
    return client


@pytest.fixture
def clock(cast):
    return start_clock(duty=ANSWER, target=cast.finance, happened_at=STARTED, by=cast.office, at=STARTED)


def url(name, *args):
    return reverse(f"admin:ninghai_{name}", args=args)


def page(response):
    return response.content.decode()


def typhoon(**other):
    return {"day": "2018-10-10", "kind": "holiday", "name": "台风停工", "source": "县防指通知", **other}


def confirm(client, response):
    return client.post(url("workday_confirm"), {"edit": response.context["edit"]}, follow=True)


def test_the_year_is_shown_with_a_word_in_every_special_day(office):
    response = office.get(url("workday_this_year"))

    months = response.context["year"].months
    days = {day.date: day for month in months for week in month.weeks for day in week if day}
    assert len(days) == 365
    assert (days[date(2018, 10, 1)].word, days[date(2018, 9, 29)].word, days[date(2018, 9, 28)].word) == (
        "休",
        "班",
        "",
    )
    assert response.context["year"].workdays == len(get_workdays(date(2018, 1, 1), date(2018, 12, 31)))
    assert "放假安排未录入" not in page(response)


def test_a_year_that_is_not_entered_says_that_it_is_guessed(office):
    response = office.get(url("workday_year", 2027))

    assert "2027年放假安排未录入，暂按周末和法定节日推算" in page(response)
    october = response.context["year"].months[9]
    assert [day.date.day for week in october.weeks for day in week if day and day.is_guess] == [1, 2, 3]


@pytest.mark.parametrize("year", [1999, 2101, 99999])
def test_no_year_beyond_the_calendar(office, year):
    assert office.get(url("workday_year", year)).status_code == 404


def test_a_day_is_changed_after_a_look_at_what_moves(office, clock):
    response = office.post(url("workday_add"), typhoon())

    assert "将修改 1 天，1 个办理时限的到期日随之改变，尚未保存" in page(response)
    assert not Workday.objects.filter(date=date(2018, 10, 10)).exists()

    response = confirm(office, response)

    assert response.redirect_chain == [(url("workday_year", 2018), 302)]
    assert "工作日历已修改，1 个办理时限的到期日随之改变。" in page(response)
    clock.refresh_from_db()
    assert clock.due_words == "2018-10-18"


def test_a_day_on_the_list_opens_in_its_form_and_can_be_taken_away(office):
    row = Workday.objects.get(date=date(2018, 9, 29))
    form = office.get(url("workday_change", row.pk)).context["form"]
    assert (form["day"].value(), form["kind"].value()) == (row.date, "working")

    confirm(office, office.post(url("workday_change", row.pk), typhoon(day="2018-09-29", kind="by_weekday")))

    assert not Workday.objects.filter(pk=row.pk).exists()


def test_however_a_days_address_is_written_nothing_is_changed_without_a_look(office):
    row = Workday.objects.get(date=date(2018, 9, 29))

    response = office.post(f"/admin/ninghai/workday/%20{row.pk}/change/", typhoon(day="2018-09-29"))

    assert response.status_code == 404
    row.refresh_from_db()
    assert row.kind == "working"


@pytest.mark.parametrize("nobody", ["0", "other", "9" * 30])
def test_a_day_that_is_not_there_is_not_found(office, nobody):
    assert office.get(f"/admin/ninghai/workday/{nobody}/change/").status_code == 404


def test_a_years_notice_is_entered_as_it_was_pasted(office):
    Workday.objects.filter(date__year=2026).delete()
    form = {"year": 2026, "source": "国办发明电〔2025〕7号", "text": NOTICE_2026}

    confirm(office, office.post(url("workday_notice"), form))

    assert Workday.objects.filter(date__year=2026).count() == 39
    assert Workday.objects.get(date=date(2026, 10, 10)).source == "国办发明电〔2025〕7号"


def test_a_notice_that_says_nothing_new_changes_nothing(office):
    form = {"year": 2026, "source": "国办发明电〔2025〕7号", "text": NOTICE_2026, "is_complete": "on"}

    response = office.post(url("workday_notice"), form)

    assert "与现有日历一致，没有变化。" in page(response)
    assert response.context["edit"] == ""


def test_a_line_that_cannot_be_read_keeps_what_was_pasted(office):
    form = {"year": 2027, "source": "通知", "text": "元旦：2月30日放假。"}

    response = office.post(url("workday_notice"), form)

    assert response.context["form"].errors["text"] == ["第1行“2月30日”不是有效的日期，请核对。"]
    assert "元旦：2月30日放假。" in page(response)


@pytest.mark.parametrize(
    ("field", "wrong"), [("day", "1999-12-31"), ("day", "0000-00-00"), ("kind", "other"), ("source", "")]
)
def test_a_wrong_day_form_is_refused(office, field, wrong):
    response = office.post(url("workday_add"), typhoon(**{field: wrong}))

    assert field in response.context["form"].errors
    assert "preview" not in response.context


def test_a_preview_that_is_overtaken_is_not_carried_out(office):
    first = office.post(url("workday_add"), typhoon())
    confirm(office, office.post(url("workday_add"), typhoon(day="2018-10-11")))

    response = confirm(office, first)

    assert "工作日历刚刚被别人修改过" in page(response)
    assert not Workday.objects.filter(date=date(2018, 10, 10)).exists()


def test_a_made_up_edit_is_not_carried_out(office):
    response = office.post(url("workday_confirm"), {"edit": "made-up"}, follow=True)

    assert "预览已过期，请重新填写。" in page(response)


@pytest.mark.parametrize(
    ("who", "may_look", "may_change"),
    [("office", 200, 200), ("signer", 200, 403), ("clerk", 403, 403), ("head", 403, 403), ("inspector", 403, 403)],
)
def test_who_looks_and_who_changes(client, cast, who, may_look, may_change):
    client.force_login(getattr(cast, who))

    assert client.get(url("workday_this_year"), follow=True).status_code == may_look
    assert client.get(url("dutyclock_changelist"), follow=True).status_code == may_look
    for name, looked_at in (("workday_notice", 422), ("workday_add", 200)):  # a day is no notice
        assert client.get(url(name), follow=True).status_code == may_change
        answer = client.post(url(name), typhoon(), follow=True).status_code
        assert answer == (looked_at if may_change == 200 else may_change)
    if may_change == 403:
        assert client.post(url("workday_confirm"), {"edit": ""}, follow=True).status_code == 403


def test_clocks_are_listed_with_how_their_due_date_was_found(office, clock, django_assert_max_num_queries):
    listed = page(office.get(url("dutyclock_changelist")))
    assert "2018-10-17" in listed
    assert clock.derivation in listed
    assert "计时中，已到期" in listed

    for number in range(30):
        copy = DutyClock.objects.get(pk=clock.pk)
        copy.pk, copy.target_id = None, f"of-{number}"
        copy.save(force_insert=True)
    with django_assert_max_num_queries(13):
        office.get(url("dutyclock_changelist"))


def test_a_clocks_page_tells_what_happened_and_changes_nothing(office, cast, clock):
    pause_clock(clock=clock, reason="征求第三方意见", by=cast.office, at=at("2018-09-25"))

    shown = page(office.get(url("dutyclock_change", clock.pk)))

    assert "征求第三方意见" in shown
    assert "暂停中，恢复后计算" in shown
    assert 'name="_save"' not in shown
    assert office.post(url("dutyclock_change", clock.pk), {}).status_code == 403


def test_the_list_begins_with_the_running_year(office):
    newest = Workday.objects.latest("date").date.year

    response = office.get(url("workday_changelist"))

    years = {day.date.year for day in response.context["cl"].queryset}
    assert newest > 2018
    assert years == {2018}
    switch = response.context["year_links"]
    assert [each.label for each in switch if each.is_current] == ["2018年"]
    assert (len(switch), switch[-1].label) == (6, "全部年度")  # of twenty years those about this one
    assert "chinesecalendar" not in page(response)
