"""护照、通行证、军官证: too plain to be told by their form alone, so the word before must say what they are."""

import re
from collections.abc import Iterator

from ninghai.personal_data.folding import before
from ninghai.personal_data.hit import DataKind, Hit

EDGE = r"(?<![0-9A-Za-z]){}(?![0-9A-Za-z])"
PASSPORT = re.compile(EDGE.format(r"(?:[EGDSP]\d{8}|E[A-HJ-NP-Z]\d{7}|[DSP]E\d{7})"))
PERMIT = re.compile(EDGE.format(r"(?:[HMCTWL]\d{8,10}|C[A-HJ-NP-Z]\d{7})"))
TAIWAN = re.compile(EDGE.format(r"\d{8}"))
OFFICER = re.compile(r"军字第\d{6,8}号?")
ARMED = re.compile(r"(?<![\u4e00-\u9fff])[\u4e00-\u9fff]字第\d{6,8}号?")  # of a region of the army: 南字第
WORDS = (
    (PASSPORT, re.compile(r"(?:护照|证件|证号)[^\n]{0,10}$")),
    (PERMIT, re.compile(r"(?:通行证|回乡证|港澳|证件)[^\n]{0,12}$")),
    (ARMED, re.compile(r"(?:军官证|士兵证|文职|军人证|警官证)[^\n]{0,8}$")),
    (TAIWAN, re.compile(r"(?:台胞证|台湾居民|台湾)[^\n]{0,14}$")),
)
REACH = 24


def find(text: str) -> Iterator[Hit]:
    for pattern, words in WORDS:
        for match in pattern.finditer(text):
            if words.search(before(text, match.start(), characters=REACH)):
                yield Hit(match.start(), match.end(), DataKind.PASSPORT, match[0], certain=True)
    for match in OFFICER.finditer(text):
        yield Hit(match.start(), match.end(), DataKind.PASSPORT, match[0], certain=True)


# 车牌号 (GA 36): a province, a letter, five characters, the last of which may say what vehicle it is (挂, 学); with a D or F for vehicles of new
# energy, six.

PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼使领"
PLATE = re.compile(
    rf"[{PROVINCES}][A-Z][·\- ]?(?:[DF][A-HJ-NP-Z0-9]\d{{4}}|\d{{5}}[DF]|[A-HJ-NP-Z0-9]{{4}}[挂学港澳]|[A-HJ-NP-Z0-9]{{5}})(?![0-9A-Za-z])",
    re.IGNORECASE,
)


def find_plates(text: str) -> Iterator[Hit]:
    for match in PLATE.finditer(text):
        if any(character.isdigit() for character in match[0]):
            yield Hit(match.start(), match.end(), DataKind.PLATE, match[0], certain=True)
