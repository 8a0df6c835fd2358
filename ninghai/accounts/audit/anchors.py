"""Anchors (库外锚点): how long the chain was and where it ended, noted in a file outside the database and in the log.

A chain alone does not see its newest rows cut off, nor that somebody has written it anew from the first row on. The
file belongs on another disk or machine (AUDIT_ANCHOR_FILE); it only grows, a line an hour while the chain grows. Beside
it a second file (….head) holds the last end alone, noted anew with every sealing: what is cut off within the hour is
seen, too, and that the first file was taken away.
"""

import json
import logging
import os
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.conf import settings

from ninghai.accounts.audit.sealing import last_seal, seal_new_rows

logger = logging.getLogger(__name__)

RESTORED = "restored"  # what was anchored before and lies behind this line's position went with the old database


@dataclass(frozen=True, slots=True)
class Anchor:
    at: str
    position: int
    digest: str
    event: str = ""


@dataclass(frozen=True, slots=True)
class Anchors:
    """What the file holds the chain to. `unreadable` counts lines that are no anchors.

    `restored` are the lines that let go of what was anchored behind them, but for those that were let go themselves.
    """

    by_position: dict[int, str]
    last: Anchor | None
    unreadable: int = 0
    restored: tuple[Anchor, ...] = ()
    is_lost: bool = False  # of the two files only the lesser is left
    contradiction: Anchor | None = None  # of two anchors at one position that do not agree, the later


def anchor_file() -> Path:
    return Path(settings.AUDIT_ANCHOR_FILE)


def drop_anchor(*, at: datetime, event: str = "") -> Anchor | None:
    """Note where the chain ends now, unless that is noted already."""
    end, last = _end(), read_anchors().last
    if not event and (end is None or (last and end == (last.position, last.digest))):
        return None
    anchor = Anchor(_moment(at), *(end or (0, "")), event=event)
    _append(json.dumps(asdict(anchor)))
    _keep_head(anchor)
    logger.info("audit trail anchored: position %s digest %s", anchor.position, anchor.digest)
    return anchor


def seal_and_note_head(*, at: datetime) -> None:
    """Seal what is new in the trail, and note where its chain ends now."""
    if seal_new_rows(at=at):
        note_head(at=at)


def note_head(*, at: datetime) -> None:
    """Note where the chain ends now in place of where it ended before, once there are anchors."""
    if (end := _end()) and anchor_file().exists():
        _keep_head(Anchor(_moment(at), *end))


def drop_anchor_when_due(*, at: datetime) -> Anchor | None:
    """Once in so many minutes (AUDIT_ANCHOR_MINUTES)."""
    last = read_anchors().last
    every = timedelta(minutes=settings.AUDIT_ANCHOR_MINUTES)
    if last and timedelta() <= at - datetime.fromisoformat(last.at) < every:
        return None
    return drop_anchor(at=at)


def read_anchors() -> Anchors:
    """All anchors that hold, in the order in which they were dropped, and where the chain ended last."""
    held: dict[int, str] = {}
    restored: tuple[Anchor, ...] = ()
    last, contradiction = None, None
    lines, head = _lines(anchor_file()), _lines(_head_file())
    anchors = [_read(line) for line in lines]
    for anchor in filter(None, anchors):
        if anchor.event == RESTORED:
            held = {position: digest for position, digest in held.items() if position <= anchor.position}
            restored = (*(each for each in restored if each.position < anchor.position), anchor)
        if not _agrees(held, anchor):
            contradiction = anchor
        last = anchor
    ends = [_read(line) for line in head]
    for anchor in filter(None, ends):
        if not _agrees(held, anchor):
            contradiction = anchor
    unreadable = [*anchors, *ends].count(None)
    is_lost = bool(head) and last is None
    return Anchors(held, last, unreadable, restored, is_lost=is_lost, contradiction=contradiction)


def _agrees(held: dict[int, str], anchor: Anchor) -> bool:
    """Whether no other end was noted at its position; from now on this one is."""
    return not anchor.position or held.setdefault(anchor.position, anchor.digest) == anchor.digest


def _read(line: str) -> Anchor | None:
    try:
        return Anchor(**json.loads(line))
    except (ValueError, TypeError):
        return None


def _end() -> tuple[int, str] | None:
    seal = last_seal()
    return (seal.position, seal.digest.hex()) if seal else None


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds")


def _head_file() -> Path:
    return anchor_file().with_name(f"{anchor_file().name}.head")


def _lines(file: Path) -> list[str]:
    return file.read_text(encoding="utf-8").splitlines() if file.exists() else []


def _keep_head(anchor: Anchor) -> None:
    """In one step: whoever reads it meanwhile reads the one or the other."""
    head = _head_file()
    new = head.with_name(f"{head.name}.new")
    new.write_text(f"{json.dumps(asdict(anchor))}\n", encoding="utf-8")
    new.replace(head)


def _append(line: str) -> None:
    """One whole line, on the disk before this returns; after one that was cut off it begins anew."""
    file = anchor_file()
    file.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(file, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o640)
    try:
        size = os.fstat(handle).st_size
        begin = "\n" if size and os.pread(handle, 1, size - 1) != b"\n" else ""
        os.write(handle, f"{begin}{line}\n".encode())
        os.fsync(handle)
    finally:
        os.close(handle)
