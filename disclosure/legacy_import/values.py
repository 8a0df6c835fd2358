"""From the text of a cell to the value of an item's field, by its column; what cannot be understood is said in a sentence."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Self, TypeVar

from django.db.models import TextChoices

from disclosure.items.text import many_lines, one_line
from disclosure.legacy_import.columns import LegacyColumn, UnreadableValue
from disclosure.models import CatalogueEntry, Item, Ruling, Topic
from disclosure.models.states import Category, DisclosureMethod, Validity
from ninghai.models import Unit
from ninghai.personal_data.folding import fold
from tasks.notices.reading.letter import date_signed, is_date

# A day in every shape that a spreadsheet or a website writes: 2018-08-13, 2018年8月13日, 20180813, 43325, 二〇一八年八月十三日.

EARLIEST = date(1949, 10, 1)
TIME_OF_DAY = r"(?:[\sT]*\d{1,2}[:时]\d{1,2}.*)?"
WITH_MARKS = re.compile(rf"(\d{{4}})\s*[-/.年]\s*(\d{{1,2}})\s*[-/.月]\s*(\d{{1,2}})\s*[日号]?{TIME_OF_DAY}")
DIGITS = re.compile(r"(\d{4})(\d{2})(\d{2})(?:\d{6})?")
EXCEL_DAY = re.compile(r"[2-7]\d{4}")
EXCEL_ZERO = date(1899, 12, 30)


def day_of(text: str) -> date:
    """The day; raises UnreadableValue with a sentence."""
    plain = unicodedata.normalize("NFKC", text).strip()
    day = _day_of(plain)
    if day is None:
        raise UnreadableValue(f"“{text[:30]}”不是日期，请写成 2018-08-13 的形式。")
    if day < EARLIEST:
        raise UnreadableValue(f"“{text[:30]}”早于1949年10月1日，请核对。")
    return day


def _day_of(plain: str) -> date | None:
    if EXCEL_DAY.fullmatch(plain):  # a day that lost its format
        return EXCEL_ZERO + timedelta(days=int(plain))
    if found := WITH_MARKS.fullmatch(plain) or DIGITS.fullmatch(plain):
        try:
            return date(int(found[1]), int(found[2]), int(found[3]))
        except ValueError:
            return None
    return date_signed(plain) if is_date(plain) else None


T = TypeVar("T")
Reader = Callable[[str], Any]

PUBLIC_STATES = frozenset({"已公开", "已发布", "发布", "公开", "正常", "有效", "已签发", "已上网"})
ALSO_VALID = {"现行有效": Validity.IN_FORCE, "已失效": Validity.EXPIRED, "已废止": Validity.REPEALED, "无效": Validity.EXPIRED}  # fmt: skip

FIELDS: Mapping[LegacyColumn, str] = {  # the item's field behind each column that is one
    LegacyColumn.TITLE: "title",
    LegacyColumn.DOCUMENT_NUMBER: "document_number",
    LegacyColumn.KIND: "kind",
    LegacyColumn.CATEGORY: "category",
    LegacyColumn.TOPIC: "topic",
    LegacyColumn.ENTRY: "entry",
    LegacyColumn.SUMMARY: "summary",
    LegacyColumn.BODY: "body",
    LegacyColumn.SOURCE: "source",
    LegacyColumn.VALIDITY: "validity",
    LegacyColumn.PUBLISHED_ON: "original_published_on",
    LegacyColumn.FORMED_DATE: "formed_date",
    LegacyColumn.EFFECTIVE_ON: "effective_on",
    LegacyColumn.EXPIRES_ON: "expires_on",
    LegacyColumn.REPEALED_ON: "repealed_on",
    LegacyColumn.UNIFIED_NUMBER: "unified_number",
    LegacyColumn.AUDIENCE: "audience",
    LegacyColumn.OPENNESS_MARK: "openness_mark",
}


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What names in cells may mean: units of all times, topics, duties. Loaded once for many rows."""

    units: Mapping[str, tuple[Unit, ...]]
    topics: Mapping[str, tuple[Topic, ...]]
    entries: Mapping[str, tuple[CatalogueEntry, ...]]

    @classmethod
    def load(cls) -> Self:
        return cls(
            units=_by_name((name, unit) for unit in Unit.objects.all() for name in {*unit.names, unit.code}),
            topics=_by_name(
                (name, topic) for topic in Topic.objects.all() for name in {topic.path, topic.name, topic.code}
            ),
            entries=_by_name(
                (name, entry)
                for entry in CatalogueEntry.objects.filter(retired_on=None)
                for name in {entry.name, entry.code}
            ),
        )

    def unit(self, text: str, *, on: date | None) -> Unit:
        """The unit of this name, the one that existed on that day where several bear it."""
        found = self.units.get(fold(text), ())
        then = [unit for unit in found if on and _existed(unit, on)]
        if len(found) > 1 and len(then) == 1:
            return then[0]
        return _only(found, text, where="单位名录")


