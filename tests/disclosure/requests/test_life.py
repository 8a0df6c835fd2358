"""The life of an application through its pages: sent, registered, answered, signed, delivered, looked up."""

import re
from datetime import date, datetime, timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from disclosure.models import InformationRequest
from disclosure.requests.desk import answering, register, steps
from disclosure.requests.inquiries import services as inquiries
from fixtures.reference_data import load_workdays
from ninghai.calendar import clock
from ninghai.cases.assignments import assign_case
from ninghai.cases.events import replay
from ninghai.cases.lookup import lookup_code
from ninghai.cases.register import end_retention
from ninghai.jobs.claims import run_due
from ninghai.models import AuditEntry, Case, CasePaper
from ninghai.models.sealed import DESTROYED
from ninghai.models.state_machine import StaleError, TransitionError
from tests.browser.papers import pdf
from tests.disclosure import makers as disclosure_makers
from tests.disclosure.makers import AT
from tests.disclosure.requests import makers as requests_makers

pytestmark = pytest.mark.django_db
NEW = reverse("disclosure:request-new")
SENT = {**requests_makers.GIVEN, "identity_kind": "id_card"}


@pytest.fixture(autouse=True)
def _calendar(cast, settings):
    settings.CLOCK_DATE = settings.CLOCK_SINCE = "2018-11-20"
    load_workdays()


def send(client, cast, **changes):
    sent = {**SENT, "form_id": str(uuid4()), "unit": cast.finance.pk, **changes}
    return client.post(NEW, sent)


def looked_up(client, case, code=None):
    return client.post(reverse("disclosure:lookup"), {"number": case.number, "code": code or lookup_code(case)})


# Applying.


def test_r01_an_application_gets_its_number_code_and_last_day(client, cast):
    receipt = client.get(send(client, cast).url)
    case = Case.objects.get()

    page = receipt.content.decode()
    assert case.number == "县财政局公开申〔2018〕1号"
    assert case.number in page
    assert lookup_code(case) in page
    assert "2018年12月11日" in page
    assert "时限15个工作日" in page
    assert (case.rule_set, case.received_on) == ("2008", date(2018, 11, 20))


def test_the_same_form_sent_twice_is_one_case(client, cast):
    form_id = str(uuid4())

    first, second = (send(client, cast, form_id=form_id) for _ in range(2))

    assert first.url == second.url
    assert Case.objects.count() == InformationRequest.objects.count() == 1


def test_a_form_that_asks_for_something_else_is_not_lost_behind_the_first(client, cast):
    form_id = str(uuid4())
    send(client, cast, form_id=form_id)

    back = send(client, cast, form_id=form_id, content="2018年度公务接待费明细")
    assert (back.status_code, Case.objects.count()) == (422, 1)
    assert "县财政局公开申〔2018〕1号" in back.content.decode()
    assert "2018年度公务接待费明细" in back.content.decode()
    again = re.search(r'name="form_id" value="([^"]+)"', back.content.decode())[1]
    assert again != form_id
    assert send(client, cast, form_id=again, content="2018年度公务接待费明细").status_code == 302
    assert Case.objects.count() == 2


def test_the_trail_keeps_no_address_of_an_applicant(client, cast):
    client.defaults["REMOTE_ADDR"] = "203.0.113.9"
    send(client, cast)
    answering.propose(
        case=Case.objects.get(),
        code="open",
        filled=requests_makers.FILLED["open"],
        version=...,
        by=cast.clerk,
        at=clock.now(),
    )
    answering.sign(case=Case.objects.get(), version=..., by=cast.head, at=clock.now())
    assert "特此告知" in looked_up(client, Case.objects.get()).content.decode()

    assert AuditEntry.objects.filter(reason="申请人凭登记号和查询码查询").exists()
    assert not AuditEntry.objects.filter(address="203.0.113.9").exists()


