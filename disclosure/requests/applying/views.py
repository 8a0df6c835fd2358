"""`/requests/`: anybody applies for government information; how it stands, `/lookup/` says (`interaction.lookup`)."""

import uuid
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from disclosure.interaction.doors import Door, DoorGroup, Found, register_answers, register_doors, register_lookup
from disclosure.models import Item
from disclosure.requests.applying.forms import ApplicationForm, AskingForm, application_form_on
from disclosure.requests.applying.paper_form import application_docx
from disclosure.requests.applying.services import apply_online, similar_items
from disclosure.requests.kind import ANSWERED, REQUEST
from disclosure.requests.letters.papers import ANSWER, NOT_FOR_THE_APPLICANT, frozen_letter
from disclosure.requests.limits import limit_words
from disclosure.requests.rating import rating_context
from disclosure.requests.standing import asked_of_applicant, fee_words, remedies_of
from ninghai.accounts.audit.request_context import without_address
from ninghai.calendar import clock
from ninghai.calendar.law import RULE_SETS, TermCode, rule_set_on
from ninghai.cases.kinds import EngineEvent, kind_of
from ninghai.cases.lookup import lookup_code
from ninghai.files.response import content_response
from ninghai.models import Case, Unit
from ninghai.web.http import trail_from_home
from ninghai.web.posted import form_page
from ninghai.web.rate_limit import limited

REQUESTS = "依申请公开"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def _published_like(words: str, at: datetime) -> list[Found]:
    return [Found(item.title, item.get_absolute_url(), item.unit.short_name) for item in similar_items(words, at=at)]


register_answers("公开的政府信息", _published_like, rank=30)
register_doors(
    Door(
        DoorGroup.SUBMIT,
        20,
        "request",
        REQUESTS,
        "要一份网站上没有的政府文件、数据。写明要什么、向哪个单位要，单位在法定期限内答复。",
        "disclosure:requests",
    ),
    Door(
        DoorGroup.SUBMIT,
        70,
        "inquiry",
        "答复征求意见",
        "收到单位寄来的征求意见书，凭书上的文号和查询码在网上答复。",
        "disclosure:inquiry",
    ),
)


@login_not_required
@require_safe
def requests(request: HttpRequest) -> HttpResponse:
    """What one may apply for, how long it takes by today's law, and the two doors."""
    rules = rule_set_on(clock.today())
    context = {
        "rules": rules,
        "answer": rules.term(TermCode.ANSWER),
        "extension": rules.term(TermCode.EXTENSION),
        "trail": trail_from_home((REQUESTS, "")),
    }
    return render(request, "disclosure/requests.html", context)


@login_not_required
@require_safe
def application_paper(request: HttpRequest, code: str) -> HttpResponse:
    """The form of that regulation as a Word file, to be filled in on paper."""
    rules = next((each for each in RULE_SETS if each.code == code), None)
    if rules is None:
        raise Http404
    name = f"政府信息公开申请表（{rules.valid_from.year}年起）.docx"
    return content_response(application_docx(rules), name=name, media_type=DOCX)


def _units() -> Any:
    return Unit.objects.valid(on=clock.today())


# Applying: first what is wanted, with what is public already; then the form.


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@limited("request", counts=lambda request: request.method == "POST")
def request_new(request: HttpRequest) -> HttpResponse:
    """The question first; then the form with what is public beside it; sent, it leads to its receipt."""
    if request.method != "POST":
        return _question(request, AskingForm(units=_units()))
    if request.POST.get("step") == "begin":  # what was said elsewhere, and is an application
        return _question(request, AskingForm(initial={"content": request.POST.get("content", "")}, units=_units()))
    if request.POST.get("step") == "question":
        question = AskingForm(request.POST, units=_units())
        if not question.is_valid():
            return _question(request, question)
        return _form(request, _begun(question.cleaned_data), looks=True)
    return _sent(request)


def _question(request: HttpRequest, form: AskingForm) -> HttpResponse:
    context = {"form": form, "trail": trail_from_home((REQUESTS, reverse("disclosure:requests")), ("申请", ""))}
    return form_page(request, "disclosure/request_question.html", context)


def _begun(asked: dict[str, Any]) -> ApplicationForm:
    initial = {"form_id": uuid.uuid4(), "unit": asked["unit"].pk, "content": asked["content"]}
    return application_form_on(clock.today())(initial=initial, units=_units())


def _sent(request: HttpRequest) -> HttpResponse:
    form = application_form_on(clock.today())(request.POST, request.FILES, units=_units())
    if form.is_valid():
        try:
            case = apply_online(given=form.cleaned_data, at=clock.now())
        except ValidationError as refused:
            form.add_error(None, refused)
            form.data = typed = request.POST.copy()
            typed["form_id"] = str(uuid.uuid4())  # nothing was kept under the first id
        else:
            return to_receipt(case, page=reverse("disclosure:request-receipt", args=[case.form_id]))
    return _form(request, form)


