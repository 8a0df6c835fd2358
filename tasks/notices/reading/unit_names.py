"""Names (单位名称) and words of duty (职责用语): where a name ends, what is a unit or an open group, which words say a role."""

import re
from collections.abc import Iterator

from tasks.notices.reading.deadlines import says_only_when
from tasks.notices.reading.parsed import NamedRole

# The first word that occurs decides: 牵头负责 is lead, 配合落实 supporting.
ROLE_WORDS = (
    (NamedRole.LEAD, ("牵头", "主办")),
    (NamedRole.GUIDING, ("指导", "督导")),
    (NamedRole.SUPPORTING, ("配合", "参与", "参加", "协助", "协办", "协同", "协作", "会同", "会办")),
    (NamedRole.RESPONSIBLE, ("负责", "责任", "主体", "落实", "承办", "实施")),
)
VERB = "牵头|主办|指导|督导|配合|参与|参加|协助|协办|协同|负责|落实|承办|组织实施|实施|抓好|推进"
HOW = (
    "按照?(?:各自)?(?:的)?职责(?:和?分工)?|按(?:任务)?分工|根据(?:各自)?(?:职责|职能)(?:分工)?|依(?:据)?职责|结合职责"
    "|在职责范围内|分别|分头|分工|共同|具体|各自|联合|统筹|积极|协同|做好"
)
NOT_A_VERB = "(?<!政)"  # 县政协办 is a name
# Atomic, since 按职责分工 is one way of saying how, and also two: no text may be tried in every combination.
DUTY_AT_END = re.compile(rf"(?>{HOW}|{NOT_A_VERB}(?:{VERB}))*{NOT_A_VERB}(?:{VERB})(?:工作)?$")
HOW_AT_END = re.compile(rf"(?>{HOW})+$")
AS_ROLE = re.compile(r"(?:作为|为|是)(牵头|责任|配合|主办|协办)(?:单位|部门)$")
ROLE_IN_BRACKETS = re.compile(r"[(（\[\uff3b【〔](牵头|主办|配合|协办|参与|指导|负责)(?:单位|部门)?[)）\]\uff3d】〕]$")
WORDS_IN_BRACKETS = re.compile(r"[(（\[\uff3b【〔]([^()（）]{1,30})[)）\]\uff3d】〕]$")
BEFORE_NAME = re.compile(r"^(?:[一二三四五六七八九十]{1,2}[是要]由?|并?由|请|以及|及|并)(?=\S{2})")
WITH = "会同"

ROLES_OF_UNITS = "主管|第一责任|主要责任|共同责任|具体责任|牵头责任|牵头|责任|主责|主办|承办|实施|落实|负责|配合|协办|协助|协同|协作|参与|参加|指导|督导"
# 列第一位者为牵头单位，其余为配合单位  |  排在首位的为牵头单位
FIRST_IS_LEAD = re.compile(
    r"[^，。；;,]{0,12}(?:第一位|首位|第一个|第一)(?:者|的)?(?:责任)?(?:单位|部门)?(?:均)?(?:为|是|作为)牵头(?:单位|部门)?"
)
OTHERS_SUPPORT = re.compile(r"[，,；;]?(?:其[他余它])(?:的)?(?:单位|部门)?(?:均|都)?(?:为|是|作为)?配合(?:单位|部门)?")
# 责任单位  牵头部门  配合科室  责任领导  完成时限
LABEL_WORDS = (
    rf"(?:[省市县区]级)?(?:{ROLES_OF_UNITS})(?:[(（](?:{ROLES_OF_UNITS})[)）])?(?:单位|主体|部门|科室|处室|机关|人)"
    r"|(?:责任|分管|牵头)领导|联系人|(?:联系)?电话|(?:完成|办结|办理|整改|落实|截止|实施|推进|报送)?(?:时限|时间|期限|日期)(?:要求|安排)?"
    r"|(?:时间|完成|进度)节点|进度(?:要求|安排)|任务分工|责任分工"
)
COLON = "[:：\u2236\ufe55]"  # as typists find it
COLON_OR_DASH = rf"(?:{COLON}|[—–-]{{1,2}}(?=[\u4e00-\u9fff\d]))"  # 责任单位——县财政局
SHORT_LABEL_WORDS = "牵头|责任|主办|承办|落实|配合|协办|协助|参与|指导|督导"
# Labels that name no units.
SAYS_WHEN = re.compile(r"时限|时间|期限|日期|节点|进度")
NAMES_NO_UNITS = re.compile(r"领导|人(?![\u4e00-\u9fff])|电话")


