"""Text fit for print: cleaned of what no font draws, with full-width punctuation beside Chinese."""

import re
import unicodedata
from typing import Any

from reports.typesetting.fonts import has_glyph

NO_GLYPH = "〓"  # the printers' mark for a sort that the case does not hold
VERBATIM = {"key", "seed", "code", "verify_url"}

_HAN = r"[\u3000-\u303f\u3400-\u9fff\uff00-\uffef“”‘’—…]"
_MARKS = str.maketrans(",:;?!", "，：；？！")
_MARK_BESIDE_HAN = re.compile(rf"(?<={_HAN})[,:;?!]|[,:;?!](?={_HAN})")
_BRACKETS_BESIDE_HAN = re.compile(rf"(?<={_HAN})\(([^()]*)\)|\(([^()]*)\)(?={_HAN})|\(([^()]*{_HAN}[^()]*)\)")
_KEPT_AS_BREAK = {"\n", "\r", "\t", "\v", "\f", "\u2028", "\u2029", "\u0085"}


def printed(value: Any) -> Any:
    """The same JSON with every text in it fit for print; what readers must be able to recompute stays as it is."""
    if isinstance(value, str):
        return full_width(clean(value))
    if isinstance(value, dict):
        return {key: clean(item) if key in VERBATIM else printed(item) for key, item in value.items()}
    if isinstance(value, list):
        return [printed(item) for item in value]
    return value


def clean(text: str) -> str:
    """One line without control, direction and joining characters; what no font of ours can draw becomes 〓."""
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
    previous = ""
    while previous != text:  # brackets inside brackets, from within
        previous, text = text, _BRACKETS_BESIDE_HAN.sub(lambda pair: f"（{pair[0][1:-1]}）", text)
    return text
