"""The whole way from a file to the parsed notice (通知识别), and the sandbox (受限进程) in which the portal goes it."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby
from typing import Any

from ninghai.files.sandbox.limits import ParsingRefused
from ninghai.files.sandbox.plain_values import from_plain, to_plain
from ninghai.files.sandbox.running import read_for_import
from tasks.notices.reading.blocks import NotANotice, YearUnknown
from tasks.notices.reading.document import read_document
from tasks.notices.reading.letter import Frame, read_frame
from tasks.notices.reading.office_files import ReadSheet, sheets_of_workbook
from tasks.notices.reading.outline import read_outline, unwrap
from tasks.notices.reading.parsed import Other, ParsedNotice, ParseWarning, Placed, PlacedKind, SourcePlace
from tasks.notices.reading.points import Outline, PointReader, warnings_outside
from tasks.notices.reading.responsibility import LeadRule
from tasks.notices.reading.unit_names import FIRST_IS_LEAD, OTHERS_SUPPORT

FIRST_YEAR, LAST_YEAR = 2008, 2100  # that somebody may tell
YEAR_IN_NAME = re.compile(r"(?<!\d)20[0-4]\d(?!\d)")
TITLE_OF_TASKS = re.compile(r"要点|分工|任务|方案|意见|计划")


def read_notice(
    *, data: bytes, filename: str, year: int | None = None, year_if_unsaid: int | None = None
) -> ParsedNotice:
    """Read a published notice; raises NotANotice with a sentence for the screen if the file is none.

    `year` is the year it plans, where somebody has said so; else the notice says it, else it is `year_if_unsaid`, or
    YearUnknown asks for it.
    Reading never fails on what it does not understand: that ends up in `other` or in a warning.
    """
    document = read_document(data=data, filename=filename)
    frame = read_frame(document.lines)
    outline = read_outline(frame.body)
    _refuse_other_documents(frame, outline)
    year, doubts = _year_of(frame, filename, given=year, if_unsaid=year_if_unsaid)
    reader = PointReader(year=year, issued_on=frame.issued_on, rule=_lead_rule(frame, outline))
    points = tuple(reader.read(outline.entries))
    other = _in_words(frame, outline)
    asked = warnings_outside(_made_whole(other), year=year, issued_on=frame.issued_on)
    return ParsedNotice(
        title=frame.title,
        document_number=frame.document_number,
        issuing_office=frame.issuing_office,
        issued_on=frame.issued_on,
        year=year,
        openness=frame.openness,
        points=points,
        other=other,
        warnings=tuple(
            sorted((*document.warnings, *doubts, *_warnings_about(frame), *outline.warnings, *reader.warnings, *asked))
        ),
        placed=_in_order(frame, outline),
    )


def _refuse_other_documents(frame: Frame, outline: Outline) -> None:
    if not outline.entries:
        raise NotANotice("文件里没有“一、”“（一）”“1.”这样编号的要点，请确认选择的是工作要点通知。")
    if not outline.brackets and not TITLE_OF_TASKS.search(frame.title):
        raise NotANotice("文件里没有责任单位，标题也不像工作要点通知，请确认选择的文件是否正确。")


def _year_of(
    frame: Frame, filename: str, *, given: int | None, if_unsaid: int | None
) -> tuple[int, list[ParseWarning]]:
    """The year the notice plans; a table alone may have it in the file's name only."""
    if given is not None:
        return given, _doubts_about(given, frame)
    if frame.year is not None:
        return frame.year, []
    if named := YEAR_IN_NAME.search(filename):
        message = f"标题、文号和落款里都没有年份，按文件名定为{named[0]}年，请核对。"
        return int(named[0]), [ParseWarning(1, message)]
    if if_unsaid is not None:
        return if_unsaid, []
    raise YearUnknown("标题、文号、落款和文件名里都没有年份，请填写这份通知是哪一年度的。")


def _doubts_about(given: int, frame: Frame) -> list[ParseWarning]:
    """What is told counts, even against the notice; but all its dates hang on it."""
    if not FIRST_YEAR <= given <= LAST_YEAR:
        raise NotANotice(f"年度“{given}”不对，应在{FIRST_YEAR}至{LAST_YEAR}之间。")
    if frame.year in (None, given):
        return []
    return [ParseWarning(1, f"通知里写的是{frame.year}年，按填写的{given}年度计算时限，请核对。")]


def _lead_rule(frame: Frame, outline: Outline) -> LeadRule:
    """Does the letter or the preamble say that the first unit listed leads (列第一位者为牵头单位), and the others support?"""
    examples = [words for other in (*frame.other, *outline.other) if FIRST_IS_LEAD.search(words := other.passage.text)]
    return LeadRule(first_leads=bool(examples), others_support=any(map(OTHERS_SUPPORT.search, examples)))


def _warnings_about(frame: Frame) -> list[ParseWarning]:
    missing = {
        "没有找到通知的标题，请补充。": not frame.title,
        "没有找到发文字号，请补充。": not frame.document_number,
        "没有找到成文日期，请补充。": not frame.issued_on,
    }
    return [ParseWarning(1, message) for message, is_missing in missing.items() if is_missing]


def _in_words(frame: Frame, outline: Outline) -> tuple[Other, ...]:
    """What belongs to no point, without the blanks between."""
    worded = (other for other in (*frame.other, *outline.other) if not other.passage.is_blank)
    return tuple(sorted(worded, key=lambda other: other.passage.position))


def _made_whole(others: Sequence[Other]) -> Iterator[Other]:
    """The same, with the paragraphs of the letter as they were before their lines were cut; those of the body are."""
    for kind, group in groupby(others, key=lambda other: other.kind):
        passages = [other.passage for other in group]
        whole = unwrap(passages) if kind is PlacedKind.LETTER else passages
        yield from (Other(passage, kind) for passage in whole)


def _in_order(frame: Frame, outline: Outline) -> tuple[Placed, ...]:
    placed = [
        *(Placed(passage, SourcePlace.TITLE) for passage in frame.title_passages),
        *(Placed(other.passage, SourcePlace.OTHER) for other in frame.other),
        *outline.placed(),
    ]
    by_line = (replace(each, passage=passage) for each in placed for passage in each.passage.by_line() if passage.text)
    return tuple(sorted(by_line, key=lambda each: each.passage.position))


def read_notice_in_sandbox(
    *, data: bytes, filename: str, year: int | None = None, year_if_unsaid: int | None = None
) -> ParsedNotice:
    """As `read_notice`; raises NotANotice with a sentence also for a file that costs too much."""
    given: dict[str, Any] = {"filename": filename, "year": year, "year_if_unsaid": year_if_unsaid}
    try:
        answer = read_for_import(f"{__name__}:notice", data, **given)
    except ParsingRefused as refused:
        refusal = YearUnknown if refused.kind == YearUnknown.__name__ else NotANotice
        raise refusal(str(refused)) from refused
    return from_plain(ParsedNotice, answer.value)


def sheets_in_sandbox(data: bytes) -> list[ReadSheet]:
    """As `sheets_of_workbook`; raises NotANotice with a sentence also for a file that costs too much."""
    try:
        return [from_plain(ReadSheet, sheet) for sheet in read_for_import(f"{__name__}:sheets", data).value]
    except ParsingRefused as refused:
        raise NotANotice(str(refused)) from refused


def notice(data: bytes, **given: Any) -> Any:
    """For the sandbox."""
    return to_plain(read_notice(data=data, **given))


def sheets(data: bytes) -> Any:
    """For the sandbox."""
    return [to_plain(sheet) for sheet in sheets_of_workbook(data)]
