"""What a kind of report has to say of itself."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings

from reports.kinds.request import Request
from reports.letters.wording import time_of_day


def no_problems(request: Request) -> dict[str, str]:
    return {}


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportKind:
    """`freeze` reads the facts that the kind's letter is written from; `problems` come on top of those of the day."""

    title: Callable[[Request], str]
    addressee: Callable[[Request], str]
    freeze: Callable[[Request], Mapping[str, Any]]
    problems: Callable[[Request], dict[str, str]] = no_problems
    takes_period: bool = False
    needs: frozenset[str] = (
        frozenset()
    )  # of "unit", "spot_check", "scoring"; what is not needed is not kept with the report


# How the titles of reports are put together, and whom they address.

EVERYBODY = "各乡镇人民政府、街道办事处，县政府直属各单位："


def until(request: Request) -> str:
    """The last day told, with the time where it was not over, or the period: it tells a report from the year's others."""
    last = f"{_day(request.as_of)}{time_of_day(f'{request.hour:%H:%M}') if request.hour else ''}"
    return f"（{_day(request.since)}至{last}）" if request.since else f"（截至{last}）"


def _day(on: date) -> str:
    return f"{on.year}年{on.month}月{on.day}日"


def titled(subject: str, *, form: str = "通报") -> str:
    return f"{settings.OFFICE_NAME}关于{subject}的{form}"
