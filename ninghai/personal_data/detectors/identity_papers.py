"""The numbers on papers that say who somebody is: 身份证, 残疾人证, 护照, 通行证, 军官证, and 车牌."""

import re
from collections.abc import Iterator
from datetime import date

from ninghai.personal_data.detectors.other_numbers import is_credit_code, is_named_otherwise, is_named_personal
from ninghai.personal_data.folding import before
from ninghai.personal_data.hit import DataKind, Hit

# 身份证号 (GB 11643) of 18 or 15 digits, also spaced, and the 残疾人证号 that is built on it. A wrong check digit is reported too, as
# uncertain: a number with a slip of the pen still points at somebody.

GAP = r"[ \-]{0,2}"
BEGIN, END = r"(?<![0-9A-Za-z])(?<![0-9A-Za-z]-)", r"(?![0-9A-Za-z])(?!-[0-9A-Za-z])"
DIGITS_18 = GAP.join([r"[1-9]", *[r"\d"] * 16, r"[\dXx]"])
LONG = re.compile(f"{BEGIN}{DIGITS_18}{END}")
DISABLED = re.compile(f"{BEGIN}{DIGITS_18}{GAP}[1-7]{GAP}[1-4]B?{END}")
SHORT = re.compile(rf"{BEGIN}[1-9](?:{GAP}\d){{14}}{END}")
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECK = "10X98765432"
PROVINCE_DIGITS = re.compile(r"1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3]")


def find_id_cards(text: str) -> Iterator[Hit]:
    for match in DISABLED.finditer(text):
        if is_person(bare(match[0])[:18]):
            yield Hit(
                match.start(), match.end(), DataKind.DISABILITY_CARD, match[0], certain=has_check(bare(match[0])[:18])
            )
    for match in LONG.finditer(text):
        number = bare(match[0])
        if not is_person(number) or (is_after_a_point(text, match.start()) and not has_check(number)):
            continue
        if has_check(number):
            yield Hit(match.start(), match.end(), DataKind.ID_CARD, match[0], certain=True)
        elif is_named_personal(text, match.start()) or not (
            is_credit_code(number) or is_named_otherwise(text, match.start())
        ):
            yield Hit(match.start(), match.end(), DataKind.ID_CARD, match[0], certain=False)
    for match in SHORT.finditer(text):
        number = bare(match[0])
        if is_after_a_point(text, match.start()):
            continue
        is_told = is_named_personal(text, match.start())
        is_plain = number == match[0] and not is_named_otherwise(text, match.start())
        if is_person(f"{number[:6]}19{number[6:]}") and (is_told or is_plain):
            yield Hit(match.start(), match.end(), DataKind.ID_CARD, match[0], certain=False)


def is_after_a_point(text: str, place: int) -> bool:
    """Whether it may be what follows the point of a number; a list's 1. also looks so."""
    return text[max(0, place - 1) : place] == "." and text[max(0, place - 2) : place - 1].isdigit()


def bare(number: str) -> str:
    """Without blanks and hyphens."""
    return re.sub(r"[ \-]", "", number).upper()


def is_person(number: str) -> bool:
    """A known province, and a day of birth that the calendar has, since 1880 and not to come before long."""
    try:
        born = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return False
    return PROVINCE_DIGITS.match(number) is not None and date(1880, 1, 1) <= born <= date(2060, 12, 31)


def has_check(number: str) -> bool:
    """Whether the last character is the check digit of the 17 before."""
    total = sum(int(digit) * weight for digit, weight in zip(number[:17], WEIGHTS, strict=True))
    return CHECK[total % 11] == number[17]


# 护照、通行证、军官证: too plain to be told by their form alone, so the word before must say what they are.

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


def find_other_papers(text: str) -> Iterator[Hit]:
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
