"""机构改革: a unit ends, its successor takes over the open work; everything that was finished stays where it was done.

Each open assignment ends as 已移交 and goes on as the successor's own, which continues it. Where the successor has that
task already, the stronger role stays and the old assignment only ends; one that the successor had and that ended
(不再办理) is none. What was drafted or handed in and is not accepted yet goes along for periods that still run, that the
successor owes and has not begun; the rest, also of periods that are over, stays readable with the ended unit, whose
assignments the successor's people may read (`UnitQuerySet.inherited_by`). All of it counts from the day on which it is
done: what was said of an earlier day is not touched.
"""

import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import groupby
from typing import Any, Self
from uuid import UUID

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from ninghai.calendar import clock
from ninghai.models import AuditEntry, Membership, Message, Unit, User
from ninghai.models.state_machine import require
from ninghai.notifications.notify import notify
from ninghai.staff_site.forms import date_input
from ninghai.staff_site.groups import DeskGroup
from ninghai.staff_site.model_admin import ReadOnlyAdmin
from ninghai.staff_site.preview import preview_page
from ninghai.web.http import AuthenticatedRequest
from tasks import rules
from tasks.assignments.reminders import counted, listed
from tasks.models import Assignment, Petition, ProgressReport, Responsibility, UnitReform
from tasks.models.states import AssignmentStatus, PetitionStatus, ProgressStatus
from tasks.periods.owing import may_report_for


@dataclass(slots=True)
class Succession:
    """One open assignment of the unit, and what becomes of it."""

    old: Assignment
    existing: Assignment | None  # the successor's own part of the same task
    new: Assignment | None = None  # once it is made
    going: list[ProgressReport] = field(default_factory=list)
    staying: list[ProgressReport] = field(default_factory=list)

    @property
    def stronger_role(self) -> str:
        """The role that the successor has afterwards, where it is another than now; else empty."""
        if self.existing is None or not rules.is_open(self.existing):
            return ""
        is_stronger = Responsibility.strength.index(self.old.role) < Responsibility.strength.index(self.existing.role)
        return self.old.role if is_stronger else ""

    @property
    def words(self) -> str:
        """What happens, as the preview says it."""
        if self.existing is None:
            return "移交承接单位继续办理"
        if not rules.is_open(self.existing):
            return f"承接单位的同一任务已是“{self.existing.get_status_display()}”，不再另办"
        if role := self.stronger_role:
            return f"并入承接单位的同一任务，角色改为{Responsibility.Role(role).label}"
        return "并入承接单位的同一任务"


@dataclass(frozen=True, slots=True)
class ReformPlan:
    """What a reform would do, shown before it is done (预览)."""

    successions: list[Succession]
    petitions: int
    undone_inspections: int
    people: list[Membership]

    @classmethod
    def of(cls, unit: Unit, *, successor: Unit, on: date) -> Self:
        open_ones = Assignment.objects.filter(unit=unit).open(on=on)
        return cls(
            successions=list(_successions(unit, successor=successor, on=on)),
            petitions=Petition.objects.filter(assignment__in=open_ones, status=PetitionStatus.ASKED).count(),
            undone_inspections=unit.assignments.filter(drawn__isnull=False, drawn__finding=None).count(),
            people=list(unit.memberships.select_related("user", "unit")),
        )


def faults(*, unit: Unit, successor: Unit, last_day: date, on: date) -> dict[str, str]:
    """A sentence for each choice that cannot be; empty when the reform may go on."""
    found = {}
    if unit.kind == Unit.Kind.OFFICE:
        found["unit"] = "县政府办公室主管本平台，不能在这里撤销。"
    if UnitReform.objects.filter(unit=unit).exists():
        found["unit"] = "这个单位已经办理过撤销。"
    if unit.pk == successor.pk:
        found["successor"] = "承接单位不能是撤销单位本身，请另选一个。"
    elif not Unit.objects.valid(on=on).filter(pk=successor.pk).exists():
        found["successor"] = "承接单位现在不存在，请选择现存的单位。"
    if last_day > on:
        found["last_day"] = "最后存续日期还没有到，请在撤销当天或以后办理。"
    if unit.valid_from and last_day < unit.valid_from:
        found["last_day"] = f"不能早于设立日期{unit.valid_from:%Y-%m-%d}，请重新选择。"
    return found


