"""From a file to lines (文件 → 行): which format it is, in which encoding, what is refused; text and web pages are read here.

A further format is one function, bytes → blocks, in FORMATS; a block is a paragraph, a table, a running head or a remark.
"""

import codecs
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import PurePath

from tasks.notices.reading.blocks import (
    Block,
    NotANotice,
    Passage,
    Remark,
    RunningHead,
    SourceTable,
    TableCell,
    grid,
    is_page_number,
)
from tasks.notices.reading.office_files import blocks_of_word, blocks_of_workbook
from tasks.notices.reading.parsed import ParseWarning
from tasks.notices.reading.pdf import blocks_of_pdf
from tasks.notices.reading.table_heads import GOES_ON, is_breakdown, lay_out

# From a saved web page to the paragraphs and tables a reader of it sees (网页 → 版块).

UNSEEN = frozenset({"script", "style", "noscript", "template", "title", "select"})
BREAKS = re.compile(
    "address|article|aside|blockquote|body|br|dd|div|dl|dt|fieldset|footer|form|h[1-6r]|header|html|li|main|nav|ol|p|pre"
    "|section|ul|caption"
)
BLANKS = " \t\r\f"
CELLS = frozenset({"td", "th"})
MOST_SPANNED = 200
MOST_NESTED = 50  # tables within tables: layouts of old pages have five


def blocks_of_page(html: str) -> list[Block]:
    """The visible text of the page, a line for each block; tables within a layout's cells stand for themselves."""
    page = _WebPage()
    page.feed(html)
    page.close()
    return page.finish()


@dataclass
class _Container:
    """The page, or a cell of a table, while it is read."""

    blocks: list[Block] = field(default_factory=list)
    pieces: list[str] = field(default_factory=list)
    rows: int = 1
    columns: int = 1

    def end_line(self) -> None:
        self.blocks.append("".join(self.pieces))
        self.pieces.clear()

    @property
    def paragraphs(self) -> tuple[str, ...]:
        return tuple(block.strip() for block in self.blocks if isinstance(block, str) and block.strip())


@dataclass
class _OpenTable:
    rows: list[list[_Container]] = field(default_factory=list)
    cell: _Container | None = None


