"""延期与不适用申请: the signer grants more time, the office says what does not apply; one by one or several at once."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from ninghai.accounts.permission_table import POST, is_named
from ninghai.calendar import clock
from ninghai.models.state_machine import StaleError, TransitionError
from ninghai.staff_site.groups import DeskGroup
from ninghai.staff_site.model_admin import ReadOnlyAdmin
from ninghai.staff_site.pages import first_of, office_page
from ninghai.staff_site.record_pages import ADMIN, WithRecordPage
from ninghai.web.http import AuthenticatedRequest
from ninghai.web.versions import seen_version
from tasks import rules
from tasks.assignments.dossier import PETITION_TONES
from tasks.models import Petition
from tasks.petitions.petition_page import LIST, OFFICE_ACTS, PetitionPage, petitions_for
from tasks.petitions.services import grant_petition, refuse_petition


@admin.register(Petition)
class PetitionAdmin(WithRecordPage[Petition], ReadOnlyAdmin[Petition]):
    page = PetitionPage(ADMIN, OFFICE_ACTS)
    group = DeskGroup.PROGRESS
    rank = 2
    tones = {"status": PETITION_TONES}
    list_display = ["point", "unit", "kind", "asked_for", "status", "asked_at", "granted"]
    list_filter = [
        "status",
        "kind",
        ("assignment__unit", admin.RelatedOnlyFieldListFilter),
        "assignment__task__point__notice__year",
    ]
    search_fields = ["reason", "assignment__key", "assignment__unit__short_name"]
    search_help_text = "按申请理由、公开编号或单位简称搜索。"
    actions = ["grant_selected", "refuse_selected"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Petition]:
        return petitions_for(request.user)

    def has_decide_permission(self, request: HttpRequest) -> bool:
        return is_named(request.user, "admin:tasks_petition_grant", POST)

    @admin.display(description="工作要点", ordering="assignment__task__point__position")
    def point(self, petition: Petition) -> str:
        return str(petition.assignment.task)

    @admin.display(description="单位", ordering="assignment__unit__position")
    def unit(self, petition: Petition) -> str:
        return str(petition.assignment.unit)

    @admin.display(description="申请内容")
    def asked_for(self, petition: Petition) -> str:
        return petition.words

    @admin.display(description="批准结果")
    def granted(self, petition: Petition) -> str:
        return petition.granted_words

    @admin.action(description="批准所选的申请", permissions=["decide"])
    def grant_selected(self, request: AuthenticatedRequest, queryset: QuerySet[Petition]) -> HttpResponse | None:
        return decide_selected(request, queryset, grants=True)

    @admin.action(description="不批准所选的申请", permissions=["decide"])
    def refuse_selected(self, request: AuthenticatedRequest, queryset: QuerySet[Petition]) -> HttpResponse | None:
        return decide_selected(request, queryset, grants=False)


# Several at once.


class TogetherForm(forms.Form):
    """One reason for all; a grant needs none."""

    reason = forms.CharField(
        label="意见", max_length=500, widget=forms.Textarea(attrs={"rows": 3, "cols": 60}), help_text="责任单位会看到。"
    )

    def __init__(self, *args: Any, grants: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].required = not grants


def decide_selected(request: AuthenticatedRequest, chosen: QuerySet[Petition], *, grants: bool) -> HttpResponse | None:
    """First a page that lists what will be decided; sent from there, decide each as this person saw it."""
    confirmed = "confirmed" in request.POST
    form = TogetherForm(request.POST if confirmed else None, grants=grants)
    if not confirmed or not form.is_valid():
        return _confirmation(request, chosen, form, grants=grants)
    reason = form.cleaned_data["reason"]
    decide: Callable[..., Petition] = grant_petition if grants else refuse_petition
    done, left = 0, list[Petition]()
    for petition in chosen:
        try:
            seen = seen_version(request, f"version-{petition.pk}")
            decide(petition=petition, reason=reason, version=seen, by=request.user, at=clock.now())
        except (PermissionDenied, StaleError, TransitionError, ValidationError) as refused:
            words = "".join(refused.messages) if isinstance(refused, ValidationError) else str(refused)
            messages.warning(request, f"{petition}没有办理：{words}")
            left.append(petition)
        else:
            done += 1
    if done:
        messages.success(request, f"已{'批准' if grants else '答复不批准'} {done} 份申请。")
    return _what_is_left(request, left, form, grants=grants)


def _what_is_left(
    request: AuthenticatedRequest, left: list[Petition], form: TogetherForm, *, grants: bool
) -> HttpResponse | None:
    """What was refused, as it is now, with the reason that was typed; nothing where all was done."""
    now = petitions_for(request.user).filter(pk__in=[each.pk for each in left])
    if not any(rules.can_decide_petition(request.user, each) for each in now):
        return None
    page = _confirmation(request, now, form, grants=grants)
    page.status_code = 409
    return page


def _confirmation(
    request: AuthenticatedRequest, chosen: QuerySet[Petition], form: TogetherForm, *, grants: bool
) -> HttpResponse:
    petitions, rest = first_of(chosen)
    return office_page(
        request,
        "admin/tasks/decide_petitions.html",
        title="批准申请" if grants else "不批准申请",
        trail=[("延期与不适用申请", reverse(LIST))],
        form=form,
        grants=grants,
        action="grant_selected" if grants else "refuse_selected",
        rest=rest,
        decided=[petition for petition in petitions if rules.can_decide_petition(request.user, petition)],
        left=[petition for petition in petitions if not rules.can_decide_petition(request.user, petition)],
    )
