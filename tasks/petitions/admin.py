"""延期与不适用申请: the signer grants more time, the office says what does not apply; one by one or several at once."""

from dataclasses import replace
from functools import partial
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse

from ninghai.accounts.permission_table import POST, is_named
from ninghai.staff_site.groups import DeskGroup
from ninghai.staff_site.model_admin import ReadOnlyAdmin
from ninghai.staff_site.preview import Together
from ninghai.staff_site.record_pages import ADMIN, WithRecordPage
from ninghai.web.http import AuthenticatedRequest
from tasks import rules
from tasks.assignments.admin_filters import OfAssignments
from tasks.assignments.dossier import PETITION_TONES
from tasks.models import Petition
from tasks.petitions.petition_page import LIST, OFFICE_ACTS, PetitionPage, petitions_for
from tasks.petitions.services import grant_petition, refuse_petition


@admin.register(Petition)
class PetitionAdmin(WithRecordPage[Petition], OfAssignments[Petition], ReadOnlyAdmin[Petition]):
    page = PetitionPage(ADMIN, OFFICE_ACTS)
    group = DeskGroup.PROGRESS
    rank = 2
    tones = {"status": PETITION_TONES}
    list_display = ["point", "unit", "kind", "asked_for", "status", "asked_at", "granted"]
    list_filter = [
        "status",
        "kind",
        ("assignment__unit", admin.RelatedOnlyFieldListFilter),
    ]
    search_fields = ["reason", "assignment__key", "assignment__unit__short_name"]
    search_help_text = "按申请理由、公开编号或单位简称搜索。"
    actions = ["grant_selected", "refuse_selected"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Petition]:
        return petitions_for(request.user)

    def has_decide_permission(self, request: HttpRequest) -> bool:
        return is_named(request.user, "admin:tasks_petition_grant", POST)

    @admin.display(description="申请内容")
    def asked_for(self, petition: Petition) -> str:
        return petition.words

    @admin.display(description="批准结果")
    def granted(self, petition: Petition) -> str:
        return petition.granted_words

    @admin.action(description="批准所选的申请", permissions=["decide"])
    def grant_selected(self, request: AuthenticatedRequest, queryset: QuerySet[Petition]) -> HttpResponse | None:
        return GRANT.answer(request, queryset)

    @admin.action(description="不批准所选的申请", permissions=["decide"])
    def refuse_selected(self, request: AuthenticatedRequest, queryset: QuerySet[Petition]) -> HttpResponse | None:
        return REFUSE.answer(request, queryset)


# Several at once.


class TogetherForm(forms.Form):
    """One reason for all; a grant needs none."""

    reason = forms.CharField(
        label="意见", max_length=500, widget=forms.Textarea(attrs={"rows": 3, "cols": 60}), help_text="责任单位会看到。"
    )

    def __init__(self, *args: Any, grants: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].required = not grants


GRANT: Together[Petition] = Together(
    action="grant_selected",
    title="批准申请",
    verb="批准",
    noun="份申请",
    lead="延期按申请的日期批准，需要少批几天的请打开那份申请单独办理。",
    keyword="petition",
    columns={
        "工作要点": lambda petition: petition.assignment.task,
        "单位": lambda petition: petition.assignment.unit,
        "申请内容": lambda petition: petition.words,
        "申请理由": lambda petition: petition.reason,
    },
    allowed=rules.can_decide_petition,
    service=grant_petition,
    form=partial(TogetherForm, grants=True),
    records=petitions_for,
    list_page=LIST,
    list_title="延期与不适用申请",
)
REFUSE = replace(
    GRANT,
    action="refuse_selected",
    title="不批准申请",
    verb="答复不批准",
    lead="将答复不批准，请写明理由。",
    service=refuse_petition,
    form=partial(TogetherForm, grants=False),
)
