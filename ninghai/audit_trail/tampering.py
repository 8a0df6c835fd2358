"""What does not fit (异常): of which kind the tampering is, and in which words it is told."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from django.utils import timezone

from ninghai.audit_trail.anchors import Anchors
from ninghai.audit_trail.form import Seal, content_of_row
from ninghai.models import AuditEntry, AuditSeal


class Kind(Enum):
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

    kind: Kind
    position: int | None
    entry: int | None
    until: int | None = None  # of several positions, the last
    written: str = ""
    content: bytes = b""

    def __str__(self) -> str:
        """One sentence for the auditor."""
        return f"{self.kind.value}：{'，'.join([*self._place(), self._said()])}"

    def _place(self) -> list[str]:
        """Nowhere, where it is about the anchors."""
        if self.until and self.until != self.position:
            return [f"封存第{self.position}至{self.until}号"]
        place = [f"封存第{self.position}号"] if self.position else []
        row = [f"审计记录编号{self.entry}"] if self.entry else []
        return ["、".join([*place, *row])] if place or row else []

    def _said(self) -> str:
        match self.kind:
            case Kind.CHANGED:
                return f"内容与封存时不一致。现在的内容：{_told(self.entry)}。"
            case Kind.DELETED:
                return "封存时有的记录已经不在。"
            case Kind.INSERTED:
                return f"这条记录没有封存，而之后的记录早已封存。现在的内容：{_told(self.entry)}。"
            case Kind.CHANGED_SEAL:
                return "封存记录本身与散列值不符，或与上一号不相接。"
            case Kind.CUT_OFF:
                return "库外锚点登记过这些封存，数据库里已经没有。"
            case Kind.REORDERED:
                return "记录与别的记录调换了位置。"
            case Kind.LOST:
                return "锚点文件不见了或者被清空，链尾登记还在。请查明原因，从备份取回锚点文件。"
            case Kind.REWRITTEN:
                return "散列值与库外锚点登记的不同。"
            case Kind.UNREADABLE:
                return "锚点文件里有无法识别的行，这几次登记不能用来核对。请查明原因，从备份取回锚点文件。"
            case Kind.UNPROVEN:
                return "锚点文件登记数据曾经恢复、此后的锚点不再有效，而审计记录里没有这次恢复。"


def what_is_wrong_with(seal: Seal, written: str | None, *, before: int, head: bytes) -> Misfit:
    """The kind of what does not fit at this seal; `before` and `head` are the position and digest that it follows."""
    place = (seal.position, seal.entry)
    if not seal.is_bound:
        belongs_elsewhere = AuditSeal.objects.filter(digest=seal.previous).exclude(position=seal.position - 1).exists()
        return Misfit(Kind.REORDERED if belongs_elsewhere else Kind.CHANGED_SEAL, *place)
    if seal.position != before + 1:
        return Misfit(Kind.DELETED, before + 1, None, until=seal.position - 1)
    if written is None:
        return Misfit(Kind.DELETED, *place)
    if seal.content != content_of_row(seal.entry, written):
        return Misfit(Kind.CHANGED, *place, written=written, content=seal.content)
    return Misfit(Kind.CHANGED_SEAL, *place)


def misplaced_rows(misfits: list[Misfit]) -> None:
    """Of the rows that seem changed, those that hold what was sealed as another row have been exchanged."""
    changed = [misfit for misfit in misfits if misfit.kind is Kind.CHANGED]
    for one in changed[:100]:
        if any(content_of_row(other.entry or 0, one.written) == other.content for other in changed):
            one.kind = Kind.REORDERED


def against_anchors(anchors: Anchors, *, length: int) -> Iterator[Misfit]:
    """What only the anchors know: how far the chain once reached."""
    longest = max(anchors.by_position, default=0)
    if longest > length:
        yield Misfit(Kind.CUT_OFF, length + 1, None, until=longest)
    if anchors.unreadable:
        yield Misfit(Kind.UNREADABLE, None, None)
    for each in anchors.restored:
        if not _tells_of_a_restore(after=each.position):
            yield Misfit(Kind.UNPROVEN, each.position, None)
    if anchors.is_lost:
        yield Misfit(Kind.LOST, None, None)
    if anchors.contradiction:
        yield Misfit(Kind.REWRITTEN, anchors.contradiction.position, None)


def _tells_of_a_restore(*, after: int) -> bool:
    """Whether a restore stands in the trail itself and was the next thing sealed, with what waited then: one line in a
    file alone excuses nothing, nor does a restore of another day."""
    restores = AuditEntry.objects.filter(action=AuditEntry.Action.RESTORE).values("pk")
    next_sealing = AuditSeal.objects.filter(position=after + 1).values("sealed_at")
    sealed = AuditSeal.objects.filter(position__gt=after, entry_id__in=restores)
    return sealed.filter(sealed_at__in=next_sealing).exists()


def _told(entry: int | None) -> str:
    """The row as it stands now, so that the auditor finds it."""
    row = AuditEntry.objects.filter(pk=entry or 0).select_related("actor").first()
    if row is None:
        return "无"
    who = row.actor or "系统"
    return f"{timezone.localtime(row.at):%Y-%m-%d %H:%M} {who} {row.get_action_display()} {row.target_label}"
