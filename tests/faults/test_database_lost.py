"""The database is killed under every kind of process: each says so at once, and goes on by itself when it is back."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from urllib.parse import quote, urlencode

import pytest
from django.conf import settings as django_settings
from django.db import connection
from django.test import Client

from ninghai.operations.database.connections import somebody_leads
from ninghai.operations.private_addresses import RUNTIME
from reports.models import Report
from tests.disclosure.makers import published
from tests.faults.books import all_ready
from tests.faults.database_line import DatabaseLine
from tests.faults.processes import ROOT, comes_true, kill_all, running, wait_until
from tests.faults.silent_line import SilentLine

READ_ONLY = "现在只能查阅，不能提交"
TYPED = "第三段的数字有误，请核对。"
TOO_LONG = 20  # seconds that a request hung before anything knew that the database was away
AWAY = 5  # seconds without the database, longer than a round of the scheduler


@pytest.fixture
def line(private_services):
    """From our processes to the database of this test."""
    with tempfile.TemporaryDirectory(prefix="line-") as folder:
        made = DatabaseLine(Path(folder), to=private_services.postgresql.place.sockets)
        made.mend()
        yield made
        made.cut()


@pytest.fixture
def through(line) -> dict[str, str]:
    """The environment of a process that reaches the database by this line alone."""
    return {"DATABASE_URL": line.url(role=RUNTIME, database=connection.settings_dict["NAME"])}


def waits() -> float:
    """Seconds that the portal's settings let one request wait for what does not answer: for a connection, or for a packet."""
    options = django_settings.DATABASES["default"]["OPTIONS"]
    return options["pool"]["timeout"] + options["tcp_user_timeout"] / 1000


def assert_said_at_once(took: Iterable[float], *, usual: float) -> None:
    """Most are refused without waiting, one now and then asks again. `usual` is what the slowest page takes while all is well:
    this machine may be busy."""
    told = list(took)
    assert median(told) < waits() + usual, told
    assert max(told) < TOO_LONG, told


def test_nobody_is_meant_to_wait_longer_than_two_seconds():
    assert waits() <= 2


# --- Web ------------------------------------------------------------------------------------------------------


@dataclass
class Site:
    port: int

    def ask(self, path: str, *, cookie: str = "", form: dict[str, str] | None = None) -> tuple[int, str, float]:
        """Status, page, and seconds."""
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        headers = {"Cookie": cookie} if cookie else {}
        headers |= {"Content-Type": "application/x-www-form-urlencoded"} if form else {}
        began = time.monotonic()
        line.request("POST" if form else "GET", path, urlencode(form) if form else None, headers)
        answer = line.getresponse()
        page = answer.read().decode(errors="replace")
        line.close()
        return answer.status, page, time.monotonic() - began


