"""gunicorn's worker with threads, none of which waits for a slow line without end.

A line that says nothing goes back to the poller; a head that trickles in ends after REQUEST_SECONDS, a body by its
length (`request_bodies.WholeBodies`), and a piece of an answer that nobody takes after ANSWER_SECONDS.
"""

import socket
import time
from contextlib import suppress
from typing import Any

from django.conf import settings
from gunicorn.workers import gthread

GLANCE = 0.1  # seconds that a thread waits for the first byte of a new line
ANSWER_SECONDS = 60  # for each piece of an answer, of 64 kB or so


class PatientWorker(gthread.ThreadWorker):  # type: ignore[misc]  # gunicorn has no types
    """Threads are for requests; whoever is slow to write one or to take its answer holds none of them for long."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.heads: dict[Any, float] = {}  # lines whose request is not read yet, and until when it may come

    def handle(self, conn: Any) -> Any:
        if not conn.initialized and not conn.wait_for_data(GLANCE):
            return gthread._DEFER
        self.heads[conn] = time.monotonic() + settings.REQUEST_SECONDS
        try:
            return super().handle(conn)
        finally:
            self.heads.pop(conn, None)

    def handle_request(self, req: Any, conn: Any) -> Any:
        self.heads.pop(conn, None)
        conn.sock.settimeout(ANSWER_SECONDS)
        return super().handle_request(req, conn)

    def murder_pending(self) -> None:
        """Once a second, beside the lines that have said nothing at all."""
        super().murder_pending()
        now = time.monotonic()
        for conn, end in list(self.heads.items()):
            if end < now:
                with suppress(OSError):
                    conn.sock.shutdown(socket.SHUT_RDWR)
