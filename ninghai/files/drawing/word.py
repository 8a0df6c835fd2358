"""What a Word document says by itself (Word 文档的内部): the numbers that it counts, its words with all changes accepted, its rows and cells."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from docx.document import Document
from docx.oxml.ns import qn

DIGITS = "〇一二三四五六七八九"
ROMAN = ((10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"))
DEEPEST = 9


@dataclass(frozen=True, slots=True)
class _Level:
    """How one level counts: decimal, chineseCounting…, from where, and its pattern: （%1）."""

    style: str
    start: int
    pattern: str


class Numbering:
    """Counts the numbered paragraphs of a document in their order."""

    def __init__(self, document: Document) -> None:
        self.levels = _levels(document)
        self.begins_anew = _begins_anew(document)
        self.styles = {style.get(qn("w:styleId")): style for style in document.styles.element.iter(qn("w:style"))}
        self.counts: defaultdict[int, dict[int, int]] = defaultdict(dict)

    def number_of(self, paragraph: Any) -> str:
        """The number in front of this paragraph as Word shows it; empty when it has none."""
        found = self._place(paragraph.find(qn("w:pPr")))
        if found is None:
            return ""
        number, depth = found
        abstract, levels = self.levels[number]
        counts = self.counts[abstract]
        if (start := self.begins_anew.pop((number, depth), None)) is not None:
            counts[depth] = start - 1
        counts[depth] = counts.get(depth, levels[depth].start - 1) + 1
        for deeper in [level for level in counts if level > depth]:
            del counts[deeper]
        label = levels[depth].pattern
        for level in range(depth + 1):
            count = counts.get(level, levels[level].start if level in levels else 1)
            label = label.replace(f"%{level + 1}", _written(count, levels[level].style if level in levels else ""))
        return label

    def level_of(self, paragraph: Any) -> tuple[str, int] | None:
        """How the paragraph is counted (bullet, decimal, chineseCounting…), and how many levels down it stands."""
        found = self._place(paragraph.find(qn("w:pPr")))
        return (self.levels[found[0]][1][found[1]].style, found[1]) if found else None

    def _place(self, properties: Any) -> tuple[int, int] | None:
        """The list and the level a paragraph stands in, by itself or through its style."""
        number, depth = None, None
        for _ in range(DEEPEST):
            if properties is None:
                break
            numbered = properties.find(qn("w:numPr"))
            if numbered is not None:
                number = number_in(numbered, "w:numId") if number is None else number
                depth = number_in(numbered, "w:ilvl") if depth is None else depth
            style = self.styles.get(value_of(properties, "w:pStyle") or value_of(properties, "w:basedOn") or "")
            if number is not None or style is None:
                break
            properties = _style_properties(style)
        _, levels = self.levels.get(number or 0, (0, {}))
        return (number or 0, depth or 0) if (depth or 0) in levels else None


def _style_properties(style: Any) -> Any:
    """A style's paragraph properties, with the style it is based on beside them."""
    properties = style.find(qn("w:pPr"))
    return style if properties is None or properties.find(qn("w:numPr")) is None else properties


def _levels(document: Document) -> dict[int, tuple[int, dict[int, _Level]]]:
    """For each numId its list and its levels."""
    root = _numbering_of(document)
    if root is None:
        return {}
    abstract = {int(each.get(qn("w:abstractNumId"))): each for each in root.iter(qn("w:abstractNum"))}
    levels: dict[int, tuple[int, dict[int, _Level]]] = {}
    for number in root.iter(qn("w:num")):
        link = number_in(number, "w:abstractNumId")
        if link in abstract:
            own = {**_levels_in(abstract[link]), **_levels_in(number)}
            levels[int(number.get(qn("w:numId")))] = (link, own)
    return levels


def _numbering_of(document: Document) -> Any:
    relations = document.part.rels.values()
    return next((each.target_part.element for each in relations if each.reltype.endswith("/numbering")), None)


def _begins_anew(document: Document) -> dict[tuple[int, int], int]:
    """Where a list that is made of another one's levels counts from the start again (重新开始编号)."""
    root = _numbering_of(document)
    return {
        (int(number.get(qn("w:numId"))), int(level.get(qn("w:ilvl")))): start
        for number in ([] if root is None else root.iter(qn("w:num")))
        for level in number.iter(qn("w:lvlOverride"))
        if (start := number_in(level, "w:startOverride")) is not None
    }


def _levels_in(element: Any) -> dict[int, _Level]:
    return {
        int(level.get(qn("w:ilvl"))): _Level(
            value_of(level, "w:numFmt") or "decimal",
            1 if (start := number_in(level, "w:start")) is None else start,
            value_of(level, "w:lvlText") or "",
        )
        for level in element.iter(qn("w:lvl"))
    }


def value_of(element: Any, name: str) -> str | None:
    found = element.find(qn(name))
    return found.get(qn("w:val")) if found is not None else None


def number_in(element: Any, name: str) -> int | None:
    written = value_of(element, name)
    return int(written) if written is not None and written.lstrip("-").isdecimal() else None


def _written(count: int, style: str) -> str:
    """The count in the style of its level; a bullet counts nothing and its pattern holds no %."""
    if "hinese" in style or "Counting" in style or style.startswith("ideograph"):
        return _han(count)
    if style.startswith("decimalEnclosed") and 1 <= count <= 20:
        return chr(0x245F + count)
    if style in ("lowerLetter", "upperLetter"):
        letter = chr(ord("a") + (count - 1) % 26)
        return letter.upper() if style == "upperLetter" else letter
    if style in ("lowerRoman", "upperRoman"):
        return _roman(count).lower() if style == "lowerRoman" else _roman(count)
    return str(count)


def _han(count: int) -> str:
    if not 1 <= count < 100:
        return str(count)
    tens, ones = divmod(count, 10)
    return ("" if tens < 2 else DIGITS[tens]) + ("十" if tens else "") + (DIGITS[ones] if ones else "")


def _roman(count: int) -> str:
    written = ""
    for value, sign in ROMAN:
        times, count = divmod(count, value)
        written += sign * times
    return written


# Its elements.

PARAGRAPH, TABLE, TEXT_BOX = qn("w:p"), qn("w:tbl"), qn("w:txbxContent")
FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
TAKEN_OUT = frozenset({qn("w:del"), qn("w:moveFrom"), TEXT_BOX, FALLBACK, qn("w:pPr"), qn("w:rPr")})
SIGNS = {qn("w:tab"): "\t", qn("w:br"): "\n", qn("w:cr"): "\n", qn("w:noBreakHyphen"): "-"}


def text_of(element: Any) -> str:
    pieces: list[str] = []
    for child in element:
        if child.tag == qn("w:t"):
            pieces.append(child.text or "")
        elif child.tag in SIGNS:
            pieces.append(SIGNS[child.tag])
        elif child.tag not in TAKEN_OUT:
            pieces.append(text_of(child))
    return "".join(pieces)


def children(element: Any, tag: str) -> Iterator[Any]:
    """The rows of a table or cells of a row, through content controls and tracked insertions."""
    for child in element:
        if child.tag == tag:
            yield child
        elif child.tag not in (TABLE, PARAGRAPH) and child.tag not in TAKEN_OUT:
            yield from children(child, tag)


def span(cell: Any) -> int:
    found = next(cell.iter(qn("w:gridSpan")), None)
    return max(1, min(int(found.get(qn("w:val")) or 1), 200)) if found is not None else 1
