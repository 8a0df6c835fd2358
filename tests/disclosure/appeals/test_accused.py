"""A unit never learns that somebody has complained about it: no page of its people differs by a byte, and no count by one."""

import re

import pytest
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from disclosure.appeals import services
from disclosure.appeals.acts import ACTIONS
from disclosure.appeals.kind import APPEALS, remind_of_appeals
from disclosure.models import AppealUnit
from disclosure.requests.office.urging import urge_applications
from ninghai.calendar.workdays import WorkCalendar
from ninghai.cases.lookup import lookup_code
from ninghai.models import Message, Role
from tests.cast import person
from tests.disclosure.appeals import makers
from tests.disclosure.appeals.makers import NAME
from tests.disclosure.makers import AT

pytestmark = pytest.mark.django_db
LIST = "/work/requests/appeals/"
WAYS = {  # where the accused unit's people go
    "start": "/work/",
    "list": LIST,
    **{f"list: {state}": f"{LIST}?state={state}" for state in ("soon", "late", "done", "received", "all")},
    "list: searched by number": f"{LIST}?q=公开诉",
    "list: searched by serial": f"{LIST}?q=1",
    "list: searched by its own name": f"{LIST}?q=县财政局",
    "list: of complaints": f"{LIST}?way=openness",
    "list: of the office": f"{LIST}?unit=001&state=all",
    "requests": "/work/requests/",
    "requests: all": "/work/requests/?state=all&q=公开诉",
    "corrections": "/work/corrections/",
    "items": "/work/items/",
    "proposals": "/work/proposals/",
    "opinions": "/work/opinions/",
    "scores": "/work/scores/",
    "coverage": "/work/coverage/",
    "messages": "/work/messages/",
    "home": "/",
    "the door": "/interaction/",
    "the door, searched": "/interaction/?q=县财政局信息公开工作的投诉举报",
    "catalogue": "/catalogue/?q=县财政局信息公开工作的投诉举报",
    "suggestions": "/catalogue/suggest/?q=投诉举报",
    "feed": "/feeds/catalogue.xml",
    "records": "/api/v1/items/",
    "units of the interface": "/api/v1/units/",
    "guide of the unit": "/disclosure/guide/002/",
    "form for complaints": "/complaints/new/",
    "sitemap": "/sitemap-pages.xml",
}
STATES = ("handling", "with_head", "answered", "withdrawn", "void", "overdue")
CHANGES = re.compile(
    rb'name="(?:csrfmiddlewaretoken|form_id)" value="[^"]+"|nonce-[\w+/=-]+|id="id_form_id"[^>]*|<updated>[^<]+'
)


def accused_people(cast) -> dict[str, object]:
    """Everybody of the unit, in every role that it has."""
    return {"clerk": cast.clerk, "head": cast.head, "inspector": person("f-insp", "抽查", cast.finance, Role.INSPECTOR)}


def make(cast, state: str):
    if state == "overdue":
        return makers.complained(cast, at=AT.replace(month=10, day=8))
    case = makers.complained(cast)
    said = {"case": case, "by": cast.office, "at": AT}
    if state in {"with_head", "answered"}:
        makers.propose(cast, case)
    if state == "answered":
        makers.sign(cast, case)
    if state == "withdrawn":
        services.withdraw(reason="已经解决", version=case.version, **said)
    if state == "void":
        services.void(reason="不是投诉", version=case.version, **said)
    return case


def read(user) -> dict[str, tuple[int, bytes]]:
    client = Client()
    client.force_login(user)
    cache.clear()
    answers = {name: client.get(address) for name, address in WAYS.items()}
    return {
        name: (answer.status_code, CHANGES.sub(b"", b"".join(answer) if answer.streaming else answer.content))
        for name, answer in answers.items()
    }


@pytest.mark.parametrize("state", STATES)
def test_no_page_of_the_accused_unit_differs(cast, state, settings):
    makers.enterprise(cast.finance)  # by which a door opens for everybody
    people = accused_people(cast)
    before = {role: read(user) for role, user in people.items()}

    case = make(cast, state)

    for role, user in people.items():
        after = read(user)
        assert [name for name in WAYS if after[name] != before[role][name]] == [], role
        assert not [name for name, (_, page) in after.items() if case.number.encode() in page], role


