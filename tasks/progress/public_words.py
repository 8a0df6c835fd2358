"""公开表述 before the public reads it: what is personal in it must go, what may be personal a person has looked at."""

from collections.abc import Iterable

from ninghai.personal_data.finder import find_personal_data
from ninghai.personal_data.hit import Hit
from ninghai.personal_data.masking import masked


def certain_in(words: str) -> str:
    """A sentence that names what is personal beyond doubt, masked; empty when nothing is."""
    named = _named(hit for hit in find_personal_data(words) if hit.certain)
    return f"公开表述中有个人信息：{named}。向社会公开的文字不能有个人信息，请删去或改写。" if named else ""


def doubtful_in(words: str) -> str:
    """What may be personal and is for a person to judge, such as a name."""
    return _named(hit for hit in find_personal_data(words) if not hit.certain)


def _named(hits: Iterable[Hit]) -> str:
    return "、".join(f"{hit.kind.label}“{masked(hit)}”" for hit in hits)
