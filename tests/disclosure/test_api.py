"""The read-only API: what it answers, how it refuses, that it is as its description says."""

from pathlib import Path

import pytest
from django.core.management import call_command

from disclosure.models import Item, Topic
from disclosure.open_formats.api.endpoints import description_file
from ninghai.files import store_bytes
from tests.cast import Cast
from tests.disclosure.makers import AT, HIDDEN_STATES, drafted, published, withdrawn
from tests.disclosure.test_catalogue import copies

ITEMS = "/api/v1/items/"
KEPT = Path("docs/api/openapi.json")


@pytest.fixture(autouse=True)
def _the_day(settings):
    settings.CLOCK_DATE = "2018-12-01"


def refusal(response, status: int) -> dict:
    """The problem in the one shape in which the API refuses."""
    assert response.status_code == status
    assert response["Content-Type"].startswith("application/json")
    assert response["Access-Control-Allow-Origin"] == "*"
    assert set(response.json()) == {"error"}
    problem = response.json()["error"]
    assert set(problem) == {"code", "message", "fields"}
    assert problem["message"].endswith("。")
    return problem


def all_pages(client, query: str = "", size: int = 3) -> list[str]:
    """The titles of all pages, by the cursors that the API gives."""
    titles, cursor = [], ""
    while cursor is not None:
        page = client.get(f"{ITEMS}?size={size}&cursor={cursor}&{query}").json()
        titles += [item["title"] for item in page["items"]]
        cursor = page["next"]
    return titles


def test_the_description_in_the_tree_is_that_of_the_code(capsys):
    """After a change: `manage.py api_schema > docs/api/openapi.json`."""
    call_command("api_schema")

    assert capsys.readouterr().out == description_file() == KEPT.read_text(encoding="utf-8")


def test_an_item_tells_what_its_page_shows(client, cast):
    topic = Topic.objects.create(code="0201", name="政务公开", path="综合政务\\政务公开")
    file = store_bytes(data=b"x", name="表.txt", media_type="text/plain", by=cast.clerk, at=AT)
    item = published(cast, title="预算", body="一\n二", topic=topic, files=[file], formed_date="2018-08-13")

    told = client.get(f"{ITEMS}{item.index_number}/").json()
    [listed] = client.get(ITEMS).json()["items"]

    assert told["body"] == "一\n二"
    assert told["topic"] == {"code": "0201", "name": "政务公开"}
    assert told["unit"] == {"code": "002", "name": "县财政局"}
    assert told["formed_date"] == "2018-08-13"
    assert told["published_at"].startswith("2018-11-20T10:30:00")
    assert told["url"] == f"http://testserver{item.get_absolute_url()}"
    [attachment] = told["attachments"]
    assert (attachment["sha256"], attachment["size"]) == (file.sha256, 1)
    assert client.get(attachment["url"].removeprefix("http://testserver")).status_code == 200
    assert listed.items() <= told.items()
    assert "body" not in listed


@pytest.mark.parametrize("query", ["", "q=预算"])
def test_the_pages_together_are_the_list(client, cast, query):
    copies(published(cast, title="预算"), 7)
    published(cast, title="通知", body="部门预算", at=AT.replace(day=21))

    shown = [item.title for item in client.get(f"/catalogue/?{query}").context["page"]]
    first = client.get(f"{ITEMS}?size=3&{query}").json()

    assert all_pages(client, query) == shown
    assert (first["count"], first["is_more"], len(first["items"])) == (9, False, 3)


def test_what_comes_in_between_moves_no_page(client, cast):
    for number in range(4):
        published(cast, title=f"{number}", at=AT.replace(hour=number))
    first = client.get(f"{ITEMS}?size=2").json()
    published(cast, title="新", at=AT.replace(day=21))

    second = client.get(f"{ITEMS}?size=2&cursor={first['next']}").json()

    assert [item["title"] for item in first["items"] + second["items"]] == ["3", "2", "1", "0"]


