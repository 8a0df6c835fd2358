"""The public pages: what they show, what they cost, what they make of broken addresses."""

import csv
import hashlib
import io
import json
from datetime import date
from urllib.parse import quote

import pytest
import redis
from django.urls import reverse
from openpyxl import load_workbook

from disclosure.basic_catalogue.services import publish_first_edition
from disclosure.catalogue import item_page
from disclosure.catalogue import query as catalogue_query
from disclosure.catalogue.item_page import flush_view_counts
from disclosure.catalogue.search import hits
from disclosure.models import CatalogueEntry, Item, Topic
from ninghai.files import store_bytes
from ninghai.files.workbooks.writing import defused
from ninghai.operations.redis import short_line
from tests.browser import papers
from tests.disclosure.leaks.answers import body_of
from tests.disclosure.makers import AT, as_imported, county_catalogue, published
from tests.worlds import world

FORMULAS = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    " =1",
    "\ufeff=1",
    "\u200b=1",
    "＝1",
    "＋1",
    "－1",
    "＠1",
    "=cmd|' /C calc'!A0",
]


@pytest.fixture(autouse=True)
def _the_day(settings):
    settings.CLOCK_DATE = "2018-12-01"


def make_item(cast) -> Item:
    topic = Topic.objects.create(code="0201", name="政务公开", path="综合政务\\政务公开")
    file = papers.stored("附表一.pdf", by=cast.clerk, at=AT)
    return published(
        cast,
        title="关于印发2018年工作要点的通知",
        document_number="宁政办发〔2018〕44号",
        kind=Item.Kind.DOCUMENT,
        topic=topic,
        body="各乡镇人民政府：\n  现印发给你们。\n一、总体要求\n（一）加强公开\n1.公开预算。\n宁海县财政局\n2018年8月13日",
        openness_mark="此件公开发布",
        formed_date="2018-08-13",
        source="《今日宁海》",
        files=[file],
    )


published_document = world("published_document", make_item, on=("cast",))


@pytest.fixture
def item(published_document) -> Item:
    return published_document


def test_the_detail_page_shows_what_the_countys_page_shows(client, item):
    page = client.get(item.get_absolute_url()).content.decode()

    for shown in (
        item.title,
        "330226002/2018-00001",
        "综合政务\\政务公开",
        "宁政办发〔2018〕44号",
        "宁海县财政局",
        "2018-08-13",
        "<dd>2018-11-20 10:30</dd>",
        "有效",
        "主动公开",
        "来源：《今日宁海》",
        "浏览次数：1",
        "字号",
        "打印本页",
        "（此件公开发布）",
        '<h2 id="paragraph-3">一、总体要求</h2>',
        '<h3 id="paragraph-4">（一）加强公开</h3>',
        "附表一.pdf",
        "PDF，",
        item.attachments.get().file.sha256,
        '<meta name="ArticleTitle" content="关于印发2018年工作要点的通知">',
        '<meta name="PubDate" content="2018-11-20 10:30">',
        '<meta name="ColumnType" content="政策文件">',
        '<meta name="ContentSource" content="《今日宁海》">',
    ):
        assert shown in page


def test_facts_and_files_stand_above_the_text_and_none_twice(client, item):
    page = client.get(item.get_absolute_url()).content.decode()
    main = page.partition("<main")[2].partition("</main>")[0]

    places = [main.index(shown) for shown in ("<h1>", "<dt>索引号</dt>", 'id="files"', "各乡镇人民政府")]
    assert places == sorted(places)
    for once in ("发布日期", "2018-11-20 10:30", "宁政办发〔2018〕44号", "来源："):
        assert main.count(once) == 1, once
    assert "关闭窗口" not in page


def test_the_title_breaks_where_a_name_ends(client, cast):
    item = published(cast, title="县府办关于印发2018年<b>要点的通知")

    page = client.get(item.get_absolute_url()).content.decode()

    assert "<h1>县府办关于<wbr>印发<wbr>2018年&lt;b&gt;要点的<wbr>通知</h1>" in page


