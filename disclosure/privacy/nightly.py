"""The nightly look at what is public already (复查): detectors learn, and older items came in before there was a gate.

So many items a night, those that nobody has looked at first, then those that were looked at longest ago. What is found
stands on the office's desk until it is ruled on, masked or withdrawn.
"""

from collections.abc import Iterator
from datetime import datetime, time
from itertools import zip_longest

from django.utils import timezone

from disclosure.models import Item, PublicCheck
from disclosure.models.item import ItemQuerySet
from disclosure.models.states import ItemStatus
from disclosure.privacy import scans
from disclosure.privacy.gate import counted, why_not_clean
from ninghai.operations.safety_checks import is_night

# What is personal in the earlier versions of a public item, as far as the public may still consult them (历史版本).

WHAT_TO_DO = "请修订这条信息并勾选“旧版本不再供查阅”；已经撤回的，请另选一项不再提供正文的撤回原因。"


def scan_versions(item: Item, *, may_look: bool = True) -> scans.ItemScan:
    """All that stands in versions that are not hidden, and in the notes on what was changed, each hit once; see `scan_item`."""
    scan, versions = scans.ItemScan(), item.public_versions.filter(is_hidden=False).order_by("number")
    if may_look:
        scans.look_at_once(each.file for version in versions for each in version.files.select_related("file"))
    for note in _notes_shown(item):
        scan.hits += scans.hits_in_field("change_note", note)
    for version in versions:
        for name in scans.TEXT_FIELDS:
            scan.hits += scans.hits_in_field(name, version.content["fields"].get(name, ""))
        for each in version.files.select_related("file"):
            scan.hits += scans.hits_in_field("", each.label)
            scans.scan_file(scan, each.file, label=each.label)
    scan.hits = list({hit.fingerprint: hit for hit in scan.hits}.values())
    return scan


def _notes_shown(item: Item) -> Iterator[str]:
    """A version's note tells what the one after it changed: it is shown with that one, unless that one is hidden."""
    versions = list(item.public_versions.order_by("number").only("change_note", "is_hidden"))
    for version, following in zip_longest(versions, versions[1:]):
        if following is None or not following.is_hidden:
            yield version.change_note


def why_versions_not_clean(scan: scans.ItemScan, left: list[scans.ItemHit]) -> str:
    """In a sentence what is open there, and what can be done; empty when nothing is."""
    if left:
        return f"历史版本里还有{len(left)}处个人信息：{counted(left)}。{WHAT_TO_DO}"
    if scan.unreadable:
        return f"历史版本的附件“{scan.unreadable[0][0]}”不能检查个人信息。{WHAT_TO_DO}"
    return ""


MOST_A_NIGHT = 20_000  # items; a text takes some milliseconds, a file is scanned once and then known


def readable(at: datetime) -> ItemQuerySet:
    """What the public can read at that moment: the catalogue, and what keeps its text at its own address."""
    return Item.objects.published(at) | Item.objects.kept()


def check_public_items(*, at: datetime, most: int = MOST_A_NIGHT) -> int:
    """Look at as many as are left for this day; return how many were looked at."""
    midnight = timezone.make_aware(datetime.combine(timezone.localdate(at), time.min))
    room = most - PublicCheck.objects.filter(checked_at__gte=midnight).count()
    return sum(check(pk, at=at) for pk in _due(at=at, before=midnight, room=room))


def check_public_items_by_night(*, at: datetime) -> None:
    if is_night(at):
        check_public_items(at=at)


def check(pk: int, *, at: datetime, may_look: bool = True) -> bool:
    """Look at one item, its earlier versions too, and keep the result; one whose files still wait comes again later."""
    item = readable(at).without_search().filter(pk=pk).first()
    if item is None:
        return False
    scan, earlier = scans.scan_item(item, may_look=may_look), scan_versions(item, may_look=may_look)
    if scan.waiting or earlier.waiting:
        return False
    left, left_earlier = scans.open_hits(scan.hits, item), scans.open_hits(earlier.hits, item)
    count = len([*left, *scan.unreadable, *left_earlier, *earlier.unreadable])
    words = why_not_clean(scan, left) + why_versions_not_clean(earlier, left_earlier)
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
