"""The page of one assignment, shown by GET and again, with everything typed, when an act on it fails."""

from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import render

from ninghai import clock
from ninghai.http import AuthenticatedRequest
from ninghai.timeline import Event
from ninghai.typed import typed_text
from tasks import rules
from tasks.forms import PetitionForm, ReportForm, ReturnForm
from tasks.history import history
from tasks.models import Assignment
from tasks.periods import turn_to_report
from tasks.views.dossier import PetitionShown, TurnShown, read_petitions, read_turns, shown_for

FORM_LABELS = {
    name: str(field.label)
    for form in (ReportForm, ReturnForm, PetitionForm)
    for name, field in form.base_fields.items()
    if field.label
}


def assignment_page(
    request: AuthenticatedRequest,
    assignment: Assignment,
    *,
    period_pk: int | None = None,
    form: ReportForm | None = None,
    return_form: ReturnForm | None = None,
    petition_form: PetitionForm | None = None,
    conflict: str = "",
    status: int = 200,
) -> HttpResponse:
    """Show the assignment with the form for `period_pk`, else for the period whose turn it is.

    `form`, `return_form` and `petition_form` are what failed; `conflict` says that somebody was faster. Where the form has no place any
    more, what was typed is shown to be copied.
    """
    now = clock.now()
    shown = read_turns(assignment=assignment, user=request.user, on=now.date(), at=now)
    petitions = read_petitions(assignment=assignment, user=request.user)
    current = _current(shown, period_pk)
    if form is None and current is not None:
        form = ReportForm(instance=current.under_way)
    context = {
        "assignment": assignment,
        "kin": _kin(request, assignment),
        "light": assignment.light(on=now.date()),
        "facts": assignment_facts(assignment),
        "turns": shown,
        "current": current,
        "form": form,
        "return_form": return_form or ReturnForm(),
        "petitions": petitions,
        "petition_form": petition_form or PetitionForm(),
        "autosaves": not conflict,  # whoever was told of a conflict compares first, and saves by the button
        "can_ask": rules.can_ask(request.user, assignment),
        "conflict": conflict,
        "typed": typed_text(request, labels=FORM_LABELS) if conflict and current is None else [],
        "events": _events(request, assignment, shown, petitions),
    }
    return render(request, "tasks/assignment_detail.html", context, status=status)


def assignment_facts(assignment: Assignment) -> list[tuple[str, str]]:
    point = assignment.task.point
    rows = [
        ("通知", f"{point.notice.title} {point.notice.document_number}"),
        ("所属部分", " ".join(filter(None, [point.part, point.section]))),
        ("责任单位", str(assignment.unit)),
        ("承担角色", assignment.get_role_display()),
        ("办理状态", assignment.get_status_display()),
        ("完成时限", assignment.due_words),
        ("责任分工原文", " ".join(point.responsibility_texts)),
        ("不再办理", f"{assignment.ended_on:%Y-%m-%d}，{assignment.ended_reason}" if assignment.ended_on else ""),
        ("办结日期", f"{assignment.completed_on:%Y-%m-%d}" if assignment.completed_on else ""),
    ]
    return [(term, value) for term, value in rows if value]


def _kin(request: AuthenticatedRequest, assignment: Assignment) -> list[tuple[str, Assignment]]:
    """What it continues, and what continues it (移交、结转), as far as this person sees them."""
    visible = Assignment.objects.visible_to(request.user).for_list()
    kin = visible.filter(Q(pk=assignment.continues_id) | Q(continues=assignment.pk)).order_by("pk")
    return [("承接自" if each.pk == assignment.continues_id else "后续由", each) for each in kin]


def _current(shown: list[TurnShown], period_pk: int | None) -> TurnShown | None:
    """The period to write for: the one asked for, else the one whose turn it is; None when nothing can be written."""
    turn = turn_to_report([each.turn for each in reversed(shown)])
    current = shown_for(period_pk, shown) or shown_for(turn.period.pk if turn else None, shown)
    return current if current and (current.can_report or current.can_supplement) else None


def _events(
    request: AuthenticatedRequest, assignment: Assignment, shown: list[TurnShown], petitions: list[PetitionShown]
) -> list[Event]:
    if not rules.can_read_history(request.user, assignment):
        return []
    return history(
        assignment=assignment,
        reports=[each.report for turn in shown for each in turn.reports],
        petitions=[each.petition for each in petitions],
    )
