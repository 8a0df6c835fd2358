"""Of an address only what the page knows goes on: into its links, and into what is kept. Receipt numbers are not tried out."""

import time

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.disclosure.makers import corrected, published
from tests.disclosure.test_catalogue import copies

pytestmark = pytest.mark.django_db
UNKNOWN = "utm_source=x&next=//evil.example&%E4%B8%AD=1"


@pytest.fixture
def items(cast):
    item = published(cast, title="关于公开预算的公告", kind="finance")
    copies(item, 45)
    return item


@pytest.mark.parametrize(
    "address", ["/catalogue/?kind=finance&q=预算", "/catalogue/?page=2", "/catalogue/interpretations/?page=1"]
)
def test_links_hold_only_what_the_page_knows(items, address):
    page = Client().get(f"{address}&{UNKNOWN}").content.decode()

    assert "utm_source" not in page
    assert "evil.example" not in page


def test_pages_of_people_who_are_signed_in_do_the_same(items, cast, client):
    client.force_login(cast.clerk)
    for address in (
        "/catalogue/",
        "/work/items/",
        "/work/",
        "/work/findings/",
        "/work/scores/",
        "/messages/",
        "/work/reports/",
    ):
        answer = client.get(f"{address}?page=1&{UNKNOWN}")
        page = answer.content.decode()
        assert answer.status_code in {200, 404}
        assert 'href="?utm_source' not in page
        assert "&amp;utm_source" not in page


def test_what_no_page_reads_makes_no_page_of_its_own(items):
    tag = Client().get("/catalogue/?kind=finance")["ETag"]
    with CaptureQueriesContext(connection) as asked:
        others = {Client().get(f"/catalogue/?kind=finance&x{number}={number}")["ETag"] for number in range(10)}

    assert others == {tag}
    assert len(asked) == 10  # the revision alone


def test_the_conditions_are_kept_in_the_links(items):
    page = Client().get("/catalogue/?kind=finance&sort=date").content.decode()

    assert "kind=finance" in page
    assert "page=2" in page


def test_receipt_numbers_cannot_be_tried_without_end(client, cast, settings):
    settings.RATE_LIMITS = {**settings.RATE_LIMITS, "receipt": (3, 600)}
    number = corrected(published(cast)).receipt_number
    ask = {"number": "20181120-000-000-001"}

    assert [client.get("/corrections/", ask).status_code for _ in range(3)] == [422] * 3
    refused = client.get("/corrections/", {"number": number})
    assert (refused.status_code, refused["Retry-After"]) == (429, "600")
    assert "10分钟" in refused.content.decode()
    assert client.get("/corrections/").status_code == 200
    assert client.get("/corrections/", {"number": number}, REMOTE_ADDR="198.51.100.9").status_code == 200


def test_how_long_the_answer_takes_says_nothing_of_the_number(client, cast):
    number = corrected(published(cast)).receipt_number
    for asked in (number, "20181120-000-000-001", "x"):
        began = time.monotonic()
        client.get("/corrections/", {"number": asked})
        assert time.monotonic() - began >= 0.15
