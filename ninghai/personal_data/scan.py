"""Everything personal in a file, and everything in it that is out of sight."""

from collections.abc import Iterator
from dataclasses import dataclass

from ninghai.personal_data.finder import find_personal_data
from ninghai.personal_data.hit import Kind
from ninghai.personal_data.reading.content import Content, Passage
from ninghai.personal_data.reading.reader import contents
from ninghai.personal_data.table import find_in_table

EXCERPT = 40  # characters of what is hidden that a list shows


@dataclass(frozen=True, slots=True)
class Found:
    """A hit and where to look for it; the fields of `scan_personal_data --format json`."""

    file: str
    place: str
    kind: Kind
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


def scan_file(*, name: str, data: bytes) -> list[Found]:
    """All hits, in the order of the file; raises UnreadableFile when it cannot be looked into."""
    return [found for file, content in contents(name, data) for found in _in_content(file, content)]


def _in_content(file: str, content: Content) -> Iterator[Found]:
    if isinstance(content, Passage):
        if content.hidden:
            words = f"{content.hidden}：{content.text[:EXCERPT]}" if content.text.strip() else content.hidden
            yield Found(file, content.place, Kind.HIDDEN_DATA, words, certain=True)
        for hit in find_personal_data(content.text):
            yield Found(file, content.place, hit.kind, hit.text, hit.certain)
        return
    for cell in find_in_table(content.rows):
        yield Found(file, content.place_of(cell.row, cell.column), cell.hit.kind, cell.hit.text, cell.hit.certain)
