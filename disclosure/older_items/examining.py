"""What a row would become (预检): an item's fields, its number and files; or every problem at its column. Nothing is written."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from disclosure.models import ImportRow, Ruling
from disclosure.older_items.archive import OlderArchive
from disclosure.older_items.attachments import OlderFile, files_of
from disclosure.older_items.layout import REQUIRED, Column
from disclosure.older_items.problems import Problem, UnreadableValue
from disclosure.older_items.twins import Twins
from disclosure.older_items.values import FIELDS, Vocabulary, check_is_public, exception_of, value_of
from disclosure.privacy.gate import counted
from disclosure.privacy.item_scan import TEXT_FIELDS, ItemHit, hits_in_field
from disclosure.states import Validity
from ninghai.models import Unit
from ninghai.personal_data.hit import Kind

COLUMNS = {name: column for column, name in FIELDS.items()}
AFTER_PUBLICATION = "晚于原发布日期，请核对两个日期。"
TO_MASK = f"请先脱敏；依法应当公开，或经核对不是个人信息的，在“{Column.EXCEPTION}”列选择理由。"
TO_LOOK_AT = (
    f"请人工核对图片，可以公开的在“{Column.EXCEPTION}”列选择“{Ruling.Reason.LOOKED_AT.label}”；"
    "这一行的文字里另有个人信息的，请先脱敏。"
)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a row is judged by: the names in use, the archive, what is there already, and the day."""

    vocabulary: Vocabulary
    archive: OlderArchive | None
    twins: Twins
    today: date


@dataclass(slots=True)
class Examined:
    """The row understood; with problems it becomes nothing."""

    fields: dict[str, Any] = field(default_factory=dict)
    unit: Unit | None = None
    index_number: str = ""
    files: tuple[OlderFile, ...] = ()
    hits: tuple[ItemHit, ...] = ()
    exception: Ruling.Reason | None = None
    exception_note: str = ""
    problems: list[Problem] = field(default_factory=list)


def examine(row: ImportRow, around: Surroundings) -> Examined:
    """Look at every column of the row, and at its files."""
    found = Examined(problems=_kept(row))
    texts: Mapping[Column, str] = {column: row.fields[column] for column in Column if row.fields.get(column)}
    _read_values(found, texts, around)
    found.problems += [Problem(column, "不能为空。") for column in REQUIRED if column not in texts]
    if Column.BODY not in texts and Column.FILES not in texts:
        found.problems.append(Problem(Column.BODY, "正文和附件不能都为空。"))
    in_row = files_of(texts.get(Column.FILES, ""), around.archive)
    found.files = in_row.files
    found.problems += in_row.problems
    found.problems += _dates_in_order(found.fields, today=around.today)
    title, day = found.fields.get("title", ""), found.fields.get("original_published_on")
    found.problems += around.twins.problems(row, unit=found.unit, title=title, day=day)
    found.hits = (*_hits_in_text(found.fields), *(hit for file in found.files for hit in file.hits))
    found.problems += _personal([hit for hit in found.hits if not is_covered(hit, found.exception)])
    return found


def _kept(row: ImportRow) -> list[Problem]:
    """What the cells themselves had wrong when the workbook was read."""
    return [Problem(Column(each["column"]), each["message"]) for each in row.fields.get("cells", [])]


def _read_values(found: Examined, texts: Mapping[Column, str], around: Surroundings) -> None:
    for column, text in texts.items():
        try:
            _read_value(found, column, text, around)
        except UnreadableValue as refused:
            found.problems.append(Problem(column, str(refused)))
    if Column.UNIT in texts:
        try:
            on = found.fields.get("original_published_on")
            found.unit = around.vocabulary.unit(texts[Column.UNIT], on=on)
        except UnreadableValue as refused:
            found.problems.append(Problem(Column.UNIT, str(refused)))


def _read_value(found: Examined, column: Column, text: str, around: Surroundings) -> None:
    if column in FIELDS:
        found.fields[FIELDS[column]] = value_of(column, text, around.vocabulary)
    elif column in {Column.METHOD, Column.STATE}:
        check_is_public(column, text)
    elif column is Column.INDEX_NUMBER:
        found.index_number = text
    elif column is Column.EXCEPTION:
        found.exception = exception_of(text)
    elif column is Column.EXCEPTION_NOTE:
        found.exception_note = text[:200]


def _dates_in_order(fields: Mapping[str, Any], *, today: date) -> Iterator[Problem]:
    published, formed = fields.get("original_published_on"), fields.get("formed_date")
    if published and published > today:
        yield Problem(Column.PUBLISHED_ON, "晚于今天。尚未公布的信息不能导入，请走起草和审核。")
    if published and formed and formed > published:
        yield Problem(Column.FORMED_DATE, AFTER_PUBLICATION)
    if fields.get("validity") == Validity.REPEALED and not fields.get("repealed_on"):
        yield Problem(Column.REPEALED_ON, "已废止的信息要填写废止日期。")


def is_covered(hit: ItemHit, exception: Ruling.Reason | None) -> bool:
    """Whether the row's reason lets the hit stand: of a picture only that somebody looked at it, of nothing else that."""
    return exception is not None and (hit.kind is Kind.PICTURE) == (exception == Ruling.Reason.LOOKED_AT)


def _hits_in_text(fields: Mapping[str, Any]) -> Iterator[ItemHit]:
    for name in TEXT_FIELDS:
        yield from hits_in_field(name, fields.get(name, ""))


def _personal(hits: list[ItemHit]) -> Iterator[Problem]:
    """A sentence for each column and file, without what was found."""
    by_place: dict[tuple[Column, str], list[ItemHit]] = {}
    for hit in hits:
        by_place.setdefault((COLUMNS.get(hit.field, Column.FILES), hit.file), []).append(hit)
    for (column, file), here in by_place.items():
        where = f"附件“{file}”（{here[0].place}等）" if file else "文字"
        advice = TO_LOOK_AT if all(hit.kind is Kind.PICTURE for hit in here) else TO_MASK
        yield Problem(column, f"{where}里有{counted(here)}。{advice}")
