"""The office's side: every unit's answers, with how they stand and whether they help; and what was asked and not found."""

from typing import Any

from django.contrib import admin

from disclosure.knowledge.pages import TONES, office_pages, standing
from disclosure.models import Knowledge, MissedQuestion
from ninghai.calendar import clock
from ninghai.staff_site.groups import DeskGroup
from ninghai.staff_site.model_admin import ReadOnlyAdmin
from ninghai.staff_site.record_pages import WithRecordPage


@admin.register(Knowledge)
class KnowledgeAdmin(WithRecordPage[Knowledge], ReadOnlyAdmin[Knowledge]):
    page = office_pages
    group = DeskGroup.ITEMS
    rank = 7
    tones = {"status": TONES}
    list_display = (
        "question",
        "unit",
        "edition",
        "status",
        "checking",
        "source",
        "review_by",
        "valid_until",
        "opinion",
    )
    list_filter = ["status", "unit", "topic"]
    search_fields = ["question", "other_words", "answer"]
    ordering = ["-number", "-edition"]

    def get_queryset(self, request: Any) -> Any:
        seen: Any = super().get_queryset(request)
        return seen.with_source(on=clock.today()).for_staff()

    @admin.display(description="核对")
    def checking(self, knowledge: Knowledge) -> str:
        """What people are told: that it is being checked, or no more."""
        words, _ = standing(knowledge)
        return "" if words == knowledge.get_status_display() else words

    @admin.display(description="来源")
    def source(self, knowledge: Knowledge) -> str:
        named = knowledge.service.name if knowledge.service else knowledge.item or knowledge.source_words or "—"
        version = knowledge.source_version
        return f"{named}（第{version}版）" if version else str(named)

    @admin.display(description="公众评价", ordering="-votes__not_helped")
    def opinion(self, knowledge: Knowledge) -> str:
        return str(getattr(knowledge, "votes", "—"))


@admin.register(MissedQuestion)
class MissedQuestionAdmin(ReadOnlyAdmin[MissedQuestion]):
    """没有找到的问题: words and how often, by nobody's name; what is asked often wants an answer."""

    group = DeskGroup.ITEMS
    rank = 8
    list_display = ["words", "count", "first_on", "last_on"]
    search_fields = ["words"]
    ordering = ["-count", "-last_on", "pk"]
