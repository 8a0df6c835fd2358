"""Walking (核对) along the whole chain: every seal is computed anew, and every row of the trail beside it."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import datetime

from django.db import connection, transaction

from ninghai.audit_trail.anchors import Anchors, read_anchors
from ninghai.audit_trail.form import FIRST, WRITTEN, Seal, content_of_row
from ninghai.audit_trail.sealing import LATE, border
from ninghai.audit_trail.tampering import Kind, Misfit, against_anchors, misplaced_rows, what_is_wrong_with

STEP = 20_000
MOST_NAMED = 1_000  # misfits that are kept with their place; the count goes on

FORMS = "\n".join(f"WHEN {number} THEN {written}" for number, written in WRITTEN.items())
STRETCH = f"""
    SELECT s.position, s.entry_id, s.form, s.content, s.sealed_at, s.previous, s.digest, e.id, CASE s.form {FORMS} END
    FROM ninghai_auditseal s LEFT JOIN ninghai_auditentry e ON e.id = s.entry_id
    WHERE s.position > %s ORDER BY s.position LIMIT %s
"""  # noqa: S608 - our own words
UNSEALED = """
    SELECT e.id FROM ninghai_auditentry e
    WHERE NOT EXISTS (SELECT FROM ninghai_auditseal s WHERE s.entry_id = e.id) ORDER BY e.id
"""


@dataclass(slots=True)
class Verdict:
    """What a walk has found. `waiting` rows are young and not sealed yet."""

    anchors: Anchors
    length: int = 0
    head: bytes = FIRST
    waiting: int = 0
    wrong: int = 0
    misfits: list[Misfit] = field(default_factory=list)

    @property
    def is_good(self) -> bool:
        return not self.wrong

    @property
    def first(self) -> Misfit | None:
        return self.misfits[0] if self.misfits else None

    def add(self, misfit: Misfit) -> None:
        self.wrong += 1
        if len(self.misfits) < MOST_NAMED:
            self.misfits.append(misfit)


Tell = Callable[[int], object]


def walk(*, at: datetime, tell: Tell = lambda done: None) -> Verdict:
    """Go through the chain from its first seal to its last, as it is at one moment; `tell` hears how far it is."""
    verdict = Verdict(anchors=read_anchors())  # before the chain is read: it grows meanwhile
    with one_moment():
        for seal, written in _seals():
            _look_at(seal, written, verdict)
            if seal.position % STEP == 0:
                tell(seal.position)
        _look_for_added_rows(verdict, at=at)
    misplaced_rows(verdict.misfits)
    for misfit in against_anchors(verdict.anchors, length=verdict.length):
        verdict.add(misfit)
    return verdict


def one_moment() -> AbstractContextManager[None]:
    """Everything inside is read as it was at one moment, however long it takes."""
    return _already_within() if connection.in_atomic_block else _snapshot()


@contextmanager
def _already_within() -> Iterator[None]:
    yield


@contextmanager
def _snapshot() -> Iterator[None]:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


def _seals() -> Iterator[tuple[Seal, str | None]]:
    """Each seal with its row as it is written now; None where there is no row."""
    done = 0
    while True:
        with connection.cursor() as cursor:
            cursor.execute(STRETCH, [done, STEP])
            rows = cursor.fetchall()
        if not rows:
            return
        for *seal, found, written in rows:
            yield Seal(*seal), written if found is not None else None
        done = rows[-1][0]


def _look_at(seal: Seal, written: str | None, verdict: Verdict) -> None:
    """Compare one seal with what it should be, and go on from it as it stands."""
    fits = (
        seal.position == verdict.length + 1
        and seal.previous == verdict.head
        and seal.is_bound
        and written is not None
        and seal.content == content_of_row(seal.entry, written)
    )
    if not fits:
        verdict.add(what_is_wrong_with(seal, written, before=verdict.length, head=verdict.head))
    anchored = verdict.anchors.by_position.get(seal.position)
    if anchored and anchored != seal.digest.hex():
        verdict.add(Misfit(Kind.REWRITTEN, seal.position, seal.entry))
    verdict.length, verdict.head = seal.position, seal.digest


def _look_for_added_rows(verdict: Verdict, *, at: datetime) -> None:
    """Rows without a seal: old ones were put there later, young ones wait for theirs."""
    old = border(at=at - LATE)
    with connection.cursor() as cursor:
        cursor.execute(UNSEALED)
        while rows := cursor.fetchmany(STEP):
            for (entry,) in rows:
                if entry <= old:
                    verdict.add(Misfit(Kind.INSERTED, None, entry))
                else:
                    verdict.waiting += 1
