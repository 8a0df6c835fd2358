"""Ten years of applications of any number, straight into the tables, each as the engine would have left it.

A story says what happened to an application and after how many working days; what lies ahead of the present has not happened
yet, so that the last weeks are open in every state. Columns and clocks come from the events by the engine's own functions;
`unsound` compares a sample with its events again. The trail has no rows about them.
"""

import random
import uuid
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from disclosure.models import InformationRequest
from disclosure.requests.kind import REQUEST, REQUEST_KIND
from disclosure.requests.rules.answers import answers_under
from ninghai.calendar.clock import beginning_of
from ninghai.calendar.duty_clocks import ClockState
from ninghai.calendar.law import rule_set_on
from ninghai.calendar.workdays import WorkCalendar
from ninghai.cases.clocks import as_statutory, legal_runs, pause_reason
from ninghai.cases.events import replay, standing_after
from ninghai.cases.kinds import ClockAct, EngineEvent
from ninghai.models import Case, CaseEvent, CaseSeries, ClockEvent, DataKey, DutyClock, Unit, User
from ninghai.sealed import cipher

YEARS = 10
PIECE = 2000  # applications written at once


# What happens to an application.


@dataclass(frozen=True, slots=True)
class Step:
    kind: str
    after: int  # working days after its receipt
    facts: dict[str, Any] = field(default_factory=dict)
    reason: str = ""
    of: str = ""


def story(chance: random.Random, *, code: str, head: User) -> list[Step]:
    """In one of some ways; one in three hundred is forgotten."""
    draw = chance.random()
    if draw < 0.003:
        return []
    if draw < 0.02:
        return [Step(EngineEvent.VOID, 1, {"case": {"void_reason": "重复登记"}}, "重复登记")]
    if draw < 0.05:
        return [Step("withdrawn", 3, reason="申请人来电撤回")]
    if draw < 0.13:
        asked = [Step("third_party_asked", 2, of="1"), Step("third_party_said", 12, of="1")]
        return [*asked, *_answered(code, 12 + chance.randint(1, 8))]
    if draw < 0.18:
        extended = Step("extended", 11, {"amount": 10, "approved_by": head.pk}, "需要查阅历史档案")
        return [extended, *_answered(code, chance.randint(13, 21))]
    return _answered(code, chance.randint(16, 30) if draw < 0.23 else chance.randint(3, 11))


def _answered(code: str, after: int) -> list[Step]:
    told = {"code": code}
    drafted = [Step("proposed", after, told), Step("signed", after + 1, told)]
    return [*drafted, Step("answer_posted", after + 2), Step("answer_received", after + 5)]


# The rows.


@dataclass(frozen=True, slots=True)
class Made:
    """One application with everything that belongs to it, not written yet."""

    key: DataKey
    case: Case
    request: InformationRequest
    events: list[CaseEvent]
    clock: DutyClock
    clock_events: list[ClockEvent]


@dataclass(slots=True)
class Writer:
    """What all of them share; numbers go on from what the series have."""

    units: Sequence[Unit]
    head: User
    calendar: WorkCalendar
    until: datetime
    chance: random.Random
    serials: Counter[tuple[int, int]]

    def made(self, pks: tuple[int, int, int], at: datetime) -> Made:
        """Received at that moment; `pks` are those of case, request and clock."""
        pk, request_pk, clock_pk = pks
        unit, code = self.chance.choice(self.units), self.chance.choice(answers_under(rule_set_on(at.date()))).code
        key = DataKey(pk=uuid.uuid4(), made_at=at)
        key.wrap(cipher.new_secret())
        columns = {"channel": "online", "subject": "公民的信息公开申请", "category": "person"}
        case = Case(pk=pk, kind=REQUEST, unit=unit, data_key=key, entered_at=at, **columns)
        events = self._events(case, columns, at, story(self.chance, code=code, head=self.head))
        standing = standing_after(REQUEST_KIND, events)
        for name, value in standing.as_columns().items():
            setattr(case, name, value)
        case.version = len(events) + 1
        clock = self._clock(case, clock_pk, events)
        case.legal_clock = clock
        signed = any(event.kind == "proposed" for event in events)
        request = self._request(request_pk, case, code if signed else "")
        return Made(key, case, request, events, clock, list(_clock_events(clock, events)))

    def _events(self, case: Case, columns: dict[str, str], at: datetime, steps: list[Step]) -> list[CaseEvent]:
        day, unit = timezone.localdate(at), case.unit
        self.serials[unit.pk, day.year] += 1
        serial = self.serials[unit.pk, day.year]
        number = REQUEST_KIND.number_of(unit=unit.short_name, year=day.year, serial=serial)
        received = {"rule_set": rule_set_on(day).code, "received_on": day.isoformat()}
        registered = {"unit": unit.pk, "year": day.year, "serial": serial, "number": number}
        begun = [
            (EngineEvent.ENTER, at, {"case": {"unit": unit.pk, **columns}}, "", ""),
            (EngineEvent.RECEIVE, beginning_of(day), {"case": received}, "", ""),
            (EngineEvent.REGISTER, at, {"case": registered}, "", ""),
        ]
        moments = [(step, self._moment(day, step.after)) for step in steps]
        went_on = [
            (step.kind, moment, step.facts, step.reason, step.of) for step, moment in moments if moment < self.until
        ]
        return [
            CaseEvent(
                case=case,
                data_key=case.data_key,
                number=place,
                kind=kind,
                happened_at=moment,
                entered_at=max(moment, at),
                by=self.head if place > len(begun) else None,
                facts=facts,
                reason=reason,
                of=of,
            )
            for place, (kind, moment, facts, reason, of) in enumerate([*begun, *went_on], start=1)
        ]

    def _moment(self, day: date, after: int) -> datetime:
        return timezone.make_aware(datetime.combine(self.calendar.nth_workday_after(day, after), time(17)))

    def _clock(self, case: Case, pk: int, events: list[CaseEvent]) -> DutyClock:
        run = legal_runs(case, events)[-1]
        duty = as_statutory(run.duty, run.limit)
        standing = ClockState.of(limit=run.limit, history=run.history, calendar=self.calendar)
        return DutyClock(
            pk=pk,
            duty=duty.code,
            target_type=Case._meta.label_lower,
            target_id=str(case.pk),
            target_label=case.number,
            words=duty.words,
            basis=duty.basis,
            limit_unit=run.limit.unit,
            limit_amount=run.limit.amount,
            started_at=run.history.started,
            **standing.columns(),
        )

    def _request(self, pk: int, case: Case, answer_code: str) -> InformationRequest:
        return InformationRequest(
            pk=pk,
            case=case,
            data_key=case.data_key,
            content="2017年度部门决算表",
            applicant={"name": "测算申请人"},
            applicant_digest=f"{self.chance.getrandbits(256):064x}",
            content_digest=f"{self.chance.getrandbits(256):064x}",
            form="paper",
            way="post",
            answer_code=answer_code,
        )


