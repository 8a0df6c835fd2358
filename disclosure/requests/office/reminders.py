"""What people are told about cases that fall due (提醒): the unit's clerk and head 5 working days before the last day, on it, and
once it is over, each once; the office once a week. Numbers and days, nothing of what people wrote."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, datetime

from django.db.models import QuerySet
from django.urls import reverse

from disclosure.requests.office.standing import REQUESTS, CaseMatter, last_day_soon
from ninghai.calendar.clock import end_of
from ninghai.calendar.reckoning import local_day
from ninghai.calendar.workdays import WorkCalendar
from ninghai.cases.assignments import roles_in
from ninghai.models import Case, Message, Role, Unit
from ninghai.notifications.notify import Announcement, notify, notify_in_digest, people_in
from tasks.assignments.reminders import LINES, When


def due_by(day: date, *, of: CaseMatter) -> QuerySet[Case]:
    """The open cases whose limit ends on that day or before; what is stopped has no such day."""
    found = Case.objects.open().filter(kind=of.kind, legal_clock__due_at__lt=end_of(day))
    return found.select_related("unit", "legal_clock").order_by("legal_clock__due_at", "pk")


def due_day(case: Case) -> date:
    """Of one of `due_by`."""
    clock = case.legal_clock
    if clock is None or clock.due_at is None:
        raise ValueError(f"{case} has no last day.")
    return local_day(clock.due_at)


def listed(cases: Iterable[Case], *, on: date, calendar: WorkCalendar) -> str:
    """Each by its number, with its last day."""
    days = [(case, When(due_day(case), on=on, calendar=calendar)) for case in cases]
    lines = [f"{case.number}：最迟{when.day}答复，{when.left('到期')}" for case, when in days]
    more = [f"……共{len(lines)}件"] if len(lines) > LINES else []
    return "\n".join([*lines[:LINES], *more])


def remind_of_applications(*, on: date, at: datetime, calendar: WorkCalendar) -> int:
    return remind_of_cases(REQUESTS, on=on, at=at, calendar=calendar)


def remind_of_cases(matter: CaseMatter, *, on: date, at: datetime, calendar: WorkCalendar) -> int:
    """The round of a working day; returns how many messages were written."""
    told: defaultdict[tuple[Role, ...], list[tuple[Unit, Announcement]]] = defaultdict(list)
    for unit, announcement in _reminders(matter, on, calendar):
        told[roles_in(unit)].append((unit, announcement))
    event = f"{matter.kind}s:{on}"
    written = [notify_in_digest(each, event=event, roles=roles, at=at) for roles, each in told.items()]
    return sum(written) + tell_office_of_the_week(matter, on=on, at=at)


def _reminders(matter: CaseMatter, on: date, calendar: WorkCalendar) -> Iterator[tuple[Unit, Announcement]]:
    for case in due_by(last_day_soon(on=on, calendar=calendar), of=matter):
        when = When(due_day(case), on=on, calendar=calendar)
        stage = "overdue" if when.days_left < 0 else "soon" if when.days_left else "today"
        yield (
            case.unit.standing_in(on=on),
            Announcement(
                kind=Message.Kind.DUE,
                event=f"{matter.kind}-due:{case.pk}:{when.day}:{stage}",
                subject=f"{when.left('到期')}：{case.number} {matter.label}",
                text=f"最迟答复日期是{when.day}，还没有答复。",
                url=reverse(matter.page, args=[case.pk]),
            ),
        )


# The office's week (每周汇总).


def tell_office_of_the_week(matter: CaseMatter, *, on: date, at: datetime) -> int:
    """On the first working day of a week: how much is open in all units, and what is overdue, by number."""
    week = on.isocalendar()
    event = f"{matter.kind}s-week:{week.year}-{week.week:02}"
    words = _words_of_the_week(matter, on)
    if not words or Message.objects.filter(event=event).exists():
        return 0
    subject, text = words
    people = people_in(Role.OFFICE)
    url = reverse(matter.unit_list)
    notify(people, kind=Message.Kind.DUE, event=event, subject=subject, text=text, url=url, at=at)
    return people.count()


def _words_of_the_week(matter: CaseMatter, on: date) -> tuple[str, str] | None:
    """Subject and text; None while nothing is open."""
    calendar, open_ones = WorkCalendar.load(), Case.objects.open().filter(kind=matter.kind)
    if not open_ones.exists():
        return None
    due = list(due_by(last_day_soon(on=on, calendar=calendar), of=matter))
    late = [case for case in due if due_day(case) < on]
    counts = f"办理中{open_ones.count()}件，逾期{len(late)}件，5个工作日内到期{len(due) - len(late)}件"
    text = f"逾期未答复的：\n{listed(late, on=on, calendar=calendar)}" if late else f"没有逾期未答复的{matter.piece}。"
    return f"本周{matter.label}：{counts}", text
