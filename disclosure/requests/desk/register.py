"""A register of cases (登记簿): what is open by its last day; found by number, state, year and way."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import partial
from itertools import groupby
from typing import Any

import django_filters
from django.core.paginator import Page, Paginator
from django.db.models import Count, Q
from django.http import QueryDict

from disclosure.requests.kind import REQUEST, received
from disclosure.requests.limits import SOON
from disclosure.requests.rules.receipt import RequestChannel
from ninghai.calendar import clock
from ninghai.calendar.clock import beginning_of, end_of
from ninghai.calendar.reckoning import local_day
from ninghai.calendar.workdays import WorkCalendar
from ninghai.cases.lookup import read_number
from ninghai.models import Case, CaseSeries, Unit
from ninghai.models.case import CaseQuerySet
from ninghai.web.http import AuthenticatedRequest
from ninghai.web.posted import only

PAGE_SIZE = 50
OPEN, DUE_SOON, LATE, DONE, RECEIVED, ALL = "", "soon", "late", "done", "received", "all"
STATES = {OPEN: "办理中", DUE_SOON: f"{SOON}个工作日内到期", LATE: "已逾期", DONE: "已办结"}


def years_of(series: str) -> list[tuple[str, str]]:
    """The years in which a register has numbers, to choose among."""
    years = CaseSeries.objects.filter(series=series).order_by("-year").values_list("year", flat=True).distinct()
    return [(str(year), f"{year}年") for year in years]


class RegisterFilter(django_filters.FilterSet):  # type: ignore[misc]
    """Closed choices: a value outside them finds nothing and says so. `state` stands in the address alone where it is a tab."""

    q = django_filters.CharFilter(label="登记号、序号或者事由", method="with_words", max_length=80)
    state = django_filters.ChoiceFilter(
        label="状态",
        choices=[(key, label) for key, label in {**STATES, RECEIVED: "计入收到件数的", ALL: "全部"}.items() if key],
        method="in_state",
        empty_label=STATES[OPEN],
    )
    year = django_filters.ChoiceFilter(label="登记年度", choices=partial(years_of, REQUEST), empty_label="全部")
    way = django_filters.ChoiceFilter(
        label="收到方式", field_name="channel", choices=RequestChannel.choices, empty_label="全部"
    )
    unit = django_filters.ModelChoiceFilter(
        label="单位", queryset=Unit.objects.all(), to_field_name="code", method="of_unit", empty_label="全部"
    )

    def with_words(self, cases: CaseQuerySet, name: str, value: str) -> CaseQuerySet:
        if value.isdecimal() and len(value) <= 6:
            return cases.filter(serial=int(value))
        return cases.filter(Q(number__contains=read_number(value)) | Q(subject__icontains=value))

    def of_unit(self, cases: CaseQuerySet, name: str, value: Unit) -> CaseQuerySet:
        return cases.of_unit(value)

    def in_state(self, cases: CaseQuerySet, name: str, value: str) -> CaseQuerySet:
        return cases  # by `narrowed`, which knows what the page shows without one


def shown_state(params: QueryDict) -> str:
    """What is open; where somebody searches, whatever its state."""
    return params.get("state", "") or (ALL if params.get("q", "").strip() else OPEN)


def narrowed(cases: CaseQuerySet, state: str, *, calendar: WorkCalendar) -> CaseQuerySet:
    """Those in this state, in the order in which they are wanted."""
    if state in {ALL, RECEIVED}:
        cases = cases.filter(received()) if state == RECEIVED else cases
        return cases.order_by("-entered_at", "-pk")
    if state == DONE:
        return cases.filter(closed_at__isnull=False).order_by("-closed_at", "-pk")
    return cases.filter(_open(state, calendar=calendar)).by_due()


def _open(state: str, *, calendar: WorkCalendar) -> Q:
    today, is_open = clock.today(), Q(closed_at=None)
    if state == LATE:
        return is_open & Q(legal_clock__due_at__lt=beginning_of(today))
    if state == DUE_SOON:
        last = calendar.nth_workday_after(today, SOON)
        return is_open & Q(legal_clock__due_at__gte=beginning_of(today), legal_clock__due_at__lt=end_of(last))
    return is_open


# The page.


class RegisterPaginator(Paginator):  # type: ignore[type-arg]
    """Finds a page by the index of its order, and reads whole rows of that page alone: of page 1000 those of 999 others are let go."""

    def __init__(self, cases: CaseQuerySet) -> None:
        super().__init__(cases, PAGE_SIZE)
        self.cases = cases

    def page(self, number: int | str) -> Page[Case]:
        number = self.validate_number(number)
        end = number * PAGE_SIZE
        return Page(self.cases.filter(pk__in=self.cases.values("pk")[end - PAGE_SIZE : end]), number, self)


@dataclass(frozen=True, slots=True)
class RegisterOfCases:
    """The register, a part of it at a time; what is open stands under the days by which it is due."""

    cases: CaseQuerySet
    filters: type[RegisterFilter]
    page: str
    row: Callable[..., dict[str, Any]]

    def context(self, request: AuthenticatedRequest) -> dict[str, Any]:
        calendar, state = WorkCalendar.load(), shown_state(request.GET)
        found = self.filters(request.GET, queryset=self.cases)
        if not _sees_others(request):
            del found.form.fields["unit"]
        cases = narrowed(found.qs if found.is_valid() else self.cases.none(), state, calendar=calendar)
        unit = found.form.cleaned_data.get("unit") if found.is_valid() else None
        page = RegisterPaginator(cases).get_page(request.GET.get("page"))
        rows = [self.row(case, calendar=calendar) for case in page.object_list]
        return {
            "filter_form": found.form,
            "narrowed": any(request.GET.get(name) for name in found.filters if name != "state"),
            "tabs": self._tabs(request, state, calendar=calendar),
            "groups": list(_groups(rows, state=state, calendar=calendar)),
            "page": page,
            "params": only(request.GET, [*found.filters, "page"]),
            "unit": unit,
        }

    def _tabs(self, request: AuthenticatedRequest, state: str, *, calendar: WorkCalendar) -> list[dict[str, Any]]:
        """The parts of the register, with how many wait in each; what else the address narrows stays."""
        counts = {f"in_{key}": Count("pk", filter=_open(key, calendar=calendar)) for key in (OPEN, DUE_SOON, LATE)}
        numbers = self.cases.open().aggregate(**counts)
        kept = only(request.GET, [name for name in self.filters.base_filters if name not in {"q", "state"}])
        return [
            {
                "label": label,
                "url": f"{self.page}?{_with_state(kept, key)}",
                "is_current": key == state,
                "number": numbers.get(f"in_{key}"),
            }
            for key, label in STATES.items()
        ]


def _sees_others(request: AuthenticatedRequest) -> bool:
    """Who reads the registers of all units chooses among them."""
    acting = request.user.acting
    return acting is not None and acting.unit.kind == Unit.Kind.OFFICE


def _with_state(kept: QueryDict, state: str) -> str:
    params = kept.copy()
    if state:
        params["state"] = state
    return params.urlencode()


def _groups(
    rows: list[dict[str, Any]], *, state: str, calendar: WorkCalendar
) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """The rows; of what is open under the days by which it must be answered (到期清单)."""
    if state in {DONE, RECEIVED, ALL}:
        yield "", rows
        return
    last = calendar.nth_workday_after(clock.today(), SOON)
    for title, group in groupby(rows, key=lambda row: _due_group(row["case"], last=last)):
        yield title, list(group)


def _due_group(case: Case, *, last: date) -> str:
    due, today = case.legal_clock.due_at if case.legal_clock else None, clock.today()
    if due is None:
        return "期限暂停或者还没有起算"
    day = local_day(due)
    if day <= today:
        return "今天到期" if day == today else "已逾期"
    return f"{SOON}个工作日内到期" if day <= last else "以后到期"
