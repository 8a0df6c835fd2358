"""What the catalogue can be narrowed by: of the duties those that are public, and no other by guessing its code."""

import pytest

from disclosure.basic_catalogue.editions import publish_first_edition
from disclosure.models import CatalogueEntry
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
