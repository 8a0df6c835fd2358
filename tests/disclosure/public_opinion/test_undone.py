"""What is undone honestly: a grade, a closing, a response, an earlier day. Whatever was decided before stays to be seen."""

import re
from datetime import date, datetime, timedelta
from importlib import import_module

import pytest
from django.apps import apps
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.base import ContentFile

from disclosure.items.drafting import edit_item
from disclosure.models import Item, OpinionEvent, OpinionTerm
from disclosure.privacy.raw_posts import require_no_raw_post
from disclosure.public_opinion import services
from disclosure.public_opinion.limits import limits_of, opinions
from disclosure.public_opinion.reminders import tell_office_of_opinions, watch_opinions
from fixtures.reference_data import load_workdays
from ninghai.calendar.workdays import WorkCalendar
from ninghai.cases.clocks import open_inner_clocks
from ninghai.cases.register import end_retention
from ninghai.files import store_bytes
from ninghai.models import Case, Message, StoredFile, Unit
from ninghai.models.state_machine import TransitionError
from reports.facts.opinions import late_opinions
from tests.disclosure.leaks.answers import body_of
from tests.disclosure.public_opinion.makers import (
    FOUND,
    LINK,
    QUOTE,
    SHANGHAI,
    answered,
    answering_,
    assigned,
    declined,
    declining,
    done,
    drafted,
    evaluated,
    following,
    found,
    fresh,
    later,
    regraded,
    reopened,
    responded,
    seen,
    term,
)
from tests.tasks.factories import signed_in

pytestmark = pytest.mark.django_db
FIRST, PRESS, ANSWER = "opinion_first", "opinion_press", "opinion_answer"


def limits(event: OpinionEvent, *, at: datetime) -> dict:
    """The last of each kind."""
    return {each.code: each for each in limits_of([event], at=at)[event.pk]}


def running(event: OpinionEvent) -> set[str]:
    """By the clocks, from which lists and the inbox are made."""
    return set(open_inner_clocks(fresh(event).case).values_list("duty", flat=True))


def standing(event: OpinionEvent, *, on: date, at: datetime):
    return opinions(since=FOUND.date(), on=on, at=at)[0]


# The grade.


@pytest.mark.parametrize(
    ("hours", "words", "tone"),
    [
        (4, "截至2018-11-19 21:30，2018-11-19 20:30起不再计时", "info"),
        (7, "截至2018-11-19 21:30，2018-11-19 23:30起不再计时，已逾期2小时", "late"),
    ],
    ids=["in time", "after a breach"],
)
def test_lowered_in_time_the_short_limits_are_called_off_and_a_breach_stays_one(cast, hours, words, tone):
    event = regraded(cast, assigned(cast, grade="major"), at=later(hours=hours), reason="核实后没有人员伤亡")

    shown = limits(event, at=later(hours=8))
    assert (shown[FIRST].words, shown[FIRST].tone) == (words, tone)
    assert (shown[FIRST].is_given_up, shown[FIRST].is_late) == (tone == "info", tone == "late")
    assert shown[PRESS].is_given_up
    assert shown[ANSWER].words.startswith("截至2018-11-21 16:30，还有")  # from where it counted all along
    assert (event.grade, event.case.category, running(event)) == ("other", "other", {ANSWER})


def test_what_was_said_before_the_lowering_answers(cast):
    event = answering_(cast, grade="major")
    responded(cast, event, by_way="新闻发布会", at=later(hours=2))

    event = regraded(cast, event, at=later(hours=3))

    shown = limits(event, at=later(hours=4))
    assert (shown[ANSWER].ended, shown[PRESS].ended, running(event)) == (later(hours=2), later(hours=2), set())
    services.close(**seen(event), by=cast.office, at=later(hours=5))