def test_what_is_public_already_is_shown_before_the_form_is_filled_in(client, cast):
    item = disclosure_makers.published(cast, title="2017年度“三公”经费决算表")

    asked = {"step": "question", "unit": cast.finance.pk, "content": "请公开2017年度“三公”经费决算表"}
    page = client.post(NEW, asked)

    assert item.get_absolute_url() in page.content.decode()
    assert "请公开2017年度“三公”经费决算表" in page.content.decode()
    assert Case.objects.count() == 0


def test_nothing_typed_is_lost_when_the_form_comes_back(client, cast):
    proof = SimpleUploadedFile("身份证.txt", "证件".encode())
    answer = client.post(
        NEW, {**SENT, "form_id": str(uuid4()), "unit": cast.finance.pk, "phone": "", "identity_proof": proof}
    )

    page = answer.content.decode()
    assert answer.status_code == 422
    for typed in ("王小明", "330226199001011234", "某某路1号", "经费决算表"):
        assert typed in page
    assert "请重新选择身份证明等文件" in page


def test_a_file_that_is_not_accepted_is_named_and_nothing_is_kept(client, cast):
    proof = SimpleUploadedFile("身份证.jpg", b"no picture", content_type="image/jpeg")
    answer = client.post(NEW, {**SENT, "form_id": str(uuid4()), "unit": cast.finance.pk, "identity_proof": proof})

    assert answer.status_code == 422
    assert "身份证.jpg" in answer.content.decode()
    assert Case.objects.count() == 0


def test_people_and_words_are_in_no_column_that_anybody_reads(client, cast):
    proof = SimpleUploadedFile("王小明身份证.pdf", pdf("王小明身份证.pdf")["buffer"])
    client.post(NEW, {**SENT, "form_id": str(uuid4()), "unit": cast.finance.pk, "identity_proof": proof})

    case = Case.objects.get()
    told = [str(value) for row in (*AuditEntry.objects.values(), *Case.objects.values()) for value in row.values()]
    told += [str(value) for event in case.events.values() for value in event.values()]
    told += [str(value) for row in InformationRequest.objects.values() for value in row.values()]
    told += [str(value) for row in case.information_request.files.values() for value in row.values()]
    stored = case.information_request.files.get().file.file.read()
    for secret in ("王小明", "330226199001011234", "13805741234", "某某路", "三公"):
        assert not [words for words in told if secret in words], secret
        assert secret.encode() not in stored


# Looking it up.


def test_a_wrong_code_and_an_unknown_number_are_answered_alike(client, cast):
    case = requests_makers.applied(cast)

    wrong = looked_up(client, case, code="0000-0000")
    unknown = client.post(reverse("disclosure:lookup"), {"number": "县财政局公开申〔2018〕99号", "code": "0000-0000"})

    def without_number(page):
        return re.sub(r'value="[^"]*"', "", page.content.decode())

    assert (wrong.status_code, unknown.status_code) == (422, 422)
    assert without_number(wrong) == without_number(unknown)
    assert "2018年12月11日" not in wrong.content.decode()


def test_the_applicant_reads_state_and_next_day_in_plain_words_and_no_name(client, cast):
    page = looked_up(client, requests_makers.applied(cast)).content.decode()

    assert "您的申请正在办理" in page
    assert "2018年12月11日" in page
    assert "王小明" not in page


def test_the_applicant_does_not_read_what_a_third_party_was_asked(client, cast):
    page = looked_up(client, requests_makers.asking(cast)).content.decode()

    assert "政府信息公开征求意见告知书" in page
    for secret in ("贵公司的报价单", "某某有限公司", "征求意见书<"):
        assert secret not in page


def test_when_its_key_is_destroyed_every_page_still_opens(client, cast):
    case = requests_makers.delivered(cast)
    proof, paper = requests_makers.proof_of(case), answering.answer_paper(case)
    run_due("letter")
    assert end_retention(case=case, at=AT.replace(year=2028, month=11, day=21))

    found = looked_up(client, case)
    assert (found.status_code, DESTROYED in found.content.decode()) == (200, True)
    assert DESTROYED in client.get(f"/verify/{paper.verify_code}/").content.decode()
    client.force_login(cast.clerk)
    page = reverse("disclosure:request", args=[case.pk])
    assert DESTROYED in client.get(f"{page}?applicant=show").content.decode()
    for file in (f"letter/{paper.pk}/", f"proof/{proof.pk}/"):
        assert client.get(f"{page}{file}").status_code == 404


