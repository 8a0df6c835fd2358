"""督办单: what is overdue on a day, of the whole county or of one unit, and what is asked for."""

from collections.abc import Mapping
from typing import Any

from reports.facts import standing
from reports.kinds.kind import ReportKind
from reports.kinds.request import Request
from reports.kinds.titles import titled, until


def title(request: Request) -> str:
    whose = request.unit.short_name if request.unit else ""
    return titled(f"{whose}{request.notice.year}年政务公开工作要点逾期任务{until(request.as_of)}", form="督办通知")


def addressee(request: Request) -> str:
    return f"{request.unit.name}：" if request.unit else "各有关单位："


def problems(request: Request) -> dict[str, str]:
    if not standing.overdue(request.ground.duties_of(request.unit)):
        return {"as_of": "截至这一天没有逾期任务，不需要督办单。"}
    return {}


def freeze(request: Request) -> Mapping[str, Any]:
    duties = request.ground.duties_of(request.unit)
    return {
        "unit": {"code": request.unit.code, "unit": request.unit.short_name, "kind": request.unit.kind}
        if request.unit
        else None,
        "totals": standing.totals(duties, points=len({row.point for row in duties})),
        "by_unit": [row for row in standing.by_unit(duties, order=request.ground.unit_codes) if row["overdue"]],
        "overdue": standing.overdue(duties),
    }


KIND = ReportKind(title=title, addressee=addressee, freeze=freeze, problems=problems, needs=frozenset({"unit"}))
