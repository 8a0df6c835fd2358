"""The pages of the hotline: the telephone form with what stands beside it, the dispatch list, the record, and the caller's own."""

from datetime import date
from uuid import uuid4

import pytest
from django.test import Client

from disclosure.hotline import services
from disclosure.models import HotlineCase, HotlineDuty
from ninghai.cases.lookup import lookup_code
from ninghai.models import AuditEntry
from tests.cast import Cast
from tests.disclosure.hotline import makers as calls
from tests.disclosure.knowledge import makers as knowledge
from tests.tasks.factories import signed_in

pytestmark = pytest.mark.django_db
PHONE_FORM, LIST = "/work/hotline/new/", "/work/hotline/"
HTMX = {"HX-Request": "true"}


@pytest.fixture
def office(cast) -> Client:
    return signed_in(cast.office)


def phoned(cast: Cast, **changes) -> dict:
    told = {"form_id": str(uuid4()), "matter": "complaint", "urgency": "normal", "topic": calls.topic().pk}
    said = {"subject": calls.SUBJECT, "content": calls.CONTENT, "channel": "phone", "wants_reply": "on"}
    return {**told, **said, **calls.CALLER, **changes}


def page_of(call: HotlineCase) -> str:
    return f"{LIST}{call.pk}/"


# The telephone form.


def test_a_call_is_answered_at_once(cast, office):
    answer = office.post(PHONE_FORM, phoned(cast, answer="周一到周五办理。"))

    call = HotlineCase.objects.with_case().get()
    assert (answer.status_code, answer.url) == (302, page_of(call))
    assert (call.case.status, call.case.channel) == ("direct", "phone")


def test_a_call_is_handed_on_at_once(cast, office):
    office.post(PHONE_FORM, phoned(cast, lead=cast.finance.pk))

    assert HotlineCase.objects.with_case().get().case.status == "handed_on"


def test_a_call_is_led_to_an_application_at_once(cast, office):
    office.post(PHONE_FORM, phoned(cast, guide="1", content="我要申请公开部门预算"))

    call = HotlineCase.objects.with_case().get()
    assert call.case.status == "guided"
    assert "我要申请公开部门预算" in office.get(page_of(call)).text


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"subject": ""}, "请填写事由"),
        ({"matter": ""}, "请选择类别"),
        ({"subject": f"关于{calls.NAME}"}, "不要写来电人的姓名"),
        ({"answer": "已说明", "lead": "both"}, "只能选一种"),
        ({"form_id": "x"}, "页面不完整"),
        ({"topic": "99999"}, "请从列表里选择事项"),
    ],
)
def test_a_form_that_is_refused_keeps_every_word(cast, office, changes, sentence):
    changes = {name: cast.finance.pk if value == "both" else value for name, value in changes.items()}
    answer = office.post(PHONE_FORM, phoned(cast, **changes))

    assert answer.status_code == 422
    assert sentence in answer.text
    assert calls.CONTENT in answer.text
    assert not HotlineCase.objects.exists()


def test_nothing_is_kept_where_the_unit_is_refused(cast, office):
    answer = office.post(PHONE_FORM, phoned(cast, lead=cast.finance.pk, about=[cast.finance.pk]))

    assert answer.status_code == 422
    assert "反映的就是县财政局" in answer.text
    assert not HotlineCase.objects.exists()


def test_a_report_about_the_county_office_is_led_elsewhere(cast, office):
    answer = office.post(PHONE_FORM, phoned(cast, matter="report", about=[cast.county_office.pk]))

    assert answer.status_code == 422
    assert "纪检监察机关" in answer.text


def test_while_typing_similar_matters_and_the_same_caller_stand_beside(cast, office):
    before = calls.taken(cast)
    closed = calls.direct(cast, subject="工地夜间施工噪声扰民", phone="")
    sent = phoned(cast, subject="夜间施工太吵", name="", address="")

    parts = [office.post(PHONE_FORM, {**sent, "part": part}, headers=HTMX).text for part in ("caller", "matter")]
    page = office.post(PHONE_FORM, {**sent, "look": "1"}).text

    assert "<form" not in "".join(parts)
    assert f"（{calls.NAME}）" in parts[0]
    assert [part.count(before.case.number) for part in parts] == [1, 1]
    assert closed.case.number not in "".join(parts)
    assert f'value="{calls.NAME}"' in page
    assert HotlineCase.objects.count() == 2


