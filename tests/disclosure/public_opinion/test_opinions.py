"""Public opinion by the hour: which limit counts from when, what ends it, who leads, what becomes public."""

import hashlib
from datetime import datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from disclosure.annual_reports.blanks import COUNT, ReportCell
from disclosure.annual_reports.figures import value_at
from disclosure.annual_reports.services import open_report
from disclosure.items.drafting import discard_item, edit_item
from disclosure.items.publication import publish_item
from disclosure.models import Item, OpinionEvent, OpinionTerm
from disclosure.public_opinion import services
from disclosure.public_opinion.limits import limits_of, minute
from disclosure.public_opinion.reminders import quiet_opinions, tell_office_of_opinions, watch_opinions
from disclosure.review.services import submit_item
from fixtures.reference_data import load_workdays
from ninghai.calendar.workdays import WorkCalendar
from ninghai.cases.events import replay
from ninghai.models import AuditEntry, CaseAssignment, Message, Unit
from ninghai.models.state_machine import StaleError, TransitionError
from reports.facts.request import Request
from reports.pdf import letter_html
from reports.snapshots.snapshot import compose
from tests.disclosure.leaks.answers import body_of
from tests.disclosure.makers import reviewed
from tests.disclosure.public_opinion.makers import (
    FOUND,
    LINK,
    QUOTE,
    SHANGHAI,
    STATES,
    SUBJECT,
    answered,
    answering_,
    assigned,
    declining,
    done,
    drafted,
    evaluated,
    found,
    fresh,
    given,
    later,
    regraded,
    responded,
    seen,
    term,
)
from tests.reports import makers as papers
from tests.tasks.factories import PDF, signed_in

pytestmark = pytest.mark.django_db
FIRST, PRESS, ANSWER = "opinion_first", "opinion_press", "opinion_answer"


def limits(event: OpinionEvent, *, at: datetime = FOUND) -> dict:
    return {each.code: each for each in limits_of([fresh(event)], at=at)[event.pk]}


def dues(event: OpinionEvent, *, at: datetime = FOUND) -> dict[str, str]:
    return {code: minute(each.due) for code, each in limits(event, at=at).items()}


def published(cast, item, *, at=None):
    return publish_item(item=reviewed(cast, item, at=at or later(hours=3)), by=cast.office, at=at or later(hours=3))


# The limits.


def test_O01_a_grave_one_has_5_hours_and_24_for_the_press_conference(cast):
    event = found(cast, grade="major")

    assert dues(event) == {FIRST: "2018-11-19 21:30", PRESS: "2018-11-20 16:30"}


def test_O02_any_other_has_48_hours(cast):
    assert dues(found(cast)) == {ANSWER: "2018-11-21 16:30"}


def test_O03_nights_and_holidays_count(cast):
    load_workdays()
    eve = datetime(2018, 9, 30, 23, 0, tzinfo=SHANGHAI)  # before National Day

    assert dues(found(cast, at=eve, found_at=eve), at=eve) == {ANSWER: "2018-10-02 23:00"}
    assert dues(found(cast, at=eve, found_at=eve, grade="major"), at=eve) == {
        FIRST: "2018-10-01 04:00",
        PRESS: "2018-10-01 23:00",
    }


@pytest.mark.parametrize(
    ("by_way", "ended"),
    [
        ("发布权威信息", {FIRST}),
        ("新闻发布会", {PRESS}),
        ("接受媒体采访", set()),
    ],
    ids=["O04 a release", "O04 a press conference", "O04 an interview"],
)
def test_O04_each_limit_is_ended_by_its_own_kind_of_response(cast, by_way, ended):
    event = answering_(cast, grade="major")

    responded(cast, event, by_way=by_way, at=later(hours=2))

    assert {code for code, each in limits(event, at=later(hours=3)).items() if each.ended} == ended


