"""A report about a unit × every way by which that unit could learn of it: none shows it, none counts it.

The unit's clerk and head look, and so does a person of the county office who has a place in that unit, too. It is led by another
unit, in every state; the words by which it would be known stand in its line, its number, its text, its reasons.
"""

from dataclasses import dataclass, replace

import pytest
from django.test import Client
from django.urls import reverse

from disclosure.hotline import intake, services
from disclosure.hotline.similar import earlier_calls, similar_calls
from disclosure.hotline.waiting import OfHotline, remind_of_calls
from disclosure.models import HotlineCase
from ninghai.accounts.permission_table import GET, cells, rows
from ninghai.calendar.workdays import WorkCalendar
from ninghai.models import Membership, Message, Role, Unit, User
from ninghai.staff_site.inbox import kinds_of
from tests.cast import Cast, person
from tests.disclosure.hotline import makers as calls
from tests.disclosure.leaks.answers import said
from tests.run_totals import UNTOLD
from tests.security.permissions.asking import address_in, sign_in
from tests.security.permissions.records import Ground, Record, visitors
from tests.tasks.factories import signed_in
from tests.worlds import world

SUBJECT, WORDS = "虚报冒领补贴", "该单位去年虚报冒领补贴三万元"
AT = calls.later(days=12)


@dataclass
class Accused:
    """Reports about the finance bureau in every state, led by the town; and who looks."""

    cast: Cast
    reports: dict[str, HotlineCase]
    ground: Ground
    both: User


def swapped(cast: Cast) -> Cast:
    """The town leads where the makers have the bureau lead."""
    return replace(cast, finance=cast.town, clerk=cast.other_clerk, head=cast.other_head, town=cast.finance)


def make_accused(cast: Cast) -> Accused:
    of_town = swapped(cast)
    told = {"matter": "report", "subject": SUBJECT, "content": WORDS, "about": [cast.finance]}
    reports = {state: make(of_town, **told) for state, make in calls.STATES.items()}
    HotlineCase.objects.filter(pk=reports["closed"].pk).update(is_disputed=True)
    both = person("both", "两处任职", cast.county_office, Role.OFFICE)
    Membership.objects.create(user=both, unit=cast.finance, role=Role.REVIEWER)
    remind_of_calls(on=AT.date(), at=AT, calendar=WorkCalendar.load())
    own, others = visitors(cast)
    people = {Role.EDITOR: cast.clerk, Role.REVIEWER: cast.head, Role.OFFICE: both}
    records = {("hotline", state): Record({"pk": each.pk, "object_id": each.pk}) for state, each in reports.items()}
    return Accused(cast, reports, Ground(records, {**own, **people}, others), both)


accused_county = world("accused_county", make_accused, on=("cast",))


@pytest.fixture
def accused(accused_county, settings) -> Accused:
    settings.CLOCK_DATE = settings.CLOCK_SINCE = "2018-11-24"
    settings.REQUESTS_PER_MINUTE = settings.AUDIT_ROWS_PER_HOUR = 0
    return accused_county


def tells(accused: Accused, text: str) -> list[str]:
    known = [SUBJECT, WORDS, *(each.case.number for each in accused.reports.values())]
    return [word for word in known if word in text]


CLOCKS = "admin:ninghai_dutyclock"  # the office's list of all limits names registers' numbers, and nothing of what they are about
PEOPLE = (Role.EDITOR, Role.REVIEWER, Role.OFFICE)


@pytest.mark.parametrize("role", PEOPLE)
def test_no_address_tells_it(accused, role, record_property):
    """Every page, list, count, export, feed and file that there is, by the permission matrix."""
    client, leaks, asked = Client(), [], 0
    sign_in(client, accused.ground.own[role])
    told = [row for row in rows() if row.method == GET and row.subject in {"", "hotline"}]
    for cell in cells(told):
        is_left_out = "_filter_" in cell.address or "logout" in cell.address
        if cell.visitor != role or not cell.is_own or is_left_out:
            continue
        answer = client.get(address_in(accused.ground, cell, accused.ground.record(cell)))
        asked += 1
        if cell.row.subject == "hotline" and answer.status_code not in {403, 404}:
            leaks.append((cell.address, cell.state, answer.status_code))
        found = tells(accused, said(answer))
        found = [word for word in found if word in (SUBJECT, WORDS) or not cell.address.startswith(CLOCKS)]
        if found:
            leaks.append((cell.address, cell.state, found))

    record_property(UNTOLD, asked)
    assert asked > 60
    assert leaks == []


@pytest.mark.parametrize("role", PEOPLE)
def test_nobody_of_it_can_act_on_it(accused, role):
    client = Client()
    sign_in(client, accused.ground.own[role])
    for state, report in accused.reports.items():
        for act in ("sign", "answer", "hand-on", "part", "correct", "void", "pass"):
            sent = client.post(f"/work/hotline/{report.pk}/{act}/", {"version": report.case.version})
            assert sent.status_code in {403, 404}, (state, act)


