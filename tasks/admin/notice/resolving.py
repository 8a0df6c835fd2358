"""确定单位: which units a name means, with what the office has kept for it, and a preview of the assignments."""

from datetime import date
from functools import partial
from typing import Any, NamedTuple

from django import forms
from django.db.models import QuerySet
from django.forms import Form
from django.http import HttpResponse, QueryDict
from django.utils import timezone

from ninghai import clock
from ninghai.http import AuthenticatedRequest
from ninghai.models import Unit
from ninghai.office.pages import office_page, office_path, was_done
from tasks.admin.notice.frame import VersionedForm, back_to, draft_to_correct, responsibility_of, trail_to
from tasks.admin.units_field import UnitsField
from tasks.models import Responsibility, UnitChoice
from tasks.services import notices


class ResolveForm(VersionedForm):
    """确定单位: which units a name means here, and whether that holds wherever the notice still leaves it open."""

    units = UnitsField(label="对应单位")
    all_alike = forms.BooleanField(label="用于本通知中同名的全部未确定项", required=False)
    learn_name = forms.BooleanField(
        label="记为该单位的其他叫法",
        required=False,
        help_text="只对应一个单位时可用；以后的通知出现这个名称会自动识别。",
    )
    keep_as = forms.CharField(
        label="把所选单位存为常用组合",
        max_length=60,
        required=False,
        help_text="填写组合名称，如“财经类部门”，下次遇到同样的名称可以一键选用。",
    )

    def __init__(self, data: Any = None, *, responsibility: Responsibility, on: date) -> None:
        chosen = list(responsibility.units.all()) or _proposal(responsibility)
        super().__init__(data, initial={"units": chosen, "version": responsibility.point.version})
        units: UnitsField = self.fields["units"]  # type: ignore[assignment]
        units.offer(on=on)
        if responsibility.group_id:
            del self.fields["learn_name"]


class Offer(NamedTuple):
    """A kept choice, with its units that exist on the notice's day."""

    choice: UnitChoice
    units: list[Unit]


def resolve(request: AuthenticatedRequest, pk: int, responsibility_pk: int) -> HttpResponse:
    """One tap on a kept choice resolves the name; else units are ticked, tried and sent."""
    notice = draft_to_correct(request, pk)
    responsibility = responsibility_of(request, notice, responsibility_pk)
    at = clock.now()
    on = timezone.localdate(at)
    offers = _offers(responsibility, on=on)
    form = ResolveForm(_sent(request.POST, offers), responsibility=responsibility, on=on)
    act = partial(notices.resolve_responsibility, responsibility=responsibility, by=request.user, at=at)
    wants_preview = "preview" in request.POST
    counted: list[int] = []
    if (
        request.method == "POST"
        and not wants_preview
        and was_done(form, lambda: counted.append(act(**form.cleaned_data)))
    ):
        done = f"“{responsibility.name}”已确定单位，共 {counted[0]} 处。"
        return back_to(notice, responsibility.point, request=request, done=done)
    return office_page(
        request,
        "admin/tasks/notice/resolve.html",
        title=f"要点{responsibility.point.name}：确定“{responsibility.name}”",
        trail=trail_to(notice),
        form=form,
        responsibility=responsibility,
        alike=_alike(responsibility).count(),
        offers=offers,
        preview=_preview(form, responsibility) if wants_preview and form.is_valid() else None,
    )


def _proposal(responsibility: Responsibility) -> list[Unit]:
    """The group's members, which the office may take as they are or change for this point."""
    return list(responsibility.group.members.all()) if responsibility.group else []


def _offers(responsibility: Responsibility, *, on: date) -> list[Offer]:
    valid = set(Unit.objects.valid(on=on))
    kept = [
        Offer(choice, [unit for unit in choice.units.all() if unit in valid])
        for choice in notices.choices_for(responsibility.name)
    ]
    return [offer for offer in kept if offer.units]


def _sent(data: QueryDict, offers: list[Offer]) -> QueryDict | None:
    """What was typed; with a tap on a kept choice, its units instead of the ticks."""
    tapped = next((offer for offer in offers if str(offer.choice.pk) == data.get("choice")), None)
    if tapped is None:
        return data or None
    data = data.copy()
    data.setlist("units", [str(unit.pk) for unit in tapped.units])
    return data


def _alike(responsibility: Responsibility) -> QuerySet[Responsibility]:
    open_ones = Responsibility.objects.filter(point__notice=responsibility.point.notice, is_resolved=False)
    return open_ones.filter(name=responsibility.name).exclude(pk=responsibility.pk)


def _preview(form: Form, responsibility: Responsibility) -> dict[str, int]:
    """Assignments of this point and of the whole notice, now and with the choice."""
    notice, point = responsibility.point.notice, responsibility.point
    units: list[Unit] = list(form.cleaned_data["units"])
    places = [responsibility, *(_alike(responsibility) if form.cleaned_data["all_alike"] else [])]
    touched = {place.point_id for place in places}
    now = notices.preview_assignments(notice, points=touched)
    then = notices.preview_assignments(notice, points=touched, instead={place.pk: units for place in places})
    total = notices.count_assignments(notice)
    return {
        "places": len(places),
        "point_now": now[point.pk],
        "point_then": then[point.pk],
        "total_now": total,
        "total_then": total + sum(then.values()) - sum(now.values()),
    }


URLS = [office_path("<int:pk>/units/<int:responsibility_pk>/resolve/", resolve, "tasks_responsibility_resolve")]
