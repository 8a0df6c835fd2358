"""What was drawn for an inspector (抽查人员), and the sheet on which it is inspected, on a phone in a waiting room."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import F
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.text import Truncator
from django.views.decorators.http import require_http_methods, require_safe

from ninghai.calendar import clock
from ninghai.models.state_machine import StaleError, TransitionError, require
from ninghai.web.http import AuthenticatedRequest, act_on, visible_or_404
from ninghai.web.versions import seen_version
from tasks import rules
from tasks.assignments.dossier import EvidenceShown, read_turns, show_evidence
from tasks.assignments.page import assignment_facts
from tasks.models import Drawn, Finding, InspectionSheet, Rectification, SpotCheck
from tasks.progress.evidence import catalogue_items
from tasks.progress.uploads import add_pieces, ask_for_file_again, field_of
from tasks.spot_checks.draw import recipe_data
from tasks.spot_checks.finding_page import OUTCOME_TONES, show_finding
from tasks.spot_checks.finding_score import score
from tasks.spot_checks.findings import (
    SheetWords,
    add_photo,
    conclude_sheet,
    given_marks,
    remove_photo,
    save_sheet,
    words_of,
)
from tasks.spot_checks.forms import RecheckForm, SheetForm, initial_of, marks_of
from tasks.spot_checks.rectifications import recheck_rectification

# The page of one inspection, shown by GET and again, with everything typed, when an act on it fails.


def inspection_page(
    request: AuthenticatedRequest,
    drawn: Drawn,
    *,
    form: SheetForm | None = None,
    recheck_form: RecheckForm | None = None,
    conflict: str = "",
    status: int = 200,
) -> HttpResponse:
    """What the unit reported, the sheet while it can be written, the finding and what followed it."""
    now, assignment = clock.now(), drawn.assignment
    finding: Finding | None = getattr(drawn, "finding", None)
    if finding:
        finding.drawn = drawn
    can_record = rules.can_record_finding(request.user, drawn)
    sheet: InspectionSheet | None = getattr(drawn, "sheet", None) if can_record else None
    context = {
        "drawn": drawn,
        "assignment": assignment,
        "light": assignment.light(on=now.date()),
        "facts": [("抽查", str(drawn.spot_check)), *assignment_facts(assignment)],
        "turns": read_turns(assignment=assignment, user=request.user, on=now.date(), at=now),
        "finding": show_finding(finding, user=request.user, on=now.date(), at=now) if finding else None,
        "sheet": sheet,
        "sheet_version": sheet.version if sheet else 0,
        "version": finding.version if finding else 0,
        "form": form or sheet_form(drawn),
        "photos": _photos(sheet, at=now),
        "score": _score_words(drawn),
        "pass_mark": drawn.spot_check.rubric.pass_mark if drawn.spot_check.rubric else None,
        "can_write": can_record and (finding is None or finding.may_be_corrected(on=now.date())),
        "recheck_form": recheck_form or RecheckForm(),
        "conflict": conflict,
    }
    return render(request, "tasks/inspection.html", context, status=status)


def sheet_form(drawn: Drawn, **sent: Any) -> SheetForm:
    """The form of the sheet, else of the finding that a new sheet would correct."""
    words = current_sheet(drawn)
    initial = initial_of(
        outcome=words.outcome, note=words.note, rectify_by_date=words.rectify_by_date, marks=words.marks
    )
    return SheetForm(**sent, rubric=drawn.spot_check.rubric, initial=initial)


def current_sheet(drawn: Drawn) -> SheetWords:
    """What the sheet says, else the finding, else nothing."""
    if hasattr(drawn, "sheet"):
        return words_of(drawn.sheet)
    if hasattr(drawn, "finding"):
        return words_of_finding(drawn.finding)
    return SheetWords()


def words_of_finding(finding: Finding) -> SheetWords:
    return SheetWords(
        outcome=finding.outcome,
        note=finding.note,
        rectify_by_date=finding.rectify_by_date,
        marks=marks_of(finding),
    )


def _score_words(drawn: Drawn) -> str:
    """The running total of what was saved."""
    rubric = drawn.spot_check.rubric
    if rubric is None:
        return ""
    total = score(given_marks(current_sheet(drawn).marks, drawn=drawn), pass_mark=rubric.pass_mark)
    verdict = "单项否决" if total.is_vetoed else "合格" if total.passed else "不合格"
    return f"{total.points.normalize():f}分，{verdict}"


def _photos(sheet: InspectionSheet | None, *, at: Any) -> list[EvidenceShown]:
    proofs = list(sheet.proofs.select_related("file")) if sheet else []
    items = catalogue_items([proof.index_number for proof in proofs if proof.index_number], at=at)
    return [show_evidence(proof, items) for proof in proofs]


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
            version=seen_version(request),
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
    seen = seen_version(request, "sheet_version")
    sheet = save_sheet(drawn=drawn, written=form.words, version=seen, by=by, at=at)
    try:
        if removed := sheet.proofs.filter(pk=form.cleaned_data["remove"] or 0).first():
            remove_photo(proof=removed, by=by, at=at)
        add_pieces(form.cleaned_data, lambda piece: add_photo(sheet=sheet, proof=piece, by=by, at=at), by=by, at=at)
        if concludes:
            conclude_sheet(sheet=sheet, version=seen_version(request), by=by, at=at)
    except ValidationError as refusal:
        form.add_error(field_of(refusal), refusal)
        messages.info(request, "填写的内容已存为底稿，请改正下列问题后再试。")
    return not form.errors


def _is_done(drawn: Drawn, form: SheetForm, request: AuthenticatedRequest) -> bool:
    """The same form sent again, after it has become the finding."""
    finding, sheet = getattr(drawn, "finding", None), getattr(drawn, "sheet", None)
    is_mine = finding is not None and finding.recorded_by_id == request.user.pk
    return is_mine and sheet is None and current_sheet(drawn) == form.words and not form.cleaned_data["upload"]


# What anybody whom a draw concerns needs to recompute it.


@require_safe
def draw_data(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """重算数据: the JSON that the program of docs/draw-recipe.md reads, to be kept as a file."""
    spot_check = visible_or_404(SpotCheck.objects.visible_to(request.user), pk=pk)
    return JsonResponse(
        recipe_data(spot_check),
        json_dumps_params={"ensure_ascii": False, "indent": 1},
        headers={"Content-Disposition": f'attachment; filename="draw-{pk}.json"'},
    )
