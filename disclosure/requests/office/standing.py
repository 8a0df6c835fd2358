"""How applications stand (办理情况): counted by unit for today's lists, and one by one as they stood at the end of any day.

An answer is in time if the limit of the law was kept; what is open after its last day is late before anybody answers it.
Who withdrew, or whose application was voided, split or merged, got no answer, and neither helps nor harms the share.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, TypeVar

from django.db.models import Count, Exists, F, FilteredRelation, FloatField, OuterRef, Q, QuerySet
from django.db.models.expressions import CombinedExpression
from django.db.models.functions import Cast, NullIf

from disclosure.coverage.holdings import OwingUnits
from disclosure.models import RequestUnit
from disclosure.requests.kind import ANSWERED, NOT_RECEIVED, REQUEST, REQUEST_KIND, received
from disclosure.requests.limits import SOON
from ninghai.calendar.clock import beginning_of, end_of
from ninghai.calendar.reckoning import local_day, reckon
from ninghai.calendar.workdays import WorkCalendar
from ninghai.cases.clocks import legal_runs
from ninghai.cases.events import standing_after
from ninghai.models import Case, CaseEvent, Unit
from ninghai.web.percent import percent
from tasks.scoring.facts import LatePiece, Timeliness

U = TypeVar("U", bound=Unit)

TENTH = Decimal("0.1")
STAGES = {
    "unconfirmed": ("entered", "unconfirmed"),
    "handling": ("handling",),
    "with_head": ("with_head",),
    "to_deliver": ("signed",),
}  # of what is open; in any other state somebody else is asked


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseMatter:
    """A kind of case as units are reminded of it, and as the office counts it and urges about it."""

    kind: str  # of `ninghai.cases`
    answered: frozenset[str]  # the states in which it has its answer
    label: str  # 依申请公开
    piece: str  # 申请
    page: str  # the name of the address of one case
    register: str  # and of the list of them
    units: str  # how the names of the office's addresses about all units begin
    urging: str  # what stands above the numbers unless the office writes something else
    keep_out: str  # what the office must not write there

    @property
    def unit_list(self) -> str:
        return f"{self.units}_changelist"

    @property
    def office_page(self) -> str:
        """The name of the address of one case in the admin."""
        return f"{self.units}_case"


REQUESTS = CaseMatter(
    kind=REQUEST,
    answered=ANSWERED,
    label="依申请公开",
    piece="申请",
    page="disclosure:request",
    register="disclosure:request-list",
    units="admin:disclosure_requestunit",
    urging="请抓紧办理，在法定期限内答复申请人；已经逾期的请尽快答复。",
    keep_out="不要写申请人的姓名和申请内容",
)


def last_day_soon(*, on: date, calendar: WorkCalendar) -> date:
    """What is due until then is due soon (5个工作日内到期)."""
    return calendar.nth_workday_after(on, SOON)


# Counted by unit, as the records stand now.


def with_counts(
    units: QuerySet[U], *, on: date, at: datetime, year: int | None = None, of: CaseMatter = REQUESTS
) -> QuerySet[U]:
    """The units that have a register, each with the counts of its cases, of one year of the register or of all."""
    of_year = Q(cases__year=year) if year else Q()
    asked = FilteredRelation("cases", condition=Q(cases__kind=of.kind) & of_year)
    registers = Case.objects.filter(kind=of.kind).values("unit")
    counted: Any = (
        units.filter(pk__in=registers).annotate(asked=asked).annotate(**_counts(of, on=on, at=at, prefix="asked__"))
    )
    found: QuerySet[U] = counted.annotate(
        waiting=F("open") - F("unconfirmed") - F("handling") - F("with_head") - F("to_deliver")
    )
    return found


def by_year(unit: Unit, *, on: date, at: datetime, of: CaseMatter = REQUESTS) -> list[dict[str, Any]]:
    """The same counts for each year of one unit's register, the newest first."""
    cases: Any = Case.objects.filter(kind=of.kind, unit=unit).order_by(F("year").desc(nulls_first=True))
    return list(cases.values("year").annotate(**_counts(of, on=on, at=at)))


def _counts(of: CaseMatter, *, on: date, at: datetime, prefix: str = "") -> dict[str, Count]:
    def where(**fields: object) -> Q:
        return Q(**{f"{prefix}{name}": value for name, value in fields.items()})

    is_open, due = where(closed_at=None), f"{prefix}legal_clock__due_at"
    soon = end_of(last_day_soon(on=on, calendar=WorkCalendar.load()))
    is_answered = where(status__in=of.answered)
    filters = {
        "received": received(prefix),
        "answered": is_answered,
        "in_time": is_answered & where(legal_clock__closed_at__lte=F(due)),
        "open": is_open,
        "overdue": is_open & where(legal_clock__due_at__lt=at),
        "soon": is_open & where(legal_clock__due_at__gte=at, legal_clock__due_at__lt=soon),
        **{stage: is_open & where(status__in=states) for stage, states in STAGES.items()},
    }
    return {name: Count(f"{prefix}pk", filter=found) for name, found in filters.items()}


def share() -> CombinedExpression:
    """按时答复率 of `with_counts`, to sort by: in time ÷ (answered + overdue); null where nothing is to be judged."""
    return Cast(F("in_time"), FloatField()) / NullIf(F("answered") + F("overdue"), 0)