def test_O05_raised_it_counts_from_the_finding_and_shows_the_breach_at_once(cast):
    event, ten = assigned(cast), FOUND.replace(hour=22, minute=0)

    regraded(cast, event, at=ten)

    shown = limits(event, at=ten)
    assert shown[FIRST].words == "截至2018-11-19 21:30，已逾期30分钟；定级于22:00"
    assert shown[FIRST].is_late
    assert (shown[PRESS].is_late, shown[PRESS].ended, minute(shown[PRESS].due)) == (False, None, "2018-11-20 16:30")
    assert ANSWER in shown
    assert fresh(event).case.category == "major"
    assert cast.clerk.inbox.filter(subject__contains="已升为特别重大、重大突发事件").exists()


def test_O05_what_was_said_before_the_raising_counts(cast):
    event = answering_(cast)
    responded(cast, event, by_way="发布权威信息", at=later(hours=2))

    regraded(cast, event, at=later(hours=6))

    shown = limits(event, at=later(hours=6))
    assert (shown[FIRST].ended, shown[FIRST].is_late) == (later(hours=2), False)
    assert shown[PRESS].ended is None


@pytest.mark.parametrize(
    ("after", "is_late", "words"),
    [
        (timedelta(hours=48), False, "截至2018-11-21 16:30，2018-11-21 16:30按时完成"),
        (timedelta(hours=48, seconds=1), True, "截至2018-11-21 16:30，2018-11-21 16:30完成，逾期不到1分钟"),
    ],
    ids=["O06 at 48 h", "O06 one second later"],
)
def test_O06_the_last_second_is_in_time(cast, after, is_late, words):
    event = answered(cast, at=FOUND + after)

    shown = limits(event, at=later(days=3))[ANSWER]

    assert (shown.is_late, shown.words) == (is_late, words)


@pytest.mark.parametrize(
    ("since", "due"),
    [("found", "2018-11-21 16:30"), ("happened", "2018-11-21 14:00"), ("assigned", "2018-11-21 17:10")],
    ids=["O07 found", "O07 happened", "O07 assigned"],
)
def test_O07_the_county_sets_from_when_it_counts_and_the_others_are_shown(cast, settings, since, due):
    settings.OPINION_COUNTS_FROM = since
    event = assigned(cast, happened_at=later(hours=-2.5), at=later(minutes=40))

    page = signed_in(cast.clerk).get(f"/work/opinions/{event.pk}/").text

    assert dues(event, at=later(hours=1)) == {ANSWER: due}
    for moment in ("2018-11-19 14:00", "2018-11-19 16:30", "2018-11-19 17:10"):
        assert moment in page
    assert page.count("（起算）") == 1


# Who leads.


def test_O08_three_departments_have_exactly_one_lead(cast):
    event, third = found(cast), Unit.objects.get(short_name="县发改局")

    with pytest.raises(ValidationError, match="没有牵头单位不能交办"):
        services.hand_out(**seen(event), lead=None, co_units=[cast.town, third], by=cast.office, at=FOUND)
    assert fresh(event).case.status == "judging"
    assigned(cast, event, co=[cast.town, third, cast.finance])

    parts = fresh(event).case.assignments.values_list("unit__short_name", "part")
    assert sorted(parts) == [("县发改局", "co"), ("县财政局", "lead"), ("深甽镇", "co")]
    assert Message.objects.filter(recipient=cast.other_clerk, subject__contains="请配合处置").exists()


def test_O08_the_page_asks_for_the_lead_and_keeps_what_was_typed(cast):
    event = found(cast)
    sent = {"version": event.case.version, "lead": "", "co_units": [cast.town.pk], "division": "镇里负责安置"}

    answer = signed_in(cast.office).post(f"/work/opinions/{event.pk}/hand-out/", sent)

    assert answer.status_code == 422
    assert "请选择一个牵头单位，没有牵头单位不能交办。" in answer.text
    assert "镇里负责安置" in answer.text


def test_O09_a_lead_gives_it_back_once_and_the_next_is_designated(cast):
    event = assigned(cast)

    services.return_to_office(
        **seen(event), reason="不属于本局职责", belongs_to=cast.town, by=cast.clerk, at=later(minutes=10)
    )
    assert fresh(event).case.status == "judging"
    assert dues(event) == {ANSWER: "2018-11-21 16:30"}  # the limit runs on
    services.hand_out(**seen(event), lead=cast.town, by=cast.office, at=later(minutes=20))

    with pytest.raises(TransitionError, match="指定牵头，不能退回"):
        services.return_to_office(
            **seen(event), reason="也不是", belongs_to=None, by=cast.other_clerk, at=later(minutes=30)
        )


