"""催办 about cases: the office urges units whose cases are overdue or soon due, after it has seen whom and in which words.
For a moment it is undone, as urging about tasks is."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import partial
from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.db.models import CharField, Exists, OuterRef, QuerySet
from django.db.models.functions import Cast
from django.http import HttpResponse
from django.urls import URLPattern, reverse
from django.views.decorators.http import require_http_methods, require_POST

from disclosure.models import RequestUnit
from disclosure.requests.office.reminders import due_by, listed
from disclosure.requests.office.standing import REQUESTS, CaseMatter, last_day_soon
from ninghai.calendar.clock import beginning_of
from ninghai.calendar.reckoning import local_day
from ninghai.calendar.workdays import WorkCalendar
from ninghai.cases.assignments import roles_in
from ninghai.cases.events import require_nobody_named
from ninghai.models import AuditEntry, Case, Message, Unit, User
from ninghai.models.audit import AuditQuerySet
from ninghai.models.state_machine import require
from ninghai.notifications.notify import Announcement, people_in
from ninghai.staff_site.pages import began_at, office_path
from ninghai.staff_site.urging import (
    LONGEST_WORDS,
    UrgingLetter,
    UrgingLetters,
    UrgingWordsForm,
    preview_urging,
    send_letters,
    undo_of_urging,
    urging_undone,
    words_field,
)
from ninghai.web.http import AuthenticatedRequest
from tasks.assignments.urging import take_back_urging
from tasks.rules import can_remind_units


def urgings_of_cases() -> AuditQuerySet:
    """The rows of the trail about urging that was not undone, to be compared with a case (OuterRef)."""
    about = {"target_type": Case._meta.label_lower, "target_id": Cast(OuterRef("pk"), CharField())}
    return AuditEntry.objects.filter(action=AuditEntry.Action.REMIND, **about).that_stand()


# What would be sent, and to whom: the same for the preview and for the act.


@dataclass(frozen=True, slots=True)
class RequestUrgingPlan(UrgingLetters[Case]):
    left_out: list[tuple[Unit, str]]
    first: int = 0  # once sent: the first row in the trail, by which it is undone


def plan_request_urging(units: Iterable[Unit], *, words: str, on: date, of: CaseMatter = REQUESTS) -> RequestUrgingPlan:
    """A case is urged once a day, while it is overdue or due within 5 working days.

    Raises ValidationError for words that tell of a person.
    """
    require_nobody_named({"words": words})
    calendar, chosen = WorkCalendar.load(), list(units)
    due = due_by(last_day_soon(on=on, calendar=calendar), of=of).filter(unit__in=chosen)
    today = Exists(urgings_of_cases().filter(at__gte=beginning_of(on)))
    by_unit: dict[int, tuple[Unit, list[Case]]] = {}
    for case in due.exclude(today):
        unit = case.unit.standing_in(on=on)
        by_unit.setdefault(unit.pk, (unit, []))[1].append(case)
    letters = [
        _letter(unit, _message(of, cases, words=words, on=on, calendar=calendar), cases)
        for unit, cases in by_unit.values()
    ]
    told = {case.unit_id for letter in letters for case in letter.about}
    urged = set(due.filter(today).values_list("unit", flat=True))
    left_out = [(unit, _why_not(unit, urged, of)) for unit in chosen if unit.pk not in told]
    return RequestUrgingPlan(letters, left_out)


def _message(of: CaseMatter, cases: list[Case], *, words: str, on: date, calendar: WorkCalendar) -> Announcement:
    one = reverse(of.page, args=[cases[0].pk]) if len(cases) == 1 else reverse(of.register)
    return Announcement(
        kind=Message.Kind.URGED,
        event=f"{of.kind}s-urged:{on}:{min(case.pk for case in cases)}",  # unique, as none is urged twice a day
        subject=f"县政府办公室催办：{len(cases)}件{of.label}",
        text=f"{words}\n{listed(cases, on=on, calendar=calendar)}",
        url=one,
    )


def _letter(unit: Unit, message: Announcement, cases: list[Case]) -> UrgingLetter[Case]:
    roles = roles_in(unit)
    people = "、".join(str(each.user) for each in people_in(*roles).filter(unit=unit))
    return UrgingLetter(unit, cases, message, people, roles)


def _why_not(unit: Unit, urged: set[int], of: CaseMatter) -> str:
    return "今天已经催办过" if unit.pk in urged else f"没有逾期或者5个工作日内到期的{of.piece}"


# The act.


@transaction.atomic
def urge_applications(
    *, units: QuerySet[Any], words: str, by: User, at: datetime, of: CaseMatter = REQUESTS
) -> RequestUrgingPlan:
    """One message for each unit; of two who urge at once, one waits and finds it done.

    Nobody reads it before it can no longer be undone.
    """
    require(can_remind_units(by))
    held = list(units.order_by("pk").select_for_update())
    plan = plan_request_urging(held, words=words, on=local_day(at), of=of)
    return replace(plan, first=send_letters(plan.letters, by=by, at=at))


# The page: to whom, in which words; sent from there.


class RequestUrgingForm(UrgingWordsForm):
    """The units, and what stands above the numbers in each unit's message."""

    units = forms.ModelMultipleChoiceField(
        RequestUnit.objects.none(),
        label="单位",
        widget=forms.MultipleHiddenInput,
        error_messages={"required": "请先在列表里选择要催办的单位。"},
    )
    words = words_field("")

    def __init__(self, data: Any, *, of: CaseMatter) -> None:
        super().__init__(data)
        self.opens = of.piece
        self.fields["units"].queryset = RequestUnit.objects.all()  # type: ignore[attr-defined]
        self.fields["words"].help_text = f"写在登记号前面，各单位相同，不超过{LONGEST_WORDS}字；{of.keep_out}。"


