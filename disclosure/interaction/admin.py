"""不归本县办理的去处 in the web admin: whom the page 互动 sends people to with what is not the county's."""

from django.contrib import admin
from django.utils.html import format_html

from disclosure.models import Elsewhere
from ninghai.staff_site.groups import DeskGroup
from ninghai.staff_site.model_admin import OfficeModelAdmin


@admin.register(Elsewhere)
class ElsewhereAdmin(OfficeModelAdmin[Elsewhere]):
    group = DeskGroup.ITEMS
    list_display = ("name", "matter", "words", "phone", "address", "position", "is_shown")
    list_filter = ("matter", "is_shown")
    search_fields = ("name", "words")

    @admin.display(description="网址")
    def address(self, place: Elsewhere) -> str:
        return format_html("<bdi>{}</bdi>", place.website) if place.website else ""