def test_O09_those_who_act_together_learn_by_one_act_who_answers_what(cast):
    event = assigned(cast)
    police, press, telecom = (term("body", words) for words in ("公安部门", "宣传部门", "通信管理部门"))
    OpinionTerm.objects.filter(pk=police.pk).update(unit=cast.town)
    parts = {police.pk: "伤亡情况", telecom.pk: "通信恢复", press.pk: ""}

    told = services.tell_bodies(**seen(event), parts=parts, by=cast.office, at=later(minutes=5))

    message = Message.objects.get(recipient=cast.other_clerk)
    assert message.subject.endswith("请回应：伤亡情况")
    assert message.text == "共同处置单位的分工：\n公安部门：伤亡情况\n通信管理部门：通信恢复"
    assert told == "；通信管理部门不在本平台，请另行告知"
    assert OpinionEvent.objects.visible_to(cast.other_clerk).get() == event
    page = signed_in(cast.office).get(f"/work/opinions/{event.pk}/").text
    assert "通信管理部门：通信恢复" in page


# Not answering.


def test_O10_not_answering_needs_a_reason_and_another_one_who_approves(cast):
    event = answering_(cast)
    with pytest.raises(TransitionError, match="请填写理由"):
        services.propose_decline(**seen(event), reason=" ", by=cast.clerk, at=later(hours=1))
    services.propose_decline(**seen(event), reason="已由公安机关依法处理", by=cast.clerk, at=later(hours=1))

    for person in (cast.clerk, cast.head, cast.office):
        with pytest.raises(PermissionDenied):
            services.approve_decline(**seen(event), by=person, at=later(hours=2))
    services.approve_decline(**seen(event), by=cast.signer, at=later(hours=2))

    assert fresh(event).case.status == "declined"
    assert "不再计时" in limits(event, at=later(days=9))[ANSWER].words
    last = fresh(event).case.events.get(kind="declined")
    assert (last.fact("approved_by"), last.by) == (cast.signer.pk, cast.signer)


def test_O10_refused_it_goes_on_where_it_stood(cast):
    event = declining(cast)

    services.refuse_decline(**seen(event), reason="群众关心，要回应", by=cast.signer, at=later(hours=2))

    assert fresh(event).case.status == "answering"
    assert limits(event, at=later(hours=2))[ANSWER].ended is None
    assert cast.clerk.inbox.filter(subject__contains="要回应").exists()


# Going on (持续发布).


def test_O11_after_days_without_a_word_the_lead_is_reminded(cast, settings):
    event = answered(cast)  # an hour after the finding

    assert watch_opinions(at=later(days=3, minutes=59)) == 0
    assert watch_opinions(at=later(days=3, hours=1)) == 1
    watch_opinions(at=later(days=3, hours=2))

    (message,) = cast.clerk.inbox.filter(subject__contains="没有新的回应")
    assert message.subject == f"{event} 政务舆情（政府政策）：已经3天没有新的回应，请持续发布"
    assert list(quiet_opinions(at=later(days=4))) == [event]
    settings.OPINION_QUIET_DAYS = 5
    assert not quiet_opinions(at=later(days=4)).exists()


def test_O11_a_new_word_begins_the_days_anew(cast):
    event = answered(cast)
    responded(cast, event, at=later(days=2))

    assert fresh(event).case.status == "following"
    assert watch_opinions(at=later(days=4)) == 0


def test_a_limit_is_told_before_it_runs_out_and_after_by_night_too(cast):
    event = assigned(cast, grade="major")

    for hours in (2, 4, 4.5, 6, 7):
        watch_opinions(at=later(hours=hours))

    subjects = cast.clerk.inbox.filter(subject__contains="首次发布").order_by("pk").values_list("subject", flat=True)
    assert list(subjects) == [
        f"{event} 政务舆情（政府政策）：首次发布权威信息（5小时）2018-11-19 21:30到期",
        f"{event} 政务舆情（政府政策）：首次发布权威信息（5小时）已逾期",
    ]
    assert cast.office.inbox.filter(subject__contains="已逾期").count() == 1


