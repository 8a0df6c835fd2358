"""What was posted, its link and who was discussed × every way out: public pages, feeds, API, exports, search, mail and webhook.

A response to it is public, so that each way has something to show; the raw words are where the handling unit looks at them,
which the trail notes, and nowhere else.
"""

from dataclasses import dataclass

import pytest
from django.core.cache import cache as kept_pages
from django.test import Client
from django.urls import reverse

from disclosure.items.publication import publish_item
from disclosure.models import Item, OpinionEvent
from disclosure.public_opinion.reminders import watch_opinions
from ninghai.accounts.permission_table import CLERK, GET, HEAD, READERS, VISITORS, Visitor, cells, rows
from ninghai.cases.register import end_retention
from ninghai.models import AuditEntry, Case, Delivery, Message, Role
from ninghai.models.sealed import DESTROYED
from ninghai.notifications import email, webhook
from tests.cast import Cast
from tests.disclosure.leaks.answers import said
from tests.disclosure.leaks.things import Thing
from tests.disclosure.leaks.ways import WAYS
from tests.disclosure.makers import reviewed
from tests.disclosure.public_opinion import makers as opinions
from tests.run_totals import UNTOLD
from tests.security.permissions.asking import address_in, sign_in
from tests.security.permissions.records import Ground, Record, visitors
from tests.security.test_sealed_people import every_table
from tests.tasks.factories import signed_in
from tests.worlds import world

WORDS = {"post": opinions.QUOTE, "link": opinions.LINK, "discussed": "甄传闻", "source": opinions.RAW["source"]}
PIECES = ("甄传闻", "6180044517", "围墙昨天夜里")
STAFF_SEARCHES = ("/work/opinions/", "/work/items/", "/work/messages/", "/admin/disclosure/opinionevent/")
EXPORTS = [f"admin:{name}_{ending}" for name in ("disclosure_opinionevent", "disclosure_item", "ninghai_auditentry",
           "ninghai_dutyclock", "ninghai_delivery") for ending in ("csv", "xlsx")]  # fmt: skip


@dataclass
class Talked:
    """Events in every state, and the item that responds to one of them."""

    cast: Cast
    events: dict[str, OpinionEvent]
    item: Item
    ground: Ground


def make_talk(cast: Cast) -> Talked:
    events = {state: make(cast) for state, make in opinions.STATES.items()}
    at = opinions.later(hours=5)
    item = publish_item(
        item=reviewed(cast, opinions.drafted(cast, events["answered"], at=at), at=at), by=cast.office, at=at
    )
    opinions.regraded(cast, events["following"], at=opinions.later(hours=6))
    watch_opinions(at=opinions.later(days=4))
    records = {("opinion", state): Record({"pk": each.pk, "object_id": each.pk}) for state, each in events.items()}
    return Talked(cast, events, item, Ground(records, *visitors(cast)))


talk_of_the_county = world("talk_of_the_county", make_talk, on=("cast",))


@pytest.fixture
def talk(talk_of_the_county, settings) -> Talked:
    settings.CLOCK_DATE = settings.CLOCK_SINCE = "2018-11-24"
    settings.REQUESTS_PER_MINUTE = settings.AUDIT_ROWS_PER_HOUR = 0
    kept_pages.clear()
    return talk_of_the_county


def tells(text: str) -> list[str]:
    return [name for name, word in WORDS.items() if word in text]


@pytest.mark.parametrize("way", WAYS)
def test_no_public_way_tells_what_was_posted(talk, way):
    thing = Thing(index_number=talk.item.index_number, item=talk.item)

    assert tells("\n".join(said(answer) for answer in WAYS[way].opened(Client(), thing))) == []


def test_the_response_itself_is_public(talk):
    """The control: what must not be told could have been."""
    page = Client().get(talk.item.get_absolute_url()).text

    assert "围墙已经加固" in page
    assert talk.events["answered"].case.number not in page