@pytest.mark.parametrize(
    "query",
    [
        *["unit=nowhere", "entry=%27", "topic=99", "kind=x", "validity=maybe", "year=0", "year=2030", "year=x"],
        *["size=0", "size=101", "size=", "size=" + "9" * 5000, "q=" + "长" * 101, "unit=" + "x" * 31],
        *["cursor=x", "cursor=e30", "cursor=bnVsbA", "cursor=" + "x" * 101, "cursor=%E9%95%BF"],
        "cursor=eyJhdCI6IjAwMDEtMDEtMDFUMDA6MDA6MDAiLCJwayI6MX0",  # a moment without a zone
        "cursor=eyJhdCI6IjIwMTgtMDEtMDFUMDA6MDA6MDBaIiwicGsiOjFlOTk5fQ",  # pk: infinity
        "q=a&cursor=eyJhZnRlciI6LTF9",
    ],
)
def test_a_broken_parameter_is_refused_in_words_and_gives_no_rows(client, one_item, query):
    problem = refusal(client.get(f"{ITEMS}?{query}"), 422)

    assert set(problem["fields"]) <= {"unit", "entry", "topic", "kind", "validity", "year", "size", "q", "cursor"}
    assert problem["fields"]


def test_whatever_is_not_there_is_refused_in_the_same_shape(client, cast):
    gone = withdrawn(cast, title="秘密")

    assert "已撤回，原因：内容有误" in refusal(client.get(f"{ITEMS}{gone.index_number}/"), 410)["message"]
    for address in (f"{ITEMS}no/such/", f"{ITEMS}%20/", "/api/v1/", "/api/v1/nothing", "/api/v1/items"):
        refusal(client.get(address), 404)
    refusal(client.get(f"{ITEMS}{'9' * 101}/"), 422)
    refusal(client.get(f"{ITEMS}?q=%00"), 400)
    refusal(client.get(f"{ITEMS}a%00b/"), 400)
    for method in ("post", "put", "delete", "options"):
        response = getattr(client, method)(ITEMS)
        refusal(response, 405)
        assert response["Allow"] == "GET, HEAD"


@pytest.mark.parametrize("state", HIDDEN_STATES)
def test_what_is_hidden_is_not_told(client, cast, state):
    hidden = HIDDEN_STATES[state](cast, title="秘密标题", body="秘密正文")
    shown = published(cast, title="公开", kind=Item.Kind.INTERPRETATION)
    Item.objects.filter(pk=shown.pk).update(explains=hidden, replaced_by=hidden)

    for address in (ITEMS, f"{ITEMS}?q=公开", f"{ITEMS}?q=秘密标题", f"{ITEMS}{shown.index_number}/"):
        answer = client.get(address).content.decode()
        assert "秘密" not in answer
        assert (hidden.index_number or "never") not in answer
    assert client.get(f"{ITEMS}?q=秘密标题").json()["count"] == 0


def test_an_answer_is_open_to_other_sites_and_kept_as_the_pages_are(client, cast):
    published(cast)

    first, head = client.get(ITEMS), client.head(ITEMS)
    again = client.get(ITEMS, headers={"If-None-Match": first["ETag"]})
    published(cast)

    assert first["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Credentials" not in first
    assert (head.status_code, head.content) == (200, b"")
    assert again.status_code == 304
    assert client.get(ITEMS, headers={"If-None-Match": first["ETag"]}).json()["count"] == 2


def test_a_person_who_is_signed_in_reads_what_everybody_reads(client, cast):
    drafted(cast, title="草稿")
    client.force_login(cast.clerk)

    assert client.get(ITEMS).json()["items"] == []


def test_units_topics_and_duties_are_told(client, county: Cast):
    units = client.get("/api/v1/units/").json()["units"]
    topics = client.get("/api/v1/topics/").json()["topics"]
    entries = client.get("/api/v1/entries/").json()["catalogues"]

    assert {"code": "002", "name": "县财政局"}.items() <= units[1].items()
    assert {topic["parent"] for topic in topics} <= {None, *(topic["code"] for topic in topics)}
    assert len(topics) > 22
    assert isinstance(entries, list)


@pytest.fixture
def county(cast) -> Cast:
    from disclosure.basic_catalogue.reference_data import load_topics
    from fixtures.reference_data import FOLDER

    load_topics(FOLDER / "topics.json")
    return cast


@pytest.mark.parametrize("rows", [1, 30])
def test_an_answer_costs_the_same_queries_whatever_it_holds(client, cast, rows, django_assert_num_queries):
    copies(published(cast), rows - 1)

    with django_assert_num_queries(4):  # the revision, the filters, the count, the items
        client.get(f"{ITEMS}?size=100")
