"""全县进展情况: how the year's work stands, part by part and unit by unit."""

from collections.abc import Mapping
from typing import Any

from reports.facts import totals
from reports.facts.totals import months
from reports.kinds.kind import EVERYBODY, ReportKind, titled, until
from reports.kinds.request import Request, period_of
from tasks.notices.editions import in_force


def title(request: Request) -> str:
    return titled(f"{request.notice.year}年政务公开工作要点落实进展情况{until(request)}")


def freeze(request: Request) -> Mapping[str, Any]:
    """The county's sums, each part's, each unit's, and what is overdue."""
    duties, order = request.ground.duties, request.ground.unit_codes
    return {
        "totals": totals.totals(duties, points=in_force(request.notice, on=request.as_of).count()),
        "months": months(duties, since=request.ground.begun_on, on=request.as_of),
        "by_part": totals.by_part(duties),
        "by_unit": totals.by_unit(duties, order=order),
        "overdue": totals.overdue(duties),
        "spot_check": None,
        **period_of(request, duties),
    }


KIND = ReportKind(title=title, addressee=lambda request: EVERYBODY, freeze=freeze, takes_period=True)
