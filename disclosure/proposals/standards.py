"""What each county sets for itself: within how many months a reply is due, and the categories of results; the office keeps both by date.

What stands here holds until the office has entered something: local rules of several places, not checked against this county's.
"""

from datetime import date

from disclosure.models import LimitStage, ProposalCategory, ProposalKind, ProposalLimit

MONTHS = {
    (ProposalKind.NPC, LimitStage.ORDINARY): 3,
    (ProposalKind.NPC, LimitStage.HARD): 6,
    (ProposalKind.NPC, LimitStage.AGAIN): 3,
    (ProposalKind.CPPCC, LimitStage.ORDINARY): 3,
    (ProposalKind.CPPCC, LimitStage.HARD): 5,
    (ProposalKind.CPPCC, LimitStage.AGAIN): 3,
}
CATEGORIES = {"A": "已经解决或者基本解决", "B": "列入计划逐步解决", "C": "留作参考", "D": "暂不能解决，作出解释说明"}


def months_on(kind: str, stage: str, *, on: date) -> int:
    row = ProposalLimit.objects.filter(kind=kind, stage=stage, valid_from__lte=on).order_by("-valid_from").first()
    return row.months if row else MONTHS[ProposalKind(kind), LimitStage(stage)]


def categories_on(day: date) -> dict[str, str]:
    """The categories in use on that day, each with what it says."""
    found = dict(CATEGORIES)
    for row in ProposalCategory.objects.filter(valid_from__lte=day).order_by("valid_from"):
        found[row.code] = row.words
    return {code: words for code, words in sorted(found.items()) if words}


def category_label(code: str, *, on: date) -> str:
    words = categories_on(on).get(code, "")
    return f"{code}类（{words}）" if words else f"{code}类"


def load_standards() -> None:
    """These as rows for the office to check and change, where there are none yet."""
    told = {"valid_from": date(2008, 5, 1)}
    if not ProposalLimit.objects.exists():
        said = {**told, "basis": "各地规定不一，请按本县的规定核对。"}
        rows = [
            ProposalLimit(kind=kind, stage=stage, months=months, **said) for (kind, stage), months in MONTHS.items()
        ]
        ProposalLimit.objects.bulk_create(rows)
    if not ProposalCategory.objects.exists():
        ProposalCategory.objects.bulk_create(
            [ProposalCategory(code=code, words=words, **told) for code, words in CATEGORIES.items()]
        )
