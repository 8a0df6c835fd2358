"""Parsers as no stranger's file should find them: what each kind of cost does."""

import os
import re
import signal
import tempfile
import time
from pathlib import Path

from ninghai.files.kinds import UnacceptableFile
from ninghai.personal_data.reading.content import UnreadableFile

LOADED_IN = os.getpid()


def loaded_in(data: bytes) -> int:
    return LOADED_IN


def length(data: bytes) -> int:
    return len(data)


def echo(data: bytes) -> bytes:
    return data


def refuse(data: bytes) -> None:
    raise UnreadableFile("打不开。")


def refuse_as_form(data: bytes) -> None:
    raise UnacceptableFile("不接受。")


def environment(data: bytes) -> list[str]:
    return [*os.environ]


def words(data: bytes) -> list[str]:
    return ["\ud800", "字\n", "\u2028"]


def fail(data: bytes) -> None:
    raise KeyError("nobody foresaw this")


def take_a_while(data: bytes) -> int:
    time.sleep(4)
    return len(data)


def compute(data: bytes) -> None:
    while True:
        pass


def compute_without_python(data: bytes) -> None:
    """In C, where no exception and no handler of a signal comes through."""
    re.match(r"(a|a)*$", "a" * 60 + "b")


def sleep(data: bytes) -> None:
    time.sleep(60)


def swallow(data: bytes) -> list[bytearray]:
    return [bytes(64 * 1024**2) for _ in range(100)]


def recurse(data: bytes) -> None:
    recurse(data)


def chatter(data: bytes) -> bytes:
    return bytes(200 * 1024**2)


def crash(data: bytes) -> None:
    os.kill(os.getpid(), signal.SIGSEGV)


def be_killed(data: bytes) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def be_stopped(data: bytes) -> None:
    os.kill(os.getpid(), signal.SIGTERM)


def write_much(data: bytes) -> None:
    with tempfile.TemporaryFile() as file:
        for _ in range(200):
            file.write(bytes(1024**2))


def peak(data: bytes) -> int:
    """Bytes of address space that a process has before it does anything."""
    status = Path("/proc/self/status").read_text()
    return int(next(line.split()[1] for line in status.splitlines() if line.startswith("VmPeak"))) * 1024
