"""What a file consists of (版块), whatever its format: paragraphs, tables, running heads, and remarks about them."""

from dataclasses import dataclass

from tasks.notice.tables import Table


@dataclass(frozen=True, slots=True)
class Running:
    """What the pages repeat at head or foot (页眉、页脚、页码)."""

    text: str


@dataclass(frozen=True, slots=True)
class Remark:
    """What the office should know about the file at this place, in one Chinese sentence."""

    message: str


Block = str | Table | Running | Remark
