"""The office keeps the entries of the basic catalogue and the topics."""

from django.contrib import admin

from disclosure.models import CatalogueEntry, Topic
from ninghai.models import Role
from ninghai.office.model_admin import OfficeModelAdmin

OFFICE = frozenset({Role.OFFICE})


@admin.register(CatalogueEntry)
class CatalogueEntryAdmin(OfficeModelAdmin[CatalogueEntry]):
    editors = OFFICE
    list_display = ["code", "name", "parent", "time_limit", "position"]
    search_fields = ["code", "name", "legal_basis"]
    autocomplete_fields = ["parent"]
    list_select_related = ["parent"]


@admin.register(Topic)
class TopicAdmin(OfficeModelAdmin[Topic]):
    editors = OFFICE
    list_display = ["code", "path"]
    search_fields = ["code", "path"]
    autocomplete_fields = ["parent"]
