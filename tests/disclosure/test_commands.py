"""Commands and ground data."""

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from disclosure.basic_catalogue.entry_rows import rule_of
from disclosure.basic_catalogue.reference_data import load_entries, load_topics
from disclosure.basic_catalogue.time_limits import disagreement
from disclosure.models import BasicCatalogue, CatalogueEntry, IndexNumberCounter, Item, Topic
from fixtures.load_test import Stage, load_items
from tests.disclosure.makers import AT, published

FIXTURES = Path("fixtures")


def test_ground_data_is_loaded_once_and_never_over_what_was_edited(db):
    assert load_topics(FIXTURES / "topics.json") > 100
    assert load_entries(FIXTURES / "catalogue.json", at=AT) > 20
    Topic.objects.filter(path="综合政务\\政务公开").update(name="改过的")
    CatalogueEntry.objects.filter(code="0201").update(name="改过的", position=1)

    assert load_topics(FIXTURES / "topics.json") == load_entries(FIXTURES / "catalogue.json", at=AT) == 0
    assert Topic.objects.get(path="综合政务\\政务公开").name == "改过的"
    assert CatalogueEntry.objects.get(code="0201").name == "改过的"


@pytest.mark.parametrize("name", ["catalogue.json", "pilot_fields.json"])
def test_a_catalogue_that_is_shipped_is_whole(cast, name):
    load_entries(FIXTURES / name, at=AT.replace(year=2020))
    catalogue = BasicCatalogue.objects.get()
    edition = catalogue.editions.get()

    assert [row["code"] for row in edition.rows] == list(catalogue.entries.values_list("code", flat=True))
    assert not [row["code"] for row in edition.rows if disagreement(row["time_limit"], rule_of(row))]
    assert edition.explanation == catalogue.explanation
    assert "核" in catalogue.office_note  # says what was not verified, to the office alone
    assert "核" not in edition.explanation


def test_a_catalogue_of_a_later_year_is_not_there_before(cast):
    assert load_entries(FIXTURES / "pilot_fields.json", at=AT) == 0
    assert not BasicCatalogue.objects.exists()


def test_units_that_the_notice_names_owe_what_it_names(cast):
    load_entries(FIXTURES / "catalogue.json", at=AT)

    assert [each.unit for each in CatalogueEntry.objects.get(code="0201").owed_by.all()] == [cast.finance]
    assert CatalogueEntry.objects.get(code="0104").owed_by.count() == 2  # 各乡镇(街道)


def test_search_prints_what_the_page_lists_first(cast, settings):
    settings.CLOCK_DATE = "2018-12-01"
    item = published(cast, title="2018年部门预算")
    out = StringIO()

    call_command("search", "部门", "预算", "--format", "json", stdout=out)

    assert json.loads(out.getvalue()) == [{"index_number": item.index_number, "title": item.title}]


def test_made_up_items_are_numbered_without_gaps_found_and_partly_hidden(cast):
    published(cast)
    stage = Stage(units=[cast.finance, cast.town], topics=[], entries=[], person=cast.office, until=AT)

    assert load_items(number=200, seed=1, stage=stage) == 196

    assert Item.objects.published(AT).count() == 197
    for counter in IndexNumberCounter.objects.all():
        prefix = f"330226{counter.unit.code}/{counter.year}-"
        numbers = Item.objects.filter(index_number__startswith=prefix).values_list("index_number", flat=True)
        assert sorted(numbers) == [f"{prefix}{serial:05d}" for serial in range(1, counter.last + 1)]
    made = Item.objects.published(AT).exclude(title__contains="部门预算的通知").first()
    assert made in Item.objects.search(made.title[:8])
    assert made in Item.objects.search(made.index_number)
    assert published(cast).index_number.startswith("330226002/2018-")


def test_seed_items_needs_ground_data(db):
    with pytest.raises(CommandError, match="基础数据"):
        call_command("seed_items", "5")
