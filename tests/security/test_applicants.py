"""An applicant's data × every way out × every role, through the whole life of applications.

The ways are all addresses of the permission matrix that can be read, and searches besides; what leaves without an address
(messages by mail and webhook, exports, logs, error pages, every table as a backup holds it, every stored file) is asked for
one by one. Who wrote what, and what was asked for, shows to nobody but where the unit looks at it for a purpose.
"""

import io
import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import uuid4

import pypdfium2
import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from disclosure.annual_reports.services import open_report
from disclosure.models import InformationRequest, LetterMaking, RequestFile, RequestInquiry
from disclosure.requests.applying import services
from disclosure.requests.desk import answering, excess, registering, remedies
from disclosure.requests.inquiries.services import inquiry_code
from fixtures.reference_data import load_workdays
from ninghai.accounts.permission_table import CLERK, GET, HEAD, READERS, VISITORS, PermissionCell, Visitor, cells, rows
from ninghai.cases.lookup import lookup_code
from ninghai.cases.register import end_retention, void_case
from ninghai.jobs.claims import run_due
from ninghai.models import AuditEntry, Case, Delivery, Message, Role, StoredFile, User
from ninghai.models.sealed import DESTROYED
from ninghai.notifications import email, webhook
from tests.cast import Cast
from tests.disclosure.leaks.answers import body_of, said
from tests.disclosure.makers import AT, published
from tests.disclosure.requests import makers as applications
from tests.disclosure.requests.importing import test_register_workbook as register_sheet
from tests.run_totals import UNTOLD
from tests.security.permissions.asking import address_in, sign_in
from tests.security.permissions.disclosure import at_both
from tests.security.permissions.records import Ground, Record, visitors
from tests.security.test_sealed_people import every_table
from tests.worlds import world

PEOPLE = {
    "name": "甄不露",
    "identity_number": "330226198803079996",
    "phone": "13987650001",
    "address": "跃龙街道不露路77号",
    "email": "zhenbulu@example.com",
    "representative": "甄代表",
    "agent_name": "甄代理",
    "agent_identity": "330226197701016661",
    "purpose": "写不露论文之用",
}
THIRD = "不露商贸有限公司"
CONTENT = "不露水库清淤工程的验收台账"
SAID = "不露的申辩"  # what was said on the way: reasons, an objection, what a court has found
WORDS = (*PEOPLE.values(), THIRD, SAID)
PIECES = ("不露", "1398765", "zhenbulu", "清淤")
GIVEN = {**PEOPLE, "content": CONTENT, "agent_proof": None}

SEARCHES = (
    "/catalogue/?q={piece}",
    "/catalogue/suggest/?q={piece}",
    "/catalogue/export/?format=csv&q={piece}",
    "/catalogue/export/?format=json&q={piece}",
    "/feeds/catalogue.xml?q={piece}",
    "/api/v1/items/?q={piece}",
    "/progress/2018/?q={piece}",
    "/work/?q={piece}",
    "/work/items/?q={piece}",
    "/work/requests/?q={piece}",
    "/admin/disclosure/requestunit/cases/?q={piece}",
    "/work/corrections/?q={piece}",
    "/work/messages/?q={piece}",
    "/admin/disclosure/item/?q={piece}",
    "/admin/disclosure/correction/?q={piece}",
    "/admin/ninghai/auditentry/?q={piece}",
    "/admin/ninghai/auditentry/list.csv?q={piece}",
    "/admin/ninghai/dutyclock/?q={piece}",
    "/admin/ninghai/dutyclock/list.xlsx?q={piece}",
    "/admin/ninghai/delivery/?q={piece}",
)
LIFE = (
    *("applied", "asking", "asking_agency", "given_back", "explaining", "charged", "proposed", "signed", "posted"),
    *("delivered", "unconfirmed", "amending", "consulting"),
)
FILES = [
    f"{mount}{file}"
    for mount in ("disclosure:request-", "admin:disclosure_requestunit_case_")
    for file in ("letter", "proof")
]


@dataclass
class Applied:
    """Applications in every state, what else becomes of them (`further`), and the visitors who ask about them."""

    cast: Cast
    cases: dict[str, Case]
    further: dict[str, Record]
    ground: Ground


