"""The virus scanner ClamAV, spoken to as its manual says (clamd(8), INSTREAM and PING): a few lines of protocol.

The libraries for it on PyPI rest since 2014, 2017 and 2023, so it is spoken here.
"""

import socket
import struct
from typing import IO
from urllib.parse import urlsplit

from django.conf import settings

CHUNK = 64 * 1024
PATIENCE = 30  # seconds that the scanner may be silent
FOUND = " FOUND"


class ScannerAway(Exception):
    """The scanner does not answer, or could not look into the file."""


def is_on() -> bool:
    return bool(settings.CLAMD)


def virus_in(stream: IO[bytes]) -> str:
    """The name of the virus that the scanner finds, "" when it finds none. Raises ScannerAway."""
    stream.seek(0)
    try:
        with _line(seconds=PATIENCE) as line:
            line.sendall(b"zINSTREAM\0")
            while chunk := stream.read(CHUNK):
                line.sendall(struct.pack("!L", len(chunk)) + chunk)
            line.sendall(struct.pack("!L", 0))
            answer = _answer(line)
    except OSError as gone:
        raise ScannerAway(str(gone)) from gone
    finally:
        stream.seek(0)
    return _virus(answer)


def answers() -> bool:
    """Whether the scanner is there."""
    try:
        with _line(seconds=1) as line:
            line.sendall(b"zPING\0")
            return _answer(line) == "PONG"
    except OSError:
        return False


def _virus(answer: str) -> str:
    reply = answer.removeprefix("stream: ")
    if reply == "OK":
        return ""
    if reply.endswith(FOUND):
        return reply.removesuffix(FOUND)
    raise ScannerAway(answer or "no answer")


def _line(*, seconds: float) -> socket.socket:
    """A connection to tcp://host:port or unix:///path."""
    where = urlsplit(settings.CLAMD)
    if where.scheme != "unix":
        return socket.create_connection((where.hostname or "127.0.0.1", where.port or 3310), timeout=seconds)
    line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    line.settimeout(seconds)
    try:
        line.connect(where.path)
    except OSError:
        line.close()
        raise
    return line


def _answer(line: socket.socket) -> str:
    reply = b""
    while not reply.endswith(b"\0") and (more := line.recv(4096)):
        reply += more
    return reply.rstrip(b"\0\n").decode("utf-8", "replace")
