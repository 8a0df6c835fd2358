"""How the catalogue is narrowed: closed choices, so that a broken value is a hint and an empty list, never an error.

Read by hand: a form of six lists with hundreds of choices would cost more than the search itself.
"""

from datetime import datetime

from django.db.models import Q
from django.http import QueryDict

from disclosure.listing import Found
from disclosure.models import Item
from disclosure.models.item import ItemQuerySet
from disclosure.options import options_at, read_options
from disclosure.search import LONGEST_QUERY
from disclosure.states import Validity

RELEVANCE, DATE = "relevance", "date"
ORDERS = {RELEVANCE: "按相关程度", DATE: "按发布时间"}
CONDITIONS = ("unit", "entry", "topic", "kind", "year", "validity")


class CatalogueFilter:
    """The public list's conditions (检索条件), the same for page, export, feed and API."""

    def __init__(self, data: QueryDict, *, queryset: ItemQuerySet, at: datetime, revision: str = "") -> None:
        self.data, self.queryset, self.at = data, queryset, at
        self.options = options_at(at, revision=revision) if revision else read_options(at)
        self.known: dict[str, dict[str, str]] = {
            **self.options.labels,
            "kind": dict(Item.Kind.choices),
            "validity": dict(Validity.choices),
        }

    @property
    def words(self) -> str:
        return self.data.get("q", "").strip()

    @property
    def order(self) -> str:
        return self.data.get("sort", "")

    @property
    def conditions(self) -> dict[str, str]:
        """The conditions besides words and order, by name."""
        return {name: value for name in CONDITIONS if (value := self.data.get(name, ""))}

    @property
    def chosen(self) -> dict[str, str]:
        """Everything that is set and valid."""
        everything = {"q": self.words, **self.conditions, "sort": self.order}
        return {name: value for name, value in everything.items() if value and self._is_known(name, value)}

    @property
    def params(self) -> QueryDict:
        """The same as the parameters of an address."""
        params = QueryDict(mutable=True)
        params.update(self.chosen)
        return params

    @property
    def labels(self) -> dict[str, str]:
        """What the conditions are called."""
        return {name: self.known[name][value] for name, value in self.conditions.items() if value in self.known[name]}

    @property
    def known_conditions(self) -> list[tuple[str, str]]:
        """What a new search keeps: the conditions that are set and valid, and the order."""
        return [(name, value) for name, value in self.chosen.items() if name != "q"]

    @property
    def is_narrowed(self) -> bool:
        """Whether more than words and order are set."""
        return bool(self.conditions)

    def is_valid(self) -> bool:
        return len(self.words) <= LONGEST_QUERY and all(
            self._is_known(name, value) for name, value in {**self.conditions, "sort": self.order}.items() if value
        )

    def _is_known(self, name: str, value: str) -> bool:
        if name == "q":
            return len(value) <= LONGEST_QUERY
        return value in (ORDERS if name == "sort" else self.known[name])

    @property
    def qs(self) -> ItemQuerySet:
        """The items that the conditions leave, before words are looked for; none while one of them is broken."""
        if not self.is_valid():
            return self.queryset.none()
        return self.queryset.filter(*(self._condition(name, value) for name, value in self.conditions.items()))

    def _condition(self, name: str, value: str) -> Q:
        match name:
            case "entry":
                return Q(entry__code__in=self.options.entries_below(value))
            case "unit":
                return Q(unit__code=value)
            case "topic":
                return Q(topic__code__startswith=value)
            case "year":
                return Q(published_at__year=int(value))
        return Q(**{name: value})

    def found(self) -> Found:
        """What the conditions leave, in order."""
        if not self.is_valid():
            return Found(self.qs, at=self.at)
        return Found(self.qs, at=self.at, words=self.words, by_date=self.order == DATE)
