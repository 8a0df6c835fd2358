"""gunicorn's worker with threads, which are for requests that have come whole.

Until then the poller keeps what has come: a silent line costs a few hundred bytes and no thread, nor does a head or a
body that trickles in. What takes too long is ended (`Line.end`), a body that does by the portal's own refusal. A piece
of an answer that nobody takes ends after ANSWER_SECONDS.
"""

import errno
import re
import selectors
import socket
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from typing import IO, Any

from django.conf import settings
from gunicorn.http import get_parser
from gunicorn.workers import gthread

SLOWEST = 64 * 1024  # bytes a second; a long body has so much more time than REQUEST_SECONDS
ANSWER_SECONDS = 60  # for each piece of an answer, of 64 kB or so
LEAVE_SECONDS = 2  # in which a client may read the last answer of a line, before what it still sends cuts it off
PIECE = 64 * 1024  # bytes read at once
HEAD_LIMIT = 64 * 1024  # bytes; nginx takes half of that
IN_MEMORY = 64 * 1024  # bytes of a body; more of it goes to a temporary file
ON_DISK = 1024**3  # bytes of all bodies on their way to one process
PAGE = 512 * 1024  # bytes of an answer that the kernel takes at once, as far as it is allowed to, from a thread

_END_OF_HEAD = b"\r\n\r\n"
_LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*(\d{1,18})[ \t]*(?=\r\n)", re.IGNORECASE)
_IN_CHUNKS = re.compile(rb"\r\ntransfer-encoding[ \t]*:", re.IGNORECASE)
_ASKS_FIRST = re.compile(rb"\r\nexpect:[ \t]*100-continue", re.IGNORECASE)
_NO_MORE_FILES = frozenset({errno.EMFILE, errno.ENFILE})


class Line(gthread.TConn):  # type: ignore[misc]  # gunicorn has no types
    """One connection, and what of its next request has come; gunicorn's parser reads it from here by `recv`."""

    def __init__(self, cfg: Any, sock: socket.socket, client: Any, server: Any) -> None:
        super().__init__(cfg, sock, client, server)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, PAGE)
        self.data_ready = True
        self.parser = get_parser(cfg, self, client)
        self.memory = bytearray()
        self.file: IO[bytes] | None = None
        self.begin()

    def begin(self) -> None:
        """Be ready for the next request, of which nothing has come but what was sent ahead."""
        if self.file is not None:
            self.file.close()
        self.file, self.in_file, self.given = None, 0, 0
        self.come = len(self.memory)
        self.whole: int | None = None  # bytes of the request, once its head is here
        self.is_last = False  # nothing behind this request can be read
        self.is_unkept = False  # there is no room for the rest: the thread must read it from the socket
        self.is_leaving = False
        self.began = time.monotonic()

    def receive(self) -> bool:
        """Take what has come; True once a thread is needed: the request is whole, or no more of it is awaited."""
        if self.memory and self.whole is None:
            self._look_for_head()
        if not self._is_for_a_thread():
            self._take(self._piece())
        return self._is_for_a_thread()

    def recv(self, size: int) -> bytes:
        """The request to its end, for the parser; then nothing.

        A parser that wants more has read another length than this line: what comes behind is no request of its own.
        """
        if self.file is not None and not self.given:
            self.file.seek(0)
        size = min(size, (self.come if self.whole is None else self.whole) - self.given)  # not what was sent ahead
        piece = (self.file.read(size) if self.file else b"") or self._from_memory(size) or self._from_socket(size)
        self.given += len(piece)
        self.is_last = self.is_last or not piece
        return piece

    def leave(self) -> None:
        """Say that nothing more is sent; what still comes is read and forgotten."""
        self.is_leaving, self.began = True, time.monotonic()
        self.memory.clear()
        self.sock.setblocking(False)
        self.sock.shutdown(socket.SHUT_WR)

    def is_left(self) -> bool:
        """Whether the client has closed its end as well."""
        return self._piece() == b""

    def close(self, graceful: bool = False) -> None:
        self.begin()
        super().close()

    @property
    def end(self) -> float:
        """When no more of it is waited for."""
        if self.is_leaving:
            return self.began + LEAVE_SECONDS
        return self.began + settings.REQUEST_SECONDS + (self.whole or 0) / SLOWEST

    @property
    def is_silent(self) -> bool:
        return not self.come

    def _is_for_a_thread(self) -> bool:
        return self.is_last or self.is_unkept or (self.whole is not None and self.come >= self.whole)

    def _piece(self) -> bytes | None:
        """What has come, nothing at the end, None for nothing yet."""
        try:
            return bytes(self.sock.recv(PIECE))
        except BlockingIOError:
            return None
        except OSError:
            return b""

    def _take(self, piece: bytes | None) -> None:
        if piece is None:
            return
        if self.is_silent:
            self.began = time.monotonic()
        self.is_last = not piece
        self.memory += piece
        self.come += len(piece)
        if self.whole is None:
            self._look_for_head()
        elif len(self.memory) > IN_MEMORY and self.come < self.whole:
            self._put_down()

    def _look_for_head(self) -> None:
        at = self.memory.find(_END_OF_HEAD)
        if at < 0:
            self.is_last = self.is_last or len(self.memory) > HEAD_LIMIT
            return
        head = bytes(self.memory[: at + 2])
        self.whole = at + len(_END_OF_HEAD) + self._length(head)
        if self.come < self.whole and _ASKS_FIRST.search(head) and b" HTTP/1.0\r\n" not in head:
            with suppress(OSError):
                self.sock.send(b"HTTP/1.1 100 Continue\r\n\r\n")

    def _length(self, head: bytes) -> int:
        """Of the body. One that nobody will read, for its length or for want of one, is not awaited."""
        said = [int(length) for length in _LENGTH.findall(head)] or [0]
        if len(said) > 1 or said[0] > settings.REQUEST_LIMIT or _IN_CHUNKS.search(head):
            self.is_last = True
            return 0
        return said[0]

    def _put_down(self) -> None:
        try:
            if self.file is None:
                self.file = tempfile.TemporaryFile(buffering=0)  # noqa: SIM115  # closed by `begin`
            while self.memory:
                written = self.file.write(self.memory)
                del self.memory[:written]
                self.in_file += written
        except OSError:  # a full disk is told by whoever keeps the upload
            self.is_unkept = True

    def _from_memory(self, size: int) -> bytes:
        piece = bytes(self.memory[:size])
        del self.memory[:size]
        return piece

    def _from_socket(self, size: int) -> bytes:
        if not self.is_unkept or not size:
            return b""
        self.sock.settimeout(max(0.1, self.end - time.monotonic()))
        try:
            return bytes(self.sock.recv(size))
        finally:
            self.sock.settimeout(ANSWER_SECONDS)