def share_words(in_time: int, judged: int) -> str:
    """按时答复率 with what it was reckoned from; empty where nothing is to be judged."""
    return f"{percent(part=in_time, whole=judged, step=TENTH)}%（{in_time}/{judged}）" if judged else ""


# One by one, as of a day.


@dataclass(frozen=True, slots=True)
class Application:
    """One application as it stood at the end of a day."""

    number: str
    unit: int
    state: str
    received_on: date | None
    due: date | None
    answered_on: date | None
    answer: str

    @property
    def is_open(self) -> bool:
        return REQUEST_KIND.state(self.state).is_open

    @property
    def is_received(self) -> bool:
        """As `kind.received` says it of records: those without a number are not told at all."""
        return self.received_on is not None and self.state not in NOT_RECEIVED

    @property
    def is_in_time(self) -> bool:
        return self.answered_on is not None and self.due is not None and self.answered_on <= self.due

    def is_overdue(self, *, on: date) -> bool:
        return self.is_open and self.due is not None and self.due < on

    def is_judged(self, *, on: date) -> bool:
        """Whether it counts in the share: answered, or open although its days are over."""
        return self.answered_on is not None or self.is_overdue(on=on)


def applications(*, since: date, on: date, unit: Unit | None = None) -> list[Application]:
    """Those received or closed from one day to the other, and those that were open at the end of the last, as they stood then.

    What happened to a case after that day is left out of its events, and the rest is gone through again.
    """
    end, calendar = end_of(on), WorkCalendar.load()
    later = Exists(CaseEvent.objects.filter(case=OuterRef("pk"), entered_at__gte=end))
    cases = Case.objects.filter(kind=REQUEST, entered_at__lt=end, information_request__isnull=False)
    cases = cases.filter(unit__in=Unit.objects.inherited_by(unit)) if unit else cases
    began = Q(closed_at=None) | Q(closed_at__gte=beginning_of(since)) | Q(received_on__gte=since)
    found = cases.annotate(is_changed=later).filter(began | Q(is_changed=True))
    rows: Any = found.select_related("legal_clock", "information_request").only(*COLUMNS).order_by("pk")
    stood = (_as_it_was(case, end, calendar) if case.is_changed else _as_it_is(case) for case in rows.iterator())
    return [each for each in stood if each is not None and _belongs(each, since, on)]


COLUMNS = (
    *("kind", "number", "unit", "status", "received_on", "closed_at"),
    *("legal_clock__due_at", "information_request__answer_code", "information_request__case"),
)


def _belongs(each: Application, since: date, on: date) -> bool:
    """Open, or received or answered in these days."""
    days = [day for day in (each.received_on, each.answered_on) if day]
    return each.is_open or any(since <= day <= on for day in days)


def _as_it_is(case: Case) -> Application | None:
    """None for what is not registered yet."""
    clock = case.legal_clock
    if not case.number:
        return None
    return Application(
        number=case.number,
        unit=case.unit_id,
        state=case.status,
        received_on=case.received_on,
        due=local_day(clock.due_at) if clock and clock.due_at else None,
        answered_on=local_day(case.closed_at) if case.closed_at and case.status in ANSWERED else None,
        answer=case.information_request.answer_code,
    )


def _as_it_was(case: Case, end: datetime, calendar: WorkCalendar) -> Application | None:
    """From the events that were entered before that moment; None for what was not registered by then."""
    events = list(case.events.filter(entered_at__lt=end).order_by("number"))
    standing = standing_after(REQUEST_KIND, events)
    told, runs = standing.as_columns(), legal_runs(case, events)
    if not told.get("number"):
        return None
    return Application(
        number=told["number"],
        unit=told["unit_id"],
        state=standing.status,
        received_on=told.get("received_on"),
        due=reckon(limit=runs[-1].limit, history=runs[-1].history, calendar=calendar).day if runs else None,
        answered_on=local_day(standing.closed_at) if standing.closed_at and standing.status in ANSWERED else None,
        answer=_answer_signed(events),
    )


def _answer_signed(events: list[CaseEvent]) -> str:
    """The kind of the last answer that was signed."""
    signed: Iterator[str] = (event.fact("code", "") for event in reversed(events) if event.kind == "signed")
    return next(signed, "")


# For the score (考核的依申请公开): each application that was answered in the year, or is overdue.


def answered_in_time(*, year: int, on: date) -> Mapping[int, Timeliness]:
    """By unit, or who has taken over from it; a unit of which nothing is to be judged is absent, and not assessed."""
    since, heirs = date(year, 1, 1), OwingUnits.read(on=on).heirs
    in_time: Counter[int] = Counter()
    lapses: defaultdict[int, list[LatePiece]] = defaultdict(list)
    for each in applications(since=since, on=on):
        unit = heirs.get(each.unit, each.unit)
        if each.answered_on and each.is_in_time:
            in_time[unit] += each.answered_on >= since
        elif each.is_overdue(on=on) or (each.answered_on and each.answered_on >= since):
            lapses[unit].append(_lapse(each))
    units = {unit for unit, count in in_time.items() if count} | lapses.keys()
    return {unit: Timeliness(in_time[unit], tuple(lapses[unit])) for unit in units}


def _lapse(each: Application) -> LatePiece:
    came = f"{each.answered_on}答复" if each.answered_on else "还没有答复"
    words = f"{each.number}：应于{each.due}前答复，{came}"
    return LatePiece(words, RequestUnit._meta.label_lower, str(each.unit), is_late=bool(each.answered_on))
