"""What a parser may do in the sandbox, and what becomes of one that takes more."""

import os
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from ninghai.sandbox import running, servers
from ninghai.sandbox.limits import MEGABYTE, Limits
from ninghai.sandbox.outcomes import Interrupted, ParsingFailed, ParsingRefused, TooCostly
from ninghai.sandbox.running import parse_in_sandbox

LITTLE = Limits(seconds=0.5, most_seconds=0.5, memory=400 * MEGABYTE)


def parse(what, source=b"abc"):
    return parse_in_sandbox(f"tests.ninghai.sandbox.parsers:{what}", source, limits=LITTLE)


def test_an_answer_is_json_or_bytes():
    assert parse("length").value == 3
    assert parse("echo", b"a\nb\x00\n").data == b"a\nb\x00\n"


def test_a_file_on_the_disk_is_read_there(tmp_path):
    path = tmp_path / "file"
    path.write_bytes(b"x" * 5_000_000)

    assert parse("length", path).value == 5_000_000


@pytest.mark.parametrize(("what", "sentence"), [("refuse", "打不开。"), ("refuse_as_form", "不接受。")])
def test_a_refusal_comes_back_as_its_sentence(what, sentence):
    with pytest.raises(ParsingRefused) as refused:
        parse(what)

    assert str(refused.value) == sentence


@pytest.mark.parametrize(
    ("what", "limit"),
    [
        ("compute", "time"),
        ("compute_without_python", "time"),
        ("sleep", "clock"),
        ("swallow", "memory"),
        ("chatter", "output"),
    ],
)
def test_what_takes_more_than_it_may_is_ended(what, limit):
    with pytest.raises(TooCostly) as ended:
        parse(what)

    assert ended.value.limit == limit


@pytest.mark.parametrize("what", ["fail", "recurse", "crash", "write_much"])
def test_a_parser_that_stumbles_says_so(what):
    with pytest.raises(ParsingFailed):
        parse(what)


@pytest.mark.parametrize(("what", "on_purpose"), [("be_killed", False), ("be_stopped", True)])
def test_a_process_that_was_ended_from_outside_says_nothing_of_the_file(what, on_purpose):
    with pytest.raises(Interrupted) as ended:
        parse(what)

    assert ended.value.on_purpose == on_purpose


def test_a_file_that_is_not_there_says_nothing_of_its_content(tmp_path):
    with pytest.raises(Interrupted):
        parse("length", tmp_path / "gone")


def test_a_server_that_was_killed_is_started_again():
    parse("length")
    server = servers._server._process
    server.kill()
    server.wait()

    assert parse("length").value == 3


def test_its_processes_end_with_whoever_asked():
    """Nobody waits any more: what computes is ended at once, not at its limit."""
    with servers.new_line() as line:
        much = Limits(seconds=60, most_seconds=60, memory=400 * MEGABYTE).for_size(0)
        request = {"function": "tests.ninghai.sandbox.parsers:compute", "arguments": {}, "path": None, "size": 0}
        running._send(line, {**request, "bounds": much.as_json()}, b"")
        computing = waited_for(lambda: children_of(servers._server._process.pid))

    assert waited_for(lambda: not any(map(is_alive, computing)))


def test_more_than_it_has_places_for_wait_in_a_queue():
    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(lambda _: parse("length").value, range(24))) == [3] * 24


def test_the_limits_of_a_process_are_its_own():
    assert signal.getitimer(signal.ITIMER_PROF)[0] == 0
    with pytest.raises(TooCostly):
        parse("compute")
    assert parse("length").value == 3


def test_time_is_given_by_what_was_sent():
    limits = Limits(seconds=1, seconds_per_megabyte=2, most_seconds=10, memory=1)

    assert [limits.for_size(size * MEGABYTE).cpu for size in (0, 1, 100)] == [1, 3, 10]


def children_of(pid: int) -> list[int]:
    """The processes below it that are busy, by now."""
    found = []
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = status.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[1]) == pid or int(fields[1]) in found:
            found.append(int(status.parent.name))
    return found


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"


def waited_for(condition, *, seconds: float = 30):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := condition():
            return found
        time.sleep(0.05)
    return condition()
