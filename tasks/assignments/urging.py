"""催办: the office urges units about open tasks. It sees first whom, in which words, and who is left out; for a moment it is undone."""

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from uuid import uuid4

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import CharField, Model, OuterRef, Q, QuerySet, Subquery
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_POST

from ninghai.calendar import clock
from ninghai.models import AuditEntry, Message, Role, Unit, User
from ninghai.models.audit import AuditQuerySet
from ninghai.models.state_machine import TOO_LATE, UNDO, TransitionError, require
from ninghai.notifications.notify import UNIT_ROLES, Announcement, notify, people_in, withdraw
from ninghai.staff_site.pages import MOST_AT_ONCE, began_at, office_path
from ninghai.staff_site.preview import preview_page
from ninghai.web.http import AuthenticatedRequest
from ninghai.web.template_filters import undo_tag
from tasks import rules
from tasks.assignments.reminders import by_unit, counted, listed, place
from tasks.models import Assignment
from tasks.models.task import AssignmentQuerySet

WORDS = "请尽快办理并报送进展。"
LONGEST_WORDS = 200
LINK = re.compile(r"https?://|www\.", re.IGNORECASE)
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
class UnitUrging:
    """What one unit is told, about these of its tasks."""

    unit: Unit
    assignments: list[Assignment]
    message: Announcement
    people: str  # who reads it; empty where the unit has nobody


@dataclass(frozen=True, slots=True)
class UrgingPlan:
    """The letters, and what is left alone."""

    letters: list[UnitUrging]
    today_already: list[Assignment]
    closed: list[Assignment]

    @property
    def count(self) -> int:
        return sum(len(letter.assignments) for letter in self.letters)

    @property
    def left_out(self) -> Iterator[tuple[Assignment, str]]:
        """Each with the reason."""
        yield from ((each, f"今天已经催办过（{reminder_words(each)}）") for each in self.today_already)
        yield from ((each, f"{each.get_status_display()}，没有要办的") for each in self.closed)


