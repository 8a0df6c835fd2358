"""An application that came at the counter, by post, by fax or by e-mail is entered by the unit."""

import re
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.urls import reverse

from disclosure.models import InformationRequest, OpennessOffice
from disclosure.requests.desk import answering, entering
from disclosure.requests.desk.entering import EnteredForm2008, EnteredForm2019, entered_form
from disclosure.requests.letters.papers import frozen_letter
from fixtures.reference_data import load_workdays
from ninghai.calendar import clock
from ninghai.cases.events import replay
from ninghai.cases.lookup import lookup_code
from ninghai.jobs.claims import run_due
from ninghai.models import AuditEntry, Case, CasePaper, Message
from ninghai.models.sealed import Sealed
from tests.browser.papers import pdf
from tests.cast import make_cast
from tests.disclosure.makers import AT
from tests.disclosure.requests import makers

pytestmark = pytest.mark.django_db
NEW = reverse("disclosure:request-enter")
TYPED = {**makers.GIVEN, "channel": "counter", "arrived_on": "2018-11-20", "subject": "2017年度三公经费决算"}


@pytest.fixture(autouse=True)
def _calendar(request, settings):
    settings.CLOCK_DATE = settings.CLOCK_SINCE = "2018-11-20"
    if "transaction" not in request.keywords:
        load_workdays()


def send(client, **changes):
    return client.post(NEW, {**TYPED, "form_id": str(uuid4()), **changes})


def letter_of(paper: CasePaper) -> str:
    return "".join(frozen_letter(paper.making, by=None, purpose="核对", at=AT).paragraphs)


# The way first, then the form.


def test_the_way_is_asked_first_and_then_only_its_fields(client, cast):
    client.force_login(cast.clerk)
    first = client.get(NEW).content.decode()
    assert "当面提交" in first
    assert 'name="identity_number"' not in first

    counter = client.get(NEW, {"channel": "counter", "arrived_on": "2018-11-20"}).content.decode()
    assert "收到申请之日：2018-11-20，最迟2018-12-11答复" in counter
    assert "以提交之日为收到申请之日" in counter
    assert 'name="confirmed_on"' not in counter

    letter = client.get(NEW, {"channel": "plain_post", "arrived_on": "2018-11-20"}).content.decode()
    assert 'name="confirmed_on"' in letter
    assert "尚未确认，期限没有起算" in letter


@pytest.mark.parametrize("day", ["2018-11-21", "2008-04-30", "", "昨天"])
def test_a_day_that_cannot_be_is_asked_again(client, cast, day):
    client.force_login(cast.clerk)
    page = client.get(NEW, {"channel": "counter", "arrived_on": day})
    assert 'name="identity_number"' not in page.content.decode()
    assert "日期" in page.content.decode()


@pytest.mark.parametrize(
    ("channel", "arrived", "confirmed", "form"),
    [
        ("counter", date(2019, 5, 14), "", EnteredForm2008),
        ("counter", date(2019, 5, 15), "", EnteredForm2019),
        ("plain_post", date(2019, 5, 14), "", EnteredForm2008),
        ("plain_post", date(2019, 5, 14), "2019-05-16", EnteredForm2019),
        ("fax", date(2019, 5, 14), "2019-05-14", EnteredForm2008),
    ],
)
def test_the_form_is_that_of_the_regulation_of_the_day_of_receipt(channel, arrived, confirmed, form):
    way = {"channel": channel, "arrived_on": arrived}
    found = entered_form(way, data={"confirmed_on": confirmed, "is_announced": "on"})
    assert isinstance(found, form)
    assert ("purpose" in found.fields) == (form is EnteredForm2008)
    assert not {"unit", "website"} & set(found.fields)


# Entering.


def test_r01_what_is_handed_in_gets_number_code_day_and_receipt(client, cast):
    client.force_login(cast.clerk)
    scan = SimpleUploadedFile("王小明申请书.pdf", pdf("王小明申请书.pdf")["buffer"])

    answer = send(client, scan=scan)

    case, paper = Case.objects.get(), CasePaper.objects.get()
    assert answer.url == f"/work/requests/{case.pk}/#letters"
    assert (case.number, case.channel, case.subject) == ("县财政局公开申〔2018〕1号", "counter", TYPED["subject"])
    assert (case.received_on, case.legal_clock.due_words) == (date(2018, 11, 20), "2018-12-11")
    assert [proof.kind for proof in case.information_request.files.all()] == ["paper"]
    receipt = letter_of(paper)
    for words in (case.number, lookup_code(case), "2018年12月11日", "时限15个工作日", "以提交之日为收到申请之日"):
        assert words in receipt
    assert run_due("letter") == 1
    page = client.get(answer.url).content.decode()
    assert "登记回执（PDF）" in page
    assert client.get(f"/work/requests/{case.pk}/letter/{paper.pk}/").content.startswith(b"%PDF")
    assert replay(case).status == case.status == "handling"
    assert not Message.objects.exists()  # who enters it knows of it


