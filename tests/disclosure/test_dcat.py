"""The catalogue as open data is valid: against shapes that the tests state themselves, whatever it holds."""

import json
from functools import cache
from pathlib import Path

import pytest
from pyshacl import validate
from rdflib import Graph, URIRef

from disclosure.items.lifecycle import withdraw_item
from disclosure.models import Item
from disclosure.open_formats.api.endpoints import description
from tests.browser import papers
from tests.disclosure.makers import AT, published

A, LICENSE = (
    URIRef("http://www.w3.org/1999/02/22-rdf-syntax-ns#type"),
    URIRef("http://purl.org/dc/terms/license"),
)
ACCESS_URL, DISTRIBUTION = (URIRef(f"http://www.w3.org/ns/dcat#{name}") for name in ("accessURL", "Distribution"))
SHAPES = Path(__file__).with_name("dcat_shapes.ttl")


@pytest.fixture(autouse=True)
def _the_day(settings):
    settings.CLOCK_DATE = "2018-12-01"


@cache
def shapes() -> Graph:
    return Graph().parse(SHAPES)


def answer(client) -> bytes:
    return client.get("/catalogue/dcat.jsonld").content


def read(content: bytes) -> Graph:
    return Graph().parse(data=content, format="json-ld")


def violations(graph: Graph) -> str:
    """The validator's own words; empty when it has nothing to say."""
    conforms, _, words = validate(graph, shacl_graph=shapes())
    return "" if conforms else words


def nothing(cast) -> None:
    """An empty catalogue."""


def withdrawn(cast) -> None:
    item = published(cast, title="撤回的")
    withdraw_item(item=item, reason=Item.WithdrawalReason.OUTDATED, explanation="过时", by=cast.office, at=AT)


def bare(cast) -> None:
    """Without attachment, topic, duty, summary, number."""
    published(cast, title="什么都没有", summary="", topic=None, entry=None)


def with_a_file(cast) -> None:
    published(cast, title="有附件", files=[papers.stored("表.pdf", by=cast.clerk, at=AT)])


def of_every_kind(cast) -> None:
    for kind in Item.Kind:
        published(cast, title=f"关于<{kind}>“引号”的\\n信息 & 其他", kind=kind)


def not_disclosed(cast) -> None:
    told = {"body": "", "method": "on_request", "method_reason": "few_concerned"}
    published(cast, title="依申请公开的", **told)


@pytest.mark.parametrize("held", [nothing, withdrawn, bare, with_a_file, of_every_kind, not_disclosed])
def test_it_is_valid_whatever_it_holds(client, cast, held):
    """Beside what is hidden it is the same to the byte: see the table of `leaks`."""
    held(cast)

    assert violations(read(answer(client))) == ""


@pytest.mark.parametrize(
    ("settings_", "value"),
    [("COUNTY_NAME", "某“县” & <区>"), ("OFFICE_NAME", 'A "b" \\ c'), ("SITE_CONTACT", "电话：0574-00000000")],
)
def test_it_is_valid_whatever_the_county_is_called(client, cast, settings, settings_, value):
    setattr(settings, settings_, value)
    published(cast)

    assert violations(read(answer(client))) == ""


def test_the_shapes_see_what_is_wrong(client, cast):
    """Each of what the profile asks, taken away or said in words."""
    published(cast)
    whole = answer(client).decode()
    addresses = {"license": "dct:license", "media type": "dcat:mediaType", "format": "dct:format"}
    for name in (
        "dcat:accessURL",
        "dct:publisher",
        "dcat:contactPoint",
        "dct:title",
        "dct:type",
        "dcat:theme",
        *addresses.values(),
    ):
        assert violations(read(whole.replace(f'"{name}"', '"gbt:other"').encode())), name

    for name in addresses.values():
        record = json.loads(whole)
        way = record["dcat:dataset"][0]["dcat:distribution"][0]
        way[name] = "一句话"
        assert violations(read(json.dumps(record).encode())), name


def test_the_licence_is_the_portals_own_page(client, cast):
    published(cast)
    graph = read(answer(client))

    [licence] = set(graph.objects(None, LICENSE))
    page = client.get(str(licence).removeprefix("http://testserver"))

    assert page.status_code == 200
    assert "请注明发布机构" in page.content.decode()
    assert "《中华人民共和国著作权法》第五条" in page.content.decode()


def test_a_county_with_terms_of_its_own_names_them(client, cast, settings):
    settings.DATA_TERMS_URL = "https://www.example.gov.cn/terms.html"
    published(cast)

    assert {str(each) for each in read(answer(client)).objects(None, LICENSE)} == {settings.DATA_TERMS_URL}
    assert settings.DATA_TERMS_URL in client.get("/catalogue/terms/").content.decode()


def test_every_address_of_a_distribution_answers(client, cast):
    for kind in (Item.Kind.FINANCE, Item.Kind.PLAN):
        published(cast, kind=kind)
    graph = read(answer(client))
    ways = set(graph.subjects(A, DISTRIBUTION))

    assert len(ways) == 3 * 4  # everything and each of two kinds, each in four formats
    for way in ways:
        address = str(graph.value(way, ACCESS_URL)).removeprefix("http://testserver")
        assert client.get(address).status_code == 200, address


def test_the_interface_declares_its_licence_and_that_nobody_signs_in(client):
    told = description()

    assert told["security"] == []
    assert client.get(told["info"]["license"]["url"]).status_code == 200
    assert "securitySchemes" not in told["components"]
