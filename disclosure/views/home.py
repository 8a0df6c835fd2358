"""The front page: search first, what is new, how the year's work stands."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from disclosure.models import Item
from disclosure.search import LONGEST_QUERY
from ninghai import clock

NEWEST = 8
DOCUMENTS = 5


@login_not_required
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    published = Item.objects.published(clock.now()).newest_first().for_list()
    kinds = [(kind.value, kind.label) for kind in Item.Kind]
    return render(
        request,
        "disclosure/home.html",
        {
            "newest": published[:NEWEST],
            "announcements": published.filter(kind=Item.Kind.ANNOUNCEMENT)[:DOCUMENTS],
            "kinds": kinds,
            "longest_query": LONGEST_QUERY,
        },
    )
