"""Third parties and other agencies: asked by a letter, answered on paper or on the third party's own page, and what silence means."""

from datetime import date, datetime

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from disclosure.models import RequestInquiry
from disclosure.requests.desk import answering, delivering, steps
from disclosure.requests.desk.waiting import RequestsToAnswer
from disclosure.requests.inquiries import services
from fixtures.reference_data import load_workdays
from ninghai.cases.clocks import open_inner_clocks
from ninghai.cases.lookup import lookup_code
from ninghai.cases.register import end_retention
from ninghai.models import AuditEntry, Case, Message
from ninghai.models.sealed import DESTROYED
from ninghai.models.state_machine import TransitionError
from tests.browser.papers import pdf
from tests.disclosure.makers import AT
from tests.disclosure.requests import makers
from tests.security.test_sealed_people import every_table

pytestmark = pytest.mark.django_db
PAGE = reverse("disclosure:inquiry")
FIRM, OFFER = "宁海某某有限公司", "贵公司的报价单"


@pytest.fixture(autouse=True)
def _calendar(cast, settings):
    settings.CLOCK_DATE = settings.CLOCK_SINCE = "2018-11-20"
    load_workdays()


def june(day: int) -> datetime:
    return datetime(2019, 6, day, 10, tzinfo=AT.tzinfo)


def asked_in_2019(cast, *, day: int = 5) -> Case:
    case = makers.confirmed(cast)
    told = {"to": FIRM, "disclosed": OFFER, "version": case.version, "by": cast.clerk}
    services.ask_third_party(case=case, at=june(day), **told)
    return case


def keys(case: Case) -> dict[str, str]:
    inquiry = RequestInquiry.objects.get(request__case=case, kind="third_party")
    return {"number": inquiry.paper.number, "code": services.inquiry_code(case, inquiry.number)}


def answered(client, case, **given):
    return client.post(PAGE, {**keys(case), "step": "answer", "opinion": "agrees", **given})


# The third party's own page.


def test_a_third_party_reads_what_would_be_disclosed_and_never_who_asks(client, cast):
    page = client.post(PAGE, keys(makers.asking(cast))).content.decode()

    assert (OFFER in page, "逾期未提出书面意见的，视为不同意公开" in page) == (True, True)
    for secret in ("王小明", "三公", "330226199001011234", "公开申〔2018〕"):
        assert secret not in page


def test_the_letter_prints_number_and_code_of_its_own(client, cast):
    case = makers.asking(cast)
    letter = case.papers.get(kind="third_party")
    words = "".join(services.look(letter.making, by=None, purpose="核对", at=AT)["letter"]["paragraphs"])

    code = keys(case)["code"]
    assert code in words
    assert PAGE in words
    for said in (words, client.get(PAGE).text, client.get("/interaction/").text):  # where one is led to it, by one word
        assert "文号和查询码" in said
    assert code != lookup_code(case)


def test_a_wrong_code_an_unknown_number_and_the_applicants_own_are_answered_alike(client, cast):
    case = makers.asking(cast)
    right = keys(case)
    wrong = [
        {**right, "code": "0000-0000"},
        {**right, "number": "县财政局公复〔2018〕99号"},
        {**right, "code": lookup_code(case)},
        {"number": case.number, "code": lookup_code(case)},
    ]

    answers = [client.post(PAGE, each) for each in wrong]

    assert {answer.status_code for answer in answers} == {422}
    assert all("没有查到：文号或者查询码不对" in answer.content.decode() for answer in answers)
    assert not any(OFFER in answer.content.decode() for answer in answers)
    found = client.post(reverse("disclosure:lookup"), {"number": case.number, "code": right["code"]})
    assert "没有查到" in found.content.decode()


def test_the_end_of_a_number_may_be_left_out(client, cast):
    case = makers.asking(cast)
    letter, own = keys(case), {"number": case.number.removesuffix("号"), "code": lookup_code(case)}

    assert OFFER in client.post(PAGE, {**letter, "number": letter["number"].removesuffix("号")}).content.decode()
    assert "没有查到" not in client.post(reverse("disclosure:lookup"), own).content.decode()
    assert (
        "没有查到" in client.post(reverse("disclosure:lookup"), {**own, "number": own["number"][:-1]}).content.decode()
    )


def test_an_applicant_reads_the_newest_letter_first_and_then_what_has_happened(client, cast):
    case = makers.on_paper(cast)
    told = {"to": FIRM, "disclosed": OFFER, "version": case.version, "by": cast.clerk}
    services.ask_third_party(case=case, at=AT, **told)
    page = client.post(
        reverse("disclosure:lookup"), {"number": case.number, "code": lookup_code(case)}
    ).content.decode()

    places = [page.index(words) for words in ("征求意见告知书</h3>", "申请登记回执</h3>", "办理经过</h2>")]
    assert places == sorted(places)


