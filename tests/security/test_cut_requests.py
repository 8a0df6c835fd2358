"""A request that ends early is no request, whatever it writes: 400, and nothing is stored. Before the real web server."""

import socket
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from django.apps import apps
from django.conf import settings as django_settings
from django.db import connection
from django.test import Client
from django.test.client import BOUNDARY, encode_multipart
from django.urls import reverse
from django.utils.http import urlencode
from psycopg import sql

from disclosure.appeals.kind import load_limits
from fixtures.reference_data import load_workdays
from ninghai.cases.lookup import lookup_code
from ninghai.models import Role, User
from tests.browser import portal
from tests.cast import Cast, make_cast, person
from tests.disclosure.appeals import makers as appeals
from tests.disclosure.hotline import makers as calls
from tests.disclosure.makers import drafted
from tests.disclosure.requests import makers as requests
from tests.disclosure.requests.test_inquiries import keys
from tests.disclosure.service_guides import makers as guides
from tests.tasks.factories import assignment_of, issued_notice, period

pytestmark = pytest.mark.django_db(transaction=True)

CSRF = "a" * 32
PATIENCE = 6  # seconds that the server waits for a short request
LINES = "这一行写明已经公开的信息及其索引号，共四十字左右。\n" * 40
OF_SIGNING_IN = {"ninghai_signedin", "ninghai_tries", "ninghai_user"}
FORM, FILES = "application/x-www-form-urlencoded", f"multipart/form-data; boundary={BOUNDARY}"


@pytest.fixture(scope="module")
def site(django_db_setup) -> Iterator[tuple[str, int]]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("REQUEST_SECONDS", str(PATIENCE))
        with portal.served() as address:
            host, _, port = address.removeprefix("http://").partition(":")
            yield host, int(port)


@pytest.fixture(autouse=True)
def _today(settings) -> None:
    settings.CLOCK_DATE, settings.CLOCK_SINCE = portal.TODAY, portal.YESTERDAY


@dataclass(frozen=True)
class Way:
    """One way of writing: as whom, to which address, what, and which answer says that it was taken."""

    by: User | None
    address: str
    fields: dict[str, object]
    with_files: bool = False
    taken: int = 302

    @property
    def body(self) -> bytes:
        fields = {"csrfmiddlewaretoken": CSRF, **self.fields}
        return encode_multipart(BOUNDARY, fields) if self.with_files else urlencode(fields).encode()

    def head(self, *, length: int) -> bytes:
        cookies = f"csrftoken={CSRF}"
        if self.by:
            client = Client()
            client.force_login(self.by)
            cookies += f"; sessionid={client.cookies[django_settings.SESSION_COOKIE_NAME].value}"
        told = [f"POST {self.address} HTTP/1.1", "Host: 127.0.0.1", f"Cookie: {cookies}"]
        told += [f"Content-Type: {FILES if self.with_files else FORM}", f"Content-Length: {length}"]
        return "\r\n".join([*told, "Connection: close", "", ""]).encode()


def a_report(cast: Cast, *, act: str, taken: int) -> Way:
    issued_notice(cast)
    address = reverse(f"tasks:report-{act}", args=[assignment_of(cast).pk, period().pk])
    fields = {"text": LINES, "percent": "60", "version": "0", "supplement": "0"}
    return Way(cast.clerk, address, fields, with_files=act == "submit", taken=taken)


def an_edit(cast: Cast) -> Way:
    item = drafted(cast)
    fields = {"title": "改过的名称", "kind": "finance", "body": LINES, "source": "县财政局", "version": item.version}
    return Way(cast.clerk, reverse("disclosure:work-item-edit", args=[item.pk]), fields)


def an_upload(cast: Cast) -> Way:
    fields = {"title": "新的信息", "kind": "finance", "body": LINES, "source": "县财政局", "form_id": uuid.uuid4()}
    return Way(cast.clerk, reverse("disclosure:work-item-new"), fields, with_files=True)


def a_correction(cast: Cast) -> Way:
    fields = {"form_id": uuid.uuid4(), "page": "/", "words": LINES[:400], "contact": "", "website": ""}
    return Way(None, reverse("disclosure:correction-new"), fields)


def a_guide_that_is_wrong(cast: Cast) -> Way:
    """What a guide says is not what happens at the window (指南与实际不一致)."""
    service = guides.published(cast).service
    fields = {"form_id": uuid.uuid4(), "page": service.get_absolute_url(), "words": LINES[:400], "contact": ""}
    return Way(None, reverse("disclosure:correction-new"), {**fields, "website": ""})


def an_application(cast: Cast) -> Way:
    fields = {
        **requests.GIVEN,
        "content": LINES[:1500],
        "form_id": uuid.uuid4(),
        "unit": cast.finance.pk,
        "website": "",
    }
    return Way(None, reverse("disclosure:request-new"), fields, with_files=True)


def an_application_at_the_counter(cast: Cast) -> Way:
    load_workdays()
    typed = {"channel": "counter", "arrived_on": portal.TODAY, "subject": "2017年度三公经费决算"}
    fields = {**requests.GIVEN, **typed, "content": LINES[:1500], "form_id": uuid.uuid4()}
    return Way(cast.clerk, reverse("disclosure:request-enter"), fields, with_files=True)


def an_opinion_of_a_third_party(cast: Cast) -> Way:
    load_workdays()
    fields = {**keys(requests.asking(cast)), "step": "answer", "opinion": "refuses", "reason": LINES[:1500]}
    return Way(None, reverse("disclosure:inquiry"), fields, with_files=True, taken=200)