def test_raised_lowered_and_raised_again_each_decision_is_told(cast):
    event = assigned(cast)
    for hours in (1, 2, 6):
        event = regraded(cast, event, at=later(hours=hours))

    shown = limits(event, at=later(hours=6))
    assert shown[FIRST].words == "截至2018-11-19 21:30，已逾期1小时；定级于22:30"
    assert running(event) == {FIRST, PRESS, ANSWER}
    page = signed_in(cast.office).get(f"/work/opinions/{event.pk}/").text
    assert (page.count("<strong>升为特别重大"), page.count("<strong>降为其他")) == (2, 1)


def test_who_does_not_work_in_the_office_grades_nothing(cast):
    event = assigned(cast, grade="major")

    with pytest.raises(PermissionDenied):
        services.regrade(**seen(event), level=None, reason="没有伤亡", by=cast.clerk, at=later(hours=1))


# Opened again.


@pytest.mark.parametrize("make", [done, evaluated, declined])
def test_what_is_opened_again_has_its_limits_anew_and_keeps_the_old_ones(cast, make):
    event = make(cast)
    before = limits(event, at=later(days=9))[ANSWER]

    event = reopened(cast, event, at=later(days=10))

    old, new = limits_of([event], at=later(days=10))[event.pk]
    assert (old.words, old.is_again) == (before.words, False)
    assert (new.label, new.due) == ("回应（48小时），重新办理", later(days=12))
    assert (event.case.status, running(event)) == ("answering", {ANSWER})
    assert cast.clerk.inbox.filter(subject__contains="已重新办理").exists()


def test_both_evaluations_stay_and_the_circular_takes_the_last_of_its_day(cast):
    event = reopened(cast, evaluated(cast, proposal="talk"), at=later(days=1))
    responded(cast, event, at=later(days=1, hours=2))
    services.close(**seen(event), by=cast.office, at=later(days=1, hours=3))
    points = {each.pk: 1 for each in OpinionTerm.objects.offered("criterion")}
    told = {"points": points, "words": "补充了调查结果。", "proposal": "none"}
    services.evaluate(**seen(event), **told, by=cast.office, at=later(days=1, hours=4))

    page = signed_in(cast.office).get(f"/work/opinions/{event.pk}/").text
    assert "合计100分；建议约谈。" in page
    assert "合计4分；不作处理。" in page
    for day, total in ((19, 100), (20, 4)):
        assert standing(event, on=date(2018, 11, day), at=later(days=9)).evaluation.total == total


def test_what_was_declined_before_anybody_led_it_is_handed_out_when_it_is_opened_again(cast):
    event = found(cast)
    services.propose_decline(**seen(event), reason="属于民事纠纷", by=cast.office, at=later(hours=1))
    services.approve_decline(**seen(event), by=cast.signer, at=later(hours=2))

    event = reopened(cast, event, at=later(days=1))

    assert event.case.status == "judging"
    assert assigned(cast, event, at=later(days=1, hours=1)).case.status == "assigned"
    assert limits(event, at=later(days=2))[ANSWER].due == later(days=3)


def test_a_response_of_before_does_not_answer_what_was_opened_again(cast):
    event = reopened(cast, done(cast), at=later(days=1))

    with pytest.raises(ValidationError, match="重新办理的时间"):
        responded(cast, event, at=later(days=2), happened_at=later(hours=5))
    assert running(event) == {ANSWER}


def test_nothing_is_opened_again_once_its_words_are_destroyed(cast):
    event = done(cast)
    Case.objects.filter(pk=event.pk).update(retain_until="2018-11-01")
    end_retention(case=event.case, at=later(days=4))

    with pytest.raises(TransitionError, match="不能重新办理"):
        reopened(cast, event, at=later(days=5))


# A response that was entered by mistake, or late.


def withdrawn(cast, event, response, *, at):
    services.withdraw_response(**seen(event), response=response, reason="选错了回应方式", by=cast.clerk, at=at)
    return fresh(event)


