"""Registers of before (原登记簿): cases and letters that had their numbers elsewhere keep them, and ours go on after the last.

A number is taken apart into year, serial and part, since the register has no gap: what the old one lacks is named by `gaps`.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from django.db import IntegrityError, transaction

from ninghai.calendar.duty_clocks import hold_calendar
from ninghai.cases.events import record
from ninghai.cases.kinds import EngineEvent
from ninghai.cases.lookup import read_number
from ninghai.models import Case, CaseSeries, Unit, User
from ninghai.models.state_machine import TransitionError

WHOLE = re.compile(r"(?P<year>(?:19|20)\d\d)\D{0,4}?(?P<serial>\d{1,6})\D{0,3}?(?:-(?P<part>\d{1,3}))?")
MOST_SERIALS = 100_000  # of one year; more is a slip of the pen


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberGiven:
    """A number as it was given elsewhere: 县财政局公开申〔2018〕3号, 2018-003, 财公〔2018〕3号-1."""

    text: str
    year: int
    serial: int
    part: int = 0

    @classmethod
    def read(cls, typed: str) -> Self | None:
        """None where year and serial cannot be told from it."""
        text = read_number(typed)
        found = re.search(WHOLE.pattern + "$", text)
        if found is None or not 1 <= int(found["serial"]) <= MOST_SERIALS:
            return None
        return cls(text=text, year=int(found["year"]), serial=int(found["serial"]), part=int(found["part"] or 0))

    @classmethod
    def named(cls, typed: str, *, year: int, serial: int) -> Self:
        """Of a number that does not tell them; raises ValueError."""
        if not (1990 <= year <= 2100 and 1 <= serial <= MOST_SERIALS):
            raise ValueError("登记号的年度或者序号不对。")
        return cls(text=read_number(typed), year=year, serial=serial)


@transaction.atomic
def register_as_before(
    *, case: Case, number: NumberGiven, part_of: Case | None, by: User | None, at: datetime, happened_at: datetime
) -> None:
    """Give it the number that it had (登记); TransitionError where another case has it."""
    hold_calendar()
    told: dict[str, Any] = {"unit": case.unit_id, "year": number.year, "serial": number.serial, "number": number.text}
    if part_of:
        told |= {"part": number.part, "parent": part_of.pk, "relation": Case.Relation.SPLIT}
    keep_in_series(unit=case.unit, series=case.kind, year=number.year, serial=number.serial)
    try:
        with transaction.atomic():
            facts = {"case": told}
            record(case=case, kind=EngineEvent.REGISTER, by=by, at=at, happened_at=happened_at, facts=facts)
    except IntegrityError:
        raise TransitionError(f"登记号“{number.text}”的年度和序号已经有另一件使用。") from None


def keep_in_series(*, unit: Unit, series: str, year: int, serial: int) -> None:
    """The series goes on after this number, if it has not come so far yet."""
    which = {"unit": unit, "series": series, "year": year}
    CaseSeries.objects.bulk_create([CaseSeries(**which)], ignore_conflicts=True)
    counter = CaseSeries.objects.select_for_update().get(**which)
    if counter.last < serial:
        counter.last = serial
        counter.save(update_fields=["last"])


def gaps(*, unit: Unit, kind: str, given: Iterable[NumberGiven]) -> list[tuple[int, int]]:
    """The years and serials that would be missing in the register of the unit, were these numbers in it as well."""
    numbers = {(each.year, each.serial) for each in given}
    years = {year for year, _ in numbers}
    kept = Case.objects.filter(unit=unit, kind=kind, year__in=years)
    numbers |= {(year, serial) for year, serial in kept.values_list("year", "serial") if year and serial}
    last = {year: max(serial for each, serial in numbers if each == year) for year in years}
    return [(year, n) for year in sorted(last) for n in range(1, last[year]) if (year, n) not in numbers]
