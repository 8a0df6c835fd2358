"""住址 down to the house, where a person stands beside it; an office's own address is public. Always for a person to judge."""

import re
from collections.abc import Iterator

from ninghai.personal_data.detectors.surnames import FULL_NAME
from ninghai.personal_data.hit import Hit, Kind

HAN = r"[\u4e00-\u9fff]"
PART = r"[\u4e00-\u9fff0-9A-Za-z\-]"
ADDRESS = re.compile(
    rf"(?:{HAN}{{2,12}}?(?:省|市|县|区))?{HAN}{{1,8}}?(?:镇|乡|街道){PART}{{0,16}}?(?:村|社区|路|街|巷|弄|小区|新村|花园|家园|嘉园|公寓|华府|苑)"
    rf"{PART}{{0,14}}?\d{{1,5}}(?:-\d{{1,4}})*(?:号|组|幢|栋|单元|室|弄)(?:{PART}{{0,10}}?\d{{1,4}}(?:号|组|幢|栋|单元|室))*"
)
HOME = re.compile(r"(?:住址|家庭|住所|居住|户籍|住在|家住|现住|本人|申请人|当事人|户主|村民|居民|姓名)")
LEAD = re.compile(r".*(?:住址|地址|住所地?|户籍(?:所在)?地|居住|[现家]住|本人住|住)(?:为|是|于|在)?")
WORKPLACE = re.compile(
    r"(?:办公地址|单位地址|受理地点|办公地点|地点|注册地址|通信地址|通讯地址|邮编|窗口|地址在|会议室)[^\n]{0,4}$"
)
BY_MAIL = re.compile(r"(?:通信|通讯)地址[^\n]{0,4}$")
OWN = re.compile(r"本人|户主|申请人|当事人|村民")


def find(text: str) -> Iterator[Hit]:
    for match in ADDRESS.finditer(text):
        start = text.rfind("\n", 0, match.start()) + 1
        lead = text[start : match.start()]
        end = text.find("\n", match.end())
        line = text[start : end if end >= 0 else len(text)]
        if WORKPLACE.search(lead) and not (BY_MAIL.search(lead) and OWN.search(line)):
            continue
        if HOME.search(line) or FULL_NAME.search(lead[-12:]):
            announced = LEAD.match(match[0])
            begin = match.start() + (announced.end() if announced else 0)
            yield Hit(begin, match.end(), Kind.ADDRESS, text[begin : match.end()], certain=False)
