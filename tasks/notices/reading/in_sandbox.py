"""Notices and tables read in the sandbox (受限进程中识别), as the portal does it: no stranger's file is parsed in its own processes."""

from typing import Any

from ninghai.sandbox.limits import ParsingRefused
from ninghai.sandbox.plain_values import from_plain, to_plain
from ninghai.sandbox.running import read_for_import
from tasks.notices.reading.parsed import ParsedNotice
from tasks.notices.reading.reader import read_notice
from tasks.notices.reading.refusal import NotANotice, YearUnknown
from tasks.notices.reading.workbook import ReadSheet, sheets_of_workbook


def read_notice_in_sandbox(*, data: bytes, filename: str, year: int | None = None) -> ParsedNotice:
    """As `read_notice`; raises NotANotice with a sentence also for a file that costs too much."""
    try:
        answer = read_for_import(f"{__name__}:notice", data, filename=filename, year=year)
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


def notice(data: bytes, *, filename: str, year: int | None) -> Any:
    """For the sandbox."""
    return to_plain(read_notice(data=data, filename=filename, year=year))


def sheets(data: bytes) -> Any:
    """For the sandbox."""
    return [to_plain(sheet) for sheet in sheets_of_workbook(data)]
