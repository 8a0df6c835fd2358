"""The page of a petition (延期、不适用) before who decides it, with the forms and the acts of unit, signer and office; the unit's stand
on the page of its assignment (`tasks.assignments.page`)."""

import uuid
from collections.abc import Mapping
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.forms import BaseForm

from ninghai.accounts.audit.history import has_written
from ninghai.calendar import clock
from ninghai.models import User
from ninghai.staff_site.record_pages import Action, RecordPage, taking_back
from ninghai.web.http import AuthenticatedRequest, visible_or_404
from tasks import rules
from tasks.assignments.dossier import petition_facts
from tasks.models import Petition
from tasks.petitions.services import grant_petition, refuse_petition, take_back_petition, withdraw_petition

LIST = "admin:tasks_petition_changelist"


class PetitionForm(forms.Form):
    """What a unit asks for: an extension names its day; the form's own id makes a second sending the same petition."""

    needed = {"wanted_until": "申请延期时必填"}
    kind = forms.ChoiceField(label="申请事项", choices=Petition.Kind.choices, widget=forms.RadioSelect)
    wanted_until = forms.DateField(
        label="延至哪一天",
        required=False,
        help_text="应晚于现在的完成时限。",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    reason = forms.CharField(
        label="申请理由",
        max_length=500,
        help_text="说明为什么不能按期完成，或者为什么这项任务与本单位无关。",
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    form_id = forms.UUIDField(initial=uuid.uuid4, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.auto_id = "petition-%s"  # other forms on the page have a reason too


class OpinionForm(forms.Form):
    """What is said along with a grant, if anything."""

    reason = forms.CharField(label="批准意见", required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 2}))


class ExtensionForm(OpinionForm):
    """The same with the day, which may be an earlier one than was asked for."""

    until = forms.DateField(
        label="批准延至",
        help_text="可以少批几天，不能晚于申请的日期。",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    field_order = ["until", "reason"]


class PetitionReasonForm(forms.Form):
    """A decision that needs its reason; the unit reads it."""

    reason = forms.CharField(
        label="理由", max_length=500, widget=forms.Textarea(attrs={"rows": 3, "cols": 60}), help_text="责任单位会看到。"
    )


def _grant_form(data: Any, request: AuthenticatedRequest, petition: Petition) -> forms.Form:
    form = ExtensionForm if petition.kind == Petition.Kind.EXTENSION else OpinionForm
    return form(data, initial={"until": petition.wanted_until}, prefix="grant")


def _refuse_form(data: Any, request: AuthenticatedRequest, petition: Petition) -> forms.Form:
    return PetitionReasonForm(data, prefix="refuse")


TAKE_BACK = taking_back(service=take_back_petition)
UNIT_ACTS = [
    Action(
        name="withdraw",
        label="撤回申请",
        allowed=rules.can_withdraw,
        is_repeatable=True,
        service=withdraw_petition,
        done="申请已撤回。",
        undo=TAKE_BACK.name,
    ),
    TAKE_BACK,
]
OFFICE_ACTS = [
    Action(
        name="grant",
        label=lambda petition: "批准延期" if petition.wanted_until else "批准不适用",
        title="批准",
        allowed=rules.can_decide_petition,
        is_repeatable=True,
        form=_grant_form,
        service=grant_petition,
        done="已批准：{record.granted_words}。申请单位已收到消息。",
        leads_to_list=True,
    ),
    Action(
        name="refuse",
        label="不批准",
        allowed=rules.can_decide_petition,
        is_repeatable=True,
        form=_refuse_form,
        service=refuse_petition,
        done="已答复不批准，随后通知申请单位。",
        undo=TAKE_BACK.name,
        is_grave=True,
        leads_to_list=True,
    ),
    TAKE_BACK,
]


class PetitionPage(RecordPage[Petition]):
    """What was asked, what stands behind it, and the forms for whoever decides."""

    keyword, gives_version = "petition", True
    template = "tasks/petition.html"
    page_names = {"admin": "admin:tasks_petition_change"}
    act_names = {"work": "tasks:petition-", "admin": "admin:tasks_petition_"}
    list_title = "延期与不适用申请"
    list_names = {"admin": LIST}

    def find(self, user: User, pk: int) -> Petition:
        return visible_or_404(petitions_for(user), pk=pk)

    def title(self, petition: Petition) -> str:
        return f"{petition.get_kind_display()}申请：{petition.assignment}"

    def context(
        self, request: AuthenticatedRequest, petition: Petition, refused: Mapping[str, BaseForm]
    ) -> dict[str, Any]:
        assignment = petition.assignment
        return {
            "petition": petition,
            "facts": petition_facts(petition),
            "of_assignment": [
                ("单位", f"{assignment.unit}（{assignment.get_role_display()}）"),
                ("完成时限", assignment.due_words),
                ("办理状态", assignment.get_status_display()),
            ],
            "light": assignment.light(on=clock.today()),
            "earlier": assignment.petitions.exclude(pk=petition.pk),
            "asked_oneself": petition.is_open and has_written(request.user, petition, *petition.earlier()),
        }


def petitions_for(user: object) -> QuerySet[Petition]:
    """What this person sees, with everything that the list and the page say about it."""
    if not isinstance(user, User):
        return Petition.objects.none()
    return Petition.objects.visible_to(user).select_related(
        "assignment__task__point__notice", "assignment__unit", "asked_by", "decided_by"
    )