@transaction.atomic
def reform_unit(
    *,
    unit: Unit,
    successor: Unit,
    last_day: date,
    reason: str,
    moves_people: bool,
    form_id: UUID,
    by: User,
    at: datetime,
) -> UnitReform:
    """End the unit and hand its open work over; the same form sent twice does it once."""
    require(rules.can_reform_units(by))
    units = {each.pk: each for each in Unit.objects.select_for_update().filter(pk__in=[unit.pk, successor.pk])}
    unit, successor = units[unit.pk], units[successor.pk]
    if earlier := UnitReform.objects.filter(form_id=form_id).first():
        return earlier
    on = timezone.localdate(at)
    if found := faults(unit=unit, successor=successor, last_day=last_day, on=on):
        raise ValidationError(found)
    if not reason.strip():
        raise ValidationError({"reason": "请写明依据，如机构改革方案的文号。"})
    _hold(unit, successor)
    done = [
        _hand_over(each, successor=successor, by=by, at=at) for each in _successions(unit, successor=successor, on=on)
    ]
    unit.valid_until, unit.successor = last_day, successor
    unit.save(update_fields=["valid_until", "successor"])
    reform = UnitReform.objects.create(
        unit=unit,
        successor=successor,
        last_day=last_day,
        reason=reason.strip(),
        handed_over=sum(each.new is not None for each in done),
        merged=sum(each.existing is not None for each in done),
        reports=sum(len(each.going) for each in done),
        memberships=_move_people(unit, successor) if moves_people else 0,
        form_id=form_id,
        done_by=by,
        done_at=at,
    )
    _note(reform, by=by, at=at)
    _notify(reform, done, at=at)
    return reform


# What becomes of each assignment.


def _successions(unit: Unit, *, successor: Unit, on: date) -> Iterator[Succession]:
    """The unit's open assignments, those of the successor beside them, and where each waiting report would go."""
    rows = list(Assignment.objects.filter(unit=unit).open(on=on).in_document_order())
    tasks = [row.task_id for row in rows]
    standing = successor.assignments.filter(task__in=tasks, ended_on=None)  # one at most for each task
    theirs = {each.task_id: each for each in standing.select_related("task__point")}
    begun = set(ProgressReport.objects.filter(assignment__in=theirs.values()).values_list("assignment", "period"))
    waiting = _waiting(rows)
    for old in rows:
        existing = theirs.get(old.task_id)
        each = Succession(old=old, existing=existing)
        target = existing if existing and rules.is_open(existing) else None
        goes_on = existing is None or target is not None
        for report in waiting.get(old.pk, []):
            fits = goes_on and _may_go(report, target, begun, old=old, successor=successor, on=on)
            (each.going if fits else each.staying).append(report)
        yield each


def _waiting(rows: list[Assignment]) -> dict[int, list[ProgressReport]]:
    """What is not accepted yet, by assignment."""
    reports = ProgressReport.objects.filter(assignment__in=rows).exclude(status=ProgressStatus.ACCEPTED)
    found: dict[int, list[ProgressReport]] = {}
    for report in reports.select_related("period").order_by("period__start", "pk"):
        found.setdefault(report.assignment_id, []).append(report)
    return found


def _may_go(
    report: ProgressReport,
    target: Assignment | None,
    begun: set[tuple[int, int]],
    *,
    old: Assignment,
    successor: Unit,
    on: date,
) -> bool:
    """The period still runs, and the successor is asked for it and has not begun a report of it.

    One that is over stays: on the days since its end it is said of the old unit that it reported.
    """
    if report.period.end < on:
        return False
    if target is None:
        target = _continuing(old, successor=successor, on=on)
    elif (target.pk, report.period_id) in begun:
        return False
    return may_report_for(period=report.period, assignment=target, on=on)


def _continuing(old: Assignment, *, successor: Unit, on: date) -> Assignment:
    """The successor's assignment: in the old one's role, as far and until the day on which the old one stood."""
    new = Assignment.of(task=old.task, unit=successor, role=old.role, on=on, continues=old)
    new.due_date, new.status = old.due_date, old.status
    return new


# Doing it.


def _hold(*units: Unit) -> None:
    """Nobody else changes an assignment of these units until the reform is done."""
    list(Assignment.objects.filter(unit__in=units).order_by("pk").select_for_update().values_list("pk"))


def _hand_over(each: Succession, *, successor: Unit, by: User, at: datetime) -> Succession:
    target = each.existing
    if target is None:
        target = each.new = _continuing(each.old, successor=successor, on=timezone.localdate(at))
        target.key = Assignment.free_key(target.key)
        target.save(force_insert=True)
        detail = {"from": each.old.key}
        AuditEntry.objects.record(
            action="hand_over", target=target, by=by, at=at, to_status=target.status, detail=detail
        )
    elif role := each.stronger_role:
        target.change_role(to=role, by=by, at=at)
    for report in each.going:
        report.hand_over(to=target, by=by, at=at)
    each.old.end(AssignmentStatus.HANDED_OVER, reason=f"机构改革，由{successor}承接。", by=by, at=at)
    return each


def _move_people(unit: Unit, successor: Unit) -> int:
    """The unit's people act for the successor in the same roles; a role that they have there already stays as it is."""
    moved = 0
    for membership in unit.memberships.all():
        if successor.memberships.filter(user=membership.user_id, role=membership.role).exists():
            membership.delete()
            continue
        membership.unit = successor
        membership.save(update_fields=["unit"])
        moved += 1
    return moved


