"""How much of the set of shapes is found, by shape and format: recall of numbers, of names and addresses, and precision."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field

from ninghai.personal_data.scan import scan_file
from tests.ninghai.personal_data.shapes.documents import JUDGED, SHAPES, Document, Shape, Writer
from tests.ninghai.personal_data.shapes.looks_alike import NOT_COUNTED, harmless
from tests.ninghai.personal_data.shapes.values import Expected, Values
from tests.ninghai.personal_data.shapes.wordings import HALVES
from tests.ninghai.personal_data.shapes.writing import written

NUMBERS_GOAL, JUDGED_GOAL, PRECISION_GOAL = 0.99, 0.95, 0.97


@dataclass(slots=True)
class Tally:
    """Of one shape in one format."""

    numbers: list[bool] = field(default_factory=list)  # whether each was found
    judged: list[bool] = field(default_factory=list)
    right: int = 0
    wrong: int = 0
    examples: list[str] = field(default_factory=list)

    @property
    def figures(self) -> tuple[float, float, float]:
        """Recall of numbers, recall of names and addresses, precision."""
        told = self.right + self.wrong
        return _share(self.numbers), _share(self.judged), self.right / told if told else 1.0

    @property
    def lack(self) -> float:
        """How far it is below its goals, at the most; above nought it fails."""
        goals = (NUMBERS_GOAL, JUDGED_GOAL, PRECISION_GOAL)
        return max(goal - reached for goal, reached in zip(goals, self.figures, strict=True))

    def add(self, document: Document, name: str, data: bytes) -> None:
        found = {(hit.kind, plain(hit.text)) for hit in scan_file(name=name, data=data) if hit.kind not in NOT_COUNTED}
        wanted = {(kind, plain(value)) for kind, value in document.personal}
        for kind, value in wanted:
            (self.judged if kind in JUDGED else self.numbers).append((kind, value) in found)
        self.right += len(found & wanted)
        self.wrong += len(found - wanted)
        if found != wanted:
            self.examples.append(
                f"missed {_listed(wanted - found)} wrong {_listed(found - wanted)} in {document.blocks}"
            )

    def merge(self, other: "Tally") -> None:
        self.numbers += other.numbers
        self.judged += other.judged
        self.right += other.right
        self.wrong += other.wrong
        self.examples += other.examples


def plain(value: str) -> str:
    """Without blanks and line ends, with one kind of dot: a value is the same wherever it was broken."""
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", value)).replace("\u30fb", "·")


def _share(found: list[bool]) -> float:
    return sum(found) / len(found) if found else 1.0


def _listed(hits: set[Expected]) -> list[str]:
    return sorted(f"{kind}:{value}" for kind, value in hits)


Cell = tuple[str, str, str]  # shape, format, half of the words


def measure_shapes(*, rounds: int = 12, seed: int = 20181205, halves: tuple[str, ...] = HALVES) -> dict[Cell, Tally]:
    """The same seed gives the same files. As many documents with nothing personal as with."""
    tallies: dict[Cell, Tally] = {}
    for shape, suffix, half in _cells(halves):
        values = Values(f"{seed} {shape.__name__} {suffix} {half}")
        tally = tallies[shape.__name__, suffix, half] = Tally()
        for _ in range(rounds):
            for document in (_personal(shape, values, half), harmless(shape.__name__, values, half)):
                tally.add(document, *written(document, suffix, values))
    return tallies


def by_half(tallies: dict[Cell, Tally]) -> dict[str, Tally]:
    merged: dict[str, Tally] = {}
    for (_, _, half), tally in tallies.items():
        merged.setdefault(half, Tally()).merge(tally)
    return merged


def _cells(halves: tuple[str, ...]) -> Iterator[tuple[Shape, str, str]]:
    for shape, suffixes in SHAPES.items():
        for suffix in suffixes:
            for half in halves:
                yield shape, suffix, half


def _personal(shape: Shape, values: Values, half: str) -> Document:
    writer = Writer(values, half)
    shape(writer)
    return writer.document


def told_shapes(tallies: dict[Cell, Tally]) -> list[str]:
    """The worst row first; then what went wrong in those that fail."""
    rows = sorted(tallies.items(), key=lambda row: (-row[1].lack, row[0]))
    return [
        "shape × format × words, the worst first: recall of numbers, recall of names and addresses, precision",
        *(_row(f"{shape:26} {suffix:6} {half:9}", tally) for (shape, suffix, half), tally in rows),
        *(_row(f"words: {half:36}", tally) for half, tally in by_half(tallies).items()),
        *(
            f"{shape} {suffix} {half}: {example}"
            for (shape, suffix, half), tally in rows
            if tally.lack > 0
            for example in tally.examples
        ),
    ]


def _row(title: str, tally: Tally) -> str:
    numbers, judged, precision = tally.figures
    counts = f"({len(tally.numbers)} + {len(tally.judged)} to find)"
    return f"{title} {numbers:.3f}  {judged:.3f}  {precision:.3f}  {counts}{'  FAILS' if tally.lack > 0 else ''}"


def fails(tallies: dict[Cell, Tally]) -> bool:
    """Each half by itself: good words make up for no bad ones."""
    return any(tally.lack > 0 for tally in tallies.values())