# Answering.


def test_the_whole_life_on_the_pages(client, cast):
    case = requests_makers.applied(cast)
    page = reverse("disclosure:request", args=[case.pk])
    client.force_login(cast.clerk)
    assert "三公" in client.get(page).content.decode()
    answered = client.post(
        f"{page}answer/", {"version": case.version, "code": "not_held", **requests_makers.FILLED["not_held"]}
    )
    assert answered.status_code == 302, answered.content.decode()[:3000]

    client.force_login(cast.head)
    shown = client.get(page)
    assert "信息不存在" in shown.content.decode()
    assert "王小明：" in shown.content.decode()  # the head reads the letter as it will go out
    case.refresh_from_db()
    assert client.post(f"{page}sign/", {"version": case.version}).status_code == 302

    assert run_due("letter") == 1
    paper = CasePaper.objects.get()
    assert paper.number == "县财政局公复〔2018〕1号"
    client.force_login(cast.clerk)
    pdf = client.get(f"{page}letter/{paper.pk}/")
    assert pdf.content.startswith(b"%PDF")
    case.refresh_from_db()
    handed = {"version": case.version, "way": "post", "handed_over_on": "2018-11-20", "carrier": "EMS"}
    assert client.post(f"{page}hand-over/", handed).status_code == 302

    client.logout()
    found = looked_up(client, case).content.decode()
    for words in ("答复已经寄出", "县财政局公复〔2018〕1号", "60日", "特此告知"):
        assert words in found
    assert "王小明" not in found
    case.refresh_from_db()
    assert replay(case).status == case.status == "posted"


def page_of(client, user, case, query: str = "") -> str:
    client.force_login(user)
    return client.get(f"{reverse('disclosure:request', args=[case.pk])}{query}").content.decode()


def test_where_a_draft_names_the_applicant_the_page_does_too_and_elsewhere_neither(client, cast):
    case = requests_makers.proposed(cast)

    for shown in (page_of(client, cast.clerk, case), page_of(client, cast.clerk, requests_makers.applied(cast))):
        assert "王小明" not in shown
        assert "显示申请人（会留下记录）" in shown
    signing = page_of(client, cast.head, case)
    assert signing.count("王小明") == 2  # in the letter and beside it
    assert "显示证件和联系方式（会留下记录）" in signing
    assert page_of(client, cast.clerk, case, "?applicant=show").count("王小明") == 2


def test_what_came_by_plain_post_shows_when_it_came_while_it_waits_to_be_confirmed(client, cast):
    case = requests_makers.on_paper(cast, channel="plain_post", arrived_on=date(2018, 11, 19))

    assert "待确认（2018-11-19到达）" in page_of(client, cast.clerk, case)


def test_the_clerk_reads_what_only_the_head_can_do(client, cast):
    case = requests_makers.applied(cast)

    assert "延长答复期限、作废由本单位负责人（审核人）办理" in page_of(client, cast.clerk, case)
    assert "由本单位负责人（审核人）办理" not in page_of(client, cast.head, case)
    assert "由本单位负责人（审核人）办理" not in page_of(client, cast.clerk, requests_makers.delivered(cast))


def test_the_applicant_is_led_to_the_answer_below_where_there_is_one(client, cast):
    case = requests_makers.posted(cast)
    assert "答复已经寄出，请注意查收。答复的内容见下面的文书。" in looked_up(client, case).content.decode()

    assert "见下面的文书" not in looked_up(client, requests_makers.signed(cast)).content.decode()


def test_r14_what_is_missing_is_named_and_nothing_is_sent_on(client, cast):
    case = requests_makers.applied(cast)
    client.force_login(cast.clerk)
    page = reverse("disclosure:request", args=[case.pk])

    answer = client.post(f"{page}answer/", {"version": case.version, "code": "refuse_safety", "reason": "正在处置"})

    assert answer.status_code == 422
    assert "请填写危及哪一项" in answer.content.decode()
    assert "正在处置" in answer.content.decode()
    with pytest.raises(ValidationError, match="危及哪一项"):
        answering.propose(
            case=case, code="refuse_safety", filled={"reason": "x"}, version=case.version, by=cast.clerk, at=AT
        )
    case.refresh_from_db()
    assert case.status == "handling"


