"""Clocks for duties in the database: what can be done to one, what stays, and what a changed calendar moves."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, IntegrityError, connection, transaction

from fixtures.reference_data import load_workdays
from ninghai.calendar.duty_clocks import (
    StatutoryDuty,
    close_clock,
    extend_clock,
    pause_clock,
    restart_clock,
    restate_clocks,
    resume_clock,
    start_clock,
)
from ninghai.calendar.holiday_notice import SpecialDay
from ninghai.calendar.pages import CalendarEdit, change_calendar, preview_edit
from ninghai.models import AuditEntry, ClockEvent, DutyClock, Workday
from ninghai.models.calendar import Limit, LimitUnit
from ninghai.models.state_machine import TransitionError
from ninghai.operations.database.connections import as_owner
from tests.cast import make_cast
from tests.ninghai.test_reckoning import at

ANSWER = StatutoryDuty(
    code="answer", words="收到之日起15个工作日内答复", limit=Limit(LimitUnit.WORKING_DAY, 15), basis="条例"
)
PRESS = StatutoryDuty(code="press", words="48小时内举行新闻发布会", limit=Limit(LimitUnit.HOUR, 48))
STARTED = at("2018-09-20")


@pytest.fixture
def cast(cast):
    load_workdays()
    return cast


def start(cast, duty=ANSWER, *, happened_at=STARTED, **limit):
    return start_clock(duty=duty, target=cast.finance, happened_at=happened_at, by=cast.office, at=happened_at, **limit)


def pause(cast, clock, day):
    return pause_clock(clock=clock, reason="征求第三方意见", by=cast.office, at=at(day))


def resume(cast, clock, day):
    return resume_clock(clock=clock, by=cast.office, at=at(day))


def extend(cast, clock, day, amount=5):
    return extend_clock(
        clock=clock, amount=amount, reason="情况复杂", approved_by=cast.signer, by=cast.office, at=at(day)
    )


def close(cast, clock, day):
    return close_clock(clock=clock, by=cast.office, at=at(day))


def due_day(clock):
    clock.refresh_from_db()
    return clock.due_words


# --- Acts --------------------------------------------------------------------------------------------------


def test_a_clock_is_started_for_a_record_with_its_printed_words(cast):
    clock = start(cast)

    assert list(DutyClock.objects.about(cast.finance)) == [clock]
    assert (clock.target_label, clock.words, clock.basis) == ("县财政局", ANSWER.words, "条例")
    assert (clock.state, due_day(clock)) == ("running", "2018-10-17")
    assert clock.derivation == (
        "自2018-09-20起算（当日不计），时限15个工作日；2018-10-17（星期三）到期；"
        "其中放假：09-24、10-01、10-02、10-03、10-04、10-05、10-06、10-07；其中调休上班：09-29、09-30。"
    )


def test_pauses_extensions_and_the_end_stand_in_the_derivation(cast):
    clock = start(cast)
    pause(cast, clock, "2018-09-25")
    assert (clock.state, clock.due_at) == ("paused", None)
    assert clock.derivation.endswith("暂停（征求第三方意见），尚未恢复；暂停期间不计算到期时间，恢复后重新计算。")
    resume(cast, clock, "2018-10-09")
    extend(cast, clock, "2018-10-10")
    close(cast, clock, "2018-10-12")

    assert (clock.state, clock.closed_at, due_day(clock)) == ("closed", at("2018-10-12"), "2018-11-02")
    assert clock.derivation == (
        "自2018-09-20起算（当日不计），时限15个工作日；"
        "2018-09-25暂停（征求第三方意见），2018-10-09恢复，次日起至恢复当日不计；"
        "2018-10-10经签发人批准延长5个工作日（情况复杂）；2018-11-02（星期五）到期；"
        "其中放假：09-24、10-01、10-02、10-03、10-04、10-05、10-06、10-07；其中调休上班：09-29、09-30；"
        "2018-10-12计时结束。"
    )


def test_hours_are_told_with_their_moments(cast):
    clock = start(cast, PRESS, happened_at=at("2018-09-30", 23, 30))

    assert clock.due_words == "2018-10-02 23:30"
    assert clock.derivation == (
        "自2018-09-30 23:30起算，时限48小时，按钟点连续计算，夜间和节假日不扣除；2018-10-02 23:30到期。"
    )


def test_a_named_day_may_fall_on_a_day_off_and_says_so(cast):
    clock = start(cast, limit=Limit(LimitUnit.BY_DATE, by=date(2018, 10, 7)))

    assert clock.derivation == (
        "自2018-09-20起，时限为2018-10-07前（含当日）；2018-10-07（星期日）到期；到期日不是工作日，请提前办理。"
    )


def test_each_act_is_an_event_and_a_row_in_the_audit_trail(cast):
    clock = start(cast)
    pause(cast, clock, "2018-09-25")
    resume(cast, clock, "2018-09-26")
    extend(cast, clock, "2018-09-27")
    close(cast, clock, "2018-09-28")

    kinds = ["start", "pause", "resume", "extend", "close"]
    assert [event.kind for event in clock.events.order_by("number")] == kinds
    assert [entry.action for entry in AuditEntry.objects.about(clock)] == [f"{kind}_clock" for kind in kinds]


def test_what_happened_earlier_is_recorded_later(cast):
    clock = start(cast)
    pause_clock(clock=clock, reason="补正", by=cast.office, at=at("2018-09-28"), happened_at=at("2018-09-25"))
    resume_clock(clock=clock, by=cast.office, at=at("2018-09-29"), happened_at=at("2018-09-27"))

    assert due_day(clock) == "2018-10-19"
    assert clock.events.latest("number").recorded_at == at("2018-09-29")


@pytest.mark.parametrize(
    ("state", "act", "words"),
    [
        ("running", "resume", "时限现在是“计时中”，不能恢复。"),
        ("paused", "pause", "已经因为“征求第三方意见”暂停，不能再暂停。"),
        ("closed", "pause", "时限现在是“已办结”，不能暂停。"),
        ("closed", "resume", "时限现在是“已办结”，不能恢复。"),
        ("closed", "extend", "时限现在是“已办结”，不能延长。"),
        ("closed", "close", "时限现在是“已办结”，不能办结。"),
    ],
)
def test_an_act_that_does_not_fit_is_refused(cast, state, act, words):
    clock = start(cast)
    if state == "paused":
        pause(cast, clock, "2018-09-21")
    if state == "closed":
        close(cast, clock, "2018-09-21")
    acts = {"pause": pause, "resume": resume, "extend": extend, "close": close}

    with pytest.raises(TransitionError, match=words):
        acts[act](cast, clock, "2018-09-25")

    assert clock.events.count() == {"running": 1, "paused": 2, "closed": 2}[state]


def test_what_has_run_out_is_not_extended_and_stays_late_though_it_is_paused(cast):
    clock = start(cast)

    with pytest.raises(TransitionError, match="已经届满，不能再延长"):
        extend(cast, clock, "2018-10-18")
    pause(cast, clock, "2018-10-18")
    clock.refresh_from_db()

    assert (clock.state, clock.due_words) == ("paused", "2018-10-17")
    assert clock in DutyClock.objects.late(at=at("2018-10-19"))
    assert due_day(resume(cast, clock, "2018-10-22")) == "2018-10-17"
    assert due_day(close(cast, clock, "2018-10-23")) == "2018-10-17"


def test_it_is_paused_for_several_reasons_until_the_last_of_them_is_over(cast):
    clock = start(cast)
    pause(cast, clock, "2018-09-21")
    pause_clock(clock=clock, reason="会商其他机关", by=cast.office, at=at("2018-09-25"))

    with pytest.raises(TransitionError, match="请写明结束的是哪一项暂停：“征求第三方意见”、“会商其他机关”。"):
        resume(cast, clock, "2018-09-26")
    told = {"clock": clock, "by": cast.office, "at": at("2018-09-30")}
    resume_clock(**told, reason="会商其他机关", happened_at=at("2018-09-29"))
    assert (clock.state, clock.due_at) == ("paused", None)

    resume_clock(**told, happened_at=at("2018-09-26"))  # the third party had answered before; only this one is open

    assert clock.state == "running"
    assert due_day(clock) == "2018-10-24"  # the 21st, and from 09-30 on fourteen more
    assert "2018-09-21暂停（征求第三方意见），2018-09-26恢复" in clock.derivation
    assert "2018-09-25暂停（会商其他机关），2018-09-29恢复" in clock.derivation


def test_the_end_of_a_pause_lies_not_before_its_beginning(cast):
    clock = start(cast)
    pause(cast, clock, "2018-09-21")
    pause_clock(clock=clock, reason="会商其他机关", by=cast.office, at=at("2018-09-25"))

    with pytest.raises(TransitionError, match="不能早于上一次记录（暂停）"):
        resume_clock(
            clock=clock, reason="会商其他机关", by=cast.office, at=at("2018-09-26"), happened_at=at("2018-09-24")
        )


def test_a_clock_starts_anew_whether_or_not_it_had_run_out(cast):
    clock = start(cast)
    extend(cast, clock, "2018-09-25")

    restart_clock(clock=clock, reason="收到补正材料", by=cast.office, at=at("2018-11-20"))

    assert due_day(clock) == "2018-12-11"
    assert "2018-11-20重新起算（收到补正材料），当日不计，此前的期限不再计算" in clock.derivation
    assert AuditEntry.objects.filter(action=AuditEntry.Action.RESTART_CLOCK, reason="收到补正材料").count() == 1


def test_nothing_is_recorded_before_a_new_beginning_though_a_pause_ended_earlier(cast):
    clock = start(cast)
    pause(cast, clock, "2018-09-21")
    restart_clock(clock=clock, reason="收到补正材料", by=cast.office, at=at("2018-10-15"))
    resume_clock(clock=clock, by=cast.office, at=at("2018-10-16"), happened_at=at("2018-09-25"))

    with pytest.raises(TransitionError, match="不能早于上一次记录（重新起算）"):
        restart_clock(
            clock=clock,
            reason="又收到补正材料",
            by=cast.office,
            at=at("2018-10-17"),
            happened_at=at("2018-10-10"),
        )


def test_a_last_day_that_rolled_is_told_with_the_day_it_came_from(cast):
    review = StatutoryDuty(code="review", words="60日内", limit=Limit(LimitUnit.DAY, 60, rolls=True))
    clock = start(cast, review, happened_at=at("2018-11-20"))

    assert due_day(clock) == "2019-01-21"
    assert "期限的最后一日2019-01-19不是工作日，顺延至其后的第一个工作日" in clock.derivation


def test_a_resumption_that_names_no_pause_ends_the_last_one(cast):
    """As they were recorded while a clock had one pause at a time."""
    clock = start(cast)
    pause(cast, clock, "2018-09-21")
    clock.events.create(
        number=3,
        kind=ClockEvent.Kind.RESUME,
        happened_at=at("2018-09-26"),
        recorded_at=at("2018-09-26"),
        by=cast.office,
    )

    pause_clock(clock=clock, reason="会商其他机关", by=cast.office, at=at("2018-09-27"))
    DutyClock.objects.filter(pk=clock.pk).update(state="paused")
    resume_clock(clock=clock, by=cast.office, at=at("2018-09-28"))

    assert due_day(clock) == "2018-10-22"  # 25, 26 and 28 are left out


def test_time_runs_forward(cast):
    clock = start(cast)
    pause(cast, clock, "2018-09-25")

    with pytest.raises(TransitionError, match="不能早于上一次记录（暂停）"):
        resume(cast, clock, "2018-09-24")
    with pytest.raises(TransitionError, match="不能晚于现在"):
        resume_clock(clock=clock, by=cast.office, at=at("2018-09-26"), happened_at=at("2018-09-27"))


@pytest.mark.parametrize(("amount", "reason"), [(0, "情况复杂"), (1001, "情况复杂"), (5, " ")])
def test_an_extension_needs_an_amount_and_a_reason(cast, amount, reason):
    clock = start(cast)

    with pytest.raises(TransitionError):
        extend_clock(
            clock=clock, amount=amount, reason=reason, approved_by=cast.signer, by=cast.office, at=at("2018-09-21")
        )


@pytest.mark.parametrize("missing", ["amount", "reason"])
def test_the_database_wants_amount_and_reason_of_an_extension(cast, missing):
    clock = start(cast)
    told = {"number": 2, "kind": "extend", "amount": 5, "reason": "情况复杂", "approved_by": cast.signer}
    told[missing] = "" if missing == "reason" else None

    with pytest.raises(IntegrityError, match="extension_has_amount_and_reason"), transaction.atomic():
        clock.events.create(happened_at=STARTED, recorded_at=STARTED, **told)


def test_of_an_extension_that_was_taken_over_nobody_may_know_who_approved_it(cast):
    clock = start(cast)

    extend_clock(clock=clock, amount=5, reason="情况复杂", approved_by=None, by=cast.office, at=at("2018-09-21"))

    assert "延长5个工作日（情况复杂）" in clock.derivation
    assert "批准" not in clock.derivation


def test_a_record_has_one_open_clock_for_a_duty(cast):
    first = start(cast)
    start(cast, PRESS)

    with pytest.raises(TransitionError, match="“县财政局”已有正在计时的时限"):
        start(cast)

    close(cast, first, "2018-09-21")
    assert start(cast).pk != first.pk


def test_a_clock_that_has_not_begun_can_be_called_off(cast):
    clock = start_clock(
        duty=ANSWER, target=cast.finance, happened_at=at("2018-12-31"), by=cast.office, at=at("2018-09-01")
    )

    close_clock(clock=clock, by=cast.office, at=at("2018-09-02"), reason="通知已撤销")

    assert clock.state == "closed"


def test_late_are_those_that_ran_out_before_their_end(cast):
    late_open, late_closed, in_time, paused = (
        start(cast, StatutoryDuty(code=c, words=c, limit=ANSWER.limit)) for c in "abcd"
    )
    close(cast, late_closed, "2018-10-18")
    close(cast, in_time, "2018-10-17")
    pause(cast, paused, "2018-10-16")

    assert set(DutyClock.objects.late(at=at("2018-10-17"))) == {late_closed}
    assert set(DutyClock.objects.late(at=at("2018-10-18"))) == {late_open, late_closed}


# --- Append-only ---------------------------------------------------------------------------------------------

TAMPERING = [
    "UPDATE ninghai_clockevent SET happened_at = happened_at + interval '1 day'",
    "DELETE FROM ninghai_clockevent",
    "TRUNCATE ninghai_clockevent",
]


@pytest.mark.parametrize("statement", TAMPERING)
def test_the_run_time_role_may_not_change_what_happened(cast, statement):
    clock = start(cast)

    with (
        pytest.raises(DatabaseError, match="permission denied"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)

    assert clock.events.get().happened_at == STARTED


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("statement", TAMPERING)
def test_not_even_the_owner_can(statement):
    load_workdays()
    clock = start(make_cast())

    with as_owner(), pytest.raises(DatabaseError, match="only grow"), connection.cursor() as cursor:
        cursor.execute(statement)

    assert ClockEvent.objects.get(clock=clock).happened_at == STARTED


# --- The calendar changes ------------------------------------------------------------------------------------

HOLIDAY, WORKING = Workday.Kind.HOLIDAY, Workday.Kind.WORKING
TYPHOON = CalendarEdit(days={date(2018, 10, 10): SpecialDay(HOLIDAY, "台风停工")}, source="县防指通知")


def change(cast, edit):
    return change_calendar(edit=edit, version=preview_edit(edit).version, by=cast.office, at=at("2018-09-27"))


def test_a_preview_says_what_would_move_and_changes_nothing(cast):
    clock, hours = start(cast), start(cast, PRESS)

    preview = preview_edit(TYPHOON)

    assert [(each.clock, str(each.before), str(each.after)) for each in preview.clocks] == [
        (clock, "2018-10-17", "2018-10-18")
    ]
    assert [(each.day, each.before, each.after.name) for each in preview.days] == [
        (date(2018, 10, 10), None, "台风停工")
    ]
    assert due_day(clock) == "2018-10-17"
    assert not Workday.objects.filter(date=date(2018, 10, 10)).exists()
    assert hours.due_words == "2018-09-22 09:00"


def test_a_changed_calendar_moves_open_clocks_and_notes_it(cast):
    running = start(cast)
    closed = start(cast, PRESS, limit=ANSWER.limit)
    close(cast, closed, "2018-09-25")

    moved = change(cast, TYPHOON)

    assert [each.clock for each in moved] == [running]
    assert (due_day(running), due_day(closed)) == ("2018-10-18", "2018-10-17")
    assert "10-10" in running.derivation
    note = AuditEntry.objects.about(running).get(action="restate_clock")
    assert (note.detail["before"]["due"], note.detail["after"]["due"]) == ("2018-10-17", "2018-10-18")
    assert note.reason == "工作日历修改：县防指通知"
    assert AuditEntry.objects.about(closed).filter(action="restate_clock").count() == 0
    day = AuditEntry.objects.about(Workday.objects.get(date=date(2018, 10, 10))).get()
    assert day.detail == {
        "before": {"kind": "按星期"},
        "after": {"kind": "放假", "name": "台风停工", "source": "县防指通知"},
    }


def test_a_day_can_go_back_to_what_its_weekday_says(cast):
    clock = start(cast)

    change(cast, CalendarEdit(days={date(2018, 9, 29): None}, source="更正"))

    assert due_day(clock) == "2018-10-18"
    gone = AuditEntry.objects.get(action="edit_calendar")
    assert (gone.target_label, gone.detail["after"]) == ("2018-09-29 调休上班", {"kind": "按星期"})


def test_a_paused_clock_follows_when_it_is_resumed(cast):
    clock = start(cast)
    pause(cast, clock, "2018-09-25")

    assert change(cast, TYPHOON) == []
    resume(cast, clock, "2018-09-26")

    assert due_day(clock) == "2018-10-19"


def test_entering_a_year_replaces_the_guess(cast):
    clock = start(cast, happened_at=at("2026-12-30"), limit=Limit(LimitUnit.WORKING_DAY, 3))
    assert due_day(clock) == "2027-01-05"
    assert "2027年放假安排未录入，暂按周末和法定节日推算" in clock.derivation
    days = {
        **{date(2027, 1, day): SpecialDay(HOLIDAY, "元旦") for day in (1, 2, 3, 4)},
        **{date(2027, 10, day): SpecialDay(HOLIDAY, "国庆节") for day in range(1, 8)},
    }

    change(cast, CalendarEdit(days=days, source="通知"))

    assert due_day(clock) == "2027-01-06"
    assert "未录入" not in clock.derivation


def test_a_complete_year_clears_the_days_it_does_not_name(cast):
    clock = start(cast)
    days = {date(2018, 10, day): SpecialDay(HOLIDAY, "国庆节") for day in range(1, 8)}

    change(cast, CalendarEdit.of_year(year=2018, days=days, source="更正", is_complete=True))

    assert Workday.objects.filter(date__year=2018).count() == 7
    assert due_day(clock) == "2018-10-18"  # without 24, 29 and 30 September


def test_an_edit_of_a_calendar_that_somebody_else_changed_is_refused(cast):
    seen = preview_edit(TYPHOON).version
    change(cast, CalendarEdit(days={date(2018, 9, 29): None}, source="更正"))

    with pytest.raises(TransitionError, match="刚刚被别人修改过"):
        change_calendar(edit=TYPHOON, version=seen, by=cast.office, at=at("2018-09-27"))

    assert not Workday.objects.filter(date=date(2018, 10, 10)).exists()


@pytest.mark.parametrize("who", ["clerk", "head", "inspector", "signer"])
def test_only_the_office_changes_the_calendar(cast, who):
    with pytest.raises(PermissionDenied):
        change_calendar(edit=TYPHOON, version="", by=getattr(cast, who), at=datetime(2018, 9, 27, tzinfo=UTC))


def test_days_that_came_with_an_update_are_followed_too(cast):
    clock = start(cast)
    Workday.objects.create(date=date(2018, 10, 10), kind=HOLIDAY, source="新版日历")

    moved = restate_clocks(by=None, at=at("2018-09-27"), reason="日历数据更新")

    assert [each.clock for each in moved] == [clock]
    assert due_day(clock) == "2018-10-18"
    assert restate_clocks(by=None, at=at("2018-09-27") + timedelta(1), reason="日历数据更新") == []


def test_restating_asks_for_no_clock_alone(cast, django_assert_max_num_queries):
    for number in range(30):
        start(cast, StatutoryDuty(code=f"duty{number}", words="答复", limit=Limit(LimitUnit.WORKING_DAY, 3)))
    Workday.objects.create(date=date(2019, 8, 8), kind=HOLIDAY, source="moves none of them")

    with django_assert_max_num_queries(10):
        assert restate_clocks(by=None, at=at("2018-09-27"), reason="日历数据更新") == []
