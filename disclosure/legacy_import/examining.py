"""What a row would become (预检): an item's fields, its files, and what is wrong with them."""

import hashlib
import io
import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from tempfile import TemporaryFile
from typing import IO, Any, Self

from django.core.exceptions import ValidationError

from disclosure.items.index_numbers import accept_imported_number
from disclosure.legacy_import.archive import OlderArchive
from disclosure.legacy_import.columns import REQUIRED, LegacyColumn, LegacyProblem, UnreadableValue
from disclosure.legacy_import.values import FIELDS, Vocabulary, check_is_public, day_of, exception_of, value_of
from disclosure.models import ImportRow, Item, ItemImport, Ruling
from disclosure.models.states import Validity
from disclosure.privacy.gate import counted
from disclosure.privacy.scans import TEXT_FIELDS, TOO_COSTLY, ItemHit, hits_in_field
from ninghai.files import Purpose, UnacceptableFile
from ninghai.files.kinds import clean_label
from ninghai.files.public_copy import TOO_COSTLY as NOT_WRITTEN
from ninghai.files.public_copy import rewritten
from ninghai.files.sandbox.limits import BACKGROUND, Interrupted, TooCostly
from ninghai.files.storing import NotLookedInto, inspect
from ninghai.models import Unit
from ninghai.personal_data.folding import fold
from ninghai.personal_data.hit import DataKind
from ninghai.personal_data.reading.content import UnreadableFile
from ninghai.personal_data.scan import Looked, look_in_sandbox

# The files of a row (附件): found in the archive, each looked into as an upload is, and searched for personal data.

logger = logging.getLogger(__name__)

MOST_FILES = 50  # of one row
LARGEST_ROW = 200 * 1024 * 1024  # bytes of a row's files together


@dataclass(frozen=True, slots=True)
class OlderFile:
    """A file that may become an attachment; `found` is what the finder of personal data found in it."""

    path: str
    label: str
    media_type: str
    unpacked: IO[bytes] = field(compare=False, repr=False)  # the file itself, in a temporary file
    written: IO[bytes] = field(compare=False, repr=False)  # what the public gets, likewise
    sha256: str  # of that
    found: Sequence[Mapping[str, Any]]
    text: str = ""  # that a reader sees in it

    @property
    def data(self) -> bytes:
        return _all_of(self.unpacked)

    @property
    def copy(self) -> bytes:
        """What the public gets of it."""
        return _all_of(self.written)

    @property
    def hits(self) -> Iterator[ItemHit]:
        """The same as the gate will see them, in the file and in its name."""
        yield from hits_in_field("", self.label)
        for hit in self.found:
            yield ItemHit(
                kind=DataKind(hit["kind"]),
                text=hit["text"],
                place=hit["place"],
                certain=hit["certain"],
                file=f"{self.label}/{hit['file']}" if hit["file"] else self.label,
                file_hash=self.sha256,
            )


@dataclass(frozen=True, slots=True)
class RowFiles:
    files: tuple[OlderFile, ...]
    problems: tuple[LegacyProblem, ...]


def files_of(names: str, archive: OlderArchive | None) -> RowFiles:
    """What the cell of attachments names, in its order, and what is wrong with it. Raises NotLookedInto."""
    if not names:
        return RowFiles((), ())
    if archive is None:
        return RowFiles((), (LegacyProblem(LegacyColumn.FILES, "没有上传附件压缩包，请连同压缩包一起上传。"),))
    try:
        paths = archive.find(names)
    except UnreadableValue as refused:
        return RowFiles((), (LegacyProblem(LegacyColumn.FILES, str(refused)),))
    if len(paths) > MOST_FILES:
        return RowFiles((), (LegacyProblem(LegacyColumn.FILES, f"有{len(paths)}个附件，一条信息最多{MOST_FILES}个。"),))
    looked_into = list(_look_into(archive, paths))
    files = [file for file in looked_into if isinstance(file, OlderFile)]
    problems = [problem for problem in looked_into if isinstance(problem, LegacyProblem)]
    return RowFiles(tuple(files), tuple(problems))


def _look_into(archive: OlderArchive, paths: list[str]) -> Iterator[OlderFile | LegacyProblem]:
    room = LARGEST_ROW
    for path in paths:
        try:
            file, size = _file(archive, path)
        except NotLookedInto:
            raise
        except UnacceptableFile as refused:
            yield LegacyProblem(LegacyColumn.FILES, str(refused.message))
            continue
        except Exception:  # of a broken file no parser promises how it fails; the other rows go on
            logger.exception("a file of an import could not be looked into")
            yield LegacyProblem(
                LegacyColumn.FILES, f"检查“{path}”时发生意外错误。请用办公软件打开后另存一份，重新压缩。"
            )
            continue
        room -= size
        if room < 0:
            yield LegacyProblem(LegacyColumn.FILES, f"附件合计超过{LARGEST_ROW // 1024**2}MB，请减少附件。")
            return
        yield file


