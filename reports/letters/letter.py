"""The parts of a letter (公文) between its title and its date, in the order they are read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from reports.letters.notation import NUMERALS


class TypesettingError(Exception):
    """The snapshot cannot be typeset here; the message says why, in words for the screen."""


@dataclass(frozen=True, slots=True)
class LetterPart:
    """（一）… : a second-level heading, or none, and its paragraphs."""

    paragraphs: Sequence[str]
    heading: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """一、… : a first-level heading, or none in a short letter, and its parts."""

    heading: str
    parts: Sequence[LetterPart]


@dataclass(frozen=True, slots=True)
class LetterTable:
    """Column titles and rows of plain cells."""

    columns: Sequence[str]
    rows: Sequence[Sequence[str | int]]


@dataclass(frozen=True, slots=True)
class Annex:
    """附件: a title and a table; `style` names its column widths in official.css, `total` its closing row.

    `table` is printed; `data` travels inside the PDF and keeps in full what print can only quote.
    """

    title: str
    style: str
    table: LetterTable
    data: LetterTable
    total: Sequence[str | int] = ()
    note: str = ""
    label: str = "附件"
    charts: Sequence[Any] = ()  # of reports.writing.charts, shown in the place of a table
    is_printed: bool = True  # else the text tells everything, and only `data` travels along


@dataclass(frozen=True, slots=True)
class Letter:
    opening: str
    sections: Sequence[Section]
    annexes: Sequence[Annex] = field(default_factory=tuple)


def numbered_sections(sections: Sequence[Section]) -> list[Section]:
    """一、 before every headed section and （一） before every headed part; what is empty is left out and takes no number."""
    filled = [section for section in sections if section.parts]
    return [
        Section(
            heading=f"{NUMERALS[at]}、{section.heading}" if section.heading else "",
            parts=_numbered_parts(section.parts),
        )
        for at, section in enumerate(filled)
    ]


def _numbered_parts(parts: Sequence[LetterPart]) -> list[LetterPart]:
    headed = [part for part in parts if part.heading]
    return [
        LetterPart(part.paragraphs, f"（{NUMERALS[headed.index(part)]}）{part.heading}" if part.heading else "")
        for part in parts
    ]


def listed_annexes(annexes: Sequence[Annex]) -> list[Mapping[str, Any]]:
    """How the annexes are announced below the text: 附件：1. …, without a number when there is only one."""
    alone = len(annexes) == 1
    return [
        {"intro": "附件：" if at == 1 else "", "number": "" if alone else f"{at}. ", "title": annex.title}
        for at, annex in enumerate(annexes, start=1)
    ]


def labelled(annexes: Sequence[Annex]) -> list[Annex]:
    """附件1, 附件2 …; a single annex is plain 附件."""
    if len(annexes) == 1:
        return list(annexes)
    return [replace(annex, label=f"附件{at}") for at, annex in enumerate(annexes, start=1)]