def make_applications(cast: Cast) -> Applied:
    load_workdays()
    given, third = dict(applications.GIVEN), {"to": THIRD, "disclosed": "贵公司的报价单"}
    applications.GIVEN.update(GIVEN)
    asks = applications.inquiries.ask_third_party
    applications.inquiries.ask_third_party = lambda **told: asks(**{**told, **third})
    try:
        cases = {name: getattr(applications, name)(cast) for name in LIFE}
        cases |= {"withdrawn": applications.applied(cast), "void": applications.applied(cast)}
        run_due("letter")
        further = _further(cast)
    finally:
        applications.GIVEN.clear()
        applications.GIVEN.update(given)
        applications.inquiries.ask_third_party = asks
    gone = cases["withdrawn"]
    answering.withdraw(case=gone, reason="申请人撤回", version=gone.version, by=cast.clerk, at=AT)
    void_case(case=cases["void"], reason="登记错误", by=cast.clerk, at=AT)
    report = open_report(year=2018, unit=cast.finance, by=cast.clerk, at=AT)
    records = {("request", case.status): _record(case) for case in cases.values()}
    records["annual-report", report.status] = Record({"pk": report.pk, "object_id": report.pk})
    receipts = {"disclosure:request-receipt": {"form_id": cases["applied"].form_id}}
    own, others = visitors(cast)
    told = {name: _record(case) for name, case in further.items()}
    return Applied(cast, cases | further, told, Ground({**records, ("", ""): Record({}, of=receipts)}, own, others))


def _further(cast: Cast) -> dict[str, Case]:
    """What becomes of applications besides the states that the permission matrix tells apart; the follower of one that moved is
    another unit's. Their letters wait for the worker."""

    def acted(service: Callable[..., Any], case: Case, *, by: User = cast.head, at: datetime = AT, **said: Any) -> Case:
        service(case=case, version=case.version, by=by, at=at, **said)
        return case

    made, day, march = applications, AT.date(), AT.replace(year=2021, month=3, day=4)
    first, moved, paid = made.applied(cast), made.given_back(cast), made.charged(cast, schedule="pages", amount=100)
    contested, published_as = made.delivered(cast), made.delivered(cast)
    to_first = {"number": first.number, "reason": "同一申请人"}
    wrong = {"way": "review", "authority": "宁海县人民政府", "begun_on": day, "number": "", "by": cast.clerk}
    found = {"outcome": "corrected", "decided_on": day, "number": "", "anew": False, "days": None, "gist": SAID}
    acted(remedies.begin_remedy, contested, **wrong)
    acted(excess.object_to_fee, paid, by=cast.clerk, at=march, objected_on=march.date(), words=SAID)
    InformationRequest.objects.filter(case=published_as).update(published_as=published(cast))
    cases = {
        "confirmed": made.confirmed(cast),
        "split": acted(registering.split, made.applied(cast), parts=["第一项", "第二项"]),
        "merged": acted(registering.merge, made.applied(cast), **to_first),
        "duplicate": acted(registering.mark_duplicate, made.applied(cast), **to_first),
        "moved": acted(registering.designate, moved, by=cast.office, unit=cast.town, reason="属于其职责"),
        "reopened": acted(registering.reopen, made.delivered(cast), decided_on=day, reason="答复有误"),
        "remedy": acted(remedies.decide_remedy, contested, by=cast.clerk, **found),
        "reasoned": acted(
            excess.take_reasons, made.explaining(cast), by=cast.clerk, at=march, given_on=march.date(), reasons=SAID
        ),
        "fee paid": acted(excess.take_fee, paid, by=cast.clerk, at=march, paid_on=march.date()),
        "published as": published_as,
    }
    children = [*cases["split"].children.all(), *moved.children.all()]
    return cases | {"part": children[0], "follower": children[-1]}


def _record(case: Case) -> Record:
    proof, paper = applications.proof_of(case), case.papers.filter(making__file__isnull=False).last()
    letter = {"number": paper.pk if paper else 0}
    of = at_both("disclosure:request-letter", "admin:disclosure_requestunit_case_letter", letter)
    return Record({"pk": case.pk, "number": proof.pk}, of=of)


applications_in_life = world("applications_in_life", make_applications, on=("cast",))


@pytest.fixture
def life(applications_in_life, settings, doors_uncounted, answers_without_contexts) -> Applied:
    settings.CLOCK_DATE = settings.CLOCK_SINCE = "2018-11-20"
    settings.REQUESTS_PER_MINUTE = settings.AUDIT_ROWS_PER_HOUR = 0
    return applications_in_life


def tells(text: str, *, words: tuple[str, ...] = WORDS) -> list[str]:
    return [word for word in words if word in text or word.encode().hex() in text]


# --- Every address, every role ---------------------------------------------------------------------------------------


