"""Disclosure on request (依申请公开) in plain rows, for one unit or the county: counts and register numbers, nothing of people."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date

from disclosure.requests.kind import REQUEST_KIND
from disclosure.requests.office.standing import Application
from disclosure.requests.rules.answers import ANSWERS
from ninghai.models import Unit
from reports.snapshots.schema import ApplicationTotals, LabelledCount, LateApplicationRow, UnitApplicationsRow


def application_totals(rows: Sequence[Application], *, since: date, on: date) -> ApplicationTotals:
    """`answered` and `overdue` together are what the share is reckoned of. Of what was split or handed on its parts and the
    case of the other unit count, as in the yearly report."""
    received = [row.received_on for row in rows if row.received_on and row.is_received]
    answered = [row for row in rows if row.answered_on and since <= row.answered_on <= on]
    return {
        "received": sum(since <= day <= on for day in received),
        "answered": len(answered),
        "in_time": sum(row.is_in_time for row in answered),
        "open": sum(row.is_open for row in rows),
        "overdue": sum(row.is_overdue(on=on) for row in rows),
    }


def answer_counts(rows: Iterable[Application], *, since: date, on: date) -> list[LabelledCount]:
    """The kinds of answer in the order of the law's list."""
    counted = Counter(row.answer for row in rows if row.answered_on and since <= row.answered_on <= on)
    return [{"label": each.label, "count": counted[each.code]} for each in ANSWERS if counted[each.code]]


def state_counts(rows: Iterable[Application]) -> list[LabelledCount]:
    """How what is open stands, in the order in which an application goes."""
    counted = Counter(row.state for row in rows if row.is_open)
    return [
        {"label": state.label, "count": counted[state.code]} for state in REQUEST_KIND.all_states if counted[state.code]
    ]


def application_units(rows: Sequence[Application], *, since: date, on: date) -> list[UnitApplicationsRow]:
    """Each unit that has any, in the county's order."""
    by_unit: dict[int, list[Application]] = {}
    for row in rows:
        by_unit.setdefault(row.unit, []).append(row)
    units = Unit.objects.filter(pk__in=by_unit)
    return [{"unit": unit.short_name, **application_totals(by_unit[unit.pk], since=since, on=on)} for unit in units]


def late_applications(rows: Iterable[Application], *, on: date) -> list[LateApplicationRow]:
    """逾期未答复: by number alone, the longest overdue first."""
    names = dict(Unit.objects.values_list("pk", "short_name"))
    late = sorted(((row.due, row) for row in rows if row.due and row.is_overdue(on=on)), key=lambda each: each[0])
    return [
        {
            "unit": names[row.unit],
            "number": row.number,
            "due_date": due.isoformat(),
            "days_late": (on - due).days,
        }
        for due, row in late
    ]
