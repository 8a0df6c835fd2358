"""姓名 after the word that announces one, as in 姓名：… and 户主…; whether it may stand is for a person to judge."""

import re
from collections.abc import Iterator

from ninghai.personal_data.detectors.surnames import looks_like_a_name
from ninghai.personal_data.hit import Hit, Kind

ANNOUNCED = re.compile(
    r"(?:姓\s{0,4}名|户\s{0,2}主|申请人|当事人|联系人|受助人|受益人|补助对象|救助对象|低保对象|低保户|家庭成员|监护人|法定代表人"
    r"|经营者|被征收人|被拆迁人|被救助人|领款人|持卡人|受害人|死者|伤者|患者|业主|学生|残疾人)(?:姓\s{0,4}名)?(?:\([^()\n]{1,8}\))?"
    r"\s{0,2}[::]\s{0,3}"
)
NAME = re.compile(r"[\u4e00-\u9fff·]{2,12}(?![\u4e00-\u9fff])")
NEXT = re.compile(r"[、,，;；/ \t]{1,2}")
MOST_NAMES = 200  # after one word


def find(text: str) -> Iterator[Hit]:
    for announced in ANNOUNCED.finditer(text):
        place = announced.end()
        for _ in range(MOST_NAMES):
            name = NAME.match(text, place)
            if name is None or not looks_like_a_name(name[0]):
                break
            yield Hit(name.start(), name.end(), Kind.NAME, name[0], certain=False)
            following = NEXT.match(text, name.end())
            if following is None:
                break
            place = following.end()
