"""The supervisor of `make run`: what dies comes back, what was started ends with it."""

import os
import signal
import sys
import time
from pathlib import Path

import pytest

from ninghai.operations.devservices.portal import Program, Supervisor

SLEEP = ["sleep", "600"]


def pid(program: Program) -> int:
    assert program.process is not None
    return program.process.pid


def stop_after(ticks: int):
    """A tick that, after some rounds, sends this process what `kill` sends."""
    left = iter(range(ticks))

    def tick() -> None:
        if next(left, None) is None:
            os.kill(os.getpid(), signal.SIGTERM)

    return tick


@pytest.fixture(autouse=True)
def _own_signals():
    """The supervisor takes the signals of its process; give them back to pytest."""
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


def test_term_ends_every_program():
    programs = [Program("甲", SLEEP), Program("乙", SLEEP)]

    Supervisor(programs).run(tick=stop_after(1))

    assert [program.process.returncode for program in programs] == [-signal.SIGTERM] * 2


def test_a_program_that_ignores_term_is_killed(monkeypatch):
    monkeypatch.setattr("ninghai.operations.devservices.portal.GRACE", 1)
    deaf = Program("聋", ["sh", "-c", "trap '' TERM; while true; do sleep 0.1; done"])

    Supervisor([deaf]).run(tick=stop_after(2))

    assert deaf.process.returncode == -signal.SIGKILL


def test_a_program_that_dies_is_started_again(capsys):
    program = Program("甲", SLEEP)
    program.start()
    first = pid(program)
    program.process.kill()
    program.process.wait()

    program.look()
    program.started_at -= program.pause
    program.look()

    second = pid(program)
    program.process.kill()
    program.process.wait()
    assert (second != first, program.deaths) == (True, 1)
    assert capsys.readouterr().out == "甲意外结束（退出码 -9），将重新启动。\n"


def test_pauses_grow_with_each_death_in_a_row():
    program = Program("甲", ["false"])

    pauses = []
    for _ in range(7):
        program.start()
        program.process.wait()
        program.look()
        pauses.append(program.pause)

    assert pauses == [2, 4, 8, 16, 30, 30, 30]


def test_programs_end_with_a_killed_supervisor(tmp_path: Path):
    note = tmp_path / "pid"
    script = (
        "from ninghai.operations.devservices.portal import Program, Supervisor\n"
        "import os, pathlib, signal\n"
        f"one = Program('甲', {SLEEP!r})\n"
        "def tick():\n"
        f"    pathlib.Path({str(note)!r}).write_text(str(one.process.pid))\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
        "Supervisor([one]).run(tick=tick)\n"
    )
    Program("主", [sys.executable, "-c", script]).start()
    limit = time.monotonic() + 10
    while not (note.exists() and note.read_text()) or Path(f"/proc/{note.read_text()}/cmdline").exists():
        assert time.monotonic() < limit
        time.sleep(0.05)
