"""Which reminder goes out on which day, to whom, in which words; what is urged by hand; once, whatever happens."""

import os
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from uuid import uuid4

import pytest
from django.db import connection
from django.db.models import QuerySet
from django.urls import reverse

from ninghai.calendar import clock
from ninghai.calendar.workdays import WorkCalendar
from ninghai.models import Delivery, Message, ReminderDay, User, Workday
from tasks.assignments.reminders import ReminderRound, send_reminders, send_reminders_when_due
from tasks.models import Assignment, Drawn, Finding
from tasks.progress.services import Written, return_report, save_draft, submit_report
from tasks.spot_checks.drawing import assign_inspector, draw_inspectors, draw_spot_check
from tasks.spot_checks.findings import record_finding
from tests.cast import make_cast
from tests.faults.processes import kill_all
from tests.ninghai.receivers import mail_server
from tests.ninghai.test_messages import with_address
from tests.tasks.factories import (
    NOW,
    TODAY,
    accepted,
    assignment_of,
    issued_notice,
    moment,
    signed_in,
    with_head,
    with_office,
)

ROOT = Path(__file__).parents[2]
DUE = date(2018, 11, 1)  # of the first point; a Thursday


@pytest.fixture
def notice(notice):
    """The small notice, once everybody has read that it was issued."""
    return read_by_all(notice)


def read_by_all(notice):
    Message.objects.filter(event__startswith="issued:").delete()
    return notice


@pytest.fixture
def calendar(db) -> WorkCalendar:
    """The autumn of 2018: National Day from 1 to 7 October, made up on 29 and 30 September."""
    for day in range(1, 8):
        Workday.objects.create(date=date(2018, 10, day), kind=Workday.Kind.HOLIDAY, source="国办发明电〔2017〕12号")
    for day in (29, 30):
        Workday.objects.create(date=date(2018, 9, day), kind=Workday.Kind.WORKING, source="国办发明电〔2017〕12号")
    return WorkCalendar.load()


def remind(on: date) -> int:
    return send_reminders(on=on, at=moment(on.month, on.day, 8, year=on.year))


def every_day(first: date, last: date) -> dict[date, int]:
    """The days on which something went out, and how many messages."""
    days = (first + timedelta(days=number) for number in range((last - first).days + 1))
    return {day: count for day in days if (count := remind(day))}


def subjects(of: User) -> list[str]:
    return list(Message.objects.filter(recipient=of).order_by("created_at", "pk").values_list("subject", flat=True))


# --- The rule -------------------------------------------------------------------------------------


def planned(due: date, calendar: WorkCalendar) -> dict[date, int]:
    """Day by day, without rounds: on the day itself, else the working day before (or after, once it is late)."""
    days = {}
    for step in (30, 7, 1, 0, -1, -7):
        day = due - timedelta(days=step)
        while not calendar.is_workday(day):
            day += timedelta(days=1 if step < 0 else -1)
        days[day] = step
    return days


@pytest.mark.parametrize("knows_the_last", [True, False])
def test_each_date_is_reminded_of_on_the_days_that_were_planned(calendar, knows_the_last):
    every = [date(2018, 8, 1) + timedelta(days=number) for number in range(150)]
    workdays = [day for day in every if calendar.is_workday(day)]
    rounds = [
        ReminderRound.of(on=day, last=last if knows_the_last else None, calendar=calendar)
        for last, day in pairwise(workdays)
    ]

    for due in every[40:130]:
        said = {each.on: step for each in rounds if (step := each.step(due)) is not None}
        assert said == planned(due, calendar)


def test_a_deadline_on_a_holiday_is_announced_before_it(calendar):
    """On Sunday 30 September, a make-up working day, for what is due within the seven days off."""
    round_ = ReminderRound.of(on=date(2018, 9, 30), last=date(2018, 9, 29), calendar=calendar)

    assert [round_.step(date(2018, 10, day)) for day in (1, 4, 7, 8, 9)] == [0, 0, 0, 1, 7]


