"""`/work/items/`: the unit drafts, its head checks; made for a phone."""

from typing import Any

import django_filters
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Case, Count, IntegerField, Q, Value, When
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from disclosure.items import rules
from disclosure.items.actions import OF_EITHER
from disclosure.items.page import TONES, ItemRecordPage
from disclosure.models import Answer, Attachment, Item
from disclosure.models.item import ItemQuerySet
from disclosure.models.states import ItemStatus
from ninghai.calendar import clock
from ninghai.models import Unit, User
from ninghai.staff_site.record_pages import WORK
from ninghai.web.http import AuthenticatedRequest
from ninghai.web.posted import only

# A unit's own list of its items (信息公开): what is under way first, found by words and by state.

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


PAGE_SIZE = 20
pages = ItemRecordPage(WORK, OF_EITHER)


@require_safe
def item_list(request: AuthenticatedRequest) -> HttpResponse:
    """The unit's items, those under way first."""
    if request.user.acting is None:
        raise PermissionDenied
    found = WorkListFilter(request.GET, queryset=own_items(request.user))
    items = found.qs if found.is_valid() else Item.objects.none()
    page = Paginator(open_first(items).for_list(), PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "filter_form": found.form,
        "narrowed": any(request.GET.get(name) for name in found.filters),
        "page": page,
        "rows": _rows(request, list(page)),
        "params": only(request.GET, [*found.filters, "page"]),
        "can_draft": rules.can_draft(request.user),
    }
    return render(request, "disclosure/work_item_list.html", context)


def _rows(request: AuthenticatedRequest, items: list[Item]) -> list[tuple[Item, str, str, int, str]]:
    """Each with its address, its tone, how many files it has, and what this person has to do with it."""
    counted = Attachment.objects.filter(item__in=items).order_by().values_list("item").annotate(Count("pk"))
    files = dict(counted)
    return [
        (item, pages.url(item), TONES.get(item.status, "late"), files.get(item.pk, 0), _act(request, item))
        for item in items
    ]


def _act(request: AuthenticatedRequest, item: Item) -> str:
    """What this person has to do with the item now."""
    if rules.can_check(request.user, item):
        return "等您审核"
    if rules.can_answer_after(request.user, item, Answer.Kind.SECRECY):
        return "紧急公开，等您补充审查"
    if rules.can_revise(request.user, item) and item.next_review_date and item.next_review_date <= clock.today():
        return "到期评估能否公开，请修订"
    return "等您修改" if rules.can_edit(request.user, item) and item.return_reason else ""
