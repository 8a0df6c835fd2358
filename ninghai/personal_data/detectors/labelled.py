"""What stands after the word that announces it: a value after its label, a name after 姓名 or 户主."""

import re
from collections.abc import Callable, Iterator

from ninghai.personal_data.detectors.bank_card import is_of_an_office
from ninghai.personal_data.detectors.surnames import looks_like_a_name, may_be_a_name
from ninghai.personal_data.folding import before
from ninghai.personal_data.heads import (
    KINDS_BY_FORM,
    PATTERNS,
    house_end,
    is_some_head,
    is_sure_of_names,
    is_weak,
    kind_of_head,
)
from ninghai.personal_data.hit import DataKind, Hit

# What stands after a label and a colon, as in 惠农账号：… or 本人家庭电话：…; the label is known by its kernel.

COLON = re.compile(r"(?:】:?|:)[ \t_\"'“‘「『]{0,30}")  # also 【姓名】, and the line on which a form is filled in
REACH, LONGEST_VALUE = 24, 60  # characters before and after the colon
MARKS = " \t\r\n,，。；;、!！?？:："
MARK = re.compile(r"[,，。；;、!！?？)）(（【】》\t:\d]")
NOTE = re.compile(r"\([^()]{0,10}\)\s{0,3}$")
OUTSIDE = re.compile(r"[^\u4e00-\u9fff0-9A-Za-z\-#·]")


def find(text: str) -> Iterator[Hit]:
    for colon in COLON.finditer(text):
        label = label_before(text, colon.start())
        kind = kind_of_head(label) if label else None
        if kind is None or kind == DataKind.NAME:
            continue
        value = text[colon.end() : colon.end() + LONGEST_VALUE].partition("\n")[0]
        if kind == DataKind.ADDRESS:
            yield from () if is_weak(label) else _address(value, colon.end())
            continue
        for at, pattern in enumerate(PATTERNS.get(kind, ())):
            match = pattern.match(value)
            if match and not (kind == DataKind.BANK_CARD and is_of_an_office(text, colon.end())):
                found = KINDS_BY_FORM.get((kind, at), kind)
                yield Hit(colon.end(), colon.end() + match.end(), found, match[0], certain=False)


def label_before(text: str, place: int) -> str:
    """The last words before the colon; 姓　名 and 住 址 are one."""
    if not text[max(0, place - 3) : place].strip(MARKS):
        return ""
    lead = text[max(0, place - REACH) : place].rpartition("\n")[2]
    lead = NOTE.sub("", lead)
    lead = MARK.split(lead)[-1]
    words = lead.split()
    label = words.pop() if words else ""
    while words and (len(label) == 1 or len(words[-1]) == 1) and len(label) < 6:
        label = words.pop() + label
    return label


def _address(value: str, start: int) -> Iterator[Hit]:
    """Down to the last house number before the next mark."""
    outside = OUTSIDE.search(value)
    value = value[: outside.start()] if outside else value
    if end := house_end(value):
        yield Hit(start, start + end, DataKind.ADDRESS, value[:end], certain=False)


# 姓名 after the word that announces one, as in 姓名：… and 户主：…; whether it may stand is for a person to judge.