def plan_urging(chosen: AssignmentQuerySet, *, words: str, on: date) -> UrgingPlan:
    """Each assignment is urged once a day, while it is open."""
    known: list[Any] = list(with_last_reminder(chosen.for_list()).order_by("unit", "task__point__position", "pk"))
    today = timezone.make_aware(datetime.combine(on, time.min))
    already = [each for each in known if each.reminded_at and each.reminded_at >= today]
    rest = chosen.exclude(pk__in=[each.pk for each in already])
    to_urge = rest.open(on=on)
    open_ones = set(to_urge.values_list("pk", flat=True))
    people = _people(rest)
    letters = [
        UnitUrging(unit, group, _message(group, words=words, on=on), "、".join(people.get(unit.pk, [])))
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


# The act, and its undoing: of tasks here, of applications in `disclosure.requests.office.urging`.


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
    _hold(chosen)
    plan = plan_urging(chosen, words=words, on=timezone.localdate(at))
    letters = [(letter.unit, UNIT_ROLES, letter.message, letter.assignments) for letter in plan.letters]
    first = send_letters(letters, by=by, at=at)
    return Urged(plan.count, len(plan.letters), len(plan.today_already), len(plan.closed), first)


def send_letters(
    letters: Iterable[tuple[Unit, Collection[Role], Announcement, Iterable[Model]]], *, by: User, at: datetime
) -> int:
    """A message to each unit, and a row of the trail for each record that it is about; returns the first row, 0 without any."""
    urging, first = str(uuid4()), 0
    for unit, roles, message, records in letters:
        detail = {"urging": urging, "event": message.event, **clock.stamp(at)}
        for record in records:
            later = {"first": first} if first else {}
            row = AuditEntry.objects.record(action="remind", target=record, by=by, at=at, detail=detail | later)
            first = first or row.pk
        said = {name: getattr(message, name) for name in Announcement.__dataclass_fields__}
        notify(unit, **said, roles=roles, hold=UNDO, at=at)
    return first


@transaction.atomic
def take_back_urging(*, first: int, of: type[Model] = Assignment, by: User, at: datetime) -> int:
    """Undo (撤销) an urging of a moment ago, as a whole: its messages are gone, and the records count as not urged.

    Returns of how many records; TransitionError when it is too late, or it is undone already; AuditEntry.DoesNotExist where
    no urging about records of that kind begins with that row.
    """
    require(rules.can_remind_units(by))
    of_kind = AuditEntry.objects.filter(action="remind", target_type=of._meta.label_lower)
    begun = of_kind.exclude(detail__has_key="first").get(pk=first)
    rows = of_kind.filter(pk__gte=first, actor=begun.actor_id, detail__urging=begun.detail.get("urging", ""))
    urged = {int(row.target_id): row for row in rows}
    held = _hold(of._default_manager.filter(pk__in=urged))
    if not begun.is_just_done(by=by, at=at, within=UNDO) or not rows.that_stand().exists():
        raise TransitionError(TOO_LATE)
    for event in sorted({row.detail["event"] for row in urged.values()}):
        withdraw(event=event, at=at)
    for record in held:
        detail = {"undoes": urged[record.pk].pk}
        AuditEntry.objects.record(action="remind", target=record, by=by, at=at, reason="撤销", detail=detail)
    return len(held)


def _hold(chosen: QuerySet[Any]) -> list[Any]:
    """Of two that urge, or undo, at once, one waits."""
    return list(chosen.order_by("pk").select_for_update(of=("self",)))


# The page: to whom, in which words; sent from there.


class UrgingForm(forms.Form):
    """The tasks, and what stands above them in each unit's message."""

    assignments = forms.ModelMultipleChoiceField(
        Assignment.objects.none(),
        label="任务",
        widget=forms.MultipleHiddenInput,
        error_messages={"required": "请先在列表里选择要催办的任务。"},
    )
    words = forms.CharField(
        label="催办内容",
        max_length=LONGEST_WORDS,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=f"写在任务清单前面，各单位相同，不超过{LONGEST_WORDS}字。",
        error_messages={
            "required": "请写明催办内容。",
            "max_length": f"催办内容不能超过{LONGEST_WORDS}字，请写得简短一些。",
        },
    )

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        chosen: forms.ModelMultipleChoiceField[Assignment] = self.fields["assignments"]  # type: ignore[assignment]
        chosen.queryset = Assignment.objects.all()

    def clean_assignments(self) -> AssignmentQuerySet:
        chosen: AssignmentQuerySet = self.cleaned_data["assignments"]
        if chosen.count() > MOST_AT_ONCE:
            raise ValidationError(f"一次最多催办{MOST_AT_ONCE}项任务，请分几次选择。")
        return chosen

    def clean_words(self) -> str:
        words: str = self.cleaned_data["words"]
        if LINK.search(words):
            raise ValidationError("请不要写网址，消息里已有打开任务的入口。")
        return words


def urging_page(request: AuthenticatedRequest, form: UrgingForm) -> HttpResponse:
    """先预览、后确认: the letters with the words to be edited; confirmed, they are sent."""
    require(rules.can_remind_units(request.user))
    done: list[Urged] = []
    back = _began_at(request, form)

    def said() -> dict[str, Any]:
        return {"assignments": form.cleaned_data["assignments"], "words": form.cleaned_data["words"]}

    return preview_page(
        request,
        form,
        "admin/office/urge.html",
        title="催办",
        trail=[("任务分工", reverse(LIST))],
        preview=lambda: plan_urging(said()["assignments"], words=said()["words"], on=clock.today()),
        act=lambda: done.append(remind_units(**said(), by=request.user, at=clock.now())),
        done=lambda: _urged(request, done[0], back=back),
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


def _urged(request: AuthenticatedRequest, urged: Urged, *, back: str) -> HttpResponse:
    """Back to the list or the task as it was; so is whoever undoes it."""
    undo = undo_of_urging("admin:tasks_assignment_remind-take-back", urged.first, back=back)
    messages.add_message(request, messages.SUCCESS if urged.first else messages.WARNING, str(urged), extra_tags=undo)
    return redirect(back)


def undo_of_urging(place: str, first: int, *, back: str) -> str:
    """What puts 撤销 beside the sentence that says what was sent; nothing where nothing was."""
    return undo_tag(f"{reverse(place, args=[first])}?{urlencode({'back': back})}") if first else ""


def urge(request: AuthenticatedRequest) -> HttpResponse:
    """Opened from a task's page with the one task, and sent from its own preview."""
    data = request.POST or {"assignments": request.GET.getlist("assignments"), "words": WORDS}
    return urging_page(request, UrgingForm(data))


def urge_back(request: AuthenticatedRequest, first: int) -> HttpResponse:
    return urging_undone(request, first, of=Assignment, of_what="项任务", otherwise=reverse(LIST))


def urging_undone(
    request: AuthenticatedRequest, first: int, *, of: type[Model], of_what: str, otherwise: str
) -> HttpResponse:
    """撤销 from beside the sentence that says what was sent."""
    try:
        count = take_back_urging(first=first, of=of, by=request.user, at=clock.now())
    except AuditEntry.DoesNotExist as unknown:
        raise Http404 from unknown
    messages.success(request, f"已撤销，{count}{of_what}没有催办。")
    return redirect(began_at(request, otherwise=otherwise))


URLS = [
    office_path("remind/", require_http_methods(["GET", "HEAD", "POST"])(urge), "tasks_assignment_remind"),
    office_path("remind/<int:first>/take-back/", require_POST(urge_back), "tasks_assignment_remind-take-back"),
]
