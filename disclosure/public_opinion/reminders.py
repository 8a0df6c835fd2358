"""What people are told about public opinion by the clock: a limit that runs out, a county that falls silent (持续发布), the week's digest.

Numbers, topics and moments, nothing of what was posted; each once.
"""

from datetime import date, datetime, timedelta

from django.conf import settings
from django.db.models import Max, Prefetch, Q, QuerySet
from django.urls import reverse

from disclosure.models import OpinionEvent, OpinionResponse
from disclosure.public_opinion.kind import IN_PUBLIC
from disclosure.public_opinion.limits import SOON, OpinionLimit, limits_of, minute
from disclosure.public_opinion.rules import lead_of
from disclosure.public_opinion.services import tell
from ninghai.calendar.clock import beginning_of
from ninghai.calendar.workdays import WorkCalendar
from ninghai.models import Message, Role
from ninghai.notifications.notify import notify, people_in

LIST = "admin:disclosure_opinionevent_changelist"
LINES = 30  # of one message


def open_opinions() -> QuerySet[OpinionEvent]:
    found = OpinionEvent.objects.with_case().filter(case__closed_at=None)
    standing = Prefetch("responses", OpinionResponse.objects.standing())
    return found.prefetch_related("case__assignments__unit", standing).order_by("found_at", "pk")


def watch_opinions(at: datetime) -> int:
    """By night and on holidays too: 2 hours before a limit runs out, when it has, and after days of silence. Returns how many
    events somebody was told of."""
    events = list(open_opinions())
    limits = limits_of(events, at=at)
    told = 0
    for event in events:
        running = [each for each in limits.get(event.pk, []) if each.is_running]
        said = [_tell_of_limit(event, each, at=at) for each in running] + [_tell_of_silence(event, at=at)]
        told += any(said)
    return told


def _tell_of_limit(event: OpinionEvent, limit: OpinionLimit, *, at: datetime) -> bool:
    """The lead and the office; while nobody leads, the office alone."""
    stage = "over" if limit.is_late else "soon" if limit.due - at <= SOON else ""
    if not stage:
        return False
    name = f"{limit.code}:{limit.due:%Y%m%d%H%M}:{stage}"  # of each opening its own
    what = f"{limit.label}{'已逾期' if limit.is_late else f'{minute(limit.due)}到期'}"
    if lead := lead_of(event):
        tell(event, lead.unit, what=what, text=limit.words, name=name, at=at)
    notify(
        people_in(Role.OFFICE),
        kind=Message.Kind.DUE,
        event=f"opinion:{event.pk}:{name}:office",
        subject=f"{event} 政务舆情（{event.topic}）：{what}",
        text=limit.words,
        url=reverse("admin:disclosure_opinionevent_change", args=[event.pk]),
        at=at,
    )
    return True


def quiet_before(at: datetime) -> datetime:
    """Whose last response lies before that moment has been silent for too long."""
    return at - timedelta(days=settings.OPINION_QUIET_DAYS)


def quiet_opinions(*, at: datetime) -> QuerySet[OpinionEvent]:
    """Those in public, not closed, with no new response for so many days."""
    last = Max("responses__happened_at", filter=Q(responses__withdrawn_at=None))
    spoken = open_opinions().filter(case__status__in=IN_PUBLIC).alias(last=last)
    return spoken.filter(last__lte=quiet_before(at))


def _tell_of_silence(event: OpinionEvent, *, at: datetime) -> bool:
    """Once for each such stretch of days since the last response."""
    lead, said = lead_of(event), list(event.responses.all())
    if lead is None or not said or event.case.status not in IN_PUBLIC:
        return False
    last = said[-1]
    rounds = (at - last.happened_at) // timedelta(days=settings.OPINION_QUIET_DAYS)
    if rounds < 1:
        return False
    what = f"已经{(at - last.happened_at).days}天没有新的回应，请持续发布"
    tell(event, lead.unit, what=what, text="已经处置完的，请告诉县府办办结。", name=f"quiet:{last.pk}:{rounds}", at=at)
    return True


# The office's week (每周汇总).


def tell_office_of_opinions(*, on: date, at: datetime, calendar: WorkCalendar) -> int:
    """On the first working day of a week: what was found in the week before, what is open, and what is overdue, by number."""
    week = on.isocalendar()
    event = f"opinions-week:{week.year}-{week.week:02}"
    if Message.objects.filter(event=event).exists():
        return 0
    monday = on - timedelta(days=on.weekday())
    found = OpinionEvent.objects.exclude(case__status="void").filter(
        found_at__gte=beginning_of(monday - timedelta(days=7)), found_at__lt=beginning_of(monday)
    )
    events = list(open_opinions())
    if not events and not found.exists():
        return 0
    limits = limits_of(events, at=at)
    late = [each for each in events if any(limit.is_late and limit.is_running for limit in limits.get(each.pk, []))]
    quiet = set(quiet_opinions(at=at).values_list("pk", flat=True))
    lines = [_line(each, limits.get(each.pk, []), is_quiet=each.pk in quiet) for each in events]
    more = [f"……共{len(lines)}件"] if len(lines) > LINES else []
    people = people_in(Role.OFFICE)
    notify(
        people,
        kind=Message.Kind.DUE,
        event=event,
        subject=f"每周政务舆情：上周发现{found.count()}件，处置中{len(events)}件，逾期{len(late)}件",
        text="\n".join([*lines[:LINES], *more]) or "没有处置中的舆情。",
        url=reverse(LIST),
        at=at,
    )
    return people.count()


def _line(event: OpinionEvent, limits: list[OpinionLimit], *, is_quiet: bool) -> str:
    running = [f"{each.label}{each.words}" for each in limits if each.is_running]
    lead = lead_of(event)
    told = [lead.unit.short_name if lead else "未交办", *running, *(["已经几天没有新的回应"] if is_quiet else [])]
    return f"{event}（{event.topic}）：{'；'.join(told)}"
