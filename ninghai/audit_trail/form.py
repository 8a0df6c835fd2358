"""How a row of the trail is written down to be hashed, and how a seal is bound to the one before it.

A form is never changed: seals made with it must stay true. A new column of the trail needs a new form.
"""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime

FIRST = b"\x00" * 32  # what stands before the first seal
NEWEST = 1
# Names and functions of PostgreSQL alone, whatever a session has set; the id comes first, so that a row that was
# moved to another id can be told from one that was changed.
WRITTEN = {
    1: """
        pg_catalog.jsonb_build_array(
            pg_catalog.to_char(e.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US'),
            e.actor_id, e.acting_unit_id, e.acting_role, e.action, e.target_type, e.target_id, e.target_label,
            e.from_status, e.to_status, e.reason, e.detail, e.address::text, e.request_id
        )::text
    """,
}


def content_of_row(entry: int, written: str) -> bytes:
    """The content hash of the row with this id."""
    return hashlib.sha256(f"{entry}|{written}".encode()).digest()


@dataclass(frozen=True, slots=True)
class Seal:
    """A seal as it stands in its table."""

    position: int
    entry: int
    form: int
    content: bytes
    sealed_at: datetime
    previous: bytes
    digest: bytes

    @property
    def is_bound(self) -> bool:
        """Whether its digest is that of its place, its row and the seal before it."""
        return self.digest == digest_of(
            position=self.position,
            entry=self.entry,
            form=self.form,
            content=self.content,
            sealed_at=self.sealed_at,
            previous=self.previous,
        )


def digest_of(*, position: int, entry: int, form: int, content: bytes, sealed_at: datetime, previous: bytes) -> bytes:
    """What binds a seal to its place, its row and the seal before it."""
    moment = sealed_at.astimezone(UTC).isoformat(timespec="microseconds")
    bound = f"{position}|{entry}|{form}|{content.hex()}|{moment}|{previous.hex()}"
    return hashlib.sha256(bound.encode()).digest()


def next_seal(*, after: Seal | None, entry: int, written: str, at: datetime) -> Seal:
    """The seal of a row, behind the last one."""
    position, previous = (after.position + 1, after.digest) if after else (1, FIRST)
    content = content_of_row(entry, written)
    digest = digest_of(position=position, entry=entry, form=NEWEST, content=content, sealed_at=at, previous=previous)
    return Seal(position, entry, NEWEST, content, at, previous, digest)
