"""Looking into a file within bounds: what was found, or why it cannot be looked into; apart, in a process of its own.

A broken or hostile file may cost any amount of time and memory: `look_apart` gives it so much and no more.
"""

import json
import logging
import re
import resource
import subprocess
import sys
import zlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from ninghai.personal_data.reading.content import UnreadableFile
from ninghai.personal_data.reading.reader import suffix
from ninghai.personal_data.reading.visible import visible_text
from ninghai.personal_data.scan import Found, findings
from ninghai.unpacked_size import unpacked_size

logger = logging.getLogger(__name__)

ROOT = Path(__file__).parents[2]
MOST_HITS = 20_000  # in one file; nobody rules on more
TOO_MANY = f"发现的个人信息超过{MOST_HITS}处，请去标识化后重新上传。"
UNEXPECTED = "检查时发生意外错误。请用办公软件打开后另存一份，重新上传。"
TOO_LONG = "文件太大或结构太复杂，检查没有完成。请拆分后重新上传。"

QUICK_PLAIN, QUICK_UNPACKED, QUICK_PDF = 1_000_000, 2_000_000, 100_000  # bytes that take about a second
CHEAP_UNPACKED, CHEAP_PDF = 20_000_000, 50_000_000  # bytes
STREAM = re.compile(rb"(?<!end)stream(?:\r\n|\n|\r)")
PIECE = 64 * 1024  # bytes
ZLIB = b"\x78"  # the byte with which packed streams begin
PACKED_OTHERWISE = re.compile(rb"/(?:LZW|RL|RunLength|ASCII|A85|AHx)|/Fl(?:ateDecode)?\s*/Fl")  # or one in another
ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")  # a character of a name
PACKED = {".xlsx", ".docx", ".pptx", ".ofd", ".zip"}
PICTURES = {".jpg", ".jpeg", ".png"}
SECONDS = 900  # of computing; a file of 1,000 pages takes a tenth of it
PATIENCE = 3  # so many times as long on a busy machine
TEXT_SECONDS = 20  # for the words of a file that somebody publishes
MEMORY = 3 * 1024**3  # bytes of address space


@dataclass(frozen=True, slots=True)
class Looked:
    """The hits as `Found.as_json` tells them, without the file's own name; or why it cannot be looked into."""

    hits: list[dict[str, str | bool]]
    unreadable: list[str]


def is_quick(*, name: str, data: bytes) -> bool:
    """Whether it takes about a second at most, so that somebody may wait for it."""
    kind = suffix(name)
    if kind in PICTURES:
        return True
    if kind == ".pdf":
        return len(data) <= QUICK_PDF and unpacks_within(data, most=QUICK_UNPACKED)
    if kind in PACKED:
        return unpacked_size(data) <= QUICK_UNPACKED
    return len(data) <= QUICK_PLAIN


def is_cheap(*, name: str, data: bytes) -> bool:
    """Whether it fills neither the memory nor the minute of the process that reads it."""
    if suffix(name) == ".pdf":
        return unpacks_within(data, most=CHEAP_PDF)
    return unpacked_size(data) <= CHEAP_UNPACKED


def unpacks_within(pdf: bytes, *, most: int) -> bool:
    """Whether the streams of a PDF are packed in the usual way, and are no more than so many bytes."""
    left = most
    for begin in STREAM.finditer(pdf):
        try:
            left -= _unpacked_stream(memoryview(pdf)[begin.end() :], most=left)
        except zlib.error:  # a picture, or not packed; but half a stream is read, too
            left -= most + 1 if pdf.startswith(ZLIB, begin.end()) else 0
        if left < 0:
            return False
    plain = ESCAPED.sub(lambda match: bytes.fromhex(match[1].decode()), pdf)
    return not PACKED_OTHERWISE.search(plain)


def _unpacked_stream(packed: memoryview, *, most: int) -> int:
    """Bytes of the stream that begins there, counted until they are more than that."""
    unpacker, size = zlib.decompressobj(), 0
    for place in range(0, len(packed), PIECE):
        size += len(unpacker.decompress(packed[place : place + PIECE], most - size + 1))
        if unpacker.eof or size > most:
            break
    return size


def look(*, name: str, data: bytes) -> Looked:
    """Everything in the file; never raises, whatever the file is."""
    try:
        found = list(islice(findings(name=name, data=data), MOST_HITS + 1))
    except UnreadableFile as refused:
        return Looked([], [str(refused)])
    except Exception:  # of a broken file no parser promises how it fails
        logger.exception("a file could not be looked into")
        return Looked([], [UNEXPECTED])
    if len(found) > MOST_HITS:
        return Looked([], [TOO_MANY])
    return Looked([_kept(each, name) for each in found], [])


def look_apart(*, name: str, data: bytes, seconds: int = SECONDS) -> Looked:
    """The same in a process of its own, which may be given up."""
    told = _told_apart("hits", name=name, data=data, seconds=seconds)
    return Looked(told["hits"], told["unreadable"]) if told else Looked([], [TOO_LONG])


def look_within_bounds(*, name: str, data: bytes) -> Looked:
    """Here, or apart what would cost much."""
    return (look if is_cheap(name=name, data=data) else look_apart)(name=name, data=data)


def text_within_bounds(*, name: str, data: bytes) -> str:
    """What a reader sees in the file, for search; "" where it cannot be read. What would cost much is read apart."""
    if is_cheap(name=name, data=data):
        return _text(name=name, data=data)
    told = _told_apart("text", name=name, data=data, seconds=TEXT_SECONDS)
    return str(told["text"]) if told else ""


def _text(*, name: str, data: bytes) -> str:
    try:
        return storable(visible_text(name=name, data=data))
    except UnreadableFile as refused:
        logger.info("a file has no text: %s", refused)
    except Exception:  # as above
        logger.exception("a file has no text")
    return ""


def _told_apart(what: str, *, name: str, data: bytes, seconds: int) -> dict[str, Any]:
    """What the process tells; nothing when it was given up."""
    command = [sys.executable, "-m", "ninghai.personal_data.looking", what, name, str(seconds)]
    try:
        patience = seconds * PATIENCE
        done = subprocess.run(command, input=data, capture_output=True, timeout=patience, cwd=ROOT, check=True)  # noqa: S603 - our own module
        return dict(json.loads(done.stdout))
    except (subprocess.SubprocessError, ValueError) as error:
        logger.warning("a file was given up: %s", error)
        return {}


def _kept(found: Found, name: str) -> dict[str, str | bool]:
    kept: dict[str, Any] = {**found.as_json(), "file": found.file.removeprefix(name).lstrip("/")}
    return {key: storable(value) if isinstance(value, str) else value for key, value in kept.items()}


def storable(text: str) -> str:
    """What PostgreSQL can keep: a PDF may hold characters that are none."""
    return text.replace("\x00", " ").encode("utf-8", "replace").decode()


def main(arguments: Sequence[str]) -> None:
    """The process apart: the file comes in, what was found, or its text, goes out."""
    what, name, seconds = arguments[0], arguments[1], int(arguments[2])
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 5))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    data = sys.stdin.buffer.read()
    told = {"text": _text(name=name, data=data)} if what == "text" else asdict(look(name=name, data=data))
    sys.stdout.write(json.dumps(told))


if __name__ == "__main__":
    main(sys.argv[1:])
