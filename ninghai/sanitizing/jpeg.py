"""The segments of a JPEG: where the picture ends, and the picture without what cameras and others write beside it."""

from collections.abc import Iterator

SOI, EOI, SOS, TEM = 0xD8, 0xD9, 0xDA, 0x01
RESTARTS = range(0xD0, 0xD8)
NEEDED = {0xC4, 0xDB, 0xDC, 0xDD, 0xC0, 0xC1, 0xC2, 0xC3, 0xC5, 0xC6, 0xC7, 0xC9, 0xCA, 0xCB, 0xCC, 0xCD, 0xCE, 0xCF}
JFIF, ADOBE = 0xE0, 0xEE
ADOBE_LENGTH = 16  # with its mark
JFIF_LENGTH = 18  # with its mark, and without a thumbnail


class JpegBroken(Exception):
    """The segments cannot be told apart."""


def end_of_picture(data: bytes) -> int:
    """Where the byte behind the picture's end mark stands."""
    return max(end for _, _, end in segments(data))


def pixels_alone(data: bytes) -> bytes:
    """The same picture to the pixel, without notes, thumbnails, properties and anything behind it."""
    return b"".join(_kept(data[begin:end], mark) for mark, begin, end in segments(data))


def segments(data: bytes) -> Iterator[tuple[int, int, int]]:
    """Each segment's mark, beginning and end; a scan's pixels belong to the mark before them."""
    if data[:2] != b"\xff\xd8":
        raise JpegBroken
    yield SOI, 0, 2
    place = 2
    while True:
        begin = place
        while data[place : place + 1] == b"\xff":
            place += 1
        if place == begin or place >= len(data):
            raise JpegBroken
        mark, place = data[place], place + 1
        if mark == EOI:
            yield mark, place - 2, place
            return
        if mark not in RESTARTS and mark != TEM:
            place = _behind(data, place, mark)
        yield mark, begin, place


def _behind(data: bytes, place: int, mark: int) -> int:
    length = int.from_bytes(data[place : place + 2], "big")
    place += length
    if length < 2 or place > len(data):
        raise JpegBroken
    return _behind_scan(data, place) if mark == SOS else place


def _behind_scan(data: bytes, place: int) -> int:
    """The next mark that is neither a stuffed byte nor a restart."""
    while (place := data.find(b"\xff", place)) >= 0 and place + 1 < len(data):
        following = data[place + 1]
        if following == 0 or following in RESTARTS:
            place += 2
        elif following == 0xFF:
            place += 1
        else:
            return place
    raise JpegBroken


def _kept(segment: bytes, mark: int) -> bytes:
    if mark in {SOI, EOI, SOS, TEM} or mark in RESTARTS or mark in NEEDED:
        return segment
    if mark == ADOBE and segment[4:9] == b"Adobe" and len(segment) == ADOBE_LENGTH:
        return segment
    if mark == JFIF and segment[4:9] == b"JFIF\0" and len(segment) == JFIF_LENGTH:
        return segment
    return b""
