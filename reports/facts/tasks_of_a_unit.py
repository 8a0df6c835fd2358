"""A unit's tasks one by one as of a day, in plain rows."""

from collections.abc import Iterable

from reports.facts.duties import Duty, Outcome
from reports.snapshot_schema import DutyRow


def duty_rows(duties: Iterable[Duty]) -> list[DutyRow]:
    """In the order of the notice."""
    return [
        {
            "point": duty.point,
            "part": duty.part,
            "text": duty.text,
            "role": duty.role,
            "due_date": duty.due_date.isoformat(),
            "standing": str(duty.standing.label),
            "done_late": duty.done_late,
            "overdue": duty.is_overdue,
            "days_late": max(duty.days_late, 0) if duty.is_overdue else 0,
            "reports_owed": len(duty.reports),
            "reports_accepted": sum(each.outcome == Outcome.ACCEPTED for each in duty.reports),
            "reports_missing": sum(each.outcome == Outcome.MISSING for each in duty.reports),
        }
        for duty in duties
    ]
