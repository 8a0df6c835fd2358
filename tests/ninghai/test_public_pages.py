"""Public pages are kept once rendered: exact after every change, never for whoever is signed in, and never needed."""

import gzip
import re
import time
from contextlib import nullcontext

import pytest
from django.conf import settings as project_settings
from django.core.cache import cache
from django.db import connection, transaction
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from disclosure.catalogue.item_page import count_view, flush_view_counts
from disclosure.items.drafting import edit_item
from disclosure.items.lifecycle import withdraw_item
from disclosure.models import CatalogueEntry, Item, Topic
from ninghai.accounts.sessions import SHOWN
from ninghai.models import PublicChange, Unit
from ninghai.web.http import busy
from ninghai.web.public_pages import middleware as pages
from ninghai.web.public_pages.revision import current_revision, forget_old_changes
from tests.cast import Cast
from tests.disclosure.makers import AT, approved, county_catalogue, drafted, published, reviewed, revised
from tests.disclosure.test_catalogue import copies
from tests.disclosure.test_gate import stored
from tests.ninghai.personal_data.files import workbook
from tests.worlds import world

LIST = "/catalogue/"


@pytest.fixture(autouse=True)
def empty_cache():
    cache.clear()


def make_item(cast: Cast) -> Item:
    return published(cast, title="2018年部门预算")


kept_item = world("kept_item", make_item, on=("cast",))


@pytest.fixture
def item(kept_item: Item) -> Item:
    return kept_item


def queries(client: Client, address: str = LIST, **headers: str) -> int:
    with CaptureQueriesContext(
        connection,
    ) as asked:
        assert client.get(address, headers=headers).status_code in {200, 304}
    return len(asked)


def test_the_second_visitor_costs_one_query(item):
    first, second = Client().get(LIST), Client().get(LIST)

    assert second.content == first.content
    assert dict(second.headers) == dict(first.headers)
    assert queries(Client()) == 1


def test_a_copy_that_still_holds_is_not_sent_again(item):
    tag = Client().get(LIST)["ETag"]
    again = Client().get(LIST, headers={"If-None-Match": tag})

    assert (again.status_code, again.content, again["ETag"]) == (304, b"", tag)


@pytest.mark.parametrize(
    "change",
    [
        lambda item, cast: published(cast, title="另一条信息"),
        lambda item, cast: withdraw_item(item=item, reason="wrong", explanation="有误", by=cast.office, at=AT),
        lambda item, cast: Unit.objects.filter(pk=item.unit_id).update(short_name="财政局"),
        lambda item, cast: Topic.objects.create(path="测试\\新主题", name="新主题"),
        lambda item, cast: CatalogueEntry.objects.create(catalogue=county_catalogue(), name="新事项", code="new"),
        lambda item, cast: Item.objects.filter(pk=item.pk).update(title="改过的标题"),
    ],
)
def test_every_change_is_seen_at_once(item, cast, change):
    tag = Client().get(LIST)["ETag"]
    change(item, cast)
    after = Client().get(LIST, headers={"If-None-Match": tag})

    assert after.status_code == 200
    assert after["ETag"] != tag


def test_a_view_changes_no_page(item):
    before = current_revision()
    count_view(item)
    flush_view_counts()

    assert current_revision() == before


def test_whoever_is_signed_in_is_never_answered_from_the_cache(item, cast):
    Client().get(LIST)
    person = Client()
    person.force_login(cast.clerk)
    page = person.get(LIST)

    assert page["Cache-Control"] == "no-store"
    assert "ETag" not in page


def test_addresses_hosts_and_parts_of_a_page_are_told_apart(item, settings):
    settings.ALLOWED_HOSTS = ["*"]
    tags = [
        Client().get(LIST)["ETag"],
        Client().get(f"{LIST}?q=预算")["ETag"],
        Client().get(LIST, headers={"HX-Request": "true"})["ETag"],
        Client().get(LIST, headers={"Host": "other.example"})["ETag"],
        Client().get("/feeds/catalogue.xml")["ETag"],
    ]

    assert len(set(tags)) == len(tags)


def test_what_a_visitor_makes_up_in_a_header_makes_no_page_of_its_own(item):
    whole, part = Client().get(LIST), Client().get(LIST, headers={"HX-Request": "true"})
    made_up = [Client().get(LIST, headers={"HX-Request": said}) for said in ("True", "1", "true ", "tru%65", "x" * 200)]
    written_otherwise = {"HX-Request": "tru%65", "HX-Request-URI-AutoEncoded": "true"}  # htmx's own way to say it

    assert {answer["ETag"] for answer in made_up} == {whole["ETag"]}
    assert {answer.content for answer in made_up} == {whole.content}
    for _ in range(2):
        assert Client().get(LIST, headers=written_otherwise).content == part.content
        assert Client().get(LIST).content == whole.content


