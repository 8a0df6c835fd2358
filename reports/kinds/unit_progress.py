"""单位进展情况: how one unit's work stands, task by task."""

from collections.abc import Mapping
from typing import Any

from reports.facts import totals
from reports.facts.duties import duty_rows
from reports.facts.totals import months
from reports.kinds.kind import ReportKind, titled, until
from reports.kinds.request import Request, period_of


def title(request: Request) -> str:
    name = request.unit.short_name if request.unit else ""
    return titled(f"{name}{request.notice.year}年政务公开工作要点落实进展情况{until(request)}")


def addressee(request: Request) -> str:
    return f"{request.unit.name if request.unit else ''}："


def problems(request: Request) -> dict[str, str]:
    """Whoever was given nothing has nothing to be told."""
    if request.unit is None:
        return {"unit": "单位进展情况要选择一个单位。"}
    if not request.ground.duties_of(request.unit):
        return {"unit": f"截至这一天，{request.unit.short_name}在这份通知中没有任务，请重新选择单位。"}
    return {}


def freeze(request: Request) -> Mapping[str, Any]:
    """The unit's sums, each part's, each of its tasks, and how it stands beside the county."""
    own = request.ground.duties_of(request.unit)
    return {
        "unit": {"code": own[0].unit_code, "unit": own[0].unit, "kind": own[0].unit_kind} if own else None,
        "totals": totals.totals(own, points=len({row.point for row in own})),
        "county": request.ground.totals,
        "months": months(own, since=request.ground.begun_on, on=request.as_of),
        "by_part": totals.by_part(own),
        "overdue": totals.overdue(own),
        "missing": totals.missing(own),
        "duties": duty_rows(own),
        **period_of(request, own),
    }


KIND = ReportKind(
    title=title,
    addressee=addressee,
    freeze=freeze,
    problems=problems,
    takes_period=True,
    needs=frozenset({"unit"}),
)
