"""`/disclosure/`: the disclosure site named 政府信息公开, with its four columns."""

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from disclosure.models import SitePage
from disclosure.site_columns import services
from disclosure.site_columns.services import public_blocks
from ninghai.calendar import clock
from ninghai.web.http import trail_from_home

NAME = "政府信息公开"
SHOWN = 50  # items on a column's page; all of them stand in the catalogue


@login_not_required
@require_safe
def columns(request: HttpRequest) -> HttpResponse:
    """The columns that hold something."""
    trail = trail_from_home((NAME, ""))
    context = {"columns": services.contents_of_columns(at=clock.now()), "trail": trail, "name": NAME}
    return render(request, "disclosure/site_columns.html", context)


@login_not_required
@require_safe
def column(request: HttpRequest, column: SitePage.Column) -> HttpResponse:
    """One column: the office's text, and what is published in it. An empty column is not there."""
    now = clock.now()
    others = services.open_columns(at=now)
    if column not in [each.column for each in others]:
        raise Http404("这个栏目还没有内容。")
    body = SitePage.objects.filter(column=column).values_list("body", flat=True).first() or ""
    trail = trail_from_home((NAME, reverse("disclosure:columns")), (column.label, ""))
    context: dict[str, Any] = {
        "column": column,
        "lead": services.LEADS[column],
        "blocks": public_blocks(body),
        "columns": others,
        "trail": trail,
    }
    if column in services.LISTED:
        context |= {"items": services.items_of(column, at=now)[:SHOWN], "entries": services.entries_of(column)}
    if column == SitePage.Column.STATUTORY:
        context |= {"headings": services.open_headings(at=now), "topics": services.open_topics(at=now)}
    return render(request, "disclosure/site_column.html", context)
