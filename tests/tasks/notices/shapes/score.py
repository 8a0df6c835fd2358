"""How well the notice reader reads each shape in each format: `make notice-score` prints them, the worst five last.

Of a generated notice count the points that are found under their own key, the units in their roles, what is said about
time, and the warnings that the shape asks for; found too much counts against it. Exit status 1 below the floor.
"""

import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from tasks.notices.reading import NotANotice, ParsedNotice, read_notice
from tests.tasks.notices.shapes.catalogue import SHAPES, Pen
from tests.tasks.notices.shapes.formats import FORMATS
from tests.tasks.notices.shapes.truth import Notice, Point
from tests.tasks.notices.shapes.wordings import SETS

PARTS = ("points", "units", "times", "warnings")
SEED = 20181120
FLOOR = {"seen": 0.98, "held out": 0.90}  # of each shape in each format
WORST = 5


@dataclass
class Tally:
    """Rightly found, missed, and found though it is not there, by part."""

    right: Counter[str] = field(default_factory=Counter)
    missed: Counter[str] = field(default_factory=Counter)
    wrong: Counter[str] = field(default_factory=Counter)
    examples: list[str] = field(default_factory=list)

    def count(self, part: str, *, meant: set[object], found: set[object]) -> None:
        self.right[part] += len(meant & found)
        self.missed[part] += len(meant - found)
        self.wrong[part] += len(found - meant)
        self.examples += [f"missed {each}" for each in sorted(meant - found, key=str)]
        self.examples += [f"wrong {each}" for each in sorted(found - meant, key=str)]

    def score(self, parts: Iterable[str] = PARTS) -> float:
        """F1 over these parts; 1 where there is nothing to find and nothing was."""
        right, missed, wrong = (sum(each[part] for part in parts) for each in (self.right, self.missed, self.wrong))
        return 2 * right / (2 * right + missed + wrong) if right + missed + wrong else 1.0


def measure(shape: str, kind: str, wording: str, *, seed: int = SEED) -> Tally:
    """One shape in one format and one set of phrases."""
    notice = SHAPES[shape](Pen(SETS[wording], seed))
    try:
        read = read_notice(data=FORMATS[kind](notice), filename=kind, year=notice.year)
    except NotANotice:
        read = None
    return compared(notice, read)


def compared(notice: Notice, read: ParsedNotice | None) -> Tally:
    """A notice that was refused has nothing in it."""
    tally = Tally()
    meant = {point.key: point.facts for point in notice.points}
    found = {point.key: point.facts for point in found_in(read)} if read else {}
    tally.count("points", meant=set(meant), found=set(found))
    for part, kinds in (("units", {"unit"}), ("times", {"deadline", "recurrence", "limit", "standing"})):
        tally.count(part, meant=set(_facts(meant, kinds)), found=set(_facts(found, kinds)))
    messages = "\n".join(warning.message for warning in read.warnings) if read else ""
    warned = {words for words in notice.warned if words in messages}
    tally.count("warnings", meant=set(notice.warned), found=set(warned))
    return tally


def found_in(read: ParsedNotice) -> Iterator[Point]:
    for point in read.points:
        times = point.times
        yield Point(
            key=point.key,
            units={(unit.name, unit.role.value) for unit in point.units},
            deadlines={deadline.date.isoformat() for deadline in times.deadlines},
            recurrences={tuple(day.isoformat() for day in each.dates) for each in times.recurrences},
            limits={(limit.amount, limit.unit) for limit in times.time_limits},
            standing=len(times.standing),
        )


def _facts(by_key: dict[str, set[tuple[object, ...]]], kinds: set[str]) -> Iterator[tuple[object, ...]]:
    for key, facts in by_key.items():
        yield from ((key, *fact) for fact in facts if fact[0] in kinds)


def measured() -> dict[tuple[str, str, str], Tally]:
    """Every shape × format × set of phrases."""
    return {
        (shape, kind, wording): measure(shape, kind, wording)
        for wording in SETS
        for shape in SHAPES
        for kind in FORMATS
    }


def told(tallies: dict[tuple[str, str, str], Tally]) -> list[str]:
    """A line for each shape, each set as a whole, then the worst."""
    lines = [f"{'shape':46} {'set':9} {' '.join(f'{kind:>10}' for kind in FORMATS)}   points units times warnings"]
    for wording in SETS:
        for shape in SHAPES:
            row = [tallies[shape, kind, wording] for kind in FORMATS]
            parts = " ".join(f"{_mean(each.score([part]) for each in row):5.2f}" for part in PARTS)
            lines.append(f"{shape:46} {wording:9} {' '.join(f'{each.score():10.2f}' for each in row)}   {parts}")
    for wording in SETS:
        mean = _mean(tally.score() for (_, _, said), tally in tallies.items() if said == wording)
        lines.append(f"{wording}: mean {mean:.4f}, floor of each {FLOOR[wording]}")
    worst = sorted(tallies.items(), key=lambda each: each[1].score())[:WORST]
    lines.append(f"the worst {WORST}:")
    for (shape, kind, wording), tally in worst:
        lines.append(f"  {tally.score():.2f} {shape} × {kind} × {wording}  {'; '.join(tally.examples[:3])}")
    return lines


def below_floor(tallies: dict[tuple[str, str, str], Tally]) -> list[tuple[str, str, str]]:
    return [each for each, tally in tallies.items() if tally.score() < FLOOR[each[2]]]


def _mean(scores: Iterable[float]) -> float:
    scores = list(scores)
    return sum(scores) / len(scores)


def run() -> bool:
    """Measure and print; whether every shape stands above its floor."""
    everything = measured()
    sys.stdout.write("\n".join(told(everything)) + "\n")
    return not below_floor(everything)