def role_of(words: str) -> NamedRole:
    """The role that a label or the closing words of duty give."""
    return next((role for role, signs in ROLE_WORDS if any(sign in words for sign in signs)), NamedRole.RESPONSIBLE)


# The names in a responsibility bracket (单位名称): where one ends, which look like a unit, which are an open group.

# The last characters of what a unit may be called.
UNIT_ENDS = (
    "局|办|委|部|厅|室|院|会|队|中心|公司|集团|银行|政府|街道|镇|乡|村|社区|处|科|站|所|署|库|台|社|馆|校|园|联|团|行|区|县|市|省"
    "|基地|组|科协|政协|人大|妇联|残联|支行|分局|学校|大学|企业|海关"
)
LONGEST_NAME = 40
LOOKS_LIKE_UNIT = re.compile(rf"[^\s:：]{{1,{LONGEST_NAME}}}(?:{UNIT_ENDS})(?:[(（][^()（）]{{1,20}}[)）])?$")
# What offices and public enterprises are called for short, without the word that ends a name: 县发改, 公安, 国网宁海.
OFFICES = (
    "发改|经信|经商|科技|教育|教体|民宗|民族宗教|公安|民政|司法|财政|人社|人力社保|资规|自然资源|国土|规划|住建|建设|交通|交运|水利|水务"
    "|农业农村|农业|农水|农经|林业|海洋渔业|商务|文旅|文广|文广旅|文广旅体|文体|卫健|卫计|卫生|退役军人|应急管理|应急|安监|审计|国资|市监"
    "|市场监管|质监|工商|统计|医保|金融|信访|综合执法|行政执法|城管|环保|生态环境|税务|国税|地税|气象|地震|供销|机关事务|大数据|公积金"
    "|[党]?编办|审管办|档案|史志|法制|侨务|台办|扶贫|移民|电信|移动|联通|供电|烟草|邮政|消防|盐务|人防|红会|工会"
)
ALONE = "公安|检察|税务|国税|地税|气象|消防|供电|烟草|电信|编办|市监|(?:城|交|水|国|旅|农|文|开|城建|交建|铁)投"
SHORT = (
    rf"[\u4e00-\u9fff]{{0,4}}?[省市县区州旗](?:委)?(?:{OFFICES}|{ALONE})|{ALONE}"
    r"|(?:国网|国家电网|中(?:国)?(?:电信|移动|联通|邮政|铁塔|石化|石油|烟草))[\u4e00-\u9fff]{0,8}"
)
SHORT_NAME = re.compile(rf"(?:{SHORT})$")
SHORT_INSIDE = re.compile(SHORT)
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
    return bool(LOOKS_LIKE_UNIT.match(name) or SHORT_NAME.match(name)) and not BARE.match(name)


def is_group(name: str) -> bool:
    """Is this an open set (各乡镇(街道), 有关部门, 各地区) that the office must resolve, and no unit?"""
    return any(convention.match(name) for convention in GROUP_CONVENTIONS)


def is_open_set(name: str) -> bool:
    """Is this a group also within running text? 各乡镇（街道）, but not 各项任务."""
    return is_group(name) and bool(re.search(ENDS_COLLECTIVE, name))


def mentions_unit(words: str, *, by_short_name: bool = True) -> bool:
    return bool(MENTION.search(words) or (by_short_name and SHORT_INSIDE.search(words)))


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
