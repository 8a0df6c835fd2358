"""Below a register, `import/`: the register of before from Excel; looked at first, then taken over as a whole or not at all."""

from functools import partial
from http import HTTPStatus
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern
from django.utils.http import content_disposition_header
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from disclosure.requests.importing.workbook import MOST_ROWS, REGISTER, SheetDryRun, take_over, template
from ninghai.calendar import clock
from ninghai.files.workbooks.reading import SheetField, SheetRow, refuse
from ninghai.files.workbooks.writing import XLSX
from ninghai.models import Case, Role, Unit, acts_as
from ninghai.staff_site.preview import SealedPreview
from ninghai.staff_site.record_pages import RecordPage
from ninghai.web.http import AuthenticatedRequest


def _preview(pages: RecordPage[Case]) -> SealedPreview:
    page = f"{pages.act_names[pages.mount.key]}import"
    return SealedPreview(salt="disclosure.requests.register", field="rows", page=page)


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
def register_import(request: AuthenticatedRequest, *, pages: RecordPage[Case]) -> HttpResponse:
    """Upload a register and see what it would become; nothing is saved here."""
    form = RegisterUploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        return _page(request, pages, form, rows=form.cleaned_data["file"])
    return _page(request, pages, form)


@never_cache
@require_POST
def register_confirm(request: AuthenticatedRequest, *, pages: RecordPage[Case]) -> HttpResponse:
    """Take over the register that was shown; what has changed meanwhile is found again."""
    return _preview(pages).confirm(request, partial(_take_over, request, pages))


def _take_over(request: AuthenticatedRequest, pages: RecordPage[Case], rows: list[SheetRow]) -> HttpResponse:
    done = _taken(request, rows, is_dry_run=False)
    refuse(done.problems)
    messages.success(request, f"已导入：{done.outcome}。")
    return redirect(pages.list_names[pages.mount.key])


def _taken(request: AuthenticatedRequest, rows: list[SheetRow], *, is_dry_run: bool) -> SheetDryRun:
    return take_over(rows, unit=_own_unit(request), by=request.user, at=clock.now(), is_dry_run=is_dry_run)


def _own_unit(request: AuthenticatedRequest) -> Unit:
    if request.user.acting is None or not acts_as(request.user, Role.EDITOR, Role.OFFICE):
        raise PermissionDenied
    return request.user.acting.unit


def _page(
    request: AuthenticatedRequest,
    pages: RecordPage[Case],
    form: RegisterUploadForm,
    *,
    rows: list[SheetRow] | None = None,
) -> HttpResponse:
    found = _taken(request, rows, is_dry_run=True) if rows else None
    is_ready = found is not None and found.outcome is not None and found.outcome.new > 0
    context: dict[str, Any] = {
        **pages.frame(request, None, title="导入原登记簿"),
        "form": form,
        "unit": _own_unit(request),
        "found": found,
        "sealed": _preview(pages).seal(rows) if is_ready else "",
    }
    is_wrong = bool(form.errors or (found and found.problems))
    status = HTTPStatus.UNPROCESSABLE_ENTITY if is_wrong else HTTPStatus.OK
    return render(request, "disclosure/request_import.html", context, status=status)


def importing_urls(pages: RecordPage[Case], root: str) -> list[URLPattern]:
    return [
        pages.address(f"{root}import/", "import", partial(register_import, pages=pages)),
        pages.address(f"{root}import/template/", "import-template", register_template),
        pages.address(f"{root}import/confirm/", "import-confirm", partial(register_confirm, pages=pages)),
    ]
