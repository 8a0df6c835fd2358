"""`/hotline/`: the caller's side. A form that works without scripts, a receipt with number and query code, and how it stands.

Nothing of any matter is public: no list, no feed, no search; the number and its code open one's own.
"""

import uuid
from contextlib import suppress
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from disclosure.hotline import services
from disclosure.hotline.forms import CallerForm
from disclosure.hotline.intake import take_in
from disclosure.hotline.kind import HOTLINE, HOTLINE_KIND
from disclosure.hotline.rules import limit_of_call
from disclosure.hotline.similar import is_application
from disclosure.interaction.doors import Door, DoorGroup, register_doors, register_lookup
from disclosure.models import HotlineCase, HotlineChannel, HotlineLimit
from disclosure.requests.applying.views import has_just_sent, to_receipt
from disclosure.requests.rating import Satisfaction, rating_form
from ninghai.accounts.audit.request_context import without_address
from ninghai.calendar import clock
from ninghai.calendar.reckoning import local_day
from ninghai.cases.kinds import EngineEvent
from ninghai.cases.lookup import lookup_code
from ninghai.models import Case
from ninghai.models.state_machine import TransitionError
from ninghai.sealed.services import look
from ninghai.staff_site.pages import was_done
from ninghai.web.http import trail_from_home
from ninghai.web.posted import form_page
from ninghai.web.rate_limit import limited

TITLE = "咨询、求助、投诉、建议"
SAID_TO_CALLER = {"answered": "答复", "direct": "答复", "caller_asked": "请您补充"}

register_doors(
    Door(
        code="hotline",
        label=TITLE,
        words="有问题要问，有困难求助，要投诉、举报、提建议，都可以在网上提交，登记后转给承办单位办理，凭登记号查询答复。",
        url_name="disclosure:hotline",
        group=DoorGroup.SUBMIT,
        rank=10,
    )
)


# The way in.


@login_not_required
@require_safe
def hotline(request: HttpRequest) -> HttpResponse:
    """What it is for, how it goes on, and within which limits (公开标准和流程)."""
    today = clock.today()
    rows = HotlineLimit.objects.filter(valid_from__lte=today, urgency="normal").order_by("matter", "-valid_from")
    limits = [(each.get_matter_display(), str(each.as_limit())) for each in rows.distinct("matter")]
    context = {"limits": limits, "trail": trail_from_home((TITLE, ""))}
    return render(request, "disclosure/hotline.html", context)


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@limited("request", counts=lambda request: request.method == "POST")
def hotline_ask(request: HttpRequest) -> HttpResponse:
    """The form; sent, it leads to its receipt, with number and query code."""
    form = CallerForm(request.POST if request.method == "POST" else None, initial={"form_id": uuid.uuid4})
    taken: list[HotlineCase] = []
    at, words = clock.now(), str(form["content"].value() or "")
    is_led = form.is_valid() and is_application(words) and "anyway" not in request.POST
    if (
        form.is_bound
        and not is_led
        and was_done(form, lambda: taken.append(take_in(given=form.told(), channel=HotlineChannel.WEB, by=None, at=at)))
    ):
        page = reverse("disclosure:hotline-receipt", args=[taken[0].case.form_id])
        return to_receipt(taken[0].case, page=page)
    context = {
        "form": form,
        "words": words if is_led else "",
        "trail": trail_from_home((TITLE, reverse("disclosure:hotline")), ("提交", "")),
    }
    return form_page(request, "disclosure/hotline_ask.html", context)


@login_not_required
@never_cache
@require_safe
def hotline_receipt(request: HttpRequest, form_id: uuid.UUID) -> HttpResponse:
    case = Case.objects.select_related("unit").filter(form_id=form_id, kind=HOTLINE).first()
    if case is None:
        raise Http404
    context = {
        "case": case,
        "code": lookup_code(case) if has_just_sent(request, case) else "",
        "trail": trail_from_home((TITLE, reverse("disclosure:hotline")), ("登记回执", "")),
    }
    return render(request, "disclosure/hotline_receipt.html", context)


# How it stands, at the look-up of all kinds (`interaction`).


@without_address()
def shown_to_caller(request: HttpRequest, case: Case) -> dict[str, Any]:
    """State, limit, what was answered; and, once it is closed, the form that rates it. Whoever has another's code reads no caller."""
    call = HotlineCase.objects.with_case().get(case=case)
    form = _rating(request, call) if services.may_be_rated(call) else None
    kind, told = HOTLINE_KIND, [each.code for each in HOTLINE_KIND.events if each.is_public]
    rated = case.events.filter(kind=EngineEvent.RATE).last() if form is None and services.is_rated(call) else None
    is_guided = case.status == "guided" and not case.data_key.is_destroyed
    return {
        "state": kind.state(case.status).public_label,
        "limit": limit_of_call(call),
        "events": [
            (local_day(each.happened_at), kind.rule(each.kind).label) for each in case.events.filter(kind__in=told)
        ],
        "body": "disclosure/_hotline_lookup.html",
        "said": said_to(case),
        "words": str(look(case, by=None, purpose=LOOKS, at=clock.now(), only=("text",))["text"]) if is_guided else "",
        "promised_for": call.promised_for if case.is_open else None,
        "rating_form": form,
        "rated": Satisfaction(rated.fact("score")).label if rated else "",
    }


LOOKS = "来电人凭登记号和查询码查询"
register_lookup(HOTLINE, shown_to_caller)


def _rating(request: HttpRequest, call: HotlineCase) -> Any:
    """None once it is given; sent twice at once, the first one counts."""
    form = rating_form(request.POST)
    if not form.is_bound or not form.is_valid():
        return form
    with suppress(TransitionError):
        services.rate(call=call, **form.rating(), at=clock.now())
    call.case.refresh_from_db()
    return None


def said_to(case: Case) -> list[tuple[str, list[str]]]:
    """What was answered or asked, once the office has passed it, and why it ended otherwise."""
    said: list[tuple[str, list[str]]] = []
    shown = {**SAID_TO_CALLER} if case.status in SHOWS_ANSWER else {"caller_asked": "请您补充", "direct": "答复"}
    for event in case.events.filter(kind__in=[*shown, *WHY]).select_related("data_key").order_by("number"):
        words = event.reason
        if event.kind in shown:
            words = str(look(event, by=None, purpose=LOOKS, at=clock.now())["words"] or "")
        said.append((shown.get(event.kind, "说明"), words.splitlines()))
    return said


WHY = ("refused", "no_longer", "promised", "kept")
SHOWS_ANSWER = frozenset({"calling", "closed", "direct"})
