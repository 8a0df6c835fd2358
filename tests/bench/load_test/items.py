"""The rows of made-up items, straight into the tables.

The same seed makes the same items. Numbers are drawn unit by unit and year by year without a gap, counters follow.
"""

import random
import uuid
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple

from django.db import connection, transaction
from django.utils import timezone

from disclosure.catalogue.search.lexemes import (
    BETWEEN,
    fold_for_search,
    lexemes_of,
    literal,
    month_lexeme,
    title_lexemes,
)
from disclosure.items.index_numbers import Numbered, written
from disclosure.models import CatalogueEntry, IndexNumberCounter, Item, Topic
from disclosure.models.states import ItemStatus
from ninghai.models import Unit, User
from tests.bench.load_test.texts import Paper, Writer

HIDDEN_ONE_IN = 50  # 2 % are not published
YEARS = 5
HIDDEN = (ItemStatus.DRAFT, ItemStatus.WITH_HEAD, ItemStatus.IN_REVIEW)


class MadeUpRow(NamedTuple):
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


COLUMNS = ", ".join([*MadeUpRow._fields, "title_vector", "text_vector", "search_text"])


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
    published = 0
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0")
        with cursor.copy(f"COPY {Item._meta.db_table} ({COLUMNS}) FROM STDIN") as copy:
            for row, paper in _rows(number=number, seed=seed, stage=stage, counters=counters):
                copy.write_row((*row, *_search_columns(row, paper)))
                published += row.published_at is not None
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


def _rows(
    *, number: int, seed: int, stage: Stage, counters: "Counter[tuple[int, int]]"
) -> Iterator[tuple[MadeUpRow, Paper]]:
    """Spread evenly over the years, oldest first."""
    chance = random.Random(seed)  # noqa: S311 - the same seed makes the same items
    last = stage.until.year
    writer = Writer(chance, stage.units, range(last - YEARS, last + 1))
    for place in range(number):
        at = stage.until - timedelta(days=365 * YEARS) * (1 - (place + 1) / number)
        is_published = place % HIDDEN_ONE_IN != HIDDEN_ONE_IN - 1
        unit = chance.choice(stage.units)
        paper = writer.paper(unit=unit, year=timezone.localtime(at).year)
        yield (
            _row(paper, unit=unit, chance=chance, stage=stage, at=at, number=_number(is_published, unit, at, counters)),
            paper,
        )


def _number(is_published: bool, unit: Unit, at: datetime, counters: "Counter[tuple[int, int]]") -> str | None:
    if not is_published:
        return None
    on = timezone.localdate(at)
    counters[unit.pk, on.year] += 1
    return written(Numbered(unit=unit, on=on), serial=counters[unit.pk, on.year])


def _row(
    paper: Paper, *, unit: Unit, chance: random.Random, stage: Stage, at: datetime, number: str | None
) -> MadeUpRow:
    """One item as a row of the table, without its search columns."""
    return MadeUpRow(
        uuid.uuid4(),
        unit.pk,
        paper.title,
        f"宁政发〔{at.year}〕{chance.randint(1, 400)}号",
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
        ItemStatus.PUBLISHED if number else chance.choice(HIDDEN),
        1,
        number,
        stage.person.pk,
        at,
        "",
        stage.person.pk if number else None,
        at if number else None,
        "",
        chance.randint(0, 5000),
    )


def _search_columns(row: MadeUpRow, paper: Paper) -> tuple[str | None, str | None, str]:
    """As `disclosure.catalogue.search.lexemes` makes them of an item's texts, from what is known of the sentences."""
    if row.index_number is None or row.published_at is None:
        return None, None, ""
    month = month_lexeme(row.published_at)
    numbers = [row.title, row.document_number, row.index_number]
    folded = BETWEEN.join(map(fold_for_search, numbers))
    found = {month, *lexemes_of(folded)}.union(*(sentence.lexemes for sentence in paper.sentences))
    summary, *body = (sentence.folded for sentence in paper.sentences)
    text = BETWEEN.join([folded, summary, "".join(body)])
    return title_lexemes(numbers, month=month), literal(found), text
