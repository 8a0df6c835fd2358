"""What the head of a column tells about its cells: names under 姓名, accounts under 账号, columns that must go altogether."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ninghai.personal_data.detectors.surnames import looks_like_a_name
from ninghai.personal_data.finder import find_personal_data
from ninghai.personal_data.folding import fold
from ninghai.personal_data.hit import Hit, Kind

HEADS = {
    Kind.NAME: re.compile(
        r"(?:姓名|户主|申请人|当事人|联系人|受助人|受益人|补助对象|救助对象|低保对象|家庭成员|监护人|法定代表人|学生|残疾人|持证人|农户|领款人|持卡人|被征收人|业主|患者)(?:姓名)?"
    ),
    Kind.BANK_CARD: re.compile(
        r".*(?:银行|存折|一卡通|一折通|打卡|社保卡|工资卡|农商行|信用社|开户).*(?:号码?|账号|帐号)|(?:账号|帐号|卡号|开户账号)"
    ),
    Kind.ADDRESS: re.compile(r".*(?:住址|住所|居住地址?)|家庭地址|详细地址|户籍(?:所在)?地址?"),
    Kind.LANDLINE: re.compile(r"(?:家庭|住宅|宅|本人)电话(?:号码)?"),
    Kind.SENSITIVE_COLUMN: re.compile(
        r".*(?:健康状况|病情|病种|患病|疾病|残疾类[别型]|残疾等级|(?:致贫|低保|救助|困难).{0,3}原因|未成年|工资|收入|宗教|民族宗教|婚姻).*"
    ),
}
ACCOUNT = re.compile(r"[0-9 \-]{8,30}")
HOUSE = re.compile(r"\d{1,5}(?:号|组|幢|栋|单元|室|弄)")
TELEPHONE = re.compile(r"\(?0?\d{0,3}\)?[ \-]?\d{7,8}")


@dataclass(frozen=True, slots=True)
class CellHit:
    """A hit in a cell; row and column count from 0."""

    row: int
    column: int
    hit: Hit


def find_in_table(rows: Sequence[Sequence[str]]) -> Iterator[CellHit]:
    """Every hit, row by row; a sensitive column is one hit, at its head, unless it was emptied.

    An empty row ends a table and what its heads said.
    """
    heads: dict[int, Kind] = {}
    for at, row in enumerate(rows):
        found = {column: kind for column, cell in enumerate(row) if (kind := kind_of_head(cell))}
        if not any(cell.strip() for cell in row):
            heads = {}
        elif found:
            heads = {**heads, **found}
        for column, cell in enumerate(row):
            kind = heads.get(column)
            if column in found:
                if kind == Kind.SENSITIVE_COLUMN and _is_filled(rows, at, column):
                    yield CellHit(at, column, Hit(0, len(cell), kind, cell, certain=True))
                continue
            for hit in _in_cell(cell, kind):
                yield CellHit(at, column, hit)


def kind_of_head(cell: str) -> Kind | None:
    """What a head announces; None for any other cell."""
    words = re.sub(r"[\s()（）:：*]", "", fold(cell))
    if not 2 <= len(words) <= 14:
        return None
    return next((kind for kind, pattern in HEADS.items() if pattern.fullmatch(words)), None)


def _is_filled(rows: Sequence[Sequence[str]], head: int, column: int) -> bool:
    """Whether anything stands below the head, to the end of its table."""
    for row in rows[head + 1 :]:
        if not any(cell.strip() for cell in row):
            return False
        if column < len(row) and row[column].strip():
            return True
    return False


def _in_cell(cell: str, kind: Kind | None) -> list[Hit]:
    hits = find_personal_data(cell)
    words = fold(cell).strip()
    if hits or not words:
        return hits
    is_meant = (
        (kind == Kind.NAME and looks_like_a_name(re.sub(r"\s", "", words)))
        or (kind == Kind.BANK_CARD and ACCOUNT.fullmatch(words) is not None)
        or (kind == Kind.ADDRESS and HOUSE.search(words) is not None)
        or (kind == Kind.LANDLINE and TELEPHONE.fullmatch(words) is not None)
    )
    return [Hit(0, len(cell), kind, cell, certain=False)] if kind and is_meant else []