def ways(visitor: Visitor, ground: Ground) -> Iterator[PermissionCell]:
    """What may be read at some address, of applications in each of their states: own ones, and those of another unit."""
    for cell in cells(tuple(row for row in rows() if row.method == GET)):
        is_there = not cell.row.subject or (cell.row.subject, cell.state) in ground.records
        if cell.visitor == visitor and is_there and "_filter_" not in cell.address and "logout" not in cell.address:
            yield cell


def looked_at(cell: PermissionCell) -> set[str]:
    """What the unit that answers reads there, and the trail keeps: files, the answer as its letter will read, whom it has asked,
    what it was told."""
    if not cell.is_own or cell.visitor not in CLERK | HEAD | READERS or cell.row.subject != "request":
        return set()
    if cell.address in FILES:
        return set(WORDS)
    return {THIRD, SAID} | ({PEOPLE["name"]} if cell.state == "with_head" else set())


SPECIMENS = (None, Role.EDITOR)
EVERYBODY = [pytest.param(who, marks=() if who in SPECIMENS else pytest.mark.exhaustive) for who in VISITORS]


@pytest.mark.parametrize("visitor", EVERYBODY)
def test_no_address_tells_anybody_who_applied(life, visitor, record_property):
    leaks, asked = [], 0
    for is_own, client in _clients(life, visitor):
        for cell, record in _places(life, visitor, is_own=is_own):
            with transaction.atomic():
                answer = client.get(address_in(life.ground, cell, record))
                asked += 1
                if found := set(_told_by(answer)) - looked_at(cell):
                    leaks.append(f"{cell.address} {cell.state} own={cell.is_own}: {found}")
                transaction.set_rollback(True)

    record_property(UNTOLD, asked)
    assert asked > 100
    assert leaks == []


def _places(life: Applied, visitor: Visitor, *, is_own: bool) -> Iterator[tuple[PermissionCell, Record]]:
    """Every address, and of applications each again for what else becomes of them."""
    told = list(ways(visitor, life.ground))
    yield from ((cell, life.ground.record(cell)) for cell in told if cell.is_own == is_own)
    for name, record in life.further.items():
        is_theirs = is_own == (name != "follower")
        for cell in told:
            if (cell.row.subject, cell.state, cell.is_own) == ("request", "handling", is_theirs):
                yield cell, record


@pytest.mark.parametrize("visitor", EVERYBODY)
def test_no_act_that_is_refused_tells_who_applied(life, visitor, record_property):
    """What is sent says the version that was seen, and nothing else."""
    leaks, asked = [], 0
    acts = tuple(row for row in rows() if row.method != GET and row.subject == "request")
    seen = {"version": Case.objects.get(pk=life.ground.records["request", "handling"].args["pk"]).version}
    for is_own, client in _clients(life, visitor):
        for cell in cells(acts):
            if (cell.visitor, cell.state, cell.is_own) != (visitor, "handling", is_own):
                continue
            with transaction.atomic():
                answer = client.post(address_in(life.ground, cell, life.ground.record(cell)), seen)
                asked += 1
                if found := set(_told_by(answer)) - looked_at(cell):
                    leaks.append(f"{cell.address} own={cell.is_own} {answer.status_code}: {found}")
                transaction.set_rollback(True)

    record_property(UNTOLD, asked)
    assert asked > 50
    assert leaks == []


@pytest.mark.parametrize("visitor", VISITORS)
def test_who_applied_is_told_for_a_purpose_to_the_unit_and_the_office_alone(life, visitor):
    address = reverse("disclosure:request", args=[life.cases["applied"].pk])
    for is_own, client in _clients(life, visitor):
        told = tells(client.get(address, {"applicant": "show", "purpose": "核实"}).content.decode())
        assert (PEOPLE["name"] in told) == (visitor in READERS or (is_own and visitor in CLERK | HEAD)), is_own


@pytest.mark.parametrize("visitor", EVERYBODY)
def test_no_search_finds_anybody_who_applied_nor_what_for(life, visitor, record_property):
    leaks, asked = [], 0
    for _, client in _clients(life, visitor):
        for way in SEARCHES:
            for piece in PIECES:
                text = said(client.get(way.format(piece=piece))).replace(piece, "")
                asked += 1
                leaks += [
                    f"{way}: {found}" for found in tells(text, words=(*WORDS, CONTENT, CONTENT.replace(piece, "")))
                ]

    record_property(UNTOLD, asked)
    assert leaks == []


