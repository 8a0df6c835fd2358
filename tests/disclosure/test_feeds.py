"""The Atom feed of each filter: valid by RFC 4287, of the list's own rows, never of all when a filter is broken."""

import re
from html import unescape
from urllib.parse import parse_qs, urlsplit
from xml.etree import ElementTree

import pytest

from disclosure.basic_catalogue.services import publish_first_edition
from disclosure.items.lifecycle import withdraw_item
from disclosure.models import CatalogueEntry, Item, Topic
from tests.disclosure.makers import AT, county_catalogue, published

FEED = "/feeds/catalogue.xml"
ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture(autouse=True)
def _the_day(settings):
    settings.CLOCK_DATE = "2018-12-01"


def feed(client, query: str = "") -> ElementTree.Element:
    response = client.get(FEED + query)
    assert response.status_code == 200
    assert response["Content-Type"].startswith("application/atom+xml")
    return ElementTree.fromstring(response.content)  # noqa: S314 - our own file


def titles(root: ElementTree.Element) -> list[str]:
    return [entry.findtext(f"{ATOM}title") for entry in root.iter(f"{ATOM}entry")]


def test_a_feed_has_what_atom_asks_for(client, cast):
    topic = Topic.objects.create(code="0201", name="政务公开", path="综合政务\\政务公开")
    first = published(cast, title="甲", summary="1<2 & <b>", topic=topic)
    second = published(cast, title="乙", at=AT.replace(day=21))

    root = feed(client)
    entries = list(root.iter(f"{ATOM}entry"))

    assert root.tag == f"{ATOM}feed"
    for parent in (root, *entries):
        for needed in ("id", "title", "updated"):
            assert len(parent.findall(f"{ATOM}{needed}")) == 1
    assert root.findtext(f"{ATOM}updated") == entries[0].findtext(f"{ATOM}updated") == "2018-11-21T10:30:00+08:00"
    assert [link.get("rel") for link in root.findall(f"{ATOM}link")] == ["alternate", "self"]
    assert [entry.find(f"{ATOM}link").get("href") for entry in entries] == [
        f"http://testserver{item.get_absolute_url()}" for item in (second, first)
    ]
    assert len({entry.findtext(f"{ATOM}id") for entry in entries}) == 2
    assert {entry.findtext(f"{ATOM}author/{ATOM}name") for entry in entries} == {"宁海县财政局"}
    assert entries[1].findtext(f"{ATOM}summary") == "1&lt;2 &amp; &lt;b&gt;"
    assert [each.get("term") for each in entries[1].findall(f"{ATOM}category")] == ["其他信息", "综合政务\\政务公开"]


def test_a_feed_takes_the_filters_of_the_list(client, cast):
    parent = CatalogueEntry.objects.create(catalogue=county_catalogue(), code="01", name="财政")
    entry = CatalogueEntry.objects.create(catalogue=county_catalogue(), code="0102", name="预算", parent=parent)
    publish_first_edition(catalogue=parent.catalogue, note="首次发布", at=AT)
    above = Topic.objects.create(code="02", name="综合政务", path="综合政务")
    topic = Topic.objects.create(code="0201", name="政务公开", path="综合政务\\政务公开", parent=above)
    published(cast, title="预算", entry=entry, topic=topic, kind=Item.Kind.FINANCE)
    published(cast, title="其他", body="无关", kind=Item.Kind.PLAN)
    queries = [
        "unit=002&kind=finance",
        "entry=01",
        "entry=0102",
        "topic=0201",
        "topic=02",
        "q=预算",
        "year=2018&q=预算",
    ]

    assert {query: titles(feed(client, f"?{query}")) for query in queries} == {key: ["预算"] for key in queries}


