"""The search of a public list beside the catalogue: words, conditions, what narrows it further; found as the catalogue finds."""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from functools import cached_property
from typing import Any, ClassVar, Generic, TypeVar

from django.core.paginator import EmptyPage, Page, Paginator
from django.db.models import Case, Count, Model, Q, QuerySet, Value, When
from django.http import HttpRequest

from disclosure.catalogue.facets import ChosenFacet, Facet, FacetChoice, address_without, count_of
from disclosure.catalogue.query import PAGE_NUMBER
from disclosure.catalogue.search.query_words import LONGEST_QUERY, matches, ranks, wanted
from ninghai.web.posted import only

IN_SIGHT = 8
PAGE_SIZE = 20
M = TypeVar("M", bound=Model)


class ListSearch(Generic[M]):
    """What is asked of a list; a broken condition finds nothing and says so. A subclass says of what, in which columns."""

    facet_labels: ClassVar[Mapping[str, str]]  # by parameter
    columns: ClassVar[Mapping[str, str]]  # in which each is kept
    order: ClassVar[tuple[str, ...]]

    def __init__(self, request: HttpRequest, *, listed: QuerySet[M], labels: Mapping[str, Mapping[str, str]]) -> None:
        """`labels` are the choices of each condition, by code."""
        self.asked, self.number = only(request.GET, ["q", *self.facet_labels]), request.GET.get("page", "") or "1"
        self.words = self.asked.get("q", "").strip()
        self.conditions = {name: value for name in self.facet_labels if (value := self.asked.get(name, ""))}
        self.labels, self.listed = labels, listed

    @property
    def broken(self) -> list[str]:
        """The parameters that ask for what there is not."""
        unknown = [name for name, value in self.conditions.items() if value not in self.labels[name]]
        return unknown if len(self.words) <= LONGEST_QUERY and "\0" not in self.words else ["q", *unknown]

    @property
    def is_valid(self) -> bool:
        return not self.broken

    @property
    def params(self) -> dict[str, str]:
        return {**({"q": self.words} if self.words else {}), **self.conditions}

    @property
    def found(self) -> QuerySet[M]:
        """In the order of the words, whoever is called by them first; else in the list's own."""
        if not self.is_valid:
            return self.listed.none()
        found = self.listed.filter(*(Q(**{self.columns[name]: value}) for name, value in self.conditions.items()))
        if not self.words:
            return found.order_by(*self.order)
        near: QuerySet[M] = by_nearness(found, self.words).order_by("nearness", *self.order)
        return near

    @cached_property
    def page(self) -> "Page[M] | None":
        """The page that is asked for; None where there is no such page."""
        if PAGE_NUMBER.fullmatch(self.number):
            with suppress(EmptyPage):
                return Paginator(self.found, PAGE_SIZE).page(int(self.number))
        return None

    def context(self, *, counted: str) -> dict[str, Any]:
        """What the list's page shows; `counted` is the measure word of its rows."""
        page = self.page
        return {
            "search": self,
            "longest_query": LONGEST_QUERY,
            "facets": list(self.facets()) if self.is_valid else [],
            "chosen": self.chosen(),
            "page": page,
            "is_beyond": page is None,
            "total": f"共 {page.paginator.count} {counted}" if page else "",
            "params": self.asked,
        }

    def facets(self) -> Iterator[Facet]:
        """What still narrows the list."""
        for name, label in self.facet_labels.items():
            column = self.columns[name]
            counted = self.found.order_by().values_list(column).annotate(number=Count("pk")).order_by("-number", column)
            address = address_without(self.params, name)
            choices = [
                FacetChoice(self.labels[name][code], count_of(number), f"{address}{name}={code}")
                for code, number in counted
                if code in self.labels[name]
            ]
            if name not in self.conditions and len(choices) > 1:
                yield Facet(name, label, choices[:IN_SIGHT], choices[IN_SIGHT:])

    def chosen(self) -> list[ChosenFacet]:
        return [
            ChosenFacet(
                self.facet_labels[name],
                self.labels[name][value],
                address_without(self.params, name).rstrip("&?") or "?",
            )
            for name, value in self.conditions.items()
            if value in self.labels[name]
        ]


def by_nearness(listed: QuerySet[M], words: str) -> Any:
    """Those in which all the words stand, with how near the words are to what each is called (`nearness`)."""
    whens = [When(rank(), then=Value(place)) for place, rank in enumerate(ranks(wanted(words)))]
    nearness = Case(*whens, default=Value(len(whens))) if whens else Value(0)
    return listed.filter(matches(words)).annotate(nearness=nearness)
