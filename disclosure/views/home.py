"""The front page: search first, what is new and what is used most, how the year's work stands, the columns."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from disclosure.front_page import most_used, open_kinds, year_standing
from disclosure.interpretation_pairs import pairs
from disclosure.models import Item
from disclosure.search import LONGEST_QUERY
from disclosure.site_columns.standing import open_columns
from disclosure.terms import PARAGRAPHS, TERMS_NAME
from ninghai import clock

NEWEST = 8
FEW = 5


@login_not_required
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    now = clock.now()
    published = Item.objects.published(now)
    newest = published.newest_first().for_list()
    return render(
        request,
        "disclosure/home.html",
        {
            "newest": newest.filter(is_imported=False)[:NEWEST] or newest[:NEWEST],  # what was old elsewhere is no news
            "announcements": newest.filter(kind=Item.Kind.ANNOUNCEMENT)[:FEW],
            "most_used": most_used(published, most=FEW),
            "pairs": pairs(at=now)[:FEW],
            "columns": open_columns(at=now),
            "kinds": open_kinds(published),
            "year": year_standing(at=now),
            "longest_query": LONGEST_QUERY,
        },
    )


@login_not_required
@require_safe
def terms(request: HttpRequest) -> HttpResponse:
    """使用说明: on what terms the information may be used; the address that open data name as their licence."""
    context = {
        "name": TERMS_NAME,
        "paragraphs": PARAGRAPHS,
        "elsewhere": settings.DATA_TERMS_URL,
        "trail": [
            ("首页", reverse("disclosure:home")),
            ("公开目录", reverse("disclosure:item-list")),
            (TERMS_NAME, ""),
        ],
    }
    return render(request, "disclosure/terms.html", context)


@login_not_required
@require_safe
def site_map(request: HttpRequest) -> HttpResponse:
    """网站地图: every door of the public site, those behind which there is nothing left out."""
    now = clock.now()
    context = {
        "columns": open_columns(at=now),
        "kinds": open_kinds(Item.objects.published(now)),
        "has_pairs": pairs(at=now).exists(),
        "trail": [("首页", reverse("disclosure:home")), ("网站地图", "")],
    }
    return render(request, "disclosure/site_map.html", context)