def test_who_tries_codes_without_end_is_asked_to_wait(client, cast, settings):
    settings.RATE_LIMITS = {**settings.RATE_LIMITS, "receipt": (2, 600)}

    answers = [client.post(PAGE, {"number": "县财政局公复〔2018〕9号", "code": "0000-0000"}) for _ in range(3)]

    assert [answer.status_code for answer in answers] == [422, 422, 429]


def test_an_opinion_is_sent_once_sealed_and_shown_to_the_unit(client, cast):
    case = makers.asking(cast)
    upload = SimpleUploadedFile("甄不露的证明.pdf", pdf("甄不露的证明.pdf")["buffer"])
    client.defaults["REMOTE_ADDR"] = "203.0.113.9"

    first = answered(client, case, opinion="refuses", reason="甄不露的商业秘密", upload=upload).content.decode()
    again = answered(client, case, opinion="agrees", reason="改主意了").content.decode()

    for page in (first, again):
        assert "您的意见已经收到" in page
        assert "甄不露的商业秘密" in page
    assert "改主意了" not in again
    case.refresh_from_db()
    said = case.events.get(kind="third_party_said")
    assert (case.status, said.by, said.facts) == ("handling", None, {"opinion": "refuses", "way": "online"})
    assert [name for name, text in every_table().items() if "甄不露" in text] == []
    assert AuditEntry.objects.filter(reason="第三方凭文号和查询码查看征求意见").exists()
    assert not AuditEntry.objects.filter(address="203.0.113.9").exists()
    assert Message.objects.filter(subject__contains="收到第三方意见：不同意公开").exists()

    client.defaults.pop("REMOTE_ADDR")
    client.force_login(cast.clerk)
    shown = client.get(reverse("disclosure:request", args=[case.pk])).content.decode()
    file = case.information_request.files.get(kind="opinion")
    assert "甄不露的商业秘密" in shown
    assert FIRM in shown
    opened = client.get(reverse("disclosure:request-proof", args=[case.pk, file.pk]))
    assert opened.content.startswith(b"%PDF")
    client.force_login(cast.office)
    office = client.get(reverse("disclosure:request", args=[case.pk])).content.decode()
    assert "不同意公开" in office
    assert not {word for word in ("甄不露", FIRM, OFFER) if word in office}


def test_what_is_asked_of_whom_is_read_by_the_answering_unit_alone(client, cast):
    case = makers.asking(cast)
    page = reverse("disclosure:request", args=[case.pk])
    own, others = (cast.clerk, cast.head), (cast.office, cast.signer, cast.other_clerk, cast.other_head, cast.inspector)

    for user in (*own, *others):
        client.force_login(user)
        shown = client.get(page).content.decode()
        assert {FIRM in shown, OFFER in shown} == {user in own}, user
    assert AuditEntry.objects.filter(reason="查看征求意见").count() == len(own)


def test_nothing_typed_is_lost_and_a_refusal_says_why(client, cast):
    case = makers.asking(cast)
    bad = SimpleUploadedFile("证明.jpg", b"no picture")

    without = answered(client, case, opinion="refuses", reason="")
    refused = answered(client, case, opinion="refuses", reason="商业秘密", upload=bad)

    assert (without.status_code, refused.status_code) == (422, 422)
    assert "请写明理由" in without.content.decode()
    assert "商业秘密" in refused.content.decode()
    assert "请重新选择" in refused.content.decode()
    assert not case.events.filter(kind="third_party_said").exists()


def test_who_answers_after_the_end_learns_that_nobody_waits(client, cast):
    case = makers.asking(cast)
    answering.withdraw(case=case, reason="已经得到", version=case.version, by=cast.clerk, at=AT)

    page = answered(client, case).content.decode()

    assert "已经结束" in page
    assert "提交意见" not in page
    inquiry = RequestInquiry.objects.get()
    with pytest.raises(TransitionError, match="已经结束"):
        services.give_opinion(inquiry=inquiry, opinion="agrees", reason="", upload=None, at=AT)


def test_when_the_key_is_destroyed_the_page_says_so(client, cast):
    case = makers.asking(cast)
    known = keys(case)
    answering.withdraw(case=case, reason="已经得到", version=case.version, by=cast.clerk, at=AT)
    assert end_retention(case=case, at=AT.replace(year=2028, month=11, day=21))

    page = client.post(PAGE, known)

    assert (page.status_code, DESTROYED in page.content.decode()) == (200, True)
    client.force_login(cast.clerk)
    assert DESTROYED in client.get(reverse("disclosure:request", args=[case.pk])).content.decode()