def test_r15_posted_on_the_last_day_is_in_time_and_no_courier_is_taken(cast):
    last = datetime(2018, 12, 11, 17, tzinfo=AT.tzinfo)
    case = requests_makers.signed(cast)
    told = {
        "way": "post",
        "handed_over_on": last.date(),
        "delivered_on": None,
        "version": case.version,
        "by": cast.clerk,
    }

    with pytest.raises(ValidationError, match="235号"):
        answering.hand_over(case=case, carrier="顺丰速运", at=last, **told)
    answering.hand_over(case=case, carrier="EMS", at=last, **told)
    case.legal_clock.refresh_from_db()
    assert case.legal_clock.closed_at <= case.legal_clock.due_at

    arrived = last + timedelta(days=3)
    answering.receive(case=case, delivered_on=arrived.date(), version=case.version, by=cast.clerk, at=arrived)
    paper = answering.answer_paper(case)
    assert (case.status, paper.handed_over_on, paper.delivered_on) == ("delivered", last.date(), arrived.date())


def test_r16_the_desk_shows_until_when_remedies_are_open(client, cast):
    case = requests_makers.delivered(cast)
    client.force_login(cast.clerk)

    page = client.get(reverse("disclosure:request", args=[case.pk])).content.decode()

    assert "2019-01-21" in page
    assert "2019-05-20" in page


def test_who_drafted_an_answer_does_not_sign_it_and_what_comes_back_can_be_mended(client, cast):
    case = requests_makers.proposed(cast)
    page = reverse("disclosure:request", args=[case.pk])
    client.force_login(cast.clerk)
    assert client.post(f"{page}sign/", {"version": case.version}).status_code == 403

    client.force_login(cast.head)
    assert client.post(f"{page}return/", {"version": case.version, "reason": "请补充检索范围"}).status_code == 302
    case.refresh_from_db()
    assert case.status == "handling"
    assert "请补充检索范围" in client.get(page).content.decode()

    client.force_login(cast.clerk)
    again = client.get(f"{page}answer/").content.decode()
    assert "退回理由：请补充检索范围" in again
    assert all(words in again for words in requests_makers.FILLED["not_held"].values())


def test_of_two_who_act_at_once_one_wins(cast):
    case = requests_makers.proposed(cast)
    stale = Case.objects.get(pk=case.pk)
    answering.sign(case=case, version=case.version, by=cast.head, at=AT)

    with pytest.raises(StaleError):
        answering.sign(case=stale, version=stale.version, by=cast.head, at=AT)
    assert CasePaper.objects.count() == 1


def test_since_2019_the_limit_begins_when_both_have_confirmed(client, cast):
    case = requests_makers.unconfirmed(cast)
    assert (case.status, case.received_on) == ("unconfirmed", None)
    assert "确认之日起计算" in client.get(reverse("disclosure:request-receipt", args=[case.form_id])).content.decode()

    at = datetime(2019, 6, 4, 10, tzinfo=AT.tzinfo)
    answering.confirm(case=case, confirmed_on=at.date(), version=case.version, by=cast.clerk, at=at)

    assert (case.status, case.rule_set) == ("handling", "2019")
    assert case.legal_clock.due_at.date() == date(2019, 7, 3)


# Who sees what.


def test_asking_how_far_a_letter_is_looks_at_nothing(client, cast):
    case = requests_makers.signed(cast)
    client.force_login(cast.clerk)
    page = reverse("disclosure:request", args=[case.pk])

    def looks():
        return AuditEntry.objects.filter(action="read_personal").count()

    before = looks()
    asked = client.get(page, headers={"HX-Request": "true"}).content.decode()
    assert ("排队中" in asked, "三公" in asked, looks()) == (True, False, before)
    run_due("letter")
    before = looks()
    assert "文书已经制作好" in client.get(page, headers={"HX-Request": "true"}).content.decode()
    assert looks() == before
    client.get(page)
    assert looks() == before + 1


