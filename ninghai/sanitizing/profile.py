"""A profile of colours (ICC.1): the numbers that programs reckon with, without what it says of its maker."""

import struct

HEAD = 128
RECKONED_WITH = frozenset(
    b"rXYZ gXYZ bXYZ rTRC gTRC bTRC kTRC wtpt bkpt chad A2B0 A2B1 A2B2 B2A0 B2A1 B2A2 B2D0 D2B0 gamt".split()
)


def colours_alone(data: bytes) -> bytes:
    """Nothing where it is none: then colours are taken as those of the device."""
    if len(data) < HEAD + 4 or data[36:40] != b"acsp":
        return b""
    count = min(int.from_bytes(data[HEAD : HEAD + 4], "big"), (len(data) - HEAD - 4) // 12)
    tags = [struct.unpack_from(">4sII", data, HEAD + 4 + 12 * number) for number in range(count)]
    pieces = {tag: data[begin : begin + length] for tag, begin, length in tags if tag in RECKONED_WITH}
    begin, table, body = HEAD + 4 + 12 * len(pieces), b"", b""
    for tag, piece in pieces.items():
        table += struct.pack(">4sII", tag, begin + len(body), len(piece))
        body += piece + bytes(-len(piece) % 4)
    return struct.pack(">I", begin + len(body)) + _head(data) + struct.pack(">I", len(pieces)) + table + body


def _head(data: bytes) -> bytes:
    """What kind of profile it is, by which version, and its light; without its length, which stands before it."""
    return bytes(4) + data[8:24] + bytes(12) + b"acsp" + bytes(24) + data[64:80] + bytes(48)