def a_call(cast: Cast) -> Way:
    fields = {"form_id": uuid.uuid4(), "matter": "complaint", "content": calls.CONTENT * 30, "website": ""}
    return Way(None, reverse("disclosure:hotline-ask"), {**fields, **calls.CALLER, "topic": calls.topic().pk})


def an_appeal(cast: Cast) -> Way:
    load_workdays()
    load_limits()
    fields = {**appeals.GIVEN, "content": LINES[:1500], "form_id": uuid.uuid4(), "website": ""}
    return Way(None, reverse("disclosure:appeal-new"), {**fields, "enterprise": appeals.enterprise(cast.finance).pk})


def a_rating_at_the_look_up(cast: Cast) -> Way:
    case = calls.unrated(cast).case
    fields = {"number": case.number, "code": lookup_code(case), "score": "satisfied", "words": LINES[:400]}
    return Way(None, reverse("disclosure:lookup"), {**fields, "step": "rate"}, taken=200)


def an_admin_form(cast: Cast) -> Way:
    security = person("security", "安全管理员", cast.county_office, Role.SECURITY)
    rows = {"TOTAL_FORMS": 0, "INITIAL_FORMS": 0, "MIN_NUM_FORMS": 0, "MAX_NUM_FORMS": 1000}
    formset = {f"memberships-{name}": number for name, number in rows.items()}
    return Way(
        security, reverse("admin:ninghai_user_add"), {"username": "new", "name": "新来的人", **formset}, taken=200
    )


def a_login(cast: Cast) -> Way:
    return Way(None, reverse("login"), {"username": cast.clerk.username, "password": "不对的口令" * 20}, taken=422)


WAYS: dict[str, Callable[[Cast], Way]] = {
    "report": lambda cast: a_report(cast, act="submit", taken=302),
    "autosave": lambda cast: a_report(cast, act="autosave", taken=200),
    "edit": an_edit,
    "upload": an_upload,
    "correction": a_correction,
    "wrong guide": a_guide_that_is_wrong,
    "application": an_application,
    "counter": an_application_at_the_counter,
    "opinion": an_opinion_of_a_third_party,
    "hotline": a_call,
    "appeal": an_appeal,
    "look-up": a_rating_at_the_look_up,
    "admin form": an_admin_form,
    "login": a_login,
}
CUTS = (1, 0.5, 0.95, -1)  # bytes, or a part of all, or so many from the end


@pytest.mark.parametrize("way", WAYS)
def test_what_is_cut_is_refused_and_stores_nothing(site, way):
    asked = WAYS[way](make_cast())
    before = stored()

    answers = {cut: send(site, asked, asked.body[: _length(asked.body, cut)]) for cut in CUTS}

    assert answers == dict.fromkeys(CUTS, 400)
    assert stored() == before
    assert send(site, asked, asked.body) == asked.taken
    assert stored() != before


def test_a_form_with_files_without_its_end_is_refused_though_its_length_agrees(site):
    asked = an_upload(make_cast())
    before, short = stored(), asked.body[: len(asked.body) // 2]

    assert send(site, asked, short, length=len(short)) == 400
    assert stored() == before


def test_a_body_of_no_said_length_is_refused(site):
    asked = a_correction(make_cast())
    before = stored()
    head = asked.head(length=0).replace(b"Content-Length: 0", b"Transfer-Encoding: chunked")
    for body in (b"%x\r\n%s\r\n0\r\n\r\n" % (len(asked.body), asked.body), b"%x\r\n%s" % (len(asked.body), b"a=b")):
        assert answer_to(site, head + body) == 400
    assert stored() == before


@pytest.mark.parametrize("cut", ["head", "body"])
def test_who_says_nothing_more_is_not_waited_for(site, cut):
    """More such lines than the server has threads: each ends, and meanwhile others are answered."""
    asked = a_correction(make_cast())
    head = asked.head(length=len(asked.body))
    started = head + asked.body[:10] if cut == "body" else head[: len(head) // 2]
    lines = [socket.create_connection(site, timeout=PATIENCE * 20) for _ in range(24)]
    for line in lines:
        line.sendall(started)
    ends = [line.recv(200) for line in lines]

    assert {end.split()[1] if end else b"" for end in ends} == {b"400" if cut == "body" else b""}
    assert send(site, asked, asked.body) == asked.taken
    for line in lines:
        line.close()


def send(site, asked: Way, body: bytes, *, length: int | None = None) -> int:
    """Send the whole request, or what is left of it, and nothing more; the answer's status."""
    return answer_to(site, asked.head(length=len(asked.body) if length is None else length) + body)


def answer_to(site, request: bytes) -> int:
    with socket.create_connection(site, timeout=60) as line:
        line.sendall(request)
        line.shutdown(socket.SHUT_WR)
        return int(line.makefile("rb").readline().split()[1])


def _length(body: bytes, cut: float) -> int:
    return int(len(body) * cut) if isinstance(cut, float) else len(body) + cut if cut < 0 else cut


def stored() -> dict[str, str]:
    """What all tables of the portal hold."""
    tables = [
        model._meta.db_table
        for label in ("ninghai", "tasks", "disclosure", "reports")
        for model in apps.get_app_config(label).get_models()
        if model._meta.managed and model._meta.db_table not in OF_SIGNING_IN
    ]
    with connection.cursor() as cursor:
        return {table: _digest(cursor, table) for table in tables}


def _digest(cursor, table: str) -> str:
    whole = sql.SQL("SELECT md5(coalesce(string_agg(t::text, chr(10) ORDER BY t::text), '')) FROM {} t")
    cursor.execute(whole.format(sql.Identifier(table)))
    return cursor.fetchone()[0]