def request_urging_page(request: AuthenticatedRequest, data: Any, *, of: CaseMatter) -> HttpResponse:
    require(can_remind_units(request.user))
    page, unit_list = reverse(f"{of.units}_remind"), reverse(of.unit_list)
    back = began_at(request, otherwise=unit_list) if request.path == page else request.get_full_path()
    return preview_urging(
        request,
        RequestUrgingForm(data, of=of),
        plan=partial(plan_request_urging, of=of),
        urge=partial(urge_applications, of=of),
        say=partial(_say, request, back, of),
        trail=[(f"各单位{of.label}", unit_list)],
        of_what=f"件{of.piece}",
        aside="消息里只有登记号和日期。发出后 10 秒内可以撤销，此后单位才看到。",
        page=page,
        back=back,
    )


def _say(request: AuthenticatedRequest, back: str, of: CaseMatter, plan: RequestUrgingPlan) -> None:
    if plan.letters:
        undo = undo_of_urging(f"{of.units}_remind-take-back", plan.first, back=back)
        messages.success(request, f"已向{len(plan.letters)}个单位催办{plan.count}件{of.piece}。", extra_tags=undo)
    else:
        messages.warning(request, f"没有发出催办：没有逾期或者快到期的{of.piece}，或者今天已经催办过。")


def urging_urls(of: CaseMatter) -> list[URLPattern]:
    """Opened from a unit's page, and sent from its own preview; taken back from beside the sentence afterwards."""

    @require_http_methods(["GET", "HEAD", "POST"])
    def urge(request: AuthenticatedRequest) -> HttpResponse:
        data = request.POST or {"units": request.GET.getlist("units"), "words": of.urging}
        return request_urging_page(request, data, of=of)

    @require_POST
    def urge_back(request: AuthenticatedRequest, first: int) -> HttpResponse:
        what, take_back = f"件{of.piece}", partial(take_back_urging, of=Case)
        return urging_undone(request, take_back, first=first, of_what=what, otherwise=reverse(of.unit_list))

    name = f"{of.units}_remind".removeprefix("admin:")
    return [
        office_path("remind/", urge, name),
        office_path("remind/<int:first>/take-back/", urge_back, f"{name}-take-back"),
    ]
