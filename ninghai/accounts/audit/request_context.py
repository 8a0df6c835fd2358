"""Where the current request comes from, for the audit trail and the log: set by middleware, empty in jobs and commands."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace


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


@contextmanager
def without_address() -> Iterator[None]:
    """For what a visitor does: the trail outlives everything that is known of them, so it keeps no address of theirs."""
    token = current.set(replace(current.get(), address=""))
    try:
        yield
    finally:
        current.reset(token)
