"""What was found: the kind of personal data, its place in the text, and whether it is certain or for a person to judge."""

from bisect import bisect
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class DataKind(StrEnum):
    """个人信息种类; the values are those of `scan_personal_data --format json`."""

    ID_CARD = "id_card"
    DISABILITY_CARD = "disability_card"
    MOBILE = "mobile"
    LANDLINE = "landline"
    BANK_CARD = "bank_card"
    PASSPORT = "passport"
    PLATE = "plate"
    EMAIL = "email"
    ADDRESS = "address"
    NAME = "name"
    SENSITIVE_COLUMN = "sensitive_column"
    HIDDEN_DATA = "hidden_data"
    PICTURE = "picture"

    @property
    def label(self) -> str:
        return LABELS[self]


LABELS = {
    DataKind.ID_CARD: "身份证号",
    DataKind.DISABILITY_CARD: "残疾人证号",
    DataKind.MOBILE: "手机号码",
    DataKind.LANDLINE: "住宅电话",
    DataKind.BANK_CARD: "银行账号",
    DataKind.PASSPORT: "护照和通行证号",
    DataKind.PLATE: "车牌号",
    DataKind.EMAIL: "电子邮箱、QQ和微信",
    DataKind.ADDRESS: "住址",
    DataKind.NAME: "姓名",
    DataKind.SENSITIVE_COLUMN: "敏感列",
    DataKind.HIDDEN_DATA: "隐藏内容",
    DataKind.PICTURE: "图片",
}


@dataclass(frozen=True, slots=True, order=True)
class Hit:
    """`start` and `end` count characters of the text; `certain` says that no person needs to judge it.

    A value of which the rest stands elsewhere, as in a table whose cells go on below, has its other stretches in `more`.
    """

    start: int
    end: int
    kind: DataKind
    text: str
    certain: bool
    more: tuple[tuple[int, int], ...] = ()

    def overlaps(self, other: "Hit") -> bool:
        return self.start < other.end and other.start < self.end

    @property
    def stretches(self) -> tuple[tuple[int, int], ...]:
        return ((self.start, self.end), *self.more)


def strongest(hits: Iterable[Hit]) -> list[Hit]:
    """Of those that overlap the certain one, else the longer; in the order of the text."""
    starts: list[int] = []
    ends: list[int] = []
    chosen = []
    for hit in sorted(hits, key=_strength):
        if any(_is_taken(stretch, starts, ends) for stretch in hit.stretches):
            continue
        chosen.append(hit)
        for start, end in hit.stretches:
            at = bisect(starts, start)
            starts.insert(at, start)
            ends.insert(at, end)
    return sorted(chosen, key=lambda hit: hit.start)


def _is_taken(stretch: tuple[int, int], starts: list[int], ends: list[int]) -> bool:
    """Those that are taken do not overlap, so that only the neighbours need to be asked."""
    start, end = stretch
    at = bisect(starts, start)
    return (at > 0 and ends[at - 1] > start) or (at < len(starts) and starts[at] < end)


def _strength(hit: Hit) -> tuple[bool, int, int]:
    """The strongest first."""
    return not hit.certain, -len("".join(hit.text.split())), hit.start
