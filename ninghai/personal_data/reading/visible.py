"""The text of a file as its reader sees it: without comments, deleted words, properties, and names of sheets and entries."""

from collections.abc import Iterator

from ninghai.personal_data.reading.content import ENTRY_NAME, SHEET_NAME, Grid, Passage
from ninghai.personal_data.reading.reader import contents

LONGEST = 100_000  # characters of one file
# How the places of what is no text begin.
PROPERTIES = ("文件属性", "文件的自定义属性", "图片属性", "名称", SHEET_NAME, ENTRY_NAME)


def visible_text(*, name: str, data: bytes) -> str:
    """Up to a bound; raises UnreadableFile."""
    text, length = [], 0
    for piece in _pieces(name, data):
        text.append(piece)
        length += len(piece)
        if length > LONGEST:
            break
    return "\n".join(text)[:LONGEST].replace("\x00", "")


def _pieces(name: str, data: bytes) -> Iterator[str]:
    for _, content in contents(name, data):
        if isinstance(content, Grid):
            yield from ("\t".join(row) for row in content.rows)
        elif isinstance(content, Passage) and _is_text(content):
            yield content.text


def _is_text(passage: Passage) -> bool:
    return not passage.hidden and not passage.place.startswith(PROPERTIES)
