"""The admin pages on which the office exports the units to Excel and imports them again, after a look at what would change."""

from http import HTTPStatus

from django import forms
from django.contrib import messages
from django.core import signing
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, reverse
from django.views.decorators.http import require_POST, require_safe

from ninghai import clock
from ninghai.http import AuthenticatedRequest
from ninghai.models import AuditEntry, Role, Unit
from ninghai.moves import StaleError, require
from ninghai.office.pages import office_page, office_path
from ninghai.office.site import OFFICE_ROLES
from ninghai.roles import acts_as
from ninghai.sent_workbook import workbook_bytes
from ninghai.spreadsheets import XLSX
from ninghai.unit_workbook import (
    LIMIT,
    DryRun,
    NotAUnitWorkbook,
    dry_run,
    export_units,
    import_units,
    read_rows,
)

SALT = "ninghai.unit_workbook"


class WorkbookForm(forms.Form):
    file = forms.FileField(label="单位名录（.xlsx）", help_text="先导出，在导出的文件上修改后再上传，不超过 2 MB。")

    def clean_file(self) -> list[dict[str, str]]:
        """The rows of the upload; a file that cannot be trusted is refused before it is opened."""
        data = workbook_bytes(self.cleaned_data["file"], most=LIMIT, besides="名录")
        try:
            return read_rows(data)
        except NotAUnitWorkbook as refused:
            raise forms.ValidationError(str(refused)) from refused


@require_safe
def export(request: AuthenticatedRequest) -> HttpResponse:
    """All units as .xlsx, noted in the audit trail."""
    require(acts_as(request.user, *OFFICE_ROLES))
    data = export_units(Unit.objects.select_related("successor").order_by("position", "code"))
    AuditEntry.objects.record(action="export_units", target=request.user, by=request.user, at=clock.now())
    response = HttpResponse(data, content_type=XLSX)
    response.headers["Content-Disposition"] = f'attachment; filename="units-{clock.today():%Y%m%d}.xlsx"'
    return response


def workbook(request: AuthenticatedRequest) -> HttpResponse:
    """Upload a sheet and see what it would change; nothing is saved here."""
    require(acts_as(request.user, Role.OFFICE))
    form = WorkbookForm(request.POST or None, request.FILES or None)
    found = rows = None
    if request.method == "POST" and form.is_valid():
        rows = form.cleaned_data["file"]
        found = dry_run(rows)
    return _page(request, form, found=found, rows=rows)


@require_POST
def confirm(request: AuthenticatedRequest) -> HttpResponse:
    """Import the rows that were shown; where their units have changed meanwhile, they are compared and shown anew."""
    require(acts_as(request.user, Role.OFFICE))
    try:
        told = signing.loads(request.POST.get("rows", ""), salt=SALT, max_age=3600)
        done = import_units(told["rows"], seen=told["seen"], by=request.user, at=clock.now())
    except signing.BadSignature:
        messages.error(request, "预览已过期，请重新上传文件。")
    except StaleError:
        messages.warning(request, "名录刚刚被别人修改过，没有导入。下面是按现在的名录重新比较的结果，请再核对一次。")
        page = _page(request, WorkbookForm(), found=dry_run(told["rows"]), rows=told["rows"])
        page.status_code = HTTPStatus.CONFLICT
        return page
    except ValidationError as refused:
        messages.error(request, f"没有导入：{'；'.join(refused.messages)}")
    else:
        messages.success(request, f"已导入，共 {len(done.changes)} 个单位有变化。")
        return redirect("admin:ninghai_unit_changelist")
    return redirect("admin:ninghai_unit_workbook")


def _page(
    request: AuthenticatedRequest, form: WorkbookForm, *, found: DryRun | None, rows: list[dict[str, str]] | None
) -> TemplateResponse:
    told = {"rows": rows, "seen": found.seen} if found and found.changes and not found.problems else None
    return office_page(
        request,
        "admin/ninghai/unit/workbook.html",
        title="用 Excel 维护单位",
        trail=[("单位", reverse("admin:ninghai_unit_changelist"))],
        form=form,
        found=found,
        rows=signing.dumps(told, salt=SALT, compress=True) if told else "",
    )


URLS: list[URLPattern] = [
    office_path("export/", export, "ninghai_unit_export"),
    office_path("workbook/", workbook, "ninghai_unit_workbook"),
    office_path("workbook/confirm/", confirm, "ninghai_unit_workbook_confirm"),
]
