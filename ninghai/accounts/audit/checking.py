"""Checking the trail (审计核对): along the whole chain every seal is computed anew; what does not fit is told in words, and a bad result is told at once."""

import logging
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum

from django.db import connection, transaction
from django.urls import reverse
from django.utils import timezone

from ninghai.accounts.audit.anchors import Anchors, read_anchors
from ninghai.accounts.audit.sealing import FIRST, LATE, WRITTEN, Seal, border, content_of_row, seal_everything
from ninghai.models import AuditEntry, AuditSeal, SafetyCheck
from ninghai.operations.safety_checks import is_due_by_night, keep_result

# What does not fit (异常): of which kind the tampering is, and in which words it is told.


class TamperingKind(Enum):
    CHANGED = "记录被修改"
    DELETED = "记录被删除"
    INSERTED = "记录被插入"
    CHANGED_SEAL = "封存被修改"
    CUT_OFF = "末尾被截断"
    REORDERED = "顺序被调换"
    REWRITTEN = "整条封存链被改写"
    LOST = "库外锚点丢失"
    UNREADABLE = "库外锚点损坏"
    UNPROVEN = "库外锚点被放开"


@dataclass(slots=True)
class Misfit:
    """One thing that does not fit: at which position of the chain, about which row of the trail."""

    kind: TamperingKind
    position: int | None
    entry: int | None
    until: int | None = None  # of several positions, the last
    written: str = ""
    content: bytes = b""

    def __str__(self) -> str:
        """One sentence for the auditor."""
        return f"{self.kind.value}：{'，'.join([*self._place(), self._words()])}"

    def _place(self) -> list[str]:
        """Nowhere, where it is about the anchors."""
        if self.until and self.until != self.position:
            return [f"封存第{self.position}至{self.until}号"]
        place = [f"封存第{self.position}号"] if self.position else []
        row = [f"审计记录编号{self.entry}"] if self.entry else []
        return ["、".join([*place, *row])] if place or row else []

    def _words(self) -> str:
        match self.kind:
            case TamperingKind.CHANGED:
                return f"内容与封存时不一致。现在的内容：{_entry_words(self.entry)}。"
            case TamperingKind.DELETED:
                return "封存时有的记录已经不在。"
            case TamperingKind.INSERTED:
                return f"这条记录没有封存，而之后的记录早已封存。现在的内容：{_entry_words(self.entry)}。"
            case TamperingKind.CHANGED_SEAL:
                return "封存记录本身与散列值不符，或与上一号不相接。"
            case TamperingKind.CUT_OFF:
                return "库外锚点登记过这些封存，数据库里已经没有。"
            case TamperingKind.REORDERED:
                return "记录与别的记录调换了位置。"
            case TamperingKind.LOST:
                return "锚点文件不见了或者被清空，链尾登记还在。请查明原因，从备份取回锚点文件。"
            case TamperingKind.REWRITTEN:
                return "散列值与库外锚点登记的不同。"
            case TamperingKind.UNREADABLE:
                return "锚点文件里有无法识别的行，这几次登记不能用来核对。请查明原因，从备份取回锚点文件。"
            case TamperingKind.UNPROVEN:
                return "锚点文件登记数据曾经恢复、此后的锚点不再有效，而审计记录里没有这次恢复。"


def what_is_wrong_with(seal: Seal, written: str | None, *, before: int, head: bytes) -> Misfit:
    """The kind of what does not fit at this seal; `before` and `head` are the position and digest that it follows."""
    place = (seal.position, seal.entry)
    if not seal.is_bound:
        belongs_elsewhere = AuditSeal.objects.filter(digest=seal.previous).exclude(position=seal.position - 1).exists()
        return Misfit(TamperingKind.REORDERED if belongs_elsewhere else TamperingKind.CHANGED_SEAL, *place)
    if seal.position != before + 1:
        return Misfit(TamperingKind.DELETED, before + 1, None, until=seal.position - 1)
    if written is None:
        return Misfit(TamperingKind.DELETED, *place)
    if seal.content != content_of_row(seal.entry, written):
        return Misfit(TamperingKind.CHANGED, *place, written=written, content=seal.content)
    return Misfit(TamperingKind.CHANGED_SEAL, *place)


def misplaced_rows(misfits: list[Misfit]) -> None:
    """Of the rows that seem changed, those that hold what was sealed as another row have been exchanged."""
    changed = [misfit for misfit in misfits if misfit.kind is TamperingKind.CHANGED]
    for one in changed[:100]:
        if any(content_of_row(other.entry or 0, one.written) == other.content for other in changed):
            one.kind = TamperingKind.REORDERED


