"""Applications, proposals and appeals in the web admin: the office reads and acts on the page that the unit sees, and never leaves its own frame."""

import re

import pytest
from django.urls import reverse

from ninghai.jobs.claims import run_due
from ninghai.models import AuditEntry, Case, Message, Role
from ninghai.notifications.notify import notify
from ninghai.staff_site.inbox import Inbox
from tests.cast import Cast, person
from tests.disclosure.appeals import makers as appeals
from tests.disclosure.proposals import makers as proposals
from tests.disclosure.requests import makers as requests
from tests.tasks.factories import signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("work_calendar")]

ROOMS = {  # the unit's page, what the register is called, a case, the office's place
    "requestunit": ("disclosure:request", "依申请公开", requests.applied, "各单位依申请公开"),
    "proposalunit": ("disclosure:proposal", "建议提案办理", proposals.handed_over, "各单位建议提案"),
    "appealunit": ("disclosure:appeal", "申诉投诉", appeals.appealed, "各单位申诉投诉"),
}
WORK = re.compile(r'(?:href|action)="(/work/(?!messages/)[^"]*)"')


@pytest.fixture(params=ROOMS)
def room(request):
    return request.param


def make(room: str, cast: Cast, **changes) -> Case:
    return ROOMS[room][2](cast, **changes)


def address(room: str, name: str, *args: object) -> str:
    return reverse(f"admin:disclosure_{room}_{name}", args=args)


def place_in_rail(page) -> str:
    return next(link.label for group in page.context["rail"].groups for link in group.links if link.is_current)


@pytest.mark.parametrize("name", ["office", "signer"])
def test_the_office_reads_it_in_its_own_frame(cast, room, name):
    case = make(room, cast)
    client = signed_in(getattr(cast, name))
    title = ROOMS[room][3]

    register, page = client.get(address(room, "cases")), client.get(address(room, "case", case.pk))

    assert address(room, "case", case.pk) in register.text
    for shown in (register, page):
        assert (shown.status_code, place_in_rail(shown), WORK.findall(shown.text)) == (200, title, [])
    assert register.context["trail"][1:] == [(title, address(room, "changelist"))]
    assert page.context["trail"][1:] == [(ROOMS[room][1], address(room, "cases"))]
    assert case.subject in page.text


def test_it_is_the_page_that_the_unit_sees(cast, room):
    """With the same facts and events, and with those acts that are the office's."""
    case = make(room, cast)

    unit = signed_in(cast.clerk).get(reverse(ROOMS[room][0], args=[case.pk]))
    office = signed_in(cast.office).get(address(room, "case", case.pk))

    for name in ("state", "tone", "facts"):
        assert unit.context[name] == office.context[name]
    assert [label for _, label in unit.context["events"]] == [label for _, label in office.context["events"]]
    assert all(offer.url.startswith("/admin/") for offer in office.context["offers"].values())
    assert all(offer.url.startswith("/work/") for offer in unit.context["offers"].values())


def test_no_unit_comes_into_the_admin_by_it(cast, room):
    case = make(room, cast)
    clerk_of_the_office = person("clerk-of-the-office", "经办", cast.county_office, Role.EDITOR)

    for who in (cast.clerk, cast.head, clerk_of_the_office):
        client = signed_in(who)
        asked = [address(room, "cases"), address(room, "case", case.pk)]
        assert {client.get(each).status_code for each in asked} == {403}


ACTS = {  # one that the office does with another unit's case, and what it sends
    "requestunit": ("designate", {"reason": "属于深甽镇"}),
    "proposalunit": ("extend", {"months": 1, "reason": "提出人同意"}),
    "appealunit": ("move", {"reason": "属于深甽镇"}),
}


def test_an_act_is_done_in_the_admin_and_ends_there(cast, room):
    case = make(room, cast)
    act, said = ACTS[room]
    client = signed_in(cast.office)

    sent = {"version": case.version, "unit": cast.town.pk, **said}
    answer = client.post(address(room, f"case_{act}", case.pk), sent)

    assert answer.status_code == 302
    assert answer.url.partition("?")[0].partition("#")[0].startswith(address(room, "cases"))
    assert client.get(answer.url).status_code == 200
    case.refresh_from_db()
    assert case.version > sent["version"]