def test_a_receipt_has_no_number_of_the_series_of_answers(client, cast):
    makers.on_paper(cast)
    assert CasePaper.objects.get().number == ""
    signed = makers.signed(cast)
    assert answering.answer_paper(signed).number == "县财政局公复〔2018〕1号"


def test_the_applicant_finds_it_with_the_code_on_the_receipt(client, cast):
    case = makers.on_paper(cast)
    code = re.search(r"查询码：(\S{9})。", letter_of(CasePaper.objects.get()))[1]
    found = client.post(reverse("disclosure:lookup"), {"number": case.number, "code": code}).content.decode()
    assert "您的申请正在办理" in found


def test_sent_twice_it_is_one_case_with_one_receipt(client, cast):
    client.force_login(cast.clerk)
    form_id = str(uuid4())
    first, second = (send(client, form_id=form_id) for _ in range(2))
    assert first.url == second.url
    assert (Case.objects.count(), CasePaper.objects.count()) == (1, 1)


@pytest.mark.parametrize(
    ("said", "words"),
    [
        pytest.param({}, "<p>同一申请人以前申请过同样的信息", id="the same identity number"),
        pytest.param({"identity_number": ""}, "可能是同一申请人以前申请过同样的信息", id="name and telephone alone"),
    ],
)
def test_r21_a_repeated_application_is_told_of_before_it_is_registered(client, cast, said, words):
    former = makers.signed(cast, code="open")
    client.force_login(cast.clerk)
    scan = SimpleUploadedFile("申请书.pdf", pdf("申请书.pdf")["buffer"])

    asked = send(client, scan=scan, content="请提供2017年“三公”经费决算表", agent_name="李四", **said)

    page = asked.content.decode()
    assert (asked.status_code, Case.objects.count()) == (200, 1)
    numbers = (former.number, answering.answer_paper(former).number)
    for shown in (words, *numbers, "李四", "请重新选择扫描件", "还没有登记"):
        assert shown in page
    look = AuditEntry.objects.get(reason="核对是否重复申请")
    assert (look.actor, look.target_id, look.detail["found"]) == (cast.clerk, str(cast.finance.pk), 1)
    form_id = re.search(r'name="form_id" value="([^"]+)"', page)[1]
    for _ in range(2):  # said so, and sent twice
        assert send(client, form_id=form_id, repeats="seen", **said).status_code == 302
    assert Case.objects.count() == 2


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"content": "2018年义务教育学区划分方案"}, id="asks for something else"),
        pytest.param({"identity_number": "330226198505054321", "name": "李四方"}, id="somebody else"),
    ],
)
def test_r21_nothing_is_asked_where_nothing_is_repeated(client, cast, changes):
    makers.applied(cast)
    client.force_login(cast.clerk)
    assert send(client, **changes).status_code == 302


@pytest.mark.django_db(transaction=True)
def test_sent_twice_at_once_it_is_one_case_with_one_receipt():
    load_workdays()
    cast, form_id, together = make_cast(), uuid4(), threading.Barrier(2)

    def enter(_):
        try:
            together.wait(timeout=300)
            return makers.on_paper(cast, form_id=form_id).pk
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as clerks:
        cases = set(clerks.map(enter, range(2)))

    assert cases == {Case.objects.get().pk}
    assert (CasePaper.objects.count(), InformationRequest.objects.count()) == (1, 1)


def test_nothing_typed_is_lost_when_the_form_comes_back(client, cast):
    client.force_login(cast.clerk)
    scan = SimpleUploadedFile("申请书.pdf", pdf("申请书.pdf")["buffer"])
    refused = send(client, name="", scan=scan, agent_name="李四")

    page = refused.content.decode()
    assert (refused.status_code, Case.objects.count()) == (422, 0)
    for typed in ("330226199001011234", "某某路1号", "经费决算表", "李四", TYPED["subject"]):
        assert typed in page
    assert "请重新选择扫描件" in page


def test_a_form_that_asks_for_something_else_is_not_lost_behind_the_first(client, cast):
    client.force_login(cast.clerk)
    form_id = str(uuid4())
    send(client, form_id=form_id)
    back = send(client, form_id=form_id, content="2018年度公务接待费明细")
    assert (back.status_code, Case.objects.count()) == (422, 1)
    again = re.search(r'name="form_id" value="([^"]+)"', back.content.decode())[1]
    assert send(client, form_id=again, content="2018年度公务接待费明细").status_code == 302
    assert Case.objects.count() == 2


@pytest.mark.parametrize(
    ("subject", "words"),
    [
        ("王小明要的决算", "申请人的姓名"),
        ("手机13805741234的来信", "申请人的"),
        ("身份证号330226199001011230", "身份证号"),
    ],
)
def test_the_line_that_lists_show_names_nobody(client, cast, subject, words):
    client.force_login(cast.clerk)
    refused = send(client, subject=subject)
    assert (refused.status_code, Case.objects.count()) == (422, 0)
    assert words in refused.content.decode()


