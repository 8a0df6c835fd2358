"""The site map: an index of parts, every public address in one of them and no other."""

from xml.etree import ElementTree

import pytest

from disclosure.models import Item
from disclosure.open_formats import sitemaps
from tests.disclosure.leaks.answers import body_of
from tests.disclosure.makers import AT, published
from tests.disclosure.test_catalogue import copies

MAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


@pytest.fixture(autouse=True)
def _the_day(settings):
    settings.CLOCK_DATE = "2018-12-01"


def places(client, address: str) -> dict[str, str | None]:
    """The addresses in a part or in the index, with the day of their last change."""
    response = client.get(address)
    assert response.status_code == 200, address
    assert response["Content-Type"].startswith("application/xml")
    root = ElementTree.fromstring(body_of(response))  # noqa: S314 - our own file
    return {
        each.findtext(f"{MAP}loc").removeprefix("http://testserver"): each.findtext(f"{MAP}lastmod") for each in root
    }


def everything(client) -> dict[str, str | None]:
    return {place: day for part in places(client, "/sitemap.xml") for place, day in places(client, part).items()}


@pytest.mark.parametrize("part", [3, 7, 50_000])
def test_every_item_is_in_one_part_and_no_part_is_too_large(client, cast, monkeypatch, part):
    copies(published(cast), 20)
    monkeypatch.setattr(sitemaps, "PART", part)

    index = places(client, "/sitemap.xml")
    parts = [places(client, each) for each in index if "items" in each]

    assert sum(map(len, parts)) == 21
    assert max(map(len, parts)) <= part
    assert {place for each in parts for place in each} == {item.get_absolute_url() for item in Item.objects.all()}
    assert {day for each, day in index.items() if "items" in each} == {"2018-11-20"}


def test_the_pages_and_their_last_change_are_told(client, cast):
    item = published(cast)

    told = everything(client)

    assert told[item.get_absolute_url()] == "2018-11-20"
    assert {"/", "/catalogue/", "/catalogue/basic/", "/progress/"} <= told.keys()


@pytest.mark.parametrize("number", ["1", "999999", "9" * 18, "9" * 19, "9" * 5000, "-1", "x"])
def test_a_part_that_is_not_there_is_not_found(client, db, number):
    assert client.get(f"/sitemap-items-{number}.xml").status_code == 404


def test_an_odd_number_stays_xml(client, cast):
    item = published(cast, at=AT)
    Item.objects.filter(pk=item.pk).update(index_number="a&b'<c>\"/2018 一\x01")
    item.refresh_from_db()

    assert item.get_absolute_url() in everything(client)


@pytest.mark.parametrize("rows", [0, 20])
def test_the_index_is_counted_once_for_as_long_as_nothing_public_changes(client, cast, rows, django_assert_num_queries):
    """The revision and the parts; then the revision alone."""
    copies(published(cast), rows)
    first = places(client, "/sitemap.xml")

    with django_assert_num_queries(1):
        assert places(client, "/sitemap.xml") == first
    published(cast)
    with django_assert_num_queries(2):
        places(client, "/sitemap.xml")


def test_robots_are_led_to_the_site_map_and_kept_from_downloads(client, db):
    told = client.get("/robots.txt").content.decode().splitlines()

    assert "Sitemap: http://testserver/sitemap.xml" in told
    assert {"Disallow: /work/", "Disallow: /catalogue/export/", "Disallow: /catalogue/attachments/"} <= set(told)
