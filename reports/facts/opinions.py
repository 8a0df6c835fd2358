"""Public opinion (政务舆情) in plain rows, for one unit or the county: counts, numbers and moments, nothing of what was posted."""

from collections.abc import Iterable, Sequence

from disclosure.models import OpinionEvaluation, OpinionEvent
from disclosure.public_opinion.limits import OpinionRow, minute
from ninghai.models import Unit
from reports.snapshots.schema import EvaluatedOpinionRow, LateOpinionRow, OpinionTotals, UnitOpinionsRow


def opinion_totals(rows: Sequence[OpinionRow]) -> OpinionTotals:
    judged = [limit for row in rows for limit in row.judged]
    return {
        "found": len(rows),
        "major": sum(row.grade == OpinionEvent.Grade.MAJOR for row in rows),
        "open": sum(row.is_open for row in rows),
        "declined": sum(row.status == "declined" for row in rows),
        "judged": len(judged),
        "in_time": sum(not limit.is_late for limit in judged),
    }


def opinion_units(rows: Iterable[OpinionRow]) -> list[UnitOpinionsRow]:
    """Each unit that leads any, in the county's order; what is not handed out yet stands last."""
    by_unit: dict[int | None, list[OpinionRow]] = {}
    for row in rows:
        by_unit.setdefault(row.unit.pk if row.unit else None, []).append(row)
    ordered = [*Unit.objects.filter(pk__in=[pk for pk in by_unit if pk]).values_list("pk", flat=True), None]
    return [{"unit": by_unit[pk][0].unit_name, **opinion_totals(by_unit[pk])} for pk in ordered if pk in by_unit]


def late_opinions(rows: Iterable[OpinionRow]) -> list[LateOpinionRow]:
    """Each limit that was not kept, by number, the earliest first."""
    late = sorted(((limit.due, row, limit) for row in rows for limit in row.late), key=lambda each: each[0])
    return [
        {
            "unit": row.unit_name,
            "number": row.number,
            "limit": limit.label,
            "due": minute(due),
            "ended": minute(limit.ended) or (f"{minute(limit.stopped)}起不再计时" if limit.stopped else ""),
            "graded": limit.graded,
        }
        for due, row, limit in late
    ]


def evaluated_opinions(rows: Iterable[OpinionRow]) -> list[EvaluatedOpinionRow]:
    """The sheets that were filled in by then, the lowest first."""
    told = [_evaluated(row, row.evaluation) for row in rows if row.evaluation]
    return sorted(told, key=lambda row: row["total"])


def _evaluated(row: OpinionRow, sheet: OpinionEvaluation) -> EvaluatedOpinionRow:
    return {
        "unit": row.unit_name,
        "number": row.number,
        "points": [f"{each['words']}{each['points']}/{each['full']}" for each in sheet.points],
        "total": sheet.total,
        "full": sum(each["full"] for each in sheet.points),
        "proposal": sheet.get_proposal_display(),
        "is_grave": sheet.proposal != OpinionEvaluation.Proposal.NONE,
        "words": sheet.words,
    }
