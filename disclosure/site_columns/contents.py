"""What belongs to a column besides its text: the published items whose catalogue entry names it as its site column."""

from collections.abc import Iterable
from datetime import datetime
from typing import TypeVar

from django.db.models import Exists, OuterRef

from disclosure.models import CatalogueEntry, Item, SitePage, Topic
from disclosure.models.item import ItemQuerySet

N = TypeVar("N", CatalogueEntry, Topic)

LISTED = (SitePage.Column.RULES, SitePage.Column.ANNUAL)


def entries_of(column: SitePage.Column) -> list[CatalogueEntry]:
    """The entries whose 网站所属栏目 is this column, by its full name or without 政府信息."""
    names = [column.label, column.label.removeprefix("政府信息")]
    return list(CatalogueEntry.objects.filter(site_column__in=names))


def items_of(column: SitePage.Column, *, at: datetime) -> ItemQuerySet:
    """The column's published items, newest first."""
    entries = entries_of(column) if column in LISTED else []
    return Item.objects.published(at).filter(entry__in=entries).newest_first().for_list()


def open_headings(*, at: datetime) -> list[CatalogueEntry]:
    """The headings of the basic catalogue below which something is published."""
    published = Item.objects.published(at).filter(entry=OuterRef("pk"))
    return _tops(CatalogueEntry.objects.annotate(is_open=Exists(published)))


def open_topics(*, at: datetime) -> list[Topic]:
    """The topics of the first level of which something is published."""
    published = Item.objects.published(at).filter(topic=OuterRef("pk"))
    return _tops(Topic.objects.annotate(is_open=Exists(published)))


def _tops(nodes: Iterable[N]) -> list[N]:
    """Of a tree with its open nodes marked, the tops above an open one; one probe of an index for each node."""
    by_pk = {node.pk: node for node in nodes}
    tops = {_top(node, by_pk).pk for node in by_pk.values() if node.is_open}  # type: ignore[attr-defined]  # annotated
    return [node for node in by_pk.values() if node.pk in tops]


def _top(node: N, by_pk: dict[int, N]) -> N:
    while node.parent_id is not None:
        node = by_pk[node.parent_id]
    return node
