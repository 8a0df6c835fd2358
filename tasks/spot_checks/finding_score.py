"""How the marks of a finding make its score (抽查得分); pure, so that anybody can add it up from the printed sheet.

A finding begins at 100 points. A veto (单项否决) ends it: 0 points, failed, whatever else was found. Otherwise deductions
are taken off and bonuses added, and the sum is kept within 0 and 100: a bonus makes good for faults, it does not lift one
task above a faultless one. It passes (合格) from the rubric's pass mark on. After 国办秘函〔2019〕19号, which scores
websites likewise with vetoes and 100 points less deductions; its separate 30 extra points are not taken over.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from ninghai.calendar.clock import end_of
from ninghai.models import AuditEntry
from tasks.models import Criterion, Finding

FULL, NOTHING = Decimal(100), Decimal(0)
LEVELS = 5  # so many steps up to a criterion's most points are offered for a tap
STEP = Decimal("0.5")


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenMark:
    """What was marked by one criterion, on which ground (依据); a veto carries no points."""

    criterion: Criterion
    points: Decimal
    note: str


@dataclass(frozen=True, slots=True)
class Score:
    points: Decimal
    is_vetoed: bool
    passed: bool


def score(marks: Iterable[GivenMark], *, pass_mark: Decimal) -> Score:
    """The score that these marks come to."""
    marks = list(marks)
    if any(mark.criterion.kind == Criterion.Kind.VETO for mark in marks):
        return Score(NOTHING, is_vetoed=True, passed=False)
    points = min(FULL, max(NOTHING, FULL + sum((_signed(mark) for mark in marks), NOTHING)))
    return Score(points, is_vetoed=False, passed=points >= pass_mark)


def _signed(mark: GivenMark) -> Decimal:
    return mark.points if mark.criterion.kind == Criterion.Kind.BONUS else -mark.points


def levels(most: Decimal) -> list[Decimal]:
    """The points that a sheet offers for a criterion, in up to five steps of half points, the last being the most."""
    steps = [(most * step / LEVELS / STEP).to_integral_value() * STEP for step in range(1, LEVELS)]
    return sorted({each for each in steps if NOTHING < each < most} | {most})


# What findings said on a day (历次抽查结论): a finding may be corrected later, and the audit trail keeps every version.


def last_entries(*, findings: Iterable[int], on: date) -> dict[int, AuditEntry]:
    """Finding → the last record of it by the end of that day, first recorded first; what came later is absent. One query.

    Its `reason` is the note, its `detail` the rest: outcome, rectify_by, score, is_vetoed, passed, marks.
    """
    entries = AuditEntry.objects.filter(
        action=AuditEntry.Action.RECORD_FINDING,
        target_type=Finding._meta.label_lower,
        target_id__in=[str(pk) for pk in findings],
        at__lt=end_of(on),
    )
    return {int(entry.target_id): entry for entry in entries.order_by("at", "pk")}
