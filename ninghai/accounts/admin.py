"""Accounts in the admin (账号): one person's record with their roles, the security administrator's acts on it, and opening many by Excel."""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, reverse
from django.utils.html import format_html
from django.utils.http import content_disposition_header
from django.utils.safestring import SafeString
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ninghai.accounts import login_throttle, people, second_factor
from ninghai.accounts.login_throttle import paused_until
from ninghai.accounts.people import NOT_ONESELF, fault, fault_of_place, grant_role, revoke_role
from ninghai.accounts.second_factor import UnreadableSecret, seal, unseal
from ninghai.accounts.sessions import open_sessions
from ninghai.accounts.workbooks import PEOPLE, accounts_template, look_at_accounts, open_accounts
from ninghai.calendar import clock
from ninghai.files.workbooks.reading import SheetField
from ninghai.files.workbooks.writing import XLSX, as_xlsx
from ninghai.models import Membership, Tries, User
from ninghai.models.state_machine import StaleError
from ninghai.staff_site.forms import ChoosesRecords, RowsFormSet
from ninghai.staff_site.groups import DeskGroup
from ninghai.staff_site.model_admin import OfficeModelAdmin
from ninghai.staff_site.pages import office_page, office_path, was_done
from ninghai.staff_site.preview import SealedPreview
from ninghai.staff_site.result_list import chip
from ninghai.web.http import AuthenticatedRequest

# The security administrator's acts on one account: each a form with one button, each in the audit trail.

TRAIL_TOP = "账号"


class AccountReasonForm(forms.Form):
    reason = forms.CharField(
        label="停用原因", max_length=people.LONGEST_REASON, help_text="如调离、退休、休假，会记入审计记录。"
    )