def test_what_a_paper_leaves_out_is_no_reason_to_turn_it_away(client, cast, settings):
    settings.CLOCK_DATE = settings.CLOCK_SINCE = "2019-06-03"
    client.force_login(cast.clerk)
    left = dict.fromkeys(("phone", "identity_kind", "identity_number", "form", "way", "address"), "")
    answer = send(client, arrived_on="2019-06-03", **left)

    case = Case.objects.get()
    page = client.get(answer.url).content.decode()
    assert (case.status, case.rule_set) == ("handling", "2019")
    for missing in ("联系方式", "身份证明", "信息的形式", "获取信息的方式"):
        assert missing in page
    assert "申请上没有写明" in page


def test_no_purpose_is_kept_since_2019(client, cast, settings):
    settings.CLOCK_DATE = settings.CLOCK_SINCE = "2019-06-03"
    client.force_login(cast.clerk)
    send(client, arrived_on="2019-06-03", purpose="写论文")
    asked = InformationRequest.objects.get()
    assert isinstance(asked.applicant, Sealed)
    assert asked.applicant.words(asked.data_key, about="disclosure_informationrequest.applicant")["purpose"] == ""


def test_a_plain_letter_waits_until_it_is_confirmed_of_the_day_it_came(client, cast):
    case = makers.on_paper(cast, channel="plain_post", arrived_on=date(2018, 11, 16))
    assert (case.status, case.received_on) == ("unconfirmed", None)
    assert "尚未起算" in letter_of(CasePaper.objects.get())

    said = {"version": case.version, "by": cast.clerk, "at": AT}
    with pytest.raises(ValidationError, match="2018-11-16"):
        answering.confirm(case=case, confirmed_on=date(2018, 11, 15), **said)
    answering.confirm(case=case, confirmed_on=date(2018, 11, 19), **said)  # before it was entered
    assert case.received_on == date(2018, 11, 19)
    assert "以与申请人确认之日为收到申请之日" in case.events.get(kind="receive").reason


def test_an_e_mail_to_a_box_that_nobody_announced_waits(client, cast):
    client.force_login(cast.clerk)
    send(client, channel="email", is_announced="on")
    send(client, channel="email", repeats="seen")
    assert [case.received_on for case in Case.objects.order_by("pk")] == [date(2018, 11, 20), None]


def test_whether_a_mail_box_was_announced_says_the_guide(client, cast):
    client.force_login(cast.clerk)
    way = {"channel": "email", "arrived_on": "2018-11-20"}
    assert "最迟2018-12-11答复" in client.get(NEW, way).content.decode()
    told = {"unit": cast.finance, "since": date(2018, 1, 1), "entered_at": AT, "entered_by": cast.office}
    OpennessOffice.objects.create(**told, name="办公室")
    page = client.get(NEW, way).content.decode()
    assert "尚未确认，期限没有起算" in page
    assert not re.search(r'name="is_announced"[^>]* checked', page)


def test_people_and_words_are_in_no_column_that_anybody_reads(client, cast):
    client.force_login(cast.clerk)
    send(client, scan=SimpleUploadedFile("王小明申请书.pdf", pdf("王小明申请书.pdf")["buffer"]))
    case = Case.objects.get()
    rows = [*AuditEntry.objects.values(), *Case.objects.values(), *case.events.values(), *CasePaper.objects.values()]
    rows += [*InformationRequest.objects.values(), *case.information_request.files.values()]
    told = [str(value) for row in rows for value in row.values()]
    for secret in ("王小明", "330226199001011234", "13805741234", "某某路", "决算表"):
        assert not [words for words in told if secret in words], secret


def test_only_clerks_and_the_office_enter(client, cast):
    for user, status in ((cast.clerk, 200), (cast.office, 200), (cast.head, 403), (cast.signer, 403)):
        client.force_login(user)
        assert client.get(NEW).status_code == status, user
    given = {**makers.GIVEN, "channel": "counter", "arrived_on": AT.date(), "subject": "x", "form_id": uuid4()}
    with pytest.raises(PermissionDenied):
        entering.enter_request(unit=cast.finance, given=given, by=cast.head, at=AT)


def test_the_office_enters_what_the_county_was_asked(client, cast):
    client.force_login(cast.office)
    send(client)
    assert Case.objects.get().unit == cast.county_office


def test_an_older_letter_is_entered_with_its_day(client, cast):
    """R06: signed for on a holiday, it stays that day."""
    case = makers.on_paper(
        cast, channel="signed_post", arrived_on=date(2018, 10, 4), at=datetime(2018, 10, 8, 9, tzinfo=AT.tzinfo)
    )
    assert (case.received_on, case.legal_clock.due_words) == (date(2018, 10, 4), "2018-10-26")
    assert clock.today() == date(2018, 11, 20)
