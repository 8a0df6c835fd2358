"""The facts of a scoring (考核依据), read from the records as of a day: a few statements for any number of units."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any, NamedTuple, Protocol

from django.db.models import Q, QuerySet
from django.utils import timezone

from ninghai.calendar.clock import end_of
from ninghai.calendar.workdays import WorkCalendar
from ninghai.models import AuditEntry, Unit
from tasks.assignments.lights import light_expression
from tasks.models import (
    Assignment,
    Criterion,
    Finding,
    Objection,
    PeriodRecord,
    ProgressReport,
    Rectification,
    ReportingPeriod,
    ScoreEntry,
    UnitReform,
    WorkPointNotice,
)
from tasks.models.states import AssignmentStatus, Light, ProgressStatus, RectificationStatus
from tasks.notices.editions import as_written, ever_in
from tasks.periods.services import outcomes
from tasks.scoring.parameters import Source
from tasks.scoring.sheet import Entered, Facts, FindingFact, JudgedRule, Lapse, MarkMade, Record, Timely, plain
from tasks.spot_checks.finding_score import last_entries

# What every reader of facts is asked with: the notice, the day, and the calendar.


@dataclass(frozen=True)
class ScoringContext:
    """Nothing that happened after `on` counts."""

    notice: WorkPointNotice
    on: date

    @cached_property
    def calendar(self) -> WorkCalendar:
        return WorkCalendar.load()

    @cached_property
    def labels(self) -> dict[int, str]:
        """What each point (by id) was called at the end of the day."""
        return {point.pk: point.label for point in as_written(ever_in(self.notice), on=self.on)}


def scored_units(context: ScoringContext) -> QuerySet[Unit]:
    """Who has a score: the units that exist on the day and were given a part of the notice by then.

    A unit that was dissolved has none after its last day: its open work and its results from then on are its
    successor's. A reform (机构改革) that was recorded after the day does not count yet. A part that never applied
    (不适用) makes nobody a participant.
    """
    given = Assignment.objects.filter(task__point__notice=context.notice, made_on__lte=context.on)
    never_applied = {"status": AssignmentStatus.NOT_APPLICABLE, "ended_on__lte": context.on}
    reformed_later = UnitReform.objects.filter(done_at__gte=end_of(context.on)).values("unit")
    existed = Unit.objects.valid(on=context.on) | Unit.objects.filter(pk__in=reformed_later)
    return existed.filter(pk__in=given.exclude(**never_applied).values("unit"))


# 按时办结: what was completed, and what is overdue, on a day.

JUDGED = (Light.DONE, Light.DONE_LATE, Light.RED)


def completion(context: ScoringContext) -> dict[int, Timely]:
    """By unit: its part of what is completed or over its due date; what is 不再办理 is not judged."""
    in_time: Counter[int] = Counter()
    lapses: defaultdict[int, list[Lapse]] = defaultdict(list)
    owed = Assignment.objects.filter(task__point__notice=context.notice).owed(on=context.on).with_due(on=context.on)
    judged = owed.annotate(light_on_day=light_expression(on=context.on)).filter(light_on_day__in=JUDGED)
    columns = ("unit", "pk", "task__point", "due_on_day", "completed_on", "light_on_day")
    rows = judged.order_by("task__point__position", "pk").values_list(*columns)
    for unit, pk, point, due, completed_on, light in rows.iterator():
        if light == Light.DONE:
            in_time[unit] += 1
        else:
            is_late = light == Light.DONE_LATE
            words = f"{context.labels[point]}：{_how(due, completed_on if is_late else None)}"
            record = Record("tasks.assignment", str(pk))
            lapses[unit].append(Lapse(words, record, late=is_late, missing=not is_late))
    return {unit: Timely(in_time[unit], tuple(lapses[unit])) for unit in in_time.keys() | lapses.keys()}


def _how(due: date, completed_on: date | None) -> str:
    limit = f"时限{due:%Y-%m-%d}"
    return f"逾期办结（{limit}，{completed_on:%Y-%m-%d}办结）" if completed_on else f"逾期未办结（{limit}）"


# 抽查质量: the findings of the notice's spot checks, as they stood on the day, with what they took off and why.


def findings(context: ScoringContext) -> dict[int, tuple[FindingFact, ...]]:
    """By unit: what was recorded by the day; one against which an objection waits for its decision does not count yet."""
    waiting = Objection.objects.filter(passed_at__lt=end_of(context.on)).filter(
        Q(decided_at=None) | Q(decided_at__gte=end_of(context.on))
    )
    rows = Finding.objects.of_notice(context.notice).exclude(objection__in=waiting).in_bulk()
    found: defaultdict[int, list[FindingFact]] = defaultdict(list)
    for pk, noted in last_entries(findings=rows, on=context.on).items():
        found[rows[pk].drawn.unit_id].append(_found(rows[pk], noted, context.labels))
    return {unit: tuple(each) for unit, each in found.items()}


def _found(finding: Finding, noted: AuditEntry, labels: Mapping[int, str]) -> FindingFact:
    outcome, score = noted.detail["outcome"], noted.detail.get("score")  # none before spot checks had rubrics
    is_vetoed = noted.detail.get("is_vetoed", False)
    veto = "，单项否决" if is_vetoed else ""
    record = Record("tasks.finding", str(finding.pk))
    point, spot_check = finding.drawn.assignment.task.point_id, finding.drawn.spot_check
    return FindingFact(
        words=f"{labels[point]} {spot_check}：{Finding.Outcome(outcome).label}{veto}",
        record=record,
        outcome=outcome,
        score=Decimal(score) if score is not None else None,
        is_vetoed=is_vetoed,
        marks=tuple(_mark(mark, record) for mark in noted.detail.get("marks", [])),
    )


def _mark(mark: Mapping[str, Any], record: Record) -> MarkMade:
    kind, points = mark["kind"], Decimal(mark["points"])
    points = points if kind == Criterion.Kind.BONUS else -points
    worth = "单项否决" if kind == Criterion.Kind.VETO else f"{'加' if points > 0 else '扣'}{plain(abs(points))}分"
    note = f"（{mark['note']}）" if mark["note"] else ""
    return MarkMade(f"其中{worth}：{mark['title']}{note}", record, points)


# 按时报送: how units fared with the periods that they owed a report for.

Outcome = PeriodRecord.Outcome


class ReportedPeriod(NamedTuple):
    """One period of one assignment."""

    position: int  # of the point in its notice
    assignment: int
    unit: int
    point: int
    outcome: str
    handed_in_on: date | None


Lapsed = list[tuple[ReportingPeriod, ReportedPeriod]]  # the periods of one assignment that fell short, in their order


def reporting(context: ScoringContext) -> dict[int, Timely]:
    """By unit: the frozen records of what was closed by the day, and how the other ended periods stand on it.

    A period that is neither closed nor over its due date counts where its report is in. An assignment that fell short
    is one case, however many of its periods did.
    """
    in_time: Counter[int] = Counter()
    lapsed: defaultdict[tuple[int, int], Lapsed] = defaultdict(list)
    ended = ReportingPeriod.objects.filter(notice=context.notice, end__lt=context.on, due_date__isnull=False)
    for period in ended.order_by("start"):
        for turn in _turns(period, context.on):
            if turn.outcome == Outcome.ON_TIME:
                in_time[turn.unit] += 1
            else:
                lapsed[turn.position, turn.assignment].append((period, turn))
    lapses = _lapses((lapsed[key] for key in sorted(lapsed)), context.labels)
    return {unit: Timely(in_time[unit], tuple(lapses[unit])) for unit in in_time.keys() | lapses.keys()}


def _turns(period: ReportingPeriod, on: date) -> Iterator[ReportedPeriod]:
    """In no order."""
    if period.is_closed(on=on):
        task = "assignment__task__point"
        frozen = (f"{task}__position", "assignment", "assignment__unit", task, "outcome", "handed_in_on")
        return map(
            ReportedPeriod._make, PeriodRecord.objects.filter(period=period).order_by().values_list(*frozen).iterator()
        )
    rows = outcomes(period, on=on).order_by()
    if not period.has_passed(on=on):
        rows = rows.exclude(outcome=Outcome.MISSING)  # type: ignore[misc]  # annotated
    columns = ("task__point__position", "pk", "unit", "task__point", "outcome", "handed_in_day")
    return map(ReportedPeriod._make, rows.values_list(*columns).iterator())


def _lapses(of_assignments: Iterable[Lapsed], labels: Mapping[int, str]) -> defaultdict[int, list[Lapse]]:
    """By unit."""
    lapses: defaultdict[int, list[Lapse]] = defaultdict(list)
    for lapsed in of_assignments:
        _, first = lapsed[0]
        late = sum(turn.outcome == Outcome.LATE for _, turn in lapsed)
        record = Record("tasks.assignment", str(first.assignment))
        words = f"{labels[first.point]}：{_how_reported(lapsed)}"
        lapses[first.unit].append(Lapse(words, record, late=late, missing=len(lapsed) - late))
    return lapses


def _how_reported(lapsed: Sequence[tuple[ReportingPeriod, ReportedPeriod]]) -> str:
    """缺报第一季度、第二季度；迟报第三季度（2018-10-15报送，截止2018-10-12）."""
    missing = "、".join(period.name for period, turn in lapsed if turn.outcome == Outcome.MISSING)
    late = "、".join(
        f"{period.name}（{turn.handed_in_on:%Y-%m-%d}报送，截止{period.due_words}）"
        for period, turn in lapsed
        if turn.outcome == Outcome.LATE
    )
    return "；".join(f"{how}{names}" for how, names in (("缺报", missing), ("迟报", late)) if names)


# 整改与回应: what a finding asked to be put right, and what the office sent back.

REPORT = ProgressReport._meta.label_lower


@dataclass(frozen=True, slots=True)
class Asked:
    """Something asked of a unit by a day, and the day on which it came."""

    unit: int
    due: date
    came_on: date | None
    words: str
    record: Record


def response(context: ScoringContext, *, answer_workdays: int) -> dict[int, Timely]:
    """By unit: what came by the day, or was due before it."""
    in_time: Counter[int] = Counter()
    lapses: defaultdict[int, list[Lapse]] = defaultdict(list)
    for asked in [*rectifications(context), *returned_reports(context, answer_workdays=answer_workdays)]:
        if asked.came_on and asked.came_on <= asked.due:
            in_time[asked.unit] += 1
        elif asked.came_on or asked.due < context.on:
            lapses[asked.unit].append(_lapse(asked))
    return {unit: Timely(in_time[unit], tuple(lapses[unit])) for unit in in_time.keys() | lapses.keys()}


def rectifications(context: ScoringContext) -> Iterator[Asked]:
    """What findings asked for on the day to be put right; what was sent back by then has not come.

    Both are read from the audit trail: a later correction or a later answer changes no earlier day.
    """
    findings = Finding.objects.of_notice(context.notice).filter(rectification__isnull=False).in_bulk()
    came_on = _handed_in_on([finding.rectification for finding in findings.values()], on=context.on)
    noted = last_entries(findings=findings, on=context.on)
    wanted = {pk: entry.detail["rectify_by"] for pk, entry in noted.items() if entry.detail["rectify_by"]}
    for pk, due in sorted(wanted.items(), key=lambda each: each[::-1]):
        drawn = findings[pk].drawn
        yield Asked(
            unit=drawn.unit_id,
            due=date.fromisoformat(due),
            came_on=came_on.get(findings[pk].rectification.pk),
            words=f"{context.labels[drawn.assignment.task.point_id]} {drawn.spot_check}：整改",
            record=Record("tasks.finding", str(pk)),
        )


def _handed_in_on(rectifications: Iterable[Rectification], *, on: date) -> dict[int, date]:
    """Rectification → the day on which it was last handed in, of those that lay with the office or had passed that day."""
    moves = AuditEntry.objects.filter(
        action=AuditEntry.Action.MOVE,
        target_type=Rectification._meta.label_lower,
        target_id__in=[str(each.pk) for each in rectifications],
        at__lt=end_of(on),
    ).that_stand()
    came_on: dict[int, date] = {}
    for target_id, to_status, at in moves.order_by("at", "pk").values_list("target_id", "to_status", "at"):
        if to_status == RectificationStatus.HANDED_IN:
            came_on[int(target_id)] = timezone.localdate(at)
        elif to_status in RectificationStatus.owed:
            came_on.pop(int(target_id), None)
    return came_on


# Reports that the office sent back.


def returned_reports(context: ScoringContext, *, answer_workdays: int) -> Iterator[Asked]:
    """Each time the office sent a report back, as the audit trail tells it, and the day on which it came again."""
    moves = AuditEntry.objects.filter(action="move", target_type=REPORT, at__lt=end_of(context.on)).that_stand()
    returns = list(
        moves.filter(
            from_status=ProgressStatus.WITH_OFFICE, to_status=ProgressStatus.RETURNED, at__gte=context.notice.issued_at
        ).order_by("at", "pk")
    )
    reports = _reports(context, [each.target_id for each in returns])
    again = moves.filter(to_status=ProgressStatus.WITH_OFFICE, target_id__in=[str(pk) for pk in reports])
    came: defaultdict[str, list[date]] = defaultdict(list)
    for target_id, at in again.order_by("at", "pk").values_list("target_id", "at"):
        came[target_id].append(timezone.localdate(at))
    passed = Counter[str]()
    for entry in returns:
        report = reports.get(int(entry.target_id))
        if report is None:
            continue
        passed[entry.target_id] += 1  # the first passing came before the first return
        came_on = next(iter(came[entry.target_id][passed[entry.target_id] :]), None)
        if came_on is None and not report.assignment.is_open(on=context.on):
            continue
        sent_back_on = timezone.localdate(entry.at)
        yield Asked(
            unit=report.assignment.unit_id,
            due=context.calendar.nth_workday_after(sent_back_on, answer_workdays),
            came_on=came_on,
            words=f"{context.labels[report.assignment.task.point_id]} {report.occasion}：{sent_back_on:%Y-%m-%d}退回",
            record=Record("tasks.assignment", str(report.assignment_id)),
        )


def _reports(context: ScoringContext, pks: Iterable[str]) -> dict[int, ProgressReport]:
    rows = ProgressReport.objects.filter(pk__in=set(pks), assignment__task__point__notice=context.notice)
    return rows.select_related("assignment__task__point", "period").in_bulk()


# Words.


def _lapse(asked: Asked) -> Lapse:
    came = f"{asked.came_on:%Y-%m-%d}报送" if asked.came_on else "没有报送"
    words = f"{asked.words}，应于{asked.due:%Y-%m-%d}前报送，{came}"
    return Lapse(words, asked.record, late=asked.came_on is not None, missing=asked.came_on is None)


# Where `tasks` learns what units have made public (公开覆盖) and answered (依申请公开, 热线): `disclosure` registers a lookup of each
# when it starts.


@dataclass(frozen=True, slots=True)
class LatePiece:
    """Something that was made public or answered late, or is not although its days are over; the record behind it."""

    words: str
    record_type: str
    record_id: str
    is_late: bool


@dataclass(frozen=True, slots=True)
class Timeliness:
    """What a unit had to make public or answer in a year, as known on a day: how much in time, and each piece that was not."""

    in_time: int
    lapses: tuple[LatePiece, ...] = ()


class TimelinessLookup(Protocol):
    """By the key of the unit; a unit of which nothing is known is absent."""

    def __call__(self, *, year: int, on: date) -> Mapping[int, Timeliness]: ...


_lookups: dict[Source, TimelinessLookup] = {}


def register_timeliness(source: Source, lookup: TimelinessLookup) -> None:
    """Called once for each source, from the `ready()` of the app that keeps the records."""
    _lookups[source] = lookup


def timeliness_of(source: Source, *, year: int, on: date) -> Mapping[int, Timeliness]:
    """What each unit made public, or answered, in the year, as of the end of that day."""
    lookup = _lookups.get(source)
    return lookup(year=year, on=on) if lookup else {}


# The facts of a scoring (考核依据), read from the records as of a day: a few statements for any number of units.

__all__ = ["ScoringContext", "facts_of_rules", "scored_units"]

FactsByUnit = Mapping[int, Facts]


def facts_of_rules(rules: Iterable[JudgedRule], *, context: ScoringContext) -> dict[int, FactsByUnit]:
    """By rule and unit; a unit of which a rule knows nothing is absent."""
    return {rule.key: facts_of(rule, context=context) for rule in rules}


def facts_of(rule: JudgedRule, *, context: ScoringContext) -> FactsByUnit:
    if rule.source == Source.QUALITY:
        return {unit: Facts(found=found) for unit, found in findings(context).items()}
    if rule.source in Source.recorded:
        return _recorded(rule, context)
    return {unit: Facts(timely=timely) for unit, timely in _timely(rule, context).items()}


def _timely(rule: JudgedRule, context: ScoringContext) -> Mapping[int, Timely]:
    if rule.source == Source.REPORTING:
        return reporting(context)
    if rule.source == Source.COMPLETION:
        return completion(context)
    if rule.source == Source.RESPONSE:
        return response(context, answer_workdays=rule.parameters["answer_workdays"])
    known = timeliness_of(rule.source, year=context.notice.year, on=context.on)
    return {unit: _covered(each) for unit, each in known.items()}


def _covered(known: Timeliness) -> Timely:
    lapses = (
        Lapse(each.words, Record(each.record_type, each.record_id), late=each.is_late, missing=not each.is_late)
        for each in known.lapses
    )
    return Timely(known.in_time, tuple(lapses))


def _recorded(rule: JudgedRule, context: ScoringContext) -> FactsByUnit:
    """What the office recorded for the rule; a veto may also come from a finding."""
    entered: dict[int, list[Entered]] = {}
    for entry in ScoreEntry.objects.happened(by=context.on).filter(rule=rule.key).order_by("happened_on", "pk"):
        words = f"{entry.happened_on:%Y-%m-%d} {entry.reason}"
        made = Entered(words, Record("tasks.scoreentry", str(entry.pk)), entry.value)
        entered.setdefault(entry.unit_id, []).append(made)
    found = findings(context) if rule.source == Source.VETO else {}
    return {
        unit: Facts(entered=tuple(entered.get(unit, ())), found=found.get(unit, ()))
        for unit in entered.keys() | found.keys()
    }
