"""What a unit has to do: its assignments, most urgent first; the page of each is `tasks.assignments.page`.

What it asks for about one (延期、不适用) is written there.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import django_filters
from django import forms
from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from ninghai.calendar import clock
from ninghai.models import Role, User, acts_as
from ninghai.staff_site.inbox import Inbox
from ninghai.staff_site.pages import was_done
from ninghai.staff_site.years import YearLink, with_year, year_asked, year_links
from ninghai.web.http import AuthenticatedRequest, act_on
from ninghai.web.posted import only
from tasks.assignments.lights import percent_of, urgency, with_last_report, with_standing, with_what_to_check
from tasks.assignments.page import pages
from tasks.models import Assignment
from tasks.models.states import AssignmentStatus, Light
from tasks.models.task import AssignmentQuerySet
from tasks.periods.owing import periods_to_report, periods_unreported
from tasks.petitions.petition_page import PetitionForm
from tasks.petitions.services import ask

# How lists of assignments are narrowed; every choice is closed, a value outside it finds nothing and says so.

ALL = "全部"


class AssignmentFilter(django_filters.FilterSet):  # type: ignore[misc]
    """Over assignments with their standing and what is to check; `checks` says whether this person checks reports."""

    q = django_filters.CharFilter(label="关键词", method="find_words", max_length=50)
    light = django_filters.ChoiceFilter(
        label="进度灯", choices=Light.choices, field_name="light_on_day", empty_label=ALL
    )
    status = django_filters.ChoiceFilter(label="办理状态", choices=AssignmentStatus.choices, empty_label=ALL)
    year = django_filters.NumberFilter(field_name="task__point__notice__year", widget=forms.HiddenInput)
    part = django_filters.ChoiceFilter(label="所属部分", method="find_part", empty_label=ALL)
    owed = django_filters.ChoiceFilter(
        label="报送",
        choices=[("yes", "进展待报送"), ("late", "进展逾期未报")],
        method="find_owed",
        empty_label=ALL,
    )
    check = django_filters.ChoiceFilter(
        label="审核", choices=[("yes", "待我审核")], method="find_to_check", empty_label=ALL
    )

    def __init__(self, *args: Any, checks: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not checks:
            del self.filters["check"]
        parts = self._parts()
        self.years = list(dict.fromkeys(year for year, _, _ in parts))  # newest first
        self.filters["part"].extra["choices"] = _part_choices(parts, name_years=len(self.years) > 1)

    def _parts(self) -> list[tuple[int, str, str]]:
        """(year, number, title) of the parts in which there is something: the newest notice first, each as it is written."""
        columns = ("task__point__notice__year", "task__point__part_number", "task__point__part_title")
        in_order = self.queryset.order_by("-task__point__notice__year", "task__point__position")
        return list(dict.fromkeys(in_order.values_list(*columns)))

    def find_part(self, assignments: AssignmentQuerySet, name: str, value: str) -> AssignmentQuerySet:
        year, _, number = value.partition("-")
        return assignments.of_year(int(year)).filter(task__point__part_number=number)

    def find_words(self, assignments: AssignmentQuerySet, name: str, value: str) -> AssignmentQuerySet:
        point = "task__point__"
        in_text = Q(**{f"{point}text__icontains": value}) | Q(**{f"{point}key__icontains": value})
        in_text |= Q(**{f"{point}title__icontains": value})
        return assignments.filter(
            in_text
            | Q(**{f"{point}part_title__icontains": value})
            | Q(**{f"{point}section_title__icontains": value})
            | Q(unit__short_name__icontains=value)
        )

    def find_owed(self, assignments: AssignmentQuerySet, name: str, value: str) -> AssignmentQuerySet:
        return assignments.filter(**{"owed_late__gt" if value == "late" else "owed__gt": 0})

    def find_to_check(self, assignments: AssignmentQuerySet, name: str, value: str) -> AssignmentQuerySet:
        return assignments.filter(to_check=True)  # type: ignore[misc] # annotated


def _part_choices(parts: list[tuple[int, str, str]], *, name_years: bool) -> list[tuple[str, str]]:
    """Of several years each says its own."""
    return [
        (f"{year}-{number}", f"{f'{year}年 ' if name_years else ''}{number}、{title}")
        for year, number, title in parts
        if title
    ]


ROWS = 20
SEARCHED = 20  # more tasks than this are searched
INBOX_ROWS = 10  # at first


@dataclass(frozen=True, slots=True)
class AssignmentListRow:
    """An assignment as the list shows it."""

    url: str
    title: str
    number: str
    unit: str  # empty to its own people
    role: str
    light: str
    percent: int | None
    due: str
    to_check: bool
    owed: str
    owed_tone: str

    @property
    def key(self) -> str:
        """As every page names the point."""
        return f"{self.number}　{self.title}"


@require_safe
@vary_on_headers("HX-Request")
def assignment_list(request: AuthenticatedRequest) -> HttpResponse:
    """The assignments that this person sees; with htmx only the list is sent."""
    mine = Assignment.objects.visible_to(request.user).to_do_by(request.user)
    is_of_the_unit = acts_as(request.user, Role.EDITOR, Role.REVIEWER)
    owing = periods_to_report if is_of_the_unit else periods_unreported
    mine = with_standing(mine, on=clock.today(), owing=owing)
    mine = with_what_to_check(mine, by=request.user)
    checks = acts_as(request.user, Role.REVIEWER)
    found = AssignmentFilter(request.GET, queryset=mine, checks=checks)
    chosen = year_asked(request.GET, found.years)
    is_valid = found.is_valid()
    standings = _standings(mine)
    page = Paginator(_listed(standings, found), ROWS).get_page(request.GET.get("page"))
    template = "tasks/_assignment_list.html" if request.htmx else "tasks/assignment_list.html"
    narrowed = any(request.GET.get(name) for name in found.filters)
    tabs = _tabs(request, standings.values(), checks=checks)
    context = {
        "inbox": None if request.htmx or narrowed or page.number > 1 else _what_waits(request),
        "filter_form": found.form,
        "narrowed": narrowed,
        "is_valid": is_valid,
        "page": page,
        "params": only(request.GET, [*found.filters, "page"]),
        "rows": _rows(page, standings, to=request.user),
        "total": f"共{page.paginator.count}项",
        "tabs": tabs,
        "year_links": _years(request, found.years, chosen=chosen),
        "is_long": tabs[-1].number > SEARCHED,
    }
    return render(request, template, context)


def _years(request: AuthenticatedRequest, years: list[int], *, chosen: int | None) -> list[YearLink]:
    """All years unless one is chosen: what is late of last year is still to be done."""
    links = year_links(years, chosen=chosen, url=lambda year: with_year(request.GET, year))
    every = with_year(request.GET, "")
    return [*links, YearLink("全部年度", every, chosen is None)] if links else []


def _what_waits(request: AuthenticatedRequest) -> dict[str, Any]:
    """今天要办: the most urgent first; `?todo=all` shows the rest too."""
    inbox = Inbox.of(request, on=clock.today())
    shown = inbox.rows if request.GET.get("todo") == "all" else inbox.rows[:INBOX_ROWS]
    return {"rows": shown, "total": inbox.total, "late": inbox.late, "has_more": len(shown) < len(inbox.rows)}


class ListStanding(NamedTuple):
    """What is reckoned of an assignment, once for tabs, order and rows."""

    light: str
    owed: int
    owed_late: int
    to_check: bool


def _standings(assignments: AssignmentQuerySet) -> dict[int, ListStanding]:
    """Of all of them, the most urgent first; what is as urgent stands by its due date and its place in the notices."""
    columns = ("pk", "light_on_day", "owed", "owed_late", "to_check")
    notice, place = "task__point__notice", ("due_on_day", "task__point__position", "pk")
    rows = assignments.order_by().values_list(*columns, f"{notice}__year", notice, *place)
    standings = [(ListStanding(*row[1:5]), row[5:]) for row in rows]
    return {place[-1]: standing for standing, place in sorted(standings, key=_most_urgent_first)}


def _most_urgent_first(row: tuple[ListStanding, tuple[Any, ...]]) -> tuple[Any, ...]:
    """What waits for this person to check, then by urgency."""
    standing, (year, notice, due, position, pk) = row
    urgent = urgency(standing.light, owed=standing.owed, owed_late=standing.owed_late)
    return not standing.to_check, urgent, due, -year, -notice, position, pk


def _listed(standings: Iterable[int], found: AssignmentFilter) -> list[int]:
    """The numbers of those that are asked for, in their order; none where the question cannot be understood."""
    if not found.is_valid():
        return []
    if not any(found.form.cleaned_data.values()):
        return list(standings)
    narrowed = set(found.qs.order_by().values_list("pk", flat=True))
    return [pk for pk in standings if pk in narrowed]


def _rows(page: Page[int], standings: Mapping[int, ListStanding], *, to: User) -> list[AssignmentListRow]:
    shown = with_last_report(Assignment.objects.all()).for_list().in_bulk(list(page))
    return [_row(shown[pk], standings[pk], to=to) for pk in page if pk in shown]


def _row(assignment: Assignment, standing: ListStanding, *, to: User) -> AssignmentListRow:
    point = assignment.task.point
    return AssignmentListRow(
        url=assignment.get_absolute_url(),
        title=point.title,
        number=f"{point.notice.year}年 {point.name}",
        unit="" if to.acting and to.acting.unit_id == assignment.unit_id else str(assignment.unit),
        role=assignment.get_role_display(),
        light=standing.light,
        percent=percent_of(assignment),
        due=assignment.due_words,
        to_check=standing.to_check,
        owed=_owed_words(standing.owed, late=standing.owed_late),
        owed_tone="late" if standing.owed_late else "due",
    )


def _owed_words(owed: int, *, late: int) -> str:
    """In the words of the tabs, so that a row says why it stands behind one."""
    if not owed:
        return ""
    return f"进展待报送{owed}期{f'，逾期未报{late}期' if late else ''}"


class ListTab(NamedTuple):
    """A part of the unit's tasks: how many there are, where they are listed, whether the page shows them."""

    label: str
    number: int
    url: str
    is_current: bool