WITHOUT_COLON = re.compile(
    r"(?<![\u4e00-\u9fff])[\u4e00-\u9fff]{0,6}(?:姓 {0,4}名|户 {0,4}主)[ \t_]{1,30}(?=[\u4e00-\u9fff])"
)
NAME = re.compile(
    r"[\u4e00-\u9fff](?: {1,4}[\u4e00-\u9fff]){1,2}(?![\u4e00-\u9fff])|[\u4e00-\u9fff·]{2,16}(?![\u4e00-\u9fff·])"
)
AND_MORE = re.compile(r"[\u4e00-\u9fff·]{2,4}?(?=等(?:\d|[一二两三四五六七八九十]|人|户))")  # 王建国等3户
RELATIVE = re.compile(
    r"(?:^|[^\u4e00-\u9fff])(?:其|户主)?(?:本人|配偶|妻子?|丈夫|夫|[长次三四]?[子女]|儿子|女儿|父亲?|母亲?|祖父|祖母|爷爷|奶奶|外公|外婆|孙子|孙女|[哥弟姐妹]{1,2}) {0,2}$"
)
NEXT = re.compile(r"(?:\((?:[^()\n]|\([^()\n]{0,10}\)){0,80}\))?[、,，;；/ \t]{1,2}")  # 张三(身份证号…)、李四
# Somebody of whom it is spoken: 王建国同志, 李芳女士; not those who hold an office, whose names are public.
SPOKEN_OF_AS = re.compile(r"(?P<firmly>同志|女士|先生|小姐|师傅)(?![们类])|同学|老人|大爷|大妈|阿姨")
WORDS_BEFORE = re.compile(r"[\u4e00-\u9fff·]+(?: {1,2}[\u4e00-\u9fff])?$")
BEFORE_NAME = re.compile(
    r"(?:与|和|及|找|经|由|请|向|对|给|为|被|把|人|是|有|的|户主|村民|居民|群众|感谢|看望|慰问|联系|走访|员|生)$"
)
IN_OFFICE = re.compile(
    r"(?:(?<!家)长|[任记]|主席|委员|代表|领导|干部|院士|教授|任命|免去|任免|聘任|提名|当选)[\u4e00-\u9fff]?$"
)
LINKING = "和向"  # surnames, too
LONGEST_OFFICE, LONGEST_NAME = 8, 12
LONGEST_RELATIVE = 10  # characters, with what stands before it
MOST_NAMES = 200  # after one word


def find_names(text: str) -> Iterator[Hit]:
    for place, sure in _announced(text):
        yield from _names_from(text, place, may_be_a_name if sure else looks_like_a_name)
    yield from _spoken_of(text)


def _spoken_of(text: str) -> Iterator[Hit]:
    for mark in SPOKEN_OF_AS.finditer(text):
        lead = WORDS_BEFORE.search(before(text, mark.start(), characters=LONGEST_NAME))
        length = _length_of_name(lead[0], firmly=bool(mark["firmly"])) if lead else 0
        begin = mark.start() - length
        if length and not IN_OFFICE.search(before(text, begin, characters=LONGEST_OFFICE)):
            yield Hit(begin, mark.start(), DataKind.NAME, text[begin : mark.start()], certain=False)


def _length_of_name(words: str, *, firmly: bool) -> int:
    """Of the name with which the words end, best behind a word such as 找 or 户主; 0 where there is none. Foreign names may be
    long: behind the last such word."""
    names = [words[at:] for at in range(len(words) - 1) if looks_like_a_name(words[at:].replace(" ", ""))]
    if led := [name for name in names if BEFORE_NAME.search(words.removesuffix(name))]:
        return len(led[-1 if "·" in words else 0])
    alone = (
        name
        for name in names
        if (firmly and name == words) or (len(name.replace(" ", "")) == 3 and name[0] not in LINKING)
    )
    return len(next(alone, ""))


def _announced(text: str) -> Iterator[tuple[int, bool]]:
    """Where a name may begin, and whether nothing else can."""
    for colon in COLON.finditer(text):
        label = label_before(text, colon.start())
        if label and kind_of_head(label) == DataKind.NAME:
            yield colon.end(), is_sure_of_names(label)
        elif label and RELATIVE.search(before(text, colon.start(), characters=LONGEST_RELATIVE)):
            yield colon.end(), False
    yield from ((match.end(), False) for match in WITHOUT_COLON.finditer(text))


def _names_from(text: str, place: int, is_name: Callable[[str], bool]) -> Iterator[Hit]:
    for _ in range(MOST_NAMES):
        name = AND_MORE.match(text, place) or NAME.match(text, place)
        if name is None or not is_name(name[0].replace(" ", "")) or is_some_head(name[0]):
            break
        if COLON.match(text, name.end()):
            break  # it is the label of what follows
        yield Hit(name.start(), name.end(), DataKind.NAME, name[0], certain=False)
        following = NEXT.match(text, name.end())
        if following is None:
            break
        place = following.end()