def against_anchors(anchors: Anchors, *, length: int) -> Iterator[Misfit]:
    """What only the anchors know: how far the chain once reached."""
    longest = max(anchors.by_position, default=0)
    if longest > length:
        yield Misfit(TamperingKind.CUT_OFF, length + 1, None, until=longest)
    if anchors.unreadable:
        yield Misfit(TamperingKind.UNREADABLE, None, None)
    for each in anchors.restored:
        if not _is_noted_restore(after=each.position):
            yield Misfit(TamperingKind.UNPROVEN, each.position, None)
    if anchors.is_lost:
        yield Misfit(TamperingKind.LOST, None, None)
    if anchors.contradiction:
        yield Misfit(TamperingKind.REWRITTEN, anchors.contradiction.position, None)


def _is_noted_restore(*, after: int) -> bool:
    """Whether a restore stands in the trail itself and was the next thing sealed, with what waited then: one line in a
    file alone excuses nothing, nor does a restore of another day."""
    restores = AuditEntry.objects.filter(action=AuditEntry.Action.RESTORE).values("pk")
    next_sealing = AuditSeal.objects.filter(position=after + 1).values("sealed_at")
    sealed = AuditSeal.objects.filter(position__gt=after, entry_id__in=restores)
    return sealed.filter(sealed_at__in=next_sealing).exists()


def _entry_words(entry: int | None) -> str:
    """The row as it stands now, so that the auditor finds it."""
    row = AuditEntry.objects.filter(pk=entry or 0).select_related("actor").first()
    if row is None:
        return "无"
    who = row.actor or "系统"
    return f"{timezone.localtime(row.at):%Y-%m-%d %H:%M} {who} {row.get_action_display()} {row.target_label}"


# Walking (核对) along the whole chain: every seal is computed anew, and every row of the trail beside it.

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
        verdict.add(Misfit(TamperingKind.REWRITTEN, seal.position, seal.entry))
    verdict.length, verdict.head = seal.position, seal.digest


def _look_for_added_rows(verdict: Verdict, *, at: datetime) -> None:
    """Rows without a seal: old ones were put there later, young ones wait for theirs."""
    old = border(at=at - LATE)
    with connection.cursor() as cursor:
        cursor.execute(UNSEALED)
        while rows := cursor.fetchmany(STEP):
            for (entry,) in rows:
                if entry <= old:
                    verdict.add(Misfit(TamperingKind.INSERTED, None, entry))
                else:
                    verdict.waiting += 1


# Checking the trail (审计核对): by night and by `manage.py verify_audit`; the result is kept and a bad one is told.

NAMED = 20  # misfits that the kept words name

logger = logging.getLogger(__name__)


def check_trail(*, at: datetime, tell: Tell = lambda done: None) -> Verdict:
    """Seal what waits, walk the whole chain, keep the result."""
    seal_everything(at=at)
    verdict = walk(at=at, tell=tell)
    if not verdict.is_good:
        logger.error("audit trail: %s misfits, the first: %s", verdict.wrong, verdict.first)
    keep_result(
        kind=SafetyCheck.Kind.TRAIL,
        at=at,
        is_good=verdict.is_good,
        looked_at=verdict.length,
        words=words_of(verdict),
        url=reverse("admin:ninghai_auditentry_chain"),
    )
    return verdict


def check_trail_by_night(*, at: datetime) -> None:
    """Once a night."""
    if is_due_by_night(SafetyCheck.Kind.TRAIL, at=at):
        check_trail(at=at)


def words_of(verdict: Verdict) -> str:
    """The result for the auditor: the first thing wrong first."""
    if verdict.is_good:
        return f"审计记录完好：核对 {verdict.length} 条，链尾散列值 {verdict.head.hex()[:16]}…，{_anchors(verdict)}。"
    named = [str(misfit) for misfit in verdict.misfits[:NAMED]]
    more = [f"另有 {verdict.wrong - len(named)} 处。"] if verdict.wrong > len(named) else []
    return "\n".join([f"审计记录有 {verdict.wrong} 处异常（核对 {verdict.length} 条），第一处：", *named, *more])


def _anchors(verdict: Verdict) -> str:
    held = len(verdict.anchors.by_position)
    restored = verdict.anchors.restored
    since = f"（{restored[-1].at} 恢复数据后重新登记）" if restored else ""
    return f"与 {held} 个库外锚点一致{since}" if held else "还没有库外锚点"
