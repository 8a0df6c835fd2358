"""What has been read of a notice (识别结果): frozen values, and their JSON."""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from tasks.notices.reading.blocks import Passage


class NamedRole(StrEnum):
    """What a unit owes, stronger first."""

    LEAD = "lead"
    RESPONSIBLE = "responsible"
    SUPPORTING = "supporting"
    GUIDING = "guiding"


class SourcePlace(StrEnum):
    """Where a passage of the input has gone."""

    TITLE = "title"
    NUMBER = "number"
    HEADING = "heading"
    TEXT = "text"
    BRACKET = "bracket"
    OTHER = "other"


class PlacedKind(StrEnum):
    """What a passage outside the points is: page chrome, the letter, a heading, the preamble, a note."""

    CHROME = "chrome"
    LETTER = "letter"
    HEADING = "heading"
    PREAMBLE = "preamble"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Placed:
    """One passage of the input with its place; all of them together are the input, character by character."""

    passage: Passage
    place: SourcePlace


@dataclass(frozen=True, slots=True)
class Heading:
    """The number and title of a part (部分) or section (节)."""

    no: str
    title: str

    def as_json(self) -> dict[str, str]:
        return {"no": self.no, "title": self.title}


@dataclass(frozen=True, slots=True)
class NamedUnit:
    """A name in a responsibility bracket, as written, in its role; a group is an open set of units."""

    name: str
    role: NamedRole
    group: bool

    def as_json(self) -> dict[str, Any]:
        return {"name": self.name, "role": self.role.value, "group": self.group}


@dataclass(frozen=True, slots=True)
class Deadline:
    """A day by which something is due (截止日期)."""

    text: str
    date: date

    def as_json(self) -> dict[str, str]:
        return {"text": self.text, "date": self.date.isoformat()}


@dataclass(frozen=True, slots=True)
class TimeLimit:
    """A limit counted from an event (办理时限); unit is hour, working_day, day or month."""

    text: str
    amount: int
    unit: str

    def as_json(self) -> dict[str, Any]:
        return {"text": self.text, "amount": self.amount, "unit": self.unit}


@dataclass(frozen=True, slots=True)
class Recurrence:
    """What is due again and again (周期要求), with the days that are still to come in the notice's year."""

    text: str
    dates: tuple[date, ...]

    def as_json(self) -> dict[str, Any]:
        return {"text": self.text, "dates": [day.isoformat() for day in self.dates]}


@dataclass(frozen=True, slots=True)
class OngoingDuty:
    """A duty without an end (长期坚持)."""

    text: str

    def as_json(self) -> dict[str, str]:
        return {"text": self.text}


@dataclass(frozen=True, slots=True)
class Doubtful:
    """Words about time that name no certain day (时限不明); the reason completes a sentence for the office."""

    text: str
    reason: str


@dataclass(frozen=True, slots=True)
class Times:
    """Everything a point says about time; what is doubtful or unread becomes a warning and stands in no JSON of its own."""

    deadlines: tuple[Deadline, ...] = ()
    time_limits: tuple[TimeLimit, ...] = ()
    recurrences: tuple[Recurrence, ...] = ()
    standing: tuple[OngoingDuty, ...] = ()
    doubtful: tuple[Doubtful, ...] = ()
    unread: tuple[str, ...] = field(default=(), compare=False)  # looks like time, and fits no convention

    def as_json(self) -> dict[str, list[dict[str, Any]]]:
        return {
            "deadlines": [deadline.as_json() for deadline in self.deadlines],
            "time_limits": [limit.as_json() for limit in self.time_limits],
            "recurrences": [recurrence.as_json() for recurrence in self.recurrences],
            "standing": [standing.as_json() for standing in self.standing],
        }


@dataclass(frozen=True, slots=True)
class ParsedPoint:
    """One work point (工作要点); `key` is what the document itself would call it: 一(二)3."""

    key: str
    part: Heading | None
    section: Heading | None
    number: str | None
    text: str
    responsibility_texts: tuple[str, ...]
    units: tuple[NamedUnit, ...]
    times: Times

    def as_json(self) -> dict[str, Any]:
        return {
            "key": self.key,
            "part": self.part.as_json() if self.part else None,
            "section": self.section.as_json() if self.section else None,
            "number": self.number,
            "text": self.text,
            "responsibility_texts": list(self.responsibility_texts),
            "units": [unit.as_json() for unit in self.units],
            **self.times.as_json(),
        }


@dataclass(frozen=True, slots=True)
class Other:
    """A passage that belongs to no point."""

    passage: Passage
    kind: PlacedKind

    def as_json(self) -> dict[str, Any]:
        return {"line": self.passage.line, "kind": self.kind.value, "text": self.passage.text.strip()}


@dataclass(frozen=True, slots=True, order=True)
class ParseWarning:
    """Something the office should look at, said in one Chinese sentence; lines count from 1."""

    line: int
    message: str

    def as_json(self) -> dict[str, Any]:
        return {"line": self.line, "message": self.message}


@dataclass(frozen=True, slots=True)
class ParsedNotice:
    """The notice as read; `placed` is the whole input in order, each character in exactly one place."""

    title: str
    document_number: str | None
    issuing_office: str | None
    issued_on: date | None
    year: int
    openness: str | None
    points: tuple[ParsedPoint, ...]
    other: tuple[Other, ...]
    warnings: tuple[ParseWarning, ...]
    placed: tuple[Placed, ...]

    def as_json(self) -> dict[str, Any]:
        """The parse as agreed with everybody who reads it."""
        return {
            "title": self.title,
            "document_number": self.document_number,
            "issuing_office": self.issuing_office,
            "issued_on": self.issued_on.isoformat() if self.issued_on else None,
            "year": self.year,
            "openness": self.openness,
            "points": [point.as_json() for point in self.points],
            "other": [other.as_json() for other in self.other],
            "warnings": [warning.as_json() for warning in self.warnings],
        }
