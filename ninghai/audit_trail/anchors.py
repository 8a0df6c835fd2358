"""Anchors (库外锚点): how long the chain was and where it ended, noted in a file outside the database and in the log.

A chain alone does not see its newest rows cut off, nor that somebody has written it anew from the first row on. The
file belongs on another disk or machine (AUDIT_ANCHOR_FILE); it only grows, a line an hour while the chain grows.
"""

import json
import logging
import os
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.conf import settings

from ninghai.audit_trail.sealing import last_seal

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
    """What the file holds the chain to. `unreadable` counts lines that are no anchors."""

    by_position: dict[int, str]
    last: Anchor | None
    unreadable: int = 0
    contradiction: Anchor | None = None  # of two anchors at one position that do not agree, the later


def anchor_file() -> Path:
    return Path(settings.AUDIT_ANCHOR_FILE)


def drop_anchor(*, at: datetime, event: str = "") -> Anchor | None:
    """Note where the chain ends now, unless that is noted already."""
    seal = last_seal()
    end = (seal.position, seal.digest.hex()) if seal else (0, "")
    last = read_anchors().last
    if not event and (seal is None or (last and end == (last.position, last.digest))):
        return None
    anchor = Anchor(at.astimezone(UTC).isoformat(timespec="seconds"), *end, event=event)
    _append(json.dumps(asdict(anchor)))
    logger.info("audit trail anchored: position %s digest %s", anchor.position, anchor.digest)
    return anchor


def drop_anchor_when_due(*, at: datetime) -> Anchor | None:
    """Once in so many minutes (AUDIT_ANCHOR_MINUTES)."""
    last = read_anchors().last
    every = timedelta(minutes=settings.AUDIT_ANCHOR_MINUTES)
    if last and timedelta() <= at - datetime.fromisoformat(last.at) < every:
        return None
    return drop_anchor(at=at)


def read_anchors() -> Anchors:
    """All anchors that hold, in the order in which they were dropped."""
    held: dict[int, str] = {}
    last, contradiction, unreadable = None, None, 0
    for line in _lines():
        try:
            anchor = Anchor(**json.loads(line))
        except (ValueError, TypeError):
            unreadable += 1
            continue
        if anchor.event == RESTORED:
            held = {position: digest for position, digest in held.items() if position <= anchor.position}
        if anchor.position and held.setdefault(anchor.position, anchor.digest) != anchor.digest:
            contradiction = anchor
        last = anchor
    return Anchors(held, last, unreadable, contradiction)


def _lines() -> list[str]:
    file = anchor_file()
    return file.read_text(encoding="utf-8").splitlines() if file.exists() else []


def _append(line: str) -> None:
    """One whole line, on the disk before this returns."""
    file = anchor_file()
    file.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o640)
    try:
        os.write(handle, f"{line}\n".encode())
        os.fsync(handle)
    finally:
        os.close(handle)