def _clients(life: Applied, visitor: Visitor) -> Iterator[tuple[bool, Client]]:
    """One of the unit that was asked, one of another."""
    for is_own, people in ((True, life.ground.own), (False, life.ground.others)):
        client = Client()
        if visitor:
            sign_in(client, people[visitor])
        yield is_own, client


def _told_by(answer) -> list[str]:
    if answer.headers.get("Content-Type") == "application/pdf":
        return tells(words_of_pdf(body_of(answer)))
    return tells(said(answer)) if answer.status_code < 500 else [f"status {answer.status_code}"]


def words_of_pdf(data: bytes) -> str:
    document = pypdfium2.PdfDocument(io.BytesIO(data))
    return "".join(page.get_textpage().get_text_range() for page in document)


@pytest.mark.parametrize("role", [role for role in Role if role not in CLERK | HEAD | READERS])
def test_what_was_asked_for_is_masked_for_whoever_only_checks(life, role):
    client = Client()
    sign_in(client, life.ground.own[role])

    for case in life.cases.values():
        answer = client.get(reverse("disclosure:request", args=[case.pk]))
        assert CONTENT not in answer.content.decode()


# --- The look-up, the receipt, the paper that is verified ------------------------------------------------------------


def test_the_look_up_and_verification_name_nobody(life, client, settings):
    settings.LOOKUPS_PER_MINUTE = 0
    for case in life.cases.values():
        found = client.post(reverse("disclosure:lookup"), {"number": case.number, "code": lookup_code(case)})
        assert found.status_code in {200, 422, 429}
        assert tells(found.content.decode()) == []
        for paper in case.papers.all():
            answer = client.get(f"/verify/{paper.verify_code}/")
            assert tells(answer.content.decode(), words=(*WORDS, CONTENT)) == []


def test_the_page_of_the_third_party_does_not_say_who_asks(life, client):
    inquiry = RequestInquiry.objects.get(request__case=life.cases["asking"])
    known = {"number": inquiry.paper.number, "code": inquiry_code(inquiry.request.case, inquiry.number)}

    page = client.post(reverse("disclosure:inquiry"), known).content.decode()

    assert "贵公司的报价单" in page
    assert tells(page, words=(*PEOPLE.values(), CONTENT, life.cases["asking"].number)) == []


def test_the_new_code_is_given_without_a_name(life, client):
    case = life.cases["applied"]
    sign_in(client, life.ground.own[Role.EDITOR])

    page = client.post(
        reverse("disclosure:request-new-code", args=[case.pk]), {"version": case.version, "checked": "in_person"}
    ).content.decode()

    assert (case.number in page, tells(page, words=(*WORDS, CONTENT))) == (True, [])


def test_the_item_into_which_it_was_made_names_nobody(life, client):
    item = InformationRequest.objects.get(case=life.cases["published as"]).published_as
    public = client.get(item.get_absolute_url()).content.decode()
    sign_in(client, life.ground.own[Role.EDITOR])

    work = client.get(reverse("disclosure:work-item-detail", args=[item.pk])).content.decode()

    assert life.cases["published as"].number in work
    assert tells(public + work, words=(*WORDS, CONTENT)) == []


def test_a_register_is_looked_at_and_imported_without_a_name(life, client, settings):
    settings.CLOCK_DATE = settings.CLOCK_SINCE = "2020-06-01"
    sign_in(client, life.ground.own[Role.EDITOR])
    people = {name: PEOPLE[name] for name in ("name", "identity_number", "phone")}
    told = register_sheet.row(number="县财政局公开申〔2017〕1号", received="2017-06-05", text=CONTENT, **people)

    refused = register_sheet.sent(client, told | {"note": "", "channel": "电报"}).content.decode()
    shown = register_sheet.sent(client, told)
    done = register_sheet.confirmed(client, shown).content.decode()

    for page, words in ((refused, "不能识别"), (shown.content.decode(), "检查通过"), (done, "已导入")):
        assert (words in page, tells(page)) == (True, [])
    held = {name: tells(text, words=(*WORDS, CONTENT)) for name, text in every_table().items()}
    assert {name: found for name, found in held.items() if found} == {}


# --- What leaves without an address ----------------------------------------------------------------------------------


