"""`/work/corrections/`: what visitors reported about the unit's pages, and the unit's answers."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.views.decorators.http import require_safe

from disclosure.corrections import rules
from disclosure.corrections.clock import answer_clock
from disclosure.corrections.forms import AnswerCorrectionForm
from disclosure.corrections.services import answer_correction
from disclosure.models import Correction
from disclosure.states import CorrectionStatus
from ninghai import clock
from ninghai.http import AuthenticatedRequest, act_on, visible_or_404
from ninghai.models import AuditEntry, User
from ninghai.moves import require
from ninghai.office.pages import was_done
from ninghai.parameters import only
from ninghai.personal_data.masking import STAR, mask_text
from ninghai.workdays import WorkCalendar

PAGE_SIZE = 20
CONTACT, SHOWN = "contact", "show"  # in the address: the sender's contact in full
TONES = {"received": "due", "mended": "good", "explained": "info"}


def correction_of(user: User, pk: int) -> Correction:
    """The error report, if this person may see it."""
    return visible_or_404(Correction.objects.visible_to(user).select_related("unit", "item", "answered_by"), pk=pk)


class AnswerPages:
    """The page of one error report and its answer: the unit's below /work/, the office's in the admin."""

    def __init__(self, *, template: str, url: Callable[[Correction], str], context: Callable[..., dict[str, Any]]):
        self.template, self.url, self.context = template, url, context

    def show(self, request: AuthenticatedRequest, pk: int, *, form: AnswerCorrectionForm | None = None) -> HttpResponse:
        correction = correction_of(request.user, pk)
        reveals = bool(correction.contact) and request.GET.get(CONTACT) == SHOWN
        if reveals:
            note_contact_read(correction, by=request.user, at=clock.now())
        form = form or AnswerCorrectionForm(initial={"version": correction.version})
        context = {
            **self.context(request, correction),
            "correction": correction,
            "facts": facts(correction, contact=contact_shown(correction, page=self.url(correction), reveals=reveals)),
            "tone": TONES[correction.status],
            "form": form if rules.can_answer(request.user, correction) else None,
        }
        return render(request, self.template, context, status=422 if form.is_bound else 200)

    def answer(self, request: AuthenticatedRequest, pk: int) -> HttpResponse:
        correction, form = correction_of(request.user, pk), AnswerCorrectionForm(request.POST)
        require(rules.answers(request.user))

        def act() -> None:
            answer_correction(
                correction=correction,
                to=CorrectionStatus(form.cleaned_data["outcome"]),
                answer=form.cleaned_data["answer"],
                version=form.cleaned_data["version"],
                by=request.user,
                at=clock.now(),
            )

        if not was_done(form, act):
            return self.show(request, pk, form=form)
        messages.success(request, f"纠错留言 {correction.receipt_number} 已答复，反映问题的人可以凭受理编号查看。")
        return redirect(self.url(correction))


def note_contact_read(correction: Correction, *, by: User, at: datetime) -> None:
    """查看个人信息: the page shows how to reach whoever has sent the report."""
    action = AuditEntry.Action.READ_PERSONAL_DATA
    AuditEntry.objects.record(action=action, target=correction, by=by, at=at, detail={"read": "联系方式"})


def contact_shown(correction: Correction, *, page: str, reveals: bool) -> str:
    """How to reach the sender: masked, until somebody who needs it asks for it, which is noted."""
    if not correction.contact:
        return "没有留下"
    if reveals:
        return correction.contact
    hidden = mask_text(correction.contact)
    if hidden == correction.contact:  # of no kind that is known
        hidden = f"{correction.contact[:1]}{STAR * 4}"
    return format_html('{} <a href="{}?{}={}">显示完整内容（会留下记录）</a>', hidden, page, CONTACT, SHOWN)


def facts(correction: Correction, *, contact: str) -> list[tuple[str, str]]:
    """What is known of it, for those who answer."""
    rows = [
        ("受理编号", correction.receipt_number),
        ("公开信息", correction.item.title if correction.item else ""),
        ("页面地址", format_html("<bdi>{}</bdi>", correction.page)),
        ("办理单位", correction.unit.name),
        ("收到时间", f"{timezone.localtime(correction.received_at):%Y-%m-%d %H:%M}"),
        ("答复期限", answer_clock(correction, calendar=WorkCalendar.load()).words(on=clock.today())),
        ("联系方式", contact),
    ]
    return [(term, value) for term, value in rows if value]


def _url(correction: Correction) -> str:
    return reverse("disclosure:correction", args=[correction.pk])


pages = AnswerPages(template="disclosure/work_correction.html", url=_url, context=lambda request, correction: {})


@require_safe
def correction_list(request: AuthenticatedRequest) -> HttpResponse:
    """The unit's error reports, those that wait first."""
    if request.user.acting is None:
        raise PermissionDenied
    visible = Correction.objects.visible_to(request.user).select_related("unit", "item").defer("contact")
    waiting, answered = visible.waiting(), visible.exclude(pk__in=visible.waiting().values("pk"))
    page = Paginator(answered, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "waiting": _rows(waiting),
        "answered": _rows(page.object_list),
        "page": page,
        "params": only(request.GET, ["page"]),
    }
    return render(request, "disclosure/work_correction_list.html", context)


def _rows(corrections: Any) -> list[tuple[Correction, str, str, str]]:
    """Each with its address, its tone (late where the answer is), and how it stands against its day."""
    calendar, today = WorkCalendar.load(), clock.today()
    clocks = [(each, answer_clock(each, calendar=calendar)) for each in corrections]
    return [
        (
            each,
            _url(each),
            "late" if each.is_waiting and it.days_late(on=today) else TONES[each.status],
            it.words(on=today),
        )
        for each, it in clocks
    ]


@require_safe
def correction(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    return pages.show(request, pk)


def _correction_page(request: AuthenticatedRequest, pk: int) -> str:
    return reverse("disclosure:correction", args=[pk])


@act_on(_correction_page)
def correction_answer(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    return pages.answer(request, pk)
