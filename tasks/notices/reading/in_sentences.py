"""Who does it, said within a sentence (句中责任): …，由县财政局牵头，县司法局配合，9月底前公开。 县财政局会同县司法局制定办法。

What is read here stays in the point's text. A name beside a word of duty that fits nothing of this is `unread_duties`.
"""

import re
from collections.abc import Collection, Iterator

from tasks.notices.reading.deadlines import says_only_when
from tasks.notices.reading.duty_words import COLON, DUTY_AT_END, HOW, HOW_AT_END, ROLE_IN_BRACKETS, ROLES_OF_UNITS
from tasks.notices.reading.names import is_group, is_open_set, looks_like_unit, names_units

SENTENCE = re.compile(r"[^。；;！？\n\u2028]+")
CLAUSE = re.compile(r"[^，,]+")
OPEN_BRACKET = re.compile(r"^[(（\[【〔](?=[^)）\]】〕]*$)")  # its other half stands in a later clause
END_OF_CLAUSE = re.compile(r"[，,。；;！？\n\u2028]")
END_OF_LIST = re.compile(r"[，,。；;！？\n\u2028】\]\uff3d〕〗}\uff5d」』〉]|(?<![（(][\u4e00-\u9fff]{2})[）)]")
LONGEST_CLAUSE = 200
MOST_STARTS = 3
SAYS_WHO = "牵头|主办|负责|承办|协办|配合|协助|参与|督导|组织实施|具体落实"
WHO_AT_END = re.compile(rf"(?>{HOW})*(?:{SAYS_WHO})(?:负责|落实|实施|组织|做好|抓好|推进)*(?:工作)?$")
ONE_VERB = re.compile(SAYS_WHO)
# 县财政局牵头制定办法: the verb stands before what is to be done.
WHO_BEFORE_WORK = re.compile(
    r"(?:具体)?(?P<verb>牵头|负责|主办|承办|配合|协助|参与|督导)(?=[\u4e00-\u9fff]{2})(?!人|任|的)"
)
OPENS_NAMES = re.compile(r"(?:具体|统一|主要)?(?:由|责成|委托)(?=\S{2})")
WITH = "会同"
BEGINS_WITH_WHOM = re.compile(rf"(?:并|应|要|须|需)?{WITH}")
# With these a verb phrase begins, so that a name before it is whole: 县司法局|制定办法.
WORK_BEGINS = re.compile(
    r"制定|制订|研究|推进|开展|组织|建立|健全|完善|编制|编印|负责|牵头|落实|做好|抓好|公开|公布|发布|督促|指导|加强|加快|建设"
    r"|实施|出台|起草|印发|按|于|在|对|就|要|应|将|并|共同|联合|分别|统筹|具体|定期|及时|适时|更新|规范|梳理|清理|修订|审核"
    r"|汇总|上报|报送|推动|强化|探索|每|逐|根据|依法|优化|整合|提出|确定|明确|核实|调查|处理|办理|检查|审查|评估|选择|提供|共享"
)
BETWEEN_NAMES = re.compile(r"、|以及|及|和|与")
# Looser than what is read: whatever stands right before one of these has a duty.
DUTY = re.compile(
    rf"(?:{SAYS_WHO}|{WITH}|落实|指导(?!意见|目录|价|性|思想|原则)|参加|协同|主抓|为主(?=[，,。；;]|$)|为辅|总责|(?:第一|主体|监管|监督)责任"
    rf"|(?:{ROLES_OF_UNITS})(?:单位|部门))(?!人|者|度|制(?!定|订|作))"
)
MODAL_AT_END = re.compile(
    r"(?:要|应当?|须|需要?|负责?|牵头|切实|认真|主动|积极|全力|密切|抓好|做好|抓紧|跟进|推进|加强|可以?|履行|承担|发挥|统一|作为|为|是|的"
    r"|[(（\[【〔]|等(?:\S{0,4}(?:部门|单位))?)$"
)
BEFORE_NAME = re.compile(r"^.*(?:由|请|在|以|责成|委托|会同|落实|督促|并|和|及|与|其中)(?=\S{2})")
HAN_AT_END = re.compile(r"[\u4e00-\u9fff（）()]*$")
SAYS_WHEN = re.compile(r"(?:于|在)?[^于在，,、]{2,20}$")
# A label that no tag has taken: 主管部门为县住建局, 监督单位：县纪委监委.
LABEL_UNREAD = re.compile(
    rf"(?:{ROLES_OF_UNITS}|监[管督]|督查|督办|审核|协调|考核|业务|归口|行业主管)(?:单位|部门|主体|机关|科室)"
    rf"(?:为|是|(?:\s|{COLON}|[—–-]){{0,4}})(?=[\u4e00-\u9fff])"
)
LONGEST_BEFORE = 40


def duties_in(text: str) -> tuple[str, ...]:
    """What the sentences of a point say about who does it, each as a bracket would say it."""
    if not re.search(f"{SAYS_WHO}|{WITH}", text):
        return ()
    return tuple(units for sentence in SENTENCE.findall(text) for units in _in_sentence(sentence))


