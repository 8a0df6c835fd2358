"""Accounts by Excel in the admin: template, a look first, then the list with the one-time passwords, shown once."""

from django import forms
from django.contrib import messages
from django.core import signing
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, reverse
from django.utils.http import content_disposition_header
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ninghai import clock
from ninghai.accounts.act_pages import one_time_page
from ninghai.accounts.sealing import Unreadable, unseal
from ninghai.accounts.workbook import NotAListOfPeople, look, open_accounts, read_people, template
from ninghai.http import AuthenticatedRequest
from ninghai.models import Role
from ninghai.moves import require
from ninghai.office.pages import office_page, office_path
from ninghai.roles import acts_as
from ninghai.sent_workbook import workbook_bytes
from ninghai.spreadsheets import XLSX, as_xlsx

SALT = "ninghai.accounts.workbook"
LIMIT = 2  # megabytes
LISTED_FOR = 600  # seconds in which the list of one-time passwords can still be saved
HEAD = ("账号", "姓名", "一次性密码")


class PeopleForm(forms.Form):
    file = forms.FileField(label="账号名单（.xlsx）", help_text="按模板填写，一行一个账号，不超过 2 MB。")

    def clean_file(self) -> list[dict[str, str]]:
        """The rows of the upload; a file that cannot be trusted is refused before it is opened."""
        data = workbook_bytes(self.cleaned_data["file"], most=LIMIT, besides="名单")
        try:
            return read_people(data)
        except NotAListOfPeople as refused:
            raise forms.ValidationError(str(refused)) from refused


@require_safe
def people_template(request: AuthenticatedRequest) -> HttpResponse:
    require(acts_as(request.user, Role.SECURITY))
    return _file(template(), name="账号导入模板.xlsx")


@require_http_methods(["GET", "HEAD", "POST"])
def bulk(request: AuthenticatedRequest) -> HttpResponse:
    """Upload a list and see whom it would let in; nothing is saved here."""
    require(acts_as(request.user, Role.SECURITY))
    form = PeopleForm(request.POST or None, request.FILES or None)
    rows = form.cleaned_data["file"] if request.method == "POST" and form.is_valid() else None
    looked = look(rows) if rows else None
    is_ready = looked is not None and not looked.problems
    page = office_page(
        request,
        "admin/ninghai/user/bulk.html",
        title="批量开通账号",
        trail=[("账号", reverse("admin:ninghai_user_changelist"))],
        form=form,
        looked=looked,
        rows=signing.dumps(rows, salt=SALT, compress=True) if is_ready else "",
    )
    page.status_code = 422 if form.errors or (looked and looked.problems) else 200
    return page


@never_cache
@require_POST
def confirm(request: AuthenticatedRequest) -> HttpResponse:
    """Open the accounts that were shown; what changed meanwhile is looked at again."""
    require(acts_as(request.user, Role.SECURITY))
    try:
        rows = signing.loads(request.POST.get("rows", ""), salt=SALT, max_age=3600)
        opened = open_accounts(rows, by=request.user, at=clock.now())
    except signing.BadSignature:
        messages.error(request, "预览已过期，请重新上传名单。")
    except ValidationError as refused:
        messages.error(request, f"没有开通：{'；'.join(refused.messages)}")
    else:
        return one_time_page(request, opened, title=f"已开通{len(opened)}个账号")
    return redirect("admin:ninghai_user_bulk")


@never_cache
@require_POST
def one_time_list(request: AuthenticatedRequest) -> HttpResponse:
    """The list that was just shown, as a file: only for who saw it, and only for some minutes."""
    require(acts_as(request.user, Role.SECURITY))
    try:
        shown = unseal(request.POST.get("sealed", ""), max_age=LISTED_FOR)
    except Unreadable:
        shown = {}
    if shown.get("by") != request.user.pk:
        messages.error(request, "一次性密码只显示一次，现在不能再下载；需要时请逐个重置密码。")
        return redirect("admin:ninghai_user_changelist")
    return _file(as_xlsx([HEAD, *shown["rows"]], title="一次性密码", widths=(24, 18, 26)), name="一次性密码.xlsx")


def _file(data: bytes, *, name: str) -> HttpResponse:
    response = HttpResponse(data, content_type=XLSX)
    response.headers["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    return response


URLS: list[URLPattern] = [
    office_path("bulk/", bulk, "ninghai_user_bulk"),
    office_path("bulk/template/", people_template, "ninghai_user_template"),
    office_path("bulk/confirm/", confirm, "ninghai_user_bulk_confirm"),
    office_path("bulk/list/", one_time_list, "ninghai_user_one_time_list"),
]