def test_what_was_missed_is_caught_up_with_its_latest_reminder_only(calendar):
    round_ = ReminderRound.of(on=date(2018, 11, 12), last=date(2018, 10, 24), calendar=calendar)

    assert round_.step(date(2018, 11, 1)) == -7
    assert round_.step(date(2018, 11, 9)) == -1
    assert round_.step(date(2018, 11, 12)) == 0
    assert round_.step(date(2018, 11, 16)) == 7


# --- Tasks ----------------------------------------------------------------------------------------


def test_an_open_task_is_reminded_of_six_times(cast, notice, calendar):
    """Due on Thursday 1 November; the first day, 2 October, is a holiday, so the first reminder comes before."""
    Assignment.objects.filter(due_date=date(2018, 12, 31)).update(due_date=date(2019, 12, 31))
    notice.periods.all().delete()

    days = every_day(date(2018, 9, 20), date(2018, 11, 20))

    four_people = 4
    assert days == {
        date(2018, 9, 30): four_people,
        date(2018, 10, 25): four_people,
        date(2018, 10, 31): four_people,
        date(2018, 11, 1): four_people,
        date(2018, 11, 2): four_people,
        date(2018, 11, 8): four_people,
    }
    assert subjects(cast.clerk) == [
        "32天后到期：2018年 一(一)1　做的工作",
        "7天后到期：2018年 一(一)1　做的工作",
        "1天后到期：2018年 一(一)1　做的工作",
        "今天到期：2018年 一(一)1　做的工作",
        "已逾期1天：2018年 一(一)1　做的工作",
        "已逾期7天：2018年 一(一)1　做的工作",
    ]


def test_a_message_leads_to_its_task(cast, notice):
    remind(DUE)

    message = Message.objects.get(recipient=cast.head)
    assert message.url == assignment_of(cast).get_absolute_url()
    assert "完成时限是2018-11-01" in message.text
    assert "一(一)1　做的工作" in message.text


def test_tasks_of_one_date_are_one_message(cast, settings):
    read_by_all(issued_notice(cast, due_dates=[DUE, DUE, DUE]))

    remind(DUE)

    message = Message.objects.get(recipient=cast.clerk)
    assert message.subject == "今天到期：3项任务"
    assert message.url == reverse("tasks:work")
    assert message.text.count("做的工作") == 3


def test_what_is_finished_or_not_applicable_is_not_reminded_of(cast, notice):
    notice.periods.filter(name="第三季度").delete()
    accepted(cast, claims_completion=True, percent=100, at=moment(10, 10), proof=b"x")
    Assignment.objects.filter(unit=cast.town).update(
        status="not_applicable", ended_on=date(2018, 10, 10), ended_reason="无此职责"
    )

    assert remind(DUE) == 0
    assert remind(date(2018, 11, 2)) == 0


def test_a_weekend_is_left_in_peace_and_made_up_for(cast, notice):
    Assignment.objects.filter(due_date=DUE).update(due_date=date(2018, 11, 17))  # a Saturday

    assert [remind(date(2018, 11, day)) for day in (16, 17, 18, 19)] == [4, 0, 0, 4]

    assert subjects(cast.clerk) == ["1天后到期：2018年 一(一)1　做的工作", "已逾期2天：2018年 一(一)1　做的工作"]
    assert "2018-11-17（非工作日，请提前办理）" in Message.objects.filter(recipient=cast.clerk).last().text


def test_a_town_without_people_is_told_of_to_the_office_once(cast, notice):
    User.objects.filter(pk__in=[cast.other_clerk.pk, cast.other_head.pk]).update(is_active=False)

    remind(DUE)
    remind(DUE)

    message = Message.objects.get(recipient=cast.office)
    assert message.subject == "深甽镇没有可以通知的人员"
    assert "深甽镇：今天到期：2018年 一(一)1　做的工作" in message.text


