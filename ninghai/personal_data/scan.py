"""Everything personal in a file, and everything in it that is out of sight."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ninghai.personal_data.finder import find_personal_data
from ninghai.personal_data.hit import Kind
from ninghai.personal_data.reading.content import Content, Grid, Passage, Picture
from ninghai.personal_data.reading.reader import contents
from ninghai.personal_data.table import find_in_table

MOST_PLACES = 5  # of pictures, named in one hit
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
    return list(findings(name=name, data=data))


def findings(*, name: str, data: bytes) -> Iterator[Found]:
    """The hits one by one, as the file is read; the pictures of a file are one hit at its end."""
    return findings_in(contents(name, data))


def findings_in(read: Iterable[tuple[str, Content]]) -> Iterator[Found]:
    """The same in what was read of the file already."""
    pictures: dict[str, list[str]] = {}
    for file, content in read:
        if isinstance(content, Picture):
            pictures.setdefault(file, []).append(content.place)
        else:
            yield from _in_content(file, content)
    for file, places in pictures.items():
        where = "、".join(dict.fromkeys(places[:MOST_PLACES])) + ("等" if len(places) > MOST_PLACES else "")
        yield Found(file, where, Kind.PICTURE, f"{len(places)}张图片不能自动检查", certain=False)


def _in_content(file: str, content: Passage | Grid) -> Iterator[Found]:
    if isinstance(content, Passage):
        if content.hidden:
            words = f"{content.hidden}：{content.text[:EXCERPT]}" if content.text.strip() else content.hidden
            yield Found(file, content.place, Kind.HIDDEN_DATA, words, certain=True)
        for hit in find_personal_data(content.text):
            yield Found(file, content.place, hit.kind, hit.text, hit.certain)
        return
    for cell in find_in_table(content.rows):
        yield Found(file, content.place_of(cell.row, cell.column), cell.hit.kind, cell.hit.text, cell.hit.certain)
