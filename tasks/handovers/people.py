"""人员交接: a person leaves, another takes over the roles and the undone inspections, in one transaction.

Drafts and reports belong to the unit, so whoever holds the role goes on with them; everything that the leaver signed stays
signed by the leaver. The security administrator does it, because roles and accounts are theirs alone (三权分立); the
office learns which inspections changed hands.
"""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Self
from uuid import UUID

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from ninghai.accounts.audit.history import has_written
from ninghai.accounts.sessions import end_sessions
from ninghai.calendar import clock
from ninghai.models import ADMINISTRATORS, AuditEntry, Membership, Message, Role, User
from ninghai.models.state_machine import require
from ninghai.notifications.notify import notify, people_in
from ninghai.staff_site.groups import DeskGroup
from ninghai.staff_site.model_admin import ReadOnlyAdmin
from ninghai.staff_site.preview import preview_page
from ninghai.web.http import AuthenticatedRequest
from tasks import rules
from tasks.models import Drawn, HandOver, ProgressReport
from tasks.models.states import ProgressStatus
from tasks.spot_checks.drawing import took_part


@dataclass(frozen=True, slots=True)
class Leaving:
    """What hangs on a person who leaves, and what of it the successor can take (shown first, 交接预览)."""

    memberships: list[Membership]
    drafts: list[ProgressReport]
    to_check: list[ProgressReport]
    own_drafts: list[ProgressReport]  # of those to check: drafted by the successor, who may not check them
    inspections: list[Drawn]
    left: list[Drawn]  # of these: the successor took part in the reports, so the office names somebody else

    @classmethod
    def of(cls, leaver: User, *, successor: User) -> Self:
        to_check = list(_to_check(leaver))
        inspections = list(_undone(leaver))
        return cls(
            memberships=list(leaver.memberships.select_related("unit")),
            drafts=list(_drafts(leaver)),
            to_check=to_check,
            own_drafts=[report for report in to_check if has_written(successor, report)],
            inspections=inspections,
            left=[drawn for drawn in inspections if took_part(successor, drawn)],
        )


def faults(*, leaver: User, successor: User, by: User) -> dict[str, str]:
    """A sentence for each choice that cannot be; empty when the hand-over may go on."""
    found = {}
    if by.pk in {leaver.pk, successor.pk}:
        found["leaver" if by.pk == leaver.pk else "successor"] = "不能办理自己的交接，请由另一位安全管理员办理。"
    if leaver.pk == successor.pk:
        found["successor"] = "承接人员不能是离任人员本人，请另选一位。"
    if not leaver.is_active:
        found["leaver"] = "这个账号已经停用，不需要再交接。"
    if not successor.is_active:
        found["successor"] = "承接人员的账号已经停用，请另选一位。"
    elif _joins_what_is_kept_apart(leaver, successor):
        found["successor"] = "系统、安全、审计管理员应由不同的人担任，也不能兼任其他角色，请另选一位。"
    return found


@transaction.atomic
def hand_over(*, leaver: User, successor: User, reason: str, form_id: UUID, by: User, at: datetime) -> HandOver:
    """Give the leaver's roles and undone inspections to the successor and close the account (停用账号)."""
    require(rules.can_hand_over(by))
    leaver = User.objects.select_for_update().get(pk=leaver.pk)  # a second sending waits here
    if earlier := HandOver.objects.filter(form_id=form_id).first():
        return earlier
    if found := faults(leaver=leaver, successor=successor, by=by):
        raise ValidationError(found)
    if not reason.strip():
        raise ValidationError({"reason": "请写明交接的原因，如调离、退休。"})
    renamed, left = _rename_inspections(leaver, successor, by=by, at=at)
    handed = HandOver.objects.create(
        leaver=leaver,
        successor=successor,
        reason=reason.strip(),
        memberships=_give_roles(leaver, successor),
        inspections=len(renamed),
        inspections_left=len(left),
        form_id=form_id,
        done_by=by,
        done_at=at,
    )
    leaver.is_active = False
    leaver.save(update_fields=["is_active"])
    end_sessions(leaver)
    AuditEntry.objects.record(
        action="hand_over", target=leaver, by=by, at=at, reason=handed.reason, detail=_detail(handed)
    )
    _notify(handed, renamed=renamed, left=left, at=at)
    return handed


# What hangs on a person.


def _drafts(leaver: User) -> Iterator[ProgressReport]:
    kept = [ProgressStatus.DRAFT, ProgressStatus.RETURNED]
    rows = ProgressReport.objects.filter(drafted_by=leaver, status__in=kept)
    yield from rows.select_related("assignment__task__point__notice", "assignment__unit", "period")