# --- Period reports, rectifications -----------------------------------------------------------------


def test_who_has_not_reported_a_period_is_reminded(cast, notice):
    """The third quarter's reports are due on 12 October; the town's head has passed one of its two on."""
    with_office(
        cast,
        assignment=assignment_of(cast, unit="town"),
        of="第三季度",
        by=cast.other_clerk,
        head=cast.other_head,
        at=moment(10, 8),
    )
    with_head(cast, of="第三季度", at=moment(10, 8))

    remind(date(2018, 10, 11))

    assert subjects(cast.clerk) == ["1天后截止报送：第三季度进展，2项任务未报送"]
    assert subjects(cast.other_clerk) == ["1天后截止报送：第三季度进展，2018年 一(一)2　做的工作未报送"]
    remind(date(2018, 10, 12))
    assert subjects(cast.clerk)[1:] == ["今天截止报送：第三季度进展，2项任务未报送"]
    remind(date(2018, 10, 15))
    assert subjects(cast.clerk)[2:] == ["已逾期3天：第三季度进展，2项任务未报送"]


def test_a_period_that_ended_before_the_notice_was_issued_is_nobody_s_debt(cast, notice):
    notice.periods.filter(name="第三季度").update(
        start=date(2018, 4, 1), end=date(2018, 6, 30), due_date=date(2018, 9, 4)
    )

    assert remind(date(2018, 9, 4)) == 0


def test_a_rectification_is_reminded_of(cast, notice):
    row = draw_one(cast, notice)
    inspecting(cast, row)
    Message.objects.all().delete()
    Finding.objects.update(rectify_by_date=date(2018, 11, 28))

    remind(date(2018, 11, 21))

    people = {message.recipient.memberships.get().unit for message in Message.objects.filter(kind="rectify")}
    assert people == {row.assignment.unit}
    assert Message.objects.filter(kind="rectify").first().subject.startswith("7天后整改到期：")


def draw_one(cast, notice) -> Drawn:
    spot_check = draw_spot_check(
        notice=notice,
        title="11月抽查",
        size=1,
        seed="20181120",
        stratified_by=[],
        as_of=TODAY,
        form_id=uuid4(),
        by=cast.office,
        at=NOW,
    )
    return spot_check.drawn.get()


def inspecting(cast, row: Drawn) -> None:
    assign_inspector(drawn=row, inspector=cast.inspector, reason="指定", by=cast.office, at=NOW)
    record_finding(
        drawn=row,
        outcome="to_rectify",
        note="台账不一致",
        rectify_by_date=date(2018, 12, 10),
        version=0,
        by=cast.inspector,
        at=NOW,
    )


# --- What just happened -----------------------------------------------------------------------------


def test_a_return_by_the_head_is_told_to_the_clerk(cast, notice):
    report = with_head(cast)

    return_report(report=report, reason="请补充台账。", by=cast.head, at=NOW)

    message = Message.objects.get()
    assert message.recipient == cast.clerk
    assert message.subject == "本单位审核人退回：2018年 一(一)1　做的工作 第四季度"
    assert "请补充台账。" in message.text
    assert signed_in(cast.clerk).get(message.url).status_code == 200


def test_a_return_by_the_office_is_told_to_clerk_and_head(cast, notice):
    return_report(report=with_office(cast), reason="请补充台账。", by=cast.office, at=NOW)

    assert {message.recipient for message in Message.objects.all()} == {cast.clerk, cast.head}


def test_a_second_return_is_told_again(cast, notice):
    report = with_head(cast)
    return_report(report=report, reason="请补充台账。", by=cast.head, at=NOW)
    save_draft(
        assignment=report.assignment,
        period=report.period,
        written=Written(text="补充了台账", percent=70),
        version=report.version,
        by=cast.clerk,
        at=NOW,
    )
    report.refresh_from_db()
    submit_report(report=report, by=cast.clerk, at=NOW)
    return_report(report=report, reason="仍不完整。", by=cast.head, at=NOW)

    assert Message.objects.filter(recipient=cast.clerk).count() == 2