class PatientWorker(gthread.ThreadWorker):  # type: ignore[misc]
    """Threads are for requests; whoever is slow to write one or to take its answer holds none of them for long."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.waiting: dict[Line, None] = {}  # lines whose request has not come whole, or which are being left
        self.looked_at = 0.0

    def accept(self, listener: Any) -> None:
        try:
            sock, client = listener.accept()
        except (BlockingIOError, ConnectionAbortedError):  # another process was first, or the client is gone
            return
        except OSError as error:
            if error.errno not in _NO_MORE_FILES:
                raise
            self._close_idlest()  # the next event finds its place
            return
        self._make_room()
        self.nr_conns += 1
        self.enqueue_req(Line(self.cfg, sock, client, listener.getsockname()))

    def enqueue_req(self, line: Line) -> None:
        """Give a whole request to a thread; wait for the rest of any other."""
        if line.receive():
            self._to_thread(line)
        elif line not in self.waiting:
            self._wait(line, self.enqueue_req)

    def wait_for_and_dispatch_events(self, timeout: float) -> None:
        """Of what happened at one moment, an event of a line that an earlier one has closed is passed over."""
        for key, _ in self.poller.select(timeout):
            if self.poller.get_map().get(key.fd) is key:
                key.data(key.fileobj)

    def handle_request(self, req: Any, conn: Line) -> Any:
        conn.sock.settimeout(ANSWER_SECONDS)
        return super().handle_request(req, conn)

    def finish_request(self, line: Line, done: Future[Any]) -> None:
        """Wait for the next request of a line that stays; leave any other without waiting for its client."""
        if done.cancelled() or done.exception() or not done.result() or line.is_last:
            self._leave(line)
            return
        line.begin()
        line.sock.setblocking(False)
        if line.memory:
            self.enqueue_req(line)
        else:
            super().finish_request(line, done)

    def murder_pending(self) -> None:
        """End what is late, and what takes more room than there is; asked after every event, it looks once a second."""
        now = time.monotonic()
        if now < self.looked_at + 1:
            return
        self.looked_at = now
        for line in list(self.waiting):
            if line.end < now or (line.is_silent and not self.alive):
                self._end(line)
        while sum(line.in_file for line in self.waiting) > ON_DISK:
            self._close(min((line for line in self.waiting if line.in_file), key=lambda line: line.began))

    def _make_room(self) -> None:
        """Before a line more than the process can hold."""
        if self.nr_conns >= self.worker_connections - self.cfg.threads:
            self._close_idlest()

    def _close_idlest(self) -> None:
        if self.keepalived_conns:
            self.keepalived_conns[0].timeout = 0
            self.murder_keepalived()
        elif self.waiting:
            self._close(min(self.waiting, key=lambda line: line.end))

    def _wait(self, line: Line, go_on: Callable[[Line], None]) -> None:
        self.waiting[line] = None
        self.poller.register(line.sock, selectors.EVENT_READ, lambda _: go_on(line))

    def _wait_no_more(self, line: Line) -> None:
        if line in self.waiting:
            del self.waiting[line]
            self.poller.unregister(line.sock)

    def _to_thread(self, line: Line) -> None:
        self._wait_no_more(line)
        super().enqueue_req(line)

    def _leave(self, line: Line) -> None:
        try:
            line.leave()
            self._wait(line, self._look_whether_left)
        except (OSError, ValueError):  # closed already
            self._close(line)

    def _look_whether_left(self, line: Line) -> None:
        if line.is_left():
            self._close(line)

    def _end(self, line: Line) -> None:
        """A body that is late is refused in words, as one that was cut; a head or a farewell is not."""
        if line.whole is None or line.is_leaving:
            self._close(line)
        else:
            line.is_last = True
            self._to_thread(line)

    def _close(self, line: Line) -> None:
        self._wait_no_more(line)
        self.nr_conns -= 1
        line.close()
