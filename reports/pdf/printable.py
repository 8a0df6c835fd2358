"""Text fit for print: cleaned of what no font draws, with full-width punctuation beside Chinese, its marks nested."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from reports.letters.letter import Annex, LetterTable, TypesettingError
from reports.letters.notation import excerpt, nested
from reports.pdf.fonts import has_glyph

NO_GLYPH = "〓"  # the printers' mark for a sort that the case does not hold
VERBATIM = {"key", "seed", "code", "verify_url"}

_HAN = r"[\u3000-\u303f\u3400-\u9fff\uff00-\uffef“”‘’—…]"
_MARKS = str.maketrans(",:;?!", "，：；？！")
_MARK_BESIDE_HAN = re.compile(rf"(?<={_HAN})[,:;?!]|[,:;?!](?={_HAN})")
_HAN_CHARACTER = re.compile(_HAN)
_PLAIN = re.compile(
    r"[!-~\u3001-\u301b\u4e00-\u9fa5\uff01-\uff5e“”‘’—…·]*(?: [!-~\u3001-\u301b\u4e00-\u9fa5\uff01-\uff5e“”‘’—…·]+)*"
)
_MANY_ACCENTS = re.compile(r"([\u0300-\u036f]{4})[\u0300-\u036f]+")  # normalizing takes the square of their number
_KEPT_AS_BREAK = {"\n", "\r", "\t", "\v", "\f", "\u2028", "\u2029", "\u0085"}


def printed(value: Any) -> Any:
    """The same JSON with every text in it fit for print; what readers must be able to recompute stays as it is."""
    if isinstance(value, str):
        return nested(full_width(clean(value)))
    if isinstance(value, dict):
        return {key: clean(item) if key in VERBATIM else printed(item) for key, item in value.items()}
    if isinstance(value, list):
        return [printed(item) for item in value]
    return value


def clean(text: str) -> str:
    """One line without control, direction and joining characters; what no font of ours can draw becomes 〓."""
    if _PLAIN.fullmatch(text):
        return text
    text = _MANY_ACCENTS.sub(r"\1", text)
    return " ".join("".join(_clean_character(char) for char in unicodedata.normalize("NFC", text)).split())


def _clean_character(char: str) -> str:
    if char in _KEPT_AS_BREAK:
        return " "
    if unicodedata.category(char) in {"Cc", "Cf"} or "\ufe00" <= char <= "\ufe0f":
        return ""
    return char if char.isspace() or has_glyph(char) else NO_GLYPH


def full_width(text: str) -> str:
    """ASCII marks and brackets beside Chinese as ，：；？！（）; times, addresses and numbers stay as they are."""
    text = _MARK_BESIDE_HAN.sub(lambda mark: mark[0].translate(_MARKS), text)
    return "".join(_full_width_brackets(text)) if "(" in text else text


def _full_width_brackets(text: str) -> list[str]:
    """Pairs with Chinese within, before or after them as （）; read once, however deep they are nested."""
    chars, han = list(text), 0  # han: Chinese characters so far
    open_at: list[tuple[int, int]] = []
    for at, char in enumerate(text):
        if char == "(":
            open_at.append((at, han))
        elif char == ")" and open_at:
            start, before = open_at.pop()
            beside = text[max(start - 1, 0) : start] + text[at + 1 : at + 2]
            if han > before or _HAN_CHARACTER.search(beside):
                chars[start], chars[at] = "（", "）"
        elif _HAN_CHARACTER.match(char):
            han += 1
    return chars


# How much one paper may hold, so that no text anybody has typed can keep a worker for long.

MOST_ROWS = 1_000  # of one table, a hundred pages; a paper has three tables at most
MOST_BOOKLET_ROWS = 3_000  # three times what the standard catalogues of all fields come to
LONGEST_CELL = 100  # characters; in the narrowest column still a row that fits on a page
LONGEST_HEAD = 24  # characters over a column
LONGEST_TEXT = 20_000  # characters of any one text that tables quote from; longer than all that a form takes
LONGEST_NAME = 200  # of any text that is printed whole: WeasyPrint takes the square of the length of an endless word
QUOTED = {"text", "requirement", "note", "words", "data"}  # keys of what tables quote from, and of a booklet's CSV
LONGEST = {
    "copied_to": 1_000,
    "addressee": 400,
    "paragraphs": 20_000,  # of a letter to one person: whole, and longer than all that its form takes
    **dict.fromkeys(("explanation", "changes"), 1_000),
    # a booklet's columns: as much as their width holds on a page, for a row that goes over takes a minute to set
    **{"content": 500, "basis": 330, "limit": 250, "rhythm": 30, "publisher": 280},
    **dict.fromkeys(("audience", "method", "levels"), 100),
}
MOST_CHARACTERS = 4_000_000  # of a snapshot; 100,000 assignments have fewer


def bounded(value: Any, *, key: str = "") -> Any:
    """The same JSON with every text within its length; what was cut ends in ……."""
    if isinstance(value, str):
        limit = LONGEST_TEXT if key in QUOTED else LONGEST.get(key, LONGEST_NAME)
        return value if len(value) <= limit else f"{value[: limit - 2]}……"
    if isinstance(value, dict):
        return {name: bounded(item, key=name) for name, item in value.items()}
    if isinstance(value, list):
        return [bounded(item, key=key) for item in value]
    return value


def refuse_too_much(value: Any) -> None:
    """Raises TypesettingError for more than a worker can set in its time."""
    if (count := sum(_lengths(value))) > MOST_CHARACTERS:
        raise TypesettingError(
            f"这份报告的数据共{count}字，超过一份文件可以排印的{MOST_CHARACTERS}字。请检查有没有误贴的超长文字，或按单位分别制作。"
        )


def _lengths(value: Any) -> Iterator[int]:
    if isinstance(value, str):
        yield len(value)
    elif isinstance(value, dict):
        for item in value.values():
            yield from _lengths(item)
    elif isinstance(value, list):
        for item in value:
            yield from _lengths(item)


def printable_annex(annex: Annex) -> Annex:
    """The annex with as many rows, and as much of each cell, as print can hold; its CSV keeps all."""
    columns = [excerpt(column, limit=LONGEST_HEAD) for column in annex.table.columns]
    table = LetterTable(columns, [[_cell(cell) for cell in row] for row in annex.table.rows[:MOST_ROWS]])
    if len(annex.table.rows) <= MOST_ROWS:
        return replace(annex, table=table)
    rest = f"本表共{len(annex.table.rows)}行，此处列出前{MOST_ROWS}行，全部数据见本文件所附CSV数据文件。"
    return replace(annex, table=table, note=f"{rest}{annex.note}")


def _cell(cell: str | int) -> str | int:
    return excerpt(cell, limit=LONGEST_CELL) if isinstance(cell, str) and len(cell) > LONGEST_CELL else cell