@pytest.mark.parametrize("piece", PIECES)
def test_no_public_search_finds_it(talk, piece):
    addresses = ("/catalogue/", "/catalogue/suggest/", "/feeds/catalogue.xml", "/api/v1/items/")
    shown = "\n".join(said(Client().get(address, {"q": piece})).replace(piece, "") for address in addresses)

    assert talk.item.title not in shown
    assert tells(shown) == []


SPECIMENS = (None, Role.EDITOR)
EVERYBODY = [pytest.param(who, marks=() if who in SPECIMENS else pytest.mark.exhaustive) for who in VISITORS]


@pytest.mark.exhaustive
@pytest.mark.parametrize("visitor", EVERYBODY)
def test_no_address_tells_it_but_the_event_s_own(talk, visitor: Visitor, record_property):
    leaks, asked = [], 0
    told = [row for row in rows() if row.method == GET and row.subject in {"", "opinion"}]
    for is_own, people in ((True, talk.ground.own), (False, talk.ground.others)):
        client = Client()
        if visitor:
            sign_in(client, people[visitor])
        for cell in cells(told):
            is_left_out = "_filter_" in cell.address or "logout" in cell.address
            if cell.visitor != visitor or cell.is_own != is_own or is_left_out:
                continue
            text = said(client.get(address_in(talk.ground, cell, talk.ground.record(cell))))
            asked += 1
            if tells(text) and not (cell.row.subject == "opinion" and cell.is_allowed):
                leaks.append((cell.address, cell.state, is_own, tells(text)))

    record_property(UNTOLD, asked)
    assert asked > 100
    assert leaks == []


@pytest.mark.parametrize("address", EXPORTS)
def test_no_export_carries_it(talk, address):
    assert tells(said(signed_in(talk.cast.office).get(reverse(address)))) == []


@pytest.mark.parametrize("piece", PIECES)
def test_no_search_of_the_staff_finds_it(talk, piece):
    for address in STAFF_SEARCHES:
        for user in (talk.cast.clerk, talk.cast.office):
            text = said(signed_in(user).get(address, {"q": piece})).replace(piece, "")
            assert tells(text) == []
            if "opinion" in address:  # a list of them, which the words narrow to nothing
                assert talk.events["answered"].case.number not in text


@pytest.mark.parametrize("channel", [email, webhook], ids=["mail", "webhook"])
def test_no_message_that_leaves_tells_it(talk, channel):
    messages = list(Message.objects.select_related("recipient"))
    delivery = Delivery(recipient=messages[0].recipient, channel=Delivery.Channel.WEBHOOK)
    made = channel.digest if channel is email else channel.document
    sent = made(delivery=delivery, messages=messages)
    text = f"{sent.subject}\n{sent.body}" if channel is email else sent.decode()

    assert talk.events["answered"].case.number in text
    assert tells(text) == []
    assert opinions.SUBJECT not in text


def test_no_table_holds_it_and_no_row_of_the_trail(talk):
    client = signed_in(talk.cast.clerk)
    page = client.get(f"/work/opinions/{talk.events['answering'].pk}/").text

    assert set(tells(page)) == set(WORDS)  # the control: who handles it reads it
    assert AuditEntry.objects.filter(action=AuditEntry.Action.READ_PERSONAL_DATA, reason="办理政务舆情").exists()
    assert {name: tells(text) for name, text in every_table().items() if tells(text)} == {}


def test_who_only_checks_reads_nothing(talk):
    for role in set(Role) - CLERK - HEAD - READERS:
        client = Client()
        sign_in(client, talk.ground.own[role])
        for event in talk.events.values():
            assert tells(said(client.get(f"/work/opinions/{event.pk}/"))) == []


def test_when_retention_ends_nobody_reads_it_again(talk):
    event = talk.events["evaluated"]
    Case.objects.filter(pk=event.pk).update(retain_until="2018-11-01")

    assert end_retention(case=event.case, at=opinions.later(days=4))

    page = signed_in(talk.cast.office).get(f"/work/opinions/{event.pk}/").text
    assert tells(page) == []
    assert DESTROYED in page