@contextmanager
def site(queue, **environment: str):
    """The web server as in production: two processes of four threads."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    ours = {
        "REDIS_URL": queue.url(),
        "DJANGO_SETTINGS_MODULE": "tests.faults.web_settings",
        "LOG_LEVEL": "CRITICAL",
    }
    command = [sys.executable, "-m", "gunicorn", "--config", "python:ninghai.web.server", "--bind", f"127.0.0.1:{port}"]
    process = subprocess.Popen(
        [*command, "ninghai.wsgi"], cwd=ROOT, env={**os.environ, **ours, **environment}, start_new_session=True
    )
    made = Site(port)
    try:
        wait_until(lambda: _answers(made))
        yield made
    finally:
        kill_all(process)


def _answers(made: Site) -> bool:
    try:
        return made.ask("/healthz")[0] == 200
    except OSError:
        return False


@pytest.fixture
def item(cast):
    return published(cast, title="关于公布预算的通知")


def signed_in_cookie(user) -> str:
    client = Client()
    client.force_login(user)
    return f"{django_settings.SESSION_COOKIE_NAME}={client.cookies[django_settings.SESSION_COOKIE_NAME].value}"


def test_public_pages_go_on_from_the_copy_and_all_else_says_so_at_once(
    cast, item, line, through, queue, private_services
):
    """The server itself is the copy here, by a line that nobody cuts: it answers as one that has followed to the end."""
    copy = private_services.postgresql.url(role=RUNTIME, database=connection.settings_dict["NAME"])
    cookie, token = signed_in_cookie(cast.clerk), "t" * 32
    public = ["/", "/catalogue/", f"/catalogue/?{urlencode({'q': '预算'})}", quote(item.get_absolute_url())]
    with site(queue, DATABASE_REPLICA_URL=copy, **through) as web:
        before = [*map(web.ask, public), web.ask("/work/", cookie=cookie)]
        assert [status for status, _, _ in before] == [200] * len(before)

        line.cut()
        pages = [web.ask(path) for path in [*public, *public]]
        assert [(status, READ_ONLY in page) for status, page, _ in pages] == [(200, True)] * len(pages)
        assert web.ask("/catalogue/", cookie=cookie)[0] == 200  # as everybody reads it
        form = {"page": "/", "words": TYPED, "form_id": str(uuid.uuid4()), "csrfmiddlewaretoken": token}
        told = {
            "POST": web.ask("/corrections/new/", form=form, cookie=f"{django_settings.CSRF_COOKIE_NAME}={token}"),
            "work": web.ask("/work/", cookie=cookie),
            "admin": web.ask("/admin/", cookie=cookie),
            "health": web.ask("/healthz"),
        }
        assert {name: status for name, (status, _, _) in told.items()} == dict.fromkeys(told, 503)
        assert TYPED in told["POST"][1]
        with ThreadPoolExecutor(16) as many:
            answers = list(many.map(lambda number: web.ask("/work/" if number % 2 else "/", cookie=cookie), range(32)))
        assert {status for status, _, _ in answers} == {200, 503}
        usual = max(took for _, _, took in before)
        assert_said_at_once((took for _, _, took in [*pages, *told.values()]), usual=usual)
        assert_said_at_once((took for _, _, took in answers), usual=16 * usual)  # so many at once

        line.mend()
        assert comes_true(lambda: READ_ONLY not in web.ask("/")[1] and web.ask("/work/", cookie=cookie)[0] == 200)
        assert web.ask("/healthz")[0] == 200


def test_without_a_copy_everything_says_so_at_once(cast, item, line, through, queue):
    with site(queue, **through) as web:
        status, _, usual = web.ask("/catalogue/")
        assert status == 200
        line.cut()
        answers = [web.ask(path) for path in ("/catalogue/", "/", "/login/", "/healthz", "/catalogue/")]
        assert [status for status, _, _ in answers if status != 200][-1] == 503
        assert {answers[0][0], answers[1][0], answers[3][0]} == {503}
        assert_said_at_once((took for _, _, took in answers), usual=usual)
        line.mend()
        assert comes_true(lambda: web.ask("/catalogue/")[0] == 200)


@pytest.mark.parametrize("has_copy", [True, False])
def test_a_server_that_is_silent_is_known_to_be_away_as_soon(cast, item, queue, private_services, has_copy):
    """Its machine was switched off: no packet is answered, none is refused."""
    place = private_services.postgresql
    line = SilentLine(to=place.place.sockets)
    database = connection.settings_dict["NAME"]
    through = {"DATABASE_URL": line.url(role=RUNTIME, database=database)}
    copy = {"DATABASE_REPLICA_URL": place.url(role=RUNTIME, database=database)} if has_copy else {}
    cookie = signed_in_cookie(cast.clerk)
    try:
        with site(queue, **through, **copy) as web:
            with ThreadPoolExecutor(8) as many:  # several connections are open
                before = list(many.map(lambda _: web.ask("/work/", cookie=cookie), range(16)))
            assert {status for status, _, _ in before} == {200}
            line.fall_silent()
            answers = [web.ask("/work/", cookie=cookie) for _ in range(4)]
            pages = [web.ask("/catalogue/") for _ in range(4)]
            assert {status for status, _, _ in answers} == {503}
            assert {status for status, _, _ in pages} == ({200} if has_copy else {503})
            usual = max(took for _, _, took in before)
            assert_said_at_once((took for _, _, took in [*answers, *pages]), usual=usual)

            line.speak()
            assert comes_true(lambda: web.ask("/work/", cookie=cookie)[0] == 200)
    finally:
        line.end()


# --- Everything else ------------------------------------------------------------------------------------------


def leads() -> bool:
    connection.ensure_connection()
    return somebody_leads(connection.connection)


def test_leader_and_standby_survive_and_one_of_them_leads_again(line, through, queue):
    with running("scheduler", queue=queue, **through) as first, running("scheduler", queue=queue, **through) as second:
        wait_until(leads)
        time.sleep(AWAY)  # the second has asked for the lead, too
        line.cut()
        wait_until(lambda: not leads())
        time.sleep(AWAY)
        assert (first.poll(), second.poll()) == (None, None)
        line.mend()
        assert comes_true(leads)
        first.send_signal(signal.SIGTERM)
        first.wait()
        assert comes_true(leads)
        assert second.poll() is None


def test_a_worker_goes_on(ask, line, through, queue, time_passes):
    with running("scheduler", queue=queue), running("worker", queue=queue, **through) as worker:
        ask()
        wait_until(lambda: _some_are_ready())
        line.cut()
        time.sleep(AWAY)
        line.mend()
        assert worker.poll() is None
        time_passes()
        assert comes_true(all_ready)


def _some_are_ready() -> bool:
    return Report.objects.filter(job__status="done").exists()


def test_a_command_ends_with_a_sentence_and_works_again(cast, line, through, queue):
    environment = {**os.environ, "REDIS_URL": queue.url(), "LOG_LEVEL": "CRITICAL", **through}
    command = [sys.executable, "manage.py", "compute_coverage"]

    def run() -> subprocess.CompletedProcess:
        return subprocess.run(command, cwd=ROOT, env=environment, check=False, capture_output=True, text=True)

    line.cut()
    away = run()
    line.mend()
    again = run()

    assert (away.returncode, "连不上数据库" in away.stderr, "Traceback" in away.stderr) == (1, True, False), away.stderr
    assert again.returncode == 0, again.stderr
