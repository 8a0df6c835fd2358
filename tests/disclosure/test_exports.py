"""The filtered list as a file: all its rows, in its order, whatever they hold and however many they are."""

import csv
import io
import json
import zipfile
from xml.etree import ElementTree

import pytest
from django.db import connection
from openpyxl import load_workbook

from disclosure.catalogue import downloads
from disclosure.catalogue import query as catalogue_query
from disclosure.catalogue.downloads import COLUMNS, read_rows
from disclosure.catalogue.query import ItemListing
from disclosure.items.lifecycle import withdraw_item
from disclosure.models import Item
from ninghai.files.workbooks import writing
from tests.disclosure.leaks.answers import body_of
from tests.disclosure.makers import AT, published
from tests.disclosure.test_catalogue import copies

FORMATS = ("csv", "xlsx", "json")


@pytest.fixture(autouse=True)
def _the_day(settings):
    settings.CLOCK_DATE = "2018-12-01"


def rows_of(client, kind: str, query: str = "") -> list[list[str]]:
    """The file's rows, without the heads."""
    response = client.get(f"/catalogue/export/?format={kind}&{query}")
    assert response.status_code == 200
    data = body_of(response)
    if kind == "json":
        return [list(record.values()) for record in json.loads(data)]
    if kind == "csv":
        return list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))[1:]
    sheets = load_workbook(io.BytesIO(data), read_only=True).worksheets
    return [[cell or "" for cell in row] for sheet in sheets for row in sheet.iter_rows(min_row=2, values_only=True)]


def titles(client, kind: str, query: str = "") -> list[str]:
    return [row[1] for row in rows_of(client, kind, query)]


@pytest.mark.parametrize("kind", FORMATS)
def test_a_file_has_all_rows_of_the_list_in_its_order(client, cast, monkeypatch, kind):
    monkeypatch.setattr(downloads, "PIECE", 100)
    copies(published(cast), 2 * downloads.PIECE + 1)

    shown = client.get("/catalogue/").context["page"]
    numbers = [row[0] for row in rows_of(client, kind)]

    assert len(numbers) == shown.paginator.count == 2 * downloads.PIECE + 2
    assert numbers[:20] == [item.index_number for item in shown]
    assert len(set(numbers)) == len(numbers)


@pytest.mark.parametrize("kind", FORMATS)
@pytest.mark.parametrize("sort", ["", "date"])
def test_more_rows_than_the_screen_counts_are_in_the_file_too(client, cast, monkeypatch, kind, sort):
    for number in range(3):
        published(cast, title=f"部门预算公开{number}")
        published(cast, title=f"通知{number}", body="部门预算")
    expected = [row[1] for row in rows_of(client, "csv", f"q=预算&sort={sort}")]
    monkeypatch.setattr(catalogue_query, "COUNT_LIMIT", 4)

    shown = client.get(f"/catalogue/?q=预算&sort={sort}").context["page"]

    assert [item.title for item in shown] == expected[:4]
    assert titles(client, kind, f"q=预算&sort={sort}") == expected
    assert len(expected) == 6


def test_a_workbook_goes_on_in_the_next_sheet(client, cast, monkeypatch):
    for number in range(5):
        published(cast, title=f"预算{number}")
    monkeypatch.setattr(writing, "ROWS_OF_A_SHEET", 2)

    book = load_workbook(io.BytesIO(body_of(client.get("/catalogue/export/?format=xlsx"))))

    assert book.sheetnames == ["公开目录", "公开目录（2）", "公开目录（3）"]
    assert [sheet.max_row for sheet in book] == [3, 3, 2]
    assert {tuple(cell.value for cell in sheet[1]) for sheet in book} == {tuple(COLUMNS.values())}
    assert {sheet.freeze_panes for sheet in book} == {"A2"}
    assert titles(client, "xlsx") == titles(client, "csv")


def test_no_character_breaks_the_workbook(client, cast):
    item = published(cast)
    Item.objects.filter(pk=item.pk).update(title='预算\x0b\ufffe\x1f<&>"]]>😀\n二行', summary="\x01=1+1")

    data = body_of(client.get("/catalogue/export/?format=xlsx"))

    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        for name in archive.namelist():
            ElementTree.fromstring(archive.read(name))  # noqa: S314 - our own file
        assert {part.extract_version for part in archive.infolist()} == {20}  # no ZIP64, which Excel would repair
    [row] = rows_of(client, "xlsx")
    assert (row[1], row[12]) == ('预算<&>"]]>😀\n二行', "'=1+1")


@pytest.mark.parametrize("kind", FORMATS)
def test_an_empty_list_is_a_file_with_heads_alone(client, db, kind):
    assert rows_of(client, kind, "q=没有这样的信息") == []


def test_what_is_withdrawn_while_the_file_is_sent_is_left_out(cast, monkeypatch):
    monkeypatch.setattr(downloads, "PIECE", 1)
    first, second, third = (published(cast, title=title) for title in ("甲", "乙", "丙"))
    keys = ItemListing(Item.objects.published(AT), at=AT).keys()
    pieces = read_rows(keys, at=AT, site="")

    before = next(pieces)
    withdraw_item(item=second, reason="wrong", explanation="有误", by=cast.office, at=AT)

    assert [row[1] for row in before] == [third.title]
    assert [row[1] for piece in pieces for row in piece] == [first.title]


@pytest.mark.parametrize("number", ["330226002/2018-00001", "宁海 2018?#%25/é~:@", "a+b&c=d;'()*!$,"])
def test_an_address_is_the_items_own(cast, number):
    item = published(cast)
    Item.objects.filter(pk=item.pk).update(index_number=number)
    item.refresh_from_db()

    [[row]] = read_rows(ItemListing(Item.objects.published(AT), at=AT).keys(), at=AT, site="https://gk.example.cn")

    assert row[-1] == f"https://gk.example.cn{item.get_absolute_url()}"


@pytest.mark.parametrize("rows", [1, 30])
@pytest.mark.parametrize("kind", FORMATS)
def test_a_file_costs_the_same_queries_whatever_it_holds(client, cast, rows, kind, django_assert_num_queries):
    copies(published(cast), rows - 1)

    with django_assert_num_queries(6):  # filters, keys, three lists of names, one piece
        rows_of(client, kind)


@pytest.mark.django_db(transaction=True)
def test_a_slow_reader_holds_no_connection(cast, monkeypatch):
    monkeypatch.setattr(downloads, "PIECE", 1)
    published(cast), published(cast)
    pieces = read_rows(ItemListing(Item.objects.published(AT), at=AT).keys(), at=AT, site="")

    assert len(next(pieces)) == 1
    assert connection.connection is None
    assert len(next(pieces)) == 1