# When their limit begins, and what silence means.


def test_the_limit_of_a_third_party_begins_when_the_letter_reaches_it(client, cast):
    case = asked_in_2019(cast)
    inquiry = RequestInquiry.objects.get()
    assert not open_inner_clocks(case).exists()
    assert "期限还没有起算" in client.post(PAGE, keys(case)).content.decode()
    with pytest.raises(ValidationError, match="还没有登记文书送达"):
        silent(cast, case, at=june(28))

    makers.hand_letter(cast, case, kind="third_party", at=june(10))  # 15 working days: until 2019-07-01

    assert services.inquiry_limit(inquiry).due == date(2019, 7, 1)
    assert "2019年7月1日" in client.post(PAGE, keys(case)).content.decode()
    with pytest.raises(ValidationError, match="期限到2019-07-01为止"):
        silent(cast, case, at=datetime(2019, 7, 1, 17, tzinfo=AT.tzinfo))
    with pytest.raises(ValidationError, match="应在这一天以后"):
        silent(cast, case, at=datetime(2019, 7, 2, 9, tzinfo=AT.tzinfo), on=june(10).date())
    silent(cast, case, at=datetime(2019, 7, 2, 9, tzinfo=AT.tzinfo))
    assert (case.status, RequestInquiry.objects.get().opinion) == ("handling", "silent")
    assert not open_inner_clocks(case).exists()


def silent(cast, case, *, at: datetime, on: date | None = None) -> None:
    told = {"opinion": "silent", "said_on": on or at.date(), "version": case.version, "by": cast.clerk, "at": at}
    services.take_opinion(case=case, **told)


@pytest.mark.parametrize(("rules", "words"), [("2008", "视为不同意公开"), ("2019", "由本机关依照规定决定是否公开")])
def test_what_follows_from_silence_is_what_the_law_of_the_application_says(client, cast, rules, words):
    case = makers.asking(cast) if rules == "2008" else asked_in_2019(cast)

    assert case.rule_set == rules
    assert words in client.post(PAGE, keys(case)).content.decode()
    client.force_login(cast.clerk)
    assert words in client.get(reverse("disclosure:request", args=[case.pk])).content.decode()


def test_under_the_first_regulation_the_letter_sets_the_limit(client, cast):
    case = makers.applied(cast)
    client.force_login(cast.clerk)
    page = reverse("disclosure:request", args=[case.pk])
    sent = {"version": case.version, "to": FIRM, "disclosed": OFFER, "days": "5"}
    assert client.post(f"{page}third-party/", sent).status_code == 302
    case.refresh_from_db()

    makers.hand_letter(cast, case, kind="third_party", at=AT)  # Tuesday 2018-11-20

    clock = open_inner_clocks(case).get()
    assert clock.due_at.date() == date(2018, 11, 27)


def test_two_who_are_asked_at_once_are_told_apart_and_the_pauses_are_one(cast):
    case = asked_in_2019(cast)
    told = {"disclosed": "另一份报价单", "version": case.version, "by": cast.clerk}
    services.ask_third_party(case=case, to="宁海另一家公司", at=june(6), **told)
    assert [wait.of for wait in services.open_questions(case, services.OF_THIRD_PARTIES)] == ["1", "2"]
    said = {"opinion": "agrees", "by": cast.clerk}
    with pytest.raises(ValidationError, match="请选择是哪一份"):
        services.take_opinion(case=case, said_on=june(10).date(), version=case.version, at=june(10), **said)

    services.take_opinion(case=case, of="1", said_on=june(10).date(), version=case.version, at=june(10), **said)
    assert case.status == "third_party"
    services.take_opinion(case=case, said_on=june(12).date(), version=case.version, at=june(12), **said)

    case.legal_clock.refresh_from_db()
    assert case.status == "handling"
    assert case.legal_clock.due_at.date() == date(2019, 7, 8)  # of 20 days 2 were used until 06-05, 06-13 is the third


# Other agencies.


def asked_agency(cast, case, *, at: datetime, kind: str = "agency", days: int | None = 10) -> RequestInquiry:
    told = {"to": "宁海县自然资源和规划局", "disclosed": "土地利用规划图", "version": case.version, "by": cast.clerk}
    return services.ask_agency(case=case, kind=kind, days=days, at=at, **told)


