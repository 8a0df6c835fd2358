"""The national fixed-layout format (.ofd, GB/T 33190): the text of every page, the pictures, and who made the file."""

import re
from collections.abc import Iterator
from statistics import median
from typing import Any
from unicodedata import east_asian_width

from ninghai.files.archive import opened_zip
from ninghai.personal_data.reading.content import Content, FilePassage, Picture, UnreadableFile, author
from ninghai.personal_data.reading.package import parse
from ninghai.personal_data.reading.pdf import USUAL_WIDTH, Word, laid_out

PAGE = re.compile(r"(?:.*/)?(?:Pages|Tpls|Annots|Annotations)/.*\.xml", re.IGNORECASE)
MADE_OF_PICTURES = re.compile(r"\.(?:jpe?g|png|bmp|jb2|tiff?)$", re.IGNORECASE)
POINTS = 72 / 25.4  # of a millimetre
MOST_STEPS = 2000  # of one piece
FURTHEST = 1e6  # points from the edge of the page; what is said to be further off is set nowhere


def read(data: bytes) -> Iterator[Content]:
    with opened_zip(data, UnreadableFile("OFD文件打不开，可能已损坏或加了密码，请重新导出后再检查。")) as package:
        parts = {name: package.read(name) for name in package.namelist() if name.endswith(".xml")}
        pictures = [name for name in package.namelist() if MADE_OF_PICTURES.search(name)]
    yield from (Picture("文中图片") for _ in pictures)
    pages = [name for name in parts if PAGE.fullmatch(name)]
    for number, name in enumerate(sorted(pages, key=_in_order), start=1):
        yield FilePassage(f"第{number}个版面", _text(parts[name]), flows=number > 1)
    if "OFD.xml" in parts:
        for element in parse(parts["OFD.xml"]).iter():
            if isinstance(element.tag, str) and element.tag.endswith("}Author") and element.text:
                yield author("文件属性“作者”", element.text)


def _in_order(name: str) -> list[tuple[int, str]]:
    """Page_10 comes after Page_9."""
    return [(int(piece or 0), words) for words, piece in re.findall(r"(\D*)(\d*)", name)]


def _text(xml: bytes) -> str:
    """The words of the page as they are set; where it does not say where they stand, a line for each piece, and since a number
    may be cut into pieces, all of them as one."""
    pieces = [element for element in parse(xml).iter() if str(element.tag).endswith("}TextCode") and element.text]
    placed = [(piece.text, _word(piece)) for piece in pieces]
    words = [word for _, word in placed if word]
    loose = [text for text, word in placed if word is None]
    said = [laid_out(words, unit=_unit(words))] if words else []
    return "\n".join([*said, *loose, *(["".join(loose)] if loose else [])])


def _word(piece: Any) -> Word | None:
    """A piece of text, and the points between which it stands; None where it does not say."""
    thing = piece if (parent := piece.getparent()) is None else parent
    box, size = _numbers(thing.get("Boundary")), _numbers(thing.get("Size"))
    if len(box) != 4 or not size or size[0] <= 0:
        return None
    turn = _numbers(thing.get("CTM"))
    across, up, skew, down, right, below = turn if len(turn) == 6 else (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
    x, y = (float((_numbers(piece.get(name)) or [0.0])[0]) for name in ("X", "Y"))
    left, baseline = box[0] + across * x + skew * y + right, box[1] + up * x + down * y + below
    high = size[0] * abs(down or 1.0)
    wide = (sum(_steps(piece.get("DeltaX"))) or size[0] * (len(piece.text) - 1)) * abs(across or 1.0) + high
    edges = {"x0": left, "x1": left + wide, "top": baseline - high, "bottom": baseline, "width": high}
    word: Word = {name: edge * POINTS for name, edge in edges.items()}
    return {**word, "text": piece.text} if all(abs(edge) < FURTHEST for edge in word.values()) else None


def _numbers(written: str | None) -> list[float]:
    try:
        return [float(each) for each in (written or "").split()]
    except ValueError:
        return []


def _steps(written: str | None) -> Iterator[float]:
    """How far each character is from the one before; `g 5 3.2` is 3.2 five times."""
    told = (written or "").split()
    at = 0
    while at < min(len(told), MOST_STEPS):
        if told[at] == "g" and at + 2 < len(told):
            yield sum(_numbers(told[at + 1])) * sum(_numbers(told[at + 2]))
            at += 3
        else:
            yield sum(_numbers(told[at]))
            at += 1


def _unit(words: list[Word]) -> float:
    """Half of the usual wide character."""
    widths = [word["width"] for word in words if any(east_asian_width(sign) in "WF" for sign in word["text"][:20])]
    return max(median(widths) if widths else USUAL_WIDTH, 1.0) / 2
