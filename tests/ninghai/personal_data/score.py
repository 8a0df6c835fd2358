"""Precision and recall of the finder over the labelled texts and the set of shapes: `make pii-score`, which fails below the goals."""

import sys
from collections import Counter
from dataclasses import dataclass, field

from ninghai.personal_data.finder import find_personal_data
from ninghai.personal_data.hit import DataKind
from ninghai.personal_data.table import find_in_table
from tests.ninghai.personal_data.labelled import Case, cases
from tests.ninghai.personal_data.second_labelled_set import Hard, hard_cases
from tests.ninghai.personal_data.shapes.measure import fails, measure_shapes, told_shapes
from tests.ninghai.personal_data.shapes.wordings import HALVES


@dataclass
class Score:
    """Counts by kind: what was found rightly, missed, and found though it is not there."""

    right: Counter[str] = field(default_factory=Counter)
    missed: Counter[str] = field(default_factory=Counter)
    wrong: Counter[str] = field(default_factory=Counter)
    examples: list[str] = field(default_factory=list)
    count: int = 0

    def add(self, case: Case | Hard) -> None:
        found = reported(case)
        self.count += 1
        self.right.update(kind for kind, _ in found & case.personal)
        self.missed.update(kind for kind, _ in case.personal - found)
        self.wrong.update(kind for kind, _ in found - case.personal)
        if found != case.personal:
            wrong, missed = sorted(found - case.personal), sorted(case.personal - found)
            shown = case.rows if isinstance(case, Hard) and case.rows else case.text
            self.examples.append(f"{case.subject}: {shown!r}: wrong {wrong}, missed {missed}")

    def recall(self, kinds: set[str]) -> float:
        right = sum(self.right[kind] for kind in kinds)
        return right / (right + sum(self.missed[kind] for kind in kinds))

    @property
    def precision(self) -> float:
        return self.right.total() / (self.right.total() + self.wrong.total())


def reported(case: Case | Hard) -> set[tuple[DataKind, str]]:
    """What the finder reports in the text, or in the table."""
    if isinstance(case, Hard) and case.rows:
        return {(cell.hit.kind, cell.hit.text) for cell in find_in_table(case.rows)}
    return {(hit.kind, hit.text) for hit in find_personal_data(case.text)}


NUMBERS = {"id_card", "disability_card", "mobile", "landline", "bank_card", "passport", "plate", "email"}
JUDGED = {"address", "name"}
OTHERS = {"sensitive_column"}


def measure(*, rounds: int = 100, seed: int = 20181120) -> Score:
    score = Score()
    for case in cases(rounds=rounds, seed=seed):
        score.add(case)
    return score


def measure_harder(*, rounds: int = 60, seed: int = 20190101) -> Score:
    """Over the second set, which was written apart from the finder."""
    score = Score()
    for case in hard_cases(rounds=rounds, seed=seed):
        score.add(case)
    return score


def told(score: Score, *, title: str) -> list[str]:
    """The figures in lines, then what went wrong."""
    return [
        f"{title}: {score.count} labelled texts and tables",
        *(
            f"{kind:16} recall {score.recall({kind}):.4f}  found wrongly {score.wrong[kind]}"
            for kind in sorted(kind for kind in NUMBERS | JUDGED | OTHERS if score.right[kind] + score.missed[kind])
        ),
        f"numbers: recall {score.recall(NUMBERS):.4f}",
        f"addresses and names: recall {score.recall(JUDGED):.4f}",
        f"precision {score.precision:.4f}",
        *score.examples,
    ]


if __name__ == "__main__":
    shapes = measure_shapes(halves=tuple(sys.argv[1:]) or HALVES)
    lines = [
        *told_shapes(shapes),
        "",
        *told(measure(), title="first set"),
        "",
        *told(measure_harder(), title="harder set"),
    ]
    sys.stdout.write("\n".join(lines) + "\n")
    sys.exit(1 if fails(shapes) else 0)
