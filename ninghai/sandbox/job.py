"""One file in the sandbox: the process reads the request, sets its own limits, parses, answers, and ends.

A signal that nothing catches ends it at a limit: no parser, whatever it is written in, gets past that.
"""

import importlib
import json
import math
import re
import resource
import signal
from collections.abc import Callable
from contextlib import suppress
from io import BufferedRWPair
from pathlib import Path
from typing import Any, cast

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
