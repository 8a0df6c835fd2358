"""车牌号 (GA 36): a province, a letter, five characters, the last of which may say what vehicle it is (挂, 学); with a D or F for vehicles of new
energy, six."""

import re
from collections.abc import Iterator

from ninghai.personal_data.hit import DataKind, Hit

PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼使领"
PLATE = re.compile(
    rf"[{PROVINCES}][A-Z][·\- ]?(?:[DF][A-HJ-NP-Z0-9]\d{{4}}|\d{{5}}[DF]|[A-HJ-NP-Z0-9]{{4}}[挂学港澳]|[A-HJ-NP-Z0-9]{{5}})(?![0-9A-Za-z])",
    re.IGNORECASE,
)


def find(text: str) -> Iterator[Hit]:
    for match in PLATE.finditer(text):
        if any(character.isdigit() for character in match[0]):
            yield Hit(match.start(), match.end(), DataKind.PLATE, match[0], certain=True)
