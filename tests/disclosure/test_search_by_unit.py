"""A unit's full and short names find its own papers first, in every way of asking."""

import json

import pytest
from django.core.management import call_command

from disclosure.catalogue.search import hits as searching
from disclosure.catalogue.search.hits import find_hits
from disclosure.models import Item
from ninghai.models import Unit
from tests.cast import Cast
from tests.disclosure.makers import AT, published
from tests.worlds import world

QUIET = "公开若干事项的说明"  # says nothing of any unit


def make_papers(cast: Cast) -> dict[str, int]:
    """The finance bureau's own and another's about it, the newest last."""
    cast.finance.name, cast.finance.short_name = "宁海县财政局", "县财政局"
    cast.finance.aliases = ["县财政部门"]
    cast.finance.save()
    own_budget = published(cast, title="2018年部门预算", body=QUIET)
    own = published(cast, title=QUIET, body=QUIET)
    about = published(cast, title="关于配合县财政局检查的通知", body=QUIET)
    text = published(cast, title="另一份通知", body="请与县财政局联系，索取预算表。")
    Item.objects.filter(pk__in=[about.pk, text.pk]).update(unit=cast.town)
    return {"budget": own_budget.pk, "own": own.pk, "about": about.pk, "text": text.pk}


papers_of_units = world("papers_of_units", make_papers, on=("cast",))


@pytest.fixture(autouse=True)
def _the_day(settings):
    settings.CLOCK_DATE = "2018-12-01"


def first(words: str, **how) -> list[int]:
    return find_hits(Item.objects.published(AT), words, at=AT, **how).pks


@pytest.mark.parametrize("name", ["县财政局", "宁海县财政局", "财政局", "县财政部门"])
def test_its_own_papers_come_first(papers_of_units, name):
    found = first(name)

    assert found[:2] == [papers_of_units["own"], papers_of_units["budget"]]


def test_those_that_name_it_follow_titles_before_texts(papers_of_units):
    assert first("县财政局") == [
        papers_of_units["own"],
        papers_of_units["budget"],
        papers_of_units["about"],
        papers_of_units["text"],
    ]


def test_other_words_are_looked_for_in_its_papers(papers_of_units):
    assert first("县财政局 预算") == [papers_of_units["budget"], papers_of_units["text"]]
    assert first("预算 县财政局") == [papers_of_units["budget"], papers_of_units["text"]]


def test_what_is_quoted_is_looked_for_as_it_stands(papers_of_units):
    assert first("“县财政局”") == [papers_of_units["about"], papers_of_units["text"]]


def test_by_date_they_are_mixed_and_all_there(papers_of_units):
    found = first("县财政局", by_date=True)

    assert sorted(found) == sorted(papers_of_units.values())
    assert found == list(Item.objects.filter(pk__in=found).newest_first().values_list("pk", flat=True))


def test_they_are_counted_once(papers_of_units, cast):
    found = find_hits(Item.objects.published(AT), "县财政局", at=AT)

    assert not found.is_more
    assert found.counts["unit"] == {cast.finance.pk: 2, cast.town.pk: 2}


@pytest.mark.parametrize("words", ["县财政局", "县财政局 预算", "财政局"])
def test_every_way_of_asking_finds_the_same(client, papers_of_units, words, capsys):
    numbers = dict(Item.objects.values_list("pk", "index_number"))
    told = [numbers[pk] for pk in first(words)]
    asked = {"q": words}

    page = [item.index_number for item in client.get("/catalogue/", asked).context["page"]]
    api = [each["index_number"] for each in client.get("/api/v1/items/", asked).json()["items"]]
    export = client.get("/catalogue/export/", asked | {"format": "json"})
    rows = json.loads(b"".join(export.streaming_content) if export.streaming else export.content)
    feed = client.get("/feeds/catalogue.xml", asked).content.decode()
    call_command("search", words, format="json")
    command = [each["index_number"] for each in json.loads(capsys.readouterr().out)]

    assert page == command == told
    assert sorted(api) == sorted(told)
    assert [
        row.get("索引号") or row.get("index_number") for row in (rows["items"] if isinstance(rows, dict) else rows)
    ] == told
    assert all(number in feed for number in told)


def test_the_same_when_more_are_found_than_are_counted(papers_of_units, monkeypatch):
    monkeypatch.setattr(searching, "LIMIT", 3)
    found = find_hits(Item.objects.published(AT), "县财政局", at=AT)

    assert (found.is_more, found.pks) == (
        True,
        [papers_of_units["own"], papers_of_units["budget"], papers_of_units["about"]],
    )
    assert found.counts["unit"].total() == 3


# --- Renamed, merged --------------------------------------------------------------------------------


def make_renamed(cast: Cast) -> dict[str, Item]:
    """国土资源局 became 自然资源和规划局; 规划局 went into it too."""
    old, planning = (
        Unit.objects.create(code=f"09{number}", name=f"宁海县{name}", short_name=f"县{name}", kind="department")
        for number, name in enumerate(("国土资源局", "规划局"))
    )
    new = Unit.objects.create(
        code="095", name="宁海县自然资源和规划局", short_name="县自然资源和规划局", kind="department"
    )
    Unit.objects.filter(pk__in=[old.pk, planning.pk]).update(successor=new, valid_until="2019-01-31")
    found = {}
    for name, unit in (("old", old), ("planning", planning), ("new", new)):
        item = published(cast, title=f"{QUIET}{name}", body=QUIET)
        Item.objects.filter(pk=item.pk).update(unit=unit)
        found[name] = item
    return found


papers_of_renamed_units = world("papers_of_renamed_units", make_renamed, on=("cast",))


@pytest.mark.parametrize(
    ("name", "places"),
    [
        ("县自然资源和规划局", [{"new"}, {"old", "planning"}]),
        ("国土资源局", [{"old"}, {"new"}]),
    ],
)
def test_what_a_unit_took_over_comes_behind_its_own(papers_of_renamed_units, name, places):
    names = {item.pk: word for word, item in papers_of_renamed_units.items()}
    found = [names[pk] for pk in first(name) if pk in names]

    for place in places:
        assert set(found[: len(place)]) == place
        found = found[len(place) :]
    assert found == []


def test_a_renamed_unit_with_the_same_credit_code_is_the_same_unit(papers_of_renamed_units):
    old, new = papers_of_renamed_units["old"], papers_of_renamed_units["new"]
    code = "11330226002974987K"
    Unit.objects.filter(items__in=[old.pk, new.pk]).update(credit_code=code)

    assert first("县自然资源和规划局")[:2] == [new.pk, old.pk]
    assert set(first("县国土资源局")[:2]) == {new.pk, old.pk}
