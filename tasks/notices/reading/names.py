"""The names in a responsibility bracket (单位名称): where one ends, which look like a unit, which are an open group."""

import re
from collections.abc import Iterator

from tasks.notices.reading.deadlines import says_only_when
from tasks.notices.reading.duty_words import AS_ROLE, BEFORE_NAME, DUTY_AT_END, HOW_AT_END, ROLE_IN_BRACKETS, WITH

# The last characters of what a unit may be called.
UNIT_ENDS = (
    "局|办|委|部|厅|室|院|会|队|中心|公司|集团|银行|政府|街道|镇|乡|村|社区|处|科|站|所|署|库|台|社|馆|校|园|联|团|行|区|县|市|省"
    "|基地|组|科协|政协|人大|妇联|残联|支行|分局|学校|大学|企业|海关"
)
LONGEST_NAME = 40
LOOKS_LIKE_UNIT = re.compile(rf"[^\s:：]{{1,{LONGEST_NAME}}}(?:{UNIT_ENDS})(?:[(（][^()（）]{{1,20}}[)）])?$")
# What many at once are called.
COLLECTIVES = "部门|单位|地区|地方|方面|机构|机关|乡镇|乡|镇|街道|企业|院校|学校|村|社区|政府|管委会|开发区|园区|国企|区县|县区|区|县|市|省"
ENDS_COLLECTIVE = rf"(?:{COLLECTIVES})(?:[(（][^()（）]{{1,20}}[)）])?$"
# 各…  |  有关部门  其他有关部门  县级有关部门  国务院相关部门  成员单位  |  县直单位  |  乡镇(街道)
GROUP_CONVENTIONS = (
    re.compile(r"各|全体|所有"),
    re.compile(
        rf"[^()（）:：]{{0,40}}(?:有关|相关|其他|其它|各|直属|所属|下属|成员|全县|全市|涉及)[^()（）]{{0,12}}?{ENDS_COLLECTIVE}"
    ),
    re.compile(rf"[省市县区][直级属]{ENDS_COLLECTIVE}"),
    re.compile(r"(?:属地|所在地?|涉及)?(?:的)?(?:乡镇|镇乡)(?:[(（、]?街道[)）]?)?(?:办事处|人民政府|政府)?$"),
)
# What goes on with the group before it: 各区、县（市）  各乡镇、街道  各省、自治区、直辖市
CONTINUES_GROUP = re.compile(
    r"(?:街道|乡镇?|镇|[县市区旗]{1,2}(?:[(（][县市区旗、]{1,5}[)）])?|自治[区州县]|直辖市|开发区|园区|功能区)"
    r"(?:办事处|人民政府|政府|管委会|党委)?$"
)
BARE = re.compile(
    r"(?:(?:行业|业务|职能|主管|监管|责任|牵头|成员|具体|配套)+的?)?(?:\d+[家个])?(?:部门|单位|街道|乡镇|地区|机构)$"
)

BARE_NEXT = re.compile(r"(?:部门|单位|地区|机构)(?=以及|及|和|与|、|$)")

CLAUSE_ENDS = frozenset("，,；;。—")
SEPARATORS = CLAUSE_ENDS | {"、"}
JOINTS = re.compile(r"以及|及|和|与|暨|[/\uff0f\uff0e]|\s+")
MENTION = re.compile(rf"(?:{UNIT_ENDS}|各|有关|相关|部门|单位)")


def looks_like_unit(name: str) -> bool:
    """Does the name end as a unit's name does? 县财政局, 国务院办公厅; not 财政 and not the bare word 街道."""
    return bool(LOOKS_LIKE_UNIT.match(name)) and not BARE.match(name)


def is_group(name: str) -> bool:
    """Is this an open set (各乡镇(街道), 有关部门, 各地区) that the office must resolve, and no unit?"""
    return any(convention.match(name) for convention in GROUP_CONVENTIONS)


