"""Precision and recall of the finder over the labelled texts: `make pii-score`."""

import sys
from collections import Counter
from dataclasses import dataclass, field

from ninghai.personal_data.finder import find_personal_data
from tests.ninghai.personal_data.labelled import Case, cases


@dataclass
class Score:
    """Counts by kind: what was found rightly, missed, and found though it is not there."""

    right: Counter[str] = field(default_factory=Counter)
    missed: Counter[str] = field(default_factory=Counter)
    wrong: Counter[str] = field(default_factory=Counter)
    examples: list[str] = field(default_factory=list)
    count: int = 0

    def add(self, case: Case) -> None:
        found = {(hit.kind, hit.text) for hit in find_personal_data(case.text)}
        self.count += 1
        self.right.update(kind for kind, _ in found & case.personal)
        self.missed.update(kind for kind, _ in case.personal - found)
        self.wrong.update(kind for kind, _ in found - case.personal)
        if found != case.personal:
            self.examples.append(f"{case.text!r}: {sorted(found)}, not {sorted(case.personal)}")

    def recall(self, kinds: set[str]) -> float:
        right = sum(self.right[kind] for kind in kinds)
        return right / (right + sum(self.missed[kind] for kind in kinds))

    @property
    def precision(self) -> float:
        return self.right.total() / (self.right.total() + self.wrong.total())


NUMBERS = {"id_card", "disability_card", "mobile", "landline", "bank_card", "passport", "plate", "email"}
JUDGED = {"address", "name"}


def measure(*, rounds: int = 100, seed: int = 20181120) -> Score:
    score = Score()
    for case in cases(rounds=rounds, seed=seed):
        score.add(case)
    return score


def told(score: Score) -> list[str]:
    """The figures in lines, then what went wrong."""
    return [
        f"{score.count} labelled texts",
        *(
            f"{kind:16} recall {score.recall({kind}):.4f}  found wrongly {score.wrong[kind]}"
            for kind in sorted(NUMBERS | JUDGED)
        ),
        f"numbers: recall {score.recall(NUMBERS):.4f}",
        f"addresses and names: recall {score.recall(JUDGED):.4f}",
        f"precision {score.precision:.4f}",
        *score.examples,
    ]


if __name__ == "__main__":
    sys.stdout.write("\n".join(told(measure())) + "\n")