def test_the_register_shows_what_is_open_first_and_no_more_than_a_page(client, cast, monkeypatch):
    done, late, soon = (
        requests_makers.delivered(cast),
        requests_makers.applied(cast),
        requests_makers.applied(cast, at=AT - timedelta(days=5)),
    )
    monkeypatch.setattr(register, "PAGE_SIZE", 1)
    client.force_login(cast.clerk)
    pages = ({"page": 1}, {"page": 2}, {"state": "done"})
    shown = [client.get(reverse("disclosure:request-list"), each).content.decode() for each in pages]

    of_each = [[f">{case.number}<" in page for case in (soon, late, done)] for page in shown]
    assert of_each == [[True, False, False], [False, True, False], [False, False, True]]


def test_the_applicant_is_shown_to_the_answering_unit_alone_and_each_time_noted(client, cast):
    case = requests_makers.applied(cast)
    page = reverse("disclosure:request", args=[case.pk])
    for user, status, sees in ((cast.clerk, 200, True), (cast.office, 200, False), (cast.other_clerk, 404, False)):
        client.force_login(user)
        answer = client.get(f"{page}?applicant=show")
        assert (answer.status_code, "王小明" in answer.content.decode()) == (status, sees), user
    assert AuditEntry.objects.filter(reason="与申请人联系、核对身份", actor=cast.clerk).count() == 1
    client.force_login(cast.clerk)
    assert "王小明" not in client.get(page).content.decode()
    assert "王小明" not in client.get(reverse("disclosure:request-list")).content.decode()


@pytest.mark.parametrize("who", ["office", "signer"])
def test_the_county_office_reads_who_applies_once_it_has_typed_what_for(client, cast, who):
    case, user = requests_makers.applied(cast), getattr(cast, who)
    proof = requests_makers.proof_of(case)
    page = reverse("disclosure:request", args=[case.pk])
    client.force_login(user)

    without = client.get(page, {"applicant": "show", "purpose": "  "}).text
    asked = client.get(page, {"applicant": "show", "purpose": "核实重复投诉"}).text

    assert ("王小明" in without, "查看申请人的目的" in without) == (False, True)
    assert all(words in asked for words in ("王小明", "330226199001011234", "13805741234"))
    looks = AuditEntry.objects.filter(action="read_personal", detail__fields=["applicant"])
    assert [(look.actor, look.reason, look.target_id) for look in looks] == [
        (user, "核实重复投诉", str(case.information_request.pk))
    ]
    assert f"proof/{proof.pk}/" not in asked  # its papers are the unit's


def test_a_unit_that_helps_reads_what_is_asked_and_not_by_whom(client, cast):
    case = requests_makers.applied(cast)
    assign_case(case=case, unit=cast.town, part="co", by=cast.office, at=AT)
    client.force_login(cast.other_clerk)

    page = client.get(
        reverse("disclosure:request", args=[case.pk]), {"applicant": "show", "purpose": "核实重复投诉"}
    ).text

    assert (requests_makers.GIVEN["content"] in page, "王小明" in page, "申请人</h2>" in page) == (True, False, False)


# On the way to the answer.


def june(day: int) -> datetime:
    return datetime(2019, 6, day, 10, tzinfo=AT.tzinfo)


def test_r09_an_amended_application_gets_a_full_new_limit(cast):
    case = requests_makers.amending(cast)
    assert case.status == "amending"

    said = {"amended_on": june(20).date(), "content": "2018年度的"}
    steps.take_amendment(case=case, version=case.version, by=cast.clerk, at=june(21), **said)

    case.legal_clock.refresh_from_db()
    assert (case.status, case.legal_clock.due_at.date()) == ("handling", date(2019, 7, 18))
    with pytest.raises(TransitionError, match="只能告知一次"):
        steps.ask_amendment(case=case, items="x", days=5, version=case.version, by=cast.clerk, at=june(21))


