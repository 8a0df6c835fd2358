"""What was found: the kind of personal data, its place in the text, and whether it is certain or for a person to judge."""

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
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
    Kind.ID_CARD: "身份证号",
    Kind.DISABILITY_CARD: "残疾人证号",
    Kind.MOBILE: "手机号码",
    Kind.LANDLINE: "住宅电话",
    Kind.BANK_CARD: "银行账号",
    Kind.PASSPORT: "护照和通行证号",
    Kind.PLATE: "车牌号",
    Kind.EMAIL: "电子邮箱、QQ和微信",
    Kind.ADDRESS: "住址",
    Kind.NAME: "姓名",
    Kind.SENSITIVE_COLUMN: "敏感列",
    Kind.HIDDEN_DATA: "隐藏内容",
    Kind.PICTURE: "图片",
}


@dataclass(frozen=True, slots=True, order=True)
class Hit:
    """`start` and `end` count characters of the text; `certain` says that no person needs to judge it."""

    start: int
    end: int
    kind: Kind
    text: str
    certain: bool

    def overlaps(self, other: "Hit") -> bool:
        return self.start < other.end and other.start < self.end
