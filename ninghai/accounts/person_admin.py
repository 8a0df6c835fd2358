"""Accounts in the admin (账号): one person's record with their roles. Acts on it have pages of their own (`act_pages`)."""

from datetime import datetime
from typing import Any, cast

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from ninghai import clock
from ninghai.accounts import act_pages, bulk_pages, people
from ninghai.accounts.granting import NOT_ONESELF, fault, fault_of_place, grant_role, revoke_role
from ninghai.accounts.tries import paused_until
from ninghai.http import AuthenticatedRequest
from ninghai.models import Membership, Role, User
from ninghai.moves import StaleError
from ninghai.office.choosing import ChoosesRecords
from ninghai.office.groups import DeskGroup
from ninghai.office.model_admin import OfficeModelAdmin
from ninghai.office.rows import RowsFormSet


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
            if unit and role and (said := fault_of_place(unit, role)):
                form.add_error("role", said)
        if said := fault(role for _, _, role in held if role):
            raise ValidationError(said)


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

    group = DeskGroup.ACCOUNTS
    viewers = frozenset()
    editors = frozenset({Role.SECURITY})
    untold = frozenset({"password"})
    form = PersonForm
    list_display = ["username", "name", "roles", "is_active", "second_factor", "last_login"]
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
        return [*bulk_pages.URLS, *act_pages.URLS, *super().get_urls()]

    @admin.display(description="任职")
    def roles(self, person: User) -> str:
        return "；".join(str(each) for each in person.memberships.all()) or "没有角色"

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
        return act_pages.one_time_page(cast(AuthenticatedRequest, request), shown, title=f"已开通账号“{obj.username}”")


def standing_words(person: User) -> str:
    if not person.is_active:
        return "已停用"
    until = paused_until(person, at=clock.true_now())
    return f"登录失败次数过多，暂停登录至{until.astimezone():%H:%M}" if until else "正常"
