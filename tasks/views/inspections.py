"""What was drawn for an inspector (抽查人员), and the sheet on which it is inspected, on a phone in a waiting room."""

from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import F
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.text import Truncator
from django.views.decorators.http import require_http_methods, require_safe

from ninghai import clock
from ninghai.http import AuthenticatedRequest, act_on, visible_or_404
from ninghai.moves import StaleError, TransitionError, require
from tasks import rules
from tasks.forms.inspections import RecheckForm, SheetForm
from tasks.models import Drawn, Finding, Rectification
from tasks.services.spot_checks import add_photo, conclude_sheet, recheck_rectification, remove_photo, save_sheet
from tasks.views.finding_page import OUTCOME_TONES
from tasks.views.inspection_page import current_sheet, inspection_page, sheet_form
from tasks.views.sent import sent_number
from tasks.views.uploads import add_pieces, ask_for_file_again, field_of

ROWS = 20
TITLE_CHARACTERS = 60


@dataclass(frozen=True, slots=True)
class DrawnRow:
    """A drawn assignment as the list shows it."""

    drawn: Drawn
    title: str
    outcome: str
    tone: str
    has_draft: bool


@require_safe
def inspection_list(request: AuthenticatedRequest) -> HttpResponse:
    """Everything drawn for this person, what still lacks a finding first."""
    visible = Drawn.objects.visible_to(request.user)
    ordered = visible.select_related(
        "spot_check", "assignment__task__point__notice", "assignment__unit", "finding", "inspector", "sheet"
    ).order_by(F("finding__recorded_at").desc(nulls_first=True), "-spot_check__drawn_at", "stratum", "rank", "pk")
    page = Paginator(ordered, ROWS).get_page(request.GET.get("page"))
    waiting = visible.filter(finding=None).count()
    context = {
        "page": page,
        "rows": [_row(drawn) for drawn in page],
        "total": f"共{page.paginator.count}项，其中{waiting}项待核查",
    }
    return render(request, "tasks/inspection_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def inspection(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """The sheet of one drawn assignment: what the unit reported, and the finding."""
    drawn = visible_drawn(request, pk)
    return _write(request, drawn) if request.method == "POST" else inspection_page(request, drawn)


def _recheck_page(request: AuthenticatedRequest, pk: int) -> str:
    return reverse("tasks:inspection", args=[pk])


@act_on(_recheck_page)
def inspection_recheck(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """复查: the inspector says whether the unit has put it right."""
    drawn = visible_drawn(request, pk)
    rectification = get_object_or_404(Rectification, finding__drawn=drawn)
    require(rules.can_record_finding(request.user, drawn))
    form = RecheckForm(request.POST)
    if not form.is_valid():
        return inspection_page(request, drawn, recheck_form=form)
    try:
        recheck_rectification(
            rectification=rectification,
            version=sent_number(request.POST, "version") or 0,
            by=request.user,
            at=clock.now(),
            **form.cleaned_data,
        )
    except (StaleError, TransitionError) as conflict:
        return inspection_page(request, drawn, recheck_form=form, conflict=str(conflict), status=409)
    except ValidationError as refusal:
        form.add_error(None, refusal)
        return inspection_page(request, drawn, recheck_form=form)
    messages.success(request, f"“{drawn.assignment}”的复查结果已告知单位。")
    return redirect(drawn)


def visible_drawn(request: AuthenticatedRequest, pk: int) -> Drawn:
    """With what its page shows, or 404."""
    rows = Drawn.objects.visible_to(request.user).select_related(
        "spot_check__rubric",
        "assignment__task__point__notice",
        "assignment__unit",
        "finding__objection",
        "finding__rectification",
        "inspector",
        "sheet",
    )
    return visible_or_404(rows, pk=pk)


def _row(drawn: Drawn) -> DrawnRow:
    finding: Finding | None = getattr(drawn, "finding", None)
    return DrawnRow(
        drawn=drawn,
        title=Truncator(drawn.assignment.task.point.text).chars(TITLE_CHARACTERS, truncate="……"),
        outcome=finding.get_outcome_display() if finding else "待核查",
        tone=OUTCOME_TONES[Finding.Outcome(finding.outcome)] if finding else "due",
        has_draft=hasattr(drawn, "sheet"),
    )


def _write(request: AuthenticatedRequest, drawn: Drawn) -> HttpResponse:
    """Save the sheet; with the button 记录结论 make it the finding too."""
    require(rules.can_record_finding(request.user, drawn))
    form = sheet_form(drawn, data=request.POST, files=request.FILES)
    if not form.is_valid():
        return inspection_page(request, drawn, form=ask_for_file_again(form))
    concludes = "conclude" in request.POST
    try:
        done = _is_done(drawn, form, request) if concludes else False
        if not done and not _keep(request, drawn, form, concludes=concludes):
            return inspection_page(request, visible_drawn(request, drawn.pk), form=form)
    except (StaleError, TransitionError) as conflict:
        fresh = visible_drawn(request, drawn.pk)
        return inspection_page(request, fresh, form=ask_for_file_again(form), conflict=str(conflict), status=409)
    if not concludes:
        messages.success(request, "核查底稿已保存，单位还看不到。可以继续填写。")
        return redirect(f"{drawn.get_absolute_url()}#sheet")
    messages.success(request, f"“{drawn.assignment}”的抽查结论已记录，并已告知单位。")
    return redirect("tasks:inspection-list")


def _keep(request: AuthenticatedRequest, drawn: Drawn, form: SheetForm, *, concludes: bool) -> bool:
    """Save the words, then the photograph, then conclude; False when the form was told what is wrong with the rest."""
    by, at = request.user, clock.now()
    seen = sent_number(request.POST, "sheet_version") or 0
    sheet = save_sheet(drawn=drawn, written=form.words, version=seen, by=by, at=at)
    try:
        if removed := sheet.proofs.filter(pk=form.cleaned_data["remove"] or 0).first():
            remove_photo(proof=removed, by=by, at=at)
        add_pieces(form.cleaned_data, lambda piece: add_photo(sheet=sheet, proof=piece, by=by, at=at), by=by, at=at)
        if concludes:
            conclude_sheet(sheet=sheet, version=sent_number(request.POST, "version") or 0, by=by, at=at)
    except ValidationError as refusal:
        form.add_error(field_of(refusal), refusal)
        messages.info(request, "填写的内容已存为底稿，请改正下列问题后再试。")
    return not form.errors


def _is_done(drawn: Drawn, form: SheetForm, request: AuthenticatedRequest) -> bool:
    """The same form sent again, after it has become the finding."""
    finding, sheet = getattr(drawn, "finding", None), getattr(drawn, "sheet", None)
    is_mine = finding is not None and finding.recorded_by_id == request.user.pk
    return is_mine and sheet is None and current_sheet(drawn) == form.words and not form.cleaned_data["upload"]