def test_what_is_known_already_stands_beside_with_what_its_source_says(cast, office):
    knowledge.published(cast)
    knowledge.source_changes(cast, 收费="收费", 收费标准="每证20元", 收费依据="浙价费〔2018〕1号")

    part = office.post(PHONE_FORM, phoned(cast, subject="想开饭店，食品经营许可要多少钱"), headers=HTMX).text

    assert knowledge.QUESTION in part
    assert "<dt>收费</dt><dd>收费</dd>" in part
    assert "正在核对" in part


def test_looking_for_the_caller_leaves_a_row(cast, office):
    calls.taken(cast)
    office.post(PHONE_FORM, {**phoned(cast), "look": "1"})

    rows = AuditEntry.objects.filter(action=AuditEntry.Action.READ_PERSONAL_DATA, actor=cast.office)
    assert {row.reason for row in rows} == {"接听来电，查找同一来电人", "接听来电，填写来电人"}


def test_what_sounds_like_an_application_says_so(cast, office):
    part = office.post(PHONE_FORM, phoned(cast, content="要求公开征地补偿的文件"), headers=HTMX).text

    assert "像是申请政府信息" in part


def test_whose_duty_it_is_says_the_table_and_what_was_learnt_is_never_chosen(cast, office):
    HotlineDuty.objects.create(topic=calls.topic(), unit=cast.finance, basis="三定方案")
    HotlineDuty.objects.create(topic=calls.topic(), town=cast.town, unit=cast.town)
    for _ in range(5):
        calls.unrated(cast, topic=calls.topic("环境保护"))
    by_table, in_town = calls.taken(cast), calls.taken(cast, town=cast.town)
    learnt = calls.taken(cast, topic=calls.topic("环境保护"))

    told = [office.get(page_of(call)).text for call in (by_table, in_town, learnt)]
    chosen = [
        f'value="{unit.pk}" selected' in page
        for unit, page in zip([cast.finance, cast.town, cast.finance], told, strict=True)
    ]
    assert "由县财政局办理（三定方案）" in told[0]
    assert "由深甽镇办理" in told[1]
    assert "最近同类的5件：县财政局5件" in told[2]
    assert chosen == [True, True, False]


# The record and the list.


def test_the_unit_reads_the_matter_and_asks_for_the_caller(cast):
    call, clerk = calls.handling(cast), signed_in(cast.clerk)

    page = clerk.get(page_of(call)).text
    shown = clerk.get(f"{page_of(call)}?caller=show").text

    assert calls.CONTENT in page
    assert calls.PHONE not in page
    assert calls.PHONE in shown


@pytest.mark.parametrize("changes", [{"is_confidential": True}, {"matter": "report"}], ids=["asked for", "a report"])
def test_of_a_confidential_caller_the_unit_sees_the_matter_alone(cast, changes):
    call = calls.handling(cast, **changes)

    page = signed_in(cast.clerk).get(f"{page_of(call)}?caller=show").text
    office = signed_in(cast.office).get(f"{page_of(call)}?caller=show").text

    assert calls.CONTENT in page
    assert "来电人要求保密" in page
    assert not any(word in page for word in calls.CALLER.values())
    assert calls.PHONE in office


def test_another_unit_finds_no_such_matter(cast):
    call = calls.handling(cast)

    assert signed_in(cast.other_clerk).get(page_of(call)).status_code == 404


def test_a_unit_that_has_given_it_back_sees_it_no_more(cast):
    call = calls.returning(cast)
    services.grant_return(**calls.seen(call), by=cast.office, at=calls.later(days=2))

    assert signed_in(cast.clerk).get(page_of(call)).status_code == 404


