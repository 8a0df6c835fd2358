"""Findings (公开问题): one for each thing missing, opened by the round, closed by it when it is mended, never twice.

Empty and stale duties are open as long as they are so. An item that came late is found once; its finding is closed when
a later one came in time. A missing interpretation is open until it comes; one that came late leaves a closed finding.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, NamedTuple

from django.db import transaction

from disclosure.coverage.cells import AT_FAULT, Found
from disclosure.coverage.holdings import Items, as_limits_see_it, public_item, public_on_day
from disclosure.coverage.interpretation import owed_interpretations
from disclosure.coverage.limits import Days, DutyRule, limit_of_item
from disclosure.coverage.owing import Owing
from disclosure.coverage.standing import late_words
from disclosure.models import CoverageFinding
from ninghai.workdays import WorkCalendar

LOOK_BACK = timedelta(days=31)  # over items that came late and are not the last of their duty any more
LONGEST_WORDS = 300
Kind = CoverageFinding.Kind
PIECE = 1000  # rows written at once


class Key(NamedTuple):
    kind: str
    unit: int
    entry: int | None
    item: int | None


@dataclass(frozen=True, slots=True)
class Seen:
    """Something missing on the day, or noted as mended already."""

    key: Key
    due_on: date | None
    words: str
    is_mended: bool = False

    def finding(self, *, on: date) -> CoverageFinding:
        kind, unit, entry, item = self.key
        return CoverageFinding(
            kind=kind,
            unit_id=unit,
            entry_id=entry,
            item_id=item,
            due_on=self.due_on,
            words=self.words[:LONGEST_WORDS],
            opened_on=on,
            closed_on=on if self.is_mended else None,
        )


@transaction.atomic
def settle_findings(*, cells: Iterable[Found], on: date, calendar: WorkCalendar) -> list[CoverageFinding]:
    """Bring the findings to what is missing on the day, and return those that were opened and are open."""
    seen = {each.key: each for each in _all_seen(list(cells), Owing.read(on=on), on=on, calendar=calendar)}
    was_open = {_key(finding): finding for finding in CoverageFinding.objects.filter(closed_on=None)}
    _restate(was_open, seen, on=on)
    noted = {Key(*row) for row in _noted()}
    new = [each for key, each in seen.items() if key not in was_open and not _is_known(each, noted)]
    made = CoverageFinding.objects.bulk_create(
        [each.finding(on=on) for each in new], batch_size=PIECE, ignore_conflicts=True
    )
    return [each for each in made if each.closed_on is None]


def _restate(was_open: Mapping[Key, CoverageFinding], seen: Mapping[Key, Seen], *, on: date) -> None:
    """Close what is mended, with how late it came where somebody knows; say of the others how late they are by now."""
    for key, finding in was_open.items():
        now = seen.get(key)
        if now:
            finding.words, finding.due_on = now.words[:LONGEST_WORDS], now.due_on
        if now is None or now.is_mended:
            finding.closed_on = on
    CoverageFinding.objects.bulk_create(  # the rows are there: an update in one statement for each piece
        list(was_open.values()),
        batch_size=PIECE,
        update_conflicts=True,
        unique_fields=["pk"],
        update_fields=["words", "due_on", "closed_on"],
    )


def _is_known(each: Seen, noted: Collection[Key]) -> bool:
    """That an item came late is found once; a missing interpretation again, when the one that came is withdrawn."""
    return each.key in noted and (each.is_mended or each.key.kind == Kind.LATE)


def _noted() -> Iterable[Any]:
    rows = CoverageFinding.objects.filter(kind__in=[Kind.LATE, Kind.NO_INTERPRETATION])
    return rows.values_list("kind", "unit", "entry", "item").iterator()


def _key(finding: CoverageFinding) -> Key:
    return Key(finding.kind, finding.unit_id, finding.entry_id, finding.item_id)


# --- What is missing --------------------------------------------------------------------------------


def _all_seen(cells: list[Found], owing: Owing, *, on: date, calendar: WorkCalendar) -> Iterator[Seen]:
    days = Days(calendar)
    for found in cells:
        stands = found.standing
        if stands.state in AT_FAULT:
            key = Key(Kind(stands.state), found.unit, found.entry.pk, None)
            yield Seen(key, stands.due_on, f"“{found.entry}”{stands.state.label}：{stands.words}")
    yield from _late_items(cells, owing, days)
    yield from _interpretations(owing, on=on, calendar=calendar)


def _late_items(cells: list[Found], owing: Owing, days: Days) -> Iterator[Seen]:
    """The items that came late: the last ones of their duty, and those of the last weeks."""
    last = {found.holding.last for found in cells if found.holding and _came_late(found, days)}
    lately = public_on_day(owing.on).filter(entry__in=owing.duties, public_on__gte=owing.on - LOOK_BACK)
    yield from _late_among(public_on_day(owing.on).filter(pk__in=last), owing, days, is_mended=False)
    yield from _late_among(lately.exclude(pk__in=last), owing, days, is_mended=True)


def _came_late(found: Found, days: Days) -> bool:
    item = found.holding.held.last if found.holding else None
    due = limit_of_item(DutyRule.of(found.entry), item, days=days) if item else None
    return item is not None and due is not None and item.public_on > due


def _late_among(items: Items, owing: Owing, days: Days, *, is_mended: bool) -> Iterator[Seen]:
    rules = {pk: DutyRule.of(owing.entries[pk]) for pk in owing.duties}
    columns = as_limits_see_it(items.order_by("pk"), "entry_id", "unit_id", "title")
    for entry, unit, title, pk, *of_item in columns.iterator():
        item, heir = public_item(*of_item), owing.heirs.get(unit)
        due = limit_of_item(rules[entry], item, days=days)
        if heir and (entry, heir) in owing.since and due and item.public_on > due:
            words = f"《{title}》{late_words(rules[entry], item, days)}，逾期{(item.public_on - due).days}天。"
            yield Seen(Key(Kind.LATE, heir, entry, pk), due, words, is_mended)


def _interpretations(owing: Owing, *, on: date, calendar: WorkCalendar) -> Iterator[Seen]:
    """What is missing, and what came late."""
    for owed in owed_interpretations(on=on, calendar=calendar):
        unit = owing.heirs.get(owed.unit)
        if unit and owed.days_late(on=on):
            key = Key(Kind.NO_INTERPRETATION, unit, None, owed.document)
            yield Seen(key, owed.due_on, owed.words(on=on), is_mended=owed.interpreted_on is not None)
