"""The small pages on which the office corrects a draft notice: a point, a responsibility, the units that a name means."""

from collections.abc import Callable, Sequence
from functools import partial

from django.contrib import messages
from django.db.models import QuerySet
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse

from ninghai import clock
from ninghai.http import AuthenticatedRequest
from ninghai.models import Unit
from ninghai.moves import require
from ninghai.office.pages import Trail, office_page, office_path, was_done
from tasks import rules
from tasks.admin.notice_forms import (
    FactsForm,
    NewPointForm,
    PointForm,
    RemoveForm,
    ResolveForm,
    ResponsibilityForm,
)
from tasks.models import Responsibility, WorkPoint, WorkPointNotice
from tasks.services import notices
from tasks.services.notices.correcting import date_of


def trail_to_list() -> Trail:
    return [("工作要点通知", reverse("admin:tasks_workpointnotice_changelist"))]


def trail_to(notice: WorkPointNotice) -> Trail:
    return [*trail_to_list(), (notice.title, _page_of(notice))]


def notice_to_correct(request: AuthenticatedRequest, pk: int) -> WorkPointNotice:
    """The draft that a page corrects; what is sent too late is answered by the service, as a conflict."""
    notice = get_object_or_404(WorkPointNotice, pk=pk)
    require(rules.can_import_notice(request.user))
    if request.method != "POST":
        require(
            rules.can_edit_notice(request.user, notice),
            f"通知{notice.get_status_display()}，要点和责任单位不能再修改。",
        )
    return notice


def facts(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    notice = notice_to_correct(request, pk)
    form = FactsForm.showing(notice, request.POST or None)
    act = partial(notices.edit_facts, notice=notice)
    return _correction(request, notice, form, act, title="修改基本信息", submit="保存", done="通知的基本信息已修改。")


# --- Points ----------------------------------------------------------------------------------------


def point_edit(request: AuthenticatedRequest, pk: int, point_pk: int) -> HttpResponse:
    notice = notice_to_correct(request, pk)
    point = _point(notice, point_pk)
    form = PointForm.showing(point, request.POST or None)
    return _correction(
        request,
        notice,
        form,
        partial(notices.edit_point, point=point),
        title=f"修改要点{point.key}",
        submit="保存",
        done=f"要点{point.key}已修改。",
        point=point,
        quotes=point.responsibility_texts,
    )


def point_add(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    notice = notice_to_correct(request, pk)
    form = NewPointForm(request.POST or None, notice=notice)
    act = partial(notices.add_point, notice=notice)
    return _correction(
        request, notice, form, act, title="添加要点", submit="添加", done="要点已添加，请再添加它的责任单位。"
    )


def point_remove(request: AuthenticatedRequest, pk: int, point_pk: int) -> HttpResponse:
    notice = notice_to_correct(request, pk)
    point = _point(notice, point_pk)
    return _correction(
        request,
        notice,
        RemoveForm(request.POST or None, initial={"version": point.version}),
        partial(notices.remove_point, point=point),
        title=f"删除要点{point.key}",
        submit="确认删除",
        done=f"要点{point.key}已删除。",
        quotes=[point.text],
        lead="删除后，这条要点和它的责任单位不再下达；原文不受影响。",
    )


# --- Responsibilities ----------------------------------------------------------------------------------


def responsibility_add(request: AuthenticatedRequest, pk: int, point_pk: int) -> HttpResponse:
    notice = notice_to_correct(request, pk)
    point = _point(notice, point_pk)
    blank = {"version": point.version, "role": Responsibility.Role.RESPONSIBLE}
    return _correction(
        request,
        notice,
        ResponsibilityForm(request.POST or None, initial=blank),
        partial(notices.add_responsibility, point=point),
        title=f"要点{point.key}：添加责任单位",
        submit="添加",
        done=f"要点{point.key}的责任单位已添加。",
        point=point,
        quotes=[*point.responsibility_texts, point.text],
    )


def responsibility_edit(request: AuthenticatedRequest, pk: int, responsibility_pk: int) -> HttpResponse:
    notice = notice_to_correct(request, pk)
    responsibility = _responsibility(notice, responsibility_pk)
    point = responsibility.point
    return _correction(
        request,
        notice,
        ResponsibilityForm.showing(responsibility, request.POST or None),
        partial(notices.edit_responsibility, responsibility=responsibility),
        title=f"要点{point.key}：修改“{responsibility.name}”",
        submit="保存",
        done=f"要点{point.key}的责任单位已修改。",
        point=point,
        quotes=point.responsibility_texts,
    )


def responsibility_remove(request: AuthenticatedRequest, pk: int, responsibility_pk: int) -> HttpResponse:
    notice = notice_to_correct(request, pk)
    responsibility = _responsibility(notice, responsibility_pk)
    point = responsibility.point
    return _correction(
        request,
        notice,
        RemoveForm(request.POST or None, initial={"version": point.version}),
        partial(notices.remove_responsibility, responsibility=responsibility),
        title=f"要点{point.key}：删除“{responsibility.name}”",
        submit="确认删除",
        done=f"要点{point.key}的“{responsibility.name}”已删除。",
        point=point,
        quotes=point.responsibility_texts,
    )


def resolve(request: AuthenticatedRequest, pk: int, responsibility_pk: int) -> HttpResponse:
    """确定单位: with a preview of how many assignments the choice would make."""
    notice = notice_to_correct(request, pk)
    responsibility = _responsibility(notice, responsibility_pk)
    at = clock.now()
    form = ResolveForm(request.POST or None, responsibility=responsibility, on=date_of(notice, at=at))
    act = partial(notices.resolve_responsibility, responsibility=responsibility, by=request.user, at=at)
    wants_preview = "preview" in request.POST
    if request.method == "POST" and not wants_preview and was_done(form, lambda: act(**form.cleaned_data)):
        messages.success(request, f"要点{responsibility.point.key}的“{responsibility.name}”已确定单位。")
        return redirect(_page_of(notice, responsibility.point))
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


# --- What these pages share --------------------------------------------------------------------------


def _correction(
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
        return redirect(_page_of(notice, point))
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


def _page_of(notice: WorkPointNotice, point: WorkPoint | None = None) -> str:
    url = reverse("admin:tasks_workpointnotice_change", args=[notice.pk])
    return f"{url}#point-{point.pk}" if point else url


def _point(notice: WorkPointNotice, pk: int) -> WorkPoint:
    return get_object_or_404(notice.points.select_related("notice"), pk=pk)


def _responsibility(notice: WorkPointNotice, pk: int) -> Responsibility:
    mine = Responsibility.objects.select_related("point__notice", "group").filter(point__notice=notice)
    return get_object_or_404(mine, pk=pk)


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


URLS = [
    office_path("<int:pk>/facts/", facts, "tasks_notice_facts"),
    office_path("<int:pk>/points/add/", point_add, "tasks_point_add"),
    office_path("<int:pk>/points/<int:point_pk>/", point_edit, "tasks_point_edit"),
    office_path("<int:pk>/points/<int:point_pk>/remove/", point_remove, "tasks_point_remove"),
    office_path("<int:pk>/points/<int:point_pk>/units/add/", responsibility_add, "tasks_responsibility_add"),
    office_path("<int:pk>/units/<int:responsibility_pk>/", responsibility_edit, "tasks_responsibility_edit"),
    office_path("<int:pk>/units/<int:responsibility_pk>/remove/", responsibility_remove, "tasks_responsibility_remove"),
    office_path("<int:pk>/units/<int:responsibility_pk>/resolve/", resolve, "tasks_responsibility_resolve"),
]
