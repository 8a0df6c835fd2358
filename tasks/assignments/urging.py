"""催办: the office urges units about open tasks. It sees first whom, in which words, and who is left out; for a moment it is undone."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import partial
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import CharField, Model, OuterRef, Q, Subquery
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from ninghai.models import AuditEntry, Message, User
from ninghai.models.audit import AuditQuerySet
from ninghai.models.state_machine import require
from ninghai.notifications.notify import UNIT_ROLES, Announcement, people_in
from ninghai.staff_site.pages import MOST_AT_ONCE, began_at, office_path
from ninghai.staff_site.urging import (
    LONGEST_WORDS,
    UrgingLetter,
    UrgingLetters,
    UrgingWordsForm,
    hold_records,
    preview_urging,
    send_letters,
    take_back_letters,
    undo_of_urging,
    urging_undone,
    words_field,
)
from ninghai.web.http import AuthenticatedRequest
from tasks import rules
from tasks.assignments.reminders import by_unit, counted, listed, place
from tasks.models import Assignment
from tasks.models.task import AssignmentQuerySet

WORDS = "请尽快办理并报送进展。"
LIST = "admin:tasks_assignment_changelist"


# What was urged, from the trail.


def urgings() -> AuditQuerySet:
    """The rows of the trail about urging that was not undone."""
    return AuditEntry.objects.filter(action="remind", target_type=Assignment._meta.label_lower).that_stand()


def with_last_reminder(assignments: AssignmentQuerySet) -> AssignmentQuerySet:
    """Annotate `reminded_at`, when the office last urged about each, and `reminder_read_at`, when somebody of the unit read it."""
    last = urgings().filter(target_id=Cast(OuterRef("pk"), CharField())).order_by("-at", "-pk")
    event = last.annotate(event=KeyTextTransform("event", "detail")).values("event")[:1]
    is_it = Q(event=OuterRef("reminder_event")) | Q(created_at=OuterRef("reminded_at"))
    told = Message.objects.filter(is_it, kind=Message.Kind.URGED, unit=OuterRef("unit"))
    read = told.filter(read_at__isnull=False).order_by("read_at").values("read_at")[:1]
    when = assignments.annotate(reminded_at=Subquery(last.values("at")[:1]), reminder_event=Subquery(event))
    return when.annotate(reminder_read_at=Subquery(read))


def reminder_words(assignment: Any) -> str:
    """2018-11-20 催办，11-21 已读; empty where nobody was urged."""
    if assignment.reminded_at is None:
        return ""
    read_at = assignment.reminder_read_at
    read = f"{timezone.localtime(read_at):%m-%d} 已读" if read_at else "还没有人看"
    return f"{timezone.localtime(assignment.reminded_at):%Y-%m-%d} 催办，{read}"


# What would be sent, and to whom: the same for the preview and for the act.


@dataclass(frozen=True, slots=True)
class UrgingPlan(UrgingLetters[Assignment]):
    """The letters, and what is left alone."""

    today_already: list[Assignment]
    closed: list[Assignment]

    @property
    def left_out(self) -> Iterator[tuple[Assignment, str]]:
        """Each with the reason."""
        yield from ((each, f"今天已经催办过（{reminder_words(each)}）") for each in self.today_already)
        yield from ((each, f"{each.get_status_display()}，没有要办的") for each in self.closed)


def plan_urging(assignments: AssignmentQuerySet, *, words: str, on: date) -> UrgingPlan:
    """Each assignment is urged once a day, while it is open."""
    known: list[Any] = list(with_last_reminder(assignments.for_list()).order_by("unit", "task__point__position", "pk"))
    today = timezone.make_aware(datetime.combine(on, time.min))
    already = [each for each in known if each.reminded_at and each.reminded_at >= today]
    rest = assignments.exclude(pk__in=[each.pk for each in already])
    to_urge = rest.open(on=on)
    open_ones = set(to_urge.values_list("pk", flat=True))
    people = _people(rest)
    letters = [
        UrgingLetter(unit, group, _message(group, words=words, on=on), "、".join(people.get(unit.pk, [])))
        for unit, group in by_unit(to_urge)
    ]
    return UrgingPlan(letters, already, [each for each in known if each not in already and each.pk not in open_ones])


def _people(chosen: AssignmentQuerySet) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    for membership in people_in(*UNIT_ROLES).filter(unit__in=chosen.order_by().values("unit")):
        found.setdefault(membership.unit_id, []).append(str(membership.user))
    return found


def _message(group: list[Assignment], *, words: str, on: date) -> Announcement:
    return Announcement(
        kind=Message.Kind.URGED,
        event=f"urged:{on}:{min(each.pk for each in group)}",  # unique, as no assignment is urged twice a day
        subject=f"县政府办公室催办：{counted(group)}",
        text=f"{words}\n{listed(group)}",
        url=place(group, otherwise=reverse("tasks:work")),
    )


# The act, and its undoing.


@dataclass(frozen=True, slots=True)
class Urged:
    """What an urging came to; `first` is its first row in the trail, by which it is undone."""

    assignments: int
    units: int
    today_already: int
    closed: int
    first: int

    def __str__(self) -> str:
        parts = [f"已向{self.units}个单位催办{self.assignments}项任务" if self.assignments else "没有发出催办"]
        if self.today_already:
            parts.append(f"{self.today_already}项今天已经催办过，没有再催")
        if self.closed:
            parts.append(f"{self.closed}项已办结或不适用，没有催办")
        return "；".join(parts) + "。"


@transaction.atomic
def remind_units(*, assignments: Iterable[Assignment], words: str = WORDS, by: User, at: datetime) -> Urged:
    """The office urges units (催办) about open assignments: one message for each unit, each assignment once a day.

    Nobody reads it before it can no longer be undone.
    """
    require(rules.can_remind_units(by))
    chosen = Assignment.objects.filter(pk__in=[assignment.pk for assignment in assignments])
    hold_records(chosen)
    plan = plan_urging(chosen, words=words, on=timezone.localdate(at))
    first = send_letters(plan.letters, by=by, at=at)
    return Urged(plan.count, len(plan.letters), len(plan.today_already), len(plan.closed), first)


@transaction.atomic
def take_back_urging(*, first: int, of: type[Model] = Assignment, by: User, at: datetime) -> int:
    """Undo (撤销) an urging of a moment ago; returns of how many records."""
    require(rules.can_remind_units(by))
    return take_back_letters(first=first, of=of, by=by, at=at)


# The page: to whom, in which words; sent from there.


class UrgingForm(UrgingWordsForm):
    """The tasks, and what stands above them in each unit's message."""

    assignments = forms.ModelMultipleChoiceField(
        Assignment.objects.none(),
        label="任务",
        widget=forms.MultipleHiddenInput,
        error_messages={"required": "请先在列表里选择要催办的任务。"},
    )
    words = words_field(f"写在任务清单前面，各单位相同，不超过{LONGEST_WORDS}字。")
    opens = "任务"

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        chosen: forms.ModelMultipleChoiceField[Assignment] = self.fields["assignments"]  # type: ignore[assignment]
        chosen.queryset = Assignment.objects.all()

    def clean_assignments(self) -> AssignmentQuerySet:
        chosen: AssignmentQuerySet = self.cleaned_data["assignments"]
        if chosen.count() > MOST_AT_ONCE:
            raise ValidationError(f"一次最多催办{MOST_AT_ONCE}项任务，请分几次选择。")
        return chosen


