"""What each county sets for itself: within how many months a reply is due, and the categories of results; the office keeps both by date.

What stands here holds until the office has entered something: local rules of several places, not checked against this county's.
"""

from datetime import date

from disclosure.models import LimitStage, ProposalCategory, ProposalKind, ProposalLimit

MONTHS = {
    (ProposalKind.NPC, LimitStage.ORDINARY): 3,
    (ProposalKind.NPC, LimitStage.HARD): 6,
    (ProposalKind.NPC, LimitStage.AGAIN): 3,
    (ProposalKind.NPC, LimitStage.EXTENDED): 3,
    (ProposalKind.CPPCC, LimitStage.ORDINARY): 3,
    (ProposalKind.CPPCC, LimitStage.HARD): 5,
    (ProposalKind.CPPCC, LimitStage.AGAIN): 3,
    (ProposalKind.CPPCC, LimitStage.EXTENDED): 2,
}
CATEGORIES = {"A": "已经解决或者基本解决", "B": "列入计划逐步解决", "C": "留作参考", "D": "暂不能解决，作出解释说明"}
FIRST_DAY = date(2008, 5, 1)  # from which what stands here holds


def months_on(kind: str, stage: str, *, on: date) -> int:
    row = ProposalLimit.objects.filter(kind=kind, stage=stage, valid_from__lte=on).order_by("-valid_from").first()
    return row.months if row else MONTHS[ProposalKind(kind), LimitStage(stage)]


class Categories:
    """The categories as the office keeps them by date, read once for all rows of a list."""

    def __init__(self) -> None:
        rows = ProposalCategory.objects.order_by("valid_from").values_list("code", "valid_from", "words")
        self.rows = [*((code, FIRST_DAY, words) for code, words in CATEGORIES.items()), *rows]

    def on(self, day: date) -> dict[str, str]:
        """Those in use on that day, each with what it says."""
        found = {code: words for code, since, words in self.rows if since <= day}
        return {code: words for code, words in sorted(found.items()) if words}

    def label(self, code: str, *, on: date) -> str:
        """In the words of that day; of one that is used no longer in its last ones."""
        said = [words for each, since, words in self.rows if each == code and since <= on and words]
        return f"{code}类（{said[-1]}）" if said else f"{code}类"

    def labels(self, *, on: date) -> list[tuple[str, str]]:
        """All that were ever used."""
        return [(code, self.label(code, on=on)) for code in sorted({code for code, _, _ in self.rows})]


def categories_on(day: date) -> dict[str, str]:
    return Categories().on(day)


def load_standards() -> None:
    """These as rows for the office to check and change, where there are none yet."""
    if not ProposalLimit.objects.exists():
        said = {"valid_from": FIRST_DAY, "basis": "各地规定不一，请按本县的规定核对。"}
        ProposalLimit.objects.bulk_create(
            ProposalLimit(kind=kind, stage=stage, months=months, **said) for (kind, stage), months in MONTHS.items()
        )
    if not ProposalCategory.objects.exists():
        ProposalCategory.objects.bulk_create(
            ProposalCategory(code=code, words=words, valid_from=FIRST_DAY) for code, words in CATEGORIES.items()
        )
