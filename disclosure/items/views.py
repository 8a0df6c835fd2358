"""`/work/items/`: the unit drafts, its head checks; made for a phone."""

from collections.abc import Callable
from typing import Any

import django_filters
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Case, IntegerField, Q, Value, When
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from disclosure.items import actions as items_actions
from disclosure.items import rules
from disclosure.items.actions import Pages, item_of
from disclosure.models import Answer, Item
from disclosure.models.item import ItemQuerySet
from disclosure.models.states import ItemStatus
from disclosure.privacy import actions as privacy_acts
from ninghai.calendar import clock
from ninghai.models import Unit, User
from ninghai.web.http import AuthenticatedRequest, act_on
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


# `/work/items/`: the unit drafts, its head checks; made for a phone.

PAGE_SIZE = 20
TONES = {
    "draft": "draft",
    "discarded": "draft",
    "with_head": "due",
    "in_review": "info",
    "approved": "info",
    "published": "good",
}


def _url(item: Item) -> str:
    return reverse("disclosure:work-item-detail", args=[item.pk])


def _context(request: AuthenticatedRequest, item: Item | None) -> dict[str, Any]:
    return {"tone": TONES.get(item.status, "late") if item else ""}


pages = Pages(
    form="disclosure/work_item_form.html",
    detail="disclosure/work_item_detail.html",
    acts="disclosure:work-item-",
    offered=items_actions.OF_EITHER,
    url=_url,
    mask_url="disclosure:work-item-mask-file",
    context=_context,
)


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
        "rows": [(item, _url(item), TONES.get(item.status, "late"), _act(request, item)) for item in page],
        "params": only(request.GET, [*found.filters, "page"]),
        "can_draft": rules.can_draft(request.user),
    }
    return render(request, "disclosure/work_item_list.html", context)


def _act(request: AuthenticatedRequest, item: Item) -> str:
    """What this person has to do with the item now."""
    if rules.can_check(request.user, item):
        return "等您审核"
    if rules.can_answer_after(request.user, item, Answer.Kind.SECRECY):
        return "紧急公开，等您补充审查"
    if rules.can_revise(request.user, item) and item.next_review_date and item.next_review_date <= clock.today():
        return "到期评估能否公开，请修订"
    return "等您修改" if rules.can_edit(request.user, item) and item.return_reason else ""


@require_http_methods(["GET", "HEAD", "POST"])
def item_new(request: AuthenticatedRequest) -> HttpResponse:
    return pages.write(request, None)


item_autosave = require_POST(pages.autosave)


@require_safe
def item_detail(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    return pages.show(request, item_of(request.user, pk))


@require_http_methods(["GET", "HEAD", "POST"])
def item_edit(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    return pages.write(request, item_of(request.user, pk))


def _item_page(request: AuthenticatedRequest, pk: int) -> str:
    return reverse("disclosure:work-item-detail", args=[pk])


@act_on(_item_page)
def item_submit(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    return pages.submit(request, pk)


@act_on(_item_page)
def item_pass(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    return pages.pass_on(request, pk)


@act_on(_item_page)
def item_return(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    return pages.send_back(request, pk)


@act_on(_item_page)
def item_rule(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    return privacy_acts.rule(pages, request, pk)


@act_on(_item_page)
def item_mask_text(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    return privacy_acts.mask_words(pages, request, pk)


def _item_page_of_file(request: AuthenticatedRequest, pk: int, attachment: int) -> str:
    return _item_page(request, pk)


@act_on(_item_page_of_file)
def item_mask_file(request: AuthenticatedRequest, pk: int, attachment: int) -> HttpResponse:
    return privacy_acts.mask_file(pages, request, pk, attachment)


def life_act(name: str) -> Callable[..., HttpResponse]:
    """One of the acts of `life_acts`, at an address of its own."""
    act = items_actions.OF_EITHER[name]

    def view(request: AuthenticatedRequest, pk: int) -> HttpResponse:
        return act(pages, request, pk)

    return act_on(_item_page)(view)