def unread_duties(text: str, *, known: Collection[str]) -> Iterator[str]:
    """Names beside a word of duty, or behind a label, that are not among the known ones."""
    for found in DUTY.finditer(text):
        names = _names_before(text[max(0, found.start() - LONGEST_BEFORE) : found.start()])
        only_describes = found[0].endswith("责任") or text.startswith("的", found.end())  # 相关部门参与的机制
        yield from (name for name in names if not (only_describes and is_group(name)) and not _is_known(name, known))
        if found[0] == WITH:
            yield from _unknown_at_start(text[found.end() :], known)
    for label in LABEL_UNREAD.finditer(text):
        yield from _unknown_at_start(text[label.end() :], known)


def _unknown_at_start(words: str, known: Collection[str]) -> Iterator[str]:
    listed = _names_at_start(END_OF_LIST.split(words[:LONGEST_CLAUSE], maxsplit=1)[0])
    names = (name for name in BETWEEN_NAMES.split(listed) if looks_like_unit(name) or is_open_set(name))
    return (name for name in names if not _is_known(name, known))


def _is_known(name: str, known: Collection[str]) -> bool:
    return any(name in each or each in name for each in known)


def _names_before(words: str) -> Iterator[str]:
    """The units and groups with which the words end, but for what says how and when."""
    words = END_OF_CLAUSE.split(words)[-1] if not END_OF_CLAUSE.search(words[-1:]) else ""
    words = _without_manner(words)
    for listed in reversed(words.split("、")):
        words = ROLE_IN_BRACKETS.sub("", listed)
        name = BEFORE_NAME.sub("", "".join(HAN_AT_END.findall(words)))
        if not (looks_like_unit(name) or is_open_set(name)):
            return
        yield name


def _without_manner(words: str) -> str:
    """县财政局 of 县财政局要切实履行."""
    while (rest := MODAL_AT_END.sub("", HOW_AT_END.sub("", _without_time(words)))) != words:
        words = rest
    return words


def _without_time(words: str) -> str:
    """县府办于2018年12月31日前, which is followed by 牵头, without the time."""
    found = SAYS_WHEN.search(words)
    return words[: found.start()] if found and says_only_when(found[0]) else words


def _in_sentence(sentence: str) -> Iterator[str]:
    """Clauses in a row that say who are one: 由县财政局牵头，县司法局配合."""
    row: list[str] = []
    for clause in CLAUSE.findall(sentence):
        words = OPEN_BRACKET.sub("", clause.strip())
        if units := _who(words) or (row and _with_whom(words)):
            row.append(units)
        elif row and not says_only_when(clause):
            yield "，".join(row)
            row = []
    if row:
        yield "，".join(row)


def _who(clause: str) -> str | None:
    """The part of a clause that names units in their roles."""
    if len(clause) > LONGEST_CLAUSE:
        return None
    starts = [found.end() for found in OPENS_NAMES.finditer(clause)][-MOST_STARTS:]
    for start in (*reversed(starts), 0):
        words = clause[start:]
        if (verb := WHO_AT_END.search(words)) and _names(who := _without_manner(words[: verb.start()])):
            return f"{who}{ONE_VERB.findall(verb[0])[0]}"
        if units := _before_work(words) or _together(words):
            return units
    return None


def _with_whom(clause: str) -> str:
    """会同县司法局推进预算公开, behind the clause that says who leads."""
    found = BEGINS_WITH_WHOM.match(clause)
    names = _names_at_start(clause[found.end() :]) if found else ""
    return f"{names}配合" if names and names_units(names) else ""


def _names(who: str) -> bool:
    """Are these units, or open sets? 各 of 各牵头单位 is none."""
    return names_units(who) and (not is_group(last := who.split("、")[-1]) or is_open_set(last))


def _before_work(words: str) -> str | None:
    found = WHO_BEFORE_WORK.search(words)
    who = words[: found.start()] if found else ""
    if found and not DUTY_AT_END.search(who) and _names(who := _without_manner(who)):
        return f"{who}{found['verb']}"
    return None


def _together(words: str) -> str | None:
    """县财政局会同县司法局、县审计局制定办法: the names on both sides, without the work."""
    who, _, rest = words.partition(WITH)
    who = MODAL_AT_END.sub("", who)
    if not rest or not names_units(who):
        return None
    helpers = _names_at_start(rest)
    return f"{who}{WITH}{helpers}" if helpers else None


def _names_at_start(words: str) -> str:
    """The list of names with which the words begin; the last of them ends where work begins."""
    end = 0
    for joint in (*BETWEEN_NAMES.finditer(words), None):
        if joint and joint.start() < end:
            continue
        stop = joint.start() if joint else len(words)
        name = words[end:stop]
        if joint and (looks_like_unit(name) or is_group(name)):
            end = joint.end()
            continue
        last = _name_at_start(words[end:])
        return f"{words[:end]}{last}" if last else words[:end].rstrip("、以及和与")
    return words[:end]


def _name_at_start(words: str) -> str:
    """The longest name behind which nothing stands or work begins."""
    if looks_like_unit(words) and not WORK_BEGINS.search(words):
        return words
    for begins in reversed(list(WORK_BEGINS.finditer(words))):
        name = words[: begins.start()]
        if (looks_like_unit(name) or is_group(name)) and len(name) > 1 and not WORK_BEGINS.search(name[2:]):
            return name
    return ""