def test_counts_are_what_they_were_without_it(accused):
    """Not even as a count: what waits, what is listed, is the same when all of them are taken away."""
    users = [accused.cast.clerk, accused.cast.head, accused.both]
    pages = ["/work/hotline/", "/work/hotline/?state=mine", "/work/hotline/?state=late", "/work/hotline/?state=closed"]

    with_them = [[signed_in(user).get(page).context["page"].paginator.count for page in pages] for user in users]
    waiting = [len(HotlineCase.objects.visible_to(user)) for user in users]

    assert with_them == [[0] * 4] * 3
    assert waiting == [0, 0, 0]


def test_the_inbox_of_nobody_of_it_has_it(accused):
    for user in (accused.cast.clerk, accused.cast.head, accused.both):
        now = User.objects.get(pk=user.pk)
        found = [kind.key for kind in kinds_of(now) if isinstance(kind, OfHotline) and kind.records(now, AT.date())]
        assert found == []


def test_no_message_and_no_e_mail_goes_to_it(accused):
    messages = Message.objects.filter(unit=accused.cast.finance)
    told = "\n".join(f"{each.subject}{each.text}" for each in messages)

    assert tells(accused, told) == []
    assert Message.objects.filter(unit=accused.cast.town, event__startswith="hotline:").exists()


def test_the_telephone_form_shows_it_to_nobody_of_it(accused):
    assert similar_calls(SUBJECT, user=accused.both) == []
    assert earlier_calls(calls.PHONE, user=accused.both, at=AT) == ([], {})
    assert similar_calls(SUBJECT, user=accused.cast.office) != []


def test_it_is_found_by_nobody_of_it_by_its_number(accused):
    number = accused.reports["handling"].case.number
    for user in (accused.cast.clerk, accused.cast.head, accused.both):
        page = signed_in(user).get("/work/hotline/", {"q": number}).text
        assert page.count(number) == page.count(f'value="{number}"')


def test_no_export_of_the_office_tells_it_to_who_belongs_to_it(accused):
    client = signed_in(accused.both)
    for ending in ("csv", "xlsx"):
        answer = client.get(reverse(f"admin:disclosure_hotlinecase_{ending}"))
        assert tells(accused, said(answer)) == []


def test_it_is_never_handed_to_it_nor_to_who_took_over_from_it(accused):
    cast, report = accused.cast, accused.reports["taken"]
    heir = Unit.objects.create(code="903", name="新财政局", short_name="新财政局", kind="department")
    Unit.objects.filter(pk=cast.finance.pk).update(successor=heir, valid_until="2018-11-20")

    for unit, field in ((cast.finance, "lead"), (heir, "lead"), (heir, "co_units")):
        given = {"lead": cast.town, "co_units": [unit]} if field == "co_units" else {"lead": unit}
        with pytest.raises(services.ValidationError) as refused:
            services.hand_on(**calls.seen(report), **given, by=cast.office, at=AT)
        assert list(refused.value.message_dict) == [field]
    clerk = person("heir", "承接单位经办人", heir, Role.EDITOR)
    assert not HotlineCase.objects.visible_to(clerk).exists()


def test_who_works_on_a_matter_is_out_of_it_before_it_is_about_them(accused):
    cast = accused.cast
    call = calls.handling(cast)
    given = {**calls.given(), "about": [cast.finance]}
    with pytest.raises(services.ValidationError, match="先收回"):
        intake.correct(**calls.seen(call), given=given, by=cast.office, at=AT)
    services.recall(**calls.seen(call), reason="反映的就是这个单位", by=cast.office, at=AT)
    intake.correct(**calls.seen(call), given=given, by=cast.office, at=AT)

    assert call not in HotlineCase.objects.visible_to(cast.clerk)


def test_who_works_on_it_and_takes_over_from_whom_it_is_about_sees_it_no_more(accused):
    cast, report = accused.cast, accused.reports["handling"]
    assert report in HotlineCase.objects.visible_to(cast.other_clerk)

    Unit.objects.filter(pk=cast.finance.pk).update(successor=cast.town, valid_until="2018-11-20")

    assert not HotlineCase.objects.visible_to(person("late", "新来的经办人", cast.town, Role.EDITOR)).exists()
    assert signed_in(cast.other_clerk).get(f"/work/hotline/{report.pk}/").status_code == 404


def test_the_control_who_leads_it_sees_it(accused):
    report = accused.reports["handling"]
    page = signed_in(accused.cast.other_clerk).get(f"/work/hotline/{report.pk}/").text

    assert WORDS in page
    assert "县财政局" not in page.split("</aside>")[0].split("<aside>")[-1]
