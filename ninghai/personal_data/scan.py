"""Everything personal in a file, and everything in it that is out of sight."""

import logging
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, islice
from pathlib import Path
from typing import Any

from ninghai.files.sandbox.limits import Limits, ParsingFailed, ParsingRefused
from ninghai.files.sandbox.running import parse_in_sandbox
from ninghai.personal_data.body import find_in_body
from ninghai.personal_data.hit import DataKind
from ninghai.personal_data.joining import BREAK
from ninghai.personal_data.reading.content import (
    BESIDE,
    ENTRY_NAME,
    FORMULA,
    SHEET_NAME,
    CellGrid,
    Content,
    FilePassage,
    Picture,
    UnreadableFile,
)
from ninghai.personal_data.reading.reader import contents
from ninghai.personal_data.table import find_in_table

# The text of a file as its reader sees it: without comments, deleted words, properties, and names of sheets and entries.

LONGEST = 100_000  # characters of one file
# How the places of what is no text begin.
PROPERTIES = ("文件属性", "文件的自定义属性", "图片属性", "名称", "超链接", SHEET_NAME, ENTRY_NAME, FORMULA, BESIDE)


class VisibleText:
    """Gathers the text, up to a bound, while somebody else reads the file."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._left = LONGEST

    def beside(self, read: Iterable[tuple[str, Content]]) -> Iterator[tuple[str, Content]]:
        """The same contents, one by one; what is visible in them is kept."""
        for file, content in read:
            if self._left > 0:
                self._keep(content)
            yield file, content

    def __str__(self) -> str:
        return "\n".join(self._pieces)[:LONGEST]

    def _keep(self, content: Content) -> None:
        for piece in _pieces(content):
            self._pieces.append(piece[: self._left])
            self._left -= len(piece) + 1
            if self._left <= 0:
                return


def _pieces(content: Content) -> Iterator[str]:
    if isinstance(content, CellGrid):
        yield from ("\t".join(row) for row in content.rows)
    elif isinstance(content, FilePassage) and _is_text(content):
        yield content.text


def _is_text(passage: FilePassage) -> bool:
    return not passage.hidden and not passage.place.startswith(PROPERTIES)


MOST_PLACES = 5  # of pictures, named in one hit
EXCERPT = 40  # characters of what is hidden that a list shows


@dataclass(frozen=True, slots=True)
class FileFindings:
    """A hit and where to look for it; the fields of `scan_personal_data --format json`."""

    file: str
    place: str
    kind: DataKind
    text: str
    certain: bool

    def as_json(self) -> dict[str, str | bool]:
        return {
            "file": self.file,
            "place": self.place,
            "kind": str(self.kind),
            "text": self.text,
            "certain": self.certain,
        }


def scan_file(*, name: str, data: bytes) -> list[FileFindings]:
    """All hits, in the order of the file; raises UnreadableFile when it cannot be looked into."""
    return list(findings(name=name, data=data))


def findings(*, name: str, data: bytes) -> Iterator[FileFindings]:
    """The hits one by one, as the file is read; the pictures of a file are one hit at its end."""
    return findings_in(contents(name, data))


def findings_in(read: Iterable[tuple[str, Content]]) -> Iterator[FileFindings]:
    """The same in what was read of the file already."""
    pictures: dict[str, list[str]] = {}
    flow: list[FilePassage] = []
    flowing = ""
    for file, content in read:
        if flow and not (isinstance(content, FilePassage) and content.flows and file == flowing):
            yield from _in_text(flowing, flow)
            flow = []
        if isinstance(content, Picture):
            pictures.setdefault(file, []).append(content.place)
        elif isinstance(content, CellGrid):
            yield from _in_grid(file, content)
        else:
            flow.append(content)
            flowing = file
    yield from _in_text(flowing, flow)
    for file, places in pictures.items():
        where = "、".join(dict.fromkeys(places[:MOST_PLACES])) + ("等" if len(places) > MOST_PLACES else "")
        yield FileFindings(file, where, DataKind.PICTURE, f"{len(places)}张图片不能自动检查", certain=False)


def _in_text(file: str, flow: Sequence[FilePassage]) -> Iterator[FileFindings]:
    """What is in passages that go on from each other, each hit at the passage in which it begins."""
    for passage in flow:
        if passage.hidden:
            words = f"{passage.hidden}：{passage.text[:EXCERPT]}" if passage.text.strip() else passage.hidden
            yield FileFindings(file, passage.place, DataKind.HIDDEN_DATA, words, certain=True)
    starts = list(accumulate((len(passage.text) + 1 for passage in flow), initial=0))
    for hit in find_in_body("\n".join(passage.text for passage in flow)):
        place = flow[bisect_right(starts, hit.start) - 1].place
        yield FileFindings(file, place, hit.kind, _in_one_line(hit.text), hit.certain)


def _in_grid(file: str, grid: CellGrid) -> Iterator[FileFindings]:
    for cell in find_in_table(grid.rows):
        place = grid.place_of(cell.row, cell.column)
        yield FileFindings(file, place, cell.hit.kind, _in_one_line(cell.hit.text), cell.hit.certain)


def _in_one_line(words: str) -> str:
    return BREAK.sub("", words)


# Looking into a file in the sandbox: what is personal in it, the words that a reader sees, or why it cannot be looked into.

logger = logging.getLogger(__name__)

MOST_HITS = 20_000  # in one file; nobody rules on more
TOO_MANY = f"发现的个人信息超过{MOST_HITS}处，请去标识化后重新上传。"
UNEXPECTED = "检查时发生意外错误。请用办公软件打开后另存一份，重新上传。"


@dataclass(frozen=True, slots=True)
class Looked:
    """The hits as `Found.as_json` tells them, without the file's own name; or why it cannot be looked into."""

    hits: list[dict[str, str | bool]]
    unreadable: list[str]
    text: str = ""


def look_in_sandbox(*, name: str, source: bytes | Path, limits: Limits, patience: float = 20.0) -> Looked:
    """Everything in the file. Raises TooCostly, or Interrupted when nothing is known of its content."""
    asked = {"name": name}
    try:
        answer = parse_in_sandbox(f"{__name__}:looked", source, limits=limits, arguments=asked, patience=patience)
    except ParsingRefused as refused:
        return Looked([], [str(refused)])
    except ParsingFailed as failed:
        logger.warning("a file could not be looked into: %s", failed)
        return Looked([], [UNEXPECTED])
    return Looked(**answer.value)


def looked(data: bytes, *, name: str) -> dict[str, Any]:
    """For the sandbox. The text is there also where too much was found."""
    text = VisibleText()
    found = list(islice(findings_in(text.beside(contents(name, data))), MOST_HITS + 1))
    if len(found) > MOST_HITS:
        raise UnreadableFile(TOO_MANY)
    return {"hits": [_kept(each, name) for each in found], "unreadable": [], "text": storable(str(text))}


def _kept(found: FileFindings, name: str) -> dict[str, str | bool]:
    kept: dict[str, Any] = {**found.as_json(), "file": found.file.removeprefix(name).lstrip("/")}
    return {key: storable(value) if isinstance(value, str) else value for key, value in kept.items()}


def storable(text: str) -> str:
    """What PostgreSQL can keep: a PDF may hold characters that are none."""
    return text.replace("\x00", " ").encode("utf-8", "replace").decode()