def _file(archive: OlderArchive, path: str) -> tuple[OlderFile, int]:
    """With its size."""
    data, label = archive.unpacked(path), clean_label(path)
    if not data:
        raise UnacceptableFile(f"“{path}”是空文件，请换成完整的文件。")
    kind = inspect(io.BytesIO(data), label=label, purpose=Purpose.PUBLICATION)
    copy = _written_anew(label, data)
    looked = _looked_into(label, copy)
    if looked.unreadable:
        raise UnacceptableFile(f"“{path}”不能检查个人信息，因此不能公开。{looked.unreadable[0]}")
    file = OlderFile(
        path=path,
        label=label,
        media_type=kind.media_type,
        unpacked=_laid_aside(data),
        written=_laid_aside(copy),
        sha256=hashlib.sha256(copy).hexdigest(),
        found=looked.hits,
        text=looked.text,
    )
    return file, len(data)


def _laid_aside(data: bytes) -> IO[bytes]:
    """Nothing is unpacked again while rows are locked, and thousands of files do not lie in memory."""
    file = TemporaryFile()  # noqa: SIM115 - closed with the last who knows it
    file.write(data)
    return file


def _all_of(file: IO[bytes]) -> bytes:
    file.seek(0)
    return file.read()


def _written_anew(label: str, data: bytes) -> bytes:
    try:
        return rewritten(name=label, source=data, limits=BACKGROUND)
    except UnreadableFile as refused:
        raise UnacceptableFile(f"“{label}”不能公开。{refused}") from None
    except TooCostly:
        raise UnacceptableFile(f"“{label}”不能公开。{NOT_WRITTEN}") from None
    except Interrupted as interrupted:
        raise NotLookedInto(str(interrupted)) from interrupted


def _looked_into(label: str, data: bytes) -> Looked:
    try:
        return look_in_sandbox(name=label, source=data, limits=BACKGROUND)
    except TooCostly:
        return Looked([], [TOO_COSTLY])
    except Interrupted as interrupted:
        raise NotLookedInto(str(interrupted)) from interrupted


# Rows that are there already (重复): in the catalogue, or further up in the same workbook.

Mark = tuple[str, str, str]  # unit, title and day as the workbook writes them


@dataclass(frozen=True, slots=True)
class Twins:
    """What a workbook says twice, and what the catalogue has of the days that some of its rows name."""

    first_with_number: Mapping[str, int]
    first_with_mark: Mapping[Mark, int]
    in_catalogue: Mapping[tuple[int, str, date], str]  # (unit, title, day) → index number

    @classmethod
    def load(cls, item_import: ItemImport, rows: Iterable[ImportRow]) -> Self:
        """For these rows of the import, which are about to be looked at."""
        numbers: dict[str, int] = {}
        marks: dict[Mark, int] = {}
        for number, fields in item_import.rows.order_by("number").values_list("number", "fields"):
            if index_number := fields.get(LegacyColumn.INDEX_NUMBER, ""):
                numbers.setdefault(index_number, number)
            else:
                marks.setdefault(_mark(fields), number)
        return cls(numbers, marks, _in_catalogue(rows))

    def problems(self, row: ImportRow, *, unit: Unit | None, title: str, day: date | None) -> Iterator[LegacyProblem]:
        """What of the row is there already. With a number of its own, an item is another one than all others."""
        if index_number := row.fields.get(LegacyColumn.INDEX_NUMBER, ""):
            yield from self._number_taken(row, index_number)
            return
        first = self.first_with_mark.get(_mark(row.fields), row.number)
        if first < row.number:
            yield LegacyProblem(LegacyColumn.TITLE, f"与第{first}行重复：发布机构、名称和原发布日期都相同。")
        if unit and day and (there := self.in_catalogue.get((unit.pk, title, day))):
            yield LegacyProblem(LegacyColumn.TITLE, f"平台上已有这条信息，索引号 {there}。不再导入的，请删去这一行。")

    def _number_taken(self, row: ImportRow, index_number: str) -> Iterator[LegacyProblem]:
        first = self.first_with_number.get(index_number, row.number)
        if first < row.number:
            yield LegacyProblem(LegacyColumn.INDEX_NUMBER, f"与第{first}行的索引号相同，请核对。")
        try:
            accept_imported_number(index_number)
        except ValidationError as refused:
            yield LegacyProblem(LegacyColumn.INDEX_NUMBER, "".join(refused.messages))


def _mark(fields: Mapping[str, Any]) -> Mark:
    return tuple(
        fold(fields.get(column, "")) for column in (LegacyColumn.UNIT, LegacyColumn.TITLE, LegacyColumn.PUBLISHED_ON)
    )  # type: ignore[return-value]


def _in_catalogue(rows: Iterable[ImportRow]) -> dict[tuple[int, str, date], str]:
    """One question for all rows: the items of the days that they name."""
    days = {day for row in rows if (day := _day(row.fields.get(LegacyColumn.PUBLISHED_ON, "")))}
    found = Item.objects.filter(original_published_on__in=days, index_number__isnull=False)
    return {
        (unit, title, day): number or ""
        for unit, title, day, number in found.values_list("unit", "title", "original_published_on", "index_number")
        if day
    }


def _day(text: str) -> date | None:
    try:
        return day_of(text) if text else None
    except UnreadableValue:
        return None