# Suggestions, evaluation, the circular.


def test_O12_whether_a_suggestion_is_taken_up_becomes_public(cast):
    event = answered(cast)
    services.note_suggestion(
        **seen(event),
        words="在市场东侧加设照明",
        outcome="taken",
        explanation="年底前完成",
        by=cast.clerk,
        at=later(hours=2),
    )

    with pytest.raises(TransitionError, match="采纳情况没有公开"):
        services.close(**seen(event), by=cast.office, at=later(hours=3))
    told = {"title": "处置情况", "body": "围墙已经加固。", "by": cast.clerk, "at": later(hours=3)}
    with pytest.raises(ValidationError, match="在市场东侧加设照明"):
        services.draft_response(**seen(event), **told)
    item = published(cast, drafted(cast, event, at=later(hours=3)))

    page = Client().get(item.get_absolute_url()).text
    assert "在市场东侧加设照明：采纳。年底前完成" in page
    services.close(**seen(event), by=cast.office, at=later(days=2))
    assert fresh(event).case.status == "done"


def test_O13_the_sheet_proposes_and_the_circular_gives_the_evidence(cast):
    notice = papers.issued_notice(cast)
    answered(cast, at=later(hours=50))
    event = evaluated(cast, proposal="talk")

    snapshot = compose(Request.about(kind="opinions", notice=notice, as_of=later(days=5).date()))

    assert snapshot["opinions"] == {"found": 2, "major": 0, "open": 1, "declined": 0, "judged": 2, "in_time": 1}
    assert [(row["number"], row["ended"]) for row in snapshot["late"]] == [
        ("县政府办公室舆情〔2018〕1号", "2018-11-21 18:30")
    ]
    (row,) = snapshot["evaluated"]
    assert (row["number"], row["total"], row["proposal"]) == (event.case.number, 100, "建议约谈")
    page = letter_html(snapshot=snapshot)
    assert "县财政局（县政府办公室舆情〔2018〕2号）：建议约谈。得分100分（满分100分）；回应及时、口径统一。" in page
    for raw in (QUOTE, LINK, "甄传闻", SUBJECT):
        assert raw not in page


def test_O13_points_are_the_office_s_own_and_bounded(cast):
    event, criterion = done(cast), term("criterion", "回应及时")
    points = {each.pk: each.points for each in OpinionTerm.objects.offered("criterion")}

    with pytest.raises(ValidationError, match="应在0和30之间"):
        services.evaluate(
            **seen(event),
            points=points | {criterion.pk: 31},
            words="好",
            proposal="none",
            by=cast.office,
            at=later(hours=4),
        )


# What becomes public.


def test_O14_a_response_is_an_item_linked_both_ways_and_counted_in_form_A(cast):
    event = answered(cast)
    responded(cast, event, by_way="在线访谈", at=later(hours=2))
    item = published(cast, drafted(cast, event, at=later(hours=3)))

    assert [each.item for each in event.responses.all()] == [item, item]
    assert item.title in signed_in(cast.clerk).get(f"/work/opinions/{event.pk}/").text
    assert event.case.number in signed_in(cast.clerk).get(f"/work/items/{item.pk}/").text
    assert event.case.number not in Client().get(item.get_absolute_url()).text
    report = open_report(year=2018, unit=cast.finance, by=cast.clerk, at=later(days=3))
    assert value_at(report.figures, ReportCell("1", "回应公众关注热点或重大舆情数", COUNT)) == 1


def test_O14_several_responses_to_one_matter_count_once_and_drafts_not_at_all(cast):
    for _ in range(2):
        event = answered(cast)
        published(cast, drafted(cast, event, at=later(hours=3)), at=later(hours=4))
        responded(cast, event, at=later(hours=5))
        published(cast, drafted(cast, event, at=later(hours=6)), at=later(hours=7))
    drafted(cast, answered(cast), at=later(hours=3))

    report = open_report(year=2018, unit=cast.finance, by=cast.clerk, at=later(days=3))

    assert value_at(report.figures, ReportCell("1", "回应公众关注热点或重大舆情数", COUNT)) == 2


