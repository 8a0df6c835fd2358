"""What every list of the office can do besides: keep its filters under a name (常用筛选), and leave as a file (导出)."""

import copy
from collections.abc import Collection, Iterator
from datetime import date, datetime
from functools import partial
from typing import Any, TypeVar

from django import forms
from django.contrib import admin, messages
from django.contrib.admin import ModelAdmin
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.utils import label_for_field, lookup_field
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import ObjectDoesNotExist, SuspiciousOperation, ValidationError
from django.db import transaction
from django.db.models import Model
from django.http import HttpRequest, HttpResponse, QueryDict, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, reverse
from django.utils import timezone
from django.utils.html import strip_tags
from django.utils.http import content_disposition_header
from django.utils.safestring import SafeString
from django.views.decorators.http import require_POST, require_safe

from ninghai.calendar import clock
from ninghai.files.workbooks.writing import CSV, XLSX, as_csv, as_xlsx
from ninghai.models import AuditEntry, SavedFilter, User
from ninghai.staff_site.forms import ChoosesRecords
from ninghai.staff_site.pages import office_page, office_path, was_done
from ninghai.web.http import AuthenticatedRequest

# Every list of the office as a file (导出): the columns and the rows of the screen, all pages of them.

MOST_ROWS = 20_000
PIECE = 500  # rows read at once
NO_COLUMNS = frozenset({"action_checkbox"})
TRUTHS = {True: "是", False: "否"}


def list_rows(shown: ChangeList, *, admin: ModelAdmin[Any]) -> Iterator[list[str]]:
    """The heads, then every row that the filters show, in the order of the screen."""
    names = [str(name) for name in shown.list_display if name not in NO_COLUMNS]
    yield [str(label_for_field(name, shown.model, admin)) for name in names]
    for record in shown.queryset.iterator(chunk_size=PIECE):
        yield [cell(name, record, admin=admin) for name in names]


def cell(name: str, record: Model, *, admin: ModelAdmin[Any]) -> str:
    """What the column says of the record, as text."""
    try:
        field, _, value = lookup_field(name, record, admin)
    except ObjectDoesNotExist:
        return ""
    if field is None:
        return words(value)
    if field.choices:
        return str(dict(field.flatchoices).get(value, value or ""))
    return words(getattr(record, field.name))


def words(value: object) -> str:
    """A value as the office reads it: days and moments of the county, 是 and 否, no markup."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return TRUTHS[value]
    if isinstance(value, datetime):
        return f"{timezone.localtime(value):%Y-%m-%d %H:%M}"
    if isinstance(value, date):
        return f"{value:%Y-%m-%d}"
    if isinstance(value, list):
        return "、".join(words(each) for each in value)
    if isinstance(value, SafeString):
        return " ".join(strip_tags(value).split())
    return str(value)


# 常用筛选: a person keeps a list of the office as it is narrowed, and comes back to it with one tap.

MOST = 20  # of one person for one list
LONGEST = 1000  # characters of a query
PASSING = frozenset(
    {"p", "e", "all", "_popup", "_to_field", "_facets", "_changelist_filters"}
)  # which page, not which rows


class TitleForm(forms.Form):
    title = forms.CharField(
        label="名称", max_length=30, help_text="自己看得懂的几个字，如“逾期的街道任务”，不超过30字。"
    )


class KeepForm(TitleForm):
    query = forms.CharField(max_length=2000, widget=forms.HiddenInput, required=False)


def narrowing(params: QueryDict) -> str:
    """What of an address narrows or orders the list, without what is left empty."""
    kept = QueryDict(mutable=True)
    for name, values in params.lists():
        if name not in PASSING:
            kept.setlist(name, [value for value in values if value])
    return kept.urlencode()


@transaction.atomic
def keep_filter(*, user: User, page: str, title: str, query: str) -> SavedFilter:
    """Keep the list of that name as the query narrows it; raises ValidationError."""
    if not query:
        raise ValidationError("列表还没有筛选。请先在列表中筛选，再保存。")
    if len(query) > LONGEST:
        raise ValidationError("筛选条件太长，不能保存。请减少条件。")
    User.objects.select_for_update().get(pk=user.pk)  # a double click waits here
    mine = SavedFilter.objects.filter(user=user, page=page)
    if mine.count() >= MOST:
        raise ValidationError(f"一个列表最多保存{MOST}个常用筛选，请先删除不用的。")
    kept = SavedFilter(user=user, page=page, title=title, query=query)
    kept.full_clean()
    kept.save()
    return kept


def rename_filter(kept: SavedFilter, *, title: str) -> None:
    kept.title = title
    kept.full_clean()
    kept.save(update_fields=["title"])


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

    def in_its_order(self, request: HttpRequest, query: str, *, among: Collection[int], at: int) -> list[int]:
        """Of these records those that the query leaves, and the one at which a person is, in the order of the list.

        A query that the list does not know narrows nothing.
        """
        shown = self._narrowed(request, narrowing(QueryDict(query))) or self._narrowed(request, "")
        if shown is None:
            return [at]
        left = set(shown.queryset.filter(pk__in=among).order_by().values_list("pk", flat=True))
        rows = shown.root_queryset.filter(pk__in={*left, at})
        return list(rows.order_by(*shown.get_ordering(request, rows)).values_list("pk", flat=True))

    # As a file.

    def export_list(self, form: str, request: AuthenticatedRequest) -> HttpResponseBase:
        """导出: exactly the rows that the filters show, noted in the audit trail."""
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

    # Saved filters.

    def keep_filter(self, request: AuthenticatedRequest) -> HttpResponse:
        """保存筛选: the address carries the filters; the form asks for a name."""
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
