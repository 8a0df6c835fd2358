"""The filtered list as a file (下载): CSV for Excel, XLSX, JSON; of a million rows as of ten, in the same memory."""

import json
from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import NamedTuple

from django.db.models import CharField, F, Value
from django.db.models.functions import Cast, Coalesce, TruncDate

from disclosure.catalogue.rows import address_in
from disclosure.models import CatalogueEntry, Item, Topic
from disclosure.models.basic_catalogue import PUBLIC_NAME
from disclosure.models.states import DisclosureMethod, Validity
from ninghai.database.queries import Among, give_back_connection
from ninghai.models import Unit
from ninghai.workbooks.writing import as_csv, streamed_workbook

# The rows of an export: plain values instead of model instances, which would cost more than all the rest.

PIECE = 2000  # rows read at once
COLUMNS = {
    "index_number": "索引号",
    "title": "名称",
    "document_number": "发文字号",
    "unit": "发布机构",
    "kind": "信息类型",
    "topic": "主题分类",
    "entry": "公开事项",
    "formed_date": "成文日期",
    "published_date": "发布日期",
    "validity": "时效",
    "method": "公开方式",
    "source": "来源",
    "summary": "内容概述",
    "url": "网址",
}
Row = tuple[str, ...]  # one text for each column


class Plain(NamedTuple):
    """What is read of an item; days are written by the database, which is cheaper."""

    pk: int
    index_number: str
    title: str
    document_number: str
    unit_id: int
    kind: str
    topic_id: int | None
    entry_id: int | None
    formed_day: str
    published_day: str
    validity: str
    method: str
    source: str
    summary: str


@dataclass(frozen=True, slots=True)
class Names:
    """What the numbers and codes in an item's row stand for, and where the portal is."""

    units: dict[int, str]
    topics: dict[int | None, str]
    entries: dict[int | None, str]
    site: str  # "https://…"

    @classmethod
    def read(cls, *, site: str) -> "Names":
        return cls(
            units=dict(Unit.objects.values_list("pk", "name")),
            topics=dict(Topic.objects.values_list("pk", "path")),
            entries=dict(CatalogueEntry.objects.values_list("pk", PUBLIC_NAME)),
            site=site,
        )

    def row(self, item: Plain) -> Row:
        return (
            item.index_number,
            item.title,
            item.document_number,
            self.units[item.unit_id],
            KINDS[item.kind],
            self.topics.get(item.topic_id, ""),
            self.entries.get(item.entry_id, ""),
            item.formed_day,
            item.published_day,
            VALIDITIES[item.validity],
            METHODS[item.method],
            item.source,
            item.summary,
            self.site + address_in(item.index_number),
        )


KINDS, VALIDITIES, METHODS = dict(Item.Kind.choices), dict(Validity.choices), dict(DisclosureMethod.choices)
DAYS = {
    "formed_day": Coalesce(Cast("formed_date", CharField()), Value("")),
    # on which it first became public, here or elsewhere
    "published_day": Cast(TruncDate("published_at"), CharField()),
}


def read_rows(keys: "array[int]", *, at: datetime, site: str) -> Iterator[list[Row]]:
    """The rows in pieces, in the order of the keys; what was withdrawn in the meantime is left out.

    Between two pieces the connection goes back to the pool: a reader on a slow line holds none.
    """
    names = Names.read(site=site)
    for start in range(0, len(keys), PIECE):
        wanted = keys[start : start + PIECE].tolist()
        found = Item.objects.published(at).filter(Among(F("pk"), wanted)).order_by()
        rows = {row[0]: names.row(Plain(*row)) for row in found.annotate(**DAYS).values_list(*Plain._fields)}
        give_back_connection()
        yield [rows[key] for key in wanted if key in rows]


# Rows as a file in pieces, to be sent as they come.

HEADS = list(COLUMNS.values())
WIDTHS = [24, 60, 22, 28, 12, 28, 28, 12, 12, 8, 12, 24, 60, 40]


def csv_file(keys: "array[int]", *, at: datetime, site: str) -> Iterator[str]:
    rows = chain.from_iterable(read_rows(keys, at=at, site=site))
    return as_csv(chain([HEADS], rows))


def json_file(keys: "array[int]", *, at: datetime, site: str) -> Iterator[str]:
    """A list of objects, keyed in English, with the texts as they are."""
    between = "[\n"
    for rows in read_rows(keys, at=at, site=site):
        records = (json.dumps(dict(zip(COLUMNS, row, strict=True)), ensure_ascii=False) for row in rows)
        if piece := ",\n".join(records):
            yield between + piece
            between = ",\n"
    yield "\n]\n" if between == ",\n" else "[]\n"


def xlsx_file(keys: "array[int]", *, at: datetime, site: str) -> Iterator[bytes]:
    """A workbook; what is longer than a sheet goes on in the next."""
    rows = read_rows(keys, at=at, site=site)
    return streamed_workbook(rows, count=len(keys), title="公开目录", heads=HEADS, widths=WIDTHS)
