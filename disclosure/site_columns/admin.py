"""The office writes the texts of the four columns: a preview shows the page as the public will read it."""

from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.models import LogEntry
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse

from disclosure.models import OpennessOffice, SitePage
from disclosure.models.guide import NAMES
from disclosure.site_columns import services
from disclosure.site_columns.guide import keep_openness_office
from disclosure.site_columns.services import URL_NAMES
from ninghai.calendar import clock
from ninghai.models import User
from ninghai.models.state_machine import StaleError, require
from ninghai.staff_site.groups import DeskGroup
from ninghai.staff_site.model_admin import OfficeModelAdmin, ReadOnlyAdmin
from ninghai.staff_site.pages import office_page, was_done
from ninghai.web.http import AuthenticatedRequest


class SitePageForm(forms.Form):
    version = forms.IntegerField(widget=forms.HiddenInput)
    body = forms.CharField(
        label="正文",
        required=False,
        max_length=services.LONGEST,
        widget=forms.Textarea(attrs={"rows": 24}),
        help_text=f"每行一段，“一、”“（一）”开头的短行是标题。含有“{services.UNKNOWN}”的行公众看不到。",
        error_messages={"max_length": f"正文不能超过{services.LONGEST}字，较长的内容请作为公开信息发布。"},
    )


@admin.register(SitePage)
class SitePageAdmin(ReadOnlyAdmin[SitePage]):
    group = DeskGroup.ITEMS
    rank = 3
    list_display = ["column", "waiting", "updated_at", "updated_by"]
    list_select_related = ["updated_by"]
    ordering = ["pk"]

    @admin.display(description=services.UNKNOWN)
    def waiting(self, page: SitePage) -> str:
        count = len(services.unknown_lines(page.body))
        return f"{count}处" if count else "—"

    def record_page(self, request: AuthenticatedRequest, pk: int) -> HttpResponse:
        """Look at the page, change its text, look at the change before it counts."""
        page = get_object_or_404(SitePage, pk=pk)
        if request.method != "POST":
            return _show(request, page, SitePageForm(initial={"version": page.version, "body": page.body}))
        require(services.can_edit_page(request.user))
        form = SitePageForm(request.POST)
        if "preview" in request.POST or not form.is_valid():
            return _show(request, page, form, status=200 if form.is_valid() else 422)
        return _save(request, page, form)


def _save(request: AuthenticatedRequest, page: SitePage, form: SitePageForm) -> HttpResponse:
    """Save it; where somebody was faster, both texts stand on the page and nothing typed is lost."""
    body, version = form.cleaned_data["body"], form.cleaned_data["version"]
    try:
        if not was_done(
            form, lambda: services.edit_page(page=page, body=body, version=version, by=request.user, at=clock.now())
        ):
            return _show(request, page, form)
    except StaleError:
        page.refresh_from_db()
        again = SitePageForm({"version": page.version, "body": body})
        again.add_error(None, "您打开以后，别人改过这一页。请对照下面目前的正文，把两边的修改合在一起再保存。")
        return _show(request, page, again, status=409, newest=page.body)
    messages.success(request, f"“{page}”已保存，公众即刻看到新的内容。")
    return redirect("admin:disclosure_sitepage_change", page.pk)


def _show(
    request: AuthenticatedRequest, page: SitePage, form: SitePageForm, *, status: int = 0, newest: str = ""
) -> HttpResponse:
    body = form["body"].value() or ""
    return office_page(
        request,
        "admin/disclosure/sitepage/change.html",
        title=str(page),
        trail=[("专栏页面", reverse("admin:disclosure_sitepage_changelist"))],
        page=page,
        form=form if services.can_edit_page(request.user) else None,
        blocks=services.public_blocks(body),
        unknown=services.unknown_lines(body),
        is_saved=body == page.body,
        newest=newest,
        public_url=reverse(URL_NAMES[SitePage.Column(page.column)]),
        status=status,
    )


@admin.register(OpennessOffice)
class OpennessOfficeAdmin(OfficeModelAdmin[OpennessOffice]):
    """Where the openness office of each unit is, from a day on; the office may enter it for a unit."""

    group = DeskGroup.ITEMS
    rank = 4
    list_display = ["unit", "since", "name", "address", "phone", "lacks", "entered_by"]
    list_filter = ["unit"]
    list_select_related = ["unit", "entered_by"]
    fields = ["unit", "since", *NAMES]
    search_fields = ["unit__short_name"]
    autocomplete_fields = ["unit"]

    @admin.display(description="没有填写")
    def lacks(self, office: OpennessOffice) -> str:
        return "、".join(office.missing()) or "—"

    def save_model(self, request: HttpRequest, obj: OpennessOffice, form: forms.ModelForm[Any], change: bool) -> None:
        keep_openness_office(obj, by=cast(User, request.user), at=clock.now())

    def log_addition(self, request: HttpRequest, obj: OpennessOffice, message: Any) -> LogEntry:
        """The service has left its row in the trail already."""
        return admin.ModelAdmin.log_addition(self, request, obj, message)

    def has_change_permission(self, request: HttpRequest, obj: OpennessOffice | None = None) -> bool:
        return False
