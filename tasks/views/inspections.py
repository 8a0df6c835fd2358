"""What was drawn for an inspector (抽查人员), and the sheet on which the finding is recorded."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.db.models import F
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.text import Truncator
from django.views.decorators.http import require_http_methods, require_safe

from ninghai import clock
from ninghai.http import AuthenticatedRequest
from ninghai.moves import StaleError
from tasks import rules
from tasks.forms import FindingForm
from tasks.models import Drawn, Finding
from tasks.services.spot_checks import record_finding
from tasks.views.assignment_page import assignment_facts
from tasks.views.dossier import read_turns
from tasks.views.sent import sent_number

ROWS = 20
TITLE_CHARACTERS = 60
OUTCOME_TONES = {
    Finding.Outcome.TRUE: "good",
    Finding.Outcome.PARTLY_TRUE: "due",
    Finding.Outcome.NOT_TRUE: "late",
    Finding.Outcome.TO_RECTIFY: "late",
}


@dataclass(frozen=True, slots=True)
class DrawnRow:
    """A drawn assignment as the list shows it."""

    drawn: Drawn
    title: str
    outcome: str
    tone: str


@require_safe
def inspection_list(request: AuthenticatedRequest) -> HttpResponse:
    """Everything drawn for this person, what still lacks a finding first."""
    visible = Drawn.objects.visible_to(request.user)
    ordered = visible.select_related(
        "spot_check", "assignment__task__point__notice", "assignment__unit", "finding", "inspector"
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
    drawn = get_object_or_404(
        Drawn.objects.visible_to(request.user).select_related(
            "spot_check", "assignment__task__point__notice", "assignment__unit", "finding", "inspector"
        ),
        pk=pk,
    )
    if request.method == "POST":
        return _record(request, drawn)
    return _sheet(request, drawn, form=FindingForm(instance=_finding(drawn)))


def _row(drawn: Drawn) -> DrawnRow:
    finding = _finding(drawn)
    return DrawnRow(
        drawn=drawn,
        title=Truncator(drawn.assignment.task.point.text).chars(TITLE_CHARACTERS, truncate="……"),
        outcome=finding.get_outcome_display() if finding else "待核查",
        tone=OUTCOME_TONES[Finding.Outcome(finding.outcome)] if finding else "due",
    )


def _record(request: AuthenticatedRequest, drawn: Drawn) -> HttpResponse:
    if not rules.can_record_finding(request.user, drawn):
        raise PermissionDenied
    form = FindingForm(request.POST)
    if not form.is_valid():
        return _sheet(request, drawn, form=form)
    if not _says_the_same(drawn, form.cleaned_data):
        try:
            version = sent_number(request.POST, "version") or 0
            record_finding(drawn=drawn, version=version, by=request.user, at=clock.now(), **form.cleaned_data)
        except StaleError as conflict:
            drawn.refresh_from_db()
            return _sheet(request, drawn, form=form, conflict=str(conflict), status=409)
        except ValidationError as refusal:
            form.add_error(None, refusal)
            return _sheet(request, drawn, form=form)
    messages.success(request, f"“{drawn.assignment}”的抽查结论已记录。")
    return redirect("tasks:inspection-list")


def _sheet(
    request: AuthenticatedRequest, drawn: Drawn, *, form: FindingForm, conflict: str = "", status: int = 200
) -> HttpResponse:
    now, assignment, finding = clock.now(), drawn.assignment, _finding(drawn)
    context = {
        "drawn": drawn,
        "assignment": assignment,
        "light": assignment.light(on=now.date()),
        "facts": [("抽查", str(drawn.spot_check)), *assignment_facts(assignment)],
        "turns": read_turns(assignment=assignment, user=request.user, on=now.date(), at=now),
        "finding": _finding_facts(finding) if finding else [],
        "version": finding.version if finding else 0,
        "form": form,
        "can_record": rules.can_record_finding(request.user, drawn),
        "conflict": conflict,
    }
    return render(request, "tasks/inspection.html", context, status=status)


def _finding(drawn: Drawn) -> Finding | None:
    return getattr(drawn, "finding", None)


def _finding_facts(finding: Finding) -> list[tuple[str, str]]:
    rectify_by = f"{finding.rectify_by_date:%Y-%m-%d}" if finding.rectify_by_date else ""
    rows = [
        ("结论", finding.get_outcome_display()),
        ("核查情况", finding.note),
        ("整改期限", rectify_by),
        ("记录", f"{finding.recorded_by}，{finding.recorded_at:%Y-%m-%d}"),
    ]
    return [(term, value) for term, value in rows if value]


def _says_the_same(drawn: Drawn, written: dict[str, Any]) -> bool:
    """The same form sent again changes nothing."""
    finding = _finding(drawn)
    return finding is not None and all(getattr(finding, name) == value for name, value in written.items())
