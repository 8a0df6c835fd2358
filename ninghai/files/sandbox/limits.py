"""How much parsing a file may cost (上限), and what may come of it besides an answer."""

from dataclasses import asdict, dataclass, replace
from typing import Any

# How much parsing a file may cost (上限).

MEGABYTE = 1024**2
PATIENCE = 4  # so many times as long by the clock on the wall: a busy machine is not the file's fault


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """`seconds` of computing, and so many more for each megabyte of the file, `most_seconds` at the highest; `memory` is the
    address space and `output` the length of the answer, in bytes, of which each byte of the file gives so many more."""

    seconds: float
    seconds_per_megabyte: float = 0.0
    most_seconds: float
    memory: int
    output: int = 8 * MEGABYTE
    output_per_byte: int = 0
    most_output: int = 64 * MEGABYTE

    def for_size(self, size: int) -> "Bounds":
        """What a file of so many bytes may cost."""
        seconds = min(self.seconds + self.seconds_per_megabyte * size / MEGABYTE, self.most_seconds)
        output = min(self.output + self.output_per_byte * size, max(self.output, self.most_output))
        return Bounds(cpu=seconds, wall=seconds * PATIENCE + 1, memory=self.memory, output=output)


@dataclass(frozen=True, slots=True)
class Bounds:
    """The limits of one process."""

    cpu: float
    wall: float
    memory: int
    output: int

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


# In the web processes, together with which as many of these as there may be fit into their unit's MemoryMax.
IN_WEB = 360 * MEGABYTE
# While somebody waits for a page: what takes longer, and what is large, is left to a worker.
AT_ONCE = Limits(seconds=0.5, most_seconds=0.5, memory=IN_WEB)
LARGEST_AT_ONCE = 8 * MEGABYTE
SHORTEST = 0.1  # seconds in which a look is worth beginning
# An upload is looked at before it is taken: larger files take longer to send, too. One of half a megabyte has its verdict within a
# second of the click, with what its request does besides.
UPLOAD = Limits(seconds=0.4, seconds_per_megabyte=0.8, most_seconds=20, memory=IN_WEB)
# A sheet or a notice is read while somebody waits for what it says. In the web process an answer of many cells takes
# twenty times its own length: a small file may say little.
IMPORT = Limits(
    seconds=0.6, seconds_per_megabyte=8, most_seconds=25, memory=IN_WEB, output=2 * MEGABYTE, output_per_byte=8
)
# A copy of a file, made while somebody waits, is only handed on.
COPY = replace(IMPORT, output=64 * MEGABYTE)
# By a worker. Its unit allows 3 GiB (docs/deployment/systemd), of which it needs some for itself.
BACKGROUND = Limits(seconds=20, seconds_per_megabyte=40, most_seconds=600, memory=1280 * MEGABYTE, output=64 * MEGABYTE)


def at_once(left: float) -> Limits | None:
    """AT_ONCE for whoever waits so many more seconds for the page; None where that is not worth beginning."""
    seconds = min(left, AT_ONCE.seconds)
    return replace(AT_ONCE, seconds=seconds, most_seconds=seconds) if seconds >= SHORTEST else None


# What may come of parsing a file in the sandbox, besides an answer.


class ParsingRefused(Exception):
    """The parser refuses the file; the text is a sentence fit for the screen, `kind` the name of its exception."""

    def __init__(self, sentence: str, *, kind: str) -> None:
        super().__init__(sentence)
        self.kind = kind


class ParsingFailed(Exception):
    """The parser stumbled over the file in a way that nobody foresaw: it says so again next time."""


class TooCostly(Exception):
    """The file would cost more time, memory or output than it is allowed to; `limit` names which."""

    def __init__(self, limit: str) -> None:
        super().__init__(limit)
        self.limit = limit


class Interrupted(Exception):
    """The process was ended from outside, or the file could not be read just then: this says nothing about its content."""

    def __init__(self, why: str, *, on_purpose: bool = False) -> None:
        super().__init__(why)
        self.on_purpose = on_purpose  # somebody asked it to end (SIGTERM), as when the whole service stops
