"""What happened within a period (时段): what fell due in it, and what was done in it, both its days included."""

from collections.abc import Sequence
from datetime import date, timedelta

from reports.facts.duties import Duty
from reports.snapshot_schema import Period
from tasks.states import AssignmentStatus

ONE_DAY = timedelta(days=1)


def within(rows: Sequence[Duty], *, since: date, on: date) -> Period:
    """Counts as of `on`, the period's last day, of what is not 不适用."""
    due = [row for row in rows if since <= row.due_date <= on and row.standing != AssignmentStatus.NOT_APPLICABLE]
    done = [row for row in rows if row.is_completed(on=on) and not row.is_completed(on=since - ONE_DAY)]
    return {
        "since": since.isoformat(),
        "until": on.isoformat(),
        "due": len(due),
        "due_and_open": sum(row.is_open for row in due),
        "completed": len(done),
        "completed_late": sum(row.done_late for row in done),
    }