def test_a_draw_is_told_to_the_units_and_the_inspector(cast, notice):
    row = draw_one(cast, notice)
    unit_people = set(
        User.objects.filter(memberships__unit=row.assignment.unit, memberships__role__in=["editor", "reviewer"])
    )
    assert {message.recipient for message in Message.objects.filter(kind="drawn")} >= unit_people

    draw_inspectors(spot_check=row.spot_check, pool=[cast.inspector], by=cast.office, at=NOW)

    message = Message.objects.get(recipient=cast.inspector)
    assert message.subject.startswith("请您核查：")
    assert signed_in(cast.inspector).get(message.url).status_code == 200


# --- Once, whatever happens ---------------------------------------------------------------------------


def test_nothing_goes_out_before_the_hour(cast, notice, settings):
    settings.CLOCK_DATE = DUE.isoformat()
    settings.REMIND_AT = clock.now().hour + 1
    send_reminders_when_due(at=clock.now())
    assert Message.objects.count() == 0

    settings.REMIND_AT = 0
    send_reminders_when_due(at=clock.now())
    send_reminders_when_due(at=clock.now())
    assert Message.objects.count() == 4


def test_a_day_that_was_begun_and_not_finished_is_done_once(cast, notice):
    day = ReminderDay.objects.create(date=DUE)

    assert remind(DUE) == 4
    assert remind(DUE) == 0

    day.refresh_from_db()
    assert day.finished_at == moment(11, 1, 8)


@pytest.mark.django_db(transaction=True)
def test_two_rounds_at_once_tell_each_once():
    cast = make_cast()
    read_by_all(issued_notice(cast))
    start = threading.Barrier(3)

    def run() -> None:
        start.wait()
        remind(DUE)
        connection.close()

    threads = [threading.Thread(target=run) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert Message.objects.count() == 4


@contextmanager
def scheduler(port: int):
    """A real scheduler and a worker that live on 1 November 2018 and mail to that port."""
    environment = {
        **os.environ,
        "CLOCK_DATE": DUE.isoformat(),
        "REMIND_AT": "0",
        "EMAIL_HOST": "127.0.0.1",
        "EMAIL_PORT": str(port),
        "EMAIL_TLS": "none",
        "EMAIL_FROM": "gk@example.cn",
    }
    commands = (["scheduler"], ["worker", "--queues", "outbox"])
    processes = [
        subprocess.Popen([sys.executable, "manage.py", *each], cwd=ROOT, env=environment, start_new_session=True)
        for each in commands
    ]
    try:
        yield
    finally:
        for process in processes:
            kill_all(process)


@pytest.mark.django_db(transaction=True)
@pytest.mark.exhaustive
def test_schedulers_that_run_side_by_side_and_are_killed_send_each_mail_once(settings):
    cast = make_cast()
    read_by_all(issued_notice(cast))
    people = [cast.clerk, cast.head, cast.other_clerk, cast.other_head]
    with_address(*people)
    with mail_server() as server:
        with scheduler(server.port), scheduler(server.port):
            wait_until(lambda: len(server.mails) >= 2)
        with scheduler(server.port):
            wait_until(lambda: not Delivery.objects.filter(status="waiting").exists() and unsent().count() <= 2)
            time.sleep(4)  # one more round

        to = [mail["To"] for mail in server.mails]
        assert len(to) == len(set(to))
        assert len(to) + unsent().count() >= 4
        assert unsent().count() <= 2, "of each that was killed in the very middle of a sending, one"
    assert Message.objects.count() == 4


def unsent() -> QuerySet[Delivery]:
    return Delivery.objects.exclude(status="sent")


def wait_until(done) -> None:
    for _ in range(3000):
        if done():
            return
        time.sleep(0.1)
    raise AssertionError("it did not happen within five minutes")
