"""A request is whole or it is none: what ends before its Content-Length says so is refused wherever its body is read.

WSGI servers hand on whatever came before the line was cut, and Django reads it as a form. So the stream itself looks:
short of what was announced, it raises `Unreadable`, which Django answers with 400 before any view has seen a field.
A body that trickles in has an end, too: then the line is shut, and no thread waits on.
"""

import socket
from collections.abc import Callable, Iterable
from contextlib import suppress
from threading import Timer
from typing import Any

from django.conf import settings
from django.core.exceptions import BadRequest
from django.utils.http import parse_header_parameters

UNREADABLE = "application/octet-stream; charset=unreadable"  # refused like every charset but UTF-8, by a page of ours
SLOWEST = 64 * 1024  # bytes a second; a long body has so much more time than REQUEST_SECONDS

Environ = dict[str, Any]
Application = Callable[[Environ, Any], Iterable[bytes]]


class UnreadableBody(BadRequest):
    """Why the request cannot be read, in a sentence for the screen."""


class WholeBodies:
    """Around the portal as a WSGI application: bodies come whole and in time, or their requests are refused."""

    def __init__(self, application: Application) -> None:
        self.application = application

    def __call__(self, environ: Environ, start_response: Any) -> Iterable[bytes]:
        body = _Body(environ)
        environ["wsgi.input"] = body
        if not _can_be_read(environ.get("CONTENT_TYPE", "")):
            environ["CONTENT_TYPE"] = UNREADABLE
        try:
            return self.application(environ, start_response)
        finally:
            body.leave()  # the answer is made; what still comes belongs to nobody


def _can_be_read(content_type: str) -> bool:
    """Django makes no request at all of one whose type is written in an encoding that nobody knows."""
    try:
        parse_header_parameters(content_type)
    except (LookupError, ValueError):
        return False
    return True


class _Body:
    """`wsgi.input`, read to the length that was announced and never taken for whole before."""

    def __init__(self, environ: Environ) -> None:
        self.stream, self.line = environ["wsgi.input"], environ.get("gunicorn.socket")
        announced = environ.get("CONTENT_LENGTH") or "0"
        self.left = int(announced) if announced.isdecimal() else 0
        self.watch: Timer | None = None

    def read(self, size: int = -1) -> bytes:
        wanted = self._wanted(size)
        pieces: list[bytes] = []
        while wanted:
            pieces.append(self._taken(self.stream.read, wanted))
            wanted -= len(pieces[-1])
        return b"".join(pieces)

    def readline(self, size: int = -1) -> bytes:
        wanted = self._wanted(size)
        return self._taken(self.stream.readline, wanted) if wanted else b""

    def leave(self) -> None:
        if self.watch is not None:
            self.watch.cancel()

    def _wanted(self, size: int | None) -> int:
        """How much is asked for; before the first byte is waited for, the time begins."""
        if self.left and self.watch is None and self.line is not None:
            self.watch = Timer(settings.REQUEST_SECONDS + self.left / SLOWEST, _shut, [self.line])
            self.watch.daemon = True
            self.watch.start()
        return self.left if size is None or size < 0 else min(size, self.left)

    def _taken(self, read: Callable[[int], bytes], size: int) -> bytes:
        piece = b""
        with suppress(OSError):  # reset, or nothing came for too long: it has ended
            piece = read(size)
        if not piece:
            raise UnreadableBody("提交的内容没有传完，连接就中断了。")
        self.left -= len(piece)
        if not self.left:
            self.leave()
        return piece


def _shut(line: socket.socket) -> None:
    """Nothing more is read from the line: whoever waits for it goes on, with what came; the refusal still goes out."""
    with suppress(OSError):
        line.shutdown(socket.SHUT_RD)