def test_a_response_of_the_wrong_kind_is_withdrawn_and_its_limit_runs_on(cast):
    event = answering_(cast, grade="major")
    wrong = responded(cast, event, by_way="新闻发布会", at=later(hours=2))

    event = withdrawn(cast, event, wrong, at=later(hours=3))

    assert (event.case.status, running(event)) == ("answering", {FIRST, PRESS})
    assert limits(event, at=later(hours=3))[PRESS].words == "截至2018-11-20 16:30，还有21小时"
    responded(cast, event, by_way="发布权威信息", at=later(hours=4), happened_at=later(hours=2))
    assert (fresh(event).case.status, running(event)) == ("answered", {PRESS})
    page = signed_in(cast.clerk).get(f"/work/opinions/{event.pk}/").text
    assert "2018-11-19 19:30撤销登记，不计入时限" in page


def test_another_response_still_ends_the_limit_of_the_one_that_is_withdrawn(cast):
    event = following(cast)  # after one hour, and after two
    first, second = event.responses.all()

    event = withdrawn(cast, event, first, at=later(hours=3))

    assert (event.case.status, running(event)) == ("following", set())
    assert limits(event, at=later(hours=4))[ANSWER].ended == later(hours=2)
    assert list(event.responses.standing()) == [second]


def test_a_response_on_its_way_to_the_public_is_not_withdrawn(cast):
    event = answered(cast)
    drafted(cast, event, at=later(hours=3))

    with pytest.raises(ValidationError, match="不能撤销"):
        withdrawn(cast, event, event.responses.get(), at=later(hours=4))


def test_an_earlier_response_that_is_entered_late_counts_by_its_own_minute(cast):
    event = answered(cast, at=later(hours=50))
    responded(cast, event, at=later(hours=51), happened_at=later(hours=10))

    shown = limits(event, at=later(hours=52))[ANSWER]

    assert (shown.ended, shown.is_late) == (later(hours=10), False)
    page = signed_in(cast.clerk).get(f"/work/opinions/{event.pk}/").text
    assert "2018-11-21 19:30登记" in page  # who reads it sees when that was entered


def test_nobody_answered_before_it_happened(cast):
    event = answering_(cast, happened_at=later(hours=-1))

    with pytest.raises(ValidationError, match="回应时间早于"):
        responded(cast, event, at=later(hours=1), happened_at=later(hours=-2))
    responded(cast, event, at=later(hours=1), happened_at=later(hours=-1))


def test_silence_counts_from_the_last_response_that_stands(cast):
    event = following(cast)
    withdrawn(cast, event, event.responses.last(), at=later(hours=3))

    assert watch_opinions(at=later(days=3, hours=1)) == 1


# An earlier day.


def test_the_facts_of_a_day_are_those_of_that_day(cast):
    """Found on the 19th; on the 20th raised, answered on the 22nd, closed and handed on since."""
    event = regraded(cast, answering_(cast), at=later(hours=20))
    responded(cast, event, at=later(hours=60))
    responded(cast, event, at=later(hours=61), by_way="发布权威信息")
    responded(cast, event, at=later(hours=62), by_way="新闻发布会")
    services.close(**seen(event), by=cast.office, at=later(days=4))
    now = later(days=9)

    rows = [standing(event, on=date(2018, 11, day), at=now) for day in (19, 20, 21, 24)]

    assert [(row.grade, row.status, row.is_open) for row in rows] == [
        ("other", "answering", True),
        ("major", "answering", True),
        ("major", "answering", True),
        ("major", "done", False),
    ]
    assert [sorted(each.code for each in row.late) for row in rows] == [
        [],
        [FIRST, PRESS],
        [ANSWER, FIRST, PRESS],
        [ANSWER, FIRST, PRESS],
    ]
    assert [sum(each.ended is not None for each in row.limits) for row in rows] == [0, 0, 0, 3]


def test_the_lead_of_a_day_is_the_unit_that_led_on_it(cast):
    event = assigned(cast)
    services.return_to_office(**seen(event), reason="不属于职责", belongs_to=None, by=cast.clerk, at=later(hours=24))
    services.hand_out(**seen(event), lead=cast.town, by=cast.office, at=later(hours=25))

    names = [standing(event, on=date(2018, 11, day), at=later(days=9)).unit_name for day in (19, 20)]
    assert names == [cast.finance.short_name, cast.town.short_name]
    assert [len(opinions(since=FOUND.date(), on=date(2018, 11, 19), at=later(days=9), unit=unit))
            for unit in (cast.finance, cast.town)] == [1, 0]  # fmt: skip


