"""Narrowing the catalogue by links: each choice with its number, and what has been chosen, to be taken off again."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import quote

from django.db.models import F
from django.template.loader import render_to_string
from django.utils.http import urlencode
from django.utils.safestring import SafeString

from disclosure.catalogue.archives import number_to_pack
from disclosure.catalogue.query import (
    DATE,
    DAYS,
    FIRST_DAY,
    LAST_DAY,
    ORDERS,
    RELEVANCE,
    CatalogueQuery,
    Options,
    Tally,
)
from disclosure.catalogue.search.hits import LIMIT, other_spelling, without, words_without_hits
from disclosure.models import Item
from disclosure.models.states import Validity
from ninghai.operations.database.queries import Among
from ninghai.web.public_pages.revision import RevisionCache

MOST_CHOICES = 40  # of a facet; what is rarer is reached by narrowing otherwise
IN_SIGHT = 5
FACETS = {
    "kind": "信息类型",
    "year": "发布年份",
    "unit": "发布机构",
    "topic": "主题分类",
    "entry": "公开事项",
    "validity": "时效",
}
LABELS = FACETS | {FIRST_DAY: "发布日期从", LAST_DAY: "发布日期到"}

CODES = {"kind": Item.Kind, "validity": Validity}


@dataclass(frozen=True, slots=True)
class FacetChoice:
    label: str
    count: str
    url: str


@dataclass(frozen=True, slots=True)
class Facet:
    """The frequent choices are in sight, the others behind 更多."""

    name: str
    label: str
    first: list[FacetChoice]
    others: list[FacetChoice]


@dataclass(frozen=True, slots=True)
class ChosenFacet:
    """A condition that is set, and the address without it."""

    label: str
    value: str
    url: str


def facets(tally: Tally, *, options: Options, params: dict[str, str], chosen: Iterable[str]) -> list[Facet]:
    """What the list can still be narrowed by: a facet with one choice would change nothing."""
    found = []
    for name, label in FACETS.items():
        if name in chosen:
            continue
        choices = _choices(name, tally, options, address_without(params, name))
        if len(choices) > 1:
            found.append(Facet(name, label, choices[:IN_SIGHT], choices[IN_SIGHT:MOST_CHOICES]))
    return found


def _choices(name: str, tally: Tally, options: Options, address: str) -> list[FacetChoice]:
    known = _known(name, options)
    numbers = _with_what_is_below(name, tally, options) if name in ("topic", "entry") else tally.counts[name]
    counted = [(number, key) for key, number in numbers.items() if key in known]
    if name == "year":
        counted.sort(key=lambda pair: str(pair[1]), reverse=True)
    else:
        counted.sort(key=lambda pair: (-pair[0], known[pair[1]][0]))
    return [
        FacetChoice(known[key][1], count_of(number, is_least=tally.is_least), f"{address}{name}={quote(known[key][0])}")
        for number, key in counted
    ]


def _with_what_is_below(name: str, tally: Tally, options: Options) -> Counter[object]:
    """What each choice would leave: of topics and duties, what belongs to those below it as well."""
    known = options.by_key[name]
    keys = {known[key][0]: key for key in tally.counts[name] if key in known}
    numbers = Counter[object](tally.counts[name])
    for code, key in keys.items():
        for above in options.above(name, code):
            if above in keys:
                numbers[keys[above]] += tally.counts[name][key]
    return numbers


def _known(name: str, options: Options) -> dict[object, tuple[str, str]]:
    """Code and label of each choice, by what it is counted under."""
    if name == "year":
        return {int(code): (code, label) for code, label in options.years}
    if name in CODES:
        return {value: (value, f"{label}") for value, label in CODES[name].choices}
    return dict(options.by_key[name])


def count_of(number: int, *, is_least: bool = False) -> str:
    """Exact below 10,000."""
    if number >= LIMIT:
        return f"{LIMIT:,}+"
    return f"{number:,}+" if is_least else f"{number:,}"


def chosen_facets(labels: dict[str, str], *, params: dict[str, str]) -> list[ChosenFacet]:
    """What has been chosen, in words."""
    return [
        ChosenFacet(label, labels[name], address_without(params, name).rstrip("&?") or "?")
        for name, label in LABELS.items()
        if name in labels
    ]


def address_without(params: dict[str, str], name: str) -> str:
    """`?…&`: the other conditions, from the first page on."""
    kept = {known: value for known, value in params.items() if known != name}
    return f"?{urlencode(kept)}&" if kept else "?"


# What `/catalogue/` shows beside the list: what it can be narrowed by, what has been chosen, why it is empty.

_kept: RevisionCache[SafeString] = RevisionCache()


def rendered_facets(catalogue: CatalogueQuery) -> SafeString:
    """What narrows the list; without words it is the same for everybody until something public changes."""
    if catalogue.words or not catalogue.is_valid():
        return _rendered(catalogue)
    key = (catalogue.at.date(), *sorted(catalogue.conditions.items()), catalogue.order)
    return _kept.get(key, lambda: _rendered(catalogue), revision=catalogue.revision)


def _rendered(catalogue: CatalogueQuery) -> SafeString:
    """The days, also where they are wrong and have to be mended, and the facets."""
    context = {
        "facets": _facets_of(catalogue) if catalogue.is_valid() else [],
        "is_least": catalogue.is_valid() and catalogue.tally.is_least,
        "days": [catalogue.data.get(name, "") for name in DAYS],
        "others": [(name, value) for name, value in catalogue.chosen.items() if name not in DAYS],
        "number": len(catalogue.labels),
    }
    return render_to_string("disclosure/_narrowing.html", context)


def _facets_of(catalogue: CatalogueQuery) -> list[Facet]:
    options, params = catalogue.options, catalogue.chosen
    return facets(catalogue.tally, options=options, params=params, chosen=catalogue.conditions)


_numbers: RevisionCache[int] = RevisionCache(most=1000)


def files_to_pack(catalogue: CatalogueQuery) -> int:
    """How many files the list's archive of attachments would hold; 0 where it would be refused, and where nobody has counted.

    The whole catalogue is never packed; what words find is looked through where all of it is known.
    """
    found = catalogue.found
    if not catalogue.is_valid() or (catalogue.words and found.is_more):
        return 0
    if catalogue.words:
        return number_to_pack(Item.objects.filter(Among(F("pk"), found.hits.pks)))
    if not catalogue.is_narrowed:
        return 0
    key = (catalogue.at.date(), *sorted(catalogue.conditions.items()))
    return _numbers.get(key, lambda: number_to_pack(found.items), revision=catalogue.revision)


@dataclass(frozen=True, slots=True)
class Hint:
    """Why the list is empty, and where to go on: (label, address)."""

    title: str
    text: str
    links: list[tuple[str, str]]


def hint(catalogue: CatalogueQuery, *, has_page: bool, address: str) -> Hint:
    everything = ("查看全部信息", address)
    if mistake := catalogue.mistake:
        title = "日期先后颠倒" if catalogue.is_backwards else "筛选条件无法识别"
        return Hint(title, mistake, [everything])
    if not has_page:
        return Hint("没有这一页", "页码超出了范围。请回到第一页，或增加筛选条件缩小范围。", [everything])
    if not catalogue.words:
        return Hint("没有符合条件的信息", "请放宽筛选条件后再试。", [everything])
    return _nothing_found(catalogue, address=address)


def _nothing_found(catalogue: CatalogueQuery, *, address: str) -> Hint:
    words, links = catalogue.words, []
    if catalogue.is_narrowed:
        links.append(("在全部信息中查找", f"{address}?{urlencode({'q': words})}"))
    missing = words_without_hits(catalogue.items, words)
    text = "请减少或更换检索词，核对有无错字，或清除其他筛选条件。"
    if missing and (fewer := without(words, missing)):
        named = "、".join(f"“{one.typed}”" for one in missing)
        text = f"没有包含{named}的信息，其他词可以查到。"
        links.append((f"只查“{fewer.strip('“”')}”", f"{address}?{urlencode({'q': fewer})}"))
    elif not missing:
        text = "每个词都能查到，但没有一条信息同时包含这些词。请减少检索词，或清除其他筛选条件。"
    if spelled := other_spelling(catalogue.items, words, at=catalogue.at):
        links.append((f"您要找的是不是“{spelled}”", f"{address}?{urlencode({'q': spelled})}"))
    return Hint("没有找到相关信息", text, [*links, ("查看全部信息", address)])


def orders(catalogue: CatalogueQuery) -> list[tuple[str, str, bool]]:
    """(label, address, is this the order); without words there is nothing to be relevant to, and no address."""
    current, address = catalogue.order or RELEVANCE, address_without(catalogue.chosen, "sort")
    if not catalogue.words:
        return [(ORDERS[DATE], "", True), (f"{ORDERS[RELEVANCE]}（搜索后可选）", "", False)]
    return [(label, f"{address}sort={value}", value == current) for value, label in ORDERS.items()]
