"""What search engines are told: the site map in parts of at most 50,000 addresses (sitemaps.org), and robots.txt.

A part holds the items whose keys lie in one range of 50,000: it can never hold more, is read along the primary key, and
stays as it is when others grow. The index names the ranges that hold something public, each with its last change.
"""

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from itertools import chain
from xml.sax.saxutils import escape

from django.contrib.auth.decorators import login_not_required
from django.db.models import F, Max
from django.db.models.functions import Coalesce
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from disclosure.catalogue.rows import address_in
from disclosure.models import Item, Knowledge, OneThing, Service
from ninghai.calendar import clock
from ninghai.web.http import site_of
from ninghai.web.quick_reads import takes_long
from tasks.models import WorkPoint
from tasks.models.states import NoticeStatus

PART = 50_000
CLOSED = (
    "/work/",
    "/admin/",
    "/login/",
    "/account/",
    "/start/",
    "/display/",
    "/catalogue/export/",
    "/catalogue/attachments/",
)
STANDING = (
    "disclosure:home",
    "disclosure:item-list",
    "disclosure:service-list",
    "disclosure:proposal-results",
    "disclosure:knowledge-list",
    "disclosure:basic-catalogue",
    "disclosure:interaction",
    "disclosure:hotline",
    "disclosure:hotline-figures",
    "disclosure:corrections",
    "disclosure:site-map",
    "disclosure:terms",
    "disclosure:column-guide",
    "disclosure:column-rules",
    "disclosure:column-statutory",
    "disclosure:column-annual",
    "tasks:progress",
    "deadline",
)
XML = "application/xml; charset=utf-8"
LAST_CHANGE = Coalesce("updated_at", "published_at")
NAMESPACE = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
Place = tuple[str, date | datetime | None]  # an address and when it changed last


@takes_long
@login_not_required
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """`/sitemap.xml`: the parts."""
    ranges = Item.objects.published(clock.now()).order_by().values_list(F("pk") / PART)
    items = [
        (reverse("disclosure:sitemap-items", args=[number]), last)
        for number, last in ranges.annotate(last=Max(LAST_CHANGE)).order_by(F("pk") / PART)
    ]
    places = [(reverse("disclosure:sitemap-pages"), None), *items]
    return HttpResponse(_xml("sitemapindex", "sitemap", places, site=site_of(request)), content_type=XML)


@login_not_required
@require_safe
def pages(request: HttpRequest) -> HttpResponse:
    """The standing pages; how each issued notice stands: the year, its units, each point; each service, 一件事 and answer."""
    places = chain(map(reverse, STANDING), progress(), services(), knowledge())
    return HttpResponse(_xml("urlset", "url", ((each, None) for each in places), site=site_of(request)), XML)


def progress() -> Iterator[str]:
    issued = WorkPoint.objects.filter(notice__status=NoticeStatus.ISSUED).order_by("-notice__year", "position")
    points = list(issued.values_list("notice__year", "key")[: PART // 2])
    for year in dict.fromkeys(year for year, _ in points):
        yield from (reverse(f"tasks:progress-{page}", args=[year]) for page in ("year", "units"))
    yield from (reverse("tasks:progress-point", args=each) for each in points)


def services() -> Iterator[str]:
    codes = Service.objects.open_to_the_public(on=clock.today()).order_by("code").values_list("code", flat=True)
    yield from (reverse("disclosure:service", args=[code]) for code in codes[: PART // 4])
    shown = OneThing.objects.filter(is_shown=True).order_by("code").values_list("code", flat=True)
    yield from (reverse("disclosure:one-thing", args=[code]) for code in shown[: PART // 100])


def knowledge() -> Iterator[str]:
    numbers = Knowledge.objects.held(on=clock.today()).order_by("number").values_list("number", flat=True)
    yield from (reverse("disclosure:knowledge", args=[number]) for number in numbers[: PART // 5])


@takes_long
@login_not_required
@require_safe
def items(request: HttpRequest, number: int) -> StreamingHttpResponse:
    """The published items of one range of keys."""
    if number > 2**62 // PART:
        raise Http404("站点地图没有这一部分。")
    within = Item.objects.published(clock.now()).filter(pk__gte=number * PART, pk__lt=(number + 1) * PART)
    rows = list(within.order_by("pk").values_list("index_number", LAST_CHANGE))
    if not rows:
        raise Http404("站点地图没有这一部分。")
    places = ((address_in(str(index_number)), at) for index_number, at in rows)
    return StreamingHttpResponse(_xml("urlset", "url", places, site=site_of(request)), content_type=XML)


def _xml(whole: str, each: str, places: Iterable[Place], *, site: str) -> Iterator[str]:
    yield f'<?xml version="1.0" encoding="UTF-8"?>\n<{whole} {NAMESPACE}>\n'
    piece: list[str] = []
    for address, changed in places:
        day = changed.astimezone(timezone.get_current_timezone()).date() if isinstance(changed, datetime) else changed
        last = f"<lastmod>{day}</lastmod>" if day else ""
        piece.append(f"<{each}><loc>{escape(site + address)}</loc>{last}</{each}>\n")
        if len(piece) == PART // 50:
            yield "".join(piece)
            piece = []
    yield f"{''.join(piece)}</{whole}>\n"


@login_not_required
@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    sitemap = request.build_absolute_uri(reverse("disclosure:sitemap"))
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in CLOSED), f"Sitemap: {sitemap}", ""]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")
