"""Slides (.pptx): text and tables of every slide, notes, comments, hidden slides, and the properties."""

import re
from collections.abc import Iterator
from functools import partial
from typing import Any

from ninghai.personal_data.reading import package
from ninghai.personal_data.reading.content import CellGrid, Content, FilePassage

DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
PARAGRAPH, TEXT, BREAK = f"{DRAWING}p", f"{DRAWING}t", f"{DRAWING}br"
TABLE, ROW, CELL = f"{DRAWING}tbl", f"{DRAWING}tr", f"{DRAWING}tc"
PARTS = re.compile(r"ppt/(slides|notesSlides|comments|slideMasters|slideLayouts)/[^/]*?(\d+)\.xml")
LABELS = {
    "slides": "第{}页",
    "notesSlides": "第{}页的备注",
    "comments": "批注{}",
    "slideMasters": "母版{}",
    "slideLayouts": "版式{}",
}
SLIDES = tuple(f"ppt/{folder}/" for folder in LABELS)  # read slide by slide
HIDDEN = {"notesSlides": "备注", "comments": "批注"}


def read(data: bytes) -> Iterator[Content]:
    yield from package.pictures_of(data, folder="ppt/media/")
    yield from package.links_of(data)
    yield from package.drawn_in(data, folders=("ppt/",), but=SLIDES)
    broken = "演示文稿打不开，可能已损坏或加了密码，请另存为.pptx文件后再检查。"
    for name, xml in package.xml_parts(data, otherwise=broken).items():
        if part := PARTS.fullmatch(name):
            yield from _slide(package.parse(xml), LABELS[part[1]].format(part[2]), hidden=HIDDEN.get(part[1], ""))
        elif name.startswith("docProps/"):
            yield from package.properties_in(package.parse(xml))


def _slide(slide: Any, place: str, *, hidden: str) -> Iterator[Content]:
    if slide.get("show") == "0":
        yield FilePassage(place, "", hidden="隐藏的幻灯片")
    for number, table in enumerate(slide.iter(TABLE), start=1):
        rows = [[_text(cell) for cell in row.iter(CELL)] for row in table.iter(ROW)]
        yield CellGrid(rows, partial(_place, f"{place}第{number}个表格"))
    yield from package.alternatives(slide, place=f"{place}的替代文字")
    outside = [each for each in slide.iter(PARAGRAPH) if not any(True for _ in each.iterancestors(TABLE))]
    texts = [_text(paragraph) for paragraph in outside]
    if not any(True for _ in slide.iter(PARAGRAPH)):
        texts = ["".join(slide.itertext())]  # a comment has no paragraphs
    if words := "\n".join(filter(str.strip, texts)):
        yield FilePassage(place, words, hidden=hidden)


def _place(table: str, row: int, column: int) -> str:
    return f"{table}第{row + 1}行第{column + 1}格"


def _text(element: Any) -> str:
    """The words, each paragraph and each line of it on a line of its own."""
    if element.tag == CELL:
        return "\n".join(_text(paragraph) for paragraph in element.iter(PARAGRAPH))
    return "".join("\n" if each.tag == BREAK else each.text or "" for each in element.iter(TEXT, BREAK))
