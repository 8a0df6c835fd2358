"""What pages say to machines: one address each, schema.org, and the catalogue as open data."""

import json
import re

import pytest

from disclosure.items.lifecycle import withdraw_item
from disclosure.models import Item
from disclosure.models.states import Validity
from disclosure.open_formats.dcat import CONTEXT
from tests.browser import papers
from tests.disclosure.makers import AT, published

BLOCK = re.compile(r'<script type="application/ld\+json">(.*?)</script>', re.DOTALL)
CORE = ("名称", "摘要", "提供方", "分类", "标识符", "元数据标识符")  # the mandatory six of GB/T 21063.3


@pytest.fixture(autouse=True)
def _the_day(settings):
    settings.CLOCK_DATE = "2018-12-01"


def told(client, item: Item) -> dict:
    [block] = BLOCK.findall(client.get(item.get_absolute_url()).content.decode())
    return json.loads(block)


def test_an_items_page_tells_its_facts_and_its_place(client, cast):
    file = papers.stored("表.pdf", by=cast.clerk, at=AT)
    item = published(cast, title="预算", kind=Item.Kind.DOCUMENT, document_number="宁政发〔2018〕1号", files=[file])

    record, trail = told(client, item)["@graph"]

    address = f"http://testserver{item.get_absolute_url()}"
    assert (record["@type"], record["name"], record["url"]) == ("Legislation", "预算", address)
    assert (record["identifier"], record["legislationIdentifier"]) == (item.index_number, "宁政发〔2018〕1号")
    assert record["datePublished"] == "2018-11-20T10:30:00+08:00"
    assert record["associatedMedia"][0]["sha256"] == item.attachments.get().file.sha256
    assert [each["position"] for each in trail["itemListElement"]] == [1, 2, 3, 4]
    assert (
        f'<link rel="canonical" href="{address}">' in client.get(f"{item.get_absolute_url()}?from=x").content.decode()
    )


@pytest.mark.parametrize(
    ("validity", "shown"), [(Validity.IN_FORCE, None), (Validity.EXPIRED, "失效"), (Validity.REPEALED, "废止")]
)
def test_a_text_that_was_withdrawn_and_kept_is_not_said_to_hold(client, cast, validity, shown):
    item = published(cast, title="老办法", kind=Item.Kind.DOCUMENT)
    assert told(client, item)["@graph"][0]["legislationLegalForce"] == "https://schema.org/InForce"
    withdraw_item(item=item, reason=Item.WithdrawalReason.OUTDATED, explanation="过时", by=cast.office, at=AT)
    Item.objects.filter(pk=item.pk).update(validity=validity)

    response = client.get(item.get_absolute_url())

    assert told(client, item)["@graph"][0]["legislationLegalForce"] == "https://schema.org/NotInForce"
    assert {fact.term: fact.value for fact in response.context["facts"]}.get("时效") == shown


def test_no_text_of_an_item_ends_the_block(client, cast):
    item = published(cast, summary="摘要")
    nasty = "</script><script>alert(1)</script>&\u2028<!--"
    Item.objects.filter(pk=item.pk).update(title=nasty)

    page = client.get(item.get_absolute_url()).content.decode()

    assert "<script>alert(1)" not in page
    assert told(client, item)["@graph"][0]["name"] == nasty


@pytest.mark.parametrize(
    ("asked", "canonical"),
    [
        ("", "/catalogue/"),
        ("?kind=&page=1&utm=x", "/catalogue/"),
        ("?q=a%26b&unit=002&sort=date", "/catalogue/?q=a%26b&amp;unit=002"),
    ],
)
def test_a_list_has_one_address(client, cast, asked, canonical):
    assert (
        f'<link rel="canonical" href="http://testserver{canonical}">'
        in client.get(f"/catalogue/{asked}").content.decode()
    )


def test_the_catalogue_is_open_data(client, cast):
    published(cast, title="预算", kind=Item.Kind.FINANCE)
    published(cast, title="规划", kind=Item.Kind.PLAN)

    response = client.get("/catalogue/dcat.jsonld")
    record = response.json()
    whole, *parts = record["dcat:dataset"]

    assert response["Content-Type"] == "application/ld+json"
    assert "共 2 条" in whole["dct:description"]
    assert [each["gbt:分类"] for each in parts] == ["规划计划", "财政信息"]
    for each in record["dcat:dataset"]:
        assert all(each[f"gbt:{name}"] for name in CORE)
        for way in each["dcat:distribution"]:
            address = way.get("dcat:downloadURL", way.get("dcat:accessURL"))["@id"].removeprefix("http://testserver")
            assert client.get(address).status_code == 200, address
    prefixes = {name.partition(":")[0] for name in re.findall(r'"([a-z]+:[^"/]+)":', response.content.decode())}
    assert prefixes <= CONTEXT.keys()


@pytest.mark.parametrize(
    "address",
    [
        "/catalogue/",
        "/catalogue/?q=预算&from=2018-13-01",
        "/catalogue/basic/",
        "/catalogue/interpretations/",
        "/catalogue/terms/",
        "/catalogue/attachments/",
        "/corrections/",
        "/disclosure/",
        "/progress/",
        "/site-map/",
        "/verify/",
        "/verify/AAAA-BBBB/",
    ],
)
def test_a_public_page_stands_below_the_front_page_has_a_description_and_sends_no_cookie(client, db, address):
    answer = client.get(address)
    page = answer.content.decode()

    assert '<li><a href="/">首页</a></li>' in page.partition('class="breadcrumb"')[2].partition("</nav>")[0]
    assert page.count('name="description"') == 1
    assert not answer.cookies
