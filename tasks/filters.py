"""How lists of assignments are narrowed; every choice is closed, a value outside it finds nothing and says so."""

from typing import Any

import django_filters
from django.db.models import Q

from tasks.models.task import AssignmentQuerySet
from tasks.states import AssignmentStatus, Light

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
