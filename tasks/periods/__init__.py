"""Reporting periods (报送周期): which a notice has (`rhythm`), who owes a report for one (`owing`), and their clocks (`clocks`)."""

from tasks.periods.owing import (
    HANDED_IN,
    Owing,
    Turn,
    may_report_for,
    periods_due,
    periods_unreported,
    turn_to_report,
    turns,
)

__all__ = [
    "HANDED_IN",
    "Owing",
    "Turn",
    "may_report_for",
    "periods_due",
    "periods_unreported",
    "turn_to_report",
    "turns",
]
