"""What the catalogue can be narrowed by: of the duties those that are public, and no other by guessing its code."""

import pytest

from disclosure.basic_catalogue.services import publish_first_edition
from disclosure.models import CatalogueEntry
from tests.disclosure.basic_catalogue.makers import edition_of
from tests.disclosure.leaks.answers import said, without_etags
from tests.disclosure.makers import AT, county_catalogue, published

NAME = "正在起草的公开事项"
WAYS = (
    "/catalogue/?entry=guess",
    "/feeds/catalogue.xml?entry=guess",
    "/catalogue/export/?format=json&entry=guess",
    "/catalogue/attachments/?entry=guess",
    "/api/v1/items/?entry=guess",
)


@pytest.fixture
def duty(cast) -> CatalogueEntry:
    """What the office is still writing."""
    return CatalogueEntry.objects.create(catalogue=county_catalogue(), code="guess", name=NAME)


def read(client, address: str) -> str:
    return said(client.get(address))


@pytest.mark.parametrize("way", WAYS)
def test_a_duty_of_no_edition_is_as_unknown_as_one_that_does_not_exist(client, duty, way):
    other = way.replace("guess", "other")

    told = without_etags(read(client, way))
    assert NAME not in told
    assert told.replace("guess", "other") == without_etags(read(client, other))


def test_it_is_known_from_its_first_edition_on(client, duty):
    publish_first_edition(catalogue=duty.catalogue, note="首次发布", at=AT)

    assert f"公开事项：{NAME}" in read(client, "/catalogue/?entry=guess")


def test_a_duty_under_which_something_is_public_is_known(client, cast, duty):
    published(cast, entry=duty)

    assert f"公开事项：{NAME}" in read(client, "/catalogue/?entry=guess")


def test_a_heading_in_between_that_is_not_public_hides_nothing_below_it(client, cast, duty):
    top = CatalogueEntry.objects.create(catalogue=duty.catalogue, code="top", name="重点领域")
    publish_first_edition(catalogue=top.catalogue, note="首次发布", at=AT)
    between = CatalogueEntry.objects.create(catalogue=top.catalogue, code="between", name="新增小类", parent=top)
    item = published(cast, entry=CatalogueEntry.objects.create(catalogue=top.catalogue, code="low", parent=between))

    assert item.title in read(client, "/catalogue/?entry=top")
    assert "无法识别" in read(client, "/catalogue/?entry=between")


def test_a_duty_is_called_what_the_last_edition_calls_it(client, cast, settings):
    """In lists, pages, downloads and the interface alike: what the office is writing is not public."""
    settings.CLOCK_DATE = "2018-12-01"
    entry = CatalogueEntry.objects.create(catalogue=county_catalogue(), code="0102", name="旧名称")
    edition_of(county_catalogue(), by=cast.office)
    item = published(cast, entry=entry)
    CatalogueEntry.objects.filter(pk=entry.pk).update(name="还没有发布的名称")

    addresses = (
        item.get_absolute_url(),
        "/catalogue/?entry=0102",
        "/catalogue/export/?format=json",
        "/catalogue/export/?format=csv",
        "/disclosure/statutory/",
        "/api/v1/items/",
        f"/api/v1/items/{item.index_number}/",
    )
    shown = {address: whole(client.get(address)) for address in addresses}

    assert [address for address, text in shown.items() if "还没有发布的名称" in text] == []
    assert [address for address, text in shown.items() if "旧名称" not in text] == []

    edition_of(county_catalogue(), by=cast.office, note="改名", at=AT.replace(hour=12))

    assert "还没有发布的名称" in whole(client.get(item.get_absolute_url()))


def whole(response) -> str:
    return (b"".join(response.streaming_content) if response.streaming else response.content).decode("utf-8-sig")
