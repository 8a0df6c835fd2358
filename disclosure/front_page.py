"""What the front page shows besides the newest items: what is used most, which kinds there are, how the year stands.

Views change no page: the most used are ordered when something else has changed the front page, or a day has passed. The
year is told as of yesterday's end, so that it is one and the same all day and no clerk's saving renders the page anew.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.urls import reverse
from django.utils import timezone

from disclosure.models import Item
from disclosure.models.item import ItemQuerySet
from ninghai.clock import end_of
from tasks.models import WorkPointNotice
from tasks.public_progress import Counts, public_units, total
from tasks.states import NoticeStatus

AMONG_NEWEST = 2000  # so many newest items compete for being the most used: what people look for now


@dataclass(frozen=True, slots=True)
class YearStanding:
    """How the newest notice's work stands at the end of a day."""

    year: int
    on: date
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


def year_standing(*, at: datetime) -> YearStanding | None:
    """The newest notice that was issued before today, as of yesterday."""
    on = timezone.localdate(at) - timedelta(days=1)
    issued = WorkPointNotice.objects.filter(status=NoticeStatus.ISSUED, issued_at__lt=end_of(on))
    notice = issued.order_by("-year", "-pk").first()
    if notice is None:
        return None
    return YearStanding(year=notice.year, on=on, counts=total(public_units(notice=notice, on=on)))