class _WebPage(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.unseen_in: str | None = None
        self.containers = [_Container()]
        self.tables: list[_OpenTable] = []

    def finish(self) -> list[Block]:
        while self.tables:
            self._close_table()
        self.containers[0].end_line()
        return self.containers[0].blocks

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self.unseen_in:
            return
        if tag in UNSEEN:
            self.unseen_in = tag
        elif tag == "table":
            if len(self.tables) >= MOST_NESTED:
                raise NotANotice(f"网页里的表格套了{MOST_NESTED}层以上，请只保留通知正文后再导入。")
            self.containers[-1].end_line()
            self.tables.append(_OpenTable())
        elif tag == "tr" and self.tables:
            self._close_cell()
            self.tables[-1].rows.append([])
        elif tag in CELLS and self.tables:
            self._close_cell()
            self._open_cell(dict(attrs))
        elif BREAKS.fullmatch(tag):
            self.containers[-1].end_line()

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if BREAKS.fullmatch(tag) and not self.unseen_in:
            self.containers[-1].end_line()

    def handle_endtag(self, tag: str) -> None:
        if self.unseen_in:
            self.unseen_in = None if tag == self.unseen_in else self.unseen_in
        elif tag in CELLS or (tag == "tr" and self.tables):
            self._close_cell()
        elif tag == "table" and self.tables:
            self._close_table()
        elif BREAKS.fullmatch(tag):
            self.containers[-1].end_line()

    def handle_data(self, data: str) -> None:
        if not self.unseen_in:
            self.containers[-1].pieces.append(_unwrapped(data))

    def _open_cell(self, attributes: dict[str, str | None]) -> None:
        table = self.tables[-1]
        if not table.rows:
            table.rows.append([])
        table.cell = _Container(rows=_span(attributes.get("rowspan")), columns=_span(attributes.get("colspan")))
        table.rows[-1].append(table.cell)
        self.containers.append(table.cell)

    def _close_cell(self) -> None:
        if self.tables and self.tables[-1].cell:
            self.containers.pop().end_line()
            self.tables[-1].cell = None

    def _close_table(self) -> None:
        self._close_cell()
        rows = self.tables.pop().rows
        self.containers[-1].blocks += _blocks_of(rows)


def _blocks_of(rows: list[list[_Container]]) -> list[Block]:
    """A breakdown or a small table as such; any other is layout, and its cells' blocks follow each other."""
    cells = [cell for row in rows for cell in row]
    if all(isinstance(block, str) for cell in cells for block in cell.blocks):
        table = grid([[(cell.paragraphs, cell.rows, cell.columns) for cell in row] for row in rows])
        if is_breakdown(table) or all(len(cell.paragraphs) <= 1 for cell in cells):
            return [table]
    return [block for cell in cells for block in cell.blocks]


def _span(written: str | None) -> int:
    """rowspan and colspan as browsers read them: at least 1, and not without end."""
    found = re.match(r"\s*(\d{1,4})", written or "")
    return min(max(int(found[1]), 1), MOST_SPANNED) if found else 1


def _unwrapped(source: str) -> str:
    """A line end means nothing in a page's source, and between Chinese characters not even a space."""
    first, *others = source.split("\n")
    joined = [first.rstrip(BLANKS) if others else first]
    before = joined[0]
    for line in (other.strip(BLANKS) for other in others):
        if before and line and before[-1].isascii() and line[0].isascii():
            joined.append(" ")
        joined.append(line)
        before = line or before
    return "".join(joined)


# Tables in plain text (文本表格): cells parted by tabs, as Excel saves them, or by pipes, as mails and wikis write them.

PIPES = re.compile(r"[|\u2502\u2503\uff5c\u00a6]")
RULE = re.compile(r"[-=+:|\s\u2500-\u257f\uff5c]{3,}")  # |---|---|, ├──┼──┤
FEWEST_CELLS = 2


def blocks_of_lines(lines: Sequence[str]) -> Iterator[Block]:
    """The lines in their order, those of a table together; a table has as many rows as it had lines."""
    start = 0
    while start < len(lines):
        end = _end_of_run(lines, start)
        if end > start:
            yield _table(lines[start:end])
        else:
            end = start + 1
            yield lines[start]
        start = end


def _end_of_run(lines: Sequence[str], start: int) -> int:
    """Behind the last line of cells; a title on a line of its own may stand between, a blank line may not."""
    end = place = start
    while place < len(lines) and (lines[place].strip() or _is_row_behind(lines, place)):
        if _cells(lines[place]) or (end > start and _is_rule(lines[place])):
            end = place + 1
        elif end == start or place - end >= 1:
            break  # two lines without cells are text
        place += 1
    return end


def _is_row_behind(lines: Sequence[str], place: int) -> bool:
    """Is this one blank line between two rows?"""
    return 0 < place < len(lines) - 1 and bool(_cells(lines[place - 1]) and _cells(lines[place + 1]))


def _cells(line: str, *, is_framed: bool = True) -> list[str]:
    """The cells of a line, at least two; none where it has no marks between cells. In a frame the outermost marks are its own."""
    if "\t" in line:
        return line.split("\t")
    if _is_rule(line) or not PIPES.search(line):
        return []
    inner = line.strip()
    inner = inner[1:] if is_framed and PIPES.match(inner) else inner
    inner = inner[:-1] if is_framed and PIPES.match(inner[-1:]) else inner
    cells = [cell.strip() for cell in PIPES.split(inner)]
    return cells if len(cells) >= FEWEST_CELLS else []


def _is_rule(line: str) -> bool:
    return bool(line.strip()) and RULE.fullmatch(line) is not None


def _table(lines: Sequence[str]) -> SourceTable:
    is_framed = bool(PIPES.match(lines[0].strip()) and PIPES.match(lines[0].strip()[-1:]))
    rows = [_cells(line, is_framed=is_framed) for line in lines]
    width = max(map(len, rows))
    cells = (
        TableCell(number, column, (text,), 1, 1) for number, row in enumerate(rows) for column, text in enumerate(row)
    )
    alone = (
        TableCell(number, 0, (line,), 1, width)
        for number, (row, line) in enumerate(zip(rows, lines, strict=True))
        if not row and line.strip() and not _is_rule(line)
    )
    return SourceTable((*cells, *alone), height=len(lines), written=tuple(lines))


MAX_BYTES = 10 * 1024 * 1024
# The longest known has 15,000. Somebody waits while they are understood, at ten microseconds a character.
MAX_CHARACTERS = 200_000

# What a file is when its first bytes say so, whatever its name; with the endings under which it is read.
SIGNATURES = (
    (b"%PDF", "PDF文件", (".pdf",)),
    (b"PK\x03\x04", "Word、Excel文档或压缩包", (".docx", ".xlsx")),
    (b"\xd0\xcf\x11\xe0", "旧版或加密的Word、Excel文档", ()),
    (b"\x89PNG", "图片（扫描件）", ()),
    (b"\xff\xd8\xff", "图片（扫描件）", ()),
    (b"GIF8", "图片（扫描件）", ()),
    (b"II*\x00", "图片（扫描件）", ()),
    (b"MM\x00*", "图片（扫描件）", ()),
)
# Older formats that office software turns into readable ones.
SAVE_AS = {".doc": ".docx", ".wps": ".docx", ".rtf": ".docx", ".xls": ".xlsx", ".et": ".xlsx", ".ofd": ".pdf"}

UTF_16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
ENCODINGS = ("utf-8-sig", "gb18030")  # GB18030 contains GBK and GB2312
CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f]")
LINE_END = re.compile(r"\r\n|\n|\r")


