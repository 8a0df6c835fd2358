"""The days of publication by which the catalogue is narrowed: the same on the page, in files, feeds, the API and a search."""

import csv
import io
from datetime import date, timedelta

import pytest
from django.test import Client

from disclosure.models import Item, Topic
from ninghai.calendar.clock import beginning_of
from tests.cast import Cast
from tests.disclosure.leaks.answers import body_of
from tests.disclosure.makers import as_imported, published
from tests.worlds import world

NIGHT = timedelta(hours=24) - timedelta(seconds=1)


@pytest.fixture(autouse=True)
def _the_day(settings):
    settings.CLOCK_DATE = "2018-12-01"


def make_items(cast: Cast) -> list[Item]:
    """The last second of the 17th, the first of the 18th, the last of the 19th, the first of the 20th; and an old one."""
    seconds = {17: NIGHT, 18: timedelta(), 19: NIGHT, 20: timedelta()}
    found = [
        published(cast, title=f"预算{number}", at=beginning_of(date(2018, 11, day)) + within)
        for number, (day, within) in enumerate(seconds.items())
    ]
    return [*found, as_imported(published(cast, title="预算4"), on=date(2015, 3, 2))]


items = world("items", make_items, on=("cast",))


def shown(client, query: str) -> list[str]:
    return sorted(item.title for item in client.get(f"/catalogue/?{query}").context["page"] or [])


@pytest.mark.parametrize("words", ["", "&q=预算"])
@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ("from=2018-11-18&to=2018-11-19", ["预算1", "预算2"]),
        ("from=2018-11-18&to=2018-11-18", ["预算1"]),
        ("from=2018-11-20", ["预算3"]),
        ("to=2018-11-17", ["预算0", "预算4"]),
        ("year=2015&from=2015-03-02&to=2015-03-02", ["预算4"]),
        ("year=2018&to=2018-11-17", ["预算0"]),
        ("from=2018-11-21", []),
        ("from=1900-01-01&to=2099-12-31", ["预算0", "预算1", "预算2", "预算3", "预算4"]),
    ],
)
def test_days_narrow_every_way_alike(client, items, query, titles, words):
    query += words

    feed = client.get(f"/feeds/catalogue.xml?{query}").content.decode()
    rows = list(csv.reader(io.StringIO(body_of(client.get(f"/catalogue/export/?format=csv&{query}")).decode())))

    assert shown(client, query) == titles
    assert sorted(row[1] for row in rows[1:]) == titles
    assert sorted(each["title"] for each in client.get(f"/api/v1/items/?{query}").json()["items"]) == titles
    assert [title in feed for title in (f"预算{number}</title>" for number in range(5))] == [
        f"预算{number}" in titles for number in range(5)
    ]


WRONG = [
    "2018-13-01",
    "2018-02-30",
    "2018-2-3",
    "20181120",
    "2018-W10-1",
    "0001-01-01",
    "9999-12-31",
    "１２３４-01-01",  # noqa: RUF001 - full width
    "2018-11-20T00:00",
    "'; --",
    "x" * 250,
    " ",
]


@pytest.mark.parametrize("name", ["from", "to"])
@pytest.mark.parametrize("day", WRONG)
def test_a_wrong_day_gets_a_sentence_everywhere(client, items, day, name):
    query = {name: day}

    page = client.get("/catalogue/", query)
    refused = client.get("/api/v1/items/", query)

    assert page.status_code == 200
    assert not page.context["page"]
    assert "请按“2018-11-20”的样子填写。" in page.content.decode()
    for way in ("/catalogue/export/", "/catalogue/attachments/"):
        answer = client.get(way, query)
        assert (answer.status_code, "的样子填写。" in answer.content.decode()) == (400, True)
    assert "<entry>" not in client.get("/feeds/catalogue.xml", query).content.decode()
    assert (refused.status_code, refused.json()["error"]["fields"]) == (422, [name])


def test_days_the_wrong_way_round_keep_what_was_typed(client, items):
    page = client.get("/catalogue/?from=2018-12-01&to=2018-11-01&q=预算").content.decode()

    assert "开始日期 2018-12-01 晚于结束日期 2018-11-01。" in page
    assert 'name="from" value="2018-12-01"' in page
    assert 'name="to" value="2018-11-01"' in page
    assert client.get("/api/v1/items/?from=2018-12-01&to=2018-11-01").json()["error"]["fields"] == ["from", "to"]


def test_chosen_days_are_named_taken_off_and_kept_by_other_links(client, items):
    published_of_a_kind = "from=2018-11-18&to=2018-11-19"
    page = client.get(f"/catalogue/?{published_of_a_kind}").content.decode()

    assert "发布日期从：2018-11-18" in page
    assert 'href="?to=2018-11-19"' in page
    assert 'href="?from=2018-11-18"' in page
    assert "筛选（2）" in page
    assert '<input type="hidden" name="from" value="2018-11-18">' in page  # a new search keeps it
    assert "/catalogue/export/?from=2018-11-18&amp;to=2018-11-19&amp;format=csv" in page


def test_two_days_make_two_kept_pages(items):
    tags = {Client().get(f"/catalogue/?{query}")["ETag"] for query in ("", "from=2018-11-18", "to=2018-11-18")}

    assert len(tags) == 3


# --- Each number is what its choice leaves ------------------------------------------------------------------


def test_a_topic_counts_what_lies_below_it_and_goes_by_its_own_name(client, cast):
    above = Topic.objects.create(code="02", name="综合政务", path="综合政务")
    below = Topic.objects.create(code="0201", name="政务公开", path="综合政务\\政务公开", parent=above)
    published(cast, topic=above)
    for _ in range(2):
        published(cast, topic=below)

    page = client.get("/catalogue/").content.decode()

    for code, name in (("02", "综合政务"), ("0201", "政务公开")):
        left = client.get(f"/catalogue/?topic={code}").context["page"].paginator.count
        assert f'<a href="?topic={code}" rel="nofollow">{name} <span>{left}</span></a>' in page
