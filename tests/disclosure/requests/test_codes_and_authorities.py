"""Query codes that are shown once and replaced, verify codes that nobody can reckon, and letters that name who hears a complaint."""

import secrets
import time
from datetime import date, datetime, timedelta

import pytest
from django.core import signing
from django.test import Client
from django.urls import reverse

from disclosure.models import LetterMaking, RemedyAuthority
from disclosure.requests.desk import answering, steps
from disclosure.requests.letters.papers import authorities_on
from disclosure.requests.limits import amendment_words
from fixtures.reference_data import load_workdays
from ninghai.cases.lookup import find_by_code, lookup_code
from ninghai.cases.papers import paper_by_code
from ninghai.cases.register import end_retention
from ninghai.files.paper_codes import codes_of
from ninghai.jobs.claims import run_due
from ninghai.models import AuditEntry, Case, CasePaper
from ninghai.models.sealed import DESTROYED
from ninghai.staff_site.inbox import Inbox
from tests.disclosure.makers import AT
from tests.disclosure.requests import makers
from tests.disclosure.requests.test_life import send

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _calendar(cast, settings):
    settings.CLOCK_DATE = settings.CLOCK_SINCE = "2018-11-20"
    load_workdays()


# The query code.


def test_the_receipt_shows_the_code_to_the_browser_that_sent_the_form_and_for_a_while(client, cast, monkeypatch):
    page = send(client, cast).url
    case = Case.objects.get()
    code = lookup_code(case)
    assert code in client.get(page).content.decode()

    other = Client().get(page).content.decode()
    half_an_hour_later = time.time() + 31 * 60
    with monkeypatch.context() as later:
        later.setattr(signing.time, "time", lambda: half_an_hour_later)
        in_half_an_hour = client.get(page).content.decode()
    Case.objects.update(entered_at=case.entered_at - timedelta(minutes=31))
    of_an_old_case = client.get(page).content.decode()

    for shown in (other, in_half_an_hour, of_an_old_case):
        assert case.number in shown
        assert code not in shown
        assert "查询码只在刚提交时显示" in shown


def test_a_forged_cookie_opens_nothing(client, cast):
    page = send(client, cast).url
    case = Case.objects.get()
    stranger = Client()
    stranger.cookies["request_sent"] = f"{case.form_id}:forged:forged"

    assert lookup_code(case) not in stranger.get(page).content.decode()


def test_a_lost_code_is_replaced_once_the_person_is_known_and_the_old_one_is_dead(client, cast):
    case = makers.applied(cast)
    old = lookup_code(case)
    client.force_login(cast.clerk)
    page = reverse("disclosure:request", args=[case.pk])

    refused = client.post(f"{page}new-code/", {"version": case.version})
    given = client.post(f"{page}new-code/", {"version": case.version, "checked": "in_person"})
    again = client.post(f"{page}new-code/", {"version": case.version, "checked": "in_person"})

    new = lookup_code(case)
    assert (refused.status_code, given.status_code, again.status_code) == (422, 200, 409)
    assert new != old
    assert new in given.content.decode()
    assert given.headers["Cache-Control"] == "no-store"
    assert find_by_code(number=case.number, code=old) is None
    assert find_by_code(number=case.number, code=new) == case
    assert AuditEntry.objects.filter(detail__what="更换查询码", actor=cast.clerk).count() == 1
    for shown in (client.get(page), client.get(reverse("disclosure:request-receipt", args=[case.form_id]))):
        assert new not in shown.content.decode()


def test_only_who_handles_it_replaces_a_code(client, cast):
    case = makers.applied(cast)
    for user, status in ((cast.head, 403), (cast.other_clerk, 404), (cast.office, 403)):
        client.force_login(user)
        url = reverse("disclosure:request-new-code", args=[case.pk])
        assert client.post(url, {"version": case.version, "checked": "in_person"}).status_code == status, user


# The verify code.


def test_a_verify_code_does_not_follow_from_what_the_letter_says(cast):
    makers.signed(cast)
    paper = CasePaper.objects.get()

    assert paper.verify_code not in list(codes_of(paper.sha256))
    assert paper_by_code(paper.verify_code) == paper


def test_a_code_is_kept_with_its_letter_whichever_way_it_was_drawn(client, cast, monkeypatch):
    monkeypatch.setattr(secrets, "token_hex", lambda size: "f" * 64)
    makers.signed(cast)
    run_due("letter")

    assert "县财政局公复〔2018〕1号" in client.get("/verify/ZZZZ-ZZZZ/").content.decode()


