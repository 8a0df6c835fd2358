"""The page of one inspection, shown by GET and again, with everything typed, when an act on it fails."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from ninghai import clock
from ninghai.http import AuthenticatedRequest
from tasks import rules
from tasks.evidence import catalogue_items
from tasks.forms.inspections import RecheckForm, SheetForm, initial_of, marks_of
from tasks.models import Drawn, Finding, InspectionSheet
from tasks.services.spot_checks import SheetWords, given_marks, words_of
from tasks.spot_checks.finding_score import score
from tasks.views.assignment_page import assignment_facts
from tasks.views.dossier import EvidenceShown, read_turns, show_evidence
from tasks.views.finding_page import show_finding


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
