"""A unit's own list of its items (信息公开): what is under way first, found by words and by state."""

from typing import Any

import django_filters
from django.db.models import Case, IntegerField, Q, Value, When

from disclosure.models import Item
from disclosure.models.item import ItemQuerySet
from disclosure.states import ItemStatus
from ninghai.models import Unit, User

UNDER_WAY = (ItemStatus.DRAFT, ItemStatus.WITH_HEAD, ItemStatus.IN_REVIEW, ItemStatus.APPROVED)
IN_HAND = "open"
STATES = [(IN_HAND, "办理中"), *(each for each in ItemStatus.choices if each[0] != ItemStatus.DISCARDED)]


class WorkListFilter(django_filters.FilterSet):  # type: ignore[misc]
    """Closed choices: a value outside them finds nothing and says so."""

    q = django_filters.CharFilter(label="名称、发文字号或索引号", method="with_words", max_length=50)
    status = django_filters.ChoiceFilter(label="状态", choices=STATES, method="in_state", empty_label="全部")

    def with_words(self, items: ItemQuerySet, name: str, value: str) -> ItemQuerySet:
        named = Q(title__icontains=value) | Q(document_number__icontains=value)
        return items.filter(named | Q(index_number__icontains=value))

    def in_state(self, items: ItemQuerySet, name: str, value: str) -> ItemQuerySet:
        return items.filter(status__in=UNDER_WAY if value == IN_HAND else [value])


def own_items(user: User) -> ItemQuerySet:
    """The items of the person's unit and of those whose duties it has taken over."""
    acting: Any = user.acting
    return Item.objects.visible_to(user).in_lists().filter(unit__in=Unit.objects.inherited_by(acting.unit))


def open_first(items: ItemQuerySet) -> ItemQuerySet:
    """What is under way before what is done, however much was taken over since; the last drafted first."""
    under_way = When(status__in=UNDER_WAY, then=Value(0))
    return items.order_by(Case(under_way, default=Value(1), output_field=IntegerField()), "-pk")
