"""The year's switch (年度): `components/_years.html` wherever a page or a list is of one year.

The address says which year, and nothing else remembers one. A year that the portal does not have is no page (404).
"""

from collections.abc import Callable, Collection
from datetime import date
from typing import Any, ClassVar, NamedTuple, TypeVar

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase

from ninghai.calendar import clock
from ninghai.staff_site.list_tools import narrowing
from ninghai.staff_site.model_admin import OfficeModelAdmin
from ninghai.web.http import AuthenticatedRequest

M = TypeVar("M", bound=Model)
EVERY = "all"  # ?year=all
MOST = 5  # years side by side


class YearLink(NamedTuple):
    label: str
    url: str
    is_current: bool


def year_links(years: Collection[int], *, chosen: int | None, url: Callable[[int], str]) -> list[YearLink]:
    """A link to each year, of many to those about the chosen one; none where there is nothing to switch between."""
    about = sorted(years, key=lambda year: abs(year - (chosen or clock.today().year)))[:MOST]
    links = [YearLink(f"{year}年", url(year), year == chosen) for year in years if year in about]
    return links if len(links) > 1 else []


def year_asked(params: QueryDict, years: Collection[int]) -> int | None:
    """The year that ?year= names; None where it names none. Raises Http404 where it is none of these."""
    asked = params.get("year", "")
    year = next((year for year in years if str(year) == asked), None)
    if asked and year is None:
        raise Http404
    return year


def with_year(params: QueryDict, year: object) -> str:
    """The same address for another year, from its first page on."""
    other = params.copy()
    other["year"] = str(year)
    other.pop("p", None)
    other.pop("page", None)
    return f"?{other.urlencode()}"


def this_year(years: Collection[int], *, on: date) -> int:
    """The year of that day, else the last one before it; only where all are still to come, the first of these."""
    return max((year for year in years if year <= on.year), default=min(years))


class YearFilter(admin.SimpleListFilter):
    """Which year's records a list shows; drawn as the switch above the list, not as a chip."""

    title, parameter_name, is_switch = "年度", "year", True

    def lookups(self, request: HttpRequest, model_admin: "OfYears[Any]") -> list[tuple[str, str]]:  # type: ignore[override]
        self.path = model_admin.year_path
        return [(str(year), f"{year}年") for year in model_admin.years()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        year = self.value()
        return queryset.filter(**{self.path: year}) if year and year != EVERY else queryset


class OfYears(OfficeModelAdmin[M]):
    """A list of several years, which opens at the one that it is now; an address that narrows says itself of which year."""

    year_path: ClassVar[str]
    opens_at_this_year: ClassVar[bool] = True  # else at all of them
    arranging: ClassVar[frozenset[str]] = frozenset()  # what of an address narrows nothing

    def years(self) -> list[int]:
        """The years among which one chooses, newest first."""
        raise NotImplementedError

    def get_list_filter(self, request: HttpRequest) -> Any:
        return [YearFilter, *super().get_list_filter(request)]

    def lookup_allowed(self, lookup: str, value: Any, request: Any = None) -> bool:
        """Filters that people have kept name the year by the way to it."""
        return lookup.removesuffix("__exact") == self.year_path or super().lookup_allowed(lookup, value, request)

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        switch = {"year_links": self._open(request)}
        return super().changelist_view(request, {**(extra_context or {}), **switch})

    def export_list(self, form: str, request: AuthenticatedRequest) -> HttpResponseBase:
        self._open(request)
        return super().export_list(form, request)

    def _open(self, request: HttpRequest) -> list[YearLink]:
        """Let the bare address be that of this year; the switch to the others."""
        years, params = self.years(), request.GET.copy()
        is_bare = not QueryDict(narrowing(params)).keys() - self.arranging
        if is_bare and len(years) > 1 and self.opens_at_this_year:
            params["year"] = str(this_year(years, on=clock.today()))
            request.GET = params  # type: ignore[assignment]  # every link of the page carries it
        is_every = params.get("year", EVERY) == EVERY
        chosen = None if is_every else year_asked(params, years)
        links = year_links(years, chosen=chosen, url=lambda year: with_year(params, year))
        return [*links, YearLink("全部年度", with_year(params, EVERY), is_every)] if links else []