def value_of(column: LegacyColumn, text: str, vocabulary: Vocabulary) -> Any:
    """The value; raises UnreadableValue."""
    reader = READERS.get(column)
    if reader:
        return reader(text)
    if column is LegacyColumn.TOPIC:
        return _only(vocabulary.topics.get(fold(text.replace("/", "\\")), ()), text, where="主题分类")
    if column is LegacyColumn.ENTRY:
        return _only(vocabulary.entries.get(fold(text), ()), text, where="基本目录")
    return _line(text, field=FIELDS[column])


def check_is_public(column: LegacyColumn, text: str) -> None:
    """Only what is public elsewhere, as a whole, may be taken over; raises UnreadableValue."""
    if column is LegacyColumn.METHOD and fold(text) not in {DisclosureMethod.PROACTIVE.label, "主动"}:
        raise UnreadableValue(f"公开方式是“{text[:20]}”，只能导入主动公开的信息，请删去这一行。")
    if column is LegacyColumn.STATE and fold(text) not in PUBLIC_STATES:
        raise UnreadableValue(f"原状态是“{text[:20]}”，草稿、待审核和已撤回的信息不能导入，请删去这一行。")


def exception_of(text: str) -> Ruling.Reason:
    """The coded reason why personal data may stay."""
    return Ruling.Reason(_choice(Ruling.Reason)(text))


# Readers.


def _choice(choices: type[TextChoices], also: Mapping[str, str] | None = None) -> Reader:
    by_label = {**{fold(str(choice.label)): choice.value for choice in choices}, **(also or {})}

    def read(text: str) -> str:
        if fold(text) not in by_label:
            raise UnreadableValue(f"“{text[:30]}”不能识别，应为：{'、'.join(str(each.label) for each in choices)}。")
        return str(by_label[fold(text)])

    return read


def _line(text: str, *, field: str) -> str:
    line = one_line(text)
    longest = Item._meta.get_field(field).max_length or 0  # type: ignore[union-attr]
    if len(line) > longest:
        raise UnreadableValue(f"有{len(line)}个字，不能超过{longest}个字。")
    return line


def _summary(text: str) -> str:
    summary = many_lines(text)
    longest = Item._meta.get_field("summary").max_length or 0
    if len(summary) > longest:
        raise UnreadableValue(f"有{len(summary)}个字，不能超过{longest}个字。请写短，或改填在“正文”列。")
    return summary


def _body(text: str) -> str:
    body = many_lines(text)
    longest = Item._meta.get_field("body").max_length or 0
    if len(body) > longest:
        raise UnreadableValue(f"有{len(body):,}个字，不能超过{longest:,}个字。请把全文作为附件。")
    return body


READERS: Mapping[LegacyColumn, Reader] = {
    LegacyColumn.PUBLISHED_ON: day_of,
    LegacyColumn.FORMED_DATE: day_of,
    LegacyColumn.EFFECTIVE_ON: day_of,
    LegacyColumn.EXPIRES_ON: day_of,
    LegacyColumn.REPEALED_ON: day_of,
    LegacyColumn.KIND: _choice(Item.Kind),
    LegacyColumn.CATEGORY: _choice(Category),
    LegacyColumn.VALIDITY: _choice(Validity, ALSO_VALID),
    LegacyColumn.SUMMARY: _summary,
    LegacyColumn.BODY: _body,
}


def _existed(unit: Unit, on: date) -> bool:
    return (unit.valid_from is None or unit.valid_from <= on) and (unit.valid_until is None or on <= unit.valid_until)


def _by_name(named: Iterable[tuple[str, T]]) -> dict[str, tuple[T, ...]]:
    found: dict[str, tuple[T, ...]] = {}
    for name, record in named:
        if fold(name) and record not in found.get(fold(name), ()):
            found[fold(name)] = (*found.get(fold(name), ()), record)
    return found


def _only(found: tuple[T, ...], text: str, *, where: str) -> T:
    if not found:
        raise UnreadableValue(f"{where}中没有“{text[:40]}”，请从下拉列表中选择。")
    if len(found) > 1:
        raise UnreadableValue(f"{where}中有{len(found)}个“{text[:40]}”，请改填编码或完整名称。")
    return found[0]
