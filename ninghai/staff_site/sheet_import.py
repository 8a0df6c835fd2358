"""Many records taken out as an Excel workbook and taken in again (导出 Excel、从 Excel 导入): looked at first, then all rows or none."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ninghai.calendar import clock
from ninghai.files.response import content_response
from ninghai.files.workbooks.reading import CellProblem, FlatSheet, SheetField, SheetRow, refuse
from ninghai.files.workbooks.writing import XLSX
from ninghai.models import AuditEntry, User
from ninghai.staff_site.preview import SealedPreview
from ninghai.web.http import AuthenticatedRequest


@dataclass(slots=True)
class SheetTrial:
    """What the rows would become, each as the cells of a line, and what keeps them from it."""

    done: list[tuple[str, ...]] = field(default_factory=list)
    problems: list[CellProblem] = field(default_factory=list)
    unchanged: int = 0
    rows: dict[str, str] = field(default_factory=dict)  # by what names a record: in which row it stands first

    def is_repeated(self, row: SheetRow, name: str) -> bool:
        """Whether an earlier row names the same record in that column."""
        value = row.get(name, "")
        return bool(value) and self.rows.setdefault(value, row["row"]) != row["row"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetImport:
    """What a room says of its workbook; the pages are the same for all."""

    sheet: FlatSheet
    what: str  # 办事指南: the name of file and list
    each: str  # 个事项
    name: str  # how its URL names begin: disclosure:service-guide
    list_name: str
    advice: str  # how the rows are filled in
    heads: Sequence[str]  # of the lines of a dry run
    written: Callable[[User], bytes]
    take_in_row: Callable[..., None]  # (row, what was found so far, by=, at=)
    done: str  # with {number}

    def _take_in(self, rows: Sequence[SheetRow], *, by: User, at: datetime, is_dry_run: bool) -> SheetTrial:
        """All rows or none; a look only with `is_dry_run`."""
        found = SheetTrial()
        with transaction.atomic():
            for row in rows:
                self.take_in_row(row, found, by=by, at=at)
            if is_dry_run or found.problems:
                transaction.set_rollback(True)
        return found

    def export(self, request: AuthenticatedRequest) -> HttpResponse:
        by: Any = request.user
        detail = {"file": f"{self.what}.xlsx"}
        AuditEntry.objects.record(action="export", target=by.acting.unit, by=by, at=clock.now(), detail=detail)
        return content_response(self.written(by), name=detail["file"], media_type=XLSX)

    def page(self, request: AuthenticatedRequest) -> HttpResponse:
        """Upload a workbook and see what it would become; nothing is saved here."""
        form = self._form(request)
        rows = form.cleaned_data["file"] if request.method == "POST" and form.is_valid() else None
        found = self._take_in(rows, by=request.user, at=clock.now(), is_dry_run=True) if rows else None
        is_ready = found is not None and found.done and not found.problems
        context = {
            "title": f"从 Excel 导入{self.what}",
            "trail": [(self.what, reverse(self.list_name))],
            "importing": self,
            "export": reverse(f"{self.name}-export"),
            "confirm": reverse(f"{self.name}-import-confirm"),
            "form": form,
            "found": found,
            "lines": [list(zip(self.heads, cells, strict=True)) for cells in found.done] if found else [],
            "sealed": self._preview.seal(rows) if is_ready else "",
        }
        status = 422 if form.errors or (found and found.problems) else 200
        return render(request, "sheet_import.html", context, status=status)

    def confirm(self, request: AuthenticatedRequest) -> HttpResponse:
        return self._preview.confirm(request, partial(self._taken_in, request))

    def _taken_in(self, request: AuthenticatedRequest, rows: list[SheetRow]) -> HttpResponse:
        found = self._take_in(rows, by=request.user, at=clock.now(), is_dry_run=False)
        refuse(found.problems)
        messages.success(request, self.done.format(number=len(found.done)))
        return redirect(self.list_name)

    @property
    def _preview(self) -> SealedPreview:
        return SealedPreview(salt=self.name, field="rows", page=f"{self.name}-import")

    def _form(self, request: AuthenticatedRequest) -> forms.Form:
        help_text = f"一行一{self.each}，一次最多{self.sheet.most_rows}{self.each[:1]}，不超过 2 MB。"
        form = forms.Form(request.POST or None, request.FILES or None)
        form.fields["file"] = SheetField(self.sheet, label=f"{self.what}（.xlsx）", help_text=help_text)
        return form

    def urls(self, root: str) -> list[URLPattern]:
        """Its three addresses below `root` ("work/guides/")."""
        name = self.name.rpartition(":")[2]
        page = never_cache(require_http_methods(["GET", "HEAD", "POST"])(self.page))
        return [
            path(f"{root}export/", require_safe(self.export), name=f"{name}-export"),
            path(f"{root}import/", page, name=f"{name}-import"),
            path(f"{root}import/confirm/", never_cache(require_POST(self.confirm)), name=f"{name}-import-confirm"),
        ]
