"""What single tests have counted (`record_property`), added up over all workers for the end of the run."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

CELLS, BAD_INPUTS = "cells", "bad_inputs"  # how many; how many by the class of the answer's status
CLASSES = ("2xx", "3xx", "4xx", "5xx")
POLYGLOTS = "polyglots"  # what became of them
UNTOLD = "untold"  # answers in which nobody's sealed words were looked for
SHOWN = "shown"  # how often what was typed came back with the form


def sums(reports: Sequence[Any]) -> Iterator[str]:
    """A line for each thing that was counted in this run."""
    if cells := _counted(reports, CELLS):
        held = sum(count for passed, count in cells if passed)
        yield f"permission matrix: {held} of {sum(count for _, count in cells)} cells hold"
    if tried := _counted(reports, BAD_INPUTS):
        answers = sum((Counter(count) for _, count in tried), Counter())
        total = sum(answers[each] for each in CLASSES)
        by_class = ", ".join(f"{answers[each]} {each}" for each in CLASSES)
        yield f"bad inputs tried: {total}, answered by {by_class}; what was typed was shown again {answers[SHOWN]} times"
    if asked := _counted(reports, UNTOLD):
        kept = sum(count for passed, count in asked if passed)
        yield f"applicants' data: {kept} of {sum(count for _, count in asked)} answers tell nobody's"
    if tried := _counted(reports, POLYGLOTS):
        ends = sum((Counter(count) for _, count in tried), Counter())
        told = ", ".join(f"{count} {end}" for end, count in sorted(ends.items()))
        good = sum(ends.values()) - ends["published with it"]
        yield f"polyglots: {good} of {sum(ends.values())} refused or published clean ({told})"


def _counted(reports: Iterable[Any], name: str) -> list[tuple[bool, Any]]:
    """Of each test that counted this: whether it passed, and what it counted."""
    return [
        (report.passed, value)
        for report in reports
        for key, value in getattr(report, "user_properties", ())
        if key == name and report.when == "call"
    ]
