"""The schedules of fees that hold for an application: as the office has entered them with their source, else as `rules.fees` has them."""

from datetime import date

from disclosure.models import FeeRate
from disclosure.requests.rules.fees import (
    SCHEDULES,
    FeeBy,
    FeeSchedule,
    NoFeeSchedule,
    Rise,
    read_bands,
    why_none,
    words_of_bands,
)
from ninghai.calendar.law import Basis


def schedules_on(received: date) -> list[FeeSchedule]:
    """Those by which a request received on that day may be charged: one of them, never both; none before 2021."""
    held = [each for each in SCHEDULES if each.holds_on(received)]
    rows = FeeRate.objects.filter(valid_from__lte=received).order_by("by", "-valid_from").distinct("by") if held else []
    entered = {row.by: row for row in rows}
    return [_as_entered(entered[each.by], each) if each.by in entered else each for each in held]


def _as_entered(row: FeeRate, schedule: FeeSchedule) -> FeeSchedule:
    rise = Rise(row.width, row.more) if row.width and row.more else None
    return FeeSchedule(
        by=schedule.by,
        words=schedule.words,
        measure=schedule.measure,
        bands=read_bands(row.bands),
        rise=rise,
        basis=Basis(row.basis),
        valid_from=row.valid_from,
    )


def schedule_on(received: date, by: FeeBy) -> FeeSchedule:
    """The schedule for a request received on that day; raises NoFeeSchedule, or NoRuleSet before the first regulation."""
    for schedule in schedules_on(received):
        if schedule.by == by:
            return schedule
    raise NoFeeSchedule(why_none(received))


def load_fee_rates() -> None:
    """What the rules say as rows for the office to check and change, where there are none yet."""
    if not FeeRate.objects.exists():
        FeeRate.objects.bulk_create([_as_row(each) for each in SCHEDULES])


def _as_row(schedule: FeeSchedule) -> FeeRate:
    rise = {"width": schedule.rise.width, "more": schedule.rise.more} if schedule.rise else {}
    bands, basis = words_of_bands(schedule.bands), str(schedule.basis)
    return FeeRate(by=schedule.by, valid_from=schedule.valid_from, bands=bands, basis=basis, **rise)
