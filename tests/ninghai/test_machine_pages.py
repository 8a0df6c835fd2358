"""What browsers and finders of faults ask for by themselves: icons, manifest, search description, security.txt."""

from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from xml.etree import ElementTree

import pytest
from django.contrib.staticfiles.finders import find
from django.core.exceptions import ImproperlyConfigured
from django.test import Client
from PIL import Image

from ninghai.operations.environment import env_contact, env_day

OPENSEARCH = {"o": "http://a9.com/-/spec/opensearch/1.1/"}
FIELDS = ("Contact", "Expires")  # RFC 9116 requires both, once each


def fetched(client: Client, address: str) -> bytes:
    answer = client.get(address)
    assert answer.status_code == 200
    return b"".join(answer) if answer.streaming else answer.content


@pytest.mark.parametrize("address", ["/favicon.ico", "/apple-touch-icon.png"])
def test_icons_stand_where_browsers_look_without_being_told(client, address):
    assert Image.open(BytesIO(fetched(client, address))).width >= 48


@pytest.mark.django_db
def test_every_page_names_icons_manifest_and_search(client):
    head = fetched(client, "/").decode().partition("</head>")[0]

    for rel in ("icon", "apple-touch-icon", "manifest", "search"):
        assert f'rel="{rel}"' in head
    assert "manifest-src 'self'" in client.get("/")["Content-Security-Policy"]


def test_a_telephone_can_install_the_portal(client, settings):
    told = client.get("/manifest.webmanifest")
    facts = told.json()

    assert told["Content-Type"] == "application/manifest+json"
    assert (facts["name"], facts["start_url"], facts["display"]) == (settings.SITE_NAME, "/", "standalone")
    assert {icon["sizes"] for icon in facts["icons"]} >= {"192x192", "512x512"}
    for icon in facts["icons"]:
        picture = Image.open(str(find(icon["src"].removeprefix("/static/"))))
        assert (f"{picture.width}x{picture.height}", picture.format) == (icon["sizes"], "PNG")


@pytest.mark.django_db
def test_a_browser_searches_the_catalogue_by_the_description(client, settings):
    settings.SITE_NAME = "甲县“政务”公开 & <平台>，名称长得很的一个网站"
    described = ElementTree.fromstring(fetched(client, "/opensearch.xml"))  # noqa: S314  # our own
    places = {each.get("type"): each.get("template") for each in described.findall("o:Url", OPENSEARCH)}

    assert len(described.findtext("o:ShortName", "", OPENSEARCH)) <= 16
    assert places["text/html"] == "http://testserver/catalogue/?q={searchTerms}"
    assert "预算" in fetched(client, places["text/html"].format(searchTerms="预算")).decode()
    for template in places.values():
        fetched(client, template.format(searchTerms="x").removeprefix("http://testserver"))


def security_txt(client: Client) -> list[tuple[str, str]]:
    lines = fetched(client, "/.well-known/security.txt").decode().splitlines()
    return [(name, value) for name, _, value in (line.partition(": ") for line in lines)]


def test_security_txt_names_the_contact_of_the_settings_and_its_last_day(client, settings):
    settings.SECURITY_CONTACT, settings.SECURITY_CONTACT_UNTIL = "mailto:security@example.cn", date(2027, 6, 30)
    told = security_txt(client)

    assert [name for name, _ in told if name in FIELDS] == list(FIELDS)
    assert dict(told) | {"Contact": "mailto:security@example.cn", "Expires": "2027-06-30T15:59:59Z"} == dict(told)


def test_security_txt_holds_without_settings(client):
    told = dict(security_txt(client))
    left = datetime.fromisoformat(told["Expires"]) - datetime.now(UTC)

    assert timedelta(days=1) < left < timedelta(days=365)
    assert told["Contact"] == "http://testserver/corrections/new/"


@pytest.mark.parametrize(("read", "text"), [(env_contact, "security@example.cn"), (env_day, "30.6.2027")])
def test_a_contact_that_no_program_understands_stops_the_start(monkeypatch, read, text):
    monkeypatch.setenv("SECURITY_CONTACT", text)
    with pytest.raises(ImproperlyConfigured, match="SECURITY_CONTACT"):
        read("SECURITY_CONTACT")
