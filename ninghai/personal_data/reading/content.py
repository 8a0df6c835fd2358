"""What a file says: passages and grids of cells, each with its place in words that a clerk can follow."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

NOBODY = re.compile(
    r"|python-docx|openpyxl|unknown|(?:microsoft|ms|apple|wps|windows|libreoffice).{0,30}|微软用户|用户|user|users|admin"
    r"|administrator|管理员|lenovo|hp|dell|pc|office|作者|演示|.{2,40}(?:局|办|办公室|委员会|委|政府|街道|镇|乡|中心|公司|站|院|部)",
    re.IGNORECASE,
)

# Places of what is no text of the file: names, what formulas say, and words beside the text.
SHEET_NAME, ENTRY_NAME, FORMULA, BESIDE = "工作表名称", "压缩包里的文件名", "公式", "提示和说明"


class UnreadableFile(Exception):
    """The file cannot be looked into; the text is fit for the screen."""


@dataclass(frozen=True, slots=True)
class FilePassage:
    """A stretch of text; `hidden` says why nobody sees it, and is empty when everybody does; one that `flows` goes on
    from the one before it, as the lines and paragraphs of a text do."""

    place: str
    text: str
    hidden: str = ""
    flows: bool = False


def author(place: str, name: str) -> FilePassage:
    """Who wrote or saved a file, as its properties give away; names that programs and offices put there tell nobody."""
    is_nobody = NOBODY.fullmatch(name.strip()) is not None
    return FilePassage(place, name, hidden="" if is_nobody else "文件属性中的姓名或账号")


@dataclass(frozen=True, slots=True)
class CellGrid:
    """A table: its rows, and how the place of a cell is said (row and column count from 0)."""

    rows: Sequence[Sequence[str]]
    place_of: Callable[[int, int], str]


@dataclass(frozen=True, slots=True)
class Picture:
    """What no program can read: a person has to look at it."""

    place: str


Content = FilePassage | CellGrid | Picture
