"""What the public reads: the last edition, earlier ones, narrowed, with what is published under each duty."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from disclosure.basic_catalogue.services import retire_entry
from disclosure.models import BasicCatalogue, CatalogueEntry
from tests.disclosure.basic_catalogue.makers import edition_of, entry
from tests.disclosure.makers import AT, HIDDEN_STATES, published

PAGE = "/catalogue/basic/"


def shown(response) -> list[str]:
    return [duty.row["code"] for duty in response.context["duties"]]


@pytest.fixture
def edition(catalogue, cast):
    return edition_of(catalogue, by=cast.office)


def test_a_catalogue_without_an_edition_is_not_public(client, catalogue):
    response = client.get(PAGE)

    assert "基本目录还没有发布" in response.content.decode()
    assert "预算" not in response.content.decode()
    assert client.get("/catalogue/basic/county/").status_code == 404
    assert client.get("/catalogue/basic/county/1/").status_code == 404
    assert client.get("/catalogue/basic/county/1.json").status_code == 404


def test_the_public_reads_the_last_edition_and_not_what_the_office_writes(client, edition):
    CatalogueEntry.objects.filter(code="0101").update(name="正在修改的名称")

    page = client.get(PAGE).content.decode()

    assert "正在修改的名称" not in page
    assert "目录手册（PDF）正在制作" in page


def test_each_duty_leads_to_its_items(client, edition, cast):
    published(cast, title="2018年预算", entry=entry("0101"))
    published(cast, title="2017年决算", entry=entry("0102"))
    HIDDEN_STATES["withdrawn"](cast, title="收回的", entry=entry("0101"))

    response = client.get(PAGE)

    assert [(duty.row["code"], duty.items) for duty in response.context["duties"]] == [
        ("01", 2),
        ("0101", 1),
        ("0102", 1),
        ("02", 0),
        ("0201", 0),
    ]
    assert 'href="/catalogue/?entry=0101"' in response.content.decode()
    assert client.get("/catalogue/?entry=0101").context["page"].object_list[0].title == "2018年预算"


def test_what_is_public_is_counted_once_however_often_the_page_is_narrowed(client, edition, cast):
    published(cast, title="2018年预算", entry=entry("0101"))
    client.get(PAGE)

    with CaptureQueriesContext(connection) as asked:
        for number in range(5):
            client.get(PAGE, {"q": f"预算{number}", "level": ("", "town")[number % 2]})

    assert not [each["sql"] for each in asked if "COUNT(" in each["sql"] and "disclosure_item" in each["sql"]]
    published(cast, title="2019年预算", entry=entry("0101"))
    assert {duty.row["code"]: duty.items for duty in client.get(PAGE).context["duties"]}["0101"] == 2


@pytest.mark.parametrize(
    ("query", "codes"),
    [
        ("", ["01", "0101", "0102", "02", "0201"]),
        ("q=预算", ["01", "0101"]),
        ("q=财政", ["01", "0101", "0102"]),
        ("q=财政+决算", []),
        ("q=县财政局", ["01", "0101"]),
        ("unit=002", ["01", "0101"]),
        ("level=town", ["02", "0201"]),
        ("q=财政&unit=002", ["01", "0101"]),
        ("level=county", ["01", "0101", "0102", "02", "0201"]),
    ],
)
def test_words_units_and_levels_narrow_the_tree(client, catalogue, cast, query, codes):
    CatalogueEntry.objects.filter(code="0201").update(at_town=True)
    edition_of(catalogue, by=cast.office)

    response = client.get(f"{PAGE}?{query}")

    assert shown(response) == codes
    assert ("没有找到相关事项" in response.content.decode()) == (not codes)


@pytest.mark.parametrize("query", ["unit=999", "level=x", "q=" + "长" * 80])
def test_a_broken_condition_is_told_and_narrows_nothing(client, edition, query):
    response = client.get(f"{PAGE}?{query}")

    assert response.status_code == 200
    assert "无法识别" in response.content.decode()
    assert len(shown(response)) == 5


def test_earlier_editions_stay_readable_with_the_whole_history(client, catalogue, edition, cast):
    retire_entry(entry=entry("0102"), by=cast.office, at=AT)
    edition_of(catalogue, by=cast.office, note="取消决算")

    first, last = client.get("/catalogue/basic/county/1/"), client.get(PAGE)

    assert "现行的是" in first.content.decode()
    assert "0102" in shown(first)
    assert "0102" not in shown(last)
    for words in ("取消决算", "取消 1 项", "首次发布", 'href="/catalogue/basic/county/1/"'):
        assert words in last.content.decode()


@pytest.mark.parametrize(
    "address", ["county/2/", "other/", "county/0/", "county/1.exe", "county/1.pdf", "county/9.csv"]
)
def test_what_is_not_there_is_a_page_that_says_so(client, edition, address):
    assert client.get(f"/catalogue/basic/{address}").status_code == 404


def test_every_public_catalogue_is_linked(client, edition, cast):
    other = BasicCatalogue.objects.create(code="pilot", name="试点领域目录", position=1)
    hidden = BasicCatalogue.objects.create(code="later", name="以后的目录", position=2)
    CatalogueEntry.objects.create(catalogue=other, code="sd01", name="扶贫")
    CatalogueEntry.objects.create(catalogue=hidden, code="xx01", name="救灾")
    edition_of(other, by=cast.office)

    page = client.get(PAGE).content.decode()

    assert 'href="/catalogue/basic/pilot/"' in page
    assert "以后的目录" not in page
    assert shown(client.get("/catalogue/basic/pilot/")) == ["sd01"]


def test_the_pages_are_kept_and_exact(edition, catalogue, cast):
    for address in (PAGE, "/catalogue/basic/county/", "/catalogue/basic/county/1/", "/catalogue/basic/county/1.csv"):
        tag = Client().get(address)["ETag"]
        assert Client().get(address, headers={"If-None-Match": tag}).status_code == 304
    tag = Client().get(PAGE)["ETag"]
    CatalogueEntry.objects.filter(code="0101").update(name="预算公开")
    edition_of(catalogue, by=cast.office, note="改名")

    after = Client().get(PAGE, headers={"If-None-Match": tag})

    assert after.status_code == 200
    assert "预算公开" in after.content.decode()


def test_the_page_asks_the_database_a_fixed_number_of_times(client, edition, django_assert_num_queries):
    client.cookies["sessionid"] = "none"  # past the kept pages
    with django_assert_num_queries(5):  # session, catalogues, editions, the revision, counts
        client.get(PAGE)
    with django_assert_num_queries(4):  # the counts are kept
        client.get(PAGE, {"q": "预算"})
