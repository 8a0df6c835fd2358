"""The soak itself: it would see a process that grows, an answer that fails, and one that nobody expected."""

import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tests.soak.__main__ import is_well
from tests.soak.line import Line
from tests.soak.memory import Memory
from tests.soak.tally import Tally, late

GROWS = (
    "import sys; kept = []\nfor _ in sys.stdin: kept.append(bytearray(b'x' * 60 * 1024**2)); print('grown', flush=True)"
)


class Answers(BaseHTTPRequestHandler):
    """/500, /404 and so on answer what they are called; /away leads to /200."""

    def do_GET(self) -> None:
        status = 302 if self.path == "/away" else int(self.path.strip("/"))
        self.send_response(status)
        if status == 302:
            self.send_header("Location", "/200")
        self.send_header("Set-Cookie", "seen=1; Path=/")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def address():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"127.0.0.1:{server.server_port}"
    server.shutdown()


def test_answers_are_told_apart_and_redirects_followed(address):
    tally = Tally()
    line = Line(address, tally)

    for path in ("/200", "/away", "/404", "/500"):
        line.get(path)

    assert dict(tally.statuses) == {200: 2, 302: 1, 404: 1, 500: 1}
    assert (tally.broken, tally.unknown) == (["GET /500 answered 500"], ["GET /404 answered 404"])
    assert (line.cookies, line.at) == ({"seen": "1"}, "/500")


@pytest.mark.parametrize("path", ["/404", "/500"])
def test_one_bad_answer_fails_the_soak(address, path):
    good, bad = Tally(), Tally()
    Line(address, good).get("/200")
    Line(address, bad).get(path)

    assert is_well(good, {"web": 1.0}, 1.0)
    assert not is_well(bad, {"web": 1.0}, 1.0)


def test_a_process_that_grows_fails_the_soak(address):
    tally = Tally()
    Line(address, tally).get("/200")
    with subprocess.Popen(
        [sys.executable, "-c", GROWS], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as child:
        memory = Memory({"web": child.pid})
        memory.is_warm()
        before = memory.growth()
        child.stdin.write("\n")
        child.stdin.flush()
        child.stdout.readline()
        after = memory.growth()
        child.stdin.close()

    assert before["web"] < 50 <= after["web"]
    assert not is_well(tally, after, 1.0)


def test_the_95th_percentile_is_that():
    assert late([number / 1000 for number in range(1, 101)]) == pytest.approx(96)