def urging_page(request: AuthenticatedRequest, form: UrgingForm) -> HttpResponse:
    require(rules.can_remind_units(request.user))
    back = _began_at(request, form)
    return preview_urging(
        request,
        form,
        plan=plan_urging,
        urge=remind_units,
        say=partial(_say, request, back),
        trail=[("任务分工", reverse(LIST))],
        of_what="项任务",
        aside="发出后 10 秒内可以撤销，此后单位才看到。",
        page=reverse("admin:tasks_assignment_remind"),
        back=back,
    )


def _began_at(request: AuthenticatedRequest, form: UrgingForm) -> str:
    """The list of which this is an action, or the page that the address names; else the only task's, or all tasks."""
    if request.path != reverse("admin:tasks_assignment_remind"):
        return request.get_full_path()
    chosen = [str(each) for each in form["assignments"].value() or []]
    is_one = len(chosen) == 1 and chosen[0].isdecimal()
    page = reverse("admin:tasks_assignment_change", args=chosen) if is_one else reverse(LIST)
    return began_at(request, otherwise=page)


def _say(request: AuthenticatedRequest, back: str, urged: Urged) -> None:
    """Who undoes it comes back to the list or the task as it was, too."""
    undo = undo_of_urging("admin:tasks_assignment_remind-take-back", urged.first, back=back)
    messages.add_message(request, messages.SUCCESS if urged.first else messages.WARNING, str(urged), extra_tags=undo)


def urge(request: AuthenticatedRequest) -> HttpResponse:
    """Opened from a task's page with the one task, and sent from its own preview."""
    data = request.POST or {"assignments": request.GET.getlist("assignments"), "words": WORDS}
    return urging_page(request, UrgingForm(data))


def urge_back(request: AuthenticatedRequest, first: int) -> HttpResponse:
    return urging_undone(request, take_back_urging, first=first, of_what="项任务", otherwise=reverse(LIST))


URLS = [
    office_path("remind/", require_http_methods(["GET", "HEAD", "POST"])(urge), "tasks_assignment_remind"),
    office_path("remind/<int:first>/take-back/", require_POST(urge_back), "tasks_assignment_remind-take-back"),
]