def test_what_is_refused_comes_back_in_the_admin_with_what_was_typed(cast, room):
    case = make(room, cast)
    act, said = ACTS[room]
    client = signed_in(cast.office)

    refused = client.post(
        address(room, f"case_{act}", case.pk), {"version": case.version, **said, "unit": "", "months": "x"}
    )
    late = client.post(address(room, f"case_{act}", case.pk), {**said, "unit": cast.town.pk, "version": 99})

    assert (refused.status_code, place_in_rail(refused), WORK.findall(refused.text)) == (422, ROOMS[room][3], [])
    assert said["reason"] in refused.text
    assert (late.status_code, said["reason"] in late.text) == (409, True)


NEW = {"requestunit": "case_enter", "proposalunit": "case_new", "appealunit": "case_enter"}


def test_the_office_enters_one_in_the_admin(cast, room):
    client = signed_in(cast.office)
    page = client.get(address(room, NEW[room]))
    told = {"channel": "counter", "arrived_on": f"{requests.AT.date()}"}
    form = page if room != "requestunit" else client.get(address(room, NEW[room]), told)
    given = {
        "requestunit": {**requests.GIVEN, **told, "subject": "2017年度三公经费决算"},
        "proposalunit": {**proposals.GIVEN, "lead": cast.finance.pk, "handed_on": f"{requests.AT.date()}"},
        "appealunit": {
            **appeals.GIVEN,
            "accused": cast.town.pk,
            "channel": "counter",
            "received_on": f"{requests.AT.date()}",
        },
    }[room]

    answer = client.post(address(room, NEW[room]), {**given, "form_id": form.context["form"]["form_id"].value()})

    case = Case.objects.latest("pk")
    assert (page.status_code, place_in_rail(page), WORK.findall(form.text)) == (200, ROOMS[room][3], [])
    assert answer.url.partition("#")[0] == address(room, "case", case.pk)


def test_r21_what_is_repeated_is_told_of_in_the_admin_before_it_is_registered(cast):
    former = requests.applied(cast, unit=cast.county_office)
    client, new = signed_in(cast.office), address("requestunit", "case_enter")
    told = {**requests.GIVEN, "channel": "counter", "arrived_on": f"{requests.AT.date()}", "subject": "三公经费决算"}
    form_id = client.get(new, told).context["form"]["form_id"].value()

    asked = client.post(new, {**told, "form_id": form_id})

    assert (asked.status_code, Case.objects.count(), place_in_rail(asked)) == (200, 1, "各单位依申请公开")
    assert ("还没有登记" in asked.text, WORK.findall(asked.text)) == (True, [])
    assert f'href="{address("requestunit", "case", former.pk)}"' in asked.text
    again = asked.context["form"]["form_id"].value()
    answer = client.post(new, {**told, "form_id": again, "repeats": "seen"})
    case = Case.objects.latest("pk")
    assert (case.unit, Case.objects.count()) == (cast.county_office, 2)
    assert answer.url.partition("#")[0] == address("requestunit", "case", case.pk)


@pytest.mark.parametrize("who", ["office", "signer"])
def test_who_applies_is_read_in_the_admin_once_a_purpose_is_typed(cast, who):
    case = requests.applied(cast)
    client, page = signed_in(getattr(cast, who)), address("requestunit", "case", case.pk)

    asking = client.get(page, {"applicant": "show"}).text
    form = re.search(r'<form method="get" action="([^"]*)">\s*<input type="hidden" name="applicant"', asking)[1]
    shown = client.get(form, {"applicant": "show", "purpose": "核实重复投诉"})

    assert form.partition("?")[0] == page
    assert (requests.GIVEN["name"] in asking, requests.GIVEN["name"] in shown.text) == (False, True)
    assert (place_in_rail(shown), WORK.findall(shown.text)) == ("各单位依申请公开", [])
    looks = AuditEntry.objects.filter(action="read_personal", detail__fields=["applicant"])
    assert [(look.actor, look.reason) for look in looks] == [(getattr(cast, who), "核实重复投诉")]


def own_papers(cast: Cast) -> list[tuple[str, Case]]:
    """A case with a signed letter that the office may open: the county's own, or anybody's proposal."""
    complaint = appeals.sign(cast, appeals.propose(cast, appeals.complained(cast, about=cast.town)))
    return [("proposalunit", proposals.replied(cast)), ("appealunit", complaint)]


def test_letters_open_below_the_address_of_the_admin(cast):
    client = signed_in(cast.office)
    for room, case in own_papers(cast):
        run_due("letter")
        letter = address(room, "case_letter", case.pk, case.papers.last().pk)

        page = client.get(address(room, "case", case.pk))

        assert f'href="{letter}"' in page.text
        assert client.get(letter).headers["Content-Type"] == "application/pdf"