def test_since_2019_asking_another_agency_stops_the_limit(client, cast):
    case = makers.confirmed(cast)
    asked_agency(cast, case, at=june(5))
    case.legal_clock.refresh_from_db()
    assert (case.status, case.legal_clock.state) == ("other_agency", "paused")
    client.force_login(cast.clerk)
    page = client.get(reverse("disclosure:request", args=[case.pk])).content.decode()
    assert "宁海县自然资源和规划局" in page
    assert "自收到文书之日起10个工作日内" in page

    said = {"opinion": "agrees", "said_on": june(12).date(), "version": case.version, "by": cast.clerk}
    services.take_agency_opinion(case=case, at=june(12), **said)

    case.legal_clock.refresh_from_db()
    assert (case.status, case.legal_clock.due_at.date()) == ("handling", date(2019, 7, 8))


def test_before_2019_it_does_not_and_nobody_is_taken_to_agree(cast):
    case = makers.applied(cast)
    due = case.legal_clock.due_at
    with pytest.raises(ValidationError, match="视为同意"):
        asked_agency(cast, case, at=AT, kind="co_maker")
    asked_agency(cast, case, at=AT)

    case.legal_clock.refresh_from_db()
    assert (case.status, case.legal_clock.state, case.legal_clock.due_at) == ("consulting", "running", due)
    said = {"opinion": "refuses", "said_on": AT.date(), "version": case.version, "by": cast.clerk}
    services.take_agency_opinion(case=case, at=AT, **said)
    assert case.status == "handling"


def test_where_the_limit_runs_on_it_is_answered_before_the_agency_is(client, cast):
    case = makers.consulting(cast)
    client.force_login(cast.clerk)
    assert "拟写答复" in client.get(reverse("disclosure:request", args=[case.pk])).content.decode()
    told = {"by": cast.clerk, "at": AT}
    answering.propose(case=case, code="not_held", filled=makers.FILLED["not_held"], version=case.version, **told)
    assert case.status == "with_head"
    answering.send_back(case=case, reason="再查一次", version=case.version, by=cast.head, at=AT)
    assert case.status == "consulting"

    answering.propose(case=case, code="not_held", filled=makers.FILLED["not_held"], version=case.version, **told)
    said = {"opinion": "agrees", "said_on": AT.date(), "version": case.version}
    services.take_agency_opinion(case=case, **said, **told)
    answering.sign(case=case, version=case.version, by=cast.head, at=AT)
    makers.hand_to_post(cast, case, delivered_on=AT.date())

    assert case.status == "delivered"


def test_the_limit_that_runs_on_is_extended_and_its_end_is_told_to_the_clerk(cast):
    case = makers.consulting(cast)
    due = case.legal_clock.due_at

    steps.extend(case=case, amount=5, reason="资料多", version=case.version, by=cast.head, at=AT)

    case.legal_clock.refresh_from_db()
    assert (case.status, case.legal_clock.due_at > due) == ("consulting", True)
    assert list(RequestsToAnswer().records(cast.clerk, AT.date())) == [case]


def test_a_third_party_that_is_asked_besides_holds_the_answer(cast):
    case = makers.consulting(cast)
    told = {"version": case.version, "by": cast.clerk, "at": AT}
    services.ask_third_party(case=case, to=FIRM, disclosed=OFFER, **told)
    told["version"] = case.version

    with pytest.raises(TransitionError):
        answering.propose(case=case, code="not_held", filled=makers.FILLED["not_held"], **told)


def test_an_agency_that_is_asked_after_a_third_party_lifts_no_hold(cast):
    case = makers.asking(cast)
    asked_agency(cast, case, at=AT)

    assert case.status == "third_party"
    with pytest.raises(TransitionError):
        answering.propose(
            case=case, code="open", filled=makers.FILLED["open"], version=case.version, by=cast.clerk, at=AT
        )


def test_who_made_it_together_agrees_by_silence_after_15_days_of_receipt(client, cast):
    case = makers.confirmed(cast)
    inquiry = asked_agency(cast, case, at=june(5), kind="co_maker", days=3)
    makers.hand_letter(cast, case, kind="agency", at=june(10))

    assert services.inquiry_limit(inquiry).due == date(2019, 7, 1)
    client.force_login(cast.clerk)
    assert "视为同意公开" in client.get(reverse("disclosure:request", args=[case.pk])).content.decode()
    late = datetime(2019, 7, 2, 9, tzinfo=AT.tzinfo)
    said = {"opinion": "silent", "said_on": late.date(), "version": case.version, "by": cast.clerk}
    services.take_agency_opinion(case=case, at=late, **said)
    assert case.status == "handling"


