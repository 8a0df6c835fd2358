"""What every list of the office can do besides: keep its filters under a name, and leave as a file."""

import copy
from functools import partial
from typing import Any, TypeVar

from django.contrib import admin, messages
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import SuspiciousOperation, ValidationError
from django.db.models import Model
from django.http import HttpRequest, HttpResponse, QueryDict, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, reverse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_POST, require_safe

from ninghai import clock
from ninghai.http import AuthenticatedRequest
from ninghai.models import AuditEntry, SavedFilter
from ninghai.moves import require
from ninghai.office.choosing import ChoosesRecords
from ninghai.office.exports import MOST_ROWS, list_rows
from ninghai.office.pages import office_page, office_path, was_done
from ninghai.office.saved_filters import KeepForm, TitleForm, keep_filter, narrowing, rename_filter
from ninghai.spreadsheets import CSV, XLSX, as_csv, as_xlsx

M = TypeVar("M", bound=Model)


class ListTools(ChoosesRecords[M], admin.ModelAdmin[M]):
    """A list of the admin with its tools; whoever may see the list may use them."""

    def get_urls(self) -> list[URLPattern]:
        return [
            office_path("list.csv", require_safe(partial(self.export_list, "csv")), f"{self._page}_csv"),
            office_path("list.xlsx", require_safe(partial(self.export_list, "xlsx")), f"{self._page}_xlsx"),
            office_path("filters/keep/", self.keep_filter, f"{self._page}_filter_keep"),
            office_path("filters/<int:pk>/", self.rename_filter, f"{self._page}_filter_rename"),
            office_path("filters/<int:pk>/remove/", require_POST(self.remove_filter), f"{self._page}_filter_remove"),
            *super().get_urls(),
        ]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        tools: dict[str, Any] = {"narrowing": narrowing(request.GET)}
        if request.user.is_authenticated:
            tools["saved"] = SavedFilter.objects.filter(user=request.user, page=self._page).order_by("title")
        return super().changelist_view(request, {**(extra_context or {}), "list_tools": tools})

    @property
    def _page(self) -> str:
        """What the list is called in addresses and saved filters."""
        return f"{self.opts.app_label}_{self.opts.model_name}"

    @property
    def _list(self) -> str:
        return reverse(f"admin:{self._page}_changelist")

    def _narrowed(self, request: HttpRequest, query: str) -> ChangeList | None:
        """The list as the query narrows it; None if the list does not know what it asks for, or it hides a NUL."""
        if "%00" in query:
            return None
        asking = copy.copy(request)
        asking.GET = QueryDict(query)
        try:
            return self.get_changelist_instance(asking)
        except (IncorrectLookupParameters, SuspiciousOperation):
            return None

    # --- As a file ---------------------------------------------------------------------------------------

    def export_list(self, form: str, request: AuthenticatedRequest) -> HttpResponseBase:
        """导出: exactly the rows that the filters show, noted in the audit trail."""
        require(self.has_view_permission(request))
        query = narrowing(request.GET)
        shown = self._narrowed(request, query)
        if shown is None:
            messages.error(request, "筛选条件无法识别，没有导出。请重新筛选。")
            return redirect(self._list)
        if shown.result_count > MOST_ROWS:
            messages.error(
                request, f"列表有{shown.result_count}行，一次最多导出{MOST_ROWS}行。请先筛选，再分几次导出。"
            )
            return redirect(f"{self._list}?{query}")
        self._note_export(request, form, query, rows=shown.result_count)
        return self._file(form, shown)

    def _note_export(self, request: AuthenticatedRequest, form: str, query: str, *, rows: int) -> None:
        AuditEntry.objects.record(
            action=AuditEntry.Action.EXPORT,
            target=request.user,
            by=request.user,
            at=clock.now(),
            detail={"list": self._page, "filter": query, "format": form, "rows": rows},
        )

    def _file(self, form: str, shown: ChangeList) -> HttpResponseBase:
        title = str(self.opts.verbose_name_plural)
        rows = list_rows(shown, admin=self)
        response: HttpResponseBase
        if form == "csv":
            response = StreamingHttpResponse(as_csv(rows), content_type=CSV)
        else:
            response = HttpResponse(as_xlsx(rows, title=title), content_type=XLSX)
        name = f"{title}-{clock.today():%Y%m%d}.{form}"
        response.headers["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
        return response

    # --- Saved filters --------------------------------------------------------------------------------------

    def keep_filter(self, request: AuthenticatedRequest) -> HttpResponse:
        """保存筛选: the address carries the filters; the form asks for a name."""
        require(self.has_view_permission(request))
        form = KeepForm(request.POST or None, initial={"query": narrowing(request.GET)})
        if request.method == "POST" and was_done(form, lambda: self._keep(request, **form.cleaned_data)):
            messages.success(request, f"筛选已保存为“{form.cleaned_data['title']}”。")
            return redirect(f"{self._list}?{narrowing(QueryDict(form.cleaned_data['query']))}")
        return self._form(request, form, title="保存常用筛选", lead="下次打开这个列表，点一下名称就能看到同样的内容。")

    def _keep(self, request: AuthenticatedRequest, *, title: str, query: str) -> None:
        query = narrowing(QueryDict(query))
        if self._narrowed(request, query) is None:
            raise ValidationError("筛选条件无法识别，没有保存。请回到列表重新筛选。")
        keep_filter(user=request.user, page=self._page, title=title, query=query)

    def rename_filter(self, request: AuthenticatedRequest, pk: int) -> HttpResponse:
        """改名; the same page removes it."""
        kept = self._kept(request, pk)
        form = TitleForm(request.POST or None, initial={"title": kept.title})
        if request.method == "POST" and was_done(form, lambda: rename_filter(kept, **form.cleaned_data)):
            messages.success(request, f"常用筛选已改名为“{kept.title}”。")
            return redirect(f"{self._list}?{kept.query}")
        remove = reverse(f"admin:{self._page}_filter_remove", args=[pk])
        return self._form(request, form, title="常用筛选改名", template="admin/office/saved_filter.html", remove=remove)

    def remove_filter(self, request: AuthenticatedRequest, pk: int) -> HttpResponse:
        kept = self._kept(request, pk)
        kept.delete()
        messages.success(request, f"常用筛选“{kept.title}”已删除。")
        return redirect(self._list)

    def _kept(self, request: AuthenticatedRequest, pk: int) -> SavedFilter:
        """This person's own of this list, or 404."""
        require(self.has_view_permission(request))
        return get_object_or_404(SavedFilter.objects.filter(user=request.user, page=self._page), pk=pk)

    def _form(
        self,
        request: AuthenticatedRequest,
        form: TitleForm,
        *,
        title: str,
        template: str = "admin/office/form.html",
        **context: Any,
    ) -> HttpResponse:
        trail = [(str(self.opts.verbose_name_plural), self._list)]
        return office_page(request, template, title=title, trail=trail, form=form, submit="保存", **context)
