"""The county's ground facts in the office's admin: units, groups, people, the calendar, the audit trail."""

from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import AdminPasswordChangeForm
from django.contrib.auth.models import Group
from django.http import HttpRequest
from django.urls import URLPattern
from django_rq.models import Dashboard

from ninghai import unit_pages
from ninghai.models import AuditEntry, Membership, Role, Unit, UnitGroup, User, Workday
from ninghai.office.model_admin import OfficeModelAdmin, ReadOnlyAdmin
from ninghai.office.site import OFFICE_ROLES

admin.site.unregister(Group)  # roles are memberships here; Django's groups have no part
admin.site.unregister(Dashboard)  # asks for Django's staff mark, which nobody has; in English, with inline script

OFFICE = frozenset({Role.OFFICE})


@admin.register(Unit)
class UnitAdmin(OfficeModelAdmin[Unit]):
    viewers = OFFICE_ROLES | {Role.SECURITY}  # who gives people their roles looks for units
    editors = OFFICE
    list_display = ["code", "short_name", "name", "kind", "valid_from", "valid_until", "successor", "is_verified"]
    list_filter = ["kind", "is_verified"]
    search_fields = ["code", "short_name", "name", "aliases"]
    autocomplete_fields = ["successor"]

    def get_urls(self) -> list[URLPattern]:
        return [*unit_pages.URLS, *super().get_urls()]


@admin.register(UnitGroup)
class UnitGroupAdmin(OfficeModelAdmin[UnitGroup]):
    editors = OFFICE
    list_display = ["name", "is_open"]
    search_fields = ["name", "aliases"]
    autocomplete_fields = ["members"]


class MembershipInline(admin.TabularInline[Membership, User]):
    model = Membership
    extra = 1
    autocomplete_fields = ["unit"]

    def has_view_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return True

    has_add_permission = has_change_permission = has_delete_permission = has_view_permission


class PasswordForm(AdminPasswordChangeForm):  # type: ignore[type-arg] # generic in the stubs alone
    """A new password. Nobody signs in another way here, so there is no choice to switch passwords off."""

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(user, *args, **kwargs)
        self.fields.pop("usable_password", None)


@admin.register(User)
class PersonAdmin(OfficeModelAdmin[User], UserAdmin[User]):
    """Accounts and roles: the security administrator's."""

    viewers = frozenset()
    editors = frozenset({Role.SECURITY})
    list_display = ["username", "name", "is_active", "last_login"]
    list_filter = ["is_active"]
    search_fields = ["username", "name"]
    fieldsets = [(None, {"fields": ["username", "password", "name", "email", "is_active"]})]
    add_fieldsets = [(None, {"fields": ["username", "name", "password1", "password2"]})]
    filter_horizontal = []
    add_form_template = "admin/change_form.html"  # Django's own carries an English sentence
    change_password_form = PasswordForm
    inlines = [MembershipInline]


@admin.register(Workday)
class WorkdayAdmin(OfficeModelAdmin[Workday]):
    editors = OFFICE
    list_display = ["date", "kind", "name", "source"]
    list_filter = ["kind"]
    date_hierarchy = "date"


@admin.register(AuditEntry)
class AuditEntryAdmin(ReadOnlyAdmin[AuditEntry]):
    viewers = frozenset({Role.AUDITOR})
    list_display = ["at", "actor", "acting_unit", "action", "kind", "target_label", "moved", "reason", "address"]
    list_filter = ["action"]
    search_fields = ["target_label", "reason"]
    date_hierarchy = "at"
    list_select_related = ["actor", "acting_unit"]

    @admin.display(description="对象类型")
    def kind(self, entry: AuditEntry) -> str:
        return str(entry.target_model._meta.verbose_name)

    @admin.display(description="状态变化")
    def moved(self, entry: AuditEntry) -> str:
        before, after = entry.status_label(entry.from_status), entry.status_label(entry.to_status)
        return f"{before} → {after}" if before else after
