"""整改与回应: what a finding asked to be put right, and what the office sent back.

An objection (异议) is a unit's right and costs nothing; one beyond its days is not accepted in the first place.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from ninghai.clock import end_of
from ninghai.models import AuditEntry
from tasks.models import Finding, ProgressReport, Rectification
from tasks.scores.facts.ground import Ground
from tasks.scoring.facts import Lapse, Record, Timely
from tasks.spot_checks.said import said_by
from tasks.states import ProgressStatus, RectificationStatus

REPORT = ProgressReport._meta.label_lower


@dataclass(frozen=True, slots=True)
class Asked:
    """Something asked of a unit by a day, and the day on which it came."""

    unit: int
    due: date
    came_on: date | None
    words: str
    record: Record


def response(ground: Ground, *, answer_workdays: int) -> dict[int, Timely]:
    """By unit: what came by the day, or was due before it."""
    in_time: Counter[int] = Counter()
    lapses: defaultdict[int, list[Lapse]] = defaultdict(list)
    for asked in [*rectifications(ground), *returned_reports(ground, answer_workdays=answer_workdays)]:
        if asked.came_on and asked.came_on <= asked.due:
            in_time[asked.unit] += 1
        elif asked.came_on or asked.due < ground.on:
            lapses[asked.unit].append(_lapse(asked))
    return {unit: Timely(in_time[unit], tuple(lapses[unit])) for unit in in_time.keys() | lapses.keys()}


def rectifications(ground: Ground) -> Iterator[Asked]:
    """What findings asked for on the day to be put right; what was sent back by then has not come.

    Both are read from the audit trail: a later correction or a later answer changes no earlier day.
    """
    findings = Finding.objects.of_notice(ground.notice).filter(rectification__isnull=False).in_bulk()
    came_on = _handed_in_on([finding.rectification for finding in findings.values()], on=ground.on)
    said = said_by(findings=findings, on=ground.on)
    wanted = {pk: entry.detail["rectify_by"] for pk, entry in said.items() if entry.detail["rectify_by"]}
    for pk, due in sorted(wanted.items(), key=lambda each: each[::-1]):
        drawn = findings[pk].drawn
        yield Asked(
            unit=drawn.assignment.unit_id,
            due=date.fromisoformat(due),
            came_on=came_on.get(findings[pk].rectification.pk),
            words=f"{drawn.assignment.task.point.name} {drawn.spot_check}：整改",
            record=Record("tasks.finding", str(pk)),
        )


def _handed_in_on(rectifications: Iterable[Rectification], *, on: date) -> dict[int, date]:
    """Rectification → the day on which it was last handed in, of those that lay with the office or had passed that day."""
    moves = AuditEntry.objects.filter(
        action=AuditEntry.Action.MOVE,
        target_type=Rectification._meta.label_lower,
        target_id__in=[str(each.pk) for each in rectifications],
        at__lt=end_of(on),
    )
    came_on: dict[int, date] = {}
    for target_id, to_status, at in moves.order_by("at", "pk").values_list("target_id", "to_status", "at"):
        if to_status == RectificationStatus.HANDED_IN:
            came_on[int(target_id)] = timezone.localdate(at)
        elif to_status in RectificationStatus.owed:
            came_on.pop(int(target_id), None)
    return came_on


# --- Reports that the office sent back ------------------------------------------------------------


def returned_reports(ground: Ground, *, answer_workdays: int) -> Iterator[Asked]:
    """Each time the office sent a report back, as the audit trail tells it, and the day on which it came again."""
    moves = AuditEntry.objects.filter(action="move", target_type=REPORT, at__lt=end_of(ground.on))
    returns = list(
        moves.filter(
            from_status=ProgressStatus.WITH_OFFICE, to_status=ProgressStatus.RETURNED, at__gte=ground.notice.issued_at
        ).order_by("at", "pk")
    )
    reports = _reports(ground, [each.target_id for each in returns])
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
        if came_on is None and not report.assignment.is_open(on=ground.on):
            continue
        sent_back_on = timezone.localdate(entry.at)
        yield Asked(
            unit=report.assignment.unit_id,
            due=ground.calendar.nth_workday_after(sent_back_on, answer_workdays),
            came_on=came_on,
            words=f"{report.assignment.task.point.name} {report.occasion}：{sent_back_on:%Y-%m-%d}退回",
            record=Record("tasks.assignment", str(report.assignment_id)),
        )


def _reports(ground: Ground, pks: Iterable[str]) -> dict[int, ProgressReport]:
    rows = ProgressReport.objects.filter(pk__in=set(pks), assignment__task__point__notice=ground.notice)
    return rows.select_related("assignment__task__point", "period").in_bulk()


# --- Words ---------------------------------------------------------------------------------------


def _lapse(asked: Asked) -> Lapse:
    came = f"{asked.came_on:%Y-%m-%d}报送" if asked.came_on else "没有报送"
    words = f"{asked.words}，应于{asked.due:%Y-%m-%d}前报送，{came}"
    return Lapse(words, asked.record, late=asked.came_on is not None, missing=asked.came_on is None)
