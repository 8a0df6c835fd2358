"""The nightly look at what is public already (复查): detectors learn, and older items came in before there was a gate.

So many items a night, those that nobody has looked at first, then those that were looked at longest ago. What is found
stands on the office's desk until it is ruled on, masked or withdrawn.
"""

from datetime import datetime, time

from django.utils import timezone

from disclosure.models import Item, PublicCheck
from disclosure.models.item import ItemQuerySet
from disclosure.privacy.gate import told
from disclosure.privacy.item_scan import open_hits, scan_item
from disclosure.privacy.version_scan import scan_versions, told_of_versions
from disclosure.states import ItemStatus

MOST_A_NIGHT = 20_000  # items; a text takes some milliseconds, a file is scanned once and then known


def readable(at: datetime) -> ItemQuerySet:
    """What the public can read at that moment: the catalogue, and what keeps its text at its own address."""
    return Item.objects.published(at) | Item.objects.kept()


def check_public_items(*, at: datetime, most: int = MOST_A_NIGHT) -> int:
    """Look at as many as are left for this day; return how many were looked at."""
    midnight = timezone.make_aware(datetime.combine(timezone.localdate(at), time.min))
    room = most - PublicCheck.objects.filter(checked_at__gte=midnight).count()
    return sum(check(pk, at=at) for pk in _due(at=at, before=midnight, room=room))


def check(pk: int, *, at: datetime, may_look: bool = True) -> bool:
    """Look at one item, its earlier versions too, and keep the result; one whose files still wait comes again later."""
    item = readable(at).without_search().filter(pk=pk).first()
    if item is None:
        return False
    scan, earlier = scan_item(item, may_look=may_look), scan_versions(item, may_look=may_look)
    if scan.waiting or earlier.waiting:
        return False
    left, left_earlier = open_hits(scan.hits, item), open_hits(earlier.hits, item)
    count = len([*left, *scan.unreadable, *left_earlier, *earlier.unreadable])
    words = told(scan, left) + told_of_versions(earlier, left_earlier)
    found = {"open_hits": count, "words": words[:300], "checked_at": at}
    PublicCheck.objects.update_or_create(item=item, defaults=found)
    return True


def check_again(item: Item, *, at: datetime) -> None:
    """After somebody acted on what was found."""
    if item.status == ItemStatus.PUBLISHED or item.keeps_text:
        check(item.pk, at=at, may_look=False)


def _due(*, at: datetime, before: datetime, room: int) -> list[int]:
    if room <= 0:
        return []
    public = readable(at)
    new = list(public.filter(public_check=None).order_by("-published_at", "-pk").values_list("pk", flat=True)[:room])
    known = public.filter(public_check__checked_at__lt=before).order_by("public_check__checked_at", "pk")
    return [*new, *known.values_list("pk", flat=True)[: room - len(new)]]