def is_open_set(name: str) -> bool:
    """Is this a group also within running text? 各乡镇（街道）, but not 各项任务."""
    return is_group(name) and bool(re.search(ENDS_COLLECTIVE, name))


def mentions_unit(words: str) -> bool:
    return bool(MENTION.search(words))


def lists_units(words: str) -> bool:
    """Is this nothing but names of units and groups, with words of duty and times between them?"""
    items = [item for item in split_listed(words) if item and not says_only_when(item)]
    return bool(items) and all(map(_lists_names, items))


def names_units(words: str) -> bool:
    """Does this list units, and at least one of them? 分别负责 names nobody."""
    return mentions_unit(DUTY_AT_END.sub("", words)) and lists_units(words)


def _lists_names(item: str) -> bool:
    """县财政局  由县财政局会同县司法局负责  but not 按职责分工负责 alone, which names nobody."""
    for pattern in (DUTY_AT_END, AS_ROLE, HOW_AT_END):
        item = pattern.sub("", item)
    names = [name for part in item.split(WITH) for name in split_joined(BEFORE_NAME.sub("", HOW_AT_END.sub("", part)))]
    return all(_is_name(ROLE_IN_BRACKETS.sub("", split_open_end(name)[0])) for name in names)


def split_listed(words: str) -> Iterator[str]:
    """The items of a list, cut at the marks that stand outside brackets: 各乡镇(街道、开发区)、有关部门 has two."""
    return _split(words, SEPARATORS)


def split_clauses(words: str) -> Iterator[str]:
    """The clauses of a list: 县财政局、县司法局，各乡镇配合 has two."""
    return _split(words, CLAUSE_ENDS)


def _split(words: str, marks: frozenset[str]) -> Iterator[str]:
    """Cut at the marks outside brackets, and at a blank behind a verb: 县财政局牵头 各乡镇配合."""
    depth, start = 0, 0
    for position, character in enumerate(words):
        depth += (character in "(（[【") - (character in ")）]】")
        ends_item = character in marks or (character.isspace() and DUTY_AT_END.search(words, start, position))
        if ends_item and depth <= 0:
            yield words[start:position].strip()
            start = position + 1
    yield words[start:].strip()


def split_joined(item: str) -> Iterator[str]:
    """The names joined by 及, 和, 与, a stroke or blanks, where what stands on both sides is one: not 工业和信息化部."""
    start = 0
    for joint in JOINTS.finditer(item):
        if BARE_NEXT.match(item, joint.end()):  # 国务院相关部门和单位 is one group
            continue
        if _ends_list(item[start : joint.start()]) and _is_name(_next_word(item, joint.end())):
            yield item[start : joint.start()]
            start = joint.end()
    yield item[start:]


def _ends_list(name: str) -> bool:
    """A name, or one with 等部门 behind it."""
    return _is_name(name.strip()) or split_open_end(name.strip())[2]


def _next_word(item: str, start: int) -> str:
    """What stands from here to the next blank, or its end if it is long."""
    words = item[start:].split(maxsplit=1)
    return words[0][-LONGEST_NAME:] if words else ""


def split_open_end(name: str) -> tuple[str, str, bool]:
    """The name before 等, the group after it, and whether 等 leaves open who else is meant.

    财政部等有关部门 names a unit and a group; 财政部等 and 财政部等部门 name one unit and leave the rest open.
    """
    before, and_others, after = name.rpartition("等")
    if not and_others or not _is_name(before) or not (after == "" or BARE.match(after) or is_group(after)):
        return name, "", False
    if is_group(after):
        return before, after, False
    return before, "", True


def continues_group(*, before: str, name: str) -> bool:
    """Is this the rest of a group that is itself written as a list? 各区、县（市） is one name."""
    return before.startswith("各") and bool(CONTINUES_GROUP.match(name))


def _is_name(name: str) -> bool:
    return is_group(name) or looks_like_unit(name)
