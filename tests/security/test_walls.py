"""Every answer carries the same walls: pages, files, refusals and errors, for anybody and for every role."""

import pytest
from django.test import Client

from ninghai.models import Role
from tests.cast import person
from tests.disclosure.makers import published, withdrawn
from tests.security.header_probe import ADMIN, PUBLIC, SIGNED_IN
from tests.security.permissions.asking import sign_in
from tests.security.walls import lacking


@pytest.fixture(autouse=True)
def _behind_https(settings) -> None:
    settings.HTTPS = settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = True
    settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME = "__Host-sessionid", "__Host-csrftoken"
    settings.MESSAGES_COOKIE_NAME = "__Host-messages"


def test_every_public_answer_carries_them(client, cast):
    published(cast)
    item = withdrawn(cast)
    asked = [*PUBLIC, f"/catalogue/item/{item.index_number}/"]

    wrong = {address: found for address in asked if (found := lacking(client.get(address, secure=True)))}

    assert wrong == {}


@pytest.mark.parametrize("role", [Role.OFFICE, Role.EDITOR])
def test_every_answer_behind_the_login_carries_them_and_is_not_kept(client, cast, role):
    """The pages that the probe asks of a running portal; those of every address and role are looked at with the permission matrix."""
    sign_in(client, person("visitor", "来访者", cast.county_office, role))
    asked = [*SIGNED_IN, *(f"/admin/{page}/" for page in ADMIN)]

    wrong = {page: found for page in asked if (found := lacking(client.get(page, secure=True), is_signed_in=True))}

    assert wrong == {}


@pytest.mark.parametrize(
    ("status", "asked"),
    [
        (400, {"path": "/catalogue/?q=%00"}),
        (400, {"path": "/login/", "content_type": "text/plain; charset=gbk", "data": "a"}),
        (403, {"path": "/work/items/new/", "data": {}}),
        (405, {"path": "/catalogue/", "data": {}}),
        (413, {"path": "/login/", "data": {}, "CONTENT_LENGTH": "9" * 12}),
    ],
)
def test_refusals_before_any_view_carry_them(client, cast, status, asked):
    method = client.post if "data" in asked else client.get

    response = method(**asked, secure=True)

    assert (response.status_code, lacking(response)) == (status, [])


def test_an_error_of_ours_carries_them(cast, monkeypatch):
    def broken(*args, **kwargs):
        raise RuntimeError("on purpose")

    monkeypatch.setattr("disclosure.catalogue.downloads.CatalogueQuery", broken)
    response = Client(raise_request_exception=False).get("/catalogue/export/", secure=True)

    assert (response.status_code, lacking(response)) == (500, [])
    assert "on purpose" not in response.content.decode()


# --- How often -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("address", "limit"),
    [
        ("/catalogue/?q=预算&page=1", "search"),
        ("/catalogue/suggest/?q=预算", "search"),
        ("/feeds/catalogue.xml?q=预算", "search"),
        ("/api/v1/items/?q=预算", "search"),
        ("/catalogue/export/?format=csv", "export"),
        ("/catalogue/attachments/", "export"),
    ],
)
def test_who_asks_without_end_is_told_when_to_go_on(client, cast, settings, address, limit):
    settings.RATE_LIMITS = {"search": (2, 60), "export": (2, 600)}
    settings.PUBLIC_PAGES = frozenset()  # each is made anew

    answers = [client.get(address, secure=True) for _ in range(3)]

    assert [each.status_code == 429 for each in answers] == [False, False, True]
    assert answers[-1]["Retry-After"] == str(settings.RATE_LIMITS[limit][1])
    assert "分钟后再试" in answers[-1].content.decode()
    assert lacking(answers[-1]) == []


def test_reading_without_words_is_not_counted(client, cast, settings):
    settings.RATE_LIMITS = {"search": (1, 60), "export": (1, 600)}
    for _ in range(4):
        assert client.get("/catalogue/?page=1").status_code == 200


def test_an_ipv6_visitor_gets_no_new_count_with_each_address_of_its_network(client, cast, settings):
    settings.RATE_LIMITS = {"search": (2, 60), "export": (2, 600)}

    answers = [client.get("/catalogue/suggest/?q=预算", REMOTE_ADDR=f"2001:db8::{number}") for number in range(1, 4)]
    other = client.get("/catalogue/suggest/?q=预算", REMOTE_ADDR="2001:db8:1::1")

    assert [each.status_code for each in (*answers, other)] == [200, 200, 429, 200]
