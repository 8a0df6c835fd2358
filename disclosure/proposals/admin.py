"""各单位建议提案 in the web admin: each unit's counts side by side, reminders and urging; and what the county sets for itself."""

from django.contrib import admin
from django.urls import URLPattern

from disclosure.models import ProposalCategory, ProposalLimit, ProposalUnit
from disclosure.proposals.importing import URLS
from disclosure.proposals.kind import PROPOSALS
from disclosure.proposals.pages import office_pages
from disclosure.requests.office.admin import UnitsOfMatter
from ninghai.staff_site.groups import DeskGroup
from ninghai.staff_site.model_admin import OfficeModelAdmin


@admin.register(ProposalUnit)
class ProposalUnitAdmin(UnitsOfMatter[ProposalUnit]):
    matter, cases = PROPOSALS, office_pages
    rank = 5
    list_display = (
        "short_name",
        "received",
        "answered",
        "on_time",
        "open",
        "overdue",
        "soon",
        "handling",
        "with_head",
    )

    def get_urls(self) -> list[URLPattern]:
        return [*URLS, *super().get_urls()]


@admin.register(ProposalLimit)
class ProposalLimitAdmin(OfficeModelAdmin[ProposalLimit]):
    """Without a row the general ones of `standards` hold; a new day is a new row, so that what was handed over before stays."""

    group = DeskGroup.ITEMS
    list_display = ["kind", "stage", "months", "valid_from", "basis"]
    list_filter = ["kind", "stage"]


@admin.register(ProposalCategory)
class ProposalCategoryAdmin(OfficeModelAdmin[ProposalCategory]):
    group = DeskGroup.ITEMS
    list_display = ["code", "words", "valid_from"]
