"""A unit's petitions about an assignment (延期、不适用): asked and taken back on the assignment's page."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from ninghai import clock
from ninghai.http import AuthenticatedRequest, act_on, seen_version, visible_or_404
from ninghai.moves import StaleError, TransitionError
from ninghai.office.pages import was_done
from tasks.forms import PetitionForm
from tasks.models import Petition
from tasks.services.petitions import ask, withdraw_petition
from tasks.views.assignment_page import assignment_page
from tasks.views.work import visible_assignment


def _assignment_page(request: AuthenticatedRequest, pk: int) -> str:
    return reverse("tasks:assignment-detail", args=[pk])


def _petition_page(request: AuthenticatedRequest, pk: int) -> str:
    return _visible_petition(request, pk).get_absolute_url()


@act_on(_assignment_page)
def petition_ask(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Ask for more time, or that the task does not apply."""
    assignment = visible_assignment(request, pk)
    form = PetitionForm(request.POST)
    if not was_done(form, lambda: ask(assignment=assignment, by=request.user, at=clock.now(), **form.cleaned_data)):
        return assignment_page(request, assignment, petition_form=form)
    messages.success(request, "申请已提交，批准以前原来的完成时限不变。")
    return redirect(assignment)


@act_on(_petition_page)
def petition_withdraw(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Take it back before it is decided."""
    petition = _visible_petition(request, pk)
    try:
        withdraw_petition(petition=petition, version=seen_version(request), by=request.user, at=clock.now())
    except (StaleError, TransitionError) as conflict:
        return assignment_page(request, petition.assignment, conflict=str(conflict), status=409)
    messages.success(request, "申请已撤回。")
    return redirect(petition)


def _visible_petition(request: AuthenticatedRequest, pk: int) -> Petition:
    visible = Petition.objects.visible_to(request.user)
    return visible_or_404(
        visible.select_related("assignment__task__point__notice", "assignment__unit", "asked_by", "decided_by"), pk=pk
    )
