"""Names inside an archive: safe to unpack on any system, short, and no two alike."""

import re
import unicodedata
from pathlib import PurePosixPath

FULL_WIDTH = str.maketrans('<>:"/\\|?*', "＜＞：＂／＼｜？＊")  # noqa: RUF001 - what Windows forbids, and its twins
RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\.|$)", re.IGNORECASE)
LONGEST = 60  # characters: folder and file together stay below what Windows unpacks


def safe_name(name: str, *, longest: int = LONGEST) -> str:
    """The name without what a file system refuses or takes for a path, its extension kept."""
    shown = "".join(char for char in unicodedata.normalize("NFC", name) if unicodedata.category(char)[0] != "C")
    shown = shown.translate(FULL_WIDTH).strip(" .")
    if RESERVED.match(shown):
        shown = f"_{shown}"
    if len(shown) > longest:
        suffix = PurePosixPath(shown).suffix[:10]
        shown = shown[: longest - len(suffix)].rstrip(" .") + suffix
    return shown or "未命名"


class UniqueNames:
    """Gives each name once, upper and lower case alike: 附件.pdf, 附件（2）.pdf."""

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def take(self, name: str) -> str:
        path, number, free = PurePosixPath(name), 1, name
        while free.casefold() in self._taken:
            number += 1
            free = str(path.with_name(f"{path.stem}（{number}）{path.suffix}"))
        self._taken.add(free.casefold())
        return free
