"""What is personal in the earlier versions of a public item, as far as the public may still consult them (历史版本)."""

from collections.abc import Iterator
from itertools import zip_longest

from disclosure.models import Item
from disclosure.privacy.file_scans import look_at_once
from disclosure.privacy.gate import counted
from disclosure.privacy.item_scan import TEXT_FIELDS, ItemHit, ItemScan, hits_in_field, scan_file

WHAT_TO_DO = "请修订这条信息并勾选“旧版本不再供查阅”；已经撤回的，请另选一项不再提供正文的撤回原因。"


def scan_versions(item: Item, *, may_look: bool = True) -> ItemScan:
    """All that stands in versions that are not hidden, and in the notes on what was changed, each hit once; see `scan_item`."""
    scan, versions = ItemScan(), item.public_versions.filter(is_hidden=False).order_by("number")
    if may_look:
        look_at_once(each.file for version in versions for each in version.files.select_related("file"))
    for note in _notes_shown(item):
        scan.hits += hits_in_field("change_note", note)
    for version in versions:
        for name in TEXT_FIELDS:
            scan.hits += hits_in_field(name, version.content["fields"].get(name, ""))
        for each in version.files.select_related("file"):
            scan.hits += hits_in_field("", each.label)
            scan_file(scan, each.file, label=each.label)
    scan.hits = list({hit.fingerprint: hit for hit in scan.hits}.values())
    return scan


def _notes_shown(item: Item) -> Iterator[str]:
    """A version's note tells what the one after it changed: it is shown with that one, unless that one is hidden."""
    versions = list(item.public_versions.order_by("number").only("change_note", "is_hidden"))
    for version, following in zip_longest(versions, versions[1:]):
        if following is None or not following.is_hidden:
            yield version.change_note


def told_of_versions(scan: ItemScan, left: list[ItemHit]) -> str:
    """In a sentence what is open there, and what can be done; empty when nothing is."""
    if left:
        return f"历史版本里还有{len(left)}处个人信息：{counted(left)}。{WHAT_TO_DO}"
    if scan.unreadable:
        return f"历史版本的附件“{scan.unreadable[0][0]}”不能检查个人信息。{WHAT_TO_DO}"
    return ""
