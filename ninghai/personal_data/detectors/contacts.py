"""How a person is reached: telephones, mail, QQ, 微信, and where they live."""

import re
from collections.abc import Iterator

from ninghai.personal_data.detectors.other_numbers import is_named_otherwise
from ninghai.personal_data.detectors.surnames import ends_with_a_name
from ninghai.personal_data.folding import before
from ninghai.personal_data.heads import HOUSE, house_end
from ninghai.personal_data.hit import DataKind, Hit

# 手机号码, and 固定电话 only where the words beside it say that it is somebody's own: office lines are public.

BEGIN, END = r"(?<![0-9A-Za-z])(?<!\d\.)(?<!\d-)", r"(?![0-9A-Za-z])(?!\.\d)(?!-\d)"
ANOTHER = r"1[3-9]\d{9}(?!\d)"  # a second number right behind a point
MEASURE = r"(?!\s?(?:元|万元|亿元|平方米|㎡|立方米|吨|千瓦|公斤|亩))"
FIRST, LAST = (
    r"(?<![0-9A-Za-z])(?:(?<!\d\.)|(?<=1\d{10}\.))(?<!\d-)",
    rf"(?![0-9A-Za-z])(?!\.(?!{ANOTHER})\d)(?!-\d){MEASURE}",
)
ABROAD = r"(?:(?:\+|00)?86[ \-]?)?"
MOBILE = re.compile(
    rf"{FIRST}{ABROAD}1[3-9]\d(?:[ \-]{{0,2}}\d{{4}}[ \-]{{0,2}}\d{{4}}|[ \-](?!(?:19|20)\d\d[01]\d)\d{{8}}){LAST}"
)
CUT_OTHERWISE = re.compile(
    rf"{FIRST}{ABROAD}1[3-9](?:\d{{2}}[ \-]\d{{4}}[ \-]\d{{3}}|\d{{3}}[ \-]\d{{6}}|\d[ \-]\d{{8}}){LAST}"
)
CALLED = re.compile(r"(?:电话|手机|联系|TEL|拨打?|微信)[^\n]{0,6}$", re.IGNORECASE)
EXTENSION = r"(?:(?:-|转)\d{1,5})?"
LANDLINE = re.compile(rf"{BEGIN}\(?0\d{{2,3}}\)?[ \-]?\d{{7,8}}{EXTENSION}{END}")
LOCAL = re.compile(rf"{BEGIN}[2-8]\d{{6,7}}{EXTENSION}{END}")
AT_HOME = re.compile(r"(?:家庭|住宅|本人|家里|家中|家属|宅电)[^\n]{0,8}$")
HOME_LINE = re.compile(r"(?:(?:家庭|住宅|本人|家里|家中|家属)的?(?:固定)?(?:电话|座机|固话)|宅电)[^0-9\n]{0,4}$")
REACH = 14


def find_phones(text: str) -> Iterator[Hit]:
    for match in MOBILE.finditer(text):
        if not is_named_otherwise(text, match.start()):
            yield Hit(match.start(), match.end(), DataKind.MOBILE, match[0], certain=True)
    for match in CUT_OTHERWISE.finditer(text):
        if CALLED.search(before(text, match.start(), characters=REACH)):
            yield Hit(match.start(), match.end(), DataKind.MOBILE, match[0], certain=False)
    for match in LOCAL.finditer(text):
        if HOME_LINE.search(before(text, match.start(), characters=REACH)):
            yield Hit(match.start(), match.end(), DataKind.LANDLINE, match[0], certain=False)
    for match in LANDLINE.finditer(text):
        if AT_HOME.search(before(text, match.start(), characters=REACH)):
            yield Hit(match.start(), match.end(), DataKind.LANDLINE, match[0], certain=False)


# 电子邮箱、QQ号、微信号 of persons; the boxes of offices (*.gov.cn) are public.

# Two strokes or more are the line of a form on which it is written.
MAIL = re.compile(
    r"(?:(?<![\w.+\-@])|(?<=__))[A-Za-z0-9][\w.+\-]*@(?P<host>(?:[A-Za-z0-9\-]+\.)+[A-Za-z]{2,})(?:(?![\w\-])|(?=__))",
    re.ASCII,
)
QQ = re.compile(r"QQ(?:号码?)?[为是]?[:\s]{0,3}(?P<number>[1-9]\d{4,10})(?!\d)", re.IGNORECASE)
WECHAT = re.compile(r"微信(?:号码?[为是]?[:\s]{0,3}|[:\s]{1,3})(?P<number>[A-Za-z][A-Za-z0-9_\-]{5,19})(?![\w\-])")
GOVERNMENT = (".gov.cn",)


def find_mail(text: str) -> Iterator[Hit]:
    for match in MAIL.finditer(text):
        if not f".{match['host'].lower()}".endswith(GOVERNMENT):
            yield Hit(match.start(), match.end(), DataKind.EMAIL, match[0], certain=True)
    for pattern in (QQ, WECHAT):
        for match in pattern.finditer(text):
            start, end = match.span("number")
            yield Hit(start, end, DataKind.EMAIL, match["number"], certain=False)


