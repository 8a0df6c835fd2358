"""Items as the rows of a list: words ready for the screen, what was searched for marked."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from urllib.parse import quote

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Left
from django.urls import reverse
from django.utils import timezone
from django.utils.html import conditional_escape, format_html_join
from django.utils.safestring import SafeString

from disclosure.catalogue.item_page import type_of
from disclosure.catalogue.search.lexemes import fold_for_search, fold_with_places
from disclosure.catalogue.search.query_words import wanted
from disclosure.items.body.writing import plain_words
from disclosure.models import Attachment, Item
from disclosure.models.states import Validity

# Snippets: where the words stand in a text, marked, and cut out of a long one. Everything else is escaped.

Span = tuple[int, int]
BEFORE, LENGTH = 24, 100  # characters shown before the first word found, and in all


def terms_of(query: str) -> list[str]:
    """The folded strings to be marked: each word as it was typed, and the parts of a long one; the longest first."""
    found = {part for one in wanted(query) for part in (one.text, *one.parts)}
    return sorted(found, key=len, reverse=True)


def marked(text: str, terms: Sequence[str]) -> SafeString:
    """The whole text with every term in <mark>."""
    pieces, end = [], 0
    for begin, stop in spans(text, terms):
        pieces += [(conditional_escape(text[end:begin]), text[begin:stop])]
        end = stop
    return format_html_join("", "{}<mark>{}</mark>", pieces) + conditional_escape(text[end:])


def excerpt(text: str, terms: Sequence[str]) -> SafeString | None:
    """The first line in which a term stands, cut to what surrounds it; None where there is none."""
    for term in terms:
        for line in text.splitlines():
            if term in fold_for_search(line):
                return marked(_around(line.strip(), term), terms)
    return None


def _around(line: str, term: str) -> str:
    begin = next((begin for begin, _ in spans(line, [term])), 0)
    start = max(0, min(begin - BEFORE, len(line) - LENGTH))
    cut = line[start : start + LENGTH]
    return ("…" if start else "") + cut + ("…" if start + LENGTH < len(line) else "")


def spans(text: str, terms: Sequence[str]) -> list[Span]:
    """Where terms stand in the text, in order, what touches or overlaps joined."""
    folded = fold_for_search(text)
    places: Sequence[int] = range(len(text))
    if len(folded) != len(text):
        folded, places = fold_with_places(text)
    found = sorted(
        (places[start], places[start + len(term) - 1] + 1) for term in terms for start in _starts(folded, term)
    )
    joined: list[Span] = []
    for begin, end in found:
        if joined and begin <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((begin, end))
    return joined


def _starts(folded: str, term: str) -> Iterator[int]:
    start = folded.find(term)
    while start >= 0:
        yield start
        start = folded.find(term, start + 1)


# The public address of an item, as `reverse` would write it: long lists and exports write it a million times a minute.

SAFE = "!$&'()*+,;=/~:@"  # as Django's own `reverse` quotes
PLAIN = re.compile(r"[0-9A-Za-z_.~/-]*", re.ASCII)  # written as it is, as nearly all numbers are


@cache
def _below() -> str:
    return reverse("disclosure:item-detail", args=["-"]).removesuffix("-/")


def address_in(index_number: str) -> str:
    written = index_number if PLAIN.fullmatch(index_number) else quote(index_number, safe=SAFE)
    return f"{_below()}{written}/"


LOOKED_AT = 20_000  # characters of a text in which the words are looked for
Names = Mapping[object, tuple[str, str]]


@dataclass(frozen=True, slots=True)
class ListedRow:
    url: str
    title: str
    text: str  # where the words stand that were looked for
    moment: str  # for machines
    day: str
    unit: str
    document_number: str
    kind: str
    ended: str  # 失效, 废止; empty while it is in force
    files: str  # PDF, 2个附件; empty where there are none
    is_explained: bool  # 有解读


def rows_of(items: Sequence[Item], *, at: datetime, words: str = "", units: Names | None = None) -> list[ListedRow]:
    """The rows in the order of the items; the names of units are read with each, or are known (code and name by number)."""
    terms = terms_of(words) if words else []
    texts, marks = _texts(items, terms) if terms else {}, _marks(items, at=at)
    return [_row(item, terms, texts.get(item.pk, ""), units or {}, *marks.get(item.pk, ("", False))) for item in items]


def _row(item: Item, terms: Sequence[str], text: str, units: Names, files: str, is_explained: bool) -> ListedRow:
    moment = timezone.localtime(item.published_at) if item.published_at else None
    return ListedRow(
        url=address_in(item.index_number) if item.index_number else item.get_absolute_url(),
        title=marked(item.title, terms) if terms else item.title,
        text=text,
        moment=moment.isoformat() if moment else "",
        day=f"{moment.date()}" if moment else "",
        unit=units[item.unit_id][1] if item.unit_id in units else item.unit.short_name,
        document_number=marked(item.document_number, terms) if terms else item.document_number,
        kind=item.get_kind_display(),
        ended="" if item.validity == Validity.IN_FORCE else item.get_validity_display(),
        files=files,
        is_explained=is_explained,
    )


def _marks(items: Sequence[Item], *, at: datetime) -> dict[int, tuple[str, bool]]:
    """What the rows say of files and interpretations, in one query."""
    files = Attachment.objects.filter(item=OuterRef("pk")).order_by("position", "pk").values("file__original_name")
    explained = Exists(Item.objects.published(at).order_by().filter(explains=OuterRef("pk")))
    shown = Item.objects.filter(pk__in=[item.pk for item in items]).order_by()
    return {
        pk: (_files_in_words(names), is_explained)
        for pk, names, is_explained in shown.values_list("pk", ArraySubquery(files), explained)
    }


def _files_in_words(names: Sequence[str]) -> str:
    """One file by its type, several by their number."""
    if len(names) == 1:
        return type_of(names[0])
    return f"{len(names)}个附件" if names else ""


def _whole_lines(body: str) -> str:
    """The body as it was read; of one that was cut without its last lines, which without the next are no table yet."""
    return body.rsplit("\n", 2)[0] if len(body) == LOOKED_AT else body


def _texts(items: Sequence[Item], terms: Sequence[str]) -> dict[int, str]:
    """Where the words stand: in the summary, else in the body, else in an attachment."""
    found: dict[int, str] = {item.pk: text for item in items if (text := excerpt(item.summary, terms))}
    missing = [item.pk for item in items if item.pk not in found]
    bodies = Item.objects.filter(pk__in=missing).values_list("pk", Left("body", LOOKED_AT)) if missing else []
    found |= {pk: text for pk, body in bodies if (text := excerpt(plain_words(_whole_lines(body)), terms))}
    missing = [pk for pk in missing if pk not in found]
    files = Attachment.objects.filter(~Q(text=""), item__in=missing) if missing else Attachment.objects.none()
    for pk, label, content in files.values_list("item_id", "label", Left("text", LOOKED_AT)):
        if pk not in found and (text := excerpt(content, terms)):
            found[pk] = marked(f"附件《{label}》：", ()) + text
    return found
