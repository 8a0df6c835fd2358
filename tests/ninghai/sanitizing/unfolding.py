"""Everything that somebody could dig out of a file: its bytes, its parts and streams unpacked, and what is packed in those."""

import base64
import io
import re
import zlib
from collections.abc import Iterator
from zipfile import BadZipFile, ZipFile

DEEPEST = 4
PACKED = re.compile(rb"\x78[\x01\x5e\x9c\xda]")
BASE64 = re.compile(rb"[A-Za-z0-9+/]{24,}={0,2}")
HEX = re.compile(rb"(?:[0-9A-Fa-f]{2}\s*){12,}")


def everything_in(data: bytes, *, depth: int = 0) -> Iterator[bytes]:
    """The data, as it is and in the usual disguises."""
    yield data
    yield data.replace(b"\x00", b"")  # UTF-16
    if depth == DEEPEST:
        return
    for piece in (*_entries(data), *_streams(data)):
        yield from everything_in(piece, depth=depth + 1)
    if depth < 2:
        yield from _written_otherwise(data)


def _entries(data: bytes) -> list[bytes]:
    try:
        with ZipFile(io.BytesIO(data)) as container:
            names = "\n".join(container.namelist()).encode()
            return [names, *(container.read(name) for name in container.namelist())]
    except (BadZipFile, OSError, RuntimeError, ValueError):
        return []


def _streams(data: bytes) -> Iterator[bytes]:
    for begin in PACKED.finditer(data):
        try:
            yield zlib.decompressobj().decompress(data[begin.start() :], 20_000_000)
        except zlib.error:
            continue


def _written_otherwise(data: bytes) -> Iterator[bytes]:
    for words in BASE64.findall(data):
        yield base64.b64decode(words + b"=" * (-len(words) % 4), validate=False) if len(words) % 4 != 1 else words
    for digits in HEX.findall(data):
        yield bytes.fromhex(digits.decode())
