"""What the public reads is answered within seconds; downloads and whoever works here have the time that they need."""

import pytest
from django.contrib.auth.decorators import login_not_required
from django.db import connection
from django.http import HttpResponse, StreamingHttpResponse
from django.test import override_settings
from django.urls import include, path

from ninghai.operations.database.connections import give_back_connection
from ninghai.web.quick_reads import takes_long

pytestmark = pytest.mark.django_db(transaction=True)


def asked(question: str):
    with connection.cursor() as cursor:
        cursor.execute(question)
        return cursor.fetchone()[0]


@login_not_required
def slow(request):
    return HttpResponse(asked("SELECT pg_sleep(20)"))


@login_not_required
def bound(request):
    first = asked("SHOW statement_timeout")
    give_back_connection()
    return HttpResponse(f"{first} {asked('SHOW statement_timeout')}")


@takes_long
@login_not_required
def long(request):
    return bound(request)


@login_not_required
def streamed(request):
    return StreamingHttpResponse(asked("SHOW statement_timeout") for _ in range(1))


@login_not_required
def no_query(request):
    return HttpResponse("-")


def of_a_clerk(request):
    return HttpResponse(asked("SHOW statement_timeout"))


urlpatterns = [
    path("slow/", slow),
    path("api/slow/", slow),
    path("bound/", bound),
    path("streamed/", streamed),
    path("long/", long),
    path("no-query/", no_query),
    path("clerk/", of_a_clerk),
    path("", include("ninghai.urls")),
]


@pytest.fixture(autouse=True)
def _everybody_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """These addresses are the test's own: no row of the permission table is about them."""
    monkeypatch.setattr("ninghai.web.middleware.is_named", lambda *act: True)


here = override_settings(ROOT_URLCONF=__name__, PUBLIC_READ_SECONDS=1)


@here
def test_a_query_that_takes_too_long_is_ended_and_the_page_says_what_to_do(client, db):
    page, told = client.get("/slow/"), client.get("/api/slow/")

    assert (page.status_code, page["Retry-After"], told.status_code) == (503, "30", 503)
    assert "用时过长" in page.content.decode()
    assert told.json()["error"]["code"] == "busy"


@here
def test_only_what_the_public_reads_is_bounded(client, cast):
    assert client.get("/bound/").content == b"1s 1s"
    assert client.get("/long/").content == b"1min 1min"
    assert client.get("/no-query/").content == b"-"
    assert client.post("/bound/").content == b"1min 1min"
    client.force_login(cast.clerk)
    assert client.get("/clerk/").content == b"1min"


@here
def test_no_connection_keeps_the_bound(client, db):
    for address in ("/bound/", "/slow/"):
        client.get(address)
        assert asked("SHOW statement_timeout") == "1min"
    assert b"".join(client.get("/streamed/")) == b"1min"