def _note(reform: UnitReform, *, by: User, at: datetime) -> None:
    detail = {
        "successor": reform.successor.code,
        "last_day": reform.last_day.isoformat(),
        "handed_over": reform.handed_over,
        "merged": reform.merged,
        "reports": reform.reports,
        "memberships": reform.memberships,
    }
    AuditEntry.objects.record(action="hand_over", target=reform.unit, by=by, at=at, reason=reform.reason, detail=detail)


def _notify(reform: UnitReform, done: list[Succession], *, at: datetime) -> None:
    """Notify the successor of what it has to do now."""
    new = [each.new for each in done if each.new is not None]
    if not new:
        return
    notify(
        reform.successor,
        kind=Message.Kind.CHANGED,
        event=f"reform:{reform.pk}",
        subject=f"机构改革：承接{reform.unit}的{counted(new)}",
        text=f"下列任务由本单位继续办理，原单位的填报可以查看：\n{listed(new)}",
        url=reverse("tasks:work"),
        at=at,
    )


# 机构改革 and its record: the office says which unit ended and who took over, reads what becomes of its work, confirms.

LIST = "admin:tasks_unitreform_changelist"


class ReformForm(forms.Form):
    unit = forms.ModelChoiceField(label="撤销单位", queryset=Unit.objects.none())
    successor = forms.ModelChoiceField(label="承接单位", queryset=Unit.objects.none())
    last_day = forms.DateField(
        label="最后存续日期", help_text="撤销单位最后存在的一天，不能晚于今天。", widget=date_input()
    )
    reason = forms.CharField(label="依据", max_length=300, help_text="如机构改革方案的名称或文号。")
    moves_people = forms.BooleanField(
        label="撤销单位的人员转到承接单位，角色不变",
        required=False,
        help_text="不勾选的，人员留在撤销单位，只能查看原来的任务。",
    )
    form_id = forms.UUIDField(initial=uuid.uuid4, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        existing = Unit.objects.valid(on=clock.today()).exclude(kind=Unit.Kind.OFFICE)
        self.fields["unit"].queryset = existing.filter(successor=None)  # type: ignore[attr-defined]
        self.fields["successor"].queryset = Unit.objects.valid(on=clock.today())  # type: ignore[attr-defined]


@admin.register(UnitReform)
class UnitReformAdmin(ReadOnlyAdmin[UnitReform]):
    """Adding is doing it."""

    group = DeskGroup.SETTINGS
    rank = 6
    list_display = ["done_at", "unit", "successor", "last_day", "handed_over", "merged", "reports", "memberships"]
    list_select_related = ["unit", "successor"]
    search_fields = ["unit__name", "unit__short_name", "successor__short_name", "reason"]
    fields = [
        "unit",
        "successor",
        "last_day",
        "reason",
        "handed_over",
        "merged",
        "reports",
        "memberships",
        "done_by",
        "done_at",
    ]

    def new_page(self, request: AuthenticatedRequest) -> HttpResponse:
        return reform_page(request)


def reform_page(request: AuthenticatedRequest) -> HttpResponse:
    """Choose; see what becomes of each task; confirm."""
    form = ReformForm(request.POST or None)

    def preview() -> ReformPlan:
        unit, successor, last_day = (form.cleaned_data[name] for name in ("unit", "successor", "last_day"))
        if found := faults(unit=unit, successor=successor, last_day=last_day, on=clock.today()):
            raise ValidationError(found)
        return ReformPlan.of(unit, successor=successor, on=clock.today())

    def done(reform: UnitReform) -> HttpResponse:
        messages.success(request, f"{reform.unit}已撤销，在办的工作由{reform.successor}承接。")
        return redirect(LIST)

    return preview_page(
        request,
        form,
        "admin/tasks/unit_reform.html",
        title="办理机构改革",
        trail=[("机构改革", reverse(LIST))],
        preview=preview,
        act=lambda: reform_unit(by=request.user, at=clock.now(), **form.cleaned_data),
        done=done,
    )


# Units to be ticked (对应单位), under their kinds.


class UnitsField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    def __init__(self, **options: Any) -> None:
        super().__init__(Unit.objects.none(), widget=forms.CheckboxSelectMultiple, **options)

    def offer(self, *, on: date) -> None:
        """The units that exist on that day."""
        self.queryset = Unit.objects.valid(on=on)
        self.choices = list(_by_kind(self.queryset))


def _by_kind(units: Iterable[Unit]) -> Iterable[tuple[str, list[tuple[int, str]]]]:
    in_order = sorted(units, key=lambda unit: (Unit.Kind.values.index(unit.kind), unit.position, unit.code))
    for kind, members in groupby(in_order, key=lambda unit: unit.get_kind_display()):
        yield kind, [(unit.pk, str(unit)) for unit in members]
