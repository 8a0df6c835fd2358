"""What a service holds before it acts: the record as it is now, as the person saw it."""

from ninghai.models.state_machine import StaleError, StatefulModel, TransitionError
from tasks.models import Assignment


def hold(assignment: Assignment) -> Assignment:
    """The assignment as it is now; whoever else wants to change what hangs on it waits until this transaction ends.

    Raises TransitionError when its notice was revoked (撤销下达) and the assignment is gone.
    """
    rows = Assignment.objects.select_related("task__point__notice", "unit")
    try:
        return rows.select_for_update(of=("self",)).get(pk=assignment.pk)
    except Assignment.DoesNotExist as gone:
        raise TransitionError("这项任务的通知已撤销下达，现在不用办理。") from gone


def must_be_as_seen(record: StatefulModel, version: int | None) -> None:
    """Refuse with StaleError what was changed since the person saw it; None says nothing about what was seen."""
    if version is not None and record.version != version:
        raise StaleError(record)
