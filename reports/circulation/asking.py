"""制作通报: first the kind, then only what that kind asks; its main numbers are shown before it is made, to who wants to see them."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from ninghai.calendar import clock
from ninghai.models.state_machine import require
from ninghai.staff_site.pages import was_done
from ninghai.staff_site.record_pages import RecordPage
from ninghai.web.http import AuthenticatedRequest
from ninghai.web.posted import form_page
from reports import circulation, rules
from reports.circulation.circulating import main_numbers
from reports.circulation.forms import RequestForm
from reports.facts.request import Request
from reports.kinds import KINDS
from reports.models import Report

CARRIED = [name for name in RequestForm.base_fields if name not in {"kind", "form_id"}]  # from one kind to another


def ask_for_a_report(request: AuthenticatedRequest, page: RecordPage[Report]) -> HttpResponse:
    """Anew, or as the correction (更正件) of a signed one, whose form is filled in like the report it puts right."""
    require(rules.can_request(request.user))
    corrected, typed = corrected_by(request), request.POST or request.GET
    kind = typed.get("kind", corrected.kind if corrected else "")
    context = {
        **page.frame(request, None, title="制作更正件" if corrected else "制作通报"),
        "corrected": corrected,
        "carried": [(name, typed[name]) for name in CARRIED if typed.get(name)],
    }
    if kind not in KINDS:
        context["kinds"] = [(Report.Kind(code), each.sentence) for code, each in KINDS.items()]
        return render(request, "admin/reports/report/kinds.html", context, status=422 if request.POST else 200)
    context |= {"kind": Report.Kind(kind), "sentence": KINDS[kind].sentence}
    return _filled_in(request, kind, corrected, context)


def _filled_in(
    request: AuthenticatedRequest, kind: str, corrected: Report | None, context: dict[str, Any]
) -> HttpResponse:
    """The form of the kind: shown, refused (422), its numbers told, or the report that was asked for."""
    carried = {name: request.GET[name] for name in CARRIED if request.GET.get(name)}
    initial = carried | {"corrects": None} if corrected is None else asked_for(corrected) | carried
    form = RequestForm(request.POST or None, kind=kind, initial=initial, today=clock.today())
    if "preview" in request.POST:
        told: list[str] = []
        was_done(form, lambda: told.extend(numbers_of(form.cleaned_data)))
        context["numbers"] = told
    elif made := _made(request, form):
        messages.success(request, message_for(made))
        return redirect(made)
    return form_page(request, "admin/reports/report/request.html", {**context, "form": form})


def _made(request: AuthenticatedRequest, form: RequestForm) -> Report | None:
    made: list[Report] = []
    ask = circulation.request_report
    was_done(form, lambda: made.append(ask(by=request.user, at=clock.now(), **form.cleaned_data)))
    return made[0] if made else None


def numbers_of(asked: Mapping[str, Any]) -> list[str]:
    """What the report would say first; nothing is kept. Raises ValidationError by field, as asking for it does."""
    now = clock.now()
    about = {name: value for name, value in asked.items() if name not in {"corrects", "form_id"}}
    snapshot = circulation.snapshot_of(Request.about(at=now, **about), today=timezone.localdate(now))
    return list(main_numbers(snapshot))


def corrected_by(request: AuthenticatedRequest) -> Report | None:
    """The signed report that this request is to put right."""
    number = request.POST.get("corrects") or request.GET.get("corrects", "")
    known = Report.objects.visible_to(request.user).issued()
    return known.filter(pk=number).first() if number.isascii() and number.isdecimal() and len(number) < 10 else None


def asked_for(report: Report | None) -> dict[str, Any]:
    """What the report was asked about, to be asked again."""
    if report is None:
        return {}
    same = ("notice_id", "as_of", "unit_id", "spot_check_id", "scoring_id")
    since = report.snapshot.get("period", {}).get("since")
    return {"corrects": report.pk, "since": since, **{name.removesuffix("_id"): getattr(report, name) for name in same}}


def message_for(report: Report) -> str:
    if report.is_ready:
        return f"《{report.title}》（截至{report.as_of:%Y-%m-%d}）已经制作过，这就是那一份。"
    return f"《{report.title}》（截至{report.as_of:%Y-%m-%d}）已受理，数据已固定，正在排队生成。"
