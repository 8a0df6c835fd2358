"""Attachments in one archive: of an item, of a filtered list; nothing hidden, nothing broken, not too much."""

# ruff: noqa: RUF001 - the full-width twins of what no file name may hold

import csv
import io
import re
import zipfile
from html import unescape

import pytest

from disclosure.catalogue import archives
from disclosure.models import Item
from ninghai.files import store_bytes
from ninghai.files.response import LONGEST, UniqueNames, safe_name
from ninghai.models import StoredFile
from tests.disclosure.leaks.answers import body_of
from tests.disclosure.makers import AT, published, withdrawn

ALL = "/catalogue/attachments/"
OF_A_UNIT = f"{ALL}?unit=002"


@pytest.fixture(autouse=True)
def _the_day(settings):
    settings.CLOCK_DATE = "2018-12-01"


def stored(cast, name: str, data: bytes = b"x") -> StoredFile:
    return store_bytes(data=data, name=name, media_type="text/plain", by=cast.clerk, at=AT)


def opened(response) -> zipfile.ZipFile:
    assert response.status_code == 200, response.content.decode()
    data = body_of(response)
    assert int(response["Content-Length"]) == len(data)
    archive = zipfile.ZipFile(io.BytesIO(data))
    assert archive.testzip() is None
    return archive


def of_item(item: Item) -> str:
    return f"{ALL}{item.index_number}/"


def test_an_items_attachments_come_in_one_archive_with_a_list(client, cast):
    item = published(cast, title="预算", files=[stored(cast, "表一.txt", b"one"), stored(cast, "表二.txt", b"two")])

    response = client.get(of_item(item))
    archive = opened(response)
    rows = list(csv.DictReader(io.StringIO(archive.read("附件清单.csv").decode("utf-8-sig"))))

    assert {name: archive.read(name) for name in archive.namelist()[1:]} == {"表一.txt": b"one", "表二.txt": b"two"}
    assert [row["文件"] for row in rows] == ["表一.txt", "表二.txt"]
    assert {row["网址"] for row in rows} == {f"http://testserver{item.get_absolute_url()}"}
    assert [row["SHA-256"] for row in rows] == [each.file.sha256 for each in item.attachments.all()]
    assert "filename*=utf-8''%E9%A2%84%E7%AE%97-20181201.zip" in response["Content-Disposition"]
    assert response["Cache-Control"] == "no-store"


def test_a_lists_attachments_take_its_filters_and_lie_in_a_folder_an_item(client, cast):
    published(cast, title="旧预算", files=[stored(cast, "表.txt", b"1")], kind=Item.Kind.FINANCE)
    published(cast, title="新预算", files=[stored(cast, "表.txt", b"2")], kind=Item.Kind.FINANCE, at=AT.replace(day=21))
    published(cast, title="规划", files=[stored(cast, "表.txt", b"3")], kind=Item.Kind.PLAN)

    for query in ("kind=finance", "q=预算&kind=finance", "kind=finance&page=99"):
        archive = opened(client.get(f"{ALL}?{query}"))
        assert archive.namelist() == ["附件清单.csv", "新预算/表.txt", "旧预算/表.txt"]
        assert archive.read("旧预算/表.txt") == b"1"


def test_equal_names_and_titles_are_told_apart(client, cast):
    for _ in range(2):
        published(cast, title="预算", files=[stored(cast, "A.txt"), stored(cast, "a.TXT")])

    names = opened(client.get(OF_A_UNIT)).namelist()

    assert names[1:] == ["预算/A.txt", "预算/a（2）.TXT", "预算（2）/A.txt", "预算（2）/a（2）.TXT"]


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("../../etc/passwd", "／..／etc／passwd"),
        ("C:\\x.txt", "C：＼x.txt"),
        ("con.txt", "_con.txt"),
        ("a\u202eb\x00c\n.txt", "abc.txt"),
        (" . ", "未命名"),
        ("长" * 200 + ".xlsx", "长" * (LONGEST - 5) + ".xlsx"),
        ("=cmd|'/C calc'!A0.csv", "=cmd｜'／C calc'!A0.csv"),
    ],
)
def test_a_name_is_safe_on_any_system(name, safe):
    assert safe_name(name) == safe


def test_no_name_is_given_twice():
    names = UniqueNames()

    assert [names.take(name) for name in ("a.b", "A.b", "a（2）.b", "a.b")] == [
        "a.b",
        "A（2）.b",
        "a（2）（2）.b",
        "a（3）.b",
    ]


def test_a_hostile_title_stays_a_folder(client, cast):
    item = published(cast, title="x", files=[stored(cast, "附件清单.csv", b"mine")])
    Item.objects.filter(pk=item.pk).update(title="../=1+1/" + "长" * 150)

    archive = opened(client.get(OF_A_UNIT))
    [row] = csv.DictReader(io.StringIO(archive.read("附件清单.csv").decode("utf-8-sig")))

    [folder, file] = archive.namelist()[1].split("/")
    assert (len(folder), file) == (40, "附件清单.csv")
    assert not folder.startswith(".")
    assert archive.read(archive.namelist()[1]) == b"\xef\xbb\xbfmine"
    assert row["文件"] == archive.namelist()[1]