def test_nobody_is_silent_before_the_limit_has_passed(cast):
    case = requests_makers.amending(cast)
    requests_makers.hand_letter(cast, case, kind="amendment", at=june(5))  # until 2019-06-20
    with pytest.raises(ValidationError, match="期限到2019-06-20为止"):
        steps.give_up_amendment(case=case, version=case.version, by=cast.clerk, at=june(20))

    asked = requests_makers.confirmed(cast)
    told = {"to": "宁海某某有限公司", "disclosed": "报价单", "by": cast.clerk}
    inquiries.ask_third_party(case=asked, version=asked.version, at=june(5), **told)
    requests_makers.hand_letter(cast, asked, kind="third_party", at=june(6))
    said = {"said_on": june(10).date(), "version": asked.version, "by": cast.clerk, "at": june(10)}
    with pytest.raises(ValidationError, match="还没有届满"):
        inquiries.take_opinion(case=asked, opinion="silent", **said)
    inquiries.take_opinion(case=asked, opinion="agrees", **said)
    assert asked.status == "handling"


def test_an_applicant_may_withdraw_while_somebody_is_asked(cast):
    case = requests_makers.asking(cast)
    answering.withdraw(case=case, reason="已经得到", version=case.version, by=cast.clerk, at=AT)
    assert case.status == "withdrawn"


def test_r09_without_a_reply_it_lapses_and_counts_in_its_own_row(cast):
    case = requests_makers.amending(cast)
    requests_makers.hand_letter(cast, case, kind="amendment", at=june(5))
    steps.give_up_amendment(case=case, version=case.version, by=cast.clerk, at=june(24))
    filled = {"amendment": "2019-06-05告知，没有答复", "expired_on": "2019-06-20"}

    told = {"code": "lapsed_unamended", "filled": filled, "version": case.version, "by": cast.clerk, "at": june(24)}
    answering.propose(case=case, **told)

    assert case.information_request.answer_code == "lapsed_unamended"


def test_before_2019_nobody_is_asked_to_amend(client, cast):
    case = requests_makers.applied(cast)
    client.force_login(cast.clerk)

    page = client.get(reverse("disclosure:request", args=[case.pk])).content.decode()

    assert "告知补正" not in page
    assert "征求第三方意见" in page


def test_r13_the_time_of_asking_a_third_party_does_not_count(client, cast):
    september = datetime(2018, 9, 25, 9, tzinfo=AT.tzinfo)
    case = requests_makers.applied(cast, at=september)
    told = {"to": "宁海某某有限公司", "disclosed": "贵公司的报价单"}
    asked = datetime(2018, 9, 29, 9, tzinfo=AT.tzinfo)
    inquiries.ask_third_party(case=case, version=case.version, by=cast.clerk, at=asked, **told)
    assert [paper.kind for paper in case.papers.all()] == ["third_party", "consultation"]

    back = datetime(2018, 10, 19, 9, tzinfo=AT.tzinfo)
    said = {"said_on": back.date(), "opinion": "refuses"}
    inquiries.take_opinion(case=case, version=case.version, by=cast.clerk, at=back, **said)

    case.legal_clock.refresh_from_db()
    assert case.legal_clock.due_at.date() == date(2018, 11, 5)


def test_r01_the_head_extends_once_and_the_applicant_is_told_until_when(client, cast):
    case = requests_makers.applied(cast)
    with pytest.raises(ValidationError, match="最多延长15个工作日"):
        steps.extend(case=case, amount=16, reason="档案较多", version=case.version, by=cast.head, at=AT)
    steps.extend(case=case, amount=15, reason="档案较多", version=case.version, by=cast.head, at=AT)

    case.legal_clock.refresh_from_db()
    assert case.legal_clock.due_at.date() == date(2019, 1, 2)
    assert "将于2019年1月2日前答复" in looked_up(client, case).content.decode()
    with pytest.raises(TransitionError, match="只能延长一次"):
        steps.extend(case=case, amount=1, reason="x", version=case.version, by=cast.head, at=AT)
