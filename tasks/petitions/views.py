"""What a unit asks for about an assignment (延期、不适用), written on the assignment's page."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from ninghai.calendar import clock
from ninghai.staff_site.pages import was_done
from ninghai.web.http import AuthenticatedRequest, act_on
from tasks.assignments.page import pages
from tasks.petitions.petition_page import PetitionForm
from tasks.petitions.services import ask


def _assignment_page(request: AuthenticatedRequest, pk: int) -> str:
    return pages.as_seen(request, reverse("tasks:assignment-detail", args=[pk]))


@act_on(_assignment_page)
def petition_ask(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Ask for more time, or that the task does not apply."""
    assignment = pages.find(request.user, pk)
    form = PetitionForm(request.POST)
    if not was_done(form, lambda: ask(assignment=assignment, by=request.user, at=clock.now(), **form.cleaned_data)):
        return pages.show(request, assignment, refused={"petition": form}, status=422)
    messages.success(request, "申请已提交，批准以前原来的完成时限不变。")
    return redirect(_assignment_page(request, pk))
