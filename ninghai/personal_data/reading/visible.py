"""The text of a file as its reader sees it: without comments, deleted words, properties, and names of sheets and entries."""

from collections.abc import Iterable, Iterator

from ninghai.personal_data.reading.content import (
    BESIDE,
    ENTRY_NAME,
    FORMULA,
    SHEET_NAME,
    CellGrid,
    Content,
    FilePassage,
)

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
