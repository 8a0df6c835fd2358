"""督办单: what is overdue on a day, of the whole county or of one unit, and what is asked for.

Of a period, only what fell due in it: the older debts have had their own paper.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from reports.facts import totals
from reports.facts.duties import AssignmentRow
from reports.kinds.kind import ReportKind, titled, until
from reports.kinds.request import Request, period_of


def title(request: Request) -> str:
    whose = request.unit.short_name if request.unit else ""
    return titled(
        f"{whose}{request.notice.year}年政务公开工作要点逾期任务{until(request)}",
        form="督办通知",
    )


def addressee(request: Request) -> str:
    return f"{request.unit.name}：" if request.unit else "各有关单位："


def problems(request: Request) -> dict[str, str]:
    if totals.overdue(duties_of(request)):
        return {}
    if request.since:
        return {"since": "这一时段内到期的任务都已办结，不需要督办单。"}
    return {"as_of": "截至这一天没有逾期任务，不需要督办单。"}


def duties_of(request: Request) -> Sequence[AssignmentRow]:
    """Those of the county or the unit, of the period where one was asked for."""
    duties, since = request.ground.duties_of(request.unit), request.since
    return [duty for duty in duties if since <= duty.due_date <= request.as_of] if since else duties


def freeze(request: Request) -> Mapping[str, Any]:
    duties = duties_of(request)
    return {
        "unit": {"code": request.unit.code, "unit": request.unit.short_name, "kind": request.unit.kind}
        if request.unit
        else None,
        "totals": totals.totals(duties, points=len({row.point for row in duties})),
        "by_unit": [row for row in totals.by_unit(duties, order=request.ground.unit_codes) if row["overdue"]],
        "overdue": totals.overdue(duties),
        **period_of(request, request.ground.duties_of(request.unit)),
    }


KIND = ReportKind(
    title=title,
    addressee=addressee,
    freeze=freeze,
    problems=problems,
    takes_period=True,
    needs=frozenset({"unit"}),
)