def test_what_is_entered_after_midnight_is_not_told_of_the_day_before(cast):
    late = datetime(2018, 11, 19, 23, 50, tzinfo=SHANGHAI)
    found(cast, at=late + timedelta(minutes=20), found_at=late)

    assert opinions(since=late.date(), on=late.date(), at=later(days=9)) == []
    assert len(opinions(since=late.date(), on=date(2018, 11, 20), at=later(days=9))) == 1


def test_a_declined_matter_that_was_late_is_no_answer_in_the_circular(cast):
    event = answering_(cast)
    services.propose_decline(**seen(event), reason="已经平息", by=cast.clerk, at=later(hours=49))
    services.approve_decline(**seen(event), by=cast.signer, at=later(hours=50))

    (row,) = late_opinions([standing(event, on=date(2018, 11, 25), at=later(days=9))])
    assert row["ended"] == "2018-11-21 18:30起不再计时"


# Who takes part, and what is told.


def test_who_is_not_named_when_it_is_handed_out_again_sees_the_post_no_more(cast):
    event = assigned(cast, co=[cast.town])
    services.return_to_office(**seen(event), reason="不属于职责", belongs_to=None, by=cast.clerk, at=later(hours=1))
    other = Unit.objects.get(short_name="县发改局")

    services.hand_out(**seen(event), lead=other, by=cast.office, at=later(hours=2))

    assert list(OpinionEvent.objects.visible_to(cast.other_clerk)) == []


def test_the_form_that_hands_out_again_begins_with_who_helps(cast):
    event = assigned(cast, co=[cast.town])
    services.return_to_office(**seen(event), reason="不属于职责", belongs_to=None, by=cast.clerk, at=later(hours=1))

    page = signed_in(cast.office).get(f"/work/opinions/{event.pk}/").text

    assert re.search(rf'name="co_units" value="{cast.town.pk}"[^>]*checked', page)


def test_one_unit_that_is_two_bodies_is_told_both_its_parts(cast):
    event = assigned(cast)
    police, net = term("body", "公安部门"), term("body", "网信部门")
    OpinionTerm.objects.filter(pk__in=[police.pk, net.pk]).update(unit=cast.town)

    services.tell_bodies(
        **seen(event), parts={police.pk: "伤亡情况", net.pk: "谣言"}, by=cast.office, at=later(minutes=5)
    )

    subjects = Message.objects.filter(recipient=cast.other_clerk).values_list("subject", flat=True)
    assert {subject.rpartition("：")[2] for subject in subjects} == {"伤亡情况", "谣言"}


def test_a_limit_of_a_matter_opened_again_is_told_again(cast):
    event = assigned(cast)
    watch_opinions(at=later(hours=47))
    event = reopened(cast, declined_now(cast, event), at=later(days=5))

    watch_opinions(at=later(days=7))

    assert cast.office.inbox.filter(subject__contains="已逾期").count() == 0
    watch_opinions(at=later(days=7, minutes=1))
    assert cast.office.inbox.filter(subject__contains="到期").count() == 2


def declined_now(cast, event):
    services.accept(**seen(event), by=cast.clerk, at=later(hours=47))
    services.propose_decline(**seen(event), reason="已经平息", by=cast.clerk, at=later(hours=47))
    services.approve_decline(**seen(event), by=cast.signer, at=later(hours=47))
    return fresh(event)


def test_what_was_entered_by_mistake_is_not_counted_in_the_week(cast):
    load_workdays()
    services.void(**seen(found(cast)), reason="重复登记", by=cast.office, at=later(hours=1))
    assigned(cast)
    monday = later(days=7)

    tell_office_of_opinions(on=monday.date(), at=monday, calendar=WorkCalendar.load())

    assert "上周发现1件" in cast.office.inbox.get(event__startswith="opinions-week").subject


