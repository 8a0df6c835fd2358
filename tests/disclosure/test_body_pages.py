"""A body with lists and tables on the pages that show it, and in plain words wherever only words are told."""

import pytest
from django.urls import reverse

from disclosure.items.publication import publish_item
from disclosure.models import Item
from tests.disclosure.makers import LATER, published, reviewed, revised

pytestmark = pytest.mark.django_db
BODY = "# 目标\n- 预算公开\n- 决算公开\n| 项目 | 金额 |\n| --- | --- |\n| 办公经费 | 12\\|15 |"
PLAIN = "目标\n预算公开\n决算公开\n项目　金额\n办公经费　12|15"


@pytest.fixture
def item(cast) -> Item:
    return published(cast, body=BODY, summary="")


def test_the_public_page_has_a_real_list_and_table(client, item):
    page = client.get(item.get_absolute_url()).text

    assert "<li>预算公开</li><li>决算公开</li>" in page
    assert '<th scope="col">项目</th>' in page
    assert "<td>12|15</td>" in page
    assert "| ---" not in page


@pytest.mark.parametrize("words", ["办公经费", "决算公开", "项目 金额"])
def test_search_finds_and_shows_plain_words(client, item, words):
    page = client.get("/catalogue/", {"q": words}).text

    assert item.index_number in page or item.get_absolute_url() in page
    assert "| " not in page
    assert "- 决算" not in page


def test_the_interface_gives_plain_words(client, item):
    assert client.get(f"/api/v1/items/{item.index_number}/").json()["body"] == PLAIN


def test_the_comparison_of_versions_tells_what_changed_in_plain_words(client, cast, item):
    revision = revised(cast, item, body=BODY.replace("办公经费", "会议经费"), change_note="更正")
    publish_item(item=reviewed(cast, revision), by=cast.office, at=LATER)

    page = client.get(reverse("disclosure:item-compare", args=[item.index_number]), {"from": "1", "to": "2"}).text
    earlier = client.get(reverse("disclosure:item-version", args=[1, item.index_number])).text

    assert "<del>办公</del><ins>会议</ins>经费" in page
    assert "| 项目" not in page
    assert "<td>办公经费</td>" in earlier
