"""The public catalogue: list and search, one item, policies beside their interpretations. Everything starts from what is published now."""

from datetime import datetime
from urllib.parse import quote

from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Page, Paginator
from django.db.models import Prefetch
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from disclosure.catalogue import item_page
from disclosure.catalogue.archives import come_in_one_archive
from disclosure.catalogue.facets import chosen_facets, files_to_pack, hint, orders, rendered_facets
from disclosure.catalogue.query import PAGE_SIZE, Busy, CatalogueQuery
from disclosure.catalogue.rows import rows_of
from disclosure.catalogue.search.hits import suggested_titles
from disclosure.catalogue.search.query_words import LONGEST_QUERY
from disclosure.models import Item
from disclosure.models.item import ItemQuerySet
from disclosure.models.states import ItemStatus
from disclosure.open_formats.structured_data import data_block, item_record
from ninghai.calendar import clock
from ninghai.notifications import email
from ninghai.web.http import busy, site_of, trail_from_home
from ninghai.web.posted import only
from ninghai.web.public_pages.revision import revision_of
from ninghai.web.rate_limit import limited, searches


def follow_all() -> str:
    """Where everything that is published is followed by e-mail; empty where the portal sends none."""
    return reverse("disclosure:follow") if email.is_on() else ""


@login_not_required
@require_safe
@limited("search", counts=searches)
def item_list(request: HttpRequest) -> HttpResponse:
    """`/catalogue/`: all of it, or what words and filters leave; htmx takes the list alone."""
    catalogue = CatalogueQuery(request.GET, at=clock.now(), revision=revision_of(request))
    template = "disclosure/_item_list.html" if request.htmx else "disclosure/item_list.html"  # type: ignore[attr-defined]
    try:
        response = render(request, template, _list_context(request, catalogue))
    except Busy:
        return busy(request, "现在查询的人较多。", seconds=5)
    patch_vary_headers(response, ["HX-Request"])
    return response


def _list_context(request: HttpRequest, catalogue: CatalogueQuery) -> dict[str, object]:
    """The page of the list that is asked for, and what stands around it."""
    page = catalogue.page(request.GET.get("page", ""))
    units = catalogue.options.by_key["unit"]
    rows = rows_of(list(page), words=catalogue.words, units=units, at=catalogue.at) if page else []
    return {
        "catalogue": catalogue,
        "chosen": chosen_facets(catalogue.labels, params=catalogue.chosen),
        "narrowing": rendered_facets(catalogue),
        "page": page,
        "rows": rows,
        "orders": orders(catalogue),
        "files": files_to_pack(catalogue) if rows else 0,
        "total": catalogue.found.total,
        "hint": None if rows else hint(catalogue, has_page=page is not None, address=request.path),
        "params": catalogue.params,
        "export_query": catalogue.params.urlencode(),
        "feed": catalogue.url_of("disclosure:feed"),
        "follow": catalogue.url_of("disclosure:follow") if email.is_on() else "",
        "site": site_of(request),
        "longest_query": LONGEST_QUERY,
        "trail": trail_from_home(("公开目录", "")),
        "canonical": _canonical(request, catalogue, page),
    }


@login_not_required
@require_safe
@limited("search", counts=searches)
def suggest(request: HttpRequest) -> HttpResponse:
    """`/catalogue/suggest/?q=`: titles for somebody who types, as {"titles": […]}."""
    now = clock.now()
    words = request.GET.get("q", "")[:LONGEST_QUERY]
    return JsonResponse({"titles": suggested_titles(Item.objects.published(now), words, at=now)})


def _canonical(request: HttpRequest, catalogue: CatalogueQuery, page: Page[Item] | None) -> str:
    """The one address of this list and page, whatever else stood in the one that was asked for."""
    address = catalogue.url_of("disclosure:item-list")
    if page is not None and page.number > 1:
        address += f"{'&' if '?' in address else '?'}page={page.number}"
    return request.build_absolute_uri(address)


@login_not_required
@require_safe
def item_detail(request: HttpRequest, index_number: str) -> HttpResponse:
    """One item: what is published, or what was withdrawn with its text kept; 410 or 404 for anything else."""
    now = clock.now()
    item = item_page.item_at_address(index_number, at=now)
    if item is None:
        return withdrawn_or_unknown(request, index_number)
    files, related, site = item_page.files_of(item), item_page.related_to(item, at=now), site_of(request)
    is_counted = request.method == "GET" and item.status == ItemStatus.PUBLISHED
    return render(
        request,
        "disclosure/item_detail.html",
        {
            **item_page.article_context(item, files, related),
            "meta": item_page.article_meta(item, url=request.build_absolute_uri(quote(request.path))),
            "is_packed": item.status == ItemStatus.PUBLISHED and len(files) > 1 and come_in_one_archive(files),
            "views": item_page.count_view(item) if is_counted else item.view_count,
            "address": site + item.get_absolute_url(),
            "structured": data_block(item_record(item, files, site=site)),
        },
    )


@login_not_required
@require_safe
def item_qr_code(request: HttpRequest, index_number: str) -> HttpResponse:
    """The address of an item's page as a picture for telephones (二维码)."""
    item = item_page.item_at_address(index_number, at=clock.now())
    if item is None:
        return withdrawn_or_unknown(request, index_number)
    drawn = item_page.drawn_address(site_of(request) + item.get_absolute_url())
    return HttpResponse(drawn, content_type="image/svg+xml")


def withdrawn_or_unknown(request: HttpRequest, index_number: str) -> HttpResponse:
    withdrawn = Item.objects.withdrawn().filter(index_number=index_number)
    item = withdrawn.only("withdrawal_reason", "withdrawal_notice", "withdrawn_at").first()
    if item is None:
        raise Http404("没有这个索引号的公开信息。")
    shown = {
        "reason": f"撤回原因：{item.get_withdrawal_reason_display()}。",
        "notice": item.withdrawal_notice,
        "withdrawn_at": item.withdrawn_at,
    }
    return render(request, "410.html", shown, status=410)


# 政策与解读: the published policies that a published interpretation explains, each with its interpretations.


def pairs(*, at: datetime) -> ItemQuerySet:
    """The policies, newest first, with `public_interpretations`; what is not public, on either side, is left out."""
    published = Item.objects.published(at)
    explaining = published.exclude(explains=None)
    interpretations = Prefetch(
        "interpretations",
        queryset=explaining.order_by("published_at", "pk").for_list(),
        to_attr="public_interpretations",
    )
    policies = published.filter(pk__in=explaining.values("explains"))
    return policies.newest_first().for_list().prefetch_related(interpretations)


@login_not_required
@require_safe
def interpretation_pairs(request: HttpRequest) -> HttpResponse:
    page = Paginator(pairs(at=clock.now()), PAGE_SIZE).get_page(request.GET.get("page"))
    trail = trail_from_home(("公开目录", reverse("disclosure:item-list")), ("政策与解读", ""))
    context = {"page": page, "params": only(request.GET, ["page"]), "trail": trail}
    return render(request, "disclosure/interpretations.html", context)
