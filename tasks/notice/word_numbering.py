"""The numbers that Word counts itself (自动编号): 一、 （一） 1. stand in no paragraph's text, only in its numbering."""

from collections import defaultdict
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
        self.styles = {style.get(qn("w:styleId")): style for style in document.styles.element.iter(qn("w:style"))}
        self.counts: defaultdict[int, dict[int, int]] = defaultdict(dict)

    def number_of(self, paragraph: Any) -> str:
        """The number in front of this paragraph as Word shows it; empty when it has none."""
        found = self._place(paragraph.find(qn("w:pPr")))
        if found is None:
            return ""
        abstract, levels, depth = found
        counts = self.counts[abstract]
        counts[depth] = counts.get(depth, levels[depth].start - 1) + 1
        for deeper in [level for level in counts if level > depth]:
            del counts[deeper]
        label = levels[depth].pattern
        for level in range(depth + 1):
            count = counts.get(level, levels[level].start if level in levels else 1)
            label = label.replace(f"%{level + 1}", _written(count, levels[level].style if level in levels else ""))
        return label

    def _place(self, properties: Any) -> tuple[int, dict[int, _Level], int] | None:
        """The list and the level a paragraph stands in, by itself or through its style."""
        number, depth = None, None
        for _ in range(DEEPEST):
            if properties is None:
                break
            numbered = properties.find(qn("w:numPr"))
            if numbered is not None:
                number = _value(numbered, "w:numId") if number is None else number
                depth = _value(numbered, "w:ilvl") if depth is None else depth
            style = self.styles.get(_text(properties, "w:pStyle") or _text(properties, "w:basedOn"))
            if number is not None or style is None:
                break
            properties = _style_properties(style)
        abstract, levels = self.levels.get(number or 0, (0, {}))
        return (abstract, levels, depth or 0) if (depth or 0) in levels else None


def _style_properties(style: Any) -> Any:
    """A style's paragraph properties, with the style it is based on beside them."""
    properties = style.find(qn("w:pPr"))
    return style if properties is None or properties.find(qn("w:numPr")) is None else properties


def _levels(document: Document) -> dict[int, tuple[int, dict[int, _Level]]]:
    """For each numId its list and its levels."""
    part = next(
        (relation.target_part for relation in document.part.rels.values() if relation.reltype.endswith("/numbering")),
        None,
    )
    if part is None:
        return {}
    root = part.element
    abstract = {int(each.get(qn("w:abstractNumId"))): each for each in root.iter(qn("w:abstractNum"))}
    levels: dict[int, tuple[int, dict[int, _Level]]] = {}
    for number in root.iter(qn("w:num")):
        link = _value(number, "w:abstractNumId")
        if link in abstract:
            own = {**_levels_in(abstract[link]), **_levels_in(number)}
            levels[int(number.get(qn("w:numId")))] = (link, own)
    return levels


def _levels_in(element: Any) -> dict[int, _Level]:
    return {
        int(level.get(qn("w:ilvl"))): _Level(
            _text(level, "w:numFmt") or "decimal",
            1 if (start := _value(level, "w:start")) is None else start,
            _text(level, "w:lvlText") or "",
        )
        for level in element.iter(qn("w:lvl"))
    }


def _text(element: Any, name: str) -> str | None:
    found = element.find(qn(name))
    return found.get(qn("w:val")) if found is not None else None


def _value(element: Any, name: str) -> int | None:
    written = _text(element, name)
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