@require_http_methods(["GET", "HEAD"])
def acts(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """What can be done with this account."""
    return _acts_page(request, _person(request, pk), AccountReasonForm())


@never_cache
@require_POST
def reset_password(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    person = _person(request, pk)
    password = people.reset_password(person=person, by=request.user, at=clock.now())
    return one_time_page(request, [(person, password)], title=f"已重置“{person.username}”的密码")


@require_POST
def reset_codes(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    return _done(request, pk, people.reset_codes, "动态口令已重置，本人下次登录时按角色重新设置。")


@require_POST
def unblock(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    return _done(request, pk, people.unblock, "登录限制已解除，本人现在可以登录。")


@require_POST
def sign_out(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    return _done(request, pk, people.sign_out, "此人在各设备上的登录已全部结束。")


@require_POST
def deactivate(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    person, form = _person(request, pk), AccountReasonForm(request.POST)

    def act() -> None:
        people.deactivate(person=person, reason=form.cleaned_data["reason"], by=request.user, at=clock.now())

    if not was_done(form, act):
        return _acts_page(request, person, form)
    messages.success(request, f"账号“{person.username}”已停用，角色和办理记录都保留。")
    return redirect("admin:ninghai_user_acts", pk)


@never_cache
@require_POST
def reactivate(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    person = _person(request, pk)
    try:
        password = people.reactivate(person=person, by=request.user, at=clock.now())
    except ValidationError as refused:
        messages.error(request, "".join(refused.messages))
        return redirect("admin:ninghai_user_acts", pk)
    return one_time_page(request, [(person, password)], title=f"已恢复账号“{person.username}”")


# Who is kept out at present.


@require_http_methods(["GET", "HEAD"])
def blocked(request: AuthenticatedRequest) -> HttpResponse:
    """登录限制: accounts and addresses that have to pause."""
    at = clock.true_now()
    kept_out = {(each.kind, each.key): each for each in Tries.objects.filter(blocked_until__gt=at)}
    accounts = [
        (person, tried)
        for person in (User.objects.order_by("username") if kept_out else [])
        for throttle in login_throttle.throttles_of(person)
        if (tried := kept_out.get((throttle.kind, throttle.key)))
    ]
    addresses = [tried for tried in kept_out.values() if tried.kind == Tries.Kind.ADDRESS]
    shown: dict[str, Any] = {"accounts": accounts, "addresses": addresses}
    return office_page(request, "admin/ninghai/user/blocked.html", title="登录限制", trail=_trail(), **shown)


@require_POST
def unblock_address(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    tried = get_object_or_404(Tries.objects.filter(kind=Tries.Kind.ADDRESS), pk=pk)
    people.unblock_address(tried=tried, by=request.user, at=clock.now())
    messages.success(request, f"来源地址 {tried.key} 的登录限制已解除。")
    return redirect("admin:ninghai_user_blocked")


# What the pages share.


def one_time_page(request: AuthenticatedRequest, shown: list[tuple[User, str]], *, title: str) -> TemplateResponse:
    """One-time passwords, to be read or printed now: they are kept nowhere. The file to save is sealed in the page."""
    rows = [[person.username, person.name, password] for person, password in shown]
    sealed = seal({"by": request.user.pk, "rows": rows})
    context: dict[str, Any] = {"shown": shown, "sealed": sealed, "site": request.build_absolute_uri(reverse("login"))}
    page = office_page(request, "admin/ninghai/user/one_time.html", title=title, trail=_trail(), **context)
    page.headers["Cache-Control"] = "no-store"
    return page


def _person(request: AuthenticatedRequest, pk: int) -> User:
    return get_object_or_404(User, pk=pk)


def _done(request: AuthenticatedRequest, pk: int, act: Callable[..., Any], words: str) -> HttpResponse:
    act(person=_person(request, pk), by=request.user, at=clock.now())
    messages.success(request, words)
    return redirect("admin:ninghai_user_acts", pk)


def _acts_page(request: AuthenticatedRequest, person: User, form: AccountReasonForm) -> TemplateResponse:
    at = clock.true_now()
    return office_page(
        request,
        "admin/ninghai/user/acts.html",
        title=f"办理账号“{person.username}”",
        trail=[*_trail(), (str(person), reverse("admin:ninghai_user_change", args=[person.pk]))],
        person=person,
        form=form,
        refused=NOT_ONESELF if person.pk == request.user.pk else "",
        paused_until=login_throttle.paused_until(person, at=at),
        has_codes=second_factor.is_set_up(person),
        sessions=open_sessions(person, at=at).count(),
    )


def _trail() -> list[tuple[str, str]]:
    return [(TRAIL_TOP, reverse("admin:ninghai_user_changelist"))]


ACT_URLS: list[URLPattern] = [
    office_path("blocked/", blocked, "ninghai_user_blocked"),
    office_path("blocked/<int:pk>/lift/", unblock_address, "ninghai_user_unblock_address"),
    office_path("<int:pk>/acts/", acts, "ninghai_user_acts"),
    office_path("<int:pk>/acts/reset-password/", reset_password, "ninghai_user_reset_password"),
    office_path("<int:pk>/acts/reset-codes/", reset_codes, "ninghai_user_reset_codes"),
    office_path("<int:pk>/acts/unblock/", unblock, "ninghai_user_unblock"),
    office_path("<int:pk>/acts/sign-out/", sign_out, "ninghai_user_sign_out"),
    office_path("<int:pk>/acts/deactivate/", deactivate, "ninghai_user_deactivate"),
    office_path("<int:pk>/acts/reactivate/", reactivate, "ninghai_user_reactivate"),
]


# Accounts by Excel in the admin: template, a look first, then the list with the one-time passwords, shown once.

PREVIEW = SealedPreview(
    salt="ninghai.accounts.workbook", field="rows", page="admin:ninghai_user_bulk", in_vain="没有开通："
)
LISTED_FOR = 600  # seconds in which the list of one-time passwords can still be saved
HEAD = ("账号", "姓名", "一次性密码")


class PeopleForm(forms.Form):
    file = SheetField(PEOPLE, label="账号名单（.xlsx）", help_text="按模板填写，一行一个账号，不超过 2 MB。")


@require_safe
def people_template(request: AuthenticatedRequest) -> HttpResponse:
    return _file(accounts_template(), name="账号导入模板.xlsx")


@require_http_methods(["GET", "HEAD", "POST"])
def bulk(request: AuthenticatedRequest) -> HttpResponse:
    """Upload a list and see whom it would let in; nothing is saved here."""
    form = PeopleForm(request.POST or None, request.FILES or None)
    rows = form.cleaned_data["file"] if request.method == "POST" and form.is_valid() else None
    found = look_at_accounts(rows) if rows else None
    is_ready = found is not None and not found.problems
    return office_page(
        request,
        "admin/ninghai/user/bulk.html",
        title="批量开通账号",
        trail=[("账号", reverse("admin:ninghai_user_changelist"))],
        form=form,
        found=found,
        rows=PREVIEW.seal(rows) if is_ready else "",
        status=422 if found and found.problems else 0,
    )


@never_cache
@require_POST
def confirm(request: AuthenticatedRequest) -> HttpResponse:
    """Open the accounts that were shown; what changed meanwhile is looked at again."""
    return PREVIEW.confirm(request, partial(_open_accounts, request))


def _open_accounts(request: AuthenticatedRequest, rows: Any) -> HttpResponse:
    opened = open_accounts(rows, by=request.user, at=clock.now())
    return one_time_page(request, opened, title=f"已开通{len(opened)}个账号")


@never_cache
@require_POST
def one_time_list(request: AuthenticatedRequest) -> HttpResponse:
    """The list that was just shown, as a file: only for who saw it, and only for some minutes."""
    try:
        shown = unseal(request.POST.get("sealed", ""), max_age=LISTED_FOR)
    except UnreadableSecret:
        shown = {}
    if shown.get("by") != request.user.pk:
        messages.error(request, "一次性密码只显示一次，现在不能再下载；需要时请逐个重置密码。")
        return redirect("admin:ninghai_user_changelist")
    return _file(as_xlsx([HEAD, *shown["rows"]], title="一次性密码", widths=(24, 18, 26)), name="一次性密码.xlsx")


def _file(data: bytes, *, name: str) -> HttpResponse:
    response = HttpResponse(data, content_type=XLSX)
    response.headers["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    return response


BULK_URLS: list[URLPattern] = [
    office_path("bulk/", bulk, "ninghai_user_bulk"),
    office_path("bulk/template/", people_template, "ninghai_user_template"),
    office_path("bulk/confirm/", confirm, "ninghai_user_bulk_confirm"),
    office_path("bulk/list/", one_time_list, "ninghai_user_one_time_list"),
]


# Accounts in the admin (账号): one person's record with their roles. Acts on it have pages of their own, above.


class RolesFormSet(RowsFormSet):
    """The roles as they would be after saving: whoever may not hold them together is refused here, in place."""

    by: User

    def clean(self) -> None:
        super().clean()
        if any(self.errors):
            return  # the rows say so themselves
        if self.has_changed() and self.instance.pk == self.by.pk:
            raise ValidationError(NOT_ONESELF)
        kept = [form for form in self.forms if form not in self.deleted_forms]
        held = [(form, form.cleaned_data.get("unit"), form.cleaned_data.get("role")) for form in kept]
        for form, unit, role in held:
            if unit and role and (wrong := fault_of_place(unit, role)):
                form.add_error("role", wrong)
        if wrong := fault(role for _, _, role in held if role):
            raise ValidationError(wrong)


class MembershipInline(ChoosesRecords[Any], admin.TabularInline[Membership, User]):
    model = Membership
    formset = RolesFormSet
    extra = 1
    autocomplete_fields = ["unit"]
    verbose_name_plural = "单位和角色"

    def get_formset(self, request: HttpRequest, obj: User | None = None, **kwargs: Any) -> Any:
        formset = super().get_formset(request, obj, **kwargs)
        return type("RolesFormSet", (formset,), {"by": request.user})

    def has_view_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return True

    has_add_permission = has_change_permission = has_delete_permission = has_view_permission


class PersonForm(forms.ModelForm[User]):
    class Meta:
        model = User
        fields = ["username", "name", "email"]

    def clean_username(self) -> str:
        """Names that differ by capitals alone would be taken for one another."""
        name: str = User.normalize_username(self.cleaned_data["username"])
        if User.objects.filter(username__iexact=name).exclude(pk=self.instance.pk).exists():
            raise ValidationError(f"账号“{name}”已存在，请换一个。")
        return name


class PersonAdmin(OfficeModelAdmin[User]):
    """Accounts and roles: the security administrator's."""

    group = DeskGroup.SETTINGS
    rank = 3
    untold = frozenset({"password"})
    form = PersonForm
    list_display = ["username", "name", "roles", "state", "second_factor", "last_login"]
    list_filter = ["is_active", "memberships__role"]
    search_fields = ["username", "name"]
    fields = ["username", "name", "email"]
    readonly_fields = ["standing", "second_factor", "password_changed_at", "last_login"]
    inlines = [MembershipInline]

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        return super().get_queryset(request).select_related("authenticator").prefetch_related("memberships__unit")

    def get_fields(self, request: HttpRequest, obj: User | None = None) -> Any:
        return [*self.fields, *(self.readonly_fields if obj else [])]

    def get_urls(self) -> list[URLPattern]:
        return [*BULK_URLS, *ACT_URLS, *super().get_urls()]

    @admin.display(description="任职")
    def roles(self, person: User) -> str:
        return "；".join(str(each) for each in person.memberships.all()) or "没有角色"

    @admin.display(description="状态", ordering="is_active")
    def state(self, person: User) -> SafeString:
        return chip("在用", "good") if person.is_active else chip("已停用")

    @admin.display(description="动态口令", boolean=None)
    def second_factor(self, person: User) -> str:
        phone = getattr(person, "authenticator", None)
        return "已启用" if phone and phone.confirmed_at else "未启用"

    @admin.display(description="账号状态")
    def standing(self, person: User) -> SafeString:
        acts = reverse("admin:ninghai_user_acts", args=[person.pk])
        return format_html('{}　<a href="{}">重置密码、解除限制、停用等</a>', standing_words(person), acts)

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        if change:
            obj.save(update_fields=form.changed_data)  # another one may have closed the account meanwhile
            return
        by = cast(AuthenticatedRequest, request).user
        password = people.open_account(person=obj, grants=[], by=by, at=clock.now())
        request.META["ONE_TIME_PASSWORD"] = password  # for the answer to this request alone

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        """Roles change through their services; a changed row is one taken back and another granted."""
        by, at = cast(AuthenticatedRequest, request).user, clock.now()
        formset.save(commit=False)
        try:
            self._change_roles(form.instance, formset, by=by, at=at)
        except (ValidationError, Membership.DoesNotExist):  # somebody was faster: nothing of it is saved
            raise StaleError(form.instance) from None

    def _change_roles(self, person: User, formset: Any, *, by: User, at: datetime) -> None:
        for membership in [*formset.deleted_objects, *(changed for changed, _ in formset.changed_objects)]:
            revoke_role(membership=Membership.objects.get(pk=membership.pk), by=by, at=at)
        for granted in [*(changed for changed, _ in formset.changed_objects), *formset.new_objects]:
            grant_role(person=person, unit=granted.unit, role=granted.role, by=by, at=at)

    def log_addition(self, request: HttpRequest, obj: User, message: Any) -> Any:
        """The service has recorded it."""
        return super(OfficeModelAdmin, self).log_addition(request, obj, message)

    def response_add(self, request: HttpRequest, obj: User, post_url_continue: str | None = None) -> HttpResponse:
        """The one-time password, shown this once."""
        shown = [(obj, request.META.pop("ONE_TIME_PASSWORD"))]
        return one_time_page(cast(AuthenticatedRequest, request), shown, title=f"已开通账号“{obj.username}”")


def standing_words(person: User) -> str:
    if not person.is_active:
        return "已停用"
    until = paused_until(person, at=clock.true_now())
    return f"登录失败次数过多，暂停登录至{until.astimezone():%H:%M}" if until else "正常"
