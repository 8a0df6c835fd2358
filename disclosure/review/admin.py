"""What the office keeps for the review, and what the nightly look at public items has found."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html

from disclosure.models import CheckPoint, PublicCheck
from disclosure.privacy.nightly import readable
from ninghai.calendar import clock
from ninghai.staff_site.groups import DeskGroup
from ninghai.staff_site.model_admin import OfficeModelAdmin, ReadOnlyAdmin


@admin.register(CheckPoint)
class CheckPointAdmin(OfficeModelAdmin[CheckPoint]):
    """The checklist of each answer; a line that is no longer wanted is switched off, as answers have ticked it."""

    group = DeskGroup.ITEMS
    list_display = ["words", "kind", "position", "is_active"]
    list_filter = ["kind", "is_active"]


@admin.register(PublicCheck)
class PublicCheckAdmin(ReadOnlyAdmin[PublicCheck]):
    """The public items in which something is open."""

    group = DeskGroup.ITEMS
    list_display = ["item_page", "unit", "words", "open_hits", "checked_at"]
    list_display_links = None
    list_filter = ["item__unit"]
    list_select_related = ["item__unit"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[PublicCheck]:
        return still_open()

    @admin.display(description="公开信息")
    def item_page(self, check: PublicCheck) -> str:
        page = reverse("admin:disclosure_item_change", args=[check.item_id])
        return format_html('<a href="{}">{}</a>', page, check.item.title)

    @admin.display(description="发布机构")
    def unit(self, check: PublicCheck) -> str:
        return check.item.unit.short_name


def still_open() -> QuerySet[PublicCheck]:
    """Of what the public can read now."""
    checks = PublicCheck.objects.filter(open_hits__gt=0, item__in=readable(clock.now()))
    return checks.order_by("-open_hits", "checked_at", "pk")
