"""How the log is written: a line for people on the terminal, one JSON object per line in production (JSON_LOG=1)."""

import logging
import re
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest
from pythonjsonlogger.core import RESERVED_ATTRS

from ninghai.accounts.audit import request_context

ACCOUNT = "ninghai.account"  # in META: who asks, once that was looked up
# What lets in whoever knows it, a calendar, a receipt with its query code, a subscription: no log has it.
PRIVATE_ADDRESS = re.compile(r"(?<!\w)(/calendar/|/requests/receipt/|/catalogue/follow/)[^\s/?]+")
HIDDEN = r"\1…"
# Django's own additions to a record: the request would be written out with what was typed into its address.
LEFT_OUT = ["request", "server_time", "taskName"]
JSON = {
    "()": "pythonjsonlogger.json.JsonFormatter",
    "fmt": ["levelname", "name", "message"],
    "rename_fields": {"levelname": "level", "name": "logger", "exc_info": "traceback"},
    "reserved_attrs": [*RESERVED_ATTRS, *LEFT_OUT],
    "timestamp": "time",
    "json_ensure_ascii": False,
}
PLAIN = {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}


def log_settings(*, as_json: bool, level: str) -> dict[str, Any]:
    """For Django and for gunicorn, so that all of a process writes in one form. Requests are told in production only."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": JSON if as_json else PLAIN},
        "filters": {
            "private": {"()": "ninghai.operations.log_format.WithoutPrivateAddress"},
            "refusal": {"()": "ninghai.operations.log_format.RefusalOnOneLine"},
            "request": {"()": "ninghai.operations.log_format.WithRequest"},
        },
        "handlers": {
            "console": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["private", "request"]}
        },
        "root": {"handlers": ["console"], "level": level},
        "loggers": {
            **{
                name: {"level": "WARNING"} for name in ("weasyprint", "rq.worker", "pikepdf")
            },  # tell every step otherwise
            "django.request": {"filters": ["refusal"]},
            "ninghai.requests": {"level": "INFO" if as_json else "WARNING"},
        },
    }


class WithoutPrivateAddress(logging.Filter):
    """Hides the private address of a calendar, whoever tells of the request: Django of its own accord, too."""

    def filter(self, record: logging.LogRecord) -> bool:
        said = record.getMessage()
        if PRIVATE_ADDRESS.search(said):
            record.msg, record.args = PRIVATE_ADDRESS.sub(HIDDEN, said), ()
        return True


class WithRequest(logging.Filter):
    """Gives every record the number of the request in which it was written, and the visitor's address."""

    def filter(self, record: logging.LogRecord) -> bool:
        context = request_context.current.get()
        if context.request_id:
            record.request_id, record.address = context.request_id, context.address
        return True


class RefusalOnOneLine(logging.Filter):
    """Turns Django's record of a 403 into `refused: who POST /address: reason`; all others pass as they are.

    A refusal is no fault that needs a traceback.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        request = getattr(record, "request", None)
        if (
            getattr(record, "status_code", None) != HTTPStatus.FORBIDDEN
            or request is None
            or hasattr(record, "is_marked")
        ):
            return True
        record.is_marked = True  # every handler with this filter is handed the same record
        error = record.exc_info[1] if record.exc_info else None
        reason = " ".join(str(error or "").split()) or "no reason given"
        address = record.args[-1] if isinstance(record.args, tuple) and record.args else ""  # escaped by Django
        account = person(request)
        who = f"account {account['account']} ({account['role']})" if account else "nobody signed in"
        record.msg, record.args = "refused: %s %s %s: %s", (who, request.method, address, reason)
        record.exc_info = record.exc_text = None
        return True


def person(request: HttpRequest) -> dict[str, Any]:
    """Number of the account and role of who asks, where that is known already; nothing for anybody else."""
    user = request.META.get(ACCOUNT)
    if user is None:
        return {}
    acting = user.__dict__.get("acting")  # asked for by the page, or not
    return {"account": user.pk, "role": acting.role if acting else ""}