@pytest.mark.parametrize(("headings", "is_listed"), [(4, False), (5, True)])
def test_a_text_of_many_headings_has_a_list_of_them(client, cast, headings, is_listed):
    body = "\n".join(f"{number}、标题{number}\n正文。" for number in "一二三四五"[:headings])
    page = client.get(published(cast, body=body).get_absolute_url()).content.decode()

    assert ("本文目录" in page) == is_listed
    assert ('<a href="#paragraph-3">二、标题二</a>' in page) == is_listed
    assert '<h2 id="paragraph-3">二、标题二</h2>' in page


def test_the_code_for_telephones_is_the_items_own_address(client, item):
    drawn = client.get(reverse("disclosure:item-qr-code", args=[item.index_number]))

    assert drawn["Content-Type"] == "image/svg+xml"
    assert body_of(drawn) == item_page.drawn_address(f"http://testserver{item.get_absolute_url()}")
    assert client.get(reverse("disclosure:item-qr-code", args=["330226002/2018-99999"])).status_code == 404


def test_an_imported_item_shows_when_it_was_first_public(client, cast):
    item = as_imported(published(cast), on=date(2018, 8, 13))

    page = client.get(item.get_absolute_url()).content.decode()

    assert "<dd>2018-08-13</dd>" in page
    assert '<meta name="PubDate" content="2018-08-13 00:00">' in page
    assert "收录时间" in page


