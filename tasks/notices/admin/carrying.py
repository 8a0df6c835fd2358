"""结转: the office chooses the open work of earlier years that a draft takes over, some of it or all that the filter finds."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import redirect

from ninghai.calendar import clock
from ninghai.models import Unit
from ninghai.staff_site.forms import date_input
from ninghai.staff_site.pages import office_page, office_path, was_done
from ninghai.web.http import AuthenticatedRequest
from tasks.models import Assignment, WorkPoint, WorkPointNotice
from tasks.models.task import AssignmentQuerySet
from tasks.notices.admin.frame import VersionedForm, draft_to_correct, page_of, trail_to
from tasks.notices.carrying_over import TOO_LATE, carriable, carry_over

ROWS = 50


class CarryFilter(forms.Form):
    """Narrows what is offered."""

    q = forms.CharField(label="关键词", max_length=50, required=False)
    year = forms.TypedChoiceField(label="年度", coerce=int, required=False, empty_value=None)
    unit = forms.ModelChoiceField(Unit.objects.all(), label="责任单位", required=False, empty_label="全部")

    def __init__(self, data: Any, *, offered: AssignmentQuerySet) -> None:
        super().__init__(data)
        years = offered.order_by("-task__point__notice__year").values_list("task__point__notice__year", flat=True)
        year: forms.TypedChoiceField = self.fields["year"]  # type: ignore[assignment]
        year.choices = [("", "全部"), *((each, f"{each}年") for each in years.distinct())]

    def narrow(self, offered: AssignmentQuerySet) -> AssignmentQuerySet:
        """Nothing when a choice is none of those offered."""
        if not self.is_valid():
            return offered.none()
        wanted = self.cleaned_data
        if wanted["q"]:
            words = Q(task__point__text__icontains=wanted["q"]) | Q(key__icontains=wanted["q"])
            offered = offered.filter(words)
        if wanted["year"]:
            offered = offered.filter(task__point__notice__year=wanted["year"])
        return offered.filter(unit=wanted["unit"]) if wanted["unit"] else offered


class CarryForm(VersionedForm):
    assignments = forms.ModelMultipleChoiceField(
        Assignment.objects.none(), label="要结转的任务", required=False, widget=forms.MultipleHiddenInput
    )
    everything = forms.BooleanField(required=False)
    due_date = forms.DateField(label="结转后的完成时限", widget=date_input())

    def __init__(self, data: Any = None, *, notice: WorkPointNotice, found: AssignmentQuerySet) -> None:
        last = WorkPoint.default_due_date(notice.year)
        super().__init__(data, initial={"version": notice.version, "due_date": last})
        self.found = found
        assignments: forms.ModelMultipleChoiceField[Assignment] = self.fields["assignments"]  # type: ignore[assignment]
        assignments.queryset = found
        self.fields["everything"].label = f"结转筛选出的全部 {found.count()} 项，不只是勾选的"

    @property
    def asked(self) -> dict[str, Any]:
        """What the service is asked for."""
        sent = self.cleaned_data
        chosen = list(self.found if sent["everything"] else sent["assignments"])
        return {"assignments": chosen, "due_date": sent["due_date"], "version": sent["version"]}

    @property
    def ticked(self) -> set[int]:
        """The rows that were ticked when the form comes back."""
        return {int(each) for each in self["assignments"].value() or [] if str(each).isdecimal()}


def carry(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """结转上年事项: nothing changes for the units before the draft is issued."""
    notice = draft_to_correct(request, pk, too_late=TOO_LATE)
    offered = carriable(notice, on=clock.today())
    narrowing = CarryFilter(request.GET or {}, offered=offered)
    found = narrowing.narrow(offered)
    form = CarryForm(request.POST or None, notice=notice, found=found)
    if request.method == "POST" and was_done(
        form, lambda: carry_over(notice=notice, by=request.user, at=clock.now(), **form.asked)
    ):
        messages.success(request, "所选任务已加入本通知的“上年结转事项”，下达后原任务结转。")
        return redirect(page_of(notice))
    page = Paginator(found, ROWS).get_page(request.GET.get("page"))
    return office_page(
        request,
        "admin/tasks/notice/carry_over.html",
        title="结转上年事项",
        trail=trail_to(notice),
        filter_form=narrowing,
        form=form,
        page=page,
        params=request.GET,
        total=f"共 {page.paginator.count} 项",
    )


URLS = [office_path("<int:pk>/carry-over/", carry, "tasks_notice_carry_over")]