@pytest.mark.parametrize("state", STATES)
def test_no_address_of_it_opens_for_the_accused_unit(cast, state):
    case = make(cast, state)
    paper = case.papers.last()
    mounts = ("disclosure:appeal-", "admin:disclosure_appealunit_case_")
    acts = [reverse(f"{mount}{each.name}", args=[case.pk]) for mount in mounts for each in ACTIONS]
    addresses = [
        reverse("disclosure:appeal", args=[case.pk]),
        reverse("admin:disclosure_appealunit_case", args=[case.pk]),
        reverse("admin:disclosure_appealunit_cases"),
        reverse("admin:disclosure_appealunit_case_letter", args=[case.pk, paper.pk if paper else 1]),
        f"{reverse('disclosure:appeal', args=[case.pk])}?applicant=show",
        reverse("disclosure:appeal-letter", args=[case.pk, paper.pk if paper else 1]),
        reverse("disclosure:request", args=[case.pk]),
        reverse("disclosure:proposal", args=[case.pk]),
    ]
    said = {"version": case.version, "reason": "已经解决", "text": "已经公开", "unit": cast.town.pk}

    for user in accused_people(cast).values():
        client = Client()
        client.force_login(user)
        opened = {address: client.get(address).status_code for address in addresses}
        sent = {address: client.post(address, said).status_code for address in acts}
        assert set(opened.values()) | set(sent.values()) <= {403, 404}, user
        for address in ("admin:disclosure_appealunit_changelist", "admin:disclosure_appealunit_xlsx"):
            assert client.get(reverse(address)).status_code in {302, 403, 404}
    assert case.events.count() == type(case).objects.get(pk=case.pk).events.count()


def test_nobody_of_the_accused_unit_is_told_whatever_happens(cast):
    """Not when it comes, is due, late, urged or answered: only where the office hands on words."""
    case = make(cast, "overdue")
    calendar = WorkCalendar.load()
    remind_of_appeals(on=AT.date(), at=AT, calendar=calendar)
    units = AppealUnit.objects.exclude(pk=cast.county_office.pk)
    urge_applications(units=units, words="请尽快答复。", by=cast.office, at=AT, of=APPEALS)
    makers.sign(cast, makers.propose(cast, case))

    assert not Message.objects.filter(recipient__in=accused_people(cast).values()).exists()
    assert not mail.outbox


def test_control_the_pages_do_differ_for_the_office(cast):
    before = read(cast.office)

    case = make(cast, "handling")

    after = read(cast.office)
    assert case.number.encode() in after["list"][1]
    assert before["list"] != after["list"]


def test_control_an_appeal_about_its_enterprise_shows_to_the_department(cast):
    before = read(cast.clerk)

    case = makers.appealed(cast)

    after = read(cast.clerk)
    assert {name for name in WAYS if before[name] != after[name]} >= {"start", "list", "messages"}
    assert case.number.encode() in after["list"][1]


def test_other_units_and_the_public_read_nothing_of_either(client, cast):
    appeal, complaint = makers.appealed(cast), makers.complained(cast)
    theirs = read(cast.other_clerk)

    for case in (appeal, complaint):
        assert not [name for name, (_, page) in theirs.items() if case.number.encode() in page]
        wrong = client.post(reverse("disclosure:lookup"), {"number": case.number, "code": "0000-0000"})
        assert case.subject not in wrong.content.decode()
        found = client.post(reverse("disclosure:lookup"), {"number": case.number, "code": lookup_code(case)})
        assert NAME not in found.content.decode()
        assert makers.GIVEN["content"] not in found.content.decode()


def test_the_office_reads_a_departments_appeal_and_not_who_appeals(client, cast):
    case = makers.answered(cast)
    client.force_login(cast.office)

    page = client.get(f"{reverse('disclosure:appeal', args=[case.pk])}?applicant=show").content.decode()
    letter = client.get(reverse("disclosure:appeal-letter", args=[case.pk, case.papers.get().pk]))

    assert makers.GIVEN["content"] in page
    assert NAME not in page
    assert letter.status_code == 403
