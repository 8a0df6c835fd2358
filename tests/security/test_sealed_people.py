"""Words under seal × every way out × every role: none shows, but to whoever looks for a purpose."""

import logging
from uuid import uuid4

import pytest
from django.db import connection
from django.urls import reverse

from disclosure.corrections import services
from ninghai.models import AuditEntry, Message, Role
from tests.cast import person
from tests.disclosure.makers import corrected, published
from tests.worlds import world

PHONE, NAME = "13987650001", "甄不露"
CONTACT = f"{NAME}{PHONE}"
PIECES = ("1398765", NAME[:2])  # what one would search for
CHECKING = (Role.AUDITOR, Role.SYSTEM, Role.SECURITY, Role.INSPECTOR)
PEOPLE = ("", "office", "signer", "clerk", "head", "other_clerk", *CHECKING)
SPECIMENS = ("", "office", "clerk", Role.AUDITOR)
EVERYBODY = [pytest.param(who, marks=() if who in SPECIMENS else pytest.mark.exhaustive) for who in PEOPLE]
WAYS = (
    "/corrections/?number={number}",
    "/corrections/new/?page=/",
    "/catalogue/?q={piece}",
    "/catalogue/suggest/?q={piece}",
    "/api/v1/items/?q={piece}",
    "/work/corrections/",
    "/work/corrections/{pk}/",
    "/work/",
    "/work/messages/",
    "/admin/disclosure/correction/",
    "/admin/disclosure/correction/?q={piece}",
    "/admin/disclosure/correction/{pk}/change/",
    "/admin/disclosure/correction/list.csv",
    "/admin/disclosure/correction/list.xlsx",
    "/admin/ninghai/auditentry/",
    "/admin/ninghai/auditentry/?q={piece}",
)


def make_report(cast):
    return corrected(published(cast), contact=CONTACT)


sealed_report = world("sealed_report", make_report, on=("cast",))


@pytest.fixture
def sent(sealed_report, settings):
    settings.CLOCK_DATE = settings.CLOCK_SINCE = "2018-11-20"
    return sealed_report


def shows(text: str) -> bool:
    return any(word in text for word in (PHONE, NAME, PHONE.encode().hex(), NAME.encode().hex()))


def signed_in(client, cast, who):
    if who:
        client.force_login(getattr(cast, who, None) or person(f"person_{who}", "某角色", cast.county_office, Role(who)))
    return client


def every_table() -> dict[str, str]:
    """What a backup holds of each table, as text: messages, deliveries, jobs, sessions and the trail among them."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        names = [name for (name,) in cursor.fetchall()]
        texts = {}
        for name in names:
            cursor.execute(f"SELECT string_agg(t::text, E'\\n') FROM \"{name}\" t")  # noqa: S608 - a table's name
            texts[name] = cursor.fetchone()[0] or ""
    return texts


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("who", EVERYBODY)
def test_no_way_shows_a_sealed_word_to_anybody(client, cast, sent, who, way):
    address = way.format(number=sent.receipt_number, pk=sent.pk, piece=PIECES[0])

    answer = signed_in(client, cast, who).get(address)

    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    assert answer.status_code < 500
    assert not shows(body.decode("utf-8", "replace"))


@pytest.mark.parametrize("who", PEOPLE)
def test_a_look_is_for_who_answers_and_the_office_alone(client, cast, sent, who):
    name = "admin:disclosure_correction_change" if who in {"office", "signer"} else "disclosure:correction"

    answer = signed_in(client, cast, who).get(reverse(name, args=[sent.pk]), {"contact": "show", "purpose": "电话核实"})

    assert shows(answer.content.decode()) == (who in {"office", "signer", "clerk", "head"})
    assert AuditEntry.objects.filter(action="read_personal").count() == shows(answer.content.decode())


def test_no_table_holds_a_sealed_word_even_when_it_was_looked_at(client, cast, sent):
    address = reverse("disclosure:correction", args=[sent.pk])
    assert shows(signed_in(client, cast, "clerk").get(address, {"contact": "show"}).text)

    tables = every_table()

    assert Message.objects.filter(kind=Message.Kind.CORRECTION).exists()
    assert len(tables) > 50
    assert [name for name, text in tables.items() if shows(text)] == []


def test_control_a_word_that_is_not_sealed_is_found_in_its_table(sent):
    assert "第二段的年份有误" in every_table()["disclosure_correction"]


def test_no_log_and_no_error_page_tells_it(client, cast, sent, caplog, monkeypatch):
    def fails(*_, **__):
        raise RuntimeError("disk is gone")

    caplog.set_level(logging.DEBUG)
    monkeypatch.setattr(services, "_notify_unit", fails)
    client.raise_request_exception = False
    fields = {"page": "/", "words": "页面上的日期有误。", "contact": CONTACT, "website": ""}

    answer = client.post(reverse("disclosure:correction-new"), fields | {"form_id": str(uuid4())})
    signed_in(client, cast, "clerk").get(reverse("disclosure:correction", args=[sent.pk]), {"contact": "show"})

    assert answer.status_code == 500
    assert not shows(answer.content.decode())
    assert "disk is gone" in caplog.text
    assert not shows(caplog.text)
