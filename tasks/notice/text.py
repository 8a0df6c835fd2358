"""From a file to lines (文件 → 行): the only place that knows formats and encodings.

A further format is one function, bytes → lines, in FORMATS.
"""

import codecs
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import PurePath

from tasks.notice.web_page import lines_of_page

MAX_BYTES = 10 * 1024 * 1024

# What a file is when its first bytes say so, whatever its name.
SIGNATURES = (
    (b"%PDF", "PDF文件"),
    (b"PK\x03\x04", "Word、Excel文档或压缩包"),
    (b"\xd0\xcf\x11\xe0", "旧版Word或Excel文档"),
    (b"\x89PNG", "图片（扫描件）"),
    (b"\xff\xd8\xff", "图片（扫描件）"),
    (b"GIF8", "图片（扫描件）"),
    (b"II*\x00", "图片（扫描件）"),
    (b"MM\x00*", "图片（扫描件）"),
)

UTF_16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
ENCODINGS = ("utf-8-sig", "gb18030")  # GB18030 contains GBK and GB2312
CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f]")
PARAGRAPH_IN_CELL = "\u2028"  # a row of a table is one line, whatever its cells hold
LINE_END = re.compile(r"\r\n|\n|\r")


class NotANotice(ValueError):
    """The file cannot be read as a notice; its message is one Chinese sentence that says why and what to do."""


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of the input (原文片段): where it stands and what it says, never altered.

    `breaks` are the offsets in `text` at which a further line of the input begins, each with that line's number.
    """

    line: int
    start: int
    text: str
    breaks: tuple[tuple[int, int], ...] = ()

    def cut(self, start: int, end: int | None = None) -> "Passage":
        """The part of this passage between two offsets counted from its own beginning."""
        if not self.breaks:
            return Passage(self.line, self.start + start, self.text[start:end])
        stop = len(self.text) if end is None else end
        before = [each for each in self.breaks if each[0] <= start]
        inside = tuple((offset - start, line) for offset, line in self.breaks if start < offset < stop)
        line, begins = (before[-1][1], start - before[-1][0]) if before else (self.line, self.start + start)
        return Passage(line, begins, self.text[start:stop], inside)

    def by_line(self) -> Iterator["Passage"]:
        """The passage as the lines of the input have it."""
        starts = [0, *(offset for offset, _ in self.breaks)]
        return (self.cut(start, end) for start, end in zip(starts, [*starts[1:], len(self.text)], strict=True))

    @property
    def last_line(self) -> int:
        return self.breaks[-1][1] if self.breaks else self.line

    @property
    def position(self) -> tuple[int, int]:
        return self.line, self.start

    @property
    def is_blank(self) -> bool:
        return not self.text.strip()


def read_lines(*, data: bytes, filename: str) -> tuple[Passage, ...]:
    """The lines of a file that holds text, counted from 1; raises NotANotice for anything else."""
    if len(data) > MAX_BYTES:
        raise NotANotice("文件超过10 MB，通知正文不会这么大，请只上传通知正文。")
    to_lines = FORMATS.get(PurePath(filename).suffix.lower())
    if to_lines is None:
        raise NotANotice(f"不能读取“{PurePath(filename).name}”，{READABLE}")
    _refuse_binary(data)
    lines = tuple(Passage(number, 0, text) for number, text in enumerate(to_lines(data), start=1))
    if all(line.is_blank for line in lines):
        raise NotANotice("文件里没有文字，请重新选择含有通知正文的文件。")
    return lines


def decode(data: bytes) -> str:
    """The text of a file in UTF-8, UTF-16 with its mark, GBK or GB18030."""
    encodings = ("utf-16",) if data.startswith(UTF_16_MARKS) else ENCODINGS
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if not CONTROL.search(text):
            return text
    raise NotANotice("文件里不是可以识别的中文文字，请另存为UTF-8或GBK编码的文本文件后再导入。")


def _refuse_binary(data: bytes) -> None:
    for signature, what in SIGNATURES:
        if data.startswith(signature):
            raise NotANotice(f"这是{what}，不是文字，{READABLE}")


def _lines_of_text(data: bytes) -> Iterable[str]:
    return LINE_END.split(decode(data))


def _lines_of_html(data: bytes) -> Iterable[str]:
    return lines_of_page(decode(data))


FORMATS: dict[str, Callable[[bytes], Iterable[str]]] = {
    ".txt": _lines_of_text,
    ".html": _lines_of_html,
    ".htm": _lines_of_html,
}
READABLE = f"目前可以读取{'、'.join(FORMATS)}文件，请把通知正文另存为其中一种再导入。"
