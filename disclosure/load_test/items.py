"""The rows of made-up items, straight into the tables.

The same seed makes the same items. Numbers are drawn unit by unit and year by year without a gap, counters follow.
"""

import random
import uuid
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import tee
from typing import NamedTuple

from django.db import connection, transaction
from django.utils import timezone

from disclosure.index_numbers import Numbered, written
from disclosure.load_test.search import search_columns
from disclosure.load_test.texts import Writer
from disclosure.models import CatalogueEntry, IndexNumberCounter, Item, Topic
from disclosure.search import Searchable
from disclosure.states import ItemStatus
from ninghai.models import Unit, User

HIDDEN_ONE_IN = 50  # 2 % are not published
YEARS = 5
HIDDEN = (ItemStatus.DRAFT, ItemStatus.WITH_HEAD, ItemStatus.IN_REVIEW)
UNSEARCHED = (None, None, "")


class Row(NamedTuple):
    """What is written of an item, by the names of the table's columns."""

    form_id: uuid.UUID
    unit_id: int
    title: str
    document_number: str
    kind: str
    topic_id: int | None
    entry_id: int | None
    summary: str
    body: str
    formed_date: date
    source: str
    method: str
    openness_mark: str
    validity: str
    status: str
    version: int
    index_number: str | None
    drafted_by_id: int
    drafted_at: datetime
    return_reason: str
    published_by_id: int | None
    published_at: datetime | None
    withdrawal_reason: str
    view_count: int


COLUMNS = ", ".join([*Row._fields, "title_vector", "text_vector", "search_text"])


@dataclass(frozen=True, slots=True)
class Stage:
    """What the made-up items are made of."""

    units: Sequence[Unit]
    topics: Sequence[Topic]
    entries: Sequence[CatalogueEntry]
    person: User
    until: datetime


@transaction.atomic
def load_items(*, number: int, seed: int, stage: Stage) -> int:
    """Write the items by COPY; return how many of them are published."""
    units = {unit.pk: unit for unit in stage.units}
    counters = _counters(units)
    rows, searchables = tee(_rows(number=number, seed=seed, stage=stage, counters=counters))
    columns = search_columns((_searchable(row) for row in searchables), number=number)
    published = 0
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0")
        with cursor.copy(f"COPY {Item._meta.db_table} ({COLUMNS}) FROM STDIN") as copy:
            for row, found in zip(rows, columns, strict=True):
                copy.write_row((*row, *(found or UNSEARCHED)))
                published += found is not None
    _keep(counters)
    return published


def _counters(units: dict[int, Unit]) -> "Counter[tuple[int, int]]":
    """The last serials of each unit and year, locked until these items are in."""
    rows = IndexNumberCounter.objects.select_for_update().filter(unit__in=units)
    return Counter({(row.unit_id, row.year): row.last for row in rows})


def _keep(counters: "Counter[tuple[int, int]]") -> None:
    IndexNumberCounter.objects.bulk_create(
        [IndexNumberCounter(unit_id=unit, year=year, last=last) for (unit, year), last in counters.items()],
        update_conflicts=True,
        unique_fields=["unit", "year"],
        update_fields=["last"],
    )


def _rows(*, number: int, seed: int, stage: Stage, counters: "Counter[tuple[int, int]]") -> Iterator[Row]:
    chance = random.Random(seed)  # noqa: S311 - the same seed makes the same items
    writer = Writer(chance)
    for place in range(number):
        at = stage.until - timedelta(days=365 * YEARS) * (1 - (place + 1) / number)
        is_published = place % HIDDEN_ONE_IN != HIDDEN_ONE_IN - 1
        yield _row(writer, stage=stage, at=at, is_published=is_published, counters=counters)


def _row(
    writer: Writer, *, stage: Stage, at: datetime, is_published: bool, counters: "Counter[tuple[int, int]]"
) -> Row:
    """One item as a row of the table, without its search columns."""
    chance, year = writer.chance, timezone.localtime(at).year
    unit = chance.choice(stage.units)
    index_number = None
    if is_published:
        counters[unit.pk, year] += 1
        index_number = written(Numbered(unit=unit, on=timezone.localdate(at)), serial=counters[unit.pk, year])
    paper = writer.paper(unit=unit, year=year)
    return Row(
        uuid.uuid4(),
        unit.pk,
        paper.title,
        f"宁政发〔{year}〕{chance.randint(1, 400)}号",
        chance.choice(Item.Kind.values),
        chance.choice(stage.topics).pk if stage.topics else None,
        chance.choice(stage.entries).pk if stage.entries else None,
        paper.summary,
        paper.body,
        at.date(),
        unit.name,
        "proactive",
        "此件公开发布",
        "in_force",
        ItemStatus.PUBLISHED if is_published else chance.choice(HIDDEN),
        1,
        index_number,
        stage.person.pk,
        at,
        "",
        stage.person.pk if is_published else None,
        at if is_published else None,
        "",
        chance.randint(0, 5000),
    )


def _searchable(row: Row) -> Searchable | None:
    if row.index_number is None or row.published_at is None:
        return None
    return Searchable(
        title=row.title,
        document_number=row.document_number,
        index_number=row.index_number,
        texts=(row.summary, row.body),
        published_at=row.published_at,
    )
