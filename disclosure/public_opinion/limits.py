"""How an event stands against its limits of 5, 24 and 48 hours, to the minute: what office, unit and circular say of it,
and how events are counted by it."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import CharField, Min, OuterRef, Q, QuerySet
from django.db.models.functions import Cast
from django.utils import timezone

from disclosure.models import OpinionEvent
from disclosure.models.states import Category
from disclosure.public_opinion.kind import ANSWER, FIRST, PRESS
from disclosure.public_opinion.rules import lead_of
from ninghai.calendar.clock import beginning_of, end_of
from ninghai.calendar.reckoning import local_day
from ninghai.models import Case, DutyClock, Unit

LABELS = {FIRST: "首次发布权威信息（5小时）", PRESS: "新闻发布会（24小时）", ANSWER: "回应（48小时）"}
FROM = {"found": "发现时间", "happened": "发生时间", "assigned": "交办时间"}
SOON = timedelta(hours=2)
GIVEN_UP = frozenset({"declined", "void"})  # how an event ends that nobody answers


@dataclass(frozen=True, slots=True)
class OpinionLimit:
    """One limit. `ended` is None while it runs; `words` say how it stands, `derivation` how it was found."""

    code: str
    due: datetime
    ended: datetime | None
    is_late: bool
    is_given_up: bool
    words: str
    tone: str
    derivation: str
    graded: str  # 定级于22:00, where the grade came after the limit began

    @property
    def label(self) -> str:
        return LABELS[self.code]


def minute(moment: datetime | None) -> str:
    """To the minute, as the county's clocks show it."""
    return f"{timezone.localtime(moment):%Y-%m-%d %H:%M}" if moment else ""


def span(length: timedelta) -> str:
    """26小时5分钟, 30分钟."""
    minutes = int(length.total_seconds()) // 60
    hours, rest = divmod(minutes, 60)
    return (f"{hours}小时" if hours else "") + (f"{rest}分钟" if rest else "") or "不到1分钟"


def running_clocks() -> QuerySet[DutyClock]:
    """The limits that still run for the event of the outer query, the first to run out before the others."""
    about = {"target_type": Case._meta.label_lower, "target_id": Cast(OuterRef("pk"), CharField())}
    return DutyClock.objects.open().filter(**about, duty__in=LABELS).order_by("due_at", "pk")


def limits_of(events: Iterable[OpinionEvent], *, at: datetime) -> dict[int, list[OpinionLimit]]:
    """By the key of each event, in the order in which they run out; one statement for all of them."""
    known = {event.pk: event for event in events}
    found: defaultdict[int, list[OpinionLimit]] = defaultdict(list)
    about = {"target_type": Case._meta.label_lower, "target_id__in": [str(pk) for pk in known]}
    for clock in DutyClock.objects.filter(**about, duty__in=LABELS).order_by("due_at", "pk"):
        event = known[int(clock.target_id)]
        if clock.due_at and (clock.started_at if clock.duty == ANSWER else event.graded_at) <= at:
            found[event.pk].append(_limit(clock, clock.due_at, event, at=at))
    return found


def _limit(clock: DutyClock, due: datetime, event: OpinionEvent, *, at: datetime) -> OpinionLimit:
    ended = clock.closed_at if clock.closed_at and clock.closed_at <= at else None
    is_late = due < (ended or at)
    words, tone = _standing(due, ended, at=at)
    if unanswered := event.case.status in GIVEN_UP and ended == event.case.closed_at:
        words = f"截至{minute(due)}，{minute(ended)}起不再计时" + (
            f"，已逾期{span(ended - due)}" if is_late and ended else ""
        )
        tone = "late" if is_late else "info"
    is_given_up = unanswered and not is_late  # a breach stays one, whatever is decided afterwards
    is_told = clock.duty != ANSWER and (event.was_raised or event.graded_at > due)
    graded = _graded(event, clock.started_at) if is_told else ""
    words = "；".join(filter(None, [words, graded]))
    return OpinionLimit(clock.duty, due, ended, is_late, is_given_up, words, tone, clock.derivation, graded)