def test_the_tag_of_another_page_answers_nothing(item):
    """Neither the tag of another address nor a made-up one brings an empty answer."""
    tag = Client().get(f"{LIST}?q=预算")["ETag"]

    for sent in (tag, f"W/{tag}", "*", '"x"', "\\", '""'):
        page = Client().get(LIST, headers={"If-None-Match": sent})
        assert (page.status_code, "2018年部门预算" in page.content.decode()) == (200, True)


def test_a_withdrawn_item_is_in_no_kept_page(item, cast):
    addresses = [LIST, f"{LIST}?q=预算", "/feeds/catalogue.xml"]
    for address in addresses:
        assert "2018年部门预算" in re.sub("</?mark>", "", Client().get(address).content.decode())
    withdraw_item(item=item, reason="wrong", explanation="有误", by=cast.office, at=AT)

    for address in addresses:
        assert "2018年部门" not in re.sub("</?mark>", "", Client().get(address).content.decode())


def test_another_day_is_another_page(item, settings):
    tag = Client().get(LIST)["ETag"]
    settings.CLOCK_DATE = "2018-11-22"

    assert Client().get(LIST)["ETag"] != tag


def test_what_people_do_with_drafts_moves_nothing(item, cast):
    tag = Client().get(LIST)["ETag"]

    draft = drafted(cast, files=[stored(cast, workbook(), "附表.xlsx")])
    draft = edit_item(
        item=draft, version=draft.version, by=cast.clerk, at=AT, title="改过", removed=list(draft.attachments.all())
    )
    approved(cast, title="另一条信息")
    reviewed(cast, revised(cast, item, files=[stored(cast, b"1", "新附表.txt")], title="修订"))
    draft.delete()

    assert Client().get(LIST)["ETag"] == tag


def test_the_file_of_a_public_item_moves_the_revision_at_each_change(item, cast):
    seen = [current_revision()]

    attachment = item.attachments.create(file=stored(cast, workbook(), "附表.xlsx"), label="附表.xlsx")
    seen.append(current_revision())
    item.attachments.update(label="附表一.xlsx")
    seen.append(current_revision())
    item.attachments.update(item=drafted(cast))
    seen.append(current_revision())
    item.attachments.add(attachment)
    seen.append(current_revision())
    item.attachments.all().delete()
    seen.append(current_revision())

    assert len(set(seen)) == len(seen)


def test_one_statement_is_one_change_however_many_rows_it_brings(item):
    before = PublicChange.objects.count()

    copies(item, 30)
    assert PublicChange.objects.count() == before + 1
    Item.objects.update(title="改名")
    assert PublicChange.objects.count() == before + 2
    Item.objects.filter(title="没有这样的").update(title="改名")
    assert PublicChange.objects.count() == before + 2


@pytest.mark.parametrize("address", ["/catalogue/item/nothing/", "/catalogue/?page=0", "/progress/"])
def test_other_answers_are_not_kept(item, address):
    assert "ETag" not in Client().get(address).headers or address.startswith(LIST)
    assert queries_of(address) == queries_of(address)


def queries_of(address: str) -> int:
    with CaptureQueriesContext(connection) as asked:
        Client().get(address)
    return len(asked)


def test_pages_are_rendered_without_redis(item, settings, caplog):
    settings.CACHES = {"default": {**project_settings.CACHES["default"], "LOCATION": "redis://127.0.0.1:1/0"}}

    assert "2018年部门预算" in Client().get(LIST).content.decode()
    assert "the cache is away" in caplog.text


def test_all_tables_that_a_kept_page_reads_are_watched_or_never_change(item):
    """A stored file's name and size stay as they are; which item has it stands in a table that is watched."""
    words = "?q=预算&sort=relevance"
    with CaptureQueriesContext(connection) as asked:
        for address in [*project_settings.PUBLIC_PAGES, LIST + words]:
            Client().get(address)
    named = {name for query in asked for name in re.findall(r'(?:FROM|JOIN) "?(\w+)"?', query["sql"])}
    read = named & set(connection.introspection.table_names())  # EXTRACT, too, takes something FROM a column
    with connection.cursor() as cursor:
        triggers = ["public_pages_changed", "stored_files_stay"]
        cursor.execute("SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname = ANY(%s)", [triggers])
        watched = {table for (table,) in cursor.fetchall()}

    assert read - {"ninghai_publicchange"} <= watched


def test_no_revision_comes_back_when_old_changes_are_forgotten(item, cast):
    """Else a page from before a withdrawal would be valid again, once the count is what it was then."""
    seen = []
    for number in range(9):
        Unit.objects.filter(pk=cast.finance.pk).update(short_name=f"财政局{number}")
        seen.append(current_revision())
        with connection.cursor() as cursor:
            cursor.execute("UPDATE ninghai_publicchange SET at = at - interval '3 days'")
        forget_old_changes(at=timezone.now())
    changes = [int(revision.split(".")[1]) for revision in seen]

    assert changes == sorted(set(changes))
    assert PublicChange.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_change_counts_when_it_is_committed_whatever_its_number(cast, django_db_blocker):
    other = connection.copy()
    try:
        with other.cursor() as early:
            early.execute("BEGIN")
            early.execute("INSERT INTO ninghai_publicchange DEFAULT VALUES")
            with transaction.atomic():
                Unit.objects.filter(pk=cast.finance.pk).update(short_name="财政局")
            before = current_revision()
            early.execute("COMMIT")
        assert current_revision() != before
    finally:
        other.close()


