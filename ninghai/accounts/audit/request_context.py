"""Where the current request comes from, for the audit trail and the log: set by middleware, empty in jobs and commands."""

from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RequestContext:
    address: str = ""
    request_id: str = ""


_rows: ContextVar[int] = ContextVar("audit_rows", default=0)


def note_row() -> None:
    """One more row of the audit trail was written in this context."""
    _rows.set(_rows.get() + 1)


def rows_written() -> int:
    return _rows.get()


current: ContextVar[RequestContext] = ContextVar("request_context", default=RequestContext())  # noqa: B039 - frozen
