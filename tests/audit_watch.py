"""Watches requests: what a request has written leaves a row in the audit trail, or is named here with a reason."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection
from django.http import HttpRequest, HttpResponse

TRAIL = "ninghai_auditentry"
WRITE = re.compile(r'^\s*(?:INSERT INTO|UPDATE|DELETE FROM) "(\w+)"', re.IGNORECASE)
NOT_ACTS = frozenset(
    {
        "django_session",
        "django_admin_log",  # Django's own list beside ours
        "ninghai_authenticator",  # a secret that is shown until it is confirmed; what follows is noted
        "ninghai_tries",  # failed tries are counted at names that nobody has, too; at somebody's account they are noted
        "ninghai_user",  # the time of the last login
        "ninghai_message",  # read, by whom it is for
        "ninghai_delivery",
        "ninghai_job",  # how far it is; what comes of it is noted
        "ninghai_savedfilter",  # one's own
        "disclosure_subscription",  # anybody may ask; the letter that is sent, and who confirms and leaves, are noted
        "ninghai_datakey",
        "disclosure_missedquestion",  # what was asked in vain, counted by nobody's name
        "disclosure_knowledgevotes",  # whether an answer helped, likewise
        "disclosure_contentscan",  # what the finder of personal data says of it
        "ninghai_publiccopy",  # an attempt at it; the copy that comes of it is noted
        "ninghai_virusscan",  # what the scanner says of a file's content
        "ninghai_storedfile",  # a file that a form carries along; the act that takes it is noted
        "tasks_breakdownupload",  # what is looked at before it is confirmed
        "tasks_inspectionsheet",  # a sheet that is being filled; the finding is noted
        "tasks_progressreport",  # kept while it is typed; the report that is handed in is noted
        "tasks_objection",
        "tasks_rectification",
    }
)


class EveryWriteIsAudited:
    """A middleware of tests."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with tables_written() as written:
            response = self.get_response(request)
        if response.status_code < 400 and TRAIL not in written:
            assert written <= NOT_ACTS, f"{request.method} {request.path} has written {written - NOT_ACTS} unaudited"
        return response


@contextmanager
def tables_written() -> Iterator[set[str]]:
    """The tables that the statements inside the block write to."""
    written: set[str] = set()

    def note(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
        result = execute(sql, params, many, context)
        if (found := WRITE.match(sql)) and context["cursor"].rowcount:
            written.add(found[1])
        return result

    with connection.execute_wrapper(note):
        yield written
