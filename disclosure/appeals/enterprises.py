"""公共企事业单位 from Excel, one row each, known by its name: looked at first, then all of them kept, or none. The list's own
export has the same columns."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from disclosure.models import PublicEnterprise
from ninghai.calendar import clock
from ninghai.files.workbooks.reading import CellProblem, FlatSheet, SheetColumn, SheetField, SheetRow, one_of, refuse
from ninghai.models import AuditEntry, Unit
from ninghai.staff_site.pages import office_page, office_path
from ninghai.staff_site.preview import SealedPreview
from ninghai.web.http import AuthenticatedRequest

YES_NO = one_of({"是": True, "否": False, "": False})
MOST_ROWS = 1000
SHEET = FlatSheet(
    columns=(
        SheetColumn("名称", "name", is_required=True, longest=100),
        SheetColumn(
            "行业", "sector", one_of({each.label: each.value for each in PublicEnterprise.Sector}), is_required=True
        ),
        SheetColumn("主管部门", "department", is_required=True),
        SheetColumn("地址", "address", longest=200),
        SheetColumn("电话", "phone", longest=60),
        SheetColumn("有账号", "has_account", YES_NO),
        SheetColumn("在用", "is_active", YES_NO),
    ),
    most_rows=MOST_ROWS,
    besides="公共企事业单位",
    advice="请先从列表导出 Excel，在导出的文件上修改。",
    too_many=f"一次最多导入{MOST_ROWS}个，请分成几个文件。",
    no_rows="表中没有公共企事业单位，请填写后再上传。",
)


@dataclass(slots=True)
class EnterpriseSheet:
    """What was read of each row, how many are new, and what keeps them from being kept."""

    given: list[dict[str, Any]] = field(default_factory=list)
    problems: list[CellProblem] = field(default_factory=list)
    new: int = 0


def look_at(rows: Sequence[SheetRow]) -> EnterpriseSheet:
    """Nothing is kept; every problem is told at its cell."""
    units = {name: unit for unit in Unit.objects.valid(on=clock.today()) for name in unit.names}
    there, found, seen = set(PublicEnterprise.objects.values_list("name", flat=True)), EnterpriseSheet(), set[str]()

    def department(text: str) -> Unit:
        if text not in units:
            raise ValueError(f"没有“{text}”这个单位。")
        return units[text]

    for row in rows:
        values, wrong = SHEET.parse(row, {"department": department})
        twice = [SHEET.problem(row, "name", "这个名称在表中有两行。")] if row["name"] in seen else []
        found.problems += [*wrong, *twice]
        found.given.append(values)
        found.new += row["name"] not in there
        seen.add(row["name"])
    return found


@transaction.atomic
def _kept(request: AuthenticatedRequest, rows: list[SheetRow]) -> HttpResponse:
    """All rows or none; ValidationError with what stands in the way by now."""
    found = look_at(rows)
    refuse(found.problems)
    for given in found.given:
        named = {name: value for name, value in given.items() if name != "name"}
        enterprise, is_new = PublicEnterprise.objects.update_or_create(name=given["name"], defaults=named)
        action = AuditEntry.Action.CREATE if is_new else AuditEntry.Action.EDIT
        told: dict[str, Any] = {"detail": {"fields": sorted(named), "by_workbook": True}, "at": clock.now()}
        AuditEntry.objects.record(action=action, target=enterprise, by=request.user, **told)
    messages.success(request, f"已导入{len(found.given)}个公共企事业单位，其中新增{found.new}个。")
    return redirect("admin:disclosure_publicenterprise_changelist")


# The office's pages.

PAGE = "admin:disclosure_publicenterprise_import"
PREVIEW = SealedPreview(salt="disclosure.enterprises", field="rows", page=PAGE)


class EnterpriseUploadForm(forms.Form):
    file = SheetField(
        SHEET, label="公共企事业单位（.xlsx）", help_text="名称相同的更新，没有的新增；没有列出的不变。不超过 2 MB。"
    )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def importing(request: AuthenticatedRequest) -> HttpResponse:
    """Upload a sheet and see what it would become; nothing is saved here."""
    form = EnterpriseUploadForm(request.POST or None, request.FILES or None)
    found = look_at(form.cleaned_data["file"]) if request.method == "POST" and form.is_valid() else None
    return office_page(
        request,
        "admin/disclosure/enterprises_import.html",
        title="导入公共企事业单位",
        trail=[("公共企事业单位", reverse("admin:disclosure_publicenterprise_changelist"))],
        status=422 if form.errors or (found and found.problems) else 200,
        form=form,
        found=found,
        sealed=PREVIEW.seal(form.cleaned_data["file"]) if found and not found.problems else "",
    )


@never_cache
@require_POST
def confirm(request: AuthenticatedRequest) -> HttpResponse:
    return PREVIEW.confirm(request, partial(_kept, request))


URLS: list[URLPattern] = [
    office_path("import/", importing, "disclosure_publicenterprise_import"),
    office_path("import/confirm/", confirm, "disclosure_publicenterprise_import_confirm"),
]