# 住址 down to the house, where words say that somebody lives there; that of an office, a site or an offence is public.
#
# Always for a person to judge.

PART = r"[\u4e00-\u9fff0-9A-Za-z\-#]"
BEFORE = re.compile(rf"{PART}*$")
LONGEST, LEAD_REACH, LINE_REACH = 48, 24, 60  # characters
TOWN = re.compile(r"镇|乡|街道|县|市|区")
VILLAGE = re.compile(r"村|社区|路|街|巷|弄|小区|花园|家园|嘉园|公寓|华府|苑|道|里|庄|城|墩|自然村")
ANNOUNCED = (
    r"(?:住址|(?:家庭|居住|详细|现住|户籍|户口)地址|家庭所在地|户籍(?:所在)?地|户口所在地|常住地|居住地"
    r"|居住[于在]|现居住?[于在]?|[现家]住[于在]?|住[在于]|(?:本人|户主|申请人|村民|居民)住[在于]?)(?:为|是|在|于)?"
)
HOME = re.compile(rf"(?:{ANNOUNCED}|[^居入]住(?:在|于)?)[\s:(]{{0,3}}$")
ADDRESSED = re.compile(r"地址(?:为|是|在|于)?[\s:(]{0,3}$")
DOMICILE = re.compile(r"住所地?(?:为|是|在|于)?[\s:(]{0,3}$")  # a company has one too
LEAD = re.compile(r".*(?:住址|地址|住所地?|户籍(?:所在)?地|户口所在地|常住地|居住地?|[现家]住|住)(?:为|是|于|在)?")
STRONG = re.compile(rf"{ANNOUNCED}[\s:(]{{0,3}}")
OWN = re.compile(r"本人|收件人|户主|申请人|当事人|村民|居民|姓名|监护人|家属")
OFFICE = re.compile(
    r"公司|局|政府|委员会|中心|[商饭酒书药]店|该[店厂院]|工厂|[合作]社|办公|单位|企业|窗口|受理|机构|法定地址|注册|经营"
)
SITE = re.compile(
    r"(?:在|于|位于|坐落|坐落于|地点|场所|发现|查获|实施|途经|途径|沿|至|从|到|自|由|路段|拟|设在|选址|工程|项目|占用)[\s:(]{0,2}$"
)
FOLLOWED = re.compile(
    r"[^,，。；;、\n\s)]{0,8}?(?:中心|大厅|大楼|公司|局|政府|委员会|办公室|学校|医院|卫生院|派出所|门店|工地|附近|对面|路段|窗口|文化馆|处发现|地块|施工|举行|召开)"
)


def find_addresses(text: str) -> Iterator[Hit]:
    yield from _announced(text)
    done = 0
    for house in HOUSE.finditer(text):
        if house.start() < done:
            continue
        start = _begins(text, house.start(), done)
        if start is None:
            continue
        end = start + house_end(text[start : house.end() + LONGEST].partition("\n")[0])
        done = end
        announced = LEAD.match(text[start : house.start()])
        begin = start + (announced.end() if announced else 0)
        if begin < end and _is_home(text, begin, end):
            yield Hit(begin, end, DataKind.ADDRESS, text[begin:end], certain=False)


def _announced(text: str) -> Iterator[Hit]:
    """Whatever goes down to a house behind words such as 家庭住址 and 现住."""
    for announced in STRONG.finditer(text):
        value = re.split(
            rf"(?!{PART}).", text[announced.end() : announced.end() + LONGEST].partition("\n")[0], maxsplit=1
        )[0]
        end = house_end(value)
        if end and not FOLLOWED.match(text, announced.end() + end):
            yield Hit(announced.end(), announced.end() + end, DataKind.ADDRESS, value[:end], certain=False)


def _begins(text: str, house: int, done: int) -> int | None:
    """Where the address begins to which the house number belongs; None where no town and village stand before it."""
    window = text[max(done, house - LONGEST) : house]
    run = BEFORE.search(window)
    words = run[0] if run else ""
    town = TOWN.search(words)
    if town is None or VILLAGE.search(words, town.end()) is None or house - len(words) == house:
        return None
    return house - len(words)


def _is_home(text: str, begin: int, end: int) -> bool:
    lead = text[max(0, begin - LEAD_REACH) : begin].rpartition("\n")[2]
    around = text[max(0, begin - LINE_REACH) : begin].rpartition("\n")[2]
    if FOLLOWED.match(text, end) or (SITE.search(lead) and not HOME.search(lead)):
        return False
    if HOME.search(lead):
        return True
    line = around + text[end : end + LEAD_REACH].partition("\n")[0]
    if DOMICILE.search(lead):
        return not OFFICE.search(line)
    if ADDRESSED.search(lead):
        return bool(OWN.search(line)) and not OFFICE.search(around)
    return bool(OWN.search(around) or ends_with_a_name(lead[-12:])) and not OFFICE.search(around)