def _clock_events(clock: DutyClock, events: list[CaseEvent]) -> Iterator[ClockEvent]:
    """What the events did to the legal clock."""
    number, paused = 0, {}
    for event in events:
        rule = REQUEST_KIND.rule(event.kind)
        for act in rule.clock:
            if number and act == ClockAct.CLOSE and event.kind == "answer_received":
                continue  # the letter was posted, which ended it
            number += 1
            told: dict[str, Any] = {"clock": clock, "number": number, "kind": act, "by": event.by}
            told |= {"happened_at": event.happened_at, "recorded_at": event.entered_at, "reason": event.reason}
            if act == ClockAct.PAUSE:
                told["reason"] = pause_reason(REQUEST_KIND, rule.code, event.of)
                paused[told["reason"]] = number
            elif act == ClockAct.RESUME:
                told["ends"] = paused[pause_reason(REQUEST_KIND, rule.answers, event.of)]
            elif act == ClockAct.EXTEND:
                told |= {"amount": event.fact("amount"), "approved_by_id": event.fact("approved_by")}
            yield ClockEvent(**told)


# Writing them.


def seed_applications(*, number: int, units: Sequence[Unit], head: User, until: datetime, seed: int = 2018) -> None:
    """So many, spread evenly over the years before `until`, the oldest first."""
    chance = random.Random(seed)  # noqa: S311 - the same seed makes the same
    series = CaseSeries.objects.filter(series=REQUEST)
    serials = Counter({(row.unit_id, row.year): row.last for row in series})
    writer = Writer(units, head, WorkCalendar.load(), until, chance, serials)
    for first in range(0, number, PIECE):
        with transaction.atomic():
            _write([writer.made(pks, at) for pks, at in _places(first, min(PIECE, number - first), number, until)])
    CaseSeries.objects.bulk_create(
        [CaseSeries(unit_id=unit, series=REQUEST, year=year, last=last) for (unit, year), last in serials.items()],
        update_conflicts=True,
        unique_fields=["unit", "series", "year"],
        update_fields=["last"],
    )


def _places(first: int, count: int, number: int, until: datetime) -> Iterator[tuple[tuple[int, int, int], datetime]]:
    span = timedelta(days=365 * YEARS)
    pks = zip(*(_reserved(model._meta.db_table, count) for model in (Case, InformationRequest, DutyClock)), strict=True)
    for place, three in enumerate(pks, start=first + 1):
        yield three, until - span * (1 - place / number)


def _reserved(table: str, count: int) -> list[int]:
    """So many numbers of the table's own sequence."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)", [table, count])
        return [number for (number,) in cursor.fetchall()]


def _write(made: list[Made]) -> None:
    DataKey.objects.bulk_create([each.key for each in made])
    DutyClock.objects.bulk_create([each.clock for each in made])
    Case.objects.bulk_create([each.case for each in made])
    InformationRequest.objects.bulk_create([each.request for each in made])
    CaseEvent.objects.bulk_create([event for each in made for event in each.events])
    ClockEvent.objects.bulk_create([event for each in made for event in each.clock_events])


def unsound(*, sample: int, seed: int = 2018) -> list[str]:
    """Of so many applications those whose columns say something else than their events."""
    pks = list(Case.objects.filter(kind=REQUEST).order_by("pk").values_list("pk", flat=True))
    chosen = random.Random(seed).sample(pks, min(sample, len(pks)))  # noqa: S311 - the same seed looks at the same
    cases = Case.objects.filter(pk__in=chosen).select_related("legal_clock")
    return [case.number for case in cases if not _is_sound(case)]


def _is_sound(case: Case) -> bool:
    columns = replay(case).as_columns()
    run = legal_runs(case, case.events.order_by("number"))[-1]
    clock = case.legal_clock
    due = ClockState.of(limit=run.limit, history=run.history, calendar=WorkCalendar.load())
    return (
        clock is not None
        and (clock.due_at, clock.closed_at, clock.state) == (due.due_at, due.closed_at, due.state)
        and all(getattr(case, name) == value for name, value in columns.items())
    )
