"""What happened to a record, as every timeline shows it: an entry of the audit trail, told in words."""

from dataclasses import dataclass
from datetime import datetime

from ninghai.models import AuditEntry


@dataclass(frozen=True, slots=True)
class Event:
    at: datetime
    who: str
    what: str
    reason: str


def event_of(entry: AuditEntry, *, what: str) -> Event:
    """The entry in the words of its app: the person with the unit that they acted for, or the system."""
    who = f"{entry.acting_unit or ''} {entry.actor}".strip() if entry.actor else "系统"
    return Event(at=entry.at, who=who, what=what, reason=entry.reason)
