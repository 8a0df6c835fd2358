"""An appeal or a complaint from its form to its answer: where it goes, by which article and within which days, who acts on it."""

from datetime import date
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from disclosure.appeals import services
from disclosure.appeals.kind import days_on, load_limits
from disclosure.models import Appeal, AppealLimit, AppealMatter
from disclosure.requests.rules.receipt import RequestChannel
from ninghai.calendar.reckoning import local_day
from ninghai.cases.events import replay
from ninghai.cases.lookup import lookup_code
from ninghai.cases.register import end_retention
from ninghai.jobs.claims import run_due
from ninghai.models import AuditEntry, Case, Message
from ninghai.models.sealed import DESTROYED
from ninghai.sealed.services import look
from tests.disclosure.appeals import makers
from tests.disclosure.appeals.makers import NAME, PHONE
from tests.disclosure.makers import AT

pytestmark = pytest.mark.django_db
NEW, COMPLAIN, ENTER = (
    reverse("disclosure:appeal-new"),
    reverse("disclosure:complaint-new"),
    reverse("disclosure:appeal-enter"),
)


def form(**changes) -> dict:
    return {**makers.GIVEN, "form_id": str(uuid4()), "website": "", **changes}


def looked_up(client, case) -> str:
    found = client.post(reverse("disclosure:lookup"), {"number": case.number, "code": lookup_code(case)})
    return found.content.decode()


# Sent on the portal.


def test_an_appeal_goes_to_the_department_that_is_competent(client, cast):
    water = makers.enterprise(cast.finance)

    receipt = client.post(NEW, form(enterprise=water.pk), follow=True)

    case = Case.objects.get()
    assert (case.unit, case.status, case.number) == (cast.finance, "handling", "县财政局公开诉〔2018〕1号")
    assert case.number in receipt.content.decode()
    assert lookup_code(case) in receipt.content.decode()
    assert set(Message.objects.values_list("recipient", flat=True)) == {cast.clerk.pk, cast.head.pk}


def test_a_complaint_goes_to_the_county_office_alone(client, cast):
    client.post(COMPLAIN, form(accused=cast.finance.pk))

    case = Case.objects.get()
    assert (case.unit, case.appeal.accused) == (cast.county_office, cast.finance)
    assert set(Message.objects.values_list("recipient__memberships__unit", flat=True)) == {cast.county_office.pk}


def test_the_county_office_is_not_among_those_that_it_hears_complaints_about(client, cast):
    refused = client.post(COMPLAIN, form(accused=cast.county_office.pk))

    assert refused.status_code == 422
    assert not Case.objects.exists()


