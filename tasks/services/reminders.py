"""Reminding (提醒、催办): the round of a working morning, and what the office urges by hand."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from ninghai.messaging.digest import gather_digests
from ninghai.messaging.telling import Announcement, tell_in_digest, tell_unit
from ninghai.models import AuditEntry, Message, ReminderDay, User
from ninghai.moves import require
from ninghai.workdays import WorkCalendar
from tasks import rules
from tasks.models import Assignment
from tasks.reminders import Round, by_unit, counted, listed, place, reminders


@transaction.atomic
def send_reminders(*, on: date, at: datetime) -> int:
    """Tell everybody what the working day's round has for them, and gather the digests; returns the messages written.

    All of it or nothing: who is killed on the way leaves no trace, and the next one starts afresh. Of two at the same
    time one waits for the other and finds the day done.
    """
    calendar = WorkCalendar.load()
    if not calendar.is_workday(on):
        return 0
    ReminderDay.objects.bulk_create([ReminderDay(date=on)], ignore_conflicts=True)
    day = ReminderDay.objects.select_for_update().get(date=on)
    if day.finished_at:
        return 0
    last = ReminderDay.objects.filter(date__lt=on, finished_at__isnull=False).order_by("-date").first()
    round_ = Round.of(on=on, last=last.date if last else None, calendar=calendar)
    written = tell_in_digest(announcements=reminders(round_, calendar=calendar), event=f"round:{on}", at=at)
    gather_digests(on=on, at=at, since=last.finished_at if last else None)
    day.finished_at = at
    day.save(update_fields=["finished_at"])
    return written


# --- By hand -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Urged:
    """What an urging came to; what was urged today already and what is closed was left alone."""

    assignments: int
    units: int
    today_already: int
    closed: int

    def __str__(self) -> str:
        parts = [f"已向{self.units}个单位催办{self.assignments}项任务" if self.assignments else "没有发出催办"]
        if self.today_already:
            parts.append(f"{self.today_already}项今天已经催办过，没有再催")
        if self.closed:
            parts.append(f"{self.closed}项已办结或不适用，没有催办")
        return "；".join(parts) + "。"


@transaction.atomic
def remind_units(*, assignments: Iterable[Assignment], by: User, at: datetime) -> Urged:
    """The office urges units (催办) about open assignments: one message for each unit, each assignment once a day."""
    require(rules.can_remind_units(by))
    on = timezone.localdate(at)
    chosen = Assignment.objects.filter(pk__in=[assignment.pk for assignment in assignments])
    locked = chosen.order_by("pk").select_for_update(of=("self",))  # of two that urge at once, one waits
    held = set(locked.values_list("pk", flat=True))
    already = held & _urged_since(timezone.make_aware(datetime.combine(on, time.min)), among=held)
    to_urge = Assignment.objects.filter(pk__in=held - already).open(on=on)
    units = 0
    for unit, group in by_unit(to_urge):
        for assignment in group:
            AuditEntry.objects.record(action="remind", target=assignment, by=by, at=at)
        tell_unit(unit=unit, announcement=_urging(group, on=on), at=at)
        units += 1
    urged = to_urge.count()
    return Urged(urged, units, today_already=len(already), closed=len(held) - len(already) - urged)


def _urged_since(midnight: datetime, *, among: Iterable[int]) -> set[int]:
    entries = AuditEntry.objects.filter(
        action="remind",
        target_type=Assignment._meta.label_lower,
        target_id__in=[str(pk) for pk in among],
        at__gte=midnight,
    )
    return {int(target_id) for target_id in entries.values_list("target_id", flat=True)}


def _urging(assignments: list[Assignment], *, on: date) -> Announcement:
    """`event` is unique, as no assignment is urged twice a day."""
    return Announcement(
        kind=Message.Kind.URGED,
        event=f"urged:{on}:{min(assignment.pk for assignment in assignments)}",
        subject=f"县政府办公室催办：{counted(assignments)}",
        text=f"请尽快办理并报送进展：\n{listed(assignments)}",
        url=place(assignments, otherwise=reverse("tasks:work")),
    )