def test_a_public_attachment_is_downloaded_under_its_name(client, item):
    attachment = item.attachments.get()
    response = client.get(attachment.get_absolute_url())

    assert hashlib.sha256(body_of(response)).hexdigest() == attachment.file.sha256
    assert response["Content-Disposition"].startswith("attachment")
    assert response["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("rows", [1, 3, 30])
@pytest.mark.parametrize(
    "address", ["/catalogue/", "/catalogue/?q=预算", "/catalogue/?q=预算&unit=002&kind=other", "/"]
)
def test_a_list_costs_the_same_queries_whatever_it_holds(client, cast, rows, address, django_assert_max_num_queries):
    copies(published(cast), rows - 1)

    with django_assert_max_num_queries(17) as asked:
        response = client.get(address)

    assert response.status_code == 200
    expected = (
        12 if address == "/" else 16 if "q=" in address else 5
    )  # with the revision, the names of units, the marks of the rows, the number of files, and for the search the ranks of names and a savepoint
    assert len(asked) == expected, [query["sql"] for query in asked.captured_queries]


@pytest.mark.parametrize("files", [1, 3, 30])
def test_a_detail_page_costs_the_same_queries_whatever_it_holds(client, cast, files, django_assert_num_queries):
    stored = [
        store_bytes(data=b"x", name=f"{n}.txt", media_type="text/plain", by=cast.clerk, at=AT) for n in range(files)
    ]
    item = published(cast, files=stored)

    with django_assert_num_queries(2):  # the item, its files
        client.get(item.get_absolute_url())


def copies(item: Item, number: int) -> None:
    """More published items like this one."""
    fields = [field.attname for field in Item._meta.fields if field.attname not in {"id", "form_id", "index_number"}]
    values = Item.objects.filter(pk=item.pk).values(*fields).get()
    Item.objects.bulk_create(Item(**values, index_number=f"copy/{item.pk}-{n}") for n in range(number))


@pytest.mark.parametrize(
    "query",
    [
        "page=9999",
        "page=0",
        "page=-1",
        "page=abc",
        "page=1.5",
        "page=" + "9" * 5000,
        "page=１",  # noqa: RUF001 - a full-width digit
        "unit=nowhere",
        "entry=%27%3B--",
        "topic=99",
        "kind=x",
        "validity=maybe",
        "sort=title",
        "year=0",
        "year=-1",
        "year=2147483648",
        "year=9223372036854775807",
        "q=" + "长" * 101,
        "q=%27%22%5C%28%29%26%7C%21%3A%2A%3C-%3E",
        "q=%F0%9F%98%80",
        "unit=002&unit=003&page=2",
    ],
)
def test_a_broken_address_is_a_hint_and_an_empty_list(client, one_item, query):
    response = client.get(f"/catalogue/?{query}")

    assert response.status_code == 200
    assert not getattr(response.context["page"], "object_list", [])
    assert 'class="empty"' in response.content.decode()
    assert client.get(f"/catalogue/export/?{query}").status_code in {200, 400}


def test_an_unknown_index_number_is_a_page_with_a_hint(client, db):
    for number in ("330226002/2018-99999", "../../etc/passwd", "%27", "长" * 300, "a/b/c"):
        response = client.get(f"/catalogue/item/{number}/")
        assert response.status_code == 404
        assert "公开目录" in response.content.decode()


def test_filters_narrow(client, cast):
    parent = CatalogueEntry.objects.create(catalogue=county_catalogue(), code="01", name="财政")
    child = CatalogueEntry.objects.create(catalogue=county_catalogue(), code="0102", name="预算", parent=parent)
    publish_first_edition(catalogue=parent.catalogue, note="首次发布", at=AT)
    wanted = published(cast, title="预算", entry=child, kind=Item.Kind.FINANCE)
    published(cast, title="其他", body="无关", kind=Item.Kind.PLAN)

    for query in ("entry=01", "entry=0102", "kind=finance", "q=预算&year=2018&validity=in_force&unit=002"):
        assert [item.pk for item in client.get(f"/catalogue/?{query}").context["page"]] == [wanted.pk], query
    for query in ("year=2017", "unit=003", "validity=repealed"):
        assert not client.get(f"/catalogue/?{query}").context["page"].object_list


def test_title_hits_come_first_and_each_kind_newest_first(client, cast):
    in_text = published(cast, title="通知", body="关于部门预算的说明", at=AT.replace(day=22))
    old_title = published(cast, title="部门预算", at=AT.replace(day=18))
    new_title = published(cast, title="2018年部门预算", at=AT.replace(day=19))

    found = client.get("/catalogue/", {"q": "预算"}).context["page"]
    by_date = client.get("/catalogue/", {"q": "预算", "sort": "date"}).context["page"]

    assert list(found) == [new_title, old_title, in_text]
    assert list(by_date) == [in_text, new_title, old_title]


@pytest.mark.parametrize("titles", [3, 40])
def test_more_hits_than_are_counted_keep_their_order(cast, monkeypatch, titles):
    first = published(cast, title="部门预算公开")
    copies(first, titles - 1)
    copies(published(cast, title="通知", body="部门预算"), 29)
    items = Item.objects.published(AT)
    everything = catalogue_query.ItemListing(items, at=AT, words="预算")
    expected = [item.pk for item in everything[0:60]]
    monkeypatch.setattr(catalogue_query, "COUNT_LIMIT", 20)
    monkeypatch.setattr(hits, "LIMIT", 20)

    found = catalogue_query.ItemListing(items, at=AT, words="预算")

    assert (found.count(), found.is_more, found.total) == (20, True, "共 20 条以上")
    assert [item.pk for item in found[0:10] + found[10:20]] == expected[:20]


def test_htmx_gets_the_list_alone(client, cast):
    published(cast)

    whole, part = client.get("/catalogue/"), client.get("/catalogue/", HTTP_HX_REQUEST="true")

    assert "<html" in whole.content.decode()
    assert "<html" not in part.content.decode()
    assert "HX-Request" in whole["Vary"]


@pytest.mark.parametrize("text", FORMULAS)
def test_no_cell_starts_a_formula(text):
    assert defused(text).startswith("'")


@pytest.mark.parametrize("text", ["正文=1", "2018-08-13", "（一）", ""])
def test_other_cells_are_left_alone(text):
    assert defused(text) == text


def test_the_exports_hold_the_rows_of_the_screen_and_no_formula(client, cast):
    for title in ("=HYPERLINK(1)", "@预算", "普通标题"):
        published(cast, title=title, summary="＝1+1")
    titles = {"'=HYPERLINK(1)", "'@预算", "普通标题"}

    as_csv = body_of(client.get("/catalogue/export/?format=csv"))
    rows = list(csv.reader(io.StringIO(as_csv.decode("utf-8-sig"))))
    sheet = load_workbook(io.BytesIO(body_of(client.get("/catalogue/export/?format=xlsx")))).active
    records = json.loads(body_of(client.get("/catalogue/export/?format=json")))

    assert as_csv.startswith(b"\xef\xbb\xbf")
    assert {row[1] for row in rows[1:]} == titles
    assert {row[1].value for row in sheet.iter_rows(min_row=2)} == titles
    assert {cell.data_type for row in sheet.iter_rows() for cell in row if cell.value} == {"s"}
    assert {record["title"] for record in records} == {"=HYPERLINK(1)", "@预算", "普通标题"}
    assert (
        len(rows) - 1 == sheet.max_row - 1 == len(records) == client.get("/catalogue/").context["page"].paginator.count
    )


def test_an_exported_address_leads_back_to_the_item(client, cast):
    item = published(cast, title="预算")

    response = client.get("/catalogue/export/?format=json")

    assert json.loads(body_of(response))[0]["url"] == f"http://testserver{item.get_absolute_url()}"
    assert quote("公开目录-") in response["Content-Disposition"]


def test_the_export_takes_the_filters(client, cast):
    published(cast, title="预算", kind=Item.Kind.FINANCE)
    published(cast, title="规划", kind=Item.Kind.PLAN)

    records = json.loads(body_of(client.get("/catalogue/export/?format=json&kind=plan")))

    assert [record["title"] for record in records] == ["规划"]


def test_an_unknown_format_is_refused_in_words(client, db):
    response = client.get("/catalogue/export/?format=pdf")

    assert response.status_code == 400
    assert "下载格式" in response.content.decode()


def test_feed_sitemap_and_robots_name_what_is_published(client, item):
    feed = client.get("/feeds/catalogue.xml")
    assert feed["Content-Type"].startswith("application/atom+xml")
    assert item.title in feed.content.decode()
    assert (
        "http://testserver/catalogue/item/330226002/2018-00001/" in body_of(client.get("/sitemap-items-0.xml")).decode()
    )
    assert "Sitemap: http://testserver/sitemap.xml" in client.get("/robots.txt").content.decode()


def test_views_are_counted_without_a_write_and_carried_over_later(client, item):
    views = [client.get(item.get_absolute_url()).context["views"] for _ in range(3)]
    assert views == [1, 2, 3]
    assert Item.objects.get(pk=item.pk).view_count == 0

    assert flush_view_counts() == 3
    assert flush_view_counts() == 0
    assert client.get(item.get_absolute_url()).context["views"] == 4


def test_views_are_not_counted_twice_when_redis_goes_away_on_the_way(client, item, monkeypatch):
    client.get(item.get_absolute_url())
    store = item_page.counters()
    with monkeypatch.context() as away:
        away.setattr(store, "delete", lambda *keys: (_ for _ in ()).throw(redis.ConnectionError))
        with pytest.raises(redis.ConnectionError):
            flush_view_counts()

    assert (flush_view_counts(), flush_view_counts()) == (1, 0)
    assert Item.objects.get(pk=item.pk).view_count == 1


def test_without_redis_the_page_shows_what_the_database_knows(client, item, monkeypatch):
    nobody = short_line("redis://127.0.0.1:1/0", seconds=0.2)
    monkeypatch.setattr(item_page, "counters", lambda: nobody)

    response = client.get(item.get_absolute_url())

    assert response.status_code == 200
    assert response.context["views"] == 0


def test_published_items_are_evidence(cast, item):
    from tasks.progress.evidence import catalogue_items

    found = catalogue_items([item.index_number, "unknown"], at=AT)

    assert {number: (one.title, one.url) for number, one in found.items()} == {
        item.index_number: (item.title, item.get_absolute_url())
    }
    assert reverse("disclosure:item-list") in item.get_absolute_url()