def test_the_applicant_reads_neither_what_an_agency_nor_what_a_third_party_was_asked(client, cast):
    case = asked_in_2019(cast)
    asked_agency(cast, case, at=june(6))

    page = client.post(reverse("disclosure:lookup"), {"number": case.number, "code": lookup_code(case)})

    assert not {words for words in (FIRM, OFFER, "土地利用规划图") if words in page.content.decode()}


# What is disclosed against its will.


def test_a_third_party_that_refused_is_told_what_is_disclosed_all_the_same_and_why(client, cast):
    case = asked_in_2019(cast)
    said = {"opinion": "refuses", "reason": "商业秘密", "said_on": june(10).date(), "by": cast.clerk}
    services.take_opinion(case=case, version=case.version, at=june(10), **said)
    told = {"of": "1", "reason": "涉及食品安全", "version": case.version, "at": june(11)}
    services.tell_third_party(case=case, by=cast.head, **told)

    letter = case.papers.get(kind="third_party_notice")
    words = services.look(letter.making, by=None, purpose="核对", at=AT)["letter"]
    said = "".join(words["paragraphs"])
    assert words["addressee"] == f"{FIRM}："
    assert all(each in said for each in (OFFER, "涉及食品安全", "第三十二条", "宁波市财政局", "60日"))
    assert "王小明" not in said
    page = client.post(reverse("disclosure:lookup"), {"number": case.number, "code": lookup_code(case)})
    assert "涉及食品安全" not in page.content.decode()


# Papers on the way.


def test_a_posted_paper_arrives_later_and_the_limit_begins_then(client, cast):
    case = makers.amending(cast)
    paper = case.papers.get(kind="amendment")
    client.force_login(cast.clerk)
    told = {"paper": paper.pk, "way": "post", "handed_over_on": june(5).date(), "delivered_on": None, "by": cast.clerk}
    with pytest.raises(ValidationError, match="235号"):
        delivering.register_delivery(case=case, carrier="顺丰速运", version=case.version, at=june(5), **told)
    delivering.register_delivery(case=case, carrier="EMS", version=case.version, at=june(5), **told)
    assert not open_inner_clocks(case).exists()
    assert "交寄，还没有登记签收" in client.get(reverse("disclosure:request", args=[case.pk])).content.decode()

    arrived = {"paper": paper.pk, "delivered_on": june(7).date(), "version": case.version, "by": cast.clerk}
    delivering.register_arrival(case=case, at=june(10), **arrived)

    clock = open_inner_clocks(case).get()
    assert (clock.duty, clock.due_at.date()) == ("amend_reply", date(2019, 6, 21))  # ten working days after 06-07
    paper.refresh_from_db()
    assert (paper.delivery, paper.handed_over_on, paper.delivered_on) == ("post", june(5).date(), june(7).date())


def test_each_paper_has_its_own_form_below_its_name_and_the_story_says_which_it_was(client, cast):
    case = asked_in_2019(cast)
    third, notice = case.papers.get(kind="third_party"), case.papers.get(kind="consultation")
    client.force_login(cast.clerk)
    page = reverse("disclosure:request", args=[case.pk])
    shown = client.get(page).content.decode()
    for paper in (third, notice):
        assert shown.count(f'name="paper" value="{paper.pk}"') == 1

    sent = {
        "version": case.version,
        "paper": notice.pk,
        "way": "post",
        "handed_over_on": "2019-06-06",
        "carrier": "顺丰",
    }
    refused = client.post(f"{page}deliver-paper/", sent)
    assert refused.status_code == 422
    below = refused.content.decode().split(f'name="paper" value="{third.pk}"')
    assert all("顺丰" not in part for part in below[:1])
    assert "顺丰" in below[1]

    makers.hand_letter(cast, case, kind="consultation", at=june(6))
    shown = client.get(page).content.decode()
    assert f"交付送达：政府信息公开征求意见告知书（{notice.number}）" in shown
    assert f'name="paper" value="{notice.pk}"' not in shown


def test_a_paper_for_information_is_delivered_on_the_page_and_starts_nothing(client, cast):
    case = asked_in_2019(cast)
    notice = case.papers.get(kind="consultation")
    makers.hand_letter(cast, case, kind="consultation", at=june(6))

    assert not open_inner_clocks(case).exists()
    assert case.events.filter(kind="delivered", paper=notice).exists()


def test_an_amendment_that_came_before_its_notice_was_registered_starts_no_limit(cast):
    case = makers.amending(cast)
    case_events = {"amended_on": june(6).date(), "content": "2018年度的", "by": cast.clerk, "version": case.version}
    steps.take_amendment(case=case, at=june(6), **case_events)
    makers.hand_letter(cast, case, kind="amendment", at=june(6))

    assert not open_inner_clocks(case).exists()
