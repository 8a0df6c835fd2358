"""What a kind of report has to say of itself."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from reports.kinds.request import Request


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
