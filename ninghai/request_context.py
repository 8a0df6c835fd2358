"""Where the current request comes from, for the audit trail and the log: set by middleware, empty in jobs and commands."""

from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RequestContext:
    address: str = ""
    request_id: str = ""


current: ContextVar[RequestContext] = ContextVar("request_context", default=RequestContext())  # noqa: B039 - frozen