def _form(request: HttpRequest, form: ApplicationForm, *, looks: bool = False) -> HttpResponse:
    words = str(form["content"].value() or "")
    context = {
        "form": form,
        "similar": similar_items(words, at=clock.now()) if looks else [],
        "looked": looks,
        "lost_files": bool(request.FILES) and form.is_bound,
        "trail": trail_from_home((REQUESTS, reverse("disclosure:requests")), ("申请", "")),
    }
    return form_page(request, "disclosure/request_form.html", context)


# The receipt: with the query code for a while, for the browser that sent the form; afterwards without.

CODE_SHOWN = timedelta(minutes=30)
SENT_HERE = "request_sent"


def to_receipt(case: Case, *, page: str) -> HttpResponse:
    """To its receipt, with a cookie that goes to that address alone and says that this browser has just sent the form."""
    response = redirect(page)
    told: dict[str, Any] = {"path": page, "httponly": True, "secure": settings.SESSION_COOKIE_SECURE, "samesite": "Lax"}
    response.set_signed_cookie(SENT_HERE, str(case.form_id), salt=SENT_HERE, max_age=CODE_SHOWN, **told)
    return response


@login_not_required
@never_cache
@require_safe
def request_receipt(request: HttpRequest, form_id: uuid.UUID, kind: str = REQUEST) -> HttpResponse:
    """登记回执 of a case of that kind: number and last day; for whoever has just sent the form of that id with the query code."""
    case = Case.objects.select_related("unit", "legal_clock").filter(form_id=form_id, kind=kind).first()
    if case is None:
        raise Http404
    context = {
        "case": case,
        "code": lookup_code(case) if has_just_sent(request, case) else "",
        "limit": limit_words(case),
        "sent": "申请" if kind == REQUEST else kind_of(case).label,
        "trail": trail_from_home(("互动", reverse("disclosure:interaction")), ("登记回执", "")),
    }
    return render(request, "disclosure/request_receipt.html", context)


def has_just_sent(request: HttpRequest, case: Case) -> bool:
    """This browser, a while ago at most, however often the same form is sent again."""
    told = request.get_signed_cookie(SENT_HERE, default="", salt=SENT_HERE, max_age=CODE_SHOWN)
    return told == str(case.form_id) and clock.now() - case.entered_at <= CODE_SHOWN


# Looking it up.


def shown_to_applicant(request: HttpRequest, case: Case) -> dict[str, Any]:
    """How it stands, and, once there is an answer, the form that rates it."""
    return {**rating_context(request.POST, case, at=clock.now()), **standing(case)}


register_lookup(REQUEST, shown_to_applicant)


def standing(case: Case) -> dict[str, Any]:
    """What the applicant reads: state, next day, what has happened, the letters without their addressee."""
    kind = kind_of(case)
    public = [event.code for event in kind.events if event.is_public]
    answer = case.papers.filter(kind=ANSWER, making__isnull=False)
    shows_answer = case.status in ANSWERED and not case.data_key.is_destroyed and answer.exists()
    return {
        "case": case,
        "state": f"{kind.state(case.status).public_label}{'答复的内容见下面的文书。' if shows_answer else ''}",
        "limit": limit_words(case),
        "events": [
            (_day(event.happened_at), kind.rule(event.kind).label) for event in case.events.filter(kind__in=public)
        ],
        "letters": _letters(case),
        "goes_on": [(child, _code_handed_on(child)) for child in goes_on_as(case)],
        "asked": asked_of_applicant(case),
        "fee": fee_words(case),
        "remedies": remedies_of(case),
        "published_as": _published(case),
        "answered_with": case.parent if case.relation in JOINED else None,
    }


def _code_handed_on(case: Case) -> str:
    """The code of what an application goes on as; none once it was exchanged (更换查询码), since whoever may not know it any
    more may have the first one's."""
    return "" if case.events.filter(kind=EngineEvent.NEW_CODE).exists() else lookup_code(case)


JOINED = {Case.Relation.MERGED, Case.Relation.DUPLICATE}


def goes_on_as(case: Case) -> Iterable[Case]:
    """The applications as which this one is handled now: its parts, or what another unit has registered of it."""
    own = [Case.Relation.SPLIT, Case.Relation.MOVED]
    return case.children.filter(relation__in=own).select_related("unit").order_by("part", "pk")


def _published(case: Case) -> Item | None:
    """The item into which what was asked has been made, once everybody may read it."""
    asked = getattr(case, "information_request", None)
    made = asked.published_as_id if asked else None
    return Item.objects.published(clock.now()).without_search().filter(pk=made).first() if made else None


def _day(moment: Any) -> date:
    return timezone.localdate(moment)


def _letters(case: Case) -> list[Any]:
    """Each with its words as they were issued, but what was asked of others; the look is the applicant's own."""
    papers = case.papers.filter(making__isnull=False).exclude(kind__in=NOT_FOR_THE_APPLICANT)
    told: dict[str, Any] = {"by": None, "purpose": "申请人凭登记号和查询码查询", "at": clock.now()}
    with without_address():
        return [
            frozen_letter(paper.making, **told)
            for paper in papers.select_related("making__data_key", "making__paper__unit")
        ]
