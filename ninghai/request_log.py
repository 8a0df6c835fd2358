"""The log of requests (访问日志): who was refused what, and why, on one line; a refusal is no fault that needs a traceback."""

import logging
from http import HTTPStatus


class RefusalOnOneLine(logging.Filter):
    """Turns Django's record of a 403 into `refused: name POST /address: reason`; all others pass as they are."""

    def filter(self, record: logging.LogRecord) -> bool:
        request = getattr(record, "request", None)
        if getattr(record, "status_code", None) != HTTPStatus.FORBIDDEN or request is None:
            return True
        error = record.exc_info[1] if record.exc_info else None
        reason = " ".join(str(error or "").split()) or "no reason given"
        address = record.args[-1] if isinstance(record.args, tuple) and record.args else ""  # escaped by Django
        user = getattr(request, "user", None)
        who = user.get_username() if user is not None and user.is_authenticated else "nobody signed in"
        record.msg, record.args = "refused: %s %s %s: %s", (who, request.method, address, reason)
        record.exc_info = record.exc_text = None
        return True
