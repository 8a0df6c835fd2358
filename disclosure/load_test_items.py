"""Made-up items for load tests (压力测试数据): as many as wanted, like real ones in length and words, straight into the tables.

The same seed makes the same items. Numbers are drawn unit by unit and year by year without a gap, counters follow.
"""

import random
import uuid
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.utils import timezone

from disclosure import search
from disclosure.index_numbers import Numbered, written
from disclosure.models import CatalogueEntry, IndexNumberCounter, Item, Topic
from disclosure.states import ItemStatus
from ninghai.models import Unit, User

HIDDEN_ONE_IN = 50  # 2 % are not published
YEARS = 5
HIDDEN = (ItemStatus.DRAFT, ItemStatus.WITH_HEAD, ItemStatus.IN_REVIEW)
MATTERS = (
    "财政预算",
    "部门决算",
    "重大建设项目",
    "政府采购",
    "国有土地使用权出让",
    "食品药品抽检",
    "环境质量监测",
    "社会救助标准",
    "义务教育招生",
    "城乡居民医疗保险",
    "农村危房改造",
    "安全生产检查",
    "公共资源交易",
    "权责清单调整",
    "人大代表建议办理",
    "河道综合整治",
    "道路交通管理",
    "行政许可事项",
    "残疾人就业服务",
    "森林防火",
)
ACTS = ("公布", "印发", "调整", "做好", "规范", "通报", "加强", "开展")
FORMS = ("通知", "公告", "意见", "通报", "方案", "情况说明", "实施细则")
SENTENCES = (
    "为进一步做好{matter}工作，根据有关规定，结合{unit}实际，现将有关事项通知如下。",
    "各单位要提高认识，明确责任，把{matter}列入重要议事日程，确保按期完成。",
    "对{matter}中发现的问题，要建立清单，逐项整改，整改情况报{unit}备案。",
    "全年共办理{matter}事项{number}件，办结率百分之九十八，群众满意度稳步提高。",
    "{matter}的办理流程、申请条件、办理时限和收费标准，由{unit}向社会公开，接受监督。",
    "本文件自公布之日起施行，此前有关{matter}的规定与本文件不一致的，以本文件为准。",
    "要加强政策解读，主动回应社会关切，及时发布{matter}的权威信息。",
)
COLUMNS = (
    "form_id, unit_id, title, document_number, kind, topic_id, entry_id, summary, body, formed_date, source, method, "
    "openness_mark, validity, status, version, index_number, drafted_by_id, drafted_at, return_reason, published_by_id, "
    "published_at, withdrawal_reason, view_count, title_vector, text_vector"
)


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
    chance = random.Random(seed)  # noqa: S311 - the same seed makes the same items
    units = {unit.pk: unit for unit in stage.units}
    counters = _counters(units)
    published = 0
    with connection.cursor() as cursor, cursor.copy(f"COPY {Item._meta.db_table} ({COLUMNS}) FROM STDIN") as copy:
        for place in range(number):
            row = _row(chance, stage=stage, place=place, number=number, counters=counters)
            copy.write_row(row)
            published += row[14] == ItemStatus.PUBLISHED
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


def _row(
    chance: random.Random, *, stage: Stage, place: int, number: int, counters: "Counter[tuple[int, int]]"
) -> tuple[object, ...]:
    """One item as a row of the table, spread evenly over the years, oldest first."""
    unit, matter = chance.choice(stage.units), chance.choice(MATTERS)
    at = stage.until - timedelta(days=365 * YEARS) * (1 - (place + 1) / number)
    year = timezone.localtime(at).year
    is_published = place % HIDDEN_ONE_IN != HIDDEN_ONE_IN - 1
    index_number = None
    if is_published:
        counters[unit.pk, year] += 1
        index_number = written(Numbered(unit=unit, on=timezone.localdate(at)), serial=counters[unit.pk, year])
    title = f"{unit.name}关于{chance.choice(ACTS)}{year}年{matter}工作的{chance.choice(FORMS)}"
    document_number = f"宁政发〔{year}〕{chance.randint(1, 400)}号"
    summary, body = "".join(_sentences(chance, 1, matter, unit)), "\n".join(_sentences(chance, 8, matter, unit))
    return (
        uuid.uuid4(),
        unit.pk,
        title,
        document_number,
        chance.choice(Item.Kind.values),
        chance.choice(stage.topics).pk if stage.topics else None,
        chance.choice(stage.entries).pk if stage.entries else None,
        summary,
        body,
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
        search.title_lexemes([title, document_number, index_number]) if index_number else None,
        search.text_lexemes([summary, body]) if index_number else None,
    )


def _sentences(chance: random.Random, number: int, matter: str, unit: Unit) -> Iterator[str]:
    for _ in range(number):
        sentence = chance.choice(SENTENCES)
        yield sentence.format(matter=matter, unit=unit.short_name, number=chance.randint(10, 999))
