"""Whoever says nothing, or little at a time, stops nobody. Before the real web server; 5 s stand for “at once”."""

import errno
import os
import re
import selectors
import socket
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from gunicorn.config import Config
from gunicorn.glogging import Logger

from ninghai.web.gunicorn_worker import IN_MEMORY, Line, PatientWorker
from tests.browser import portal
from tests.security.slow_lines import BODY, FORM, PAGE, close, opened, seconds_for_page, silent_and_slow, trickling

pytestmark = pytest.mark.django_db(transaction=True)

AT_ONCE = 5  # seconds, on a machine that does much else; an idle one takes some hundredths
PATIENCE = 6  # seconds that the server waits for a short request
MOST = 60  # lines that the server with little room holds


@pytest.fixture(scope="module")
def site(django_db_setup) -> Iterator[str]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("REQUEST_SECONDS", str(PATIENCE))
        with portal.served(f"--worker-connections={MOST}") as address:
            yield address.removeprefix("http://")


@pytest.fixture(scope="module")
def patient_site(django_db_setup) -> Iterator[str]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("REQUEST_SECONDS", "600")
        with portal.served() as address:
            yield address.removeprefix("http://")


def test_silent_and_slow_lines_stop_nobody(patient_site):
    kept = opened(patient_site, *[PAGE + b"\r\n"] * 16)
    with silent_and_slow(patient_site, silent=64, slow=32):
        assert [line.recv(12) for line in kept] == [b"HTTP/1.1 200"] * len(kept)
        assert max(seconds_for_page(patient_site) for _ in range(3)) < AT_ONCE
    close(kept)


def test_who_ends_a_request_and_then_writes_the_next_one_slowly_stops_nobody(patient_site):
    with trickling(opened(patient_site, *[PAGE + b"\r\n" + PAGE] * 32)):
        assert seconds_for_page(patient_site) < AT_ONCE


def test_who_does_not_close_the_line_after_the_last_answer_stops_nobody(patient_site):
    lines = opened(patient_site, *[PAGE + b"Connection: close\r\n\r\n"] * 32)
    assert seconds_for_page(patient_site) < AT_ONCE
    assert {line.recv(12) for line in lines} == {b"HTTP/1.1 200"}
    close(lines)


