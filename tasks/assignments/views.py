"""What a unit has to do: its assignments, most urgent first; the page of each is `tasks.assignments.page`."""

from collections import Counter
from dataclasses import dataclass
from typing import Any, NamedTuple

import django_filters
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from ninghai.calendar import clock
from ninghai.models import Role, acts_as
from ninghai.staff_site.inbox import Inbox
from ninghai.web.http import AuthenticatedRequest
from ninghai.web.posted import only
from tasks.assignments.lights import most_urgent_first, with_standing, with_what_to_check
from tasks.models import Assignment
from tasks.models.states import AssignmentStatus, Light
from tasks.models.task import AssignmentQuerySet

# How lists of assignments are narrowed; every choice is closed, a value outside it finds nothing and says so.

ALL = "全部"


class AssignmentFilter(django_filters.FilterSet):  # type: ignore[misc]
    """Over assignments with their standing and what is to check; `checks` says whether this person checks reports."""

    q = django_filters.CharFilter(label="关键词", method="find_words", max_length=50)
    light = django_filters.ChoiceFilter(
        label="进度灯", choices=Light.choices, field_name="light_on_day", empty_label=ALL
    )
    status = django_filters.ChoiceFilter(label="办理状态", choices=AssignmentStatus.choices, empty_label=ALL)
    year = django_filters.ChoiceFilter(label="年度", field_name="task__point__notice__year", empty_label=ALL)
    part = django_filters.ChoiceFilter(label="所属部分", method="find_part", empty_label=ALL)
    owed = django_filters.ChoiceFilter(
        label="报送", choices=[("yes", "有待报送的周期")], method="find_owed", empty_label=ALL
    )
    check = django_filters.ChoiceFilter(
        label="审核", choices=[("yes", "待我审核")], method="find_to_check", empty_label=ALL
    )

    def __init__(self, *args: Any, checks: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not checks:
            del self.filters["check"]
        parts = self._parts()
        years = list(dict.fromkeys(year for year, _, _ in parts))
        self.filters["part"].extra["choices"] = _part_choices(parts, name_years=len(years) > 1)
        self.filters["year"].extra["choices"] = [(year, f"{year}年") for year in years]
        if len(years) < 2:
            del self.filters["year"]

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
        return assignments.filter(owed__gt=0)  # type: ignore[misc] # annotated

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
    key: str
    unit: str
    role: str
    light: str
    status: str
    due: str
    to_check: bool
    owed: str
    owed_tone: str


@require_safe
@vary_on_headers("HX-Request")
def assignment_list(request: AuthenticatedRequest) -> HttpResponse:
    """The assignments that this person sees; with htmx only the list is sent."""
    mine = with_standing(Assignment.objects.visible_to(request.user).to_do_by(request.user), on=clock.today())
    mine = with_what_to_check(mine, by=request.user)
    checks = acts_as(request.user, Role.REVIEWER)
    found = AssignmentFilter(request.GET, queryset=mine, checks=checks)
    is_valid = found.is_valid()
    rows = found.qs if is_valid else mine.none()
    page = Paginator(most_urgent_first(rows).for_list(), ROWS).get_page(request.GET.get("page"))
    template = "tasks/_assignment_list.html" if request.htmx else "tasks/assignment_list.html"
    narrowed = any(request.GET.get(name) for name in found.filters)
    tabs = _tabs(request, mine, checks=checks)
    context = {
        "inbox": None if request.htmx or narrowed or page.number > 1 else _what_waits(request),
        "filter_form": found.form,
        "narrowed": narrowed,
        "is_valid": is_valid,
        "page": page,
        "params": only(request.GET, [*found.filters, "page"]),
        "rows": [_row(assignment) for assignment in page],
        "total": f"共{page.paginator.count}项",
        "tabs": tabs,
        "is_long": tabs[-1].number > SEARCHED,
    }
    return render(request, template, context)


def _what_waits(request: AuthenticatedRequest) -> dict[str, Any]:
    """今天要办: the most urgent first; `?todo=all` shows the rest too."""
    inbox = Inbox.of(request, on=clock.today())
    shown = inbox.rows if request.GET.get("todo") == "all" else inbox.rows[:INBOX_ROWS]
    return {"rows": shown, "total": inbox.total, "late": inbox.late, "has_more": len(shown) < len(inbox.rows)}


def _row(assignment: Assignment) -> AssignmentListRow:
    point = assignment.task.point
    owed, owed_late = assignment.owed, assignment.owed_late  # type: ignore[attr-defined]
    return AssignmentListRow(
        url=assignment.get_absolute_url(),
        key=str(point),
        unit=str(assignment.unit),
        role=assignment.get_role_display(),
        light=assignment.light_on_day,  # type: ignore[attr-defined]
        status=AssignmentStatus(assignment.status).label,
        due=assignment.due_words,
        to_check=assignment.to_check,  # type: ignore[attr-defined]
        owed=f"进展逾期未报{owed_late}期" if owed_late else f"进展待报送{owed}期" if owed else "",
        owed_tone="late" if owed_late else "due",
    )


class ListTab(NamedTuple):
    """A part of the unit's tasks: how many there are, where they are listed, whether the page shows them."""

    label: str
    number: int
    url: str
    is_current: bool


def _tabs(request: AuthenticatedRequest, assignments: AssignmentQuerySet, *, checks: bool) -> list[ListTab]:
    """Above the list; what waits for the unit's head comes first, all of it last."""
    columns = ("light_on_day", "owed", "to_check")
    standings = list(assignments.order_by().values_list(*columns))
    lights = Counter(light for light, *_ in standings)
    to_check = [("待我审核", sum(to_check for *_, to_check in standings), "check=yes")]
    parts = [
        *(to_check if checks else []),
        ("待报送", sum(1 for _, owed, _ in standings if owed), "owed=yes"),
        ("即将到期", lights[Light.YELLOW], f"light={Light.YELLOW}"),
        ("已逾期", lights[Light.RED], f"light={Light.RED}"),
        ("全部", len(standings), ""),
    ]
    here, asked = reverse("tasks:work"), request.GET.urlencode()
    return [
        ListTab(label, number, f"{here}?{query}" if query else here, asked == query) for label, number, query in parts
    ]
