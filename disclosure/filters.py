"""How the catalogue is narrowed: closed choices, so that a broken value is a hint and an empty list, never an error."""

from datetime import datetime
from typing import Any, cast

import django_filters as filters
from django.http import QueryDict
from django.utils import timezone

from disclosure.listing import Found
from disclosure.models import Item
from disclosure.models.item import ItemQuerySet
from disclosure.options import read_options
from disclosure.search import LONGEST_QUERY
from disclosure.states import Validity

FIRST_YEAR = 2008  # 《政府信息公开条例》 came into force on 2008-05-01
RELEVANCE, DATE = "relevance", "date"


class CatalogueFilter(filters.FilterSet):  # type: ignore[misc]
    """The public list's filters (检索条件), the same for page and export."""

    q = filters.CharFilter(label="检索词", max_length=LONGEST_QUERY, method="keep")
    unit = filters.ChoiceFilter(label="发布机构", field_name="unit__code", empty_label="全部机构")
    entry = filters.ChoiceFilter(label="公开事项", method="below_entry", empty_label="全部事项")
    topic = filters.ChoiceFilter(
        label="主题分类", field_name="topic__code", lookup_expr="startswith", empty_label="全部主题"
    )
    kind = filters.ChoiceFilter(label="信息类型", choices=Item.Kind.choices, empty_label="全部类型")
    year = filters.ChoiceFilter(label="发布年份", field_name="published_at", lookup_expr="year", empty_label="全部年份")
    validity = filters.ChoiceFilter(label="时效", choices=Validity.choices, empty_label="全部")
    sort = filters.ChoiceFilter(
        label="排序", choices=[(RELEVANCE, "按相关程度"), (DATE, "按发布时间")], method="keep", empty_label="默认排序"
    )

    class Meta:
        model = Item
        fields: list[str] = []

    def __init__(self, data: QueryDict, *, queryset: ItemQuerySet, at: datetime) -> None:
        super().__init__(data, queryset=queryset)
        self.at = at
        self.options = read_options()
        years = range(timezone.localtime(at).year, FIRST_YEAR - 1, -1)
        self._offer("unit", self.options.units)
        self._offer("entry", self.options.entries)
        self._offer("topic", self.options.topics)
        self._offer("year", [(str(year), f"{year}年") for year in years])

    def _offer(self, name: str, choices: list[tuple[str, str]]) -> None:
        self.filters[name].extra["choices"] = choices

    def keep(self, items: ItemQuerySet, name: str, value: str) -> ItemQuerySet:
        """Words and order are for `found`, which needs both together."""
        return items

    def below_entry(self, items: ItemQuerySet, name: str, value: str) -> ItemQuerySet:
        return items.filter(entry__code__in=self.options.entries_below(value))

    @property
    def chosen(self) -> dict[str, Any]:
        """The conditions that are set."""
        return {name: value for name, value in self.form.cleaned_data.items() if value}

    @property
    def is_narrowed(self) -> bool:
        """Whether more than words and order are set."""
        return bool(self.form.errors or self.chosen.keys() - {"q", "sort"})

    def found(self) -> Found:
        """What the conditions leave, in order; nothing while one of them is broken."""
        if not self.is_valid():
            return Found(cast(ItemQuerySet, self.queryset).none(), at=self.at)
        return Found(self.qs, at=self.at, words=self.chosen.get("q", ""), by_date=self.chosen.get("sort") == DATE)