def _tabs(request: AuthenticatedRequest, standings: Collection[ListStanding], *, checks: bool) -> list[ListTab]:
    """Above the list; what waits for the unit's head comes first, all of it last."""
    lights = Counter(each.light for each in standings)
    to_check = [("待我审核", sum(each.to_check for each in standings), "check=yes")]
    parts = [
        *(to_check if checks else []),
        ("进展待报送", sum(1 for each in standings if each.owed), "owed=yes"),
        ("进展逾期未报", sum(1 for each in standings if each.owed_late), "owed=late"),
        ("任务即将到期", lights[Light.YELLOW], f"light={Light.YELLOW}"),
        ("任务已逾期", lights[Light.RED], f"light={Light.RED}"),
        ("全部", len(standings), ""),
    ]
    here, asked = reverse("tasks:work"), request.GET.urlencode()
    return [
        ListTab(label, number, f"{here}?{query}" if query else here, asked == query) for label, number, query in parts
    ]


# What a unit asks for, on the page of the assignment.


def _assignment_page(request: AuthenticatedRequest, pk: int) -> str:
    return pages.as_seen(request, reverse("tasks:assignment-detail", args=[pk]))


@act_on(_assignment_page)
def petition_ask(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Ask for more time, or that the task does not apply."""
    assignment = pages.find(request.user, pk)
    form = PetitionForm(request.POST)
    if not was_done(form, lambda: ask(assignment=assignment, by=request.user, at=clock.now(), **form.cleaned_data)):
        return pages.show(request, assignment, refused={"petition": form}, status=422)
    messages.success(request, "申请已提交，批准以前原来的完成时限不变。")
    return redirect(_assignment_page(request, pk))