@pytest.mark.parametrize(
    ("limit", "value", "said"), [("MOST_FILES", 1, "一次最多打包 1 个"), ("MOST_BYTES", 9, "一次最多打包 9")]
)
def test_more_than_fits_is_refused_in_words_with_the_way_back(client, cast, monkeypatch, limit, value, said):
    monkeypatch.setattr(archives, limit, value)
    published(cast, files=[stored(cast, "一.txt", b"12345"), stored(cast, "二.txt", b"67890")])

    response = client.get(OF_A_UNIT)

    assert response.status_code == 422
    assert said in response.content.decode()
    assert 'href="/catalogue/?unit=002"' in response.content.decode()


@pytest.mark.parametrize("query", ["?unit=002", "?q=没有", "?unit=nowhere", "?year=0", "?kind=%27"])
def test_nothing_to_pack_is_said(client, cast, query):
    published(cast)

    response = client.get(ALL + query)

    assert response.status_code == (400 if "=nowhere" in query or "year" in query or "kind" in query else 404)
    assert "<h1>不能下载</h1>" in response.content.decode()


@pytest.mark.parametrize("query", ["", "?page=2", "?sort=date"])
def test_the_whole_catalogue_is_not_packed_and_the_list_does_not_offer_it(client, cast, query):
    """Of a million items nobody wants every file, and the database would look through all of them."""
    published(cast, files=[stored(cast, "表.txt")])

    response = client.get(ALL + query)

    assert response.status_code == 422
    assert "附件要按条件打包。" in response.content.decode()
    assert ALL not in client.get("/catalogue/").content.decode()
    assert f"{ALL}?unit=002" in client.get("/catalogue/?unit=002").content.decode()


@pytest.mark.parametrize(
    ("files", "limit", "offered"),
    [
        (0, {}, ""),
        (3, {}, "附件（3个）"),
        (3, {"MOST_FILES": 2}, ""),
        (3, {"MOST_BYTES": 2}, ""),
        (3, {"MOST_FILES": 3}, "附件（3个）"),
    ],
)
def test_a_list_offers_its_attachments_with_their_number_and_only_where_they_would_come(
    client, cast, monkeypatch, files, limit, offered
):
    for name, value in limit.items():
        monkeypatch.setattr(archives, name, value)
    published(cast, title="预算", kind=Item.Kind.FINANCE, files=[stored(cast, f"{n}.txt") for n in range(files)])
    withdrawn(cast, title="预算", kind=Item.Kind.FINANCE, files=[stored(cast, "撤回.txt")])
    published(cast, title="规划", kind=Item.Kind.FINANCE)

    for query in ("kind=finance", "q=预算", "q=预算&kind=finance", "from=2018-11-01&unit=002"):
        page = client.get(f"/catalogue/?{query}").content.decode()
        links = [unescape(link) for link in re.findall(rf'href="({ALL}[^"]*)"', page)]

        assert offered in page, query
        assert len(links) == bool(offered), query
        assert [client.get(link).status_code for link in links] == [200] * len(links), query
        for link in re.findall(r'href="(/catalogue/export/[^"]*)"', page):
            assert client.get(unescape(link)).status_code == 200, query


@pytest.mark.parametrize(("limit", "is_offered"), [({}, True), ({"MOST_FILES": 1}, False), ({"MOST_BYTES": 1}, False)])
def test_an_item_offers_all_its_files_only_where_they_would_come(client, cast, monkeypatch, limit, is_offered):
    for name, value in limit.items():
        monkeypatch.setattr(archives, name, value)
    item = published(cast, files=[stored(cast, "一.txt"), stored(cast, "二.txt")])

    assert ("全部打包下载" in client.get(item.get_absolute_url()).content.decode()) == is_offered
    assert (client.get(of_item(item)).status_code == 200) == is_offered


def test_a_row_says_which_files_there_are_and_whether_it_is_explained(client, cast):
    law = published(cast, title="办法", kind=Item.Kind.DOCUMENT, files=[stored(cast, "办法.txt")])
    published(cast, title="说明", kind=Item.Kind.INTERPRETATION, explains=law)
    published(cast, title="两份", files=[stored(cast, "一.txt"), stored(cast, "二.txt")])

    rows = {row.title: (row.files, row.is_explained) for row in client.get("/catalogue/").context["rows"]}

    assert rows == {"办法": ("TXT", True), "说明": ("", False), "两份": ("2个附件", False)}


@pytest.mark.parametrize("rows", [1, 10])
def test_an_archive_costs_the_same_queries_whatever_it_holds(client, cast, rows, django_assert_num_queries):
    for number in range(rows):
        published(cast, title=f"预算{number}", files=[stored(cast, "表.txt")])

    with django_assert_num_queries(2):
        opened(client.get(OF_A_UNIT))
