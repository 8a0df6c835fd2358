"""The front page: search first, what is new and what is used most, how the year's work stands, the columns; terms and site map."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from disclosure.catalogue.facets import count_of
from disclosure.catalogue.query import Busy, CatalogueQuery
from disclosure.catalogue.search.query_words import LONGEST_QUERY
from disclosure.catalogue.terms_of_use import PARAGRAPHS, TERMS_NAME
from disclosure.catalogue.views import follow_all, pairs
from disclosure.models import Item
from disclosure.models.item import ItemQuerySet
from disclosure.site_columns.services import open_columns
from ninghai.calendar import clock
from ninghai.calendar.clock import end_of
from ninghai.staff_site.years import this_year
from ninghai.web.http import site_of, trail_from_home
from ninghai.web.public_pages.revision import revision_of
from tasks.models import WorkPointNotice
from tasks.models.states import NoticeStatus
from tasks.notices.editions import in_force
from tasks.public_progress.counts import Counts, public_units, total

# What the front page shows besides the newest items: what is used most, which kinds there are, how the year stands.

AMONG_NEWEST = 2000  # so many newest items compete for being the most used: what people look for now


@dataclass(frozen=True, slots=True)
class YearStanding:
    """How the newest notice's work stands at the end of a day."""

    year: int
    on: date
    points: int
    counts: Counts

    @property
    def url(self) -> str:
        return reverse("tasks:progress-year", args=[self.year])


def most_used(published: ItemQuerySet, *, most: int) -> ItemQuerySet:
    """The items with the most views among the newest."""
    newest = published.newest_first().values("pk")[:AMONG_NEWEST]
    among = published.filter(pk__in=newest, view_count__gt=0)
    return among.for_list().order_by("-view_count", "-pk")[:most]


def open_kinds(published: ItemQuerySet) -> list[tuple[str, str]]:
    """The kinds of which something is published."""
    return [(kind.value, kind.label) for kind in Item.Kind if published.filter(kind=kind).exists()]


@dataclass(frozen=True, slots=True)
class HowMany:
    """How many items are public, and of which kinds, in words; empty while too many people have things counted."""

    total: str = ""
    kinds: Sequence[tuple[Item.Kind, str]] = ()


def how_many(request: HttpRequest, *, at: datetime) -> HowMany:
    """As the catalogue counts them, once for each state of the public content."""
    try:
        tally = CatalogueQuery(QueryDict(), at=at, revision=revision_of(request)).tally
    except Busy:
        return HowMany()
    kinds = ((kind, tally.counts["kind"][kind.value]) for kind in Item.Kind)
    words = [(kind, count_of(number, is_least=tally.is_least)) for kind, number in kinds if number]
    return HowMany(count_of(tally.total) if tally.total else "", words)


def year_standing(*, at: datetime) -> YearStanding | None:
    """The year's notice among those that were issued before today, as of yesterday."""
    on = timezone.localdate(at) - timedelta(days=1)
    issued = WorkPointNotice.objects.filter(status=NoticeStatus.ISSUED, issued_at__lt=end_of(on))
    notices = {notice.year: notice for notice in issued}
    if not notices:
        return None
    notice = notices[this_year(notices, on=on)]
    counts = total(public_units(notice=notice, on=on))
    return YearStanding(year=notice.year, on=on, points=in_force(notice, on=on).count(), counts=counts)


# The front page: search first, what is new and what is used most, how the year's work stands, the columns.

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
            "most_used": most_used(published, most=FEW),
            "pairs": pairs(at=now)[:FEW],
            "columns": open_columns(at=now),
            "how_many": how_many(request, at=now),
            "year": year_standing(at=now),
            "longest_query": LONGEST_QUERY,
            "site": site_of(request),
            "follow": follow_all(),
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
        "site": site_of(request),
        "follow": follow_all(),
        "trail": trail_from_home(("公开目录", reverse("disclosure:item-list")), (TERMS_NAME, "")),
    }
    return render(request, "disclosure/terms.html", context)


@login_not_required
@require_safe
def site_map(request: HttpRequest) -> HttpResponse:
    """网站地图: every entrance to the public site, those behind which there is nothing left out."""
    now = clock.now()
    context = {
        "columns": open_columns(at=now),
        "kinds": open_kinds(Item.objects.published(now)),
        "has_pairs": pairs(at=now).exists(),
        "site": site_of(request),
        "follow": follow_all(),
        "trail": trail_from_home(("网站地图", "")),
    }
    return render(request, "disclosure/site_map.html", context)
