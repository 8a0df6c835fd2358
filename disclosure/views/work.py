"""`/work/items/`: the unit drafts, its head checks; made for a phone."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from disclosure import rules
from disclosure.models import Answer, Item
from disclosure.privacy import acts as privacy_acts
from disclosure.views import life_acts
from disclosure.views.acts import Pages, item_of
from disclosure.work_list import WorkListFilter, open_first, own_items
from ninghai import clock
from ninghai.http import AuthenticatedRequest, act_on
from ninghai.parameters import only

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
    offered=life_acts.OF_EITHER,
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


@require_POST
def item_autosave(request: AuthenticatedRequest, pk: int | None = None) -> JsonResponse:
    return pages.autosave(request, pk)


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
    act = life_acts.OF_EITHER[name]

    def view(request: AuthenticatedRequest, pk: int) -> HttpResponse:
        return act(pages, request, pk)

    return act_on(_item_page)(view)