@dataclass(frozen=True, slots=True)
class Document:
    """The lines of a file, counted from 1, and what its format makes doubtful."""

    lines: tuple[Passage, ...]
    warnings: tuple[ParseWarning, ...]


def read_document(*, data: bytes, filename: str) -> Document:
    """The lines of a file that holds text; raises NotANotice for anything else."""
    document = _numbered(FORMATS[ending_of(data=data, filename=filename)](data))
    if all(line.is_blank for line in document.lines):
        raise NotANotice("文件里没有文字，请重新选择含有通知正文的文件。")
    if (count := sum(len(line.text) + 1 for line in document.lines)) > MAX_CHARACTERS:  # a line's end is one, too
        raise NotANotice(f"文件里有{count}个字，超过{MAX_CHARACTERS}个字，请只保留通知正文后再导入。")
    return document


def ending_of(*, data: bytes, filename: str) -> str:
    """The ending under which the file is read, once its content agrees with it; raises NotANotice with advice."""
    if len(data) > MAX_BYTES:
        raise NotANotice("文件超过10 MB，通知正文不会这么大，请只上传通知正文。")
    ending = PurePath(filename).suffix.lower()
    if ending not in FORMATS:
        raise NotANotice(f"不能读取“{PurePath(filename).name}”，{_advice(ending)}")
    _refuse_other_content(data, ending)
    return ending


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


def _numbered(blocks: Iterable[Block]) -> Document:
    lines: list[Passage] = []
    warnings: list[ParseWarning] = []
    header: dict[int, str] = {}
    for block in blocks:
        number = len(lines) + 1
        if isinstance(block, Remark):
            warnings.append(ParseWarning(number, block.message))
        elif isinstance(block, SourceTable):
            laid_out, header = lay_out(block, first_line=number, header_before=header)
            lines += laid_out
        elif isinstance(block, str):
            lines.append(Passage(number, 0, block))
            header = header if GOES_ON.fullmatch(block) or is_page_number(lines[-1]) else {}
        else:
            lines.append(RunningHead(number, 0, block.text))
    return Document(tuple(lines), tuple(warnings))


def _refuse_other_content(data: bytes, ending: str) -> None:
    known = next(((what, endings) for mark, what, endings in SIGNATURES if data.startswith(mark)), None)
    if known is None:
        if ending in BINARY:
            raise NotANotice(f"文件内容不是{ending}格式，可能已损坏，请用办公软件打开后重新另存一份再导入。")
        return
    what, endings = known
    if ending in endings:
        return
    if what.startswith("旧版"):
        raise NotANotice(f"这是{what}，请取消密码并另存为.docx或.xlsx文件后再导入。")
    if endings:
        raise NotANotice(f"这是{what}，与文件名的“{ending}”不符，请把文件名改回原来的格式再导入。")
    raise NotANotice(f"这是{what}，没有可以识别的文字，{_advice(ending)}")


def _advice(ending: str) -> str:
    if ending in SAVE_AS:
        return f"请用办公软件另存为{SAVE_AS[ending]}文件后再导入。"
    return f"可以读取{'、'.join(FORMATS)}文件，请把通知正文另存为其中一种再导入。"


def _blocks_of_text(data: bytes) -> Iterator[Block]:
    yield from blocks_of_lines(LINE_END.split(decode(data)))


def _blocks_of_html(data: bytes) -> Iterator[Block]:
    yield from blocks_of_page(decode(data))


FORMATS: dict[str, Callable[[bytes], Iterable[Block]]] = {
    ".txt": _blocks_of_text,
    ".html": _blocks_of_html,
    ".htm": _blocks_of_html,
    ".docx": blocks_of_word,
    ".pdf": blocks_of_pdf,
    ".xlsx": blocks_of_workbook,
}
BINARY = frozenset({".docx", ".pdf", ".xlsx"})
