"""确定单位: which units a name means, with a preview of how many assignments the choice would make."""

from collections.abc import Iterable
from datetime import date
from functools import partial
from itertools import groupby
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import redirect

from ninghai import clock
from ninghai.http import AuthenticatedRequest
from ninghai.models import Unit
from ninghai.office.pages import office_page, office_path, was_done
from tasks.admin.notice.frame import VersionedForm, draft_to_correct, page_of, responsibility_of, trail_to
from tasks.models import Responsibility
from tasks.services import notices
from tasks.services.notices.holding import date_of


class ResolveForm(VersionedForm):
    """确定单位: which units a name means here, and whether that holds wherever the notice still leaves it open."""

    units = forms.ModelMultipleChoiceField(Unit.objects.none(), label="对应单位", widget=forms.CheckboxSelectMultiple)
    all_alike = forms.BooleanField(label="用于本通知中同名的全部未确定项", required=False)
    learn_name = forms.BooleanField(
        label="记为该单位的其他叫法",
        required=False,
        help_text="只对应一个单位时可用；以后的通知出现这个名称会自动识别。",
    )

    def __init__(self, data: Any = None, *, responsibility: Responsibility, on: date) -> None:
        chosen = list(responsibility.units.all()) or _proposal(responsibility)
        initial = {"units": chosen, "version": responsibility.point.version}
        super().__init__(data, initial=initial)
        units: forms.ModelMultipleChoiceField[Unit] = self.fields["units"]  # type: ignore[assignment]
        units.queryset = Unit.objects.valid(on=on)
        units.choices = list(_by_kind(units.queryset))
        if responsibility.group_id:
            del self.fields["learn_name"]


def _proposal(responsibility: Responsibility) -> list[Unit]:
    """The group's members, which the office may take as they are or change for this point."""
    return list(responsibility.group.members.all()) if responsibility.group else []


def _by_kind(units: Iterable[Unit]) -> Iterable[tuple[str, list[tuple[int, str]]]]:
    """Choices under the kinds of unit."""
    in_order = sorted(units, key=lambda unit: (Unit.Kind.values.index(unit.kind), unit.position, unit.code))
    for kind, members in groupby(in_order, key=lambda unit: unit.get_kind_display()):
        yield kind, [(unit.pk, str(unit)) for unit in members]


def resolve(request: AuthenticatedRequest, pk: int, responsibility_pk: int) -> HttpResponse:
    """确定单位: with a preview of how many assignments the choice would make."""
    notice = draft_to_correct(request, pk)
    responsibility = responsibility_of(notice, responsibility_pk)
    at = clock.now()
    form = ResolveForm(request.POST or None, responsibility=responsibility, on=date_of(notice, at=at))
    act = partial(notices.resolve_responsibility, responsibility=responsibility, by=request.user, at=at)
    wants_preview = "preview" in request.POST
    if request.method == "POST" and not wants_preview and was_done(form, lambda: act(**form.cleaned_data)):
        messages.success(request, f"要点{responsibility.point.key}的“{responsibility.name}”已确定单位。")
        return redirect(page_of(notice, responsibility.point))
    return office_page(
        request,
        "admin/tasks/notice/resolve.html",
        title=f"要点{responsibility.point.key}：确定“{responsibility.name}”",
        trail=trail_to(notice),
        form=form,
        responsibility=responsibility,
        alike=_alike(responsibility).count(),
        preview=_preview(form, responsibility) if wants_preview and form.is_valid() else None,
    )


def _alike(responsibility: Responsibility) -> QuerySet[Responsibility]:
    open_ones = Responsibility.objects.filter(point__notice=responsibility.point.notice, is_resolved=False)
    return open_ones.filter(name=responsibility.name).exclude(pk=responsibility.pk)


def _preview(form: Form, responsibility: Responsibility) -> dict[str, int]:
    """Assignments of this point and of the whole notice, now and with the choice."""
    notice, point = responsibility.point.notice, responsibility.point
    units: list[Unit] = list(form.cleaned_data["units"])
    places = [responsibility, *(_alike(responsibility) if form.cleaned_data["all_alike"] else [])]
    now = notices.preview_assignments(notice)
    then = notices.preview_assignments(notice, instead={place.pk: units for place in places})
    return {
        "places": len(places),
        "point_now": now[point.pk],
        "point_then": then[point.pk],
        "total_now": sum(now.values()),
        "total_then": sum(then.values()),
    }


URLS = [office_path("<int:pk>/units/<int:responsibility_pk>/resolve/", resolve, "tasks_responsibility_resolve")]
