"""How an event stands against its limits of 5, 24 and 48 hours, to the minute: what office, unit and circular say of it,
and how events are counted by it."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import CharField, Min, OuterRef, Q, QuerySet
from django.db.models.functions import Cast
from django.utils import timezone

from disclosure.models import OpinionEvaluation, OpinionEvent
from disclosure.models.states import Category
from disclosure.public_opinion.kind import ANSWER, FIRST, LOWERED, OPINION_KIND, PRESS, RAISED, RESPONSES, WITHDRAWALS
from ninghai.calendar.clock import beginning_of, end_of
from ninghai.calendar.reckoning import local_day
from ninghai.cases.assignments import replay_work
from ninghai.cases.events import standing_after
from ninghai.cases.kinds import EngineEvent
from ninghai.models import Case, CaseAssignment, CaseEvent, DutyClock, Unit

LABELS = {FIRST: "首次发布权威信息（5小时）", PRESS: "新闻发布会（24小时）", ANSWER: "回应（48小时）"}
FROM = {"found": "发现时间", "happened": "发生时间", "assigned": "交办时间"}
SOON = timedelta(hours=2)


@dataclass(frozen=True, slots=True)
class OpinionLimit:
    """One limit. It runs until it is `ended` by its response, or `stopped` because nobody waits for one any more; `words` say
    how it stands, `derivation` how it was found."""

    code: str
    due: datetime
    ended: datetime | None
    stopped: datetime | None
    is_late: bool
    is_again: bool  # of a matter that was opened again
    words: str
    tone: str
    derivation: str
    graded: str  # 定级于22:00, where the grade came after the limit began

    @property
    def label(self) -> str:
        return f"{LABELS[self.code]}{'，重新办理' if self.is_again else ''}"

    @property
    def is_running(self) -> bool:
        return self.ended is None and self.stopped is None

    @property
    def is_given_up(self) -> bool:
        """Called off in time; a breach stays one, whatever is decided afterwards."""
        return self.ended is None and self.stopped is not None and not self.is_late


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


# What the events say of the limits.


@dataclass(slots=True)
class LimitRun:
    """A limit that counts `since` a moment, in the `opening` of the matter by that number, by the grade that was given at that time."""

    code: str
    since: datetime
    opening: int
    graded_at: datetime
    is_regraded: bool
    stopped: datetime | None = None
    ended: datetime | None = None


def runs_of(events: Iterable[CaseEvent]) -> list[LimitRun]:
    """Every limit that has counted, in that order; a response that was entered late ends it from the minute at which it was in public,
    one that was withdrawn does not."""
    runs: dict[tuple[str, datetime], LimitRun] = {}
    said: dict[int, tuple[int, CaseEvent]] = {}  # by the number of the response, or of its event where that names none
    opening, is_regraded = 0, False
    graded_at: datetime | None = None
    for event in events:
        rule = OPINION_KIND.rule(event.kind)
        opening += event.kind == EngineEvent.REOPEN
        is_regraded |= event.kind in {RAISED, LOWERED}
        graded_at = event.entered_at if graded_at is None or event.kind in {RAISED, LOWERED} else graded_at
        for code in rule.starts:  # one that goes on is only counted over again
            known = runs.get((code, event.happened_at))
            if known is None or known.stopped:
                runs[code, event.happened_at] = LimitRun(code, event.happened_at, opening, graded_at, is_regraded)
        if event.kind in RESPONSES:
            said[event.fact("response", -event.number)] = (opening, event)
        elif event.kind in WITHDRAWALS:
            said.pop(event.fact("response"), None)
        is_over = rule.to != "" and not OPINION_KIND.state(rule.to).is_open
        for run in runs.values():
            if run.opening == opening and (is_over or (event.kind == LOWERED and run.code in rule.ends)):
                run.stopped = run.stopped or event.happened_at
    for run in runs.values():
        run.ended = _ended(run, [event for number, event in said.values() if number == run.opening])
    return list(runs.values())


def _ended(run: LimitRun, said: Iterable[CaseEvent]) -> datetime | None:
    """By the first response of its own kind, while somebody waited for it."""
    spoken = [event.happened_at for event in said if run.code in OPINION_KIND.rule(event.kind).ends]
    first = min((at for at in spoken if run.stopped is None or at <= run.stopped), default=None)
    return max(first, run.since) if first else None


def told_by(cases: Iterable[int], *, at: datetime) -> defaultdict[int, list[CaseEvent]]:
    """What was entered about each case by that moment, in its order."""
    told: defaultdict[int, list[CaseEvent]] = defaultdict(list)
    found = CaseEvent.objects.filter(case__in=list(cases), entered_at__lte=at).order_by("case", "number")
    for event in found.defer("words", "paper"):
        told[event.case_id].append(event)
    return told


def limits_of(events: Iterable[OpinionEvent], *, at: datetime) -> dict[int, list[OpinionLimit]]:
    """By the key of each event, in the order in which they run out, as they stood then; two statements for all of them."""
    return _limits(told_by([event.pk for event in events], at=at), at=at)


def _limits(told: Mapping[int, list[CaseEvent]], *, at: datetime) -> dict[int, list[OpinionLimit]]:
    about = {"target_type": Case._meta.label_lower, "target_id__in": [str(pk) for pk in told]}
    clocks = {
        (int(clock.target_id), clock.duty, clock.started_at): clock
        for clock in DutyClock.objects.filter(**about, duty__in=LABELS).order_by("pk")
    }
    found = {
        pk: [_limit(run, clock, at=at) for run in runs_of(events) if (clock := clocks.get((pk, run.code, run.since)))]
        for pk, events in told.items()
    }
    return {pk: sorted(limits, key=lambda limit: limit.due) for pk, limits in found.items()}


def _limit(run: LimitRun, clock: DutyClock, *, at: datetime) -> OpinionLimit:
    due = clock.due_at or run.since
    words, tone = _standing(due, run, at=at)
    graded = _graded(run) if run.graded_at > (run.since if run.is_regraded else due) else ""
    return OpinionLimit(
        code=run.code,
        due=due,
        ended=run.ended,
        stopped=None if run.ended else run.stopped,
        is_late=due < (run.ended or run.stopped or at),
        is_again=run.opening > 0,
        words="；".join(filter(None, [words, graded])),
        tone=tone,
        derivation=clock.derivation,
        graded=graded,
    )


def _standing(due: datetime, run: LimitRun, *, at: datetime) -> tuple[str, str]:
    until = f"截至{minute(due)}"
    if over := run.ended or run.stopped:
        late = f"，{'' if run.ended else '已'}逾期{span(over - due)}" if over > due else ""
        if run.ended:
            return f"{until}，{minute(over)}{'完成' if late else '按时完成'}{late}", "late" if late else "good"
        return f"{until}，{minute(over)}起不再计时{late}", "late" if late else "info"
    if at > due:
        return f"{until}，已逾期{span(at - due)}", "late"
    return f"{until}，还有{span(due - at)}", "due" if due - at <= SOON else "info"


def _graded(run: LimitRun) -> str:
    """定级于22:00: why a limit may be over as soon as it is counted; with its day where that is another one."""
    graded, started = timezone.localtime(run.graded_at), timezone.localtime(run.since)
    return f"定级于{graded:%H:%M}" if graded.date() == started.date() else f"定级于{graded:%Y-%m-%d %H:%M}"


def worst(limits: Iterable[OpinionLimit]) -> OpinionLimit | None:
    """The one that a list shows: what is overdue first, then what runs out first, then what was late."""
    ordered = sorted(limits, key=lambda each: (not each.is_running, not each.is_late, each.due))
    return next(iter(ordered), None)


# Counted: one row of facts for each event as of a moment, for the circular, the map and the yearly report.


@dataclass(frozen=True, slots=True)
class OpinionRow:
    """One event as it stood then, without a word of what was posted. `unit` led it, None before it was handed out."""

    event: OpinionEvent
    status: str
    grade: str
    unit: Unit | None
    limits: list[OpinionLimit]
    evaluation: OpinionEvaluation | None

    @property
    def number(self) -> str:
        return self.event.case.number

    @property
    def unit_name(self) -> str:
        return self.unit.short_name if self.unit else "未交办"

    @property
    def is_open(self) -> bool:
        return OPINION_KIND.state(self.status).is_open

    @property
    def judged(self) -> list[OpinionLimit]:
        """The limits that were kept, or are over."""
        return [each for each in self.limits if not each.is_given_up and (each.ended or each.is_late)]

    @property
    def late(self) -> list[OpinionLimit]:
        return [each for each in self.judged if each.is_late]


def opinions(*, since: date, on: date, at: datetime, unit: Unit | None = None) -> list[OpinionRow]:
    """What was found in these days and entered by the end of the last, or by `at` before, as it stood then: state, grade, lead and
    limits come from the events that were entered by that moment. What was entered by mistake (作废) is left out of every day."""
    moment = min(end_of(on) - datetime.resolution, at)
    events = OpinionEvent.objects.with_case().exclude(case__status="void").filter(case__entered_at__lte=moment)
    found = events.filter(found_at__gte=beginning_of(since), found_at__lt=end_of(on))
    listed = list(found.prefetch_related("evaluations").order_by("found_at", "pk"))
    told, own = (
        told_by([event.pk for event in listed], at=moment),
        set(Unit.objects.inherited_by(unit)) if unit else set(),
    )
    limits, units = _limits(told, at=moment), Unit.objects.in_bulk()
    rows = (_row(event, told[event.pk], limits[event.pk], units, at=moment) for event in listed)
    return [row for row in rows if unit is None or row.unit in own]


def _row(
    event: OpinionEvent,
    told: list[CaseEvent],
    limits: list[OpinionLimit],
    units: Mapping[int, Unit],
    *,
    at: datetime,
) -> OpinionRow:
    standing = standing_after(OPINION_KIND, told)
    works = [work for work in replay_work(told) if work.part == CaseAssignment.Part.LEAD and work.returned_at is None]
    sheets = [sheet for sheet in event.evaluations.all() if sheet.at <= at]
    return OpinionRow(
        event=event,
        status=standing.status,
        grade=standing.columns["category"],
        unit=units[works[-1].unit] if works else None,
        limits=limits,
        evaluation=sheets[-1] if sheets else None,
    )


def responded(*, units: QuerySet[Unit], year: int) -> list[tuple[int, str, date, date]]:
    """回应公众关注热点或重大舆情: key and number of each event that was answered by an item published in the year, when it was
    found, and when that was first published; several responses to one count once."""
    published = Q(responses__item__published_at__year=year, responses__item__category=Category.RESPONSE)
    answered = OpinionEvent.objects.filter(published, responses__item__unit__in=units)
    first = answered.annotate(first=Min("responses__item__published_at")).order_by("found_at", "pk")
    rows = first.values_list("pk", "case__number", "found_at", "first")
    return [(pk, number, local_day(found), local_day(at)) for pk, number, found, at in rows]
