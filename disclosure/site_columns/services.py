"""The text of a column's page, which the office alone changes (the trail keeps the words from before), and what else belongs there."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.urls import reverse

from disclosure.items.body.blocks import Block, Paragraph, ParagraphLevel, blocks
from disclosure.items.text import many_lines
from disclosure.models import CatalogueEntry, Item, OpennessOffice, SitePage, Topic
from disclosure.models.item import ItemQuerySet
from disclosure.privacy.gate import require_impersonal
from ninghai.calendar.reckoning import local_day
from ninghai.models import AuditEntry, Role, User, acts_as
from ninghai.models.state_machine import require

LONGEST = 20_000


def can_edit_page(user: User) -> bool:
    """The county office keeps the standing pages."""
    return acts_as(user, Role.OFFICE)


@transaction.atomic
def edit_page(*, page: SitePage, body: str, version: int, by: User, at: datetime) -> SitePage:
    """Put the text in place; StaleError if somebody changed it after this person opened `version`."""
    require(can_edit_page(by))
    body = many_lines(body)
    if len(body) > LONGEST:
        raise ValidationError({"body": f"正文不能超过{LONGEST}字，较长的内容请作为公开信息发布。"})
    require_impersonal(body, field="body", what="页面正文")
    before = SitePage.objects.get(pk=page.pk)
    page.next_version(seen=version, body=body, updated_at=at, updated_by=by)
    AuditEntry.objects.record(
        action=AuditEntry.Action.EDIT_PAGE, target=page, by=by, at=at, detail={"before": before.body, "after": body}
    )
    page.refresh_from_db()
    return page


# The text of a column's page, and what of it the public reads.

UNKNOWN = "待填写"
HEADINGS = {ParagraphLevel.HEADING: 2, ParagraphLevel.SUBHEADING: 1}


def public_blocks(body: str) -> list[Block]:
    """The blocks that the public reads."""
    known = "\n".join(line for line in body.splitlines() if UNKNOWN not in line)
    return _without_empty_headings(blocks(known))


def unknown_lines(body: str) -> list[str]:
    """The lines that wait for the office."""
    return [line.strip() for line in body.splitlines() if UNKNOWN in line]


def _without_empty_headings(read: Iterable[Block]) -> list[Block]:
    """From the end: a heading stays if text came after it before a heading of its rank or a higher one."""
    kept: list[Block] = []
    below = max(HEADINGS.values())  # the rank of what stands below: 0 text, 1 subheading, 2 heading or nothing
    for block in reversed(list(read)):
        rank = HEADINGS.get(ParagraphLevel(block.level), 0) if block.level else 0
        if rank == 0 or rank > below:
            kept.append(block)
            below = rank
    return kept[::-1]


# What belongs to a column besides its text: the published items whose catalogue entry names it as its site column.

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
    is_made = column == SitePage.Column.GUIDE and OpennessOffice.objects.holding(on=local_day(at)).exists()
    return is_made or bool(public_blocks(body))


@dataclass(frozen=True, slots=True)
class ColumnContents:
    """What the front of the site shows of a column: its newest items, what its text is about, or the topics that it has."""

    column: OpenColumn
    items: list[Item]
    headings: list[str]
    topics: list[Topic]


FEW = 5


def contents_of_columns(*, at: datetime) -> list[ColumnContents]:
    """Of every open column, in their order."""
    texts = dict(SitePage.objects.values_list("column", "body"))
    return [_contents(each, texts.get(each.column, ""), at=at) for each in open_columns(at=at)]


def _contents(each: OpenColumn, body: str, *, at: datetime) -> ColumnContents:
    is_statutory = each.column == SitePage.Column.STATUTORY
    return ColumnContents(
        column=each,
        items=list(items_of(each.column, at=at)[:FEW]) if each.column in LISTED else [],
        headings=_headings_of(body),
        topics=open_topics(at=at) if is_statutory else [],
    )


def _headings_of(body: str) -> list[str]:
    paragraphs = (one for one in public_blocks(body) if isinstance(one, Paragraph))
    return [one.text for one in paragraphs if one.level == ParagraphLevel.HEADING]
