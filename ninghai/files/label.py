"""The original name of a file as a label: it is shown and offered for saving, never used as a path."""

import unicodedata
from pathlib import PurePosixPath

LONGEST = 150


def clean_label(name: str) -> str:
    """The last part of the name in NFC, without control, format and direction characters, its extension kept."""
    last = PurePosixPath(name.replace("\\", "/")).name
    shown = "".join(char for char in unicodedata.normalize("NFC", last) if not _is_invisible(char)).strip(" .")
    if len(shown) <= LONGEST:
        return shown or "未命名"
    suffix = PurePosixPath(shown).suffix[:10]
    return shown[: LONGEST - len(suffix)] + suffix


def extension_of(label: str) -> str:
    """In lower case, without the dot."""
    return PurePosixPath(label).suffix[1:].lower()


def _is_invisible(char: str) -> bool:
    """Control (Cc), format (Cf: direction marks, zero-width), surrogate (Cs), private (Co) and line separators."""
    return unicodedata.category(char) in {"Cc", "Cf", "Cs", "Zl", "Zp"}