def test_the_list_is_in_the_order_of_the_last_days(cast, office):
    slow, quick = calls.handed_on(cast, subject="慢的"), calls.handed_on(cast, matter="ask", subject="快的")
    calls.unrated(cast, subject="已经办结的")

    text = office.get(LIST).text
    closed = office.get(LIST, {"state": "closed"}).text

    assert text.index(quick.case.number) < text.index(slow.case.number)
    assert "已经办结的" not in text
    assert "已经办结的" in closed
    assert office.get(LIST, {"q": slow.case.number.rstrip("号")}).text.count(slow.case.number) == 1


def test_lists_ask_as_often_for_three_as_for_one(cast, office, django_assert_max_num_queries):
    calls.handed_on(cast)
    office.get(LIST)
    with django_assert_max_num_queries(40) as first:
        office.get(LIST)
    for _ in range(2):
        calls.handed_on(cast)
    with django_assert_max_num_queries(len(first)):
        office.get(LIST)


# The caller's own pages.


def asked(**changes) -> dict:
    told = {
        "form_id": str(uuid4()),
        "matter": "help",
        "content": calls.CONTENT,
        "phone": calls.PHONE,
        "name": calls.NAME,
    }
    return {**told, "wants_reply": "on", **changes}


def test_the_caller_gets_number_and_code_and_reads_the_answer_and_rates_it_once(cast, client):
    calls.topic()
    receipt = client.post("/hotline/new/", asked(), follow=True).text
    call = calls.fresh(HotlineCase.objects.get())
    code = lookup_code(call.case)
    at = calls.at_day(date(2018, 11, 21))
    call = calls.calling(
        cast, calls.answered(cast, calls.handling(cast, calls.handed_on(cast, call, at=at), at=at), at=at), at=at
    )
    call = calls.called_back(cast, call, outcome="unreached_closed", at=at)
    keys = {"number": call.case.number, "code": code}
    stands = client.post("/lookup/", keys).text
    rated = client.post("/lookup/", {**keys, "score": "fairly", "words": "还行"}).text

    assert call.case.number in receipt
    assert code in receipt
    assert "已经责令停工整改。" in stands
    assert calls.PHONE not in stands
    assert "您的评价：基本满意" in rated
    assert "rate_score" not in client.post("/lookup/", keys).text


def test_the_caller_s_words_stand_in_no_list(cast, client, office):
    calls.topic()
    client.post("/hotline/new/", asked(content="张桥工地打桩"))

    text = office.get(LIST).text
    assert "网上求助：待分类" in text
    assert "张桥" not in text


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"content": ""}, "请填写您要反映的事情"),
        ({"phone": ""}, "需要回复的，请填写联系电话"),
        ({"website": "http://x"}, "用来识别自动程序"),
        ({"matter": "x"}, "请从列表里选择类别"),
    ],
)
def test_the_caller_s_form_keeps_every_word(cast, client, changes, sentence):
    calls.topic()
    answer = client.post("/hotline/new/", asked(**changes))

    assert answer.status_code == 422
    assert sentence in answer.text
    assert changes.get("content", calls.CONTENT) in answer.text
    assert not HotlineCase.objects.exists()


def test_a_caller_who_asks_for_information_can_go_on_with_the_words(cast, client):
    call = calls.guided(cast, content="请公开部门预算")
    page = client.post("/lookup/", {"number": call.case.number, "code": lookup_code(call.case)}).text

    assert "填写信息公开申请表" in page
    assert 'value="请公开部门预算"' in page


def test_who_probably_asks_for_information_is_told_first(cast, client):
    calls.topic()
    told = asked(content="我要申请公开征地补偿文件")
    first = client.post("/hotline/new/", told)
    second = client.post("/hotline/new/", {**told, "anyway": "1"})

    assert first.status_code == 200
    assert "填写信息公开申请表" in first.text
    assert second.status_code == 302
    assert HotlineCase.objects.count() == 1


def test_an_answer_that_the_office_has_not_passed_is_not_shown(cast, client):
    call = calls.answered(cast)
    page = client.post("/lookup/", {"number": call.case.number, "code": lookup_code(call.case)}).text

    assert "正在审核" in page
    assert "已经责令停工整改" not in page


def test_the_page_of_the_hotline_says_its_limits(cast, client):
    calls.topic()
    page = client.get("/hotline/").text

    assert "7个工作日" in page
    assert "这个单位看不到您的举报" in page
