"""What is judged of one unit under one rule, as read from the records; every case names its record."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NamedTuple

from tasks.scoring.parameters import Source


@dataclass(frozen=True, slots=True)
class JudgedRule:
    """A line of the scheme (考核项目); `parameters` are complete, as `read_parameters` gives them."""

    key: int
    source: Source
    full_marks: Decimal
    parameters: Mapping[str, Any]


class Record(NamedTuple):
    """Where a case can be looked up: a model's label and the row's number."""

    type: str
    id: str


class Lapse(NamedTuple):
    """A record that fell short: how often what it owed came late (超期), and how often not at all (缺)."""

    words: str
    record: Record
    late: int = 0
    missing: int = 0


@dataclass(frozen=True, slots=True)
class Timely:
    """What was owed: how many in time, and each that was not."""

    in_time: int = 0
    lapses: tuple[Lapse, ...] = ()

    @property
    def late(self) -> int:
        return sum(lapse.late for lapse in self.lapses)

    @property
    def missing(self) -> int:
        return sum(lapse.missing for lapse in self.lapses)

    @property
    def owed(self) -> int:
        return self.in_time + self.late + self.missing


@dataclass(frozen=True, slots=True)
class MarkMade:
    """What a finding took from or gave to its score: `points` below or above zero."""

    words: str
    record: Record
    points: Decimal


@dataclass(frozen=True, slots=True)
class FindingFact:
    """A finding of a spot check (抽查结论); without a rubric it has no score, and its outcome is worth something."""

    words: str
    record: Record
    outcome: str
    score: Decimal | None = None
    is_vetoed: bool = False
    marks: tuple[MarkMade, ...] = ()


@dataclass(frozen=True, slots=True)
class Entered:
    """A record of the office (考核记录): its value and why."""

    words: str
    record: Record
    value: Decimal


@dataclass(frozen=True, slots=True)
class Facts:
    """Of one unit under one rule; a source fills what it knows of."""

    timely: Timely = Timely()
    found: tuple[FindingFact, ...] = ()
    entered: tuple[Entered, ...] = ()
