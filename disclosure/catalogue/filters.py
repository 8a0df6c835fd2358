"""How the catalogue is narrowed: closed choices, so that a broken value is a hint and an empty list, never an error.

Read by hand: a form of six lists with hundreds of choices would cost more than the search itself.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import BooleanField, Exists, ExpressionWrapper, F, JSONField, OuterRef, Q, QuerySet, Value
from django.db.models.expressions import Func
from django.db.models.fields.json import KeyTextTransform
from django.http import QueryDict
from django.utils import timezone

from disclosure.catalogue.listing import ItemListing
from disclosure.catalogue.search import LONGEST_QUERY
from disclosure.models import CatalogueEdition, CatalogueEntry, Item, Topic
from disclosure.models.basic_catalogue import PUBLIC_NAME
from disclosure.models.item import ItemQuerySet
from disclosure.models.states import Validity
from ninghai.models import Unit
from ninghai.web.public_pages.kept import RevisionCache

# The choices that the catalogue offers for narrowing (筛选条件): units, topics, duties and years, read in one query.

Choice = tuple[str, str]  # code, label
FIRST_YEAR = 2008  # 《政府信息公开条例》 came into force on 2008-05-01


@dataclass(frozen=True, slots=True)
class Options:
    units: list[Choice]
    topics: list[Choice]
    entries: list[Choice]
    years: list[Choice]
    parents: dict[str, str]  # duty → the heading above it, by code
    by_key: dict[str, dict[object, Choice]]  # of units, topics and duties, by primary key
    labels: dict[str, dict[str, str]]  # what each code is called, by the name of the condition

    def entries_below(self, code: str) -> list[str]:
        """The duty and everything below it in the basic catalogue."""
        below = {code}
        while found := {child for child, parent in self.parents.items() if parent in below} - below:
            below |= found
        return sorted(below)


_kept: RevisionCache[Options] = RevisionCache()


def options_at(at: datetime, *, revision: str) -> Options:
    """The choices as they are, read once for as long as nothing public changes."""
    return _kept.get(timezone.localtime(at).year, lambda: read_options(at), revision=revision)


def read_options(at: datetime) -> Options:
    rows = _read_rows(at)
    shown = [row[:5] for row in rows if row[6]]
    units, topics, entries = (_choices(shown, subject) for subject in ("unit", "topic", "entry"))
    years = [(f"{year}", f"{year}年") for year in range(timezone.localtime(at).year, FIRST_YEAR - 1, -1)]
    return Options(
        units=units,
        topics=topics,
        entries=entries,
        years=years,
        parents={code: parent for subject, _, code, _, _, parent, _ in rows if subject == "entry" and parent},
        by_key={
            name: {pk: (code, label) for subject, _, code, pk, label in shown if subject == name}
            for name in ("unit", "topic", "entry")
        },
        labels={"unit": dict(units), "topic": dict(topics), "entry": dict(entries), "year": dict(years)},
    )


def _read_rows(at: datetime) -> list[tuple[str, int, str, int, str, str, bool]]:
    """(subject, position, code, key, label, code above, is it public), in the order of the screen."""
    of_units = Unit.objects.order_by().values_list(
        Value("unit"), "position", "code", "pk", "short_name", Value(""), Value(True)
    )
    of_topics = Topic.objects.order_by().values_list(
        Value("topic"), Value(0), "code", "pk", "path", Value(""), Value(True)
    )
    of_entries = CatalogueEntry.objects.order_by().values_list(
        Value("entry"),
        "position",
        "code",
        "pk",
        PUBLIC_NAME,
        F("parent__code"),
        ExpressionWrapper(is_public(at), BooleanField()),
    )
    return sorted(of_units.union(of_topics, of_entries, all=True), key=lambda row: row[:3])


def is_public(at: datetime) -> Q:
    """Of duties: frozen in the newest edition of a catalogue, or something public stands under it."""
    newer = CatalogueEdition.objects.filter(catalogue=OuterRef("catalogue"), number__gt=OuterRef("number"))
    rows: QuerySet[CatalogueEdition, Any] = CatalogueEdition.objects.filter(~Exists(newer)).values_list(
        KeyTextTransform("code", Func("rows", function="jsonb_array_elements", output_field=JSONField()))
    )
    return Q(code__in=rows) | Q(Exists(Item.objects.published(at).order_by().filter(entry=OuterRef("pk"))))


def _choices(rows: Iterable[tuple[str, int, str, int, str]], subject: str) -> list[Choice]:
    return [(code, label) for kind, _, code, _, label in rows if kind == subject]


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

    def found(self) -> ItemListing:
        """What the conditions leave, in order."""
        if not self.is_valid():
            return ItemListing(self.qs, at=self.at)
        return ItemListing(self.qs, at=self.at, words=self.words, by_date=self.order == DATE)
