"""Nothing that is not public shows on any public way: a table of states and ways."""

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from disclosure.basic_catalogue.editions import publish_first_edition
from disclosure.models import CatalogueEntry
from ninghai.files import store_bytes
from tests.disclosure.makers import AT, HIDDEN_STATES, county_catalogue, published

SECRET = "秘密标题甲乙丙丁"
SECRETS = [SECRET, "秘密正文戊己庚辛", "秘密概述壬癸子丑", "密政办发〔2018〕99号", "秘密附件寅卯辰巳"]

WAYS = {
    "home": "/",
    "list": "/catalogue/",
    "search": f"/catalogue/?q={SECRET}",
    "search in text": "/catalogue/?q=秘密正文",
    "titles suggested for a search": f"/catalogue/suggest/?q={SECRET}",
    "another spelling of a search": f"/catalogue/?q={SECRET[:-1]}错",
    "filter": "/catalogue/?unit=002&entry=secret&sort=date",
    "csv": "/catalogue/export/?format=csv",
    "xlsx": "/catalogue/export/?format=xlsx",
    "json": "/catalogue/export/?format=json",
    "basic": "/catalogue/basic/",
    "feed": "/feeds/catalogue.xml",
    "feed of a filter": "/feeds/catalogue.xml?unit=002",
    "sitemap": "/sitemap.xml",
    "api": "/api/v1/items/",
    "api with filters": "/api/v1/items/?unit=002&year=2018",
}


def body_of(response) -> bytes:
    return b"".join(response.streaming_content) if response.streaming else response.content


def text_of(response) -> str:
    """What a reader of the answer sees, unpacked."""
    data = body_of(response)
    if "spreadsheetml" in response["Content-Type"]:
        from io import BytesIO

        return str([list(row) for row in load_workbook(BytesIO(data)).active.values])
    return data.decode()


@pytest.fixture
def hidden(request, cast):
    stored = store_bytes(
        data="秘密附件内容".encode(), name="秘密附件寅卯辰巳.txt", media_type="text/plain", by=cast.clerk, at=AT
    )
    entry = CatalogueEntry.objects.create(catalogue=county_catalogue(), code="secret", name="事项")
    publish_first_edition(catalogue=entry.catalogue, note="首次发布", at=AT)
    published(cast, title="公开的一条", body="正文", entry=entry)
    return HIDDEN_STATES[request.param](
        cast,
        title=SECRETS[0],
        body=SECRETS[1],
        summary=SECRETS[2],
        document_number=SECRETS[3],
        files=[stored],
        entry=entry,
    )


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("hidden", HIDDEN_STATES, indirect=True)
def test_no_public_way_shows_what_is_hidden(client, hidden, way):
    response = client.get(WAYS[way])

    assert response.status_code == 200
    shown = text_of(response)
    if "search" not in way:
        assert "公开的一条" in shown or way in {"basic", "sitemap"}  # the public one is there: the way works
    for secret in SECRETS:
        if not (way.startswith("search") and secret.startswith(("秘密标题", "秘密正文"))):  # the words asked for
            assert secret not in shown
    assert f"/work/items/{hidden.pk}/" not in shown
    if hidden.index_number:
        assert hidden.index_number not in shown


@pytest.mark.parametrize("hidden", HIDDEN_STATES, indirect=True)
def test_a_search_counts_nothing_that_is_hidden(client, hidden):
    for words in (SECRET, "秘密正文戊己庚辛", "密政办发"):
        assert not client.get("/catalogue/", {"q": words}).context["page"].object_list


@pytest.mark.parametrize("hidden", HIDDEN_STATES, indirect=True)
def test_the_basic_catalogue_counts_only_what_is_public(client, hidden):
    assert [duty.items for duty in client.get("/catalogue/basic/").context["duties"]] == [1]


@pytest.mark.parametrize("method", ["get", "head"])
@pytest.mark.parametrize("hidden", HIDDEN_STATES, indirect=True)
def test_the_address_of_a_hidden_file_gives_nothing_away(client, hidden, method):
    response = getattr(client, method)(hidden.attachments.get().get_absolute_url())

    assert response.status_code == 404
    assert not any(secret in body_of(response).decode() for secret in SECRETS)


@pytest.mark.parametrize("hidden", HIDDEN_STATES, indirect=True)
def test_another_units_people_do_not_reach_the_item_or_its_file(client, cast, hidden):
    client.force_login(cast.other_clerk)

    assert client.get(hidden.attachments.get().get_absolute_url()).status_code == 404
    assert client.get(reverse("disclosure:work-item-detail", args=[hidden.pk])).status_code == 404
    for act in ("submit", "pass", "return"):
        assert client.post(reverse(f"disclosure:work-item-{act}", args=[hidden.pk])).status_code == 404


@pytest.mark.parametrize("hidden", HIDDEN_STATES, indirect=True)
def test_its_own_people_reach_the_file(client, cast, hidden):
    client.force_login(cast.clerk)

    response = client.get(hidden.attachments.get().get_absolute_url())

    assert body_of(response).decode() == "秘密附件内容"


@pytest.mark.parametrize("hidden", ["withdrawn"], indirect=True)
@pytest.mark.parametrize("ask", [{}, {"HTTP_HX_REQUEST": "true"}, {"HTTP_ACCEPT": "application/json"}])
@pytest.mark.parametrize("method", ["get", "head"])
def test_a_withdrawn_item_answers_410_with_the_reason_and_no_content(client, hidden, ask, method):
    response = getattr(client, method)(hidden.get_absolute_url(), **ask)

    assert response.status_code == 410
    shown = body_of(response).decode()
    assert not any(secret in shown for secret in SECRETS)
    assert "数据有误" not in shown  # the explanation is the office's own
    if method == "get":
        assert "撤回原因：内容有误" in shown


def test_an_item_is_not_public_before_its_moment(client, cast, settings):
    item = published(cast, at=AT.replace(year=2019))
    settings.CLOCK_DATE = "2018-12-31"

    assert client.get(item.get_absolute_url()).status_code == 404
    assert item.title not in client.get("/catalogue/").content.decode()


def test_public_views_read_items_only_through_what_is_published():
    """The exceptions name themselves: `withdrawn()` for the page that says so, `kept()` for a text that stays with a label."""
    import re
    from pathlib import Path

    modules = ["views/home.py", "views/catalogue.py", "feeds.py", "sitemaps.py", "evidence.py", "views/downloads.py"]
    modules += ["views/versions.py", "standing.py", "versions.py"]
    ways = {
        way
        for module in modules
        for way in re.findall(r"Item\.objects\.(\w+)", (Path("disclosure") / module).read_text(encoding="utf-8"))
    }
    assert ways == {"published", "withdrawn", "kept", "visible_to"}
