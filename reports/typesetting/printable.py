"""Text fit for print: cleaned of what no font draws, with full-width punctuation beside Chinese, its marks nested."""

import re
import unicodedata
from typing import Any

from reports.typesetting.fonts import has_glyph
from reports.writing.wording import nested

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
