"""The other side of the channels: a real SMTP server, a real web server, each keeping what it was given."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import Message
from email.policy import default
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from aiosmtpd.controller import Controller

from tests.browser.portal import free_port


@dataclass
class MailServer:
    """Takes mail, at once or slowly, or refuses it with `answer`, or hangs up while it is being given."""

    answer: str = "250 OK"
    hangs_up: bool = False
    seconds: float = 0  # that it takes over each of its three answers
    port: int = 0
    mails: list[Message] = field(default_factory=list)

    async def handle_MAIL(self, server, session, envelope, address: str, options: list[str]) -> str:
        await asyncio.sleep(self.seconds)
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(self, server, session, envelope, address: str, options: list[str]) -> str:
        await asyncio.sleep(self.seconds)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope) -> str:
        await asyncio.sleep(self.seconds)
        if self.hangs_up:
            server.transport.abort()
        if self.answer.startswith("2"):
            self.mails.append(message_from_bytes(envelope.content, policy=default))
        return self.answer


@contextmanager
def mail_server(**how) -> Iterator[MailServer]:
    taken = MailServer(port=free_port(), **how)
    controller = Controller(taken, hostname="127.0.0.1", port=taken.port, ready_timeout=120)
    controller.start()
    try:
        yield taken
    finally:
        controller.stop(no_assert=True)


@dataclass
class Posted:
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class County:
    """Takes documents and answers with `status`."""

    status: int = 200
    url: str = ""
    posted: list[Posted] = field(default_factory=list)


@contextmanager
def county_server(**how) -> Iterator[County]:
    county = County(**how)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            county.posted.append(Posted(self.path, dict(self.headers), body))
            self.send_response(county.status)
            if county.status == 302:
                self.send_header("Location", f"{county.url}/elsewhere")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    county.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield county
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