def test_no_table_and_no_stored_file_holds_a_word_after_the_whole_life(life):
    for making in LetterMaking.objects.all():
        answering_client = Client()
        sign_in(answering_client, life.ground.own[Role.EDITOR])
        answering_client.get(f"/work/requests/{making.paper.case_id}/?applicant=show")

    held = {name: tells(text, words=(*WORDS, CONTENT)) for name, text in every_table().items()}

    assert len(held) > 50
    assert {name: found for name, found in held.items() if found} == {}
    assert RequestFile.objects.exists()
    for stored in StoredFile.objects.all():
        with stored.file.open("rb") as file:
            content = file.read()
        assert not any(word.encode() in content for word in (*WORDS, CONTENT, "证件"))


def test_messages_by_mail_and_webhook_name_nobody(life):
    messages = list(Message.objects.select_related("recipient").all())
    assert messages
    delivery = Delivery(recipient=messages[0].recipient, channel=Delivery.Channel.WEBHOOK)

    mail = email.digest(delivery=delivery, messages=messages)
    posted = webhook.document(delivery=delivery, messages=messages).decode()

    assert life.cases["applied"].number in mail.body
    assert tells(f"{mail.subject}\n{mail.body}\n{posted}", words=(*WORDS, CONTENT)) == []


def test_the_trail_says_that_somebody_looked_and_not_at_what(life, client):
    sign_in(client, life.ground.own[Role.EDITOR])
    shown = client.get(reverse("disclosure:request", args=[life.cases["applied"].pk]), {"applicant": "show"})

    assert PEOPLE["name"] in shown.content.decode()  # the control: a look for a purpose does show it
    assert AuditEntry.objects.filter(action=AuditEntry.Action.READ_PERSONAL_DATA).exists()
    assert tells(every_table()["ninghai_auditentry"], words=(*WORDS, CONTENT)) == []


def test_no_log_and_no_error_page_tells_who_applied(life, client, caplog, monkeypatch):
    def fails(*_, **__):
        raise RuntimeError("disk is gone")

    caplog.set_level(logging.DEBUG)
    monkeypatch.setattr(services, "notify_unit", fails)
    client.raise_request_exception = False
    typed = {**GIVEN, "agent_name": "", "agent_identity": "", "agent_proof": "", "website": ""}
    typed |= {"category": "person", "identity_kind": "id_card", "form": "paper", "way": "post"}

    answer = client.post(
        reverse("disclosure:request-new"), typed | {"form_id": str(uuid4()), "unit": life.cast.finance.pk}
    )

    assert answer.status_code == 500
    assert tells(answer.content.decode(), words=(*WORDS, CONTENT)) == []
    assert "disk is gone" in caplog.text
    assert tells(caplog.text, words=(*WORDS, CONTENT)) == []


def test_the_controls_can_fail(life):
    """A letter as its unit opens it does name the applicant; so would a table that is not sealed."""
    client = Client()
    sign_in(client, life.ground.own[Role.EDITOR])
    making = LetterMaking.objects.filter(paper__case=life.cases["signed"]).get()

    letter = client.get(reverse("disclosure:request-letter", args=[making.paper.case_id, making.paper_id]))

    assert tells(words_of_pdf(body_of(letter)).replace("\r\n", ""), words=(PEOPLE["name"],))
    assert "申请人撤回" in every_table()["ninghai_caseevent"]


def test_whom_the_unit_has_asked_is_read_by_that_unit_alone_and_noted(life):
    address = reverse("disclosure:request", args=[life.cases["asking"].pk])
    shown = {}
    for name, people in (("own", life.ground.own), ("other", life.ground.others)):
        for role in (Role.EDITOR, Role.OFFICE, Role.AUDITOR):
            client, before = Client(), _looks()
            sign_in(client, people[role])
            shown[name, role] = THIRD in client.get(address).content.decode()
            assert not shown[name, role] or _looks() > before

    assert shown["own", Role.EDITOR]
    assert not any(shown["other", role] for role in (Role.EDITOR, Role.OFFICE, Role.AUDITOR))
    assert not shown["own", Role.AUDITOR]


def _looks() -> int:
    return AuditEntry.objects.filter(action=AuditEntry.Action.READ_PERSONAL_DATA).count()


def test_when_retention_ends_nobody_reads_it_again(life):
    case = life.cases["delivered"]
    Case.objects.filter(pk=case.pk).update(retain_until=date(2018, 11, 1))
    client = Client()
    sign_in(client, life.ground.own[Role.EDITOR])

    assert end_retention(case=case, at=AT)

    page = client.get(reverse("disclosure:request", args=[case.pk]), {"applicant": "show"}).content.decode()
    assert tells(page, words=(*WORDS, CONTENT)) == []
    assert DESTROYED in page
