"""The register of applications: what is open by its last day, found by number, state, year and way; due days in the calendar."""

import re
from datetime import date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from disclosure.requests.desk import registering
from disclosure.requests.limits import limit_words
from fixtures.reference_data import load_workdays
from ninghai.calendar.feed import events_of
from ninghai.models import Case
from tests.disclosure.makers import AT
from tests.disclosure.requests import makers

pytestmark = pytest.mark.django_db
PAGE = reverse("disclosure:request-list")


@pytest.fixture(autouse=True)
def _calendar(cast, settings):
    settings.CLOCK_DATE = settings.CLOCK_SINCE = "2018-11-20"
    load_workdays()


def received(cast, day: str, **changes) -> Case:
    """On that day of 2018."""
    return makers.applied(cast, at=datetime.fromisoformat(f"2018-{day}T09:00:00+08:00"), **changes)


def numbers(client, **params) -> list[str]:
    """The serials of the rows, as they stand on the page."""
    page = client.get(PAGE, params).content.decode()
    return re.findall(r'row-title"><a href="[^"]+">[^<]*〕(\d+)号', page)


@pytest.mark.parametrize(
    ("today", "words", "tone"),
    [
        ("2018-11-20", "还有15个工作日", "info"),
        ("2018-12-03", "还有6个工作日", "info"),
        ("2018-12-04", "还有5个工作日", "due"),
        ("2018-12-07", "还有2个工作日", "due"),  # a Friday; due on Tuesday
        ("2018-12-08", "还有2个工作日", "due"),
        ("2018-12-11", "今天到期", "due"),
        ("2018-12-12", "已逾期1天", "late"),
    ],
)
def test_what_is_left_counts_in_working_days(cast, settings, today, words, tone):
    case = makers.applied(cast)
    settings.CLOCK_DATE = settings.CLOCK_SINCE = today
    found = limit_words(case)
    assert (words in found.words, found.tone) == (True, tone)


def test_a_make_up_saturday_counts_as_a_day_left(cast, settings):
    case = received(cast, "09-18")  # 09-29 and 09-30 are worked, the week of 1 October is not
    settings.CLOCK_DATE = settings.CLOCK_SINCE = "2018-09-28"
    due, left = limit_words(case).due, re.search(r"还有(\d+)个工作日", limit_words(case).words)[1]
    assert (due, left) == (date(2018, 10, 15), "8")


def test_open_ones_stand_under_the_days_by_which_they_are_due(client, cast):
    later, soon, today, late = (received(cast, day) for day in ("11-20", "11-05", "10-30", "10-29"))
    paused = makers.asking(cast)
    client.force_login(cast.clerk)
    page = client.get(PAGE).content.decode()

    titles = re.findall(r'<h2 id="due-\d">([^<]+)<', page)
    assert titles == ["已逾期", "今天到期", "5个工作日内到期", "以后到期", "期限暂停或者还没有起算"]
    order = [str(case.serial) for case in (late, today, soon, later, paused)]
    assert numbers(client) == order
    assert numbers(client, state="late") == order[:1]
    assert numbers(client, state="soon") == order[1:3]


def test_the_tabs_say_how_many_wait(client, cast):
    for day in ("11-20", "11-05", "10-30", "10-29"):
        received(cast, day)
    makers.delivered(cast)
    client.force_login(cast.clerk)
    page = re.sub(r"\s+", "", client.get(PAGE).content.decode())
    tabs = re.findall(r">([^<>]+)<strongclass=\"tab-number\">(\d+)<", page)
    assert tabs == [("办理中", "4"), ("5个工作日内到期", "2"), ("已逾期", "1")]


def test_one_is_found_by_number_serial_or_subject_whatever_its_state(client, cast):
    first, second = makers.delivered(cast), makers.on_paper(cast, subject="危房改造补助名单")
    client.force_login(cast.clerk)
    for typed in (first.number, "县财政局公开申[2018]1号", "1"):
        assert numbers(client, q=typed) == [str(first.serial)], typed
    assert numbers(client, q="危房改造") == [str(second.serial)]
    assert "没有符合条件的申请" in client.get(PAGE, {"q": "没有这样的"}).content.decode()


def test_year_way_and_what_is_no_choice(client, cast):
    online, counter = makers.applied(cast), makers.on_paper(cast)
    client.force_login(cast.clerk)
    assert numbers(client, way="counter") == [str(counter.serial)]
    assert numbers(client, way="online", year="2018") == [str(online.serial)]
    for wrong in ({"year": "1999"}, {"way": "pigeon"}, {"state": "lost"}, {"year": "x"}):
        assert numbers(client, **wrong) == [], wrong


def test_units_read_their_own_and_the_office_one_of_all(client, cast):
    own, other = makers.applied(cast), makers.applied(cast, unit=cast.town)
    client.force_login(cast.clerk)
    page = client.get(PAGE, {"unit": cast.town.code}).content.decode()
    assert (own.number in page, other.number in page, 'name="unit"' in page) == (True, False, False)
    client.force_login(cast.office)
    page = client.get(PAGE, {"unit": cast.town.code}).content.decode()
    assert (own.number in page, other.number in page, 'name="unit"' in page) == (False, True, True)


def test_pages_keep_what_narrows_them(client, cast, monkeypatch):
    monkeypatch.setattr("disclosure.requests.desk.register.PAGE_SIZE", 1)
    for _ in range(2):
        makers.on_paper(cast)
    client.force_login(cast.clerk)
    page = client.get(PAGE, {"way": "counter"}).content.decode()
    assert "way=counter&amp;page=2" in page


def test_due_days_stand_in_the_persons_calendar_without_people(client, cast):
    case = makers.on_paper(cast)
    events = [each for each in events_of(cast.clerk, on=AT.date(), site="") if case.number in each.words]
    assert [(each.day, each.more) for each in events] == [(date(2018, 12, 11), case.subject)]
    assert not [each for each in events_of(cast.other_clerk, on=AT.date(), site="") if case.number in each.words]


def test_the_number_of_queries_does_not_grow_with_the_rows(client, cast):
    client.force_login(cast.clerk)
    asked = []
    for _ in range(2):
        for _ in range(3):
            makers.applied(cast)
        with CaptureQueriesContext(connection) as queries:
            client.get(PAGE)
        asked.append(len(queries))
    assert asked[0] >= asked[1]


def test_what_was_void_is_found_with_its_number(client, cast):
    case = makers.on_paper(cast, at=AT - timedelta(days=1))
    registering.void(case=case, reason="登记错误", version=case.version, by=cast.head, at=AT)
    client.force_login(cast.clerk)
    assert numbers(client) == []
    assert numbers(client, state="done") == numbers(client, q="1") == ["1"]