def test_a_list_leads_to_the_feed_of_its_own_filter(client, cast):
    published(cast, title="预算")

    page = client.get("/catalogue/?q=预算&unit=002&sort=relevance&page=1&kind=")
    address = page.context["feed"]
    root = feed(client, f"?{urlsplit(address).query}")

    assert parse_qs(urlsplit(address).query) == {"q": ["预算"], "unit": ["002"]}
    assert page.content.decode().count(address.replace("&", "&amp;")) == 3  # for programs, to be copied, to be opened
    assert titles(root) == ["预算"]
    assert root.findtext(f"{ATOM}title").endswith("：公开目录（检索词：预算，发布机构：县财政局）")
    assert root.find(f"{ATOM}link[@rel='self']").get("href") == f"http://testserver{address}"
    assert "unit=002" in root.find(f"{ATOM}link[@rel='alternate']").get("href")


def test_the_newest_come_first_whatever_the_words(client, cast):
    published(cast, title="部门预算", at=AT.replace(day=18))
    published(cast, title="通知", body="部门预算", at=AT.replace(day=19))

    assert titles(feed(client, "?q=预算&sort=relevance")) == ["通知", "部门预算"]


@pytest.mark.parametrize("query", ["unit=nowhere", "entry=%27", "topic=99", "kind=x", "year=0", "q=" + "长" * 101])
def test_a_broken_filter_leaves_the_feed_empty(client, one_item, query):
    root = feed(client, f"?{query}")

    assert titles(root) == []
    assert "无法识别" in root.findtext(f"{ATOM}subtitle")


@pytest.mark.parametrize("words", ["\x01\x02", "]]>", "<script>", "\ufffe", "😀", "&amp;", "\u202e"])
def test_any_words_leave_the_feed_readable(client, one_item, words):
    Item.objects.filter(pk=one_item.pk).update(title=f"题\x0b{words}", summary=f"要{words}")

    assert client.get(FEED, {"q": words}).status_code == 200
    ElementTree.fromstring(client.get(FEED, {"q": words}).content)  # noqa: S314
    assert len(titles(feed(client))) == 1


def test_a_withdrawn_item_leaves_the_feed_at_once(client, cast):
    item = published(cast, title="预算")
    assert titles(feed(client, "?q=预算")) == ["预算"]

    withdraw_item(item=item, reason="wrong", explanation="有误", by=cast.office, at=AT)

    assert titles(feed(client, "?q=预算")) == []


@pytest.mark.exhaustive
@pytest.mark.parametrize("rows", [1, 30])
def test_a_feed_costs_the_same_queries_whatever_it_holds(client, cast, rows, django_assert_num_queries):
    for number in range(rows):
        published(cast, title=f"预算{number}")

    with django_assert_num_queries(3):  # the revision of the public pages, the filters, the items
        feed(client)


# --- How a page offers it -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "page", ["/", "/catalogue/", "/catalogue/?q=预算&kind=finance", "/site-map/", "/catalogue/terms/"]
)
def test_a_page_explains_the_feed_and_gives_its_address_instead_of_leading_straight_to_xml(client, cast, page):
    published(cast, title="2018年预算", kind=Item.Kind.FINANCE)
    html = client.get(page).text

    fold = re.search(r'<details class="subscription">(.*?)</details>', html, re.DOTALL)[1]
    address = unescape(re.search(r'value="([^"]+)" readonly', fold)[1])
    asked = parse_qs(urlsplit(address).query)

    assert fold.index("订阅软件会自动告诉您") < fold.index("data-copy") < fold.index("在订阅软件中打开")
    assert address.startswith(f"http://testserver{FEED}")
    assert asked == parse_qs(urlsplit(page).query)
    assert client.get(address.removeprefix("http://testserver")).status_code == 200
    assert FEED not in re.sub(r'<details class="subscription">.*?</details>|<link [^>]*>', "", html, flags=re.DOTALL)
    assert "copy.js" in html


def test_a_list_that_is_fetched_alone_brings_the_offer_with_it(client, cast):
    published(cast)

    assert 'class="subscription"' in client.get("/catalogue/", headers={"HX-Request": "true"}).text
