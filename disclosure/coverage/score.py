"""What units made public in time, for the score (考核的公开覆盖): each item of the year against its limit, and what is owed.

An item is judged by the limit of its duty, else by the law's (`limits`). Beside the items stand the duties of the day that
are empty or out of date, and the policies whose interpretation is overdue: owed, and not there.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from datetime import date

from disclosure.coverage.holdings import OwingUnits, as_limits_see_it, owed_interpretations, public_item, public_on_day
from disclosure.coverage.services import AT_FAULT, find_cells
from disclosure.coverage.status import NO_RULE, Days, DutyRule, limit_of_item
from disclosure.models import CatalogueEntry, Item
from ninghai.calendar.workdays import WorkCalendar
from tasks.scoring.facts import LatePiece, Timeliness

LONGEST_WORDS = 200  # characters of a lapse


def made_public(*, year: int, on: date) -> Mapping[int, Timeliness]:
    """By unit: its items of that year's 成文日期 that were public at the end of the day, and the duties it owed then."""
    calendar = WorkCalendar.load()
    in_time: Counter[int] = Counter()
    lapses: defaultdict[int, list[LatePiece]] = defaultdict(list)
    for unit, lapse in _items(year, on, Days(calendar)):
        if lapse is None:
            in_time[unit] += 1
        else:
            lapses[unit].append(lapse)
    for unit, lapse in [*_duties(on, calendar), *_interpretations(on, calendar)]:
        lapses[unit].append(lapse)
    return {unit: Timeliness(in_time[unit], tuple(lapses[unit])) for unit in in_time.keys() | lapses.keys()}


def _items(year: int, on: date, days: Days) -> Iterator[tuple[int, LatePiece | None]]:
    """Each item's unit, and how it fell short. Whose day nobody knows is not judged."""
    rules = {entry.pk: DutyRule.of(entry) for entry in CatalogueEntry.objects.all()}
    items = public_on_day(on).filter(formed_date__year=year).order_by("formed_date", "pk")
    for unit, title, entry, pk, *of_item in as_limits_see_it(items, "unit_id", "title", "entry_id").iterator():
        item = public_item(*of_item)
        limit = limit_of_item(rules.get(entry, NO_RULE), item, days=days)
        if not item.day_is_known:
            continue
        if limit is None or item.public_on <= limit:
            yield unit, None
        else:
            words = f"《{title}》：{item.formed_on}成文，应于{limit}前公开，{item.public_on}公开"
            yield unit, LatePiece(words, Item._meta.label_lower, str(pk), is_late=True)


def _duties(on: date, calendar: WorkCalendar) -> Iterator[tuple[int, LatePiece]]:
    """Each duty that is empty or out of date, and the unit that owes it."""
    for found in find_cells(on=on, calendar=calendar):
        stands = found.standing
        if stands.state in AT_FAULT:
            words = f"“{found.entry}”{stands.state.label}：{stands.words}"[:LONGEST_WORDS]
            record = CatalogueEntry._meta.label_lower, str(found.entry.pk)
            yield found.unit, LatePiece(words, *record, is_late=False)


def _interpretations(on: date, calendar: WorkCalendar) -> Iterator[tuple[int, LatePiece]]:
    """Each marked policy (须配发解读) whose interpretation is overdue on the day, of the unit or its heir."""
    heirs = OwingUnits.read(on=on).heirs
    for owed in owed_interpretations(on=on, calendar=calendar):
        unit = heirs.get(owed.unit)
        if unit and owed.is_missing(on=on):
            words = owed.words(on=on)[:LONGEST_WORDS]
            yield unit, LatePiece(words, Item._meta.label_lower, str(owed.document), is_late=False)