COLUMNS = {name: column for column, name in FIELDS.items()}
AFTER_PUBLICATION = "晚于原发布日期，请核对两个日期。"
TO_MASK = f"请先脱敏；依法应当公开，或经核对不是个人信息的，在“{LegacyColumn.EXCEPTION}”列选择理由。"
TO_LOOK_AT = (
    f"请人工核对图片，可以公开的在“{LegacyColumn.EXCEPTION}”列选择“{Ruling.Reason.LOOKED_AT.label}”；"
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
    problems: list[LegacyProblem] = field(default_factory=list)


def examine(row: ImportRow, around: Surroundings) -> Examined:
    """Look at every column of the row, and at its files."""
    found = Examined(problems=_kept(row))
    texts: Mapping[LegacyColumn, str] = {
        column: row.fields[column] for column in LegacyColumn if row.fields.get(column)
    }
    _read_values(found, texts, around)
    found.problems += [LegacyProblem(column, "不能为空。") for column in REQUIRED if column not in texts]
    if LegacyColumn.BODY not in texts and LegacyColumn.FILES not in texts:
        found.problems.append(LegacyProblem(LegacyColumn.BODY, "正文和附件不能都为空。"))
    in_row = files_of(texts.get(LegacyColumn.FILES, ""), around.archive)
    found.files = in_row.files
    found.problems += in_row.problems
    found.problems += _dates_in_order(found.fields, today=around.today)
    title, day = found.fields.get("title", ""), found.fields.get("original_published_on")
    found.problems += around.twins.problems(row, unit=found.unit, title=title, day=day)
    found.hits = (*_hits_in_text(found.fields), *(hit for file in found.files for hit in file.hits))
    found.problems += _personal([hit for hit in found.hits if not is_covered(hit, found.exception)])
    return found


def _kept(row: ImportRow) -> list[LegacyProblem]:
    """What the cells themselves had wrong when the workbook was read."""
    return [LegacyProblem(LegacyColumn(each["column"]), each["message"]) for each in row.fields.get("cells", [])]


def _read_values(found: Examined, texts: Mapping[LegacyColumn, str], around: Surroundings) -> None:
    for column, text in texts.items():
        try:
            _read_value(found, column, text, around)
        except UnreadableValue as refused:
            found.problems.append(LegacyProblem(column, str(refused)))
    if LegacyColumn.UNIT in texts:
        try:
            on = found.fields.get("original_published_on")
            found.unit = around.vocabulary.unit(texts[LegacyColumn.UNIT], on=on)
        except UnreadableValue as refused:
            found.problems.append(LegacyProblem(LegacyColumn.UNIT, str(refused)))


def _read_value(found: Examined, column: LegacyColumn, text: str, around: Surroundings) -> None:
    if column in FIELDS:
        found.fields[FIELDS[column]] = value_of(column, text, around.vocabulary)
    elif column in {LegacyColumn.METHOD, LegacyColumn.STATE}:
        check_is_public(column, text)
    elif column is LegacyColumn.INDEX_NUMBER:
        found.index_number = text
    elif column is LegacyColumn.EXCEPTION:
        found.exception = exception_of(text)
    elif column is LegacyColumn.EXCEPTION_NOTE:
        found.exception_note = text[:200]


def _dates_in_order(fields: Mapping[str, Any], *, today: date) -> Iterator[LegacyProblem]:
    published, formed = fields.get("original_published_on"), fields.get("formed_date")
    if published and published > today:
        yield LegacyProblem(LegacyColumn.PUBLISHED_ON, "晚于今天。尚未公布的信息不能导入，请走起草和审核。")
    if published and formed and formed > published:
        yield LegacyProblem(LegacyColumn.FORMED_DATE, AFTER_PUBLICATION)
    if fields.get("validity") == Validity.REPEALED and not fields.get("repealed_on"):
        yield LegacyProblem(LegacyColumn.REPEALED_ON, "已废止的信息要填写废止日期。")


def is_covered(hit: ItemHit, exception: Ruling.Reason | None) -> bool:
    """Whether the row's reason lets the hit stand: of a picture only that somebody looked at it, of nothing else that."""
    return exception is not None and (hit.kind is DataKind.PICTURE) == (exception == Ruling.Reason.LOOKED_AT)


def _hits_in_text(fields: Mapping[str, Any]) -> Iterator[ItemHit]:
    for name in TEXT_FIELDS:
        yield from hits_in_field(name, fields.get(name, ""))


def _personal(hits: list[ItemHit]) -> Iterator[LegacyProblem]:
    """A sentence for each column and file, without what was found."""
    by_place: dict[tuple[LegacyColumn, str], list[ItemHit]] = {}
    for hit in hits:
        by_place.setdefault((COLUMNS.get(hit.field, LegacyColumn.FILES), hit.file), []).append(hit)
    for (column, file), here in by_place.items():
        where = f"附件“{file}”（{here[0].place}等）" if file else "文字"
        advice = TO_LOOK_AT if all(hit.kind is DataKind.PICTURE for hit in here) else TO_MASK
        yield LegacyProblem(column, f"{where}里有{counted(here)}。{advice}")
