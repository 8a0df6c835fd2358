"""抽查通报: the standing of the work and what one draw has found."""

from collections.abc import Mapping
from typing import Any

from django.utils import timezone

from reports.facts.inspections import inspected
from reports.kinds import progress
from reports.kinds.kind import EVERYBODY, ReportKind, titled, until
from reports.kinds.request import Request

SUBJECT = "政务公开工作抽查情况"


def title(request: Request) -> str:
    """The month of the draw tells it from the year's others."""
    if request.spot_check is None:
        return titled(f"{request.notice.year}年{SUBJECT}{until(request)}")
    drawn_on = timezone.localdate(request.spot_check.drawn_at)
    return titled(f"{drawn_on.year}年{drawn_on.month}月{SUBJECT}")


def freeze(request: Request) -> Mapping[str, Any]:
    check = request.spot_check
    return {**progress.freeze(request), "spot_check": inspected(spot_check=check, on=request.as_of) if check else None}


def problems(request: Request) -> dict[str, str]:
    if request.spot_check is None:
        return {"spot_check": "抽查通报要选择一次抽查。如果还没有抽取，请先到“抽查”中抽取。"}
    if request.spot_check.notice_id != request.notice.pk:
        return {"spot_check": "这次抽查属于另一份通知，请重新选择。"}
    if (drawn_on := timezone.localdate(request.spot_check.drawn_at)) > request.as_of:
        return {"as_of": f"这次抽查{drawn_on:%Y-%m-%d}才抽取，统计日期请选这一天或者以后。"}
    return {}


KIND = ReportKind(
    title=title,
    addressee=lambda request: EVERYBODY,
    freeze=freeze,
    problems=problems,
    needs=frozenset({"spot_check"}),
)
