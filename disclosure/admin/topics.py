"""The office keeps the topics (主题分类)."""

from django.contrib import admin

from disclosure.models import Topic
from ninghai.models import Role
from ninghai.office.groups import DeskGroup
from ninghai.office.model_admin import OfficeModelAdmin


@admin.register(Topic)
class TopicAdmin(OfficeModelAdmin[Topic]):
    group = DeskGroup.CATALOGUE
    editors = frozenset({Role.OFFICE})
    list_display = ["code", "path"]
    search_fields = ["code", "path"]
    autocomplete_fields = ["parent"]