def test_the_same_form_sent_twice_is_one_case(client, cast):
    sent = form(enterprise=makers.enterprise(cast.finance).pk)

    first, second = client.post(NEW, sent), client.post(NEW, sent)

    assert first.url == second.url
    assert Case.objects.count() == Appeal.objects.count() == 1


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"enterprise": ""}, "请选择公共企事业单位。"),
        ({"enterprise": "999999"}, "没有这个选项，请选择公共企事业单位。"),
        ({"content": ""}, "请填写反映的内容。"),
        ({"content": "水价"}, "请写明应当公开什么、实际怎样。"),
        ({"content": "多" * 2001}, "反映的内容不能超过2000字。"),
        ({"name": ""}, "请填写姓名或者单位名称。"),
        ({"phone": ""}, "请填写联系电话。"),
        ({"email": "不是邮箱"}, "电子邮箱的写法不对，请核对。"),
        ({"website": "http://example.com"}, "用来识别自动程序"),
        ({"form_id": "x"}, "页面不完整，请刷新后再提交。"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_typed_is_lost(client, cast, wrong, words):
    refused = client.post(NEW, form(**{"enterprise": makers.enterprise(cast.finance).pk, **wrong}))

    assert refused.status_code == 422
    assert words in refused.content.decode()
    assert not Case.objects.exists()
    if "content" not in wrong:
        assert makers.GIVEN["content"] in refused.content.decode()


def test_who_appeals_is_under_seal(client, cast):
    case = makers.appealed(cast)

    page = client.get(reverse("disclosure:appeal-receipt", args=[case.form_id])).content.decode()

    assert [words for words in (NAME, PHONE, lookup_code(case)) if words in page] == []
    assert NAME not in str(list(AuditEntry.objects.values_list("detail", "reason")))
    assert look(case.appeal, by=None, purpose="测试", at=AT)["person"]["name"] == NAME


# By which article, and within which days.


@pytest.mark.parametrize(
    ("received", "article", "complaint"),
    [
        pytest.param(
            date(2018, 11, 1),
            "《政府信息公开条例》（2008年施行）第三十七条",
            "《政府信息公开条例》（2008年施行）第三十三条",
            id="P09-2018",
        ),
        pytest.param(
            date(2020, 3, 2),
            "《政府信息公开条例》（2019年修订）第五十五条",
            "《政府信息公开条例》（2019年修订）第四十七条",
            id="P09-2020",
        ),
    ],
)
def test_p09_the_basis_follows_the_day_of_receipt(client, cast, settings, received, article, complaint):
    settings.CLOCK_DATE = settings.CLOCK_SINCE = "2020-03-20"
    at = AT.replace(year=2020, month=3, day=20)
    for make, expected, user in ((makers.appealed, article, cast.clerk), (makers.complained, complaint, cast.office)):
        given = {**makers.GIVEN, "form_id": uuid4()}
        given |= {"enterprise": makers.enterprise(cast.finance)} if make is makers.appealed else {"accused": cast.town}
        case = services.take_in(given=given, channel=RequestChannel.COUNTER, received_on=received, by=user, at=at)
        client.force_login(user)

        assert expected in client.get(reverse("disclosure:appeal", args=[case.pk])).content.decode()
        drafted = makers.propose(cast, case, at=at)
        words = look(drafted.appeal, by=user, purpose="测试", at=at)
        assert expected in services.reply_letter(drafted, words=words, on=at.date()).paragraphs[0]


def test_the_limit_is_the_offices_and_a_later_one_changes_no_earlier_case(cast):
    load_limits()
    before = makers.appealed(cast)
    AppealLimit.objects.create(matter=AppealMatter.ENTERPRISE, days=5, valid_from=date(2018, 11, 20))

    after = makers.appealed(cast)
    before.refresh_from_db()

    assert days_on(AppealMatter.OPENNESS, on=AT.date()) == 15
    assert [local_day(each.legal_clock.due_at) for each in (before, after)] == [date(2018, 12, 11), date(2018, 11, 27)]


def test_limits_are_loaded_once_and_never_over_the_offices(cast):
    load_limits()
    AppealLimit.objects.filter(matter=AppealMatter.ENTERPRISE).update(days=9)

    load_limits()

    assert sorted(AppealLimit.objects.values_list("matter", "days")) == [("enterprise", 9), ("openness", 15)]


# Entered at the desk.


def test_what_comes_by_post_is_entered_with_its_day(client, cast):
    client.force_login(cast.clerk)
    water = makers.enterprise(cast.finance)
    said = form(channel="signed_post", received_on="2018-11-16", enterprise=water.pk, phone="")

    response = client.post(ENTER, said)

    case = Case.objects.get()
    assert response.url == reverse("disclosure:appeal", args=[case.pk])
    assert (case.received_on, case.channel, local_day(case.legal_clock.due_at)) == (
        date(2018, 11, 16),
        "signed_post",
        date(2018, 12, 7),
    )


@pytest.mark.parametrize("day", ["2018-11-21", "2008-04-30", "2018-02-30"])
def test_a_day_on_which_nothing_could_come_is_refused(client, cast, day):
    client.force_login(cast.clerk)

    refused = client.post(
        ENTER, form(channel="counter", received_on=day, enterprise=makers.enterprise(cast.finance).pk)
    )

    assert refused.status_code == 422
    assert "日期" in refused.content.decode()
    assert f'value="{day}"' in refused.content.decode()


def test_a_department_enters_what_concerns_its_own_enterprises_alone(client, cast):
    client.force_login(cast.clerk)
    others = makers.enterprise(cast.town, "镇水厂")

    refused = client.post(ENTER, form(channel="counter", received_on="2018-11-20", enterprise=others.pk))

    assert refused.status_code == 422
    assert "被反映的单位" not in refused.content.decode()


def test_the_office_enters_both_and_one_of_them_at_a_time(client, cast):
    client.force_login(cast.office)
    water, said = makers.enterprise(cast.finance), {"channel": "counter", "received_on": "2018-11-20"}

    for about in ({}, {"enterprise": water.pk, "accused": cast.town.pk}):
        refused = client.post(ENTER, form(**said, **about))
        assert "请选择其中一个" in refused.content.decode()
    client.post(ENTER, form(**said, accused=cast.town.pk))

    assert Case.objects.get().unit == cast.county_office


# Answered.


def test_the_answer_is_drafted_signed_by_another_one_and_read_by_number_and_code(client, cast):
    case = makers.proposed(cast)
    with pytest.raises(PermissionDenied):
        services.sign(case=case, version=case.version, by=cast.clerk, at=AT)
    assert "已经补充公开" not in looked_up(client, case)

    makers.sign(cast, case)

    paper = case.papers.get()
    assert (case.status, paper.number) == ("answered", "县财政局公开诉复〔2018〕1号")
    assert case.legal_clock.closed_at
    found = looked_up(client, case)
    assert "已经补充公开" in found
    assert "已经答复" in found
    assert replay(case).status == "answered"
    run_due("letter")
    client.force_login(cast.clerk)
    letter = client.get(reverse("disclosure:appeal-letter", args=[case.pk, paper.pk]))
    assert letter["Content-Type"] == "application/pdf"


def test_who_drafts_does_not_sign_in_the_office_either(client, cast):
    case = makers.propose(cast, makers.complained(cast))
    client.force_login(cast.signer)

    page = client.post(
        reverse("disclosure:appeal-sign", args=[case.pk]), {"version": case.version}, follow=True
    ).content.decode()

    assert "已签发" in page


def test_a_draft_that_comes_back_is_there_to_be_changed(client, cast):
    case = makers.proposed(cast)
    services.send_back(case=case, reason="写得具体一些", version=case.version, by=cast.head, at=AT)
    client.force_login(cast.clerk)

    page = client.get(reverse("disclosure:appeal", args=[case.pk])).content.decode()
    draft = client.get(reverse("disclosure:appeal-reply", args=[case.pk])).content.decode()

    assert "退回理由：写得具体一些" in page
    assert "已经补充公开。" in draft


def test_what_another_department_is_competent_for_is_moved_with_its_limit(client, cast):
    case = makers.appealed(cast)
    due = case.legal_clock.due_at

    follower = services.move(
        case=case, unit=cast.town, reason="由深甽镇主管", version=case.version, by=cast.clerk, at=AT
    )

    assert (follower.unit, follower.number, follower.legal_clock.due_at) == (cast.town, "深甽镇公开诉〔2018〕1号", due)
    assert look(follower.appeal, by=None, purpose="测试", at=AT)["person"]["name"] == NAME
    found = looked_up(client, case)
    assert follower.number in found
    assert lookup_code(follower) in found
    assert Message.objects.filter(recipient=cast.other_clerk).exists()


def test_moving_leads_to_the_list_since_the_page_is_another_departments(client, cast):
    case = makers.appealed(cast)
    client.force_login(cast.clerk)
    said = {"version": case.version, "unit": cast.town.pk, "reason": "由深甽镇主管"}

    moved = client.post(reverse("disclosure:appeal-move", args=[case.pk]), said, follow=True)

    assert moved.status_code == 200
    assert "已转办，登记号 深甽镇公开诉〔2018〕1号。" in moved.content.decode()


def test_a_complaint_cannot_be_moved_to_anybody(cast):
    case = makers.complained(cast)

    with pytest.raises(PermissionDenied):
        services.move(case=case, unit=cast.finance, reason="由其自查", version=case.version, by=cast.office, at=AT)


def test_it_may_be_withdrawn_or_void(client, cast):
    withdrawn, void = makers.appealed(cast), makers.appealed(cast)
    services.withdraw(case=withdrawn, reason="问题已经解决", version=withdrawn.version, by=cast.clerk, at=AT)
    services.void(case=void, reason="不是申诉", version=void.version, by=cast.head, at=AT)

    assert (withdrawn.status, void.status, void.number) == ("withdrawn", "void", "县财政局公开诉〔2018〕2号")
    assert "已撤回" in looked_up(client, withdrawn)


def test_after_its_retention_nobody_reads_who_appealed(cast):
    case = makers.answered(cast)

    assert end_retention(case=case, at=AT.replace(year=2029))

    told = look(Appeal.objects.get(case=case), by=cast.clerk, purpose="测试", at=AT.replace(year=2029))
    assert set(told.values()) == {DESTROYED}


def test_who_has_lost_the_code_or_came_in_person_gets_one_at_the_desk(client, cast):
    case = makers.appealed(cast)
    lost = lookup_code(case)
    client.force_login(cast.clerk)

    said = {"version": case.version, "checked": "in_person"}
    page = client.post(reverse("disclosure:appeal-new-code", args=[case.pk]), said).content.decode()

    assert lookup_code(case) in page
    assert lookup_code(case) != lost


# What the accused unit hears.


def test_words_that_name_the_sender_are_not_handed_on(cast):
    case = makers.complained(cast)

    for text in (f"{NAME}反映没有答复。", f"请联系{PHONE}。", "请联系13805741234。"):
        with pytest.raises(ValidationError):
            services.forward(case=case, text=text, version=case.version, by=cast.office, at=AT)
    assert not Message.objects.filter(recipient=cast.clerk).exists()


def test_the_office_hands_on_words_and_nothing_besides(client, cast):
    case = makers.complained(cast)

    services.forward(case=case, text="请核对各件申请的答复日期。", version=case.version, by=cast.office, at=AT)

    told = Message.objects.get(recipient=cast.clerk)
    assert (told.subject, told.text) == ("县政府办公室转来的意见，请核实并说明情况", "请核对各件申请的答复日期。")
    assert case.number not in f"{told.subject}{told.text}{told.url}{told.event}"
    client.force_login(cast.office)
    assert "请核对各件申请的答复日期。" in client.get(reverse("disclosure:appeal", args=[case.pk])).content.decode()


def test_a_refused_form_keeps_what_was_typed(client, cast):
    case = makers.complained(cast)
    client.force_login(cast.office)
    said = {"version": case.version, "text": f"{NAME}反映没有答复。"}

    refused = client.post(reverse("disclosure:appeal-forward", args=[case.pk]), said)

    assert refused.status_code == 422
    assert said["text"] in refused.content.decode()
