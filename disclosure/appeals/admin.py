"""各单位申诉投诉 in the web admin: counts, reminders and urging; the table of public enterprises, and the county's limits."""

from django.contrib import admin
from django.urls import URLPattern

from disclosure.appeals.enterprises import URLS
from disclosure.appeals.kind import APPEALS
from disclosure.appeals.pages import office_pages
from disclosure.models import AppealLimit, AppealUnit, PublicEnterprise
from disclosure.requests.office.admin import UnitsOfMatter
from ninghai.staff_site.groups import DeskGroup
from ninghai.staff_site.model_admin import OfficeModelAdmin


@admin.register(AppealUnit)
class AppealUnitAdmin(UnitsOfMatter[AppealUnit]):
    matter, cases = APPEALS, office_pages
    rank = 5
    list_display = ("short_name", "received", "answered", "on_time", "open", "overdue", "soon", "handling", "with_head")


@admin.register(PublicEnterprise)
class PublicEnterpriseAdmin(OfficeModelAdmin[PublicEnterprise]):
    group = DeskGroup.ITEMS
    list_display = ("name", "sector", "department", "address", "phone", "has_account", "is_active")
    list_filter = ("sector", "department", "is_active")
    list_select_related = ("department",)
    search_fields = ("name", "address")
    change_list_template = "admin/disclosure/publicenterprise/change_list.html"

    def get_urls(self) -> list[URLPattern]:
        return [*URLS, *super().get_urls()]


@admin.register(AppealLimit)
class AppealLimitAdmin(OfficeModelAdmin[AppealLimit]):
    """Without a row what stands in `kind` holds; a new day is a new row, so that what came before stays."""

    group = DeskGroup.ITEMS
    list_display = ("matter", "days", "valid_from", "basis")
    list_filter = ("matter",)
