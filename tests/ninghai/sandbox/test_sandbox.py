"""What a parser may do in the sandbox, and what becomes of one that takes more."""

import re
import signal
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from ninghai.files.sandbox import limits, running
from ninghai.files.sandbox.limits import (
    AT_ONCE,
    BACKGROUND,
    IMPORT,
    MEGABYTE,
    UPLOAD,
    Interrupted,
    Limits,
    ParsingFailed,
    ParsingRefused,
    TooCostly,
)
from ninghai.files.sandbox.running import parse_in_sandbox

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
def test_what_takes_more_than_it_may_is_ended(what, limit, monkeypatch):
    if limit == "clock":
        monkeypatch.setattr(limits, "PATIENCE", 1)
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
    server = running._server._process
    server.kill()
    server.wait()

    assert parse("length").value == 3


def test_what_parses_is_loaded_once_for_all_files():
    """Into the server: no file waits for its parser's rules to be made."""
    assert [parse("loaded_in").value for _ in range(2)] == [running._server._process.pid] * 2


def test_its_processes_end_with_whoever_asked():
    """Nobody waits any more: what computes is ended at once, not at its limit."""
    with running.new_line("json") as line:
        much = Limits(seconds=60, most_seconds=60, memory=400 * MEGABYTE).for_size(0)
        request = {
            "function": "tests.ninghai.sandbox.parsers:compute",
            "arguments": {},
            "path": None,
            "size": 0,
            "is_opened_there": False,
        }
        running._send(line, {**request, "bounds": much.as_json()}, b"")
        computing = waited_for(lambda: children_of(running._server._process.pid))

    assert waited_for(lambda: not any(map(is_alive, computing)))


def test_more_than_it_has_places_for_wait_in_a_queue():
    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(lambda _: parse("length").value, range(24))) == [3] * 24


def test_large_files_that_come_together_hold_few_threads():
    """Twelve that take long: two are read one after the other, the rest is sent away soon; a small one comes in between."""
    began = time.monotonic()

    def told_after(_: int) -> tuple[str, float]:
        try:
            answer = parse_in_sandbox("tests.ninghai.sandbox.parsers:take_a_while", b"a" * MEGABYTE, limits=IMPORT)
        except Interrupted as interrupted:
            return str(interrupted), time.monotonic() - began
        return str(answer.value), time.monotonic() - began

    with ThreadPoolExecutor(13) as threads:
        large = threads.map(told_after, range(12))
        time.sleep(2)
        assert threads.submit(parse, "length").result().value == 3
        small = time.monotonic() - began
        told = list(large)

    read = sorted(after for words, after in told if words == str(MEGABYTE))
    sent_away = [after for words, after in told if words == "no place was free"]
    assert (len(read), len(sent_away)) == (2, 10)
    assert max(*sent_away, small) < read[-1]


def test_the_limits_of_a_process_are_its_own():
    assert signal.getitimer(signal.ITIMER_PROF)[0] == 0
    with pytest.raises(TooCostly):
        parse("compute")
    assert parse("length").value == 3


@pytest.mark.parametrize(
    "said",
    [b"", b"{", b'{"value": null, "length": 9}\nabc\n0', b'{"value": null, "length": 3}\nabc', b'{"value": 1}\nx'],
)
def test_an_answer_that_was_cut_says_nothing_of_the_file(said):
    with pytest.raises(Interrupted):
        running._understood(bytearray(said))


def test_a_request_that_nobody_takes_says_nothing_of_the_file(monkeypatch):
    monkeypatch.setattr(running, "START_UP", 0.1)
    ours, theirs = socket.socketpair()
    with ours, theirs, pytest.raises(Interrupted):
        running._send(ours, {}, bytes(20 * MEGABYTE))


def test_it_knows_no_secret_of_the_portal(monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql://secret")
    running._server.stop()
    try:
        assert "PATH" in (found := parse("environment").value)
        assert "DATABASE_URL" not in found
    finally:
        running._server.stop()


def test_words_come_back_as_they_are():
    assert parse("words").value == ["\ud800", "字\n", "\u2028"]


def test_a_small_file_may_say_little_and_a_large_one_much():
    sizes = [IMPORT.for_size(size).output for size in (3_000, MEGABYTE, 100 * MEGABYTE)]

    assert sizes[0] < 2.1 * MEGABYTE
    assert sizes[1] == 10 * MEGABYTE
    assert sizes[2] == 64 * MEGABYTE


def test_time_is_given_by_what_was_sent():
    much = Limits(seconds=1, seconds_per_megabyte=2, most_seconds=10, memory=1)

    assert [much.for_size(size * MEGABYTE).cpu for size in (0, 1, 100)] == [1, 3, 10]


def memory_of(unit: str) -> int:
    """MemoryMax of the unit, in bytes."""
    text = (running.ROOT / f"docs/deployment/systemd/{unit}.service").read_text(encoding="utf-8")
    return int(re.search(r"^MemoryMax=(\d+)G$", text, re.MULTILINE)[1]) * 1024**3


def test_all_that_may_parse_at_once_fits_into_the_memory_of_the_units():
    web_process, server, web_processes = 210 * MEGABYTE, 60 * MEGABYTE, 2
    most = max(each.memory for each in (AT_ONCE, UPLOAD, IMPORT))

    assert web_processes * (web_process + server + running.AT_ONCE * most) <= memory_of("ninghai-web")
    assert BACKGROUND.memory + web_process + server + 256 * MEGABYTE <= memory_of("ninghai-worker@")


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
        status = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False
    return status.rpartition(")")[2].split()[0] != "Z"


def waited_for(condition, *, seconds: float = 30):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := condition():
            return found
        time.sleep(0.05)
    return condition()
