"""Word documents made to order: blocks of each kind, in any order and depth, and the body that each must give."""

import io
import random
from collections.abc import Callable
from dataclasses import dataclass, field

from docx import Document
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

BULLETS, HAN, DECIMAL = 71, 72, 73  # numbers of lists
FORMATS = {
    BULLETS: [("bullet", "\uf06c")] * 3,
    HAN: [("chineseCounting", "%1、"), ("chineseCounting", "（%2）"), ("decimal", "%3.")],
    DECIMAL: [("decimal", "%1."), ("decimal", "（%2）"), ("decimalEnclosedCircle", "%3")],
}


def document() -> Document:
    """An empty one with lists of each kind."""
    made = Document()
    numbering = made.part.numbering_part.element
    for number, levels in FORMATS.items():
        written = "".join(
            f'<w:lvl w:ilvl="{depth}"><w:start w:val="1"/><w:numFmt w:val="{style}"/><w:lvlText w:val="{label}"/></w:lvl>'
            for depth, (style, label) in enumerate(levels)
        )
        abstract = f'<w:abstractNum {nsdecls("w")} w:abstractNumId="{number}">{written}</w:abstractNum>'
        numbering.insert(0, parse_xml(abstract))
        numbering.append(
            parse_xml(f'<w:num {nsdecls("w")} w:numId="{number}"><w:abstractNumId w:val="{number}"/></w:num>')
        )
    return made


def in_list(paragraph, number: int, depth: int) -> None:
    properties = paragraph._p.get_or_add_pPr()
    written = f'<w:numPr {nsdecls("w")}><w:ilvl w:val="{depth}"/><w:numId w:val="{number}"/></w:numPr>'
    properties.append(parse_xml(written))


def run(xml: str):
    return parse_xml(f"<w:r {nsdecls('w')}>{xml}</w:r>")


def bytes_of(made) -> bytes:
    data = io.BytesIO()
    made.save(data)
    return data.getvalue()


@dataclass
class MadeDocument:
    """A document, and the lines of the body that it must give."""

    made: Document = field(default_factory=document)
    lines: list[str] = field(default_factory=list)

    def heading(self, chance: random.Random) -> None:
        level = chance.choice([1, 1, 2])
        self.made.add_heading(f"目标{level}", level)
        self.lines.append(f"{'#' if level == 1 or not self._has_heading() else '##'} 目标{level}")

    def _has_heading(self) -> bool:
        return any(line.startswith("# ") for line in self.lines)

    def text(self, chance: random.Random) -> None:
        words = chance.choice(["文字。", "　　缩进的文字。", "- 不是列表的一句。", "| 不是表格 |。", "# 不是标题。"])
        self.made.add_paragraph(words)
        self.lines.append(f"\\{words}" if words[0] in "-|#" else words.strip())

    def points(self, chance: random.Random) -> None:
        depth = 0
        if self.lines and self.lines[-1].lstrip().startswith("- "):
            self.text(chance)
        for count in range(chance.randrange(2, 6)):
            depth = chance.randrange(0, min(depth + 2, 3)) if count else 0
            in_list(self.made.add_paragraph(f"点{count}"), BULLETS, depth)
            self.lines.append(f"{'  ' * depth}- 点{count}")

    def table(self, chance: random.Random) -> None:
        rows, columns = chance.randrange(2, 4), chance.randrange(1, 4)
        if self.lines and self.lines[-1].startswith("|"):
            self.lines.append("")
        made = self.made.add_table(rows, columns)
        for row in range(rows):
            for column in range(columns):
                made.cell(row, column).text = f"格{row}{column}"
            cells = " | ".join(f"格{row}{column}" for column in range(columns))
            self.lines += [f"| {cells} |", *([f"|{' --- |' * columns}"] if not row else [])]


KINDS: list[Callable[[MadeDocument, random.Random], None]] = [
    MadeDocument.heading,
    MadeDocument.text,
    MadeDocument.points,
    MadeDocument.table,
]


def any_document(seed: int) -> MadeDocument:
    chance = random.Random(seed)  # noqa: S311
    made = MadeDocument()
    for _ in range(chance.randrange(1, 14)):
        chance.choice(KINDS)(made, chance)
    return made
