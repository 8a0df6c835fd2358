"""`/work/requests/import/`: the register of before from Excel; looked at first, then taken over as a whole or not at all."""

from functools import partial
from http import HTTPStatus
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.utils.http import content_disposition_header
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from disclosure.requests.importing.workbook import MOST_ROWS, REGISTER, SheetDryRun, take_over, template
from ninghai.calendar import clock
from ninghai.files.workbooks.reading import SheetField, SheetRow, refuse
from ninghai.files.workbooks.writing import XLSX
from ninghai.models import Role, Unit, acts_as
from ninghai.staff_site.preview import SealedPreview
from ninghai.web.http import AuthenticatedRequest

PREVIEW = SealedPreview(salt="disclosure.requests.register", field="rows", page="disclosure:request-import")


class RegisterUploadForm(forms.Form):
    file = SheetField(
        REGISTER,
        label="原登记簿（.xlsx）",
        help_text=f"按模板填写，一行一件申请，一次最多{MOST_ROWS}件，不超过 2 MB。",
    )


@require_safe
def register_template(request: AuthenticatedRequest) -> HttpResponse:
    response = HttpResponse(template(), content_type=XLSX)
    response.headers["Content-Disposition"] = content_disposition_header(True, "登记簿模板.xlsx") or "attachment"
    return response


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def register_import(request: AuthenticatedRequest) -> HttpResponse:
    """Upload a register and see what it would become; nothing is saved here."""
    form = RegisterUploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        return _page(request, form, rows=form.cleaned_data["file"])
    return _page(request, form)


@never_cache
@require_POST
def register_confirm(request: AuthenticatedRequest) -> HttpResponse:
    """Take over the register that was shown; what has changed meanwhile is found again."""
    return PREVIEW.confirm(request, partial(_take_over, request))


def _take_over(request: AuthenticatedRequest, rows: list[SheetRow]) -> HttpResponse:
    done = _taken(request, rows, is_dry_run=False)
    refuse(done.problems)
    messages.success(request, f"已导入：{done.outcome}。")
    return redirect("disclosure:request-list")


def _taken(request: AuthenticatedRequest, rows: list[SheetRow], *, is_dry_run: bool) -> SheetDryRun:
    return take_over(rows, unit=_own_unit(request), by=request.user, at=clock.now(), is_dry_run=is_dry_run)


def _own_unit(request: AuthenticatedRequest) -> Unit:
    if request.user.acting is None or not acts_as(request.user, Role.EDITOR, Role.OFFICE):
        raise PermissionDenied
    return request.user.acting.unit


def _page(
    request: AuthenticatedRequest, form: RegisterUploadForm, *, rows: list[SheetRow] | None = None
) -> HttpResponse:
    found = _taken(request, rows, is_dry_run=True) if rows else None
    is_ready = found is not None and found.outcome is not None and found.outcome.new > 0
    context: dict[str, Any] = {
        "title": "导入原登记簿",
        "trail": [("依申请公开", reverse("disclosure:request-list"))],
        "form": form,
        "unit": _own_unit(request),
        "found": found,
        "sealed": PREVIEW.seal(rows) if is_ready else "",
    }
    is_wrong = bool(form.errors or (found and found.problems))
    status = HTTPStatus.UNPROCESSABLE_ENTITY if is_wrong else HTTPStatus.OK
    return render(request, "disclosure/request_import.html", context, status=status)


URLS: list[URLPattern] = [
    path("work/requests/import/", register_import, name="request-import"),
    path("work/requests/import/template/", register_template, name="request-import-template"),
    path("work/requests/import/confirm/", register_confirm, name="request-import-confirm"),
]