@pytest.mark.parametrize("raw", [QUOTE, LINK, "甄传闻", "不露建材经营部"], ids=["post", "link", "person", "shop"])
def test_a_response_that_repeats_the_post_is_neither_drafted_nor_handed_in(cast, raw):
    event = answered(cast)
    with pytest.raises(ValidationError, match="不能照抄舆情原文"):
        drafted(cast, event, at=later(hours=3), body=f"网上说：{raw}。现已处置。")
    item = drafted(cast, event, at=later(hours=3))
    edit_item(item=item, version=item.version, by=cast.clerk, at=later(hours=4), body=f"网上说：{raw}。现已处置。")

    with pytest.raises(TransitionError, match="不能照抄舆情原文"):
        submit_item(item=Item.objects.get(pk=item.pk), by=cast.clerk, at=later(hours=4))


@pytest.mark.parametrize("raw", [LINK, "甄传闻"], ids=["link", "person"])
def test_what_is_shown_in_lists_does_not_repeat_the_post(cast, raw):
    with pytest.raises(ValidationError, match="不能照抄舆情原文"):
        found(cast, subject=f"网传{raw}")


# The engine, the digest, the pages.


@pytest.mark.parametrize("make", STATES.values(), ids=STATES)
def test_the_columns_say_what_the_events_say(cast, make):
    event = make(cast)
    told = replay(event.case)

    assert event.case.status == told.status
    assert (event.case.closed_at, event.case.category) == (told.closed_at, event.grade)


def test_it_is_closed_once_every_limit_has_its_own_response(cast):
    event = answering_(cast, grade="major")
    responded(cast, event, by_way="发布权威信息", at=later(hours=1))

    with pytest.raises(TransitionError, match="新闻发布会"):
        services.close(**seen(event), by=cast.office, at=later(hours=2))
    responded(cast, event, by_way="新闻发布会", at=later(hours=3))
    services.close(**seen(event), by=cast.office, at=later(hours=4))

    assert fresh(event).case.status == "done"


def test_the_same_form_sent_twice_is_one_event(cast):
    told = given()

    first, second = (services.enter_opinion(given=told, copy=None, by=cast.office, at=FOUND) for _ in range(2))

    assert first == second
    assert OpinionEvent.objects.count() == 1


def test_who_saw_an_older_page_is_told(cast):
    event = assigned(cast)
    old = seen(event)
    services.supply(**seen(event), words="现场已经封闭", by=cast.clerk, at=later(minutes=1))

    with pytest.raises(StaleError):
        services.accept(**old, by=cast.clerk, at=later(minutes=2))


def test_the_week_s_digest_counts_and_names_by_number_alone(cast):
    load_workdays()
    event = assigned(cast)
    monday = later(days=7)  # the 26th

    tell_office_of_opinions(on=monday.date(), at=monday, calendar=WorkCalendar.load())
    tell_office_of_opinions(on=monday.date(), at=monday, calendar=WorkCalendar.load())

    (message,) = cast.office.inbox.filter(event__startswith="opinions-week")
    assert message.subject == "每周政务舆情：上周发现1件，处置中1件，逾期1件"
    assert message.text.startswith(f"{event}（政府政策）：县财政局；回应（48小时）截至2018-11-21 16:30，已逾期")


def test_the_office_registers_a_matter_with_its_copy(cast, settings):
    settings.CLOCK_DATE = settings.CLOCK_SINCE = "2018-11-20"
    client, address = signed_in(cast.office), "/admin/disclosure/opinionevent/add/"
    picture = SimpleUploadedFile("甄传闻被打.pdf", PDF, content_type="application/pdf")
    sent = given(topic=term("topic").pk, level="", happened_at="", found_at="2018-11-19T16:30", upload=picture)

    answer = client.post(address, sent)

    event = OpinionEvent.objects.get()
    assert answer.status_code == 302
    assert answer["Location"].endswith(f"/admin/disclosure/opinionevent/{event.pk}/change/")
    assert (event.copy_type, event.copy_sha256) == ("application/pdf", hashlib.sha256(PDF).hexdigest())
    page = client.get(answer["Location"]).text
    assert event.copy_sha256 in page
    assert "截至2018-11-21 16:30" in page
    with event.copy.file.open("rb") as stored:
        assert PDF[:20] not in stored.read()  # sealed, as the words are
    kept = client.get(f"/admin/disclosure/opinionevent/{event.pk}/copy/")
    assert (body_of(kept), kept["Content-Type"]) == (PDF, "application/pdf")
    assert AuditEntry.objects.filter(action=AuditEntry.Action.DOWNLOAD, target_id=event.pk).count() == 1


