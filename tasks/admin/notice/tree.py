"""A notice as the office reads it: the tree of its points beside its text, every warning at its line."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from tasks.breakdown import break_down
from tasks.models import Responsibility, WorkPoint, WorkPointNotice

OPENING = 12  # characters of a point that are enough to find it in the text


@dataclass(slots=True)
class SourceLine:
    """A line of the original, with what the reader found odd about it."""

    number: int
    text: str
    warnings: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class PointRow:
    """A point with what stands around it on the page."""

    point: WorkPoint
    responsibilities: list[Responsibility]
    assignments: int
    line: int | None
    new_part: str
    new_section: str

    @property
    def limits(self) -> list[str]:
        """What the point says about time, in its own words."""
        return [limit["text"] for kind in self.point.limits.values() for limit in kind]

    @property
    def unresolved(self) -> int:
        return sum(not each.is_resolved for each in self.responsibilities)


def point_rows(notice: WorkPointNotice) -> list[PointRow]:
    """The points in order; a part's and a section's heading stand with the first point below them."""
    points = notice.points.order_by("position").prefetch_related("responsibilities__units")
    lines = notice.source_text.split("\n")
    rows: list[PointRow] = []
    part = section = ""
    for point in points:
        is_new_part, is_new_section = point.part != part, (point.part, point.section) != (part, section)
        part, section = point.part, point.section
        rows.append(
            PointRow(
                point=point,
                responsibilities=list(point.responsibilities.all()),
                assignments=break_down(point).count,
                line=line_of(point, lines, after=rows[-1].line if rows else None),
                new_part=part if is_new_part else "",
                new_section=section if is_new_section else "",
            )
        )
    return rows


def line_of(point: WorkPoint, lines: Sequence[str], *, after: int | None) -> int | None:
    """The line, counted from 1, in which the point's text begins; None when it was rewritten since."""
    opening = point.text[:OPENING]
    candidates = [number for number, line in enumerate(lines, start=1) if opening and opening in line]
    return next((number for number in candidates if number >= (after or 1)), None)


def source_lines(notice: WorkPointNotice) -> list[SourceLine]:
    """The original text, each warning with its line."""
    lines = [SourceLine(number, text) for number, text in enumerate(notice.source_text.split("\n"), start=1)]
    for number, messages in _by_line(notice.warnings).items():
        if 1 <= number <= len(lines):
            lines[number - 1].warnings = messages
    return lines


def _by_line(warnings: Iterable[dict[str, Any]]) -> dict[int, list[str]]:
    by_line: defaultdict[int, list[str]] = defaultdict(list)
    for warning in warnings:
        by_line[warning["line"]].append(warning["message"])
    return by_line
