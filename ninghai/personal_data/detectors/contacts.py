"""How a person is reached: telephones, mail, QQ, 微信."""

import re
from collections.abc import Iterator

from ninghai.personal_data.detectors.other_numbers import is_named_otherwise
from ninghai.personal_data.folding import before
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

MAIL = re.compile(r"(?<![\w.+\-])[A-Za-z0-9][\w.+\-]*@(?P<host>(?:[A-Za-z0-9\-]+\.)+[A-Za-z]{2,})(?![\w\-])", re.ASCII)
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
