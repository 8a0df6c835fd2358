"""The filtered list as a file (下载): CSV for Excel, XLSX, JSON. No cell can start a formula in anybody's spreadsheet."""

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from django.utils import timezone

from disclosure.models import Item
from ninghai import spreadsheets


@dataclass(frozen=True, slots=True)
class Column:
    key: str
    label: str
    read: Callable[[Item], str]


def published_day(item: Item) -> str:
    """The day on which it first became public."""
    return str(item.original_published_on or timezone.localtime(item.published_at).date())


COLUMNS = (
    Column("index_number", "索引号", lambda item: item.index_number or ""),
    Column("title", "名称", lambda item: item.title),
    Column("document_number", "发文字号", lambda item: item.document_number),
    Column("unit", "发布机构", lambda item: item.unit.name),
    Column("kind", "信息类型", lambda item: item.get_kind_display()),
    Column("topic", "主题分类", lambda item: item.topic.path if item.topic else ""),
    Column("entry", "公开事项", lambda item: item.entry.name if item.entry else ""),
    Column("formed_date", "成文日期", lambda item: str(item.formed_date or "")),
    Column("published_date", "发布日期", published_day),
    Column("validity", "时效", lambda item: item.get_validity_display()),
    Column("method", "公开方式", lambda item: item.get_method_display()),
    Column("source", "来源", lambda item: item.source),
    Column("summary", "内容概述", lambda item: item.summary),
)


def record(item: Item, *, site: str) -> dict[str, str]:
    """What a file says of an item; the address holds outside the portal too (`site`: "https://…")."""
    return {column.key: column.read(item) for column in COLUMNS} | {"url": site + item.get_absolute_url()}


def rows(items: Iterable[Item], *, site: str) -> Iterator[list[str]]:
    yield [*(column.label for column in COLUMNS), "网址"]
    for item in items:
        yield list(record(item, site=site).values())


def as_csv(items: Iterable[Item], *, site: str) -> Iterator[str]:
    return spreadsheets.as_csv(rows(items, site=site))


def as_json(items: Iterable[Item], *, site: str) -> Iterator[str]:
    """A list of objects, keyed in English, with the texts as they are."""
    yield "[\n"
    for number, item in enumerate(items):
        yield (",\n" if number else "") + json.dumps(record(item, site=site), ensure_ascii=False)
    yield "\n]\n"


def as_xlsx(items: Iterable[Item], *, site: str) -> bytes:
    return spreadsheets.as_xlsx(rows(items, site=site), title="公开目录")
