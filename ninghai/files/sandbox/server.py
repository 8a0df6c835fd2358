"""The program that has Python and its parsers ready, and forks a process for each file that it is handed (预热进程).

It knows neither the database nor Django's apps, so it is small and has nothing to give away; it parses nothing itself.
Whoever started it hands over one socket for each file, and it ends when nobody holds the other end any more.
"""

import gc
import importlib
import json
import logging
import math
import os
import re
import resource
import select
import shutil
import signal
import socket
import sys
import tempfile
import traceback
import warnings
from collections.abc import Callable
from contextlib import suppress
from io import BufferedRWPair
from pathlib import Path
from typing import Any, NoReturn, cast

# One file in the sandbox: the process reads the request, sets its own limits, parses, answers, and ends.

REFUSALS = (
    "UnreadableFile",
    "UnacceptableFile",
    "NotANotice",
    "NotAnItemWorkbook",
)  # exceptions whose text is a sentence for the screen
FILES = 64  # that may be open
NEARLY = 0.75  # of the memory that it may have
PEAK = re.compile(r"VmPeak:\s*(\d+) kB")


def work(stream: BufferedRWPair) -> None:
    """From the request to the answer."""
    line = stream.readline()
    if not line:  # whoever asked has gone
        return
    request = json.loads(line)
    try:
        parse = _named(request["function"])
        data = _data(request, stream)
    except OSError as error:
        _send(stream, {"unread": str(error)})
        return
    except Exception as error:  # a parser that needs what this process does not have
        _send(stream, {"failed": f"{type(error).__name__}: {error}"[:500]})
        return
    _set_limits(request["bounds"])
    head, made = _parsed(parse, data, request["arguments"])
    if "value" not in head and "costly" not in head and _used_memory() > NEARLY * request["bounds"]["memory"]:
        head = {"costly": "memory"}  # libraries call a file broken when they get no memory
    _send(stream, head, made)


def _named(function: str) -> Callable[..., Any]:
    module, _, name = function.partition(":")
    return cast(Callable[..., Any], getattr(importlib.import_module(module), name))


def _data(request: dict[str, Any], stream: BufferedRWPair) -> bytes | Path:
    """The file: what was sent along, or what lies at a path."""
    if request["path"] is None:
        return stream.read(request["size"])
    path = Path(request["path"])
    return path if request["is_opened_there"] else path.read_bytes()


def _set_limits(bounds: dict[str, Any]) -> None:
    """Time by two clocks, memory, open files, and the size of what is written."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    whole = math.ceil(used.ru_utime + used.ru_stime + bounds["cpu"]) + 1
    resource.setrlimit(resource.RLIMIT_CPU, (whole, whole + 1))
    resource.setrlimit(resource.RLIMIT_AS, (bounds["memory"], bounds["memory"]))
    resource.setrlimit(resource.RLIMIT_FSIZE, (bounds["output"], bounds["output"]))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (FILES, FILES))
    signal.setitimer(signal.ITIMER_PROF, bounds["cpu"])
    signal.setitimer(signal.ITIMER_REAL, bounds["wall"])


def _used_memory() -> int:
    """The most that it ever had, in bytes."""
    found = PEAK.search(Path("/proc/self/status").read_text())
    return int(found[1]) * 1024 if found else 0


def _parsed(parse: Callable[..., Any], data: bytes | Path, arguments: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
    """What goes out: a value and perhaps bytes, or why there are none."""
    try:
        value = parse(data, **arguments)
    except MemoryError:
        return {"costly": "memory"}, b""
    except Exception as error:  # of a broken file no parser promises how it fails
        if any(each.__name__ in REFUSALS for each in type(error).__mro__):
            return {"refused": _sentence(error), "kind": type(error).__name__}, b""
        return {"failed": f"{type(error).__name__}: {error}"[:500]}, b""
    if isinstance(value, bytes):
        return {"value": None}, value
    return {"value": value}, b""


def _sentence(error: Exception) -> str:
    messages = getattr(error, "messages", None)
    return " ".join(messages) if messages else str(error)


def _send(stream: BufferedRWPair, head: dict[str, Any], data: bytes = b"") -> None:
    """A line of JSON, and the bytes behind it."""
    with suppress(BrokenPipeError):
        stream.write(_line({**head, "length": len(data)}))
        stream.write(data)
        stream.flush()


def _line(head: dict[str, Any]) -> bytes:
    """In as few bytes as it takes; an answer for which there is no memory costs too much."""
    try:
        return json.dumps(head, ensure_ascii=False).encode("utf-8", "surrogatepass") + b"\n"
    except MemoryError:
        return b'{"costly": "memory", "length": 0}\n'


PRELOADED = (
    "ninghai.personal_data.scan",
    "ninghai.personal_data.rewriting.rewriter",
    "ninghai.files.sanitizing.rewriting",
    "ninghai.files.upload",
)
LONGEST_NAME = 200  # of a module
PREFERRED_VICTIM = "1000"  # for the kernel, when memory runs out: rather this process than the portal


def main() -> None:
    """Load the parsers that most files need, then fork for each file, with the parser that it needs."""
    warnings.simplefilter("ignore")
    logging.disable(logging.CRITICAL)
    for module in PRELOADED:
        _load(module)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # those who watch are waited for by nobody
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # it ends with whoever started it
    door = _door()
    while True:
        message, handed, _, _ = socket.recv_fds(door, LONGEST_NAME, 1)
        if not message:
            return
        if (name := message.decode()) not in sys.modules:
            with suppress(Exception):  # the process that parses meets it again, and says so
                _load(name)
        if os.fork() == 0:
            door.close()
            _leave(_watch, handed[0])
        os.close(handed[0])


def _load(module: str) -> None:
    """Once, for all processes that are forked from now on: its rules take twenty times as long to make as a file to read."""
    importlib.import_module(module)
    gc.freeze()


def _door() -> socket.socket:
    """Where files come in; held by nobody else here, so that it is known when this program is gone."""
    door = socket.socket(fileno=os.dup(sys.stdin.fileno()))
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, sys.stdin.fileno())
    os.close(nothing)
    return door


def _leave(do: Callable[[int], None], line: int) -> NoReturn:
    """Do it in this forked process, and never come back."""
    try:
        do(line)
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(1)


def _watch(line: int) -> None:
    """Fork the process that parses; tell how it ended, and end it when nobody waits for it any more."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    tempfile.tempdir = tempfile.mkdtemp(prefix="ninghai-sandbox-")
    worker = os.fork()
    if worker == 0:
        _leave(_work, line)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)  # when the whole service stops, somebody tells how it ended
    ended, gone = os.pidfd_open(worker), select.poll()
    gone.register(ended, select.POLLIN)
    gone.register(line, select.POLLHUP)
    while not any(descriptor == ended for descriptor, _ in gone.poll()):
        os.kill(worker, signal.SIGKILL)
        gone.unregister(line)
    status = os.waitstatus_to_exitcode(os.waitpid(worker, 0)[1])
    shutil.rmtree(tempfile.tempdir, ignore_errors=True)
    with suppress(BrokenPipeError, ConnectionResetError), socket.socket(fileno=line) as teller:
        teller.sendall(f"\n{status}".encode())
    os._exit(0)


def _work(line: int) -> None:
    _prefer_as_victim()
    gone = suppress(BrokenPipeError, ConnectionResetError)  # nobody listens any more
    with gone, socket.socket(fileno=line) as teller, teller.makefile("rwb") as stream:
        work(stream)
    os._exit(0)


def _prefer_as_victim() -> None:
    with suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text(PREFERRED_VICTIM)


if __name__ == "__main__":
    main()
