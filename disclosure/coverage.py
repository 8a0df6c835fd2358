"""What units made public in time (公开覆盖), for the score: 20 working days from an item's 成文日期.

The limit is 条例 2008 第18条 and 条例 2019 第26条: 自信息形成或者变更之日起20个工作日内. What was never published is
not known to be owed, and is not counted.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping
from datetime import date

from django.db.models import Q
from django.utils import timezone

from disclosure.models import Item
from disclosure.states import DisclosureMethod, ItemStatus
from ninghai.workdays import WorkCalendar
from tasks.scores.coverage import Coverage, LatePiece

LIMIT = 20  # working days


def items_in_time(*, year: int, on: date) -> Mapping[int, Coverage]:
    """By unit: its items of that year's 成文日期 that were public at the end of the day."""
    calendar = WorkCalendar.load()
    in_time: Counter[int] = Counter()
    lapses: defaultdict[int, list[LatePiece]] = defaultdict(list)
    limits: dict[date, date] = {}
    for item in _public_items(year, on):
        formed, published = item.formed_date, _public_on(item)
        if formed is None or published is None:
            continue
        limit = limits.setdefault(formed, calendar.nth_workday_after(formed, LIMIT))
        if published <= limit:
            in_time[item.unit_id] += 1
        else:
            words = f"《{item.title}》：{formed}成文，应于{limit}前公开，{published}公开"
            lapses[item.unit_id].append(LatePiece(words, "disclosure.item", str(item.pk), is_late=True))
    return {unit: Coverage(in_time[unit], tuple(lapses[unit])) for unit in in_time.keys() | lapses.keys()}


def _public_items(year: int, on: date) -> list[Item]:
    """Public on that day; what was withdrawn later was public then."""
    was_public = Q(status=ItemStatus.PUBLISHED) | Q(status=ItemStatus.WITHDRAWN, withdrawn_at__date__gt=on)
    rows = Item.objects.filter(was_public, published_at__date__lte=on, formed_date__year=year)
    rows = rows.filter(method=DisclosureMethod.PROACTIVE).order_by("formed_date", "pk")
    return list(rows.only("unit", "title", "formed_date", "published_at", "original_published_on"))


def _public_on(item: Item) -> date | None:
    """First, here or elsewhere."""
    if item.original_published_on or item.published_at is None:
        return item.original_published_on
    return timezone.localdate(item.published_at)
