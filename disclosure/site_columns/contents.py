"""What belongs to a column besides its text: the published items whose catalogue entry names it as its site column."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from django.db.models import Exists, OuterRef
from django.urls import reverse

from disclosure.models import CatalogueEntry, Item, SitePage, Topic
from disclosure.models.item import ItemQuerySet
from disclosure.site_columns.services import public_paragraphs

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


# Which columns hold something for the public (国办秘函〔2019〕19号: empty columns count against a site).

LEADS = {
    SitePage.Column.GUIDE: "公开范围、获取方式和工作机构的联系方式",
    SitePage.Column.RULES: "政府信息公开的法规、制度和办法",
    SitePage.Column.STATUTORY: "主动公开基本目录和各主题的信息",
    SitePage.Column.ANNUAL: "历年政府信息公开工作年度报告",
}
URL_NAMES = {column: f"disclosure:column-{column.value}" for column in SitePage.Column}


@dataclass(frozen=True, slots=True)
class OpenColumn:
    """A column that holds something."""

    column: SitePage.Column

    @property
    def label(self) -> str:
        return self.column.label

    @property
    def lead(self) -> str:
        return LEADS[self.column]

    @property
    def url(self) -> str:
        return reverse(URL_NAMES[self.column])


def open_columns(*, at: datetime) -> list[OpenColumn]:
    """The columns with a text of their own or with items, in their order."""
    texts = dict(SitePage.objects.values_list("column", "body"))
    return [OpenColumn(column) for column in SitePage.Column if _is_open(column, texts.get(column, ""), at=at)]


def _is_open(column: SitePage.Column, body: str, *, at: datetime) -> bool:
    if column in LISTED:
        return items_of(column, at=at).exists()
    if column == SitePage.Column.STATUTORY:
        return CatalogueEntry.objects.exists()
    return bool(public_paragraphs(body))