@pytest.mark.parametrize("is_made", [True, False])
def test_a_letter_of_a_destroyed_case_verifies_as_destroyed(client, cast, is_made):
    case = makers.delivered(cast)
    if is_made:
        run_due("letter")
    assert end_retention(case=case, at=AT.replace(year=2028, month=11, day=21))

    page = client.get(f"/verify/{CasePaper.objects.get().verify_code}/")

    assert (page.status_code, DESTROYED in page.content.decode()) == (200, True)
    assert LetterMaking.objects.filter(file__isnull=False).exists() == is_made


# Who hears a complaint.


def test_a_letter_that_could_not_name_them_is_not_signed_and_says_what_to_enter(client, cast):
    RemedyAuthority.objects.all().delete()
    case = makers.proposed(cast)
    client.force_login(cast.head)
    page = reverse("disclosure:request", args=[case.pk])
    assert "请县政府办公室在后台“复议机关和法院”中登记县财政局的机关全称" in client.get(page).content.decode()

    refused = client.post(f"{page}sign/", {"version": case.version})

    assert (refused.status_code, CasePaper.objects.count()) == (422, 0)
    assert "上一级主管部门" in refused.content.decode()
    client.force_login(cast.office)
    entered = {"unit": cast.finance.pk, "valid_from": "2018-01-01", "court": "宁海县人民法院"}
    add = reverse("admin:disclosure_remedyauthority_add")
    assert client.post(add, {**entered, "review": "宁海县人民政府、宁波市财政局"}).status_code == 302
    client.force_login(cast.head)
    assert client.post(f"{page}sign/", {"version": case.version}).status_code == 302
    letter = answering.look(case.papers.get().making, by=None, purpose="核对", at=AT)["letter"]
    assert "依法向宁海县人民政府或者宁波市财政局申请行政复议" in "".join(letter["paragraphs"])


def test_the_names_are_those_of_the_day_and_those_of_the_old_law_do_not_outlive_it(cast):
    RemedyAuthority.objects.all().delete()
    for since, review in ((date(2010, 1, 1), "甲"), (date(2019, 3, 1), "乙、丙")):
        RemedyAuthority.objects.create(unit=cast.finance, valid_from=since, review=review, court="宁海县人民法院")

    def named(*day: int) -> tuple[str, ...]:
        return authorities_on(cast.finance, on=date(*day)).review

    assert authorities_on(cast.finance, on=date(2009, 12, 31)).unnamed == ["上一级主管部门"]
    assert (named(2019, 2, 28), named(2019, 3, 1), named(2023, 12, 31)) == (("甲",), ("乙", "丙"), ("乙", "丙"))
    assert named(2024, 1, 1) == ("宁海县人民政府",)
    assert authorities_on(cast.town, on=date(2018, 1, 1)).unnamed == []
    assert len(authorities_on(cast.county_office, on=date(2024, 1, 1)).unnamed) == 2


# Telling the applicant to amend, within seven working days.


def june(day: int) -> datetime:
    return datetime(2019, 6, day, 10, tzinfo=AT.tzinfo)


@pytest.mark.parametrize(
    ("today", "words", "tone"),
    [
        ("2019-06-04", "需要补正的，最迟2019-06-13告知", "info"),
        ("2019-06-13", "需要补正的，最迟2019-06-13告知", "due"),
        ("2019-06-14", "告知补正的期限已于2019-06-13届满", "due"),
    ],
)
def test_r09_the_seven_days_are_shown_on_the_page_and_in_the_inbox(client, cast, settings, today, words, tone):
    case = makers.confirmed(cast)
    settings.CLOCK_DATE = settings.CLOCK_SINCE = today

    told = amendment_words([case])[case.pk]
    assert (words in told.words, told.tone) == (True, tone)
    client.force_login(cast.clerk)
    assert words in client.get(reverse("disclosure:request", args=[case.pk])).content.decode()
    row = next(row for row in Inbox(cast.clerk, on=date.fromisoformat(today)).rows if str(case.pk) in row.url)
    assert words in row.words


def test_r09_a_notice_that_came_too_late_stays_visible(client, cast, settings):
    late, in_time = makers.confirmed(cast), makers.confirmed(cast)
    for case, day in ((late, 14), (in_time, 13)):
        told = {"items": "写明哪一年", "days": 10, "version": case.version, "by": cast.clerk}
        steps.ask_amendment(case=case, at=june(day), **told)
    settings.CLOCK_DATE = settings.CLOCK_SINCE = "2019-06-14"
    client.force_login(cast.clerk)

    shown = {
        case: client.get(reverse("disclosure:request", args=[case.pk])).content.decode() for case in (late, in_time)
    }

    assert "补正应当在2019-06-13以前告知，2019-06-14才告知" in shown[late]
    assert "才告知" not in shown[in_time]


def test_before_2019_there_are_no_seven_days(cast):
    case = makers.applied(cast)
    assert amendment_words([case]) == {}
