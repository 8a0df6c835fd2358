"""What the sheet of a draw (抽查记录) prints of each drawn row, and of the inspectors who were passed over."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from ninghai.models import User
from tasks.models import Drawn, Finding, SpotCheck
from tasks.services.spot_checks import dealt_inspectors, named_by_hand


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One drawn row: `by_lot` is whom the lot gave it to, `reason` why somebody else was named by hand."""

    drawn: Drawn
    finding: Finding | None
    by_lot: str
    reason: str


@dataclass(frozen=True, slots=True)
class PassedOver:
    """Who was passed over (回避) for which rows, for one reason."""

    inspector: str
    reason: str
    keys: list[str]


def sheet_rows(spot_check: SpotCheck) -> list[SheetRow]:
    """The rows in drawing order."""
    rows = spot_check.drawn.select_related("assignment__task__point", "assignment__unit", "inspector", "finding")
    dealt, by_hand = dealt_inspectors(spot_check), named_by_hand(spot_check)
    names = inspector_names(spot_check.inspector_pool)
    return [
        SheetRow(
            drawn=row,
            finding=getattr(row, "finding", None),
            by_lot=names.get(dealt.get(row.assignment.key, ""), ""),
            reason=by_hand.get(row.pk, ""),
        )
        for row in rows.order_by("pk")
    ]


def passed_over(spot_check: SpotCheck) -> list[PassedOver]:
    """By person and reason, as the lot was drawn."""
    names = inspector_names(spot_check.inspector_pool)
    told = sorted(spot_check.passed_over, key=lambda each: (each["inspector"], each["reason"]))
    return [
        PassedOver(names.get(who, who), reason, [each["key"] for each in group])
        for (who, reason), group in groupby(told, key=lambda each: (each["inspector"], each["reason"]))
    ]


def inspector_names(usernames: Iterable[str]) -> dict[str, str]:
    """Username → name and username, as the sheet prints them: the recipe needs the username."""
    people = User.objects.filter(username__in=list(usernames)).order_by("username")
    return {person.username: f"{person}（账号 {person.username}）" for person in people}
