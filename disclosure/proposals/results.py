"""`/proposals/`, 建议提案办理结果: the replies that are public, with what they decide and how they are open, and how many there are in all.

A row needs a published item; of what is kept back, or not public yet, nothing but its count is shown.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from functools import partial
from http import HTTPStatus
from typing import Any

import django_filters
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from disclosure.catalogue.downloads import refused
from disclosure.interaction.doors import Door, DoorGroup, register_doors
from disclosure.models import Item, ProposalKind, ProposalOpenness, ProposalReply
from disclosure.proposals.kind import PROPOSAL
from disclosure.proposals.letter import ENTRY as NAME
from disclosure.proposals.letter import helping_units
from disclosure.proposals.standards import Categories
from disclosure.requests.desk.register import years_of
from ninghai.calendar import clock
from ninghai.files.response import content_response
from ninghai.files.workbooks.writing import CSV, XLSX, as_csv, as_xlsx
from ninghai.models import Unit
from ninghai.web.http import site_of, trail_from_home
from ninghai.web.posted import only
from ninghai.web.rate_limit import limited, searches

PAGE_SIZE = 20
FORMATS = (("Excel", "xlsx"), ("CSV", "csv"))
COLUMNS = (
    *("年度", "类别", "届次", "编号", "事由", "提出人身份", "主办单位", "协办单位", "办理结果类别", "公开方式"),
    *("答复日期", "答复文号", "网址"),
)

register_doors(
    Door(
        DoorGroup.RESULTS,
        30,
        "proposal-results",
        NAME,
        "人大代表建议、政协提案的答复，按年度、单位查。",
        "disclosure:proposal-results",
    )
)


class ResultFilter(django_filters.FilterSet):  # type: ignore[misc]
    q = django_filters.CharFilter(
        label="事由", field_name="proposal__case__subject", lookup_expr="icontains", max_length=80
    )
    year = django_filters.ChoiceFilter(
        label="年度", field_name="proposal__case__year", choices=partial(years_of, PROPOSAL), empty_label="全部"
    )
    kind = django_filters.ChoiceFilter(
        label="类别", field_name="proposal__kind", choices=ProposalKind.choices, empty_label="全部"
    )
    unit = django_filters.ModelChoiceFilter(
        label="主办单位",
        field_name="proposal__case__unit",
        queryset=Unit.objects.all(),
        to_field_name="code",
        empty_label="全部",
    )
    category = django_filters.ChoiceFilter(
        label="办理结果类别", choices=lambda: Categories().labels(on=clock.today()), empty_label="全部"
    )
    openness = django_filters.ChoiceFilter(label="公开方式", choices=ProposalOpenness.choices[:2], empty_label="全部")


def signed() -> QuerySet[ProposalReply]:
    """All replies that are out, the latest first."""
    replies = ProposalReply.objects.filter(paper__isnull=False, proposal__is_void=False)
    return replies.order_by("-paper__dated", "-pk")


def public_replies(replies: QuerySet[ProposalReply]) -> QuerySet[ProposalReply]:
    """Those that everybody may read, with what a row shows."""
    published = replies.filter(item__in=Item.objects.published(clock.now()).values("pk"))
    return published.select_related("proposal__case__unit", "paper", "item").prefetch_related("proposal__parts__unit")


def counts(replies: QuerySet[ProposalReply]) -> dict[str, Any]:
    """How many were replied to, by the last reply of each: how open, of which category; and how many are public by now."""
    later = ProposalReply.objects.filter(
        proposal=OuterRef("proposal"), paper__isnull=False, round__gt=OuterRef("round")
    )
    last = replies.exclude(Exists(later))
    rows = list(last.values_list("openness", "category"))
    by_openness, by_category = Counter(row[0] for row in rows), Counter(row[1] for row in rows)
    categories, today = Categories(), clock.today()
    return {
        "total": len(rows),
        "public": public_replies(last).count(),
        "openness": [(each.label, by_openness[each.value]) for each in ProposalOpenness],
        "categories": [(categories.label(code, on=today), by_category[code]) for code in sorted(by_category)],
    }


def rows_of(replies: Iterable[ProposalReply]) -> Iterator[dict[str, Any]]:
    """Each with its category in the words of its day, as the reply itself has them."""
    categories = Categories()
    for reply in replies:
        on = reply.paper.dated if reply.paper else clock.today()
        category = categories.label(reply.category, on=on)
        yield {"reply": reply, "proposal": reply.proposal, "co_units": helping_units(reply), "category": category}


def _narrowed(request: HttpRequest) -> tuple[ResultFilter, QuerySet[ProposalReply]]:
    found = ResultFilter(request.GET, queryset=signed())
    return found, found.qs if found.is_valid() else signed().none()


def _counted(request: HttpRequest) -> QuerySet[ProposalReply]:
    """By year, kind and unit alone: who searches for a word learns nothing of what is not public."""
    found = ResultFilter(only(request.GET, ["year", "kind", "unit"]), queryset=signed())
    return found.qs if found.is_valid() else signed().none()


# The pages.


@login_not_required
@require_safe
@limited("search", counts=searches)
def results(request: HttpRequest) -> HttpResponse:
    found, replies = _narrowed(request)
    page, params = reverse("disclosure:proposal-results-file"), only(request.GET, [*found.filters, "page"])
    shown = Paginator(public_replies(replies), PAGE_SIZE).get_page(request.GET.get("page"))
    kept = only(request.GET, found.filters).urlencode()
    context = {
        "filter_form": found.form,
        "narrowed": any(request.GET.get(name) for name in found.filters),
        "counts": counts(_counted(request)),
        "rows": list(rows_of(shown.object_list)),
        "page": shown,
        "params": params,
        "downloads": [(label, f"{page}?format={ending}&{kept}") for label, ending in FORMATS],
        "trail": trail_from_home(("公开目录", reverse("disclosure:item-list")), (NAME, "")),
    }
    return render(request, "disclosure/proposals.html", context)


@login_not_required
@require_safe
@limited("export")
def results_file(request: HttpRequest) -> HttpResponse:
    """The rows of the list as it is filtered, as .xlsx or .csv."""
    found, replies = _narrowed(request)
    wanted = request.GET.get("format", "csv")
    if wanted not in dict(FORMATS).values() or not found.is_valid():
        reason = "下载格式或者筛选条件无法识别。请回到建议提案办理结果重新选择。"
        return refused(request, reason, status=HTTPStatus.BAD_REQUEST, back=reverse("disclosure:proposal-results"))
    site = site_of(request)
    rows = [COLUMNS, *(_cells(row, site=site) for row in rows_of(public_replies(replies)))]
    name = f"{NAME}-{clock.today():%Y%m%d}.{wanted}"
    if wanted == "csv":
        return content_response("".join(as_csv(rows)).encode(), name=name, media_type=CSV)
    return content_response(as_xlsx(rows, title=NAME), name=name, media_type=XLSX)


def _cells(row: dict[str, Any], *, site: str) -> tuple[str, ...]:
    reply, proposal = row["reply"], row["proposal"]
    return (
        *(f"{proposal.case.year}", proposal.get_kind_display(), proposal.session, f"{proposal.number}"),
        *(proposal.case.subject, proposal.role, proposal.case.unit.name, row["co_units"], row["category"]),
        *(reply.get_openness_display(), f"{reply.paper.dated}", reply.paper.number),
        f"{site}{reply.item.get_absolute_url()}",
    )