def test_old_changes_are_forgotten_and_the_page_is_rendered_once_more(item):
    before = current_revision()

    assert forget_old_changes(at=PublicChange.objects.latest("pk").at) == 0
    assert current_revision() == before


# --- Over the line -----------------------------------------------------------------------------------------


def zipped(client: Client, address: str = LIST, **headers: str):
    return client.get(address, headers={"Accept-Encoding": "gzip, deflate"} | headers)


def test_a_public_page_goes_compressed_to_whoever_can_read_that(item):
    plain, first, kept = Client().get(LIST), zipped(Client()), zipped(Client())

    assert not plain.has_header("Content-Encoding")
    assert gzip.decompress(first.content) == gzip.decompress(kept.content) == plain.content
    assert int(first["Content-Length"]) == len(first.content) < len(plain.content)
    assert "Accept-Encoding" in first["Vary"]
    assert (first["ETag"], plain["ETag"]) == (f"W/{plain['ETag']}", plain["ETag"])


def test_a_compressed_copy_that_still_holds_is_not_sent_again(cast, item):
    tag = zipped(Client())["ETag"]

    still = zipped(Client(), **{"If-None-Match": tag})
    assert (still.status_code, {"Accept-Encoding", "Cookie"} - set(still["Vary"].split(", "))) == (304, set())
    published(cast, title="后公开的一条")
    assert zipped(Client(), **{"If-None-Match": tag}).status_code == 200


@pytest.mark.parametrize("accepted", ["", "identity", "gzip;q=0", "br, gzip; q=0.0", "xgzipx"])
def test_whoever_cannot_read_it_gets_the_plain_page(item, accepted):
    assert not zipped(Client(), **{"Accept-Encoding": accepted}).has_header("Content-Encoding")


PUBLIC = (
    "/",
    LIST,
    "/progress/2018/",
    "/verify/",
    "/corrections/",
    "/corrections/new/",
    "/deadline/",
    "/display/",
    "/no-such-page/",
)
NAMED = 8  # RFC 1952, 2.3.1: the flag of a file name
STAFF = ("/work/", "/work/items/", LIST, "/account/")


@pytest.mark.parametrize("address", PUBLIC)
def test_every_public_page_goes_compressed(item, address):
    assert gzip.decompress(zipped(Client(), address).content)


def test_the_page_of_an_item_and_its_data_go_compressed(item):
    for address in (item.get_absolute_url(), "/api/v1/schema/", "/catalogue/dcat.jsonld"):
        assert gzip.decompress(zipped(Client(), address).content)


@pytest.mark.parametrize("address", [*STAFF, "/admin/", "/admin/ninghai/unit/"])
def test_what_a_person_sees_goes_compressed_behind_a_name_of_random_length(cast, address):
    person = Client()
    person.force_login(cast.office if address.startswith("/admin/") else cast.clerk)
    content = zipped(person, address).content

    assert gzip.decompress(content)
    assert content[3] & NAMED


def test_what_shows_a_secret_is_not_compressed(cast, settings):
    settings.SECOND_FACTOR = True
    person = Client()
    person.force_login(cast.clerk)
    session = person.session
    session[SHOWN] = int(time.time())
    session.save()
    shown = zipped(person, "/account/authenticator/")
    calendar = zipped(person, "/account/calendar/")
    answer = person.post("/login/", {"username": "nobody", "password": "x"}, headers={"Accept-Encoding": "gzip"})

    for page in (shown, calendar, answer):
        assert (page.status_code in {200, 422}, len(page.content) > pages.SMALLEST) == (True, True)
        assert not page.has_header("Content-Encoding")


def test_a_file_is_sent_as_it_is(item):
    answer = zipped(Client(), "/catalogue/export/?format=xlsx")

    assert answer.status_code == 200
    assert not answer.has_header("Content-Encoding")


@pytest.mark.django_db
def test_a_question_that_was_too_long_for_the_copy_is_not_put_to_the_primary_too(monkeypatch):
    """Nor is the copy left alone for it, as one that failed would be."""
    asked, left_alone = [], []
    monkeypatch.setattr(pages.replica, "has", lambda revision: True)
    monkeypatch.setattr(pages.replica, "leave_alone", left_alone.append)
    monkeypatch.setattr(pages, "reading_from_replica", nullcontext)

    def answer(request):
        asked.append(request.path)
        return busy(request, "这次查询用时过长，已经停止。", seconds=30)

    told = pages.PublicPagesMiddleware(answer)(RequestFactory().get("/api/v1/items/?q=预算"))

    assert (told.status_code, asked, left_alone) == (503, ["/api/v1/items/"], [])
