"""`/catalogue/interpretations/`: policies beside their interpretations."""

from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from disclosure.interpretation_pairs import pairs
from ninghai import clock
from ninghai.parameters import only

PAGE_SIZE = 20


@login_not_required
@require_safe
def interpretation_pairs(request: HttpRequest) -> HttpResponse:
    page = Paginator(pairs(at=clock.now()), PAGE_SIZE).get_page(request.GET.get("page"))
    trail = [("首页", reverse("disclosure:home")), ("公开目录", reverse("disclosure:item-list")), ("政策与解读", "")]
    context = {"page": page, "params": only(request.GET, ["page"]), "trail": trail}
    return render(request, "disclosure/interpretations.html", context)
