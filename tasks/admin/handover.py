"""人员交接 and its record: the security administrator chooses who leaves and who takes over, reads what hangs on it, confirms."""

import uuid
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from ninghai import clock
from ninghai.http import AuthenticatedRequest
from ninghai.models import Role, User
from ninghai.moves import require
from ninghai.office.groups import DeskGroup
from ninghai.office.model_admin import ReadOnlyAdmin
from ninghai.office.pages import office_page, was_done
from tasks import rules
from tasks.models import HandOver
from tasks.services.handover import Leaving, faults, hand_over

LIST = "admin:tasks_handover_changelist"


class PersonField(forms.ModelChoiceField):  # type: ignore[type-arg] # generic in the stubs alone
    def label_from_instance(self, obj: User) -> str:
        return f"{obj}（{obj.username}）"


class HandOverForm(forms.Form):
    leaver = PersonField(label="离任人员", queryset=User.objects.filter(is_active=True))
    successor = PersonField(label="承接人员", queryset=User.objects.filter(is_active=True))
    reason = forms.CharField(label="原因", max_length=300, help_text="如调离、退休，会留在记录里。")
    form_id = forms.UUIDField(initial=uuid.uuid4, widget=forms.HiddenInput)


@admin.register(HandOver)
class HandOverAdmin(ReadOnlyAdmin[HandOver]):
    """Adding is handing over."""

    group = DeskGroup.ACCOUNTS
    viewers = frozenset({Role.SECURITY})
    list_display = ["done_at", "leaver", "successor", "reason", "memberships", "inspections", "inspections_left"]
    list_select_related = ["leaver", "successor"]
    search_fields = ["leaver__name", "leaver__username", "successor__name", "successor__username"]
    fields = [
        "leaver",
        "successor",
        "reason",
        "memberships",
        "inspections",
        "inspections_left",
        "done_by",
        "done_at",
    ]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self._acts_as(request, self.viewers)

    def add_view(self, request: AuthenticatedRequest, *args: Any, **kwargs: Any) -> HttpResponse:  # type: ignore[override]
        return hand_over_page(request)


def hand_over_page(request: AuthenticatedRequest) -> HttpResponse:
    """Choose; see what hangs on the person; confirm."""
    require(rules.can_hand_over(request.user))
    form = HandOverForm(request.POST or None)
    if "confirmed" in request.POST and was_done(
        form, lambda: hand_over(by=request.user, at=clock.now(), **form.cleaned_data)
    ):
        leaver, successor = form.cleaned_data["leaver"], form.cleaned_data["successor"]
        messages.success(request, f"{leaver}的工作已交接给{successor}，{leaver}的账号已停用。")
        return redirect(LIST)
    leaving = _preview(request, form)
    return office_page(
        request,
        "admin/tasks/hand_over.html",
        title="办理人员交接",
        trail=[("人员交接", reverse(LIST))],
        form=form,
        leaving=leaving,
    )


def _preview(request: AuthenticatedRequest, form: HandOverForm) -> Leaving | None:
    """What would be handed over; None while the choice is not made or cannot be."""
    if not form.is_bound or not form.is_valid():
        return None
    leaver, successor = form.cleaned_data["leaver"], form.cleaned_data["successor"]
    for field, sentence in faults(leaver=leaver, successor=successor, by=request.user).items():
        form.add_error(field, sentence)
    return None if form.errors else Leaving.of(leaver, successor=successor)