# What was posted.


@pytest.mark.parametrize("raw", [QUOTE, LINK, "甄传闻", "甄 传 闻", LINK.upper()])
def test_no_reason_repeats_the_post(cast, raw):
    reason, at = f"网上说{raw}", later(hours=1)
    event = assigned(cast)

    for act, more, by in (
        (services.regrade, {"level": None, "reason": reason}, cast.office),
        (services.return_to_office, {"belongs_to": None, "reason": reason}, cast.clerk),
        (services.propose_decline, {"reason": reason}, cast.clerk),
        (services.void, {"reason": reason}, cast.office),
    ):
        with pytest.raises(ValidationError, match="不能照抄舆情原文"):
            act(**seen(event), **more, by=by, at=at)
    with pytest.raises(ValidationError, match="不能照抄舆情原文"):
        services.refuse_decline(**seen(declining(cast)), reason=reason, by=cast.signer, at=later(hours=2))
    with pytest.raises(ValidationError, match="不能照抄舆情原文"):
        services.hand_out(**seen(found(cast)), lead=cast.town, division=reason, by=cast.office, at=at)


def test_an_item_about_suggestions_alone_repeats_no_post_either(cast):
    event = answered(cast)
    drafted(cast, event, at=later(hours=2))
    services.note_suggestion(
        **seen(event), words="加设照明", outcome="taken", explanation="年底前", by=cast.clerk, at=later(hours=3)
    )
    item = drafted(cast, event, at=later(hours=4))
    edit_item(item=item, version=item.version, by=cast.clerk, at=later(hours=5), body=f"加设照明。网上说：{QUOTE}")

    with pytest.raises(TransitionError, match="不能照抄舆情原文"):
        require_no_raw_post(Item.objects.get(pk=item.pk), by=cast.clerk, at=later(hours=6))
    assert event.case.number in signed_in(cast.clerk).get(f"/work/items/{item.pk}/").text


def test_a_page_that_was_kept_before_is_sealed_in_its_place_and_opens_as_before(cast):
    event = found(cast)
    plain = store_bytes(data=QUOTE.encode(), name="网页留存.txt", media_type="text/plain", by=cast.office, at=FOUND)
    OpinionEvent.objects.filter(pk=event.pk).update(copy=plain)
    step = import_module("disclosure.migrations.0040_kept_pages_are_sealed")

    step.seal_kept_pages(apps, None)

    sealed = fresh(event)
    with sealed.copy.file.open("rb") as stored:
        assert QUOTE.encode() not in stored.read()
    assert (sealed.copy_type, sealed.copy_sha256) == ("text/plain", plain.sha256)
    assert not StoredFile.objects.filter(pk=plain.pk).exists()
    assert body_of(signed_in(cast.office).get(f"/work/opinions/{event.pk}/copy/")) == QUOTE.encode()
    step.open_kept_pages(apps, None)
    with fresh(event).copy.file.open("rb") as stored:
        assert stored.read() == QUOTE.encode()


def test_a_file_that_was_lost_with_a_refused_form_is_asked_for_again(cast):
    event = answering_(cast)
    sent = {"version": event.case.version, "way": "", "happened_at": "昨天", "upload": ContentFile(b"x", name="a.txt")}

    answer = signed_in(cast.clerk).post(f"/work/opinions/{event.pk}/respond/", sent)

    assert answer.status_code == 422
    assert "刚才选择的文件没有保存，请重新选择。" in answer.text


@pytest.mark.parametrize("moment", ["0001-01-01T00:00", "1899-12-31T23:59", "9999-12-31T23:59"])
def test_a_year_that_cannot_be_meant_is_refused_in_words(cast, moment):
    event = answering_(cast)

    sent = {"version": event.case.version, "way": "", "happened_at": moment}
    answer = signed_in(cast.clerk).post(f"/work/opinions/{event.pk}/respond/", sent)

    assert answer.status_code == 422
    assert ("请核对回应时间的年份。" in answer.text) == (moment < "2000")