def test_who_does_not_take_the_answer_stops_nobody(patient_site):
    host, _, port = patient_site.partition(":")
    lines = [socket.socket() for _ in range(32)]
    for line in lines:
        line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1024)
        line.connect((host, int(port)))
        line.sendall(b"GET /catalogue/terms/ HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
    assert seconds_for_page(patient_site) < AT_ONCE
    close(lines)


def test_who_is_slow_is_cut_off(site):
    lines = opened(site, PAGE + b"X-A: ", FORM + BODY, b"", b"P")
    with trickling(lines[:2]):
        assert [_last_words(line) for line in lines] == [b"", b"HTTP/1.1 400", b"", b""]


def _last_words(line: socket.socket) -> bytes:
    try:
        return line.recv(12)
    except ConnectionResetError:
        return b""


@pytest.mark.parametrize("said", [b"", PAGE + b"\r\n"], ids=["silent", "kept alive"])
def test_more_lines_than_there_is_room_for_stop_nobody(site, said):
    lines = opened(site, *[said] * (MOST * 2))
    assert seconds_for_page(site) < AT_ONCE
    close(lines)


def test_requests_sent_ahead_are_answered_in_order(patient_site):
    [line] = opened(patient_site, PAGE + b"\r\n" + PAGE.replace(b"corrections", b"no-such") + b"\r\n" + PAGE)
    line.sendall(b"Connection: close\r\n\r\n")
    told = b"".join(iter(lambda: line.recv(65536), b""))
    assert re.findall(rb"HTTP/1\.1 (\d+)", told) == [b"200", b"404", b"200"]


def test_who_asks_before_sending_is_told_to_go_on(patient_site):
    [line] = opened(patient_site, FORM + b"Expect: 100-continue\r\nConnection: close\r\n" + BODY)
    assert line.recv(4096).startswith(b"HTTP/1.1 100 ")
    line.sendall(b"a" * 4000)
    assert b"HTTP/1.1 403" in b"".join(iter(lambda: line.recv(65536), b""))


class TestLine:
    """What one connection keeps, and gives to the parser."""

    LONG = b"0123456789" * (IN_MEMORY // 2)
    NEXT = b"GET /next HTTP/1.1\r\n"

    @pytest.fixture
    def ends(self) -> Iterator[tuple[socket.socket, Line]]:
        ours, theirs = socket.socketpair()
        yield theirs, Line(Config(), ours, ("127.0.0.1", 1), ("127.0.0.1", 2))
        theirs.close()
        ours.close()

    def request(self) -> bytes:
        return b"POST / HTTP/1.1\r\nContent-length:  %d \r\nA: b\r\n\r\n%b" % (len(self.LONG), self.LONG)

    def sent(self, ends: tuple[socket.socket, Line], words: bytes) -> bool:
        """Down the line piece by piece; whether it is then for a thread."""
        client, line = ends
        is_ready = False
        for at in range(0, len(words), 50_000):
            assert not is_ready
            client.sendall(words[at : at + 50_000])
            is_ready = [line.receive() for _ in range(4)][-1]
        return is_ready

    def test_a_long_body_waits_in_a_file(self, ends):
        assert self.sent(ends, self.request() + self.NEXT)
        _, line = ends
        assert len(line.memory) <= IN_MEMORY * 2
        assert line.in_file > len(self.LONG) / 2
        assert b"".join(iter(lambda: line.recv(9999), b"")) == self.request()
        line.begin()
        assert bytes(line.memory) == self.NEXT
        assert not line.receive()
        assert self.sent(ends, b"\r\n")
        assert line.recv(9999) == self.NEXT + b"\r\n"

    def test_a_full_disk_leaves_the_reading_to_the_thread(self, ends, monkeypatch):
        monkeypatch.setattr("tempfile.tempdir", "/no/such/folder")
        client, line = ends
        half = 100_000
        assert self.sent(ends, self.request()[:half])
        threading.Thread(target=client.sendall, args=[self.request()[half:] + self.NEXT]).start()
        assert b"".join(iter(lambda: line.recv(9999), b"")) == self.request()

    @pytest.mark.parametrize(
        "head",
        [
            b"Content-Length: 999999999999",
            b"Transfer-Encoding: chunked\r\nContent-Length: 9",
            b"Content-Length: 9\r\nContent-Length: 8",
        ],
        ids=["too long", "in chunks", "of two lengths"],
    )
    def test_a_body_that_nobody_reads_is_not_awaited_and_ends_the_line(self, ends, head):
        whole = b"POST / HTTP/1.1\r\n" + head + b"\r\n\r\n"
        assert self.sent(ends, whole + b"GET / HTTP/1.1\r\n\r\n")
        assert ends[1].recv(9999) == whole
        assert ends[1].recv(9999) == b""
        assert ends[1].is_last

    def test_who_speaks_http_1_0_is_not_told_to_go_on(self, ends):
        assert not self.sent(ends, b"POST / HTTP/1.0\r\nExpect: 100-continue\r\nContent-Length: 9\r\n\r\n")
        ends[0].setblocking(False)
        with pytest.raises(BlockingIOError):
            ends[0].recv(99)


class Process(PatientWorker):
    """The worker with room for one line beside its one thread; its loop is gone through by hand."""

    def __init__(self, listener: socket.socket) -> None:
        config = Config()
        config.set("worker_connections", 2)
        config.set("threads", 1)
        super().__init__(1, os.getppid(), [listener], None, 30, config, Logger(config))
        self.tpool, self.poller = self.get_thread_pool(), selectors.DefaultSelector()
        self.method_queue.init()
        self.poller.register(self.method_queue.fileno(), selectors.EVENT_READ, self.method_queue.run_callbacks)
        self.set_accept_enabled(True)
        self.asked: list[str] = []

    def wsgi(self, environ: dict[str, Any], start_response: Any) -> list[bytes]:
        self.asked.append(environ["PATH_INFO"])
        start_response("200 OK", [("Content-Length", "2")])
        return [b"ok"]

    def go_on_until(self, come: Callable[[], object]) -> None:
        until = time.monotonic() + 30
        while not come():
            assert time.monotonic() < until
            self.wait_for_and_dispatch_events(0.1)


class TestProcess:
    """How lines meet in one process."""

    GET = b"GET /first HTTP/1.1\r\nHost: a\r\n"

    @pytest.fixture
    def process(self) -> Iterator[Process]:
        listener = socket.create_server(("127.0.0.1", 0))
        process = Process(listener)
        yield process
        process.tpool.shutdown()
        for line in [*process.waiting, *process.keepalived_conns]:
            line.close()
        process.poller.close()
        process.method_queue.close()
        listener.close()

    def opened(self, process: Process, words: bytes = b"") -> socket.socket:
        line = socket.create_connection(process.sockets[0].getsockname(), timeout=30)
        line.sendall(words)
        return line

    @pytest.mark.parametrize("said", [b"", GET + b"\r\n"], ids=["silent", "kept alive"])
    def test_a_line_that_is_closed_for_want_of_room_may_speak_at_the_same_moment(self, process, said):
        """The new line's event comes first: then the old line is gone, and its own event is of no line."""
        first = self.opened(process, said)
        process.go_on_until(lambda: process.keepalived_conns if said else process.waiting)
        with self.opened(process) as second:
            first.sendall(self.GET)
            process.go_on_until(lambda: process.waiting and first not in process.waiting)
            for _ in range(5):
                process.wait_for_and_dispatch_events(0.1)
            assert process.nr_conns == 1
            second.sendall(self.GET + b"\r\n")
            process.go_on_until(lambda: process.keepalived_conns)
        first.close()

    def test_without_a_file_for_a_new_line_the_idlest_is_closed_and_the_process_goes_on(self, process):
        class Full:
            def accept(self) -> None:
                raise OSError(errno.EMFILE, "Too many open files")

        with self.opened(process):
            process.go_on_until(lambda: process.waiting)
            process.accept(Full())
        assert (process.nr_conns, process.waiting) == (0, {})

    def test_what_follows_a_length_that_is_read_in_two_ways_is_no_request(self, process):
        length = b"Content-Length: %025d\r\n\r\n" % len(self.GET + b"\r\n")
        with self.opened(process, self.GET + length + self.GET.replace(b"first", b"hidden") + b"\r\n") as client:
            process.go_on_until(lambda: process.asked)
            process.go_on_until(lambda: not process.nr_conns or process.waiting or process.keepalived_conns)
            assert client.recv(12) == b"HTTP/1.1 200"
        for _ in range(5):
            process.wait_for_and_dispatch_events(0.1)
        assert process.asked == ["/first"]
