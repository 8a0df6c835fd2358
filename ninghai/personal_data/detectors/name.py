"""姓名 after the word that announces one, as in 姓名：… and 户主…; whether it may stand is for a person to judge."""

import re
from collections.abc import Iterator

from ninghai.personal_data.detectors.surnames import looks_like_a_name
from ninghai.personal_data.hit import Hit, Kind

ANNOUNCED = re.compile(
    r"(?:姓名|户主|申请人|当事人|联系人|受助人|受益人|补助对象|救助对象|低保对象|家庭成员|监护人|法定代表人|经营者)(?:姓名)?"
    r"\s{0,2}[::]\s{0,3}(?P<name>[\u4e00-\u9fff·]{2,12})(?![\u4e00-\u9fff])"
)


def find(text: str) -> Iterator[Hit]:
    for match in ANNOUNCED.finditer(text):
        if looks_like_a_name(match["name"]):
            start, end = match.span("name")
            yield Hit(start, end, Kind.NAME, match["name"], certain=False)