def _standing(due: datetime, ended: datetime | None, *, at: datetime) -> tuple[str, str]:
    until = f"截至{minute(due)}"
    if ended:
        if ended > due:
            return f"{until}，{minute(ended)}完成，逾期{span(ended - due)}", "late"
        return f"{until}，{minute(ended)}按时完成", "good"
    if at > due:
        return f"{until}，已逾期{span(at - due)}", "late"
    return f"{until}，还有{span(due - at)}", "due" if due - at <= SOON else "info"


def _graded(event: OpinionEvent, since: datetime) -> str:
    """定级于22:00: why a limit may be over as soon as it is counted; with its day where that is another one."""
    graded, started = timezone.localtime(event.graded_at), timezone.localtime(since)
    return f"定级于{graded:%H:%M}" if graded.date() == started.date() else f"定级于{graded:%Y-%m-%d %H:%M}"


def worst(limits: Iterable[OpinionLimit]) -> OpinionLimit | None:
    """The one that a list shows: what is overdue first, then what runs out first, then what was late."""
    ordered = sorted(limits, key=lambda each: (each.ended is not None, each.due))
    running = [each for each in ordered if each.ended is None]
    late = [each for each in ordered if each.is_late and not each.is_given_up]
    return next(iter([*running, *late, *ordered]), None)


# Counted: one row of facts for each event as of a moment, for the circular, the map and the yearly report.


@dataclass(frozen=True, slots=True)
class OpinionRow:
    """One event, without a word of what was posted. `unit` is the lead's key, None before it is handed out."""

    event: OpinionEvent
    unit: int | None
    unit_name: str
    limits: list[OpinionLimit]

    @property
    def number(self) -> str:
        return self.event.case.number

    @property
    def is_open(self) -> bool:
        return self.event.case.is_open

    @property
    def judged(self) -> list[OpinionLimit]:
        """The limits that were kept, or are over."""
        return [each for each in self.limits if not each.is_given_up and (each.ended or each.is_late)]

    @property
    def late(self) -> list[OpinionLimit]:
        return [each for each in self.judged if each.is_late]


def opinions(*, since: date, on: date, at: datetime, unit: Unit | None = None) -> list[OpinionRow]:
    """What was found in these days, with its limits as they stood at the end of the last, or at `at` before."""
    moment = min(end_of(on), at)
    events = OpinionEvent.objects.with_case().select_related("evaluation").exclude(case__status="void")
    events = events.filter(found_at__gte=beginning_of(since), found_at__lt=end_of(on))
    found = events.prefetch_related("case__assignments__unit").order_by("found_at", "pk")
    rows = list(_rows(found, at=moment))
    own = set(Unit.objects.inherited_by(unit).values_list("pk", flat=True)) if unit else set()
    return [row for row in rows if unit is None or row.unit in own]


def _rows(events: QuerySet[OpinionEvent], *, at: datetime) -> Iterator[OpinionRow]:
    listed = list(events)
    limits = limits_of(listed, at=at)
    for event in listed:
        lead = lead_of(event)
        name = lead.unit.short_name if lead else "未交办"
        yield OpinionRow(event, lead.unit_id if lead else None, name, limits.get(event.pk, []))


def responded(*, units: QuerySet[Unit], year: int) -> list[tuple[int, str, date, date]]:
    """回应公众关注热点或重大舆情: key and number of each event that was answered by an item published in the year, when it was
    found, and when that was first published; several responses to one count once."""
    published = Q(responses__item__published_at__year=year, responses__item__category=Category.RESPONSE)
    answered = OpinionEvent.objects.filter(published, responses__item__unit__in=units)
    first = answered.annotate(first=Min("responses__item__published_at")).order_by("found_at", "pk")
    rows = first.values_list("pk", "case__number", "found_at", "first")
    return [(pk, number, local_day(found), local_day(at)) for pk, number, found, at in rows]
