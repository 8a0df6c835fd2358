"""Reporting periods (报送周期): which ones a notice has (`rhythm`), who owes a report for one (`owing`), how a period is
closed (`closing`), and the clocks that run for them (`clocks`)."""

from tasks.models.progress import HANDED_IN
from tasks.periods.owing import (
    OwingPeriods,
    Turn,
    assignments_unreported,
    ended_in_arrears,
    last_ended_period,
    may_report_for,
    periods_due,
    periods_unreported,
    turn_to_report,
    turns,
    was_asked_for,
)

__all__ = [
    "HANDED_IN",
    "OwingPeriods",
    "Turn",
    "assignments_unreported",
    "ended_in_arrears",
    "last_ended_period",
    "may_report_for",
    "periods_due",
    "periods_unreported",
    "turn_to_report",
    "turns",
    "was_asked_for",
]
