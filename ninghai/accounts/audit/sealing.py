"""Sealing (封存): what is new in the trail is bound into the chain, in the order in which it became visible.

One process seals at a time; whoever writes the trail never waits. A row that a long transaction makes visible late is
sealed late. A row that turns up more than a day late never is: nothing here takes so long, somebody has put it there.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import astuple, dataclass
from datetime import UTC, datetime, timedelta

from django.db import connection, transaction

from ninghai.models import AuditSeal

# How a row of the trail is written down to be hashed, and how a seal is bound to the one before it.

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


LOCK = 2018_45  # any number of our own; one per database
PIECE = 5_000
LATE = timedelta(days=1)
SOON = timedelta(minutes=10)
ABOUT = 1_000  # seals before the border among which the highest row is looked for

UNSEALED = f"""
    SELECT e.id, {WRITTEN[NEWEST]} FROM ninghai_auditentry e
    WHERE e.id > %s AND NOT EXISTS (SELECT FROM ninghai_auditseal s WHERE s.entry_id = e.id)
    ORDER BY e.id LIMIT %s
"""  # noqa: S608 - our own words
COPY = (
    "COPY ninghai_auditseal (position, entry_id, form, content, sealed_at, previous, digest) FROM STDIN"  # as in Seal
)
BORDER = """
    SELECT max(entry_id) FROM (
        SELECT entry_id FROM ninghai_auditseal WHERE sealed_at < %s ORDER BY position DESC LIMIT %s
    ) AS before
"""


def seal_new_rows(*, at: datetime, look_back: timedelta = SOON) -> int:
    """Seal what is not sealed yet, so many rows at most; return how many. 0 also while another process seals.

    `look_back` is how late a row may turn up: a wide look costs more and is needed seldom.
    """
    return len(_seal_piece(above=border(at=at - look_back), at=at))


def seal_latecomers(*, at: datetime) -> int:
    """Seal also what a long transaction has made visible late."""
    return seal_new_rows(at=at, look_back=LATE)


def seal_everything(*, at: datetime) -> int:
    """Seal all that there is, piece by piece."""
    total, above = 0, border(at=at - LATE)
    while sealed := _seal_piece(above=above, at=at):
        total += len(sealed)
        above = sealed[-1]
    return total


def _seal_piece(*, above: int, at: datetime) -> list[int]:
    """Seal the first unsealed rows with a higher id; return their ids."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
        if not cursor.fetchone()[0]:
            return []
        cursor.execute(UNSEALED, [above, PIECE])
        if rows := cursor.fetchall():
            _write(_chain(rows, at=at))
        return [entry for entry, _ in rows]


def border(*, at: datetime) -> int:
    """Rows up to this id were all there to be sealed at that moment."""
    with connection.cursor() as cursor:
        cursor.execute(BORDER, [at, ABOUT])
        return cursor.fetchone()[0] or 0


def last_seal() -> Seal | None:
    """The end of the chain."""
    row = AuditSeal.objects.order_by("-position").first()
    return (
        None
        if row is None
        else Seal(
            row.position,
            row.entry_id,
            row.form,
            bytes(row.content),
            row.sealed_at,
            bytes(row.previous),
            bytes(row.digest),
        )
    )


def _chain(rows: Iterable[tuple[int, str]], *, at: datetime) -> list[Seal]:
    seals: list[Seal] = []
    last = last_seal()
    for entry, written in rows:
        last = next_seal(after=last, entry=entry, written=written, at=at)
        seals.append(last)
    return seals


def _write(seals: list[Seal]) -> None:
    with connection.cursor() as cursor, cursor.copy(COPY) as copy:
        for seal in seals:
            copy.write_row(astuple(seal))
