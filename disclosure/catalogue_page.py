"""What `/catalogue/` shows beside the list: what it can be narrowed by, what has been chosen, why it is empty."""

from dataclasses import dataclass

from django.template.loader import render_to_string
from django.utils.http import urlencode
from django.utils.safestring import SafeString

from disclosure.facets import address_without, facets
from disclosure.filters import ORDERS, RELEVANCE, CatalogueFilter
from disclosure.listing import Found
from disclosure.search.hints import without, words_without_hits
from disclosure.search.suggestions import other_spelling
from disclosure.tally import tally_of
from ninghai.public_pages.kept import KeptPerRevision

_narrowings: KeptPerRevision[SafeString] = KeptPerRevision()


def narrowing(catalogue: CatalogueFilter, found: Found, *, revision: str) -> SafeString:
    """The links by which the list is narrowed; without words they are the same until something public changes."""
    if not catalogue.is_valid():
        return SafeString("")
    if found.words:
        return _narrowing(catalogue, found, revision=revision)
    key = (found.at.date(), *sorted(catalogue.conditions.items()), catalogue.order)
    return _narrowings.get(key, lambda: _narrowing(catalogue, found, revision=revision), revision=revision)


def _narrowing(catalogue: CatalogueFilter, found: Found, *, revision: str) -> SafeString:
    chosen = catalogue.conditions
    tally = tally_of(found, conditions=chosen, revision=revision)
    offered = facets(tally, options=catalogue.options, params=catalogue.chosen, chosen=chosen)
    if not offered:
        return SafeString("")
    return render_to_string("disclosure/_narrowing.html", {"facets": offered, "is_least": tally.is_least})


@dataclass(frozen=True, slots=True)
class Hint:
    """Why the list is empty, and where to go on: (label, address)."""

    title: str
    text: str
    links: list[tuple[str, str]]


def hint(catalogue: CatalogueFilter, found: Found, *, has_page: bool, address: str) -> Hint:
    everything = ("查看全部信息", address)
    if not catalogue.is_valid():
        text = "网址中的筛选条件不在可选范围内。请重新选择，或清除条件后查看全部信息。"
        return Hint("筛选条件无法识别", text, [everything])
    if not has_page:
        return Hint("没有这一页", "页码超出了范围。请回到第一页，或增加筛选条件缩小范围。", [everything])
    if not catalogue.words:
        return Hint("没有符合条件的信息", "请放宽筛选条件后再试。", [everything])
    return _nothing_found(catalogue, found, address=address)


def _nothing_found(catalogue: CatalogueFilter, found: Found, *, address: str) -> Hint:
    words, links = catalogue.words, []
    if catalogue.is_narrowed:
        links.append(("在全部信息中查找", f"{address}?{urlencode({'q': words})}"))
    missing = words_without_hits(found.items, words)
    text = "请减少或更换检索词，核对有无错字，或清除其他筛选条件。"
    if missing and (fewer := without(words, missing)):
        named = "、".join(f"“{one.typed}”" for one in missing)
        text = f"没有包含{named}的信息，其他词可以查到。"
        links.append((f"只查“{fewer.strip('“”')}”", f"{address}?{urlencode({'q': fewer})}"))
    elif not missing:
        text = "每个词都能查到，但没有一条信息同时包含这些词。请减少检索词，或清除其他筛选条件。"
    if spelled := other_spelling(found.items, words, at=found.at):
        links.append((f"您要找的是不是“{spelled}”", f"{address}?{urlencode({'q': spelled})}"))
    return Hint("没有找到相关信息", text, [*links, ("查看全部信息", address)])


def orders(catalogue: CatalogueFilter) -> list[tuple[str, str, bool]]:
    """(label, address, is this the order) of a list of what words have found."""
    if not catalogue.words:
        return []
    current, address = catalogue.order or RELEVANCE, address_without(catalogue.chosen, "sort")
    return [(label, f"{address}sort={value}", value == current) for value, label in ORDERS.items()]
