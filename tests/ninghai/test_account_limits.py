"""How much one account may ask for: each bound answers 429, says when to go on, and keeps what was typed."""

import uuid

import pytest
from django.urls import reverse

from disclosure.models import ContentScan, Item
from ninghai.models import AuditEntry, StoredFile
from tests.disclosure.makers import drafted
from tests.disclosure.test_gate import stored
from tests.disclosure.test_work import TYPED, pdf, work

pytestmark = pytest.mark.django_db


def an_item(client):
    return client.post("/work/items/new/", {**TYPED, "form_id": str(uuid.uuid4()), "uploads": pdf()})


def assert_refused(answer, words: str) -> None:
    page = answer.content.decode()
    assert answer.status_code == 429
    assert int(answer["Retry-After"]) >= 60
    assert words in page
    assert TYPED["title"] in page
    assert not Item.objects.exists()


def test_requests_a_minute(client, cast, settings):
    settings.REQUESTS_PER_MINUTE = 3
    client.force_login(cast.clerk)

    assert [client.get("/work/").status_code for _ in range(3)] == [200] * 3
    assert_refused(an_item(client), "请过1分钟再继续")
    client.force_login(cast.head)
    assert client.get("/work/").status_code == 200


def test_rows_of_the_trail_an_hour(client, cast, settings):
    settings.AUDIT_ROWS_PER_HOUR = 2
    client.force_login(cast.clerk)
    item = drafted(cast)
    for number in range(2):
        item.refresh_from_db()
        client.post(work("edit", item), {**TYPED, "title": f"第{number}次", "version": item.version})
    written = AuditEntry.objects.count()

    assert client.get("/work/").status_code == 429
    Item.objects.all().delete()
    assert_refused(an_item(client), "请过1小时再继续")
    assert AuditEntry.objects.count() == written


def test_bytes_a_day(client, cast, settings):
    settings.UPLOAD_PER_DAY = 1000
    client.force_login(cast.clerk)

    assert_refused(an_item(client), "请明天再上传")
    assert not StoredFile.objects.exists()


def test_files_that_wait(client, cast, settings):
    settings.FILES_WAITING = 2
    client.force_login(cast.clerk)
    for number in range(2):
        file = stored(cast, b"%d" % number, f"{number}.txt")
        ContentScan.objects.create(content_hash=file.sha256, file=file)
    StoredFile.objects.filter(pk__in=StoredFile.objects.values("pk")).exists()

    assert_refused(an_item(client), "还有2个在等待检查")


@pytest.mark.parametrize("name", ["REQUESTS_PER_MINUTE", "AUDIT_ROWS_PER_HOUR", "UPLOAD_PER_DAY", "FILES_WAITING"])
def test_nought_is_no_bound(client, cast, settings, name):
    setattr(settings, name, 0)
    client.force_login(cast.clerk)

    assert an_item(client).status_code == 302


def test_a_stranger_has_no_account(client, cast, settings):
    settings.REQUESTS_PER_MINUTE = 1

    assert [client.get(reverse("login")).status_code for _ in range(4)] == [200] * 4
