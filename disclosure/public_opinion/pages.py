"""`/work/opinions/` and the office's twin: one event with its limits, its responses and its acts; every moment to the minute."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from mimetypes import guess_extension
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.forms import BaseForm
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import URLPattern, reverse
from django.views.decorators.http import require_safe

from disclosure.models import Item, OpinionEvent, OpinionResponse
from disclosure.public_opinion.acts import ACTIONS, OpinionEntryForm, kept_page
from disclosure.public_opinion.kind import OPINION_KIND
from disclosure.public_opinion.limits import FROM, limits_of, minute, worst
from disclosure.public_opinion.rules import can_enter, is_office, lead_of, leads, standing
from disclosure.public_opinion.services import enter_opinion
from ninghai.calendar import clock
from ninghai.files import private_file_response, sealed_file_response
from ninghai.models import CaseAssignment, CaseEvent, User
from ninghai.sealed.services import look
from ninghai.staff_site.pages import was_done
from ninghai.staff_site.record_pages import ADMIN, WORK, Action, RecordPage
from ninghai.web.http import AuthenticatedRequest, visible_or_404
from ninghai.web.posted import form_page, only
from tasks.progress.evidence import ask_for_file_again

PAGE_SIZE = 50
STATES = {"": "办理中", "closed": "已办结"}
TONES = {
    "judging": "due",
    "declining": "due",
    "assigned": "due",
    "answering": "info",
    "answered": "info",
    "following": "info",
    "done": "good",
    "evaluated": "good",
}
ITEM_PAGES = {"work": "disclosure:work-item-detail", "admin": "admin:disclosure_item_change"}


class OpinionPage(RecordPage[OpinionEvent]):
    """What is sealed is opened for whoever handles the event, and the trail keeps that it was."""

    keyword, gives_version = "event", True
    template = "disclosure/opinion.html"
    page_names = {"work": "disclosure:opinion", "admin": "admin:disclosure_opinionevent_change"}
    act_names = {"work": "disclosure:opinion-", "admin": "admin:disclosure_opinionevent_"}
    list_title = "政务舆情"
    list_names = {"work": "disclosure:opinion-list", "admin": "admin:disclosure_opinionevent_changelist"}

    def find(self, user: User, pk: int) -> OpinionEvent:
        return visible_or_404(visible_opinions(user), pk=pk)

    def version(self, target: Any) -> int:
        """That of its case, which every act moves on."""
        return int(target.case.version)

    def context(
        self, request: AuthenticatedRequest, event: OpinionEvent, refused: Mapping[str, BaseForm]
    ) -> dict[str, Any]:
        at, user = clock.now(), request.user
        return {
            "event": event,
            "state": OPINION_KIND.state(event.case.status).label,
            "tone": TONES.get(event.case.status, "info"),
            "limits": limits_of([event], at=at).get(event.pk, []),
            "facts": facts(event),
            "post": look(event, by=user, purpose="办理政务舆情", at=at),
            "copy_url": self.act_url("copy", event) if event.copy_id else "",
            "works": standing(event),
            "responses": list(self._responses(event, user)),
            "suggestions": event.suggestions.select_related("item"),
            "evaluations": event.evaluations.select_related("by"),
            "events": list(happened(event, user, at=at)),
        }

    def _responses(self, event: OpinionEvent, user: User) -> Iterator[tuple[OpinionResponse, str, str]]:
        """Each with the address of its file, and of its item for whoever may see that."""
        responses = list(event.responses.select_related("way", "item", "unit"))
        seen = set(Item.objects.visible_to(user).filter(opinion_responses__event=event).values_list("pk", flat=True))
        for each in responses:
            file = self.act_url("file", event, each.pk) if each.file_id else ""
            item = reverse(ITEM_PAGES[self.mount.key], args=[each.item_id]) if each.item_id in seen else ""
            yield each, file, item

    def urls(self, root: str = "") -> list[URLPattern]:
        files = [
            self.address(f"{root}<int:pk>/copy/", "copy", require_safe(self.copy)),
            self.address(f"{root}<int:pk>/file/<int:number>/", "file", require_safe(self.file)),
        ]
        return [*files, *super().urls(root)]

    def copy(self, request: AuthenticatedRequest, pk: int) -> HttpResponseBase:
        """The page as it was kept when it was found."""
        event = self.find(request.user, pk)
        name = f"{event}网页留存{guess_extension(event.copy_type) or ''}"
        told: dict[str, Any] = {"name": name, "media_type": event.copy_type, "by": request.user, "at": clock.now()}
        return sealed_file_response(event.copy, of=event, about=event.copy_place, **told)

    def file(self, request: AuthenticatedRequest, pk: int, number: int) -> HttpResponseBase:
        """What belongs to a response."""
        event = self.find(request.user, pk)
        file = visible_or_404(event.responses.select_related("file"), pk=number).file
        if file is None:
            raise Http404
        return private_file_response(file, of=event.case, by=request.user, at=clock.now())

    def refuse(
        self, action: Action, request: AuthenticatedRequest, record: OpinionEvent, form: BaseForm
    ) -> HttpResponse:
        """No browser sends a file twice: the form says that it was not kept."""
        return super().refuse(action, request, record, ask_for_file_again(form) if "upload" in form.fields else form)

    def new(self, request: AuthenticatedRequest) -> HttpResponse:
        """登记: what the office has found."""
        if not can_enter(request.user):
            raise PermissionDenied
        sent = request.method == "POST"
        form = OpinionEntryForm(request.POST, request.FILES) if sent else OpinionEntryForm(initial={"grade": "other"})
        made: list[OpinionEvent] = []
        if sent and was_done(form, lambda: made.append(_entered(form, request))):
            return redirect(self.url(made[0]))
        frame = self.frame(request, None, title="登记舆情")
        return form_page(request, "disclosure/opinion_new.html", {**frame, "form": form})


def _entered(form: OpinionEntryForm, request: AuthenticatedRequest) -> OpinionEvent:
    given = form.cleaned_data
    return enter_opinion(given=given, copy=kept_page(given["upload"]), by=request.user, at=clock.now())


pages, office_pages = OpinionPage(WORK, ACTIONS), OpinionPage(ADMIN, ACTIONS)


def visible_opinions(user: User) -> QuerySet[OpinionEvent]:
    """The events that this person may know of, with what a page asks for."""
    found = OpinionEvent.objects.visible_to(user).with_case()
    return found.prefetch_related("case__assignments__unit", "case__assignments__belongs_to")


def facts(event: OpinionEvent) -> list[tuple[str, str]]:
    """What is known of it besides words and people; the moment from which it counts says so, the others stand beside it."""
    moments = {name: getattr(event, f"{name}_at") for name in FROM}
    counted = event.counted_from if moments[event.counted_from] or event.counted_from == "assigned" else "found"
    rows = [
        ("登记号", event.case.number),
        ("事由", event.case.subject),
        ("类别", event.get_grade_display()),
        ("定级时间", minute(event.graded_at)),
        ("等级", str(event.level or "")),
        ("领域", str(event.topic)),
        ("涉及地方", event.place),
        *((f"{FROM[name]}{'（起算）' if name == counted else ''}", minute(at)) for name, at in moments.items()),
        ("留存校验值（SHA-256）", event.copy_sha256),
        ("作废原因", event.case.void_reason),
    ]
    return [(term, value) for term, value in rows if value]


@dataclass(frozen=True, slots=True)
class OpinionMoment:
    """What happened, as the page tells it; `lines` say more, such as who answers what."""

    event: CaseEvent
    label: str
    lines: list[str]


def happened(event: OpinionEvent, user: User, *, at: datetime) -> Iterator[OpinionMoment]:
    names = {each.unit_id: each.unit.short_name for each in event.case.assignments.all()}
    reads = is_office(user) or leads(user, event)
    for each in event.case.events.select_related("by", "data_key", "case__unit").order_by("number"):
        lines = [f"{part['body']}：{part['answers']}" for part in each.fact("parts", [])]
        lines += filter(None, [each.fact("way")])
        if lead := names.get(each.fact("lead", 0)):
            lines = [f"牵头：{lead}", *filter(None, [each.fact("division")])]
        if each.kind == "supplied":
            told = look(each, by=user, purpose="查看配合单位提供的情况", at=at, only=("words",)) if reads else {}
            lines = [str(each.fact("unit")), *str(told.get("words") or "").splitlines()]
        yield OpinionMoment(each, OPINION_KIND.rule(each.kind).label, lines)


# The list.


@require_safe
def opinion_list(request: AuthenticatedRequest) -> HttpResponse:
    """What the unit leads or helps with: what is open by its finding, or what is closed."""
    state = request.GET.get("state", "")
    state = state if state in STATES else ""
    found = visible_opinions(request.user).filter(case__closed_at__isnull=not state)
    q = request.GET.get("q", "").strip()[:80]
    if q:
        found = found.filter(Q(case__number__icontains=q) | Q(case__subject__icontains=q))
    page = Paginator(found.order_by("-found_at", "-pk"), PAGE_SIZE).get_page(request.GET.get("page"))
    here = reverse("disclosure:opinion-list")
    context = {
        "tabs": [
            {"label": label, "url": f"{here}?state={key}" if key else here, "is_current": key == state}
            for key, label in STATES.items()
        ],
        "rows": list(rows_of(page.object_list, at=clock.now())),
        "page": page,
        "params": only(request.GET, ["state", "q", "page"]),
    }
    return render(request, "disclosure/opinion_list.html", context)


def rows_of(events: Iterable[OpinionEvent], *, at: datetime) -> Iterator[dict[str, Any]]:
    listed = list(events)
    limits = limits_of(listed, at=at)
    for event in listed:
        lead: CaseAssignment | None = lead_of(event)
        yield {
            "event": event,
            "url": pages.url(event),
            "state": OPINION_KIND.state(event.case.status).label,
            "tone": TONES.get(event.case.status, "info"),
            "limit": worst(limits.get(event.pk, [])),
            "lead": lead.unit.short_name if lead else "",
        }