def _to_check(leaver: User) -> Iterator[ProgressReport]:
    heads = leaver.memberships.filter(role=Role.REVIEWER).values("unit")
    rows = ProgressReport.objects.filter(status=ProgressStatus.WITH_HEAD, assignment__unit__in=heads)
    yield from rows.select_related("assignment__task__point__notice", "assignment__unit", "period")


def _undone(leaver: User) -> Iterator[Drawn]:
    rows = Drawn.objects.filter(inspector=leaver, finding=None)
    yield from rows.select_related("spot_check", "assignment__task__point__notice", "unit")


def _joins_what_is_kept_apart(leaver: User, successor: User) -> bool:
    """Whether the successor would hold an administrator's role beside any other."""
    roles = {Role(role) for person in (leaver, successor) for role in person.memberships.values_list("role", flat=True)}
    return len(roles) > 1 and bool(roles & ADMINISTRATORS)


# Passing it on.


def _give_roles(leaver: User, successor: User) -> int:
    """The leaver's memberships become the successor's; one that the successor has already ends."""
    given = 0
    for membership in leaver.memberships.all():
        if successor.memberships.filter(unit=membership.unit_id, role=membership.role).exists():
            membership.delete()
            continue
        membership.user = successor
        membership.save(update_fields=["user"])
        given += 1
    return given


def _rename_inspections(leaver: User, successor: User, *, by: User, at: datetime) -> tuple[list[Drawn], list[Drawn]]:
    """Which undone inspections the successor got, and which wait for the office to name somebody."""
    renamed: list[Drawn] = []
    left: list[Drawn] = []
    for drawn in _undone(leaver):
        inspector = None if took_part(successor, drawn) else successor
        if not Drawn.objects.filter(pk=drawn.pk, finding=None, inspector=leaver).update(inspector=inspector):
            continue  # inspected meanwhile
        detail = {"inspector": inspector.username if inspector else "", "before": leaver.username}
        AuditEntry.objects.record(
            action="assign_inspector", target=drawn, by=by, at=at, reason=f"人员交接：{leaver}离任。", detail=detail
        )
        (renamed if inspector else left).append(drawn)
    return renamed, left


def _detail(handed: HandOver) -> dict[str, object]:
    return {
        "successor": handed.successor.username,
        "memberships": handed.memberships,
        "inspections": handed.inspections,
        "inspections_left": handed.inspections_left,
    }


def _notify(handed: HandOver, *, renamed: list[Drawn], left: list[Drawn], at: datetime) -> None:
    """Notify the successor in one of the roles, and the office where inspections changed hands."""
    notify(
        handed.successor.memberships.select_related("unit", "user").order_by("pk")[:1],
        kind=Message.Kind.CHANGED,
        event=f"hand_over:{handed.pk}",
        subject=f"您承接了{handed.leaver}的工作",
        text="在办的填报、待审核的填报和改派给您的抽查，请到各自的页面继续办理；有几个身份的，请先切换身份。",
        url=reverse("start"),
        at=at,
    )
    if renamed or left:
        lines = [f"{drawn.spot_check}：{drawn.whole_name}" for drawn in left]
        notify(
            people_in(Role.OFFICE),
            kind=Message.Kind.DRAWN,
            event=f"hand_over_inspections:{handed.pk}",
            subject=f"{handed.leaver}离任：{len(renamed)}项抽查改由{handed.successor}核查，{len(left)}项待重新指定",
            text="\n".join(["承接人员参与过填报的，请重新指定抽查人员：", *lines]) if left else "没有需要重新指定的。",
            url=reverse("admin:tasks_spotcheck_changelist"),
            at=at,
        )


# 人员交接 and its record: the security administrator chooses who leaves and who takes over, reads what hangs on it, confirms.

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

    group = DeskGroup.SETTINGS
    rank = 5
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

    def new_page(self, request: AuthenticatedRequest) -> HttpResponse:
        return hand_over_page(request)


def hand_over_page(request: AuthenticatedRequest) -> HttpResponse:
    """Choose; see what hangs on the person; confirm."""
    form = HandOverForm(request.POST or None)

    def preview() -> Leaving:
        leaver, successor = form.cleaned_data["leaver"], form.cleaned_data["successor"]
        if found := faults(leaver=leaver, successor=successor, by=request.user):
            raise ValidationError(found)
        return Leaving.of(leaver, successor=successor)

    def done(handed: HandOver) -> HttpResponse:
        messages.success(request, f"{handed.leaver}的工作已交接给{handed.successor}，{handed.leaver}的账号已停用。")
        return redirect(LIST)

    return preview_page(
        request,
        form,
        "admin/tasks/hand_over.html",
        title="办理人员交接",
        trail=[("人员交接", reverse(LIST))],
        preview=preview,
        act=lambda: hand_over(by=request.user, at=clock.now(), **form.cleaned_data),
        done=done,
    )
