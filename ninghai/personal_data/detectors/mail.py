"""电子邮箱、QQ号、微信号 of persons; the boxes of offices (*.gov.cn) are public."""

import re
from collections.abc import Iterator

from ninghai.personal_data.hit import DataKind, Hit

MAIL = re.compile(r"(?<![\w.+\-])[A-Za-z0-9][\w.+\-]*@(?P<host>(?:[A-Za-z0-9\-]+\.)+[A-Za-z]{2,})(?![\w\-])", re.ASCII)
QQ = re.compile(r"QQ(?:号码?)?[为是]?[:\s]{0,3}(?P<number>[1-9]\d{4,10})(?!\d)", re.IGNORECASE)
WECHAT = re.compile(r"微信(?:号码?[为是]?[:\s]{0,3}|[:\s]{1,3})(?P<number>[A-Za-z][A-Za-z0-9_\-]{5,19})(?![\w\-])")
GOVERNMENT = (".gov.cn",)


def find(text: str) -> Iterator[Hit]:
    for match in MAIL.finditer(text):
        if not f".{match['host'].lower()}".endswith(GOVERNMENT):
            yield Hit(match.start(), match.end(), DataKind.EMAIL, match[0], certain=True)
    for pattern in (QQ, WECHAT):
        for match in pattern.finditer(text):
            start, end = match.span("number")
            yield Hit(start, end, DataKind.EMAIL, match["number"], certain=False)
