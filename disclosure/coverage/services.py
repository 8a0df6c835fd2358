"""Computing the coverage (公开覆盖): how every duty of every unit stands on a day, the findings that follow, and the units told of what is new."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from django.core.cache import cache
from django.db import connection, transaction
from django.urls import reverse

from disclosure.coverage.holdings import (
    Holding,
    Items,
    OwingUnits,
    as_limits_see_it,
    owed_interpretations,
    public_item,
    public_on_day,
    read_holdings,
)
from disclosure.coverage.status import Days, DutyRule, DutyStatus, late_words, limit_of_item, standing
from disclosure.models import CatalogueEntry, CoverageCell, CoverageFinding
from disclosure.models.coverage import CellState
from ninghai.calendar import clock
from ninghai.calendar.workdays import WorkCalendar
from ninghai.models import Message, Unit
from ninghai.notifications.notify import Announcement, notify_in_digest

# Duty × unit (公开覆盖): how every duty of every unit stands on a day, and the table that the matrix is read from.

LOCK = 330226_04  # no other advisory lock of the portal has this number
AT_FAULT = frozenset({CellState.EMPTY, CellState.STALE})  # owed, and not there
CELLS_AT_ONCE = 2000  # rows written at once
COMPUTED = ["last_item", "last_published_on", "items", "due_on", "days_late", "state", "computed_on"]


@dataclass(frozen=True, slots=True)
class FoundCell:
    """How a duty stands for a unit."""

    entry: CatalogueEntry
    unit: int
    holding: Holding | None
    standing: DutyStatus

    def cell(self, *, on: date) -> CoverageCell:
        """As the table keeps it."""
        return CoverageCell(
            entry=self.entry,
            unit_id=self.unit,
            last_item_id=self.holding.last if self.holding else None,
            last_published_on=self.holding.held.last.public_on if self.holding else None,
            items=self.holding.items if self.holding else 0,
            due_on=self.standing.due_on,
            days_late=self.standing.days_late,
            state=self.standing.state,
            computed_on=on,
        )


def find_cells(
    *,
    on: date,
    calendar: WorkCalendar,
    unit: Unit | None = None,
    entry: CatalogueEntry | None = None,
    owing: OwingUnits | None = None,
) -> Iterator[FoundCell]:
    """Every duty that is owed at the end of the day; or those of one unit, or one of them. `owing` is of that day, if it is read already."""
    owing = owing or OwingUnits.read(on=on)
    asked = [
        key for key in owing.since if (entry is None or key[0] == entry.pk) and (unit is None or key[1] == unit.pk)
    ]
    holdings = read_holdings(
        owing, duties={duty for duty, _ in asked}, units=owing.units_behind(unit.pk) if unit else None
    )
    rules = {duty: DutyRule.of(owing.entries[duty]) for duty, _ in asked}
    days = Days(calendar)
    for duty, owes in asked:
        holding = holdings.get((duty, owes))
        held = holding.held if holding else None
        rule = rules[duty].for_unit(is_county_office=owes in owing.offices)
        stands = standing(rule, held, since=owing.since[duty, owes], on=on, days=days)
        yield FoundCell(owing.entries[duty], owes, holding, stands)


@transaction.atomic
def recompute_cells(*, on: date) -> list[FoundCell]:
    """Bring the table to how everything stands at the end of the day; what is owed no more leaves it."""
    with connection.cursor() as cursor:  # of two at once, one waits
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
    found = list(find_cells(on=on, calendar=WorkCalendar.load()))
    CoverageCell.objects.bulk_create(
        [each.cell(on=on) for each in found],
        batch_size=CELLS_AT_ONCE,
        update_conflicts=True,
        unique_fields=["entry", "unit"],
        update_fields=COMPUTED,
    )
    still_owed = {(each.entry.pk, each.unit) for each in found}
    kept = CoverageCell.objects.values_list("pk", "entry", "unit").iterator()
    CoverageCell.objects.filter(pk__in=[pk for pk, *key in kept if tuple(key) not in still_owed]).delete()
    return found


# Findings (公开问题): one for each thing missing, opened by the round, closed by it when it is mended, never twice.

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
def settle_findings(*, cells: Iterable[FoundCell], on: date, calendar: WorkCalendar) -> list[CoverageFinding]:
    """Bring the findings to what is missing on the day, and return those that were opened and are open."""
    seen = {each.key: each for each in _all_seen(list(cells), OwingUnits.read(on=on), on=on, calendar=calendar)}
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


def _all_seen(cells: list[FoundCell], owing: OwingUnits, *, on: date, calendar: WorkCalendar) -> Iterator[Seen]:
    days = Days(calendar)
    for found in cells:
        stands = found.standing
        if stands.state in AT_FAULT:
            key = Key(Kind(stands.state), found.unit, found.entry.pk, None)
            yield Seen(key, stands.due_on, f"“{found.entry}”{stands.state.label}：{stands.words}")
    yield from _late_items(cells, owing, days)
    yield from _interpretations(owing, on=on, calendar=calendar)


def _late_items(cells: list[FoundCell], owing: OwingUnits, days: Days) -> Iterator[Seen]:
    """The items that came late: the last ones of their duty, and those of the last weeks."""
    last = {found.holding.last for found in cells if found.holding and _came_late(found, days)}
    lately = public_on_day(owing.on).filter(entry__in=owing.duties, public_on__gte=owing.on - LOOK_BACK)
    yield from _late_among(public_on_day(owing.on).filter(pk__in=last), owing, days, is_mended=False)
    yield from _late_among(lately.exclude(pk__in=last), owing, days, is_mended=True)


def _came_late(found: FoundCell, days: Days) -> bool:
    item = found.holding.held.last if found.holding else None
    due = limit_of_item(DutyRule.of(found.entry), item, days=days) if item else None
    return item is not None and due is not None and item.public_on > due


def _late_among(items: Items, owing: OwingUnits, days: Days, *, is_mended: bool) -> Iterator[Seen]:
    rules = {pk: DutyRule.of(owing.entries[pk]) for pk in owing.duties}
    columns = as_limits_see_it(items.order_by("pk"), "entry_id", "unit_id", "title")
    for entry, unit, title, pk, *of_item in columns.iterator():
        item, heir = public_item(*of_item), owing.heirs.get(unit)
        due = limit_of_item(rules[entry], item, days=days)
        if heir and (entry, heir) in owing.since and due and item.public_on > due:
            words = f"《{title}》{late_words(rules[entry], item, days)}，逾期{(item.public_on - due).days}天。"
            yield Seen(Key(Kind.LATE, heir, entry, pk), due, words, is_mended)


def _interpretations(owing: OwingUnits, *, on: date, calendar: WorkCalendar) -> Iterator[Seen]:
    """What is missing, and what came late."""
    for owed in owed_interpretations(on=on, calendar=calendar):
        unit = owing.heirs.get(owed.unit)
        if unit and owed.days_late(on=on):
            key = Key(Kind.NO_INTERPRETATION, unit, None, owed.document)
            yield Seen(key, owed.due_on, owed.words(on=on), is_mended=owed.interpreted_on is not None)


ROUND_OF = "coverage-round"  # the day of the last round, so that it does not come with every hour
DAY = 86_400  # seconds
NAMED = 30  # findings that a message lists


@dataclass(frozen=True, slots=True)
class CoverageRound:
    cells: int
    opened: int
    open: int


def compute_coverage_when_due() -> None:
    """Once a day, in the first round after midnight or after the portal stood still."""
    today = clock.today()
    if cache.get(ROUND_OF) != today.isoformat():
        compute_coverage(on=today, at=clock.now())
        cache.set(ROUND_OF, today.isoformat(), DAY)


@transaction.atomic
def compute_coverage(*, on: date, at: datetime) -> CoverageRound:
    """The whole round; it may run twice on a day without notifying anybody twice."""
    cells = recompute_cells(on=on)
    opened = settle_findings(cells=cells, on=on, calendar=WorkCalendar.load())
    notify_in_digest(_announcements(opened, on=on), event=f"coverage:{on}", at=at)
    return CoverageRound(len(cells), len(opened), CoverageFinding.objects.filter(closed_on=None).count())


def _announcements(opened: Iterable[CoverageFinding], *, on: date) -> Iterator[tuple[Unit, Announcement]]:
    """One for each unit, however much is missing."""
    by_unit: defaultdict[int, list[CoverageFinding]] = defaultdict(list)
    for finding in opened:
        by_unit[finding.unit_id].append(finding)
    for unit in Unit.objects.filter(pk__in=by_unit):
        yield unit, _announcement(by_unit[unit.pk], on=on)


def _announcement(findings: list[CoverageFinding], *, on: date) -> Announcement:
    counts = Counter(finding.get_kind_display() for finding in findings)
    named = "、".join(f"{kind}{count}项" for kind, count in counts.items())
    more = [f"……共{len(findings)}项"] if len(findings) > NAMED else []
    return Announcement(
        kind=Message.Kind.DUE,
        event=f"coverage:{on}",
        subject=f"信息公开有{len(findings)}项需要补上：{named}",
        text="\n".join([*(finding.words for finding in findings[:NAMED]), *more]),
        url=reverse("disclosure:work-coverage"),
    )
