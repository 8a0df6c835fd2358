"""How the office keeps the duties (事项), and publishes them in editions (版本): the state that the public reads, frozen, with what has changed."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from difflib import SequenceMatcher
from typing import TypedDict, cast

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from disclosure.basic_catalogue.entry_rows import COMPARED, CatalogueRow, fingerprint, in_tree_order, rows_of
from disclosure.models import BasicCatalogue, CatalogueEdition, CatalogueEntry, EntryUnit
from disclosure.privacy.gate import require_impersonal
from ninghai.models import AuditEntry, Role, Unit, User, acts_as
from ninghai.models.state_machine import StaleError, require

# How the office keeps the duties: their codes, their order, the units that owe them, and their end (停用).

UP, DOWN = "up", "down"
FEWEST_DIGITS = 2


def may_keep(user: User) -> bool:
    """The office keeps the basic catalogue."""
    return acts_as(user, Role.OFFICE)


def next_code(catalogue: BasicCatalogue, parent: CatalogueEntry | None) -> str:
    """The code that a new duty gets: its heading's and the next number, two digits at least."""
    stem = parent.code if parent else ("" if catalogue.position == 0 else f"{catalogue.code}-")
    number = catalogue.entries.filter(parent=parent).count() + 1
    while CatalogueEntry.objects.filter(code=f"{stem}{number:0{FEWEST_DIGITS}}").exists():
        number += 1
    return f"{stem}{number:0{FEWEST_DIGITS}}"


def last_position(catalogue: BasicCatalogue) -> int:
    return catalogue.entries.aggregate(last=Max("position"))["last"] or 0


def renumber(catalogue: BasicCatalogue) -> None:
    """Let the positions follow the tree, so that a flat list in their order is the tree read from top to bottom."""
    entries = list(in_tree_order(catalogue.entries.order_by("position", "code")))
    moved = []
    for position, entry in enumerate(entries, start=1):
        if entry.position != position:
            entry.position = position
            moved.append(entry)
    CatalogueEntry.objects.bulk_update(moved, ["position"])


@transaction.atomic
def move_entry(*, entry: CatalogueEntry, direction: str, by: User, at: datetime) -> bool:
    """Change places with the neighbour above or below under the same heading; False at the end of the row."""
    require(may_keep(by))
    catalogue = lock_catalogue(entry)
    siblings = list(catalogue.entries.filter(parent=entry.parent).order_by("position", "code"))
    place = siblings.index(entry)
    other = place - 1 if direction == UP else place + 1
    if direction not in {UP, DOWN} or not 0 <= other < len(siblings):
        return False
    here, there = siblings[place], siblings[other]
    here.position, there.position = there.position, here.position
    CatalogueEntry.objects.bulk_update([here, there], ["position"])
    renumber(catalogue)
    detail = {"direction": direction, "past": there.name}
    AuditEntry.objects.record(action="edit", target=entry, by=by, at=at, detail=detail)
    return True


@transaction.atomic
def retire_entry(*, entry: CatalogueEntry, by: User, at: datetime, reason: str = "") -> list[CatalogueEntry]:
    """End the duty and all below it today (停用); what was published under them stays. Returns what was ended."""
    require(may_keep(by))
    catalogue, today = lock_catalogue(entry), timezone.localtime(at).date()
    ended = [each for each in _with_all_below(catalogue, entry) if _stands(each, on=today)]
    CatalogueEntry.objects.filter(pk__in=[each.pk for each in ended]).update(retired_on=today)
    for each in ended:
        detail = {"fields": ["retired_on"], "retired_on": today.isoformat()}
        AuditEntry.objects.record(action="edit", target=each, by=by, at=at, reason=reason, detail=detail)
    return ended


@transaction.atomic
def restore_entry(*, entry: CatalogueEntry, by: User, at: datetime) -> CatalogueEntry:
    """Let an ended duty stand again; its heading must stand first."""
    require(may_keep(by))
    lock_catalogue(entry)
    entry.refresh_from_db()
    if entry.parent and not _stands(entry.parent, on=timezone.localtime(at).date()):
        raise ValidationError(f"上级事项“{entry.parent}”已经停用，请先恢复它。")
    CatalogueEntry.objects.filter(pk=entry.pk).update(retired_on=None)
    AuditEntry.objects.record(action="edit", target=entry, by=by, at=at, detail={"fields": ["retired_on"]})
    entry.refresh_from_db()
    return entry


