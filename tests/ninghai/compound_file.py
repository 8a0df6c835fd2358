"""Writes small OLE compound files (MS-CFB, version 3) for tests: storages by path, streams in sectors of their own."""

import struct
from collections.abc import Mapping

SECTOR = 512
FREE, END, FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
SMALLEST_STREAM = 4096  # shorter ones would live in the mini stream
ROOT, STORAGE, STREAM = 5, 1, 2


def compound_file(streams: Mapping[str, bytes]) -> bytes:
    """A container with these streams; "Macros/VBA/dir" makes the storages on the way."""
    entries: list[tuple[str, int, bytes]] = [("Root Entry", ROOT, b"")]
    children: dict[int, list[int]] = {0: []}
    known = {"": 0}
    for path, data in streams.items():
        parent = 0
        *storages, name = path.split("/")
        for depth, storage in enumerate(storages, start=1):
            place = "/".join(storages[:depth])
            if place not in known:
                known[place] = len(entries)
                children[parent].append(len(entries))
                children[len(entries)] = []
                entries.append((storage, STORAGE, b""))
            parent = known[place]
        children[parent].append(len(entries))
        entries.append((name, STREAM, data.ljust(SMALLEST_STREAM, b"\0")))
    return _write(entries, children)


def _write(entries, children) -> bytes:
    directory_sectors = -(-len(entries) // 4)
    table = [FAT, *range(2, directory_sectors + 1), END]
    starts, body = {}, b""
    for index, (_, kind, data) in enumerate(entries):
        if kind == STREAM:
            sectors = -(-len(data) // SECTOR)
            starts[index] = len(table)
            table += [*range(len(table) + 1, len(table) + sectors), END]
            body += data.ljust(sectors * SECTOR, b"\0")
    assert len(table) <= SECTOR // 4, "one table sector is enough for tests"
    siblings = {
        child: following for kids in children.values() for child, following in zip(kids, [*kids[1:], FREE], strict=True)
    }
    directory = b"".join(
        _entry(name, kind, siblings.get(index, FREE), (children.get(index) or [FREE])[0], starts.get(index, END), data)
        for index, (name, kind, data) in enumerate(entries)
    ).ljust(directory_sectors * SECTOR, b"\0")
    return _header() + struct.pack("<128I", *table, *([FREE] * (128 - len(table)))) + directory + body


def _header() -> bytes:
    magic = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    head = magic + bytes(16) + struct.pack("<HHHHH6x", 0x3E, 3, 0xFFFE, 9, 6)
    head += struct.pack("<IIIIIIIII", 0, 1, 1, 0, SMALLEST_STREAM, END, 0, END, 0)
    return head + struct.pack("<109I", 0, *([FREE] * 108))


def _entry(name: str, kind: int, right: int, child: int, start: int, data: bytes) -> bytes:
    encoded = name.encode("utf-16-le") + b"\0\0"
    entry = encoded.ljust(64, b"\0") + struct.pack("<HBBIII", len(encoded), kind, 1, FREE, right, child)
    return entry + bytes(36) + struct.pack("<IQ", start, len(data))