def test_the_papers_of_another_unit_stay_with_it(cast):
    case = requests.signed(cast)
    run_due("letter")
    client = signed_in(cast.office)
    proof = requests.proof_of(case)

    assert client.get(address("requestunit", "case_letter", case.pk, case.papers.last().pk)).status_code == 403
    assert client.get(address("requestunit", "case_proof", case.pk, proof.pk)).status_code == 403
    page = client.get(address("requestunit", "case", case.pk), {"applicant": "show"})
    assert requests.GIVEN["name"] not in page.text


def test_the_inbox_leads_the_office_to_the_admin_and_a_unit_to_its_own_pages(cast):
    requests.applied(cast)
    requests.applied(cast, unit=cast.county_office)
    proposals.entered(cast)
    proposals.handed_over(cast, number=13)
    appeals.appealed(cast)
    appeals.complained(cast, about=cast.town)

    def leads_to(who) -> set[str]:
        return {re.sub(r"\d+/$", "", row.url) for row in Inbox(who, on=requests.AT.date()).rows}

    assert leads_to(cast.office) == {address(room, "cases") for room in ROOMS}
    assert leads_to(cast.clerk) >= {"/work/requests/", "/work/proposals/", "/work/requests/appeals/"}


def test_a_message_leads_the_office_to_the_admin_and_a_unit_to_its_own_page(cast, room):
    case, name = make(room, cast), ROOMS[room][0]
    here = [reverse(name, args=[case.pk]), reverse(f"{name}-list"), "/work/messages/?page=2", "/nowhere/"]
    there = [address(room, "case", case.pk), address(room, "cases"), *here[2:]]
    told = {"kind": Message.Kind.ITEM, "subject": "收到", "at": requests.AT}

    for who, goals in ((cast.office, there), (cast.clerk, here)):
        for url, goal in zip(here, goals, strict=True):
            notify(who.memberships.all(), event=url, url=f"{url}#letters", **told)
            message = Message.objects.get(recipient=who, event=url)
            answer = signed_in(who).post(reverse("message-go", args=[message.pk]))
            assert answer.url == f"{goal}#letters"


def test_numbers_of_units_lead_to_the_register_in_the_admin(cast, room):
    case = make(room, cast)
    client = signed_in(cast.office)
    units = client.get(address(room, "changelist")).text

    found = client.get(f"{address(room, 'cases')}?unit={cast.finance.code}")

    assert f'href="{address(room, "cases")}?unit={cast.finance.code}">1</a>' in units
    assert f'href="{address(room, "cases")}"' in units
    assert [each["case"] for _, rows in found.context["groups"] for each in rows] == [case]
    page = client.get(next(each["url"] for _, rows in found.context["groups"] for each in rows))
    assert page.context["trail"][-1][1] == f"{address(room, 'cases')}?unit={cast.finance.code}"
    unit = client.get(address(room, "change", cast.finance.pk)).text
    assert WORK.findall(units + unit) == []


def test_the_register_costs_the_same_with_more_rows(cast, room, django_assert_max_num_queries):
    client = signed_in(cast.office)
    make(room, cast)
    client.get(address(room, "cases"))
    with django_assert_max_num_queries(60) as few:
        client.get(address(room, "cases"))
    for number in (21, 22):
        make(room, cast, **({"number": number} if room == "proposalunit" else {}))

    with django_assert_max_num_queries(len(few)):
        client.get(address(room, "cases"))


def test_the_register_of_before_is_taken_over_in_the_admin(cast):
    client = signed_in(cast.office)
    page = client.get(address("requestunit", "case_import"))

    template = client.get(address("requestunit", "case_import-template"))
    expired = client.post(address("requestunit", "case_import-confirm"), {"rows": "x"})

    assert (page.status_code, place_in_rail(page), WORK.findall(page.text)) == (200, "各单位依申请公开", [])
    assert template.status_code == 200
    assert expired.url == address("requestunit", "case_import")


def test_item_and_case_lead_to_each_other_in_the_same_frame(cast):
    case = proposals.replied(cast)
    item = proposals.made_public(cast, case)
    office, clerk = signed_in(cast.office), signed_in(cast.clerk)
    case_there, item_there = address("proposalunit", "case", case.pk), f"/admin/disclosure/item/{item.pk}/change/"
    case_here, item_here = f"/work/proposals/{case.pk}/", f"/work/items/{item.pk}/"

    for client, item_page, case_page in ((office, item_there, case_there), (clerk, item_here, case_here)):
        assert f'href="{case_page}"' in client.get(item_page).text
        assert f'href="{item_page}"' in client.get(case_page).text