def test_a_form_that_is_refused_keeps_every_word(cast):
    sent = given(topic=term("topic").pk, level="", happened_at="", found_at="昨天下午")

    answer = signed_in(cast.office).post("/admin/disclosure/opinionevent/add/", sent)

    assert answer.status_code == 422
    assert "请按“年-月-日 时:分”填写发现时间。" in answer.text
    assert all(words in answer.text for words in (SUBJECT, QUOTE, LINK, "昨天下午"))


def test_a_unit_sees_only_what_it_was_given(cast):
    event = assigned(cast)

    assert event.case.number in signed_in(cast.clerk).get("/work/opinions/").text
    assert event.case.number not in signed_in(cast.other_clerk).get("/work/opinions/").text
    assert signed_in(cast.other_clerk).get(f"/work/opinions/{event.pk}/").status_code == 404


def test_the_map_counts_by_the_unit_that_leads(cast, settings):
    settings.CLOCK_DATE = settings.CLOCK_SINCE = "2018-12-01"
    late, kept = assigned(cast), done(cast)

    page = signed_in(cast.office).get("/admin/disclosure/opinionevent/map/").text

    assert f'<td class="stale"><a href="/admin/disclosure/opinionevent/{late.pk}/change/">' in page
    assert f'<td class="current"><a href="/admin/disclosure/opinionevent/{kept.pk}/change/">' in page


def test_acts_and_units_are_there_in_every_state(cast):
    lead, helper = assigned(cast, co=[cast.town]), signed_in(cast.other_clerk)

    page = helper.get(f"/work/opinions/{lead.pk}/").text

    assert ("提供情况" in page, "登记回应" in page) == (True, False)
    helper.post(f"/work/opinions/{lead.pk}/supply/", {"version": fresh(lead).case.version, "words": "现场3人轻伤"})
    assert "现场3人轻伤" in signed_in(cast.clerk).get(f"/work/opinions/{lead.pk}/").text
    assert "现场3人轻伤" not in helper.get(f"/work/opinions/{lead.pk}/").text
    assert {each.part for each in CaseAssignment.objects.filter(case=lead.case)} == {"lead", "co"}


def test_a_breach_stays_one_whatever_is_decided_afterwards(cast):
    event = answering_(cast)
    services.propose_decline(**seen(event), reason="已经平息", by=cast.clerk, at=later(hours=49))
    services.approve_decline(**seen(event), by=cast.signer, at=later(hours=50))

    shown = limits(event, at=later(days=9))[ANSWER]

    assert (shown.is_late, shown.is_given_up) == (True, False)
    assert shown.words == "截至2018-11-21 16:30，2018-11-21 18:30起不再计时，已逾期2小时"


def test_a_dropped_draft_leaves_the_response_to_be_published(cast):
    event = answered(cast)
    item = drafted(cast, event, at=later(hours=3))
    discard_item(item=item, by=cast.clerk, at=later(hours=4))

    again = drafted(cast, event, at=later(hours=5))

    assert event.responses.get().item == again


def test_the_post_is_opened_by_a_link_in_words(cast):
    event = assigned(cast)

    page = signed_in(cast.clerk).get(f"/work/opinions/{event.pk}/").text

    assert f'<a href="{LINK}" rel="noreferrer">打开原帖</a>' in page
    assert f">{LINK}" not in page


def test_what_is_no_address_is_refused(cast):
    sent = given(
        topic=term("topic").pk, level="", happened_at="", found_at="2018-11-19T16:30", link="javascript:alert(1)"
    )

    answer = signed_in(cast.office).post("/admin/disclosure/opinionevent/add/", sent)

    assert answer.status_code == 422
    assert "请填写完整的网址" in answer.text