def let_units_owe(*, entry: CatalogueEntry, units: Iterable[Unit]) -> list[Unit]:
    """Add the units that do not owe the duty yet; return them."""
    owing = set(entry.owed_by.values_list("unit", flat=True))
    new = [unit for unit in dict.fromkeys(units) if unit.pk not in owing]
    EntryUnit.objects.bulk_create([EntryUnit(entry=entry, unit=unit) for unit in new])
    return new


def lock_catalogue(entry: CatalogueEntry) -> BasicCatalogue:
    """One person at a time changes the tree, until the transaction ends."""
    return BasicCatalogue.objects.select_for_update().get(pk=entry.catalogue_id)


def _stands(entry: CatalogueEntry, *, on: date) -> bool:
    return entry.retired_on is None or entry.retired_on > on


def _with_all_below(catalogue: BasicCatalogue, entry: CatalogueEntry) -> list[CatalogueEntry]:
    below = {entry.pk}
    found = []
    for each in in_tree_order(catalogue.entries.order_by("position", "code")):
        if each.pk in below or each.parent_id in below:
            below.add(each.pk)
            found.append(each)
    return found


# What has changed between two states of a catalogue (变更): duties added, removed, moved, and columns old → new.

ADDED, REMOVED, CHANGED, MOVED = "added", "removed", "changed", "moved"
KINDS = {ADDED: "新增", REMOVED: "取消", CHANGED: "修改", MOVED: "调整次序"}


class ChangedColumn(TypedDict):
    label: str
    old: str
    new: str


class EntryChange(TypedDict):
    """One duty's change; `columns` says what was changed in it."""

    kind: str
    code: str
    name: str
    columns: list[ChangedColumn]


def changes_between(before: Sequence[CatalogueRow], after: Sequence[CatalogueRow]) -> list[EntryChange]:
    """In the order of the new catalogue, then what is no longer in it."""
    old, new = {row["code"]: row for row in before}, {row["code"]: row for row in after}
    moved = _moved(before, after)
    found = [change for row in after for change in _change(old.get(row["code"]), row, old, new, moved)]
    return found + [_change_of(REMOVED, row) for row in before if row["code"] not in new]


def _change(
    was: CatalogueRow | None,
    row: CatalogueRow,
    old: dict[str, CatalogueRow],
    new: dict[str, CatalogueRow],
    moved: set[str],
) -> Iterator[EntryChange]:
    if was is None:
        yield _change_of(ADDED, row)
    elif columns := [*_columns(was, row), *_heading(was, row, old, new)]:
        yield _change_of(CHANGED, row, columns)
    elif row["code"] in moved:
        yield _change_of(MOVED, row)


def _columns(was: CatalogueRow, row: CatalogueRow) -> Iterator[ChangedColumn]:
    for label, text in COMPARED.items():
        if text(was) != text(row):
            yield ChangedColumn(label=label, old=text(was), new=text(row))


def _heading(
    was: CatalogueRow, row: CatalogueRow, old: dict[str, CatalogueRow], new: dict[str, CatalogueRow]
) -> Iterator[ChangedColumn]:
    if was["parent"] != row["parent"]:
        above = (
            old[was["parent"]]["name"] if was["parent"] else "",
            new[row["parent"]]["name"] if row["parent"] else "",
        )
        yield ChangedColumn(label="上级事项", old=above[0] or "（一级事项）", new=above[1] or "（一级事项）")


def _moved(before: Sequence[CatalogueRow], after: Sequence[CatalogueRow]) -> set[str]:
    """The fewest duties that must have been moved to come from the old order to the new one."""
    common = {row["code"] for row in before} & {row["code"] for row in after}
    old, new = ([row["code"] for row in rows if row["code"] in common] for rows in (before, after))
    stayed = SequenceMatcher(None, old, new, autojunk=False).get_matching_blocks()
    return common - {code for block in stayed for code in new[block.b : block.b + block.size]}


def _change_of(kind: str, row: CatalogueRow, columns: list[ChangedColumn] | None = None) -> EntryChange:
    return EntryChange(kind=kind, code=row["code"], name=row["name"], columns=columns or [])


def summary(changes: Sequence[EntryChange]) -> str:
    """新增 2 项，修改 1 项."""
    counts = {label: sum(change["kind"] == kind for change in changes) for kind, label in KINDS.items()}
    return "，".join(f"{label} {count} 项" for label, count in counts.items() if count) or "没有变化"


