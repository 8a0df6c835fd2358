"""`/work/hotline/` and the office's twin: the dispatch list, and one matter with its limit, what was said, and its acts."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.core.paginator import Paginator
from django.db.models import F, QuerySet
from django.forms import BaseForm
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from disclosure.hotline.acts import ACTIONS, CAUSES, ENDS, GROUNDS, RESULTS
from disclosure.hotline.kind import HOTLINE, HOTLINE_KIND
from disclosure.hotline.rules import limit_of_call, takes_calls
from disclosure.hotline.similar import similar_calls, whose_duty
from disclosure.models import HotlineCase, HotlineChannel
from disclosure.public_opinion.rules import is_office, lead_of, own_work, standing
from disclosure.requests.limits import label_of
from disclosure.requests.rating import Satisfaction
from ninghai.calendar import clock
from ninghai.calendar.clock import beginning_of
from ninghai.calendar.reckoning import local_day
from ninghai.calendar.workdays import WorkCalendar
from ninghai.cases.lookup import lookup_code, numbers_meant
from ninghai.models import CaseAssignment, Role, User, acts_as
from ninghai.sealed.services import look
from ninghai.staff_site.record_pages import ADMIN, WORK, RecordPage
from ninghai.web.http import AuthenticatedRequest, visible_or_404
from ninghai.web.posted import only

PAGE_SIZE = 50
MOST_CLOSED = 1000  # of a million nobody reads more; an older one is found by its number
STATES = {"": "办理中", "mine": "等我办理", "late": "已逾期", "closed": "已办结"}
OF_OFFICE = ("taken", "returning", "answered", "calling", "ending")
OF_UNIT = ("handed_on", "handling", "extending")
TONES = dict.fromkeys((*OF_OFFICE, "handed_on", "asking"), "due") | {"handling": "info", "extending": "info"}
SHOW, SHOWN = "caller", "show"  # in the address: who calls
CALLER = {"name": "称呼", "phone": "电话", "address": "住址"}
FACTS = {"result": RESULTS, "cause": CAUSES, "ground": {**GROUNDS, **ENDS}, "score": dict(Satisfaction.choices)}
FOR_OFFICE = frozenset({"called", "called_again"})  # what a caller says of the unit, the office reads alone


class CallPage(RecordPage[HotlineCase]):
    """What is sealed is opened for whoever works on it, and the trail keeps that; who calls, when it is asked for."""

    keyword, gives_version = "call", True
    template = "disclosure/hotline_call.html"
    page_names = {"work": "disclosure:hotline-call", "admin": "admin:disclosure_hotlinecase_change"}
    act_names = {"work": "disclosure:hotline-", "admin": "admin:disclosure_hotlinecase_"}
    list_title = "热线工单"
    list_names = {"work": "disclosure:hotline-list", "admin": "admin:disclosure_hotlinecase_changelist"}

    def find(self, user: User, pk: int) -> HotlineCase:
        return visible_or_404(visible_calls(user), pk=pk)

    def version(self, target: Any) -> int:
        return int(target.case.version)

    def new(self, request: AuthenticatedRequest) -> HttpResponse:
        return redirect("disclosure:hotline-new")

    def context(
        self, request: AuthenticatedRequest, record: HotlineCase, refused: Mapping[str, BaseForm]
    ) -> dict[str, Any]:
        at, user, case = clock.now(), request.user, record.case
        knows = knows_caller(user, record)
        asks = request.GET.get(SHOW) == SHOWN and knows
        told = look(record, by=user, purpose="与来电人联系", at=at)["caller"] if asks else {}
        told = told if isinstance(told, dict) else {"name": str(told)}
        takes = takes_calls(user)
        return {
            "call": record,
            "state": HOTLINE_KIND.state(case.status).label,
            "tone": TONES.get(case.status, "good"),
            "limit": limit_of_call(record),
            "facts": facts(record, user),
            "content": str(look(case, by=user, purpose="办理热线工单", at=at, only=("text",))["text"]),
            "caller": [(label, told.get(name)) for name, label in CALLER.items() if told.get(name)] if asks else [],
            "caller_url": f"{self.url(record)}?{SHOW}={SHOWN}" if knows and not asks else "",
            "code": lookup_code(case) if takes and local_day(case.entered_at) == local_day(at) else "",
            "works": standing(record),
            "rounds": record.rounds.select_related("unit", "clock"),
            "duty": whose_duty(record.topic, record.town) if takes and case.status == "taken" else None,
            "similar": similar_calls(case.subject, user=user, but=record.pk) if takes and case.is_open else [],
            "is_guided": case.status == "guided",
            "events": list(happened(record, user)),
        }


def knows_caller(user: User, call: HotlineCase) -> bool:
    """The office; the unit that leads, unless the caller wants to be kept from it (保密): it reads the matter alone."""
    if is_office(user):
        return True
    work = own_work(user, call)
    return not call.is_confidential and work is not None and work.part == CaseAssignment.Part.LEAD


pages, office_pages = CallPage(WORK, ACTIONS), CallPage(ADMIN, ACTIONS)


def visible_calls(user: User) -> QuerySet[HotlineCase]:
    found = HotlineCase.objects.visible_to(user).with_case()
    return found.prefetch_related("case__assignments__unit", "case__assignments__belongs_to")


def facts(call: HotlineCase, user: User) -> list[tuple[str, str]]:
    case, parent = call.case, call.case.parent
    about = "、".join(unit.short_name for unit in call.about.all()) if is_office(user) else ""
    rows = [
        ("登记号", case.number),
        ("事由", case.subject),
        ("类别", call.get_matter_display()),
        ("紧急程度", call.get_urgency_display()),
        ("事项", str(call.topic or "")),
        ("地点", call.place),
        ("来源", label_of(HotlineChannel, case.channel)),
        ("外部工单号", call.outer_number),
        ("被反映的单位", about),
        ("要求保密", "是" if call.is_confidential else ""),
        ("需要回复", "" if call.wants_reply else "不需要"),
        ("承诺办结日期", f"{call.promised_for}" if call.promised_for else ""),
        (case.get_relation_display(), parent.number if parent and is_office(user) else ""),
        ("作废原因", case.void_reason),
    ]
    return [(term, value) for term, value in rows if value]


def happened(call: HotlineCase, user: User) -> Iterator[tuple[Any, str, list[str]]]:
    """Each event with its label, and with what was said then; one look for each that has words."""
    is_offices, at = is_office(user), clock.now()
    for event in call.case.events.select_related("by", "data_key", "case__unit").order_by("number"):
        lines = [words[event.fact(name)] for name, words in FACTS.items() if event.fact(name) in words]
        if event.words is not None and (is_offices or event.kind not in FOR_OFFICE):
            told = look(event, by=user, purpose="查看办理经过", at=at)["words"]
            lines += str(told or "").splitlines()
        hides = event.kind in FOR_OFFICE | {"rate"} and not is_offices
        yield event, HOTLINE_KIND.rule(event.kind).label, [] if hides else lines


# The dispatch list.


@require_safe
def hotline_list(request: AuthenticatedRequest) -> HttpResponse:
    """What the office, or the unit, has before it: by its last day; closed ones by their closing; one by its number."""
    state = request.GET.get("state", "")
    state = state if state in STATES else ""
    q = request.GET.get("q", "").strip()[:80]
    found = visible_calls(request.user)
    found = found.filter(case__number__in=numbers_meant(q)) if q else in_state(found, state, request.user)
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    here, calendar = reverse("disclosure:hotline-list"), WorkCalendar.load()
    context = {
        "tabs": [
            {"label": label, "url": f"{here}?state={key}" if key else here, "is_current": key == state and not q}
            for key, label in STATES.items()
        ],
        "rows": [row_of(call, calendar=calendar) for call in page.object_list],
        "page": page,
        "params": only(request.GET, ["state", "q", "page"]),
        "q": q,
        "can_take": takes_calls(request.user),
        "is_offices": acts_as(request.user, Role.OFFICE, Role.SIGNER),
    }
    return render(request, "disclosure/hotline_list.html", context)


def in_state(calls: QuerySet[HotlineCase], state: str, user: User) -> QuerySet[HotlineCase]:
    if state == "closed":
        return calls.filter(case__kind=HOTLINE, case__closed_at__isnull=False).order_by("-case__closed_at", "-case")[
            :MOST_CLOSED
        ]
    calls = calls.filter(is_open=True, case__kind=HOTLINE, case__closed_at=None)
    if state == "mine":
        calls = calls.filter(case__status__in=OF_OFFICE if is_office(user) else OF_UNIT)
    if state == "late":
        calls = calls.filter(case__legal_clock__due_at__lt=beginning_of(clock.today()))
    return calls.order_by(F("case__legal_clock__due_at").asc(nulls_last=True), "pk")


def row_of(call: HotlineCase, *, calendar: WorkCalendar) -> dict[str, Any]:
    lead = lead_of(call)
    limit = limit_of_call(call, calendar=calendar)
    tone = "late" if limit.tone == "late" and call.case.is_open else TONES.get(call.case.status, "good")
    state = HOTLINE_KIND.state(call.case.status).label
    return {
        "call": call,
        "url": pages.url(call),
        "state": state,
        "tone": tone,
        "limit": limit.words,
        "lead": lead.unit.short_name if lead else "",
    }
