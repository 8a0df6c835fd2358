"""A masked copy of a Word document: changes accepted, comments and hidden words gone, every part masked, no properties."""

import io
from collections.abc import Iterator, Sequence
from types import SimpleNamespace
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

from docx.opc.oxml import serialize_part_xml
from docx.oxml.ns import qn

from ninghai.personal_data.masking import emptied, mask_text, masked_cells, masks
from ninghai.personal_data.reading import word
from ninghai.personal_data.reading.content import UnreadableFile
from ninghai.personal_data.reading.package import DRAWN_TEXT, drawn_words, link, parse

TEXT, DESCRIBED, NOWHERE = qn("w:t"), qn("wp:docPr"), "about:blank"
GONE = {qn(name) for name in ("w:del", "w:moveFrom", "w:commentRangeStart", "w:commentRangeEnd", "w:commentReference")}
UNWRAPPED = {qn("w:ins"), qn("w:moveTo")}
EMPTY_CORE = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties"/>'
)
EMPTY_APP = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    '<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties"/>'
)
EMPTY_CUSTOM = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    '<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/custom-properties"/>'
)
PROPERTIES = {"docProps/core.xml": EMPTY_CORE, "docProps/app.xml": EMPTY_APP, "docProps/custom.xml": EMPTY_CUSTOM}


PEOPLE = "word/people.xml"
THUMBNAIL, RELATIONS = "docProps/thumbnail", "_rels/.rels"  # a picture of the first page, as it was


def rewrite(data: bytes) -> bytes:
    rewritten = {name: _rewritten(name, xml) for name, xml in word.parts_of(data).items()}
    copy = io.BytesIO()
    with ZipFile(io.BytesIO(data)) as original, ZipFile(copy, "w", ZIP_DEFLATED) as package:
        if any(name.startswith("word/embeddings/") for name in original.namelist()):
            raise UnreadableFile("文档里嵌有其他文件（如表格对象），不能自动生成副本。请去掉后再处理。")
        for name in original.namelist():
            if name.endswith(".rels") and name != RELATIONS:
                package.writestr(name, _without_calls(original.read(name)))
            elif name == RELATIONS:
                package.writestr(name, _without_thumbnail(original.read(name)))
            elif not name.startswith(THUMBNAIL):
                package.writestr(name, rewritten.get(name) or original.read(name))
    return copy.getvalue()


def _without_thumbnail(xml: bytes) -> bytes:
    relations = parse(xml)
    for relation in [each for each in relations if each.get("Type", "").endswith("/thumbnail")]:
        relations.remove(relation)
    return bytes(serialize_part_xml(relations))


def _without_calls(xml: bytes) -> bytes:
    """Links that write to or call somebody lead nowhere."""
    relations = parse(xml)
    called = [each for each in relations if link(str(each.get("Target", "")), place="")]
    for relation in called:
        relation.set("Target", NOWHERE)
    return bytes(serialize_part_xml(relations)) if called else xml


def _rewritten(name: str, xml: bytes) -> bytes:
    if name in PROPERTIES:
        return PROPERTIES[name].encode()
    label = word.label_of(name)
    if not label and name != PEOPLE:
        return _without_words(xml)
    part = parse(xml)
    if name == PEOPLE or label == "批注":
        for each in list(part):
            part.remove(each)
    _accept_changes(part)
    for table in [each for each in part.iter(word.TABLE) if not any(True for _ in each.iterancestors(word.TABLE))]:
        _mask_table(table)
    paragraphs = list(part.iter(word.PARAGRAPH))
    in_cells = [each for each in paragraphs if any(True for _ in each.iterancestors(word.TABLE))]
    _mask_flow([each for each in paragraphs if each not in in_cells])
    for paragraph in in_cells:
        _mask_flow([paragraph])
    for element in part.iter(DESCRIBED):
        for name in {"title", "descr"}.intersection(element.attrib):
            element.set(name, mask_text(element.get(name)))
    for element, attribute in word.attributes_of(part):
        element.set(attribute, mask_text(element.get(attribute)))
    return bytes(serialize_part_xml(part))


def _without_words(xml: bytes) -> bytes:
    """A chart or drawing with its words masked; any other part as it is."""
    part = parse(xml)
    found = [(each, masked) for each in drawn_words(part) if (masked := mask_text(each.text)) != each.text]
    for each, masked in found:
        each.text = masked
    return bytes(serialize_part_xml(part)) if found else xml


def _accept_changes(part: Any) -> None:
    for element in list(part.iter(*GONE)):
        element.getparent().remove(element)
    for mark in list(part.iter(qn("w:vanish"))):
        run = next(iter(mark.iterancestors(qn("w:r"))), None)
        if run is not None and run.getparent() is not None:
            run.getparent().remove(run)
    for change in list(part.iter(*UNWRAPPED)):
        parent = change.getparent()
        place = parent.index(change)
        for child in reversed(list(change)):
            parent.insert(place, child)
        parent.remove(change)


def _mask_table(table: Any) -> None:
    """What heads of columns tell; what can be told without them is masked with the paragraphs."""
    cells = [word.cells_of(row) for row in table.iter(word.ROW)]
    rows = [["" if cell is None else word.text_of(cell) for cell in each] for each in cells]
    for (row, column), words in masked_cells(rows).items():
        cell = cells[row][column]
        texts = list(cell.iter(TEXT)) if cell is not None else []
        for at, text in enumerate(texts):
            text.text = words if at == 0 else ""


def _mask_flow(paragraphs: Sequence[Any]) -> None:
    """What is found over pieces, line ends and paragraphs: its mask takes the place of the first, the others give way."""
    pieces = [piece for paragraph in paragraphs for piece in (*_pieces(paragraph), SimpleNamespace(text="\n"))]
    for replacements in (emptied, masks):
        text = "".join(piece.text or "" for piece in pieces)
        for each in sorted(replacements(text), key=lambda each: -each.start):
            _put(pieces, each.start, each.end, each.words)


def _pieces(paragraph: Any) -> Iterator[Any]:
    """The paragraph's own texts, tabs and breaks: those of a text box in it belong to paragraphs of their own."""
    for each in paragraph.iter(TEXT, DRAWN_TEXT, *word.SIGNS):
        if next(each.iterancestors(word.PARAGRAPH), None) is paragraph:
            yield SimpleNamespace(text=word.SIGNS[each.tag]) if each.tag in word.SIGNS else each


def _put(pieces: list[Any], start: int, end: int, words: str) -> None:
    begin = 0
    for piece in pieces:
        text = piece.text or ""
        first, last = max(start - begin, 0), min(end - begin, len(text))
        begin += len(text)
        if first < last:
            piece.text = f"{text[:first]}{words}{text[last:]}"
            words = ""
