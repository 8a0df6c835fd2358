"""`/work/coverage/`: what the unit has to make public, by when, and where it writes it; made for a phone."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from disclosure.coverage.holdings import OwedInterpretation, OwingUnits, owed_interpretations
from disclosure.coverage.services import FoundCell, find_cells
from disclosure.items import rules
from disclosure.models import CatalogueEntry, CoverageFinding, Item
from disclosure.models.coverage import CellState
from ninghai.calendar import clock
from ninghai.calendar.workdays import WorkCalendar
from ninghai.models import Role, Unit, acts_as
from ninghai.web.http import AuthenticatedRequest

# A unit's own list (应公开事项): each duty that it owes, how it stands and what to do, as of this moment.

TONES = {
    CellState.EMPTY: "late",
    CellState.STALE: "late",
    CellState.SOON: "due",
    CellState.PENDING: "info",
    CellState.LATE: "due",
    CellState.CURRENT: "good",
}
TO_DO = (CellState.STALE, CellState.EMPTY, CellState.SOON)


@dataclass(frozen=True, slots=True)
class UnitListRow:
    """One duty, or one interpretation that is owed; `draft` is where it is written."""

    title: str
    above: str  # the headings over the duty
    state: str
    tone: str
    words: str
    due_on: date | None
    last: Item | None
    draft: str
    is_to_do: bool


@dataclass(frozen=True, slots=True)
class UnitList:
    to_do: list[UnitListRow]
    others: list[UnitListRow]
    counts: dict[str, int]  # by state, in their order, without those that nothing has


def unit_list(unit: Unit, *, on: date) -> UnitList:
    """What is missing or due soon first, the longest late before the others; then the rest in the catalogue's order."""
    calendar = WorkCalendar.load()
    owing = OwingUnits.read(on=on)
    cells = list(find_cells(on=on, calendar=calendar, unit=unit, owing=owing))
    interpretations = owed_interpretations(on=on, calendar=calendar, units=owing.units_behind(unit.pk))
    rows = [*_of_duties(cells, names=headings_of(owing.entries)), *_of_interpretations(interpretations, on=on)]
    to_do = sorted((row for row in rows if row.is_to_do), key=lambda row: row.due_on or date.min)
    counts = {state.label: sum(found.standing.state == state for found in cells) for state in CellState}
    return UnitList(
        to_do=to_do,
        others=[row for row in rows if not row.is_to_do],
        counts={label: count for label, count in counts.items() if count},
    )


def _of_duties(cells: Iterable[FoundCell], *, names: Mapping[int, str]) -> Iterator[UnitListRow]:
    cells = sorted(cells, key=lambda found: (found.entry.position, found.entry.code))
    items = Item.objects.only("title", "index_number").in_bulk([each.holding.last for each in cells if each.holding])
    for found in cells:
        state = found.standing.state
        yield UnitListRow(
            title=found.entry.name,
            above=names.get(found.entry.parent_id or 0, ""),
            state=state.label,
            tone=TONES[state],
            words=found.standing.words,
            due_on=found.standing.due_on,
            last=items.get(found.holding.last) if found.holding else None,
            draft=draft_address(entry=found.entry.code),
            is_to_do=state in TO_DO,
        )


def _of_interpretations(owed: Iterable[OwedInterpretation], *, on: date) -> Iterator[UnitListRow]:
    """What has no interpretation yet."""
    for each in owed:
        if each.interpreted_on is None:
            is_late = each.is_missing(on=on)
            yield UnitListRow(
                title=f"解读：{each.title}",
                above="政策解读",
                state="未按时解读" if is_late else "待解读",
                tone="late" if is_late else "due",
                words=each.words(on=on),
                due_on=each.due_on,
                last=None,
                draft=draft_address(kind=Item.Kind.INTERPRETATION, explains=str(each.document)),
                is_to_do=True,
            )


def draft_address(**prefilled: str) -> str:
    """The form for a new item, with these fields filled in."""
    return f"{reverse('disclosure:work-item-new')}?{urlencode(prefilled)}"


def headings() -> dict[int, str]:
    """By duty or heading: its name with those above it, such as 重点领域 > 社会公益事业."""
    return headings_of({entry.pk: entry for entry in CatalogueEntry.objects.only("name", "parent")})


def headings_of(entries: Mapping[int, CatalogueEntry]) -> dict[int, str]:
    """The same of entries that are read already."""
    named: dict[int, str] = {}
    for pk, entry in entries.items():
        names, passed = [entry.name], {pk}
        while (above := entry.parent_id) and above in entries and above not in passed:
            entry = entries[above]
            passed.add(above)
            names.append(entry.name)
        named[pk] = " > ".join(reversed(names))
    return named


LATELY = 10  # findings closed last


@require_safe
def coverage(request: AuthenticatedRequest) -> HttpResponse:
    """The unit's own list as it stands now; its findings as the last round left them."""
    acting = request.user.acting
    if acting is None or not acts_as(request.user, Role.EDITOR, Role.REVIEWER):
        raise PermissionDenied
    findings = CoverageFinding.objects.filter(unit=acting.unit)
    context = {
        "unit": acting.unit,
        "duties": unit_list(acting.unit, on=clock.today()),
        "late_findings": findings.filter(closed_on=None, kind=CoverageFinding.Kind.LATE),
        "mended": findings.exclude(closed_on=None).order_by("-closed_on", "-pk")[:LATELY],
        "can_draft": rules.can_draft(request.user),
        "today": clock.today(),
    }
    return render(request, "disclosure/work_coverage.html", context)
