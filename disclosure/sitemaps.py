"""What search engines are told: the site map and robots.txt."""

from datetime import datetime

from django.contrib.auth.decorators import login_not_required
from django.contrib.sitemaps import Sitemap
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from disclosure.models import Item
from ninghai import clock
from tasks.models import WorkPoint
from tasks.states import NoticeStatus

NEWEST = 10_000
CLOSED = ("/work/", "/admin/", "/login/", "/start/", "/catalogue/export/")


class ItemSitemap(Sitemap[Item]):
    """The newest items of the catalogue."""

    limit = NEWEST

    def items(self) -> list[Item]:
        published = Item.objects.published(clock.now()).newest_first()
        return list(published.only("index_number", "published_at")[:NEWEST])

    def lastmod(self, item: Item) -> datetime | None:
        return item.published_at


class PageSitemap(Sitemap[str]):
    """The standing public pages."""

    def items(self) -> list[str]:
        return ["disclosure:home", "disclosure:item-list", "disclosure:basic-catalogue", "tasks:progress"]

    def location(self, item: str) -> str:
        return reverse(item)


class ProgressSitemap(Sitemap[str]):
    """How each issued notice stands: the year, its units, each point."""

    limit = NEWEST

    def items(self) -> list[str]:
        issued = WorkPoint.objects.filter(notice__status=NoticeStatus.ISSUED)
        points = issued.order_by("-notice__year", "position").values_list("notice__year", "key")[:NEWEST]
        years = dict.fromkeys(year for year, _ in points)
        return [
            *(reverse(f"tasks:progress-{page}", args=[year]) for year in years for page in ("year", "units")),
            *(reverse("tasks:progress-point", args=each) for each in points),
        ]

    def location(self, item: str) -> str:
        return item


SITEMAPS = {"pages": PageSitemap, "progress": ProgressSitemap, "items": ItemSitemap}


@login_not_required
@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    sitemap = request.build_absolute_uri(reverse("disclosure:sitemap"))
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in CLOSED), f"Sitemap: {sitemap}", ""]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")
