"""What the office's pages around one notice share: the way to them, the draft that they correct, the page of one form."""

from collections.abc import Callable, Sequence

from django import forms
from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse

from ninghai import clock
from ninghai.http import AuthenticatedRequest
from ninghai.moves import require
from ninghai.office.pages import Trail, office_page, was_done
from tasks import rules
from tasks.models import Responsibility, WorkPoint, WorkPointNotice


def trail_to_list() -> Trail:
    return [("工作要点通知", reverse("admin:tasks_workpointnotice_changelist"))]


def trail_to(notice: WorkPointNotice) -> Trail:
    return [*trail_to_list(), (notice.title, page_of(notice))]


def page_of(notice: WorkPointNotice, point: WorkPoint | None = None) -> str:
    """The notice's own page, opened at the point."""
    url = reverse("admin:tasks_workpointnotice_change", args=[notice.pk])
    return f"{url}#point-{point.pk}" if point else url


def draft_to_correct(request: AuthenticatedRequest, pk: int) -> WorkPointNotice:
    """The draft that a page corrects; what is sent too late is answered by the service, as a conflict."""
    notice = get_object_or_404(WorkPointNotice, pk=pk)
    require(rules.can_import_notice(request.user))
    if request.method != "POST":
        require(
            rules.can_edit_notice(request.user, notice),
            f"通知{notice.get_status_display()}，要点和责任单位不能再修改。",
        )
    return notice


def point_of(notice: WorkPointNotice, pk: int) -> WorkPoint:
    return get_object_or_404(notice.points.select_related("notice"), pk=pk)


def responsibility_of(notice: WorkPointNotice, pk: int) -> Responsibility:
    mine = Responsibility.objects.select_related("point__notice", "group").filter(point__notice=notice)
    return get_object_or_404(mine, pk=pk)


class VersionedForm(forms.Form):
    """A form that names the version which this person saw."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)


class RemoveForm(VersionedForm):
    """Nothing but the version: the button asks once more."""


def correction_page(
    request: AuthenticatedRequest,
    notice: WorkPointNotice,
    form: Form,
    act: Callable[..., object],
    *,
    title: str,
    submit: str,
    done: str,
    point: WorkPoint | None = None,
    quotes: Sequence[str] = (),
    lead: str = "",
) -> HttpResponse:
    """A page with one form: what it asks for is done and said, or the form comes back with everything typed."""
    if request.method == "POST" and was_done(form, lambda: act(by=request.user, at=clock.now(), **form.cleaned_data)):
        messages.success(request, done)
        return redirect(page_of(notice, point))
    return office_page(
        request,
        "admin/office/form.html",
        title=title,
        trail=trail_to(notice),
        form=form,
        submit=submit,
        quotes=quotes,
        lead=lead,
    )
