"""Handing a file to the sandbox, and reading the answer within bounds; for whoever imports a file, while they wait for what it says."""

import atexit
import json
import logging
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from ninghai.files.sandbox.limits import IMPORT, Bounds, Interrupted, Limits, ParsingFailed, ParsingRefused, TooCostly

# The server of the sandbox that belongs to this process: started when it is first needed, and again when it is gone.

ROOT = Path(__file__).parents[3]
COMMAND = (sys.executable, "-W", "ignore", "-m", "ninghai.files.sandbox.server")
KEPT_VARIABLES = {
    "PATH",
    "PYTHONPATH",
    "PYTHONHASHSEED",
    "VIRTUAL_ENV",
    "HOME",
    "TMPDIR",
    "LANG",
    "LC_ALL",
    "LC_CTYPE",
    "TZ",
}
TRIES = 2  # the first one may find that the server was killed


def _environment() -> dict[str, str]:
    """Where programs and folders are, and no secret of the portal."""
    return {name: value for name, value in os.environ.items() if name in KEPT_VARIABLES}


class _Server:
    """At most one for each process: after a fork, as gunicorn does it, the new process starts its own."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._door: socket.socket | None = None
        self._owner = 0

    def hand_over(self, line: socket.socket, module: str) -> None:
        """Give the server this end of a line, on which a request for this module will come."""
        with self._lock:
            for _ in range(TRIES):
                try:
                    socket.send_fds(self._open_door(), [module.encode()], [line.fileno()])
                except OSError:
                    self._forget()
                else:
                    return
        raise Interrupted("the sandbox does not start")

    def start(self) -> None:
        with self._lock:
            self._open_door()

    def stop(self) -> None:
        with self._lock:
            if self._owner == os.getpid():
                self._forget()

    def _open_door(self) -> socket.socket:
        if self._door is None or self._owner != os.getpid():
            ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
            with theirs:
                self._process = subprocess.Popen(  # noqa: S603 - our own module
                    COMMAND, stdin=theirs.fileno(), stdout=subprocess.DEVNULL, cwd=ROOT, env=_environment()
                )
            self._door, self._owner = ours, os.getpid()
        return self._door

    def _forget(self) -> None:
        if self._door is not None:
            self._door.close()
        if self._process is not None:
            self._process.kill()
            self._process.wait()
        self._process = self._door = None


_server = _Server()
atexit.register(_server.stop)


def start_ahead() -> None:
    """Start it before anybody has need of it, as a web process does when it starts."""
    with suppress(OSError):
        _server.start()


@contextmanager
def new_line(module: str) -> Iterator[socket.socket]:
    """A line to a new process of the sandbox, which ends with it at the latest; it has this module ready."""
    try:
        ours, theirs = socket.socketpair()
    except OSError as error:
        raise Interrupted(str(error)) from error
    with ours:
        with theirs:
            _server.hand_over(theirs, module)
        yield ours


logger = logging.getLogger(__name__)

PIECE = 64 * 1024
AT_ONCE = 2  # processes that parse for one of ours at the same time
LONGEST_WAIT = 20.0  # seconds in a queue for one of them
LONG = 4.0  # seconds of computing; what may take longer has one of these places, and a short line
LONG_IN_LINE = 1  # more that wait; each holds a thread of the web server, which has others to serve
TURNED_AWAY_AFTER = 1.0  # seconds in which even that line had no room
START_UP = 30.0  # seconds that loading the parsers may take on a busy machine
LIMIT_SIGNALS = {signal.SIGPROF: "time", signal.SIGXCPU: "time", signal.SIGALRM: "clock", signal.SIGXFSZ: "output"}
CRASHES = {signal.SIGSEGV, signal.SIGABRT, signal.SIGBUS, signal.SIGFPE, signal.SIGILL}

_places = threading.BoundedSemaphore(AT_ONCE)
_long, _long_line = threading.BoundedSemaphore(AT_ONCE - 1), threading.BoundedSemaphore(AT_ONCE - 1 + LONG_IN_LINE)


@dataclass(frozen=True, slots=True)
class SandboxAnswer:
    """What the parser returned: a value of JSON, or bytes."""

    value: Any
    data: bytes


def parse_in_sandbox(
    function: str,
    source: bytes | Path,
    *,
    limits: Limits,
    arguments: Mapping[str, Any] | None = None,
    patience: float = LONGEST_WAIT,
    is_opened_there: bool = False,
) -> SandboxAnswer:
    """Call "module:function" with the file's bytes there, or with its path where it `is_opened_there` piece by piece;
    `patience` is how long to queue for a place.

    Raises ParsingRefused, ParsingFailed, TooCostly or Interrupted.
    """
    size = len(source) if isinstance(source, bytes) else _size(source)
    bounds = limits.for_size(size)
    request = {"function": function, "arguments": dict(arguments or {}), "bounds": bounds.as_json(), "size": size}
    request["is_opened_there"] = is_opened_there
    request["path"] = None if isinstance(source, bytes) else str(source)
    with _place(bounds, patience), new_line(function.partition(":")[0]) as line:
        _send(line, request, source if isinstance(source, bytes) else b"")
        return _understood(_reply(line, bounds))


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError as error:
        raise Interrupted(str(error)) from error


@contextmanager
def _place(bounds: Bounds, patience: float) -> Iterator[None]:
    """One of the places, after a while in a queue. Twenty large files at once keep neither small ones nor pages waiting."""
    with ExitStack() as held:
        if bounds.cpu > LONG:
            held.enter_context(_one_of(_long_line, within=min(patience, TURNED_AWAY_AFTER)))
            held.enter_context(_one_of(_long, within=patience))
        held.enter_context(_one_of(_places, within=patience))
        yield


@contextmanager
def _one_of(places: threading.BoundedSemaphore, *, within: float) -> Iterator[None]:
    if not places.acquire(timeout=within):
        raise Interrupted("no place was free", on_purpose=True)
    try:
        yield
    finally:
        places.release()


def _send(line: socket.socket, request: dict[str, Any], data: bytes) -> None:
    line.settimeout(START_UP)
    try:
        line.sendall(json.dumps(request).encode() + b"\n")
        line.sendall(data)
        line.shutdown(socket.SHUT_WR)
    except (BrokenPipeError, ConnectionResetError):
        return  # it has ended already, and what it said tells why
    except OSError as error:  # nobody takes it: the machine is too busy
        raise Interrupted(str(error)) from error


def _reply(line: socket.socket, bounds: Bounds) -> bytearray:
    """Everything that it says, unless that is too long or too late; it is ended when the line is closed."""
    reply, end = bytearray(), time.monotonic() + START_UP + bounds.wall  # it ends by itself before
    while (left := end - time.monotonic()) > 0:
        line.settimeout(left)
        try:
            piece = line.recv(PIECE)
        except TimeoutError:
            break
        except OSError as error:
            raise Interrupted(str(error)) from error
        if not piece:
            return reply
        reply += piece
        if len(reply) > bounds.output:
            raise TooCostly("output")
    raise TooCostly("clock")


def _understood(reply: bytearray) -> SandboxAnswer:
    """A line of JSON, bytes, and at the very end how the process ended; of what may be long nothing is copied twice."""
    ending, head_end = reply.rfind(b"\n"), reply.find(b"\n")
    status = _number(reply[ending + 1 :])
    if status or not head_end:
        raise _ended(status)
    answer = _head_of(reply[:head_end])
    if ending != head_end + 1 + answer.get("length", 0):
        raise Interrupted("the sandbox is gone")
    if "refused" in answer:
        raise ParsingRefused(answer["refused"], kind=answer["kind"])
    if "failed" in answer:
        raise ParsingFailed(answer["failed"])
    if "costly" in answer:
        raise TooCostly(answer["costly"])
    if "unread" in answer:
        raise Interrupted(answer["unread"])
    return SandboxAnswer(answer["value"], bytes(memoryview(reply)[head_end + 1 : ending]))


def _number(written: bytearray) -> int:
    try:
        return int(written)
    except ValueError:  # who watches was ended before it could tell
        raise Interrupted("the sandbox is gone") from None


def _head_of(head: bytearray) -> dict[str, Any]:
    try:
        answer: dict[str, Any] = json.loads(head.decode("utf-8", "surrogatepass"))
    except ValueError:
        raise Interrupted("the sandbox is gone") from None
    return answer


def _ended(status: int) -> Exception:
    """Why it ended without a word."""
    if status >= 0:  # Python could not even tell: no memory was left
        return TooCostly("memory")
    ended = signal.Signals(-status)
    if limit := LIMIT_SIGNALS.get(ended):
        return TooCostly(limit)
    if ended in CRASHES:
        return ParsingFailed(f"the parser crashed: {ended.name}")
    return Interrupted(ended.name, on_purpose=ended in {signal.SIGTERM, signal.SIGINT, signal.SIGHUP})


# Where the sandbox finds a file (来源): a path where it lies on the disk, else its bytes.


def source_of(stream: IO[bytes]) -> bytes | Path:
    """A large upload lies in a temporary file already: it is not read into the memory of the web process."""
    path = getattr(stream, "temporary_file_path", None)
    stream.seek(0)
    if path is not None:
        return Path(path())
    data = stream.read()
    stream.seek(0)
    return data


# Reading a file that somebody imports, while they wait for what it says (导入时的读取).

TOO_COSTLY = "文件的内容太多或者结构太复杂，没有读完。请只保留需要的内容，用办公软件另存一份后再上传。"
FAILED = "读取文件时发生意外错误。请用办公软件打开后另存一份，再上传。"
BUSY = "服务器正忙，文件没有读完。请过一会儿再试一次。"


def read_for_import(
    function: str, source: bytes | Path, *, limits: Limits = IMPORT, is_opened_there: bool = False, **arguments: Any
) -> SandboxAnswer:
    """As `parse_in_sandbox`; whatever comes in the way is a ParsingRefused, whose sentence says what to do."""
    try:
        return parse_in_sandbox(function, source, limits=limits, arguments=arguments, is_opened_there=is_opened_there)
    except TooCostly as limit:
        logger.warning("%s: a file costs too much: %s", function, limit)
        raise ParsingRefused(TOO_COSTLY, kind="TooCostly") from limit
    except ParsingFailed as failed:
        logger.warning("%s: a file could not be read: %s", function, failed)
        raise ParsingRefused(FAILED, kind="ParsingFailed") from failed
    except Interrupted as interrupted:
        logger.warning("%s: a file was not read: %s", function, interrupted)
        raise ParsingRefused(BUSY, kind="Interrupted") from interrupted