# Editions of a catalogue (版本): the state that the public reads, frozen, with what has changed since the last one.


@dataclass(frozen=True, slots=True)
class EditionProposal:
    """What publishing now would freeze: shown first, and published only as it was shown."""

    rows: list[CatalogueRow]
    explanation: str
    last: CatalogueEdition | None
    changes: list[EntryChange]

    @property
    def number(self) -> int:
        return self.last.number + 1 if self.last else 1

    @property
    def seen(self) -> str:
        return fingerprint([self.rows, self.explanation, self.number])

    @property
    def is_explanation_new(self) -> bool:
        return self.last is not None and self.last.explanation != self.explanation

    @property
    def obstacle(self) -> str:
        """Why there is nothing to publish, as a sentence for the screen."""
        if not self.rows:
            return "目录里没有在用的事项，不能发布。请先添加或恢复事项。"
        if self.last and not self.changes and not self.is_explanation_new:
            return f"与第{self.last.number}版相比没有变化，不需要发布新版。"
        return ""


def last_edition(catalogue: BasicCatalogue) -> CatalogueEdition | None:
    return catalogue.editions.order_by("-number").first()


def proposal_for(catalogue: BasicCatalogue, *, on: date) -> EditionProposal:
    rows, last = rows_of(catalogue, on=on), last_edition(catalogue)
    changes = changes_between(cast(list[CatalogueRow], last.rows), rows) if last else []
    return EditionProposal(rows=rows, explanation=catalogue.explanation, last=last, changes=changes)


@transaction.atomic
def publish_edition(*, catalogue: BasicCatalogue, note: str, seen: str, by: User, at: datetime) -> CatalogueEdition:
    """Freeze the catalogue as its next edition (发布新版) for the public to read, with a note on why it has changed.

    `seen` is the proposal that the person was shown: StaleError when the catalogue has changed since then. Raises
    ValidationError when nothing has changed since the last edition.
    """
    require(may_keep(by))
    locked = BasicCatalogue.objects.select_for_update().get(pk=catalogue.pk)
    proposal = proposal_for(locked, on=timezone.localtime(at).date())
    if proposal.seen != seen:
        raise StaleError(catalogue)
    if proposal.obstacle:
        raise ValidationError(proposal.obstacle)
    if not note.strip():
        raise ValidationError({"note": "请填写变更说明，公众会看到它。"})
    require_impersonal(note, field="note", what="变更说明")
    require_impersonal(proposal.explanation, field="note", what="目录说明")
    return _freeze(locked, proposal, note=note.strip(), by=by, at=at)


@transaction.atomic
def publish_first_edition(*, catalogue: BasicCatalogue, note: str, at: datetime) -> CatalogueEdition | None:
    """What the portal ships is public from the start: edition 1, unless there is one or the catalogue is empty."""
    locked = BasicCatalogue.objects.select_for_update().get(pk=catalogue.pk)
    proposal = proposal_for(locked, on=timezone.localtime(at).date())
    if proposal.last or proposal.obstacle:
        return None
    return _freeze(locked, proposal, note=note, by=None, at=at)


def _freeze(
    catalogue: BasicCatalogue, proposal: EditionProposal, *, note: str, by: User | None, at: datetime
) -> CatalogueEdition:
    edition = CatalogueEdition.objects.create(
        catalogue=catalogue,
        number=proposal.number,
        published_at=at,
        published_by=by,
        explanation=proposal.explanation,
        note=note,
        rows=proposal.rows,
        changes=proposal.changes,
    )
    _name_for_the_public(proposal.rows)
    detail = {"number": edition.number, "rows": len(proposal.rows), "changes": summary(proposal.changes)}
    AuditEntry.objects.record(action="publish_edition", target=edition, by=by, at=at, reason=note, detail=detail)
    return edition


def _name_for_the_public(rows: list[CatalogueRow]) -> None:
    """Lists, pages, downloads and the interface call a duty as the newest edition does, from now on."""
    names = {row["code"]: row["name"] for row in rows}
    entries = list(CatalogueEntry.objects.filter(code__in=names).only("code", "public_name"))
    changed = [entry for entry in entries if entry.public_name != names[entry.code]]
    for entry in changed:
        entry.public_name = names[entry.code]
    CatalogueEntry.objects.bulk_update(changed, ["public_name"], batch_size=500)
