"""Lines to the web server that say nothing, or one byte a second, and how long a page takes beside them."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from urllib.request import urlopen

PAGE = b"GET /corrections/ HTTP/1.1\r\nHost: 127.0.0.1\r\n"
FORM = b"POST /corrections/new/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/x-www-form-urlencoded\r\n"
BODY = b"Content-Length: 4000\r\n\r\n"


def opened(site: str, *said: bytes) -> list[socket.socket]:
    host, _, port = site.partition(":")
    lines = [socket.create_connection((host, int(port)), timeout=60) for _ in said]
    for line, words in zip(lines, said, strict=True):
        line.sendall(words)
    return lines


@contextmanager
def trickling(lines: list[socket.socket]) -> Iterator[None]:
    """One byte a second down each line, as long as anybody takes it."""
    ended = threading.Event()

    def trickle() -> None:
        while not ended.wait(1):
            for line in lines:
                try:
                    line.sendall(b"a")
                except OSError:
                    continue

    thread = threading.Thread(target=trickle)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()
        close(lines)


def close(lines: list[socket.socket]) -> None:
    for line in lines:
        line.close()


def seconds_for_page(site: str) -> float:
    began = time.monotonic()
    with urlopen(f"http://{site}/corrections/", timeout=60) as answer:
        assert answer.status == HTTPStatus.OK
    return time.monotonic() - began


@contextmanager
def silent_and_slow(site: str, *, silent: int, slow: int) -> Iterator[None]:
    """So many lines that say nothing, and so many whose head or body trickles in."""
    half = slow // 2
    quiet = opened(site, *[b""] * silent)
    with trickling(opened(site, *[PAGE + b"X-A: "] * half, *[FORM + BODY] * (slow - half))):
        yield
    close(quiet)
