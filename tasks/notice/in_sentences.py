"""Who does it, said within a sentence (句中责任): …，由县财政局牵头，县司法局配合，9月底前公开。 县财政局会同县司法局制定办法。

What is read here stays in the point's text. A name beside a word of duty that fits nothing of this is `unread_duties`.
"""

import re
from collections.abc import Collection, Iterator

from tasks.notice.deadlines import says_only_when
from tasks.notice.duties import DUTY_AT_END, HOW, HOW_AT_END
from tasks.notice.names import is_group, looks_like_unit, names_units

SENTENCE = re.compile(r"[^。；;！？\n\u2028]+")
CLAUSE = re.compile(r"[^，,]+")
OPEN_BRACKET = re.compile(r"^[(（\[【〔](?=[^)）\]】〕]*$)")  # its other half stands in a later clause
LONGEST_CLAUSE = 200
MOST_STARTS = 3
SAYS_WHO = "牵头|主办|负责|承办|协办|配合|协助|参与|督导|组织实施|具体落实"
WHO_AT_END = re.compile(rf"(?>{HOW})*(?:{SAYS_WHO})(?:负责|落实|实施|组织|做好|抓好|推进)*(?:工作)?$")
# 县财政局牵头制定办法: the verb stands before what is to be done.
WHO_BEFORE_WORK = re.compile(
    r"(?:具体)?(?P<verb>牵头|负责|主办|承办|配合|协助|参与|督导)(?=[\u4e00-\u9fff]{2})(?!人|任|的)"
)
OPENS_NAMES = re.compile(r"(?:具体|统一|主要)?(?:由|责成|委托)(?=\S{2})")
WITH = "会同"
# With these a verb phrase begins, so that a name before it is whole: 县司法局|制定办法.
WORK_BEGINS = re.compile(
    r"制定|制订|研究|推进|开展|组织|建立|健全|完善|编制|编印|负责|牵头|落实|做好|抓好|公开|公布|发布|督促|指导|加强|加快|建设"
    r"|实施|出台|起草|印发|按|于|在|对|就|要|应|将|并|共同|联合|分别|统筹|具体|定期|及时|适时|更新|规范|梳理|清理|修订|审核"
    r"|汇总|上报|报送|推动|强化|探索|每|逐|根据|依法|优化|整合|提出|确定|明确|核实|调查|处理|办理|检查|审查|评估|选择|提供|共享"
)
BETWEEN_NAMES = re.compile(r"、|以及|及|和|与")
DUTY = re.compile(rf"(?:{SAYS_WHO}|{WITH})(?!人|者|度|制(?!定|订|作))")
MODAL_AT_END = re.compile(r"(?:要|应当?|须|需要?|负责|牵头|切实|认真|主动|加强|可以?|等(?:\S{0,4}(?:部门|单位))?)$")
BEFORE_NAME = re.compile(r"^.*(?:由|请|责成|委托|会同|并|和|及|与|其中)(?=\S{2})")
HAN_AT_END = re.compile(r"[\u4e00-\u9fff（）()]*$")
LONGEST_BEFORE = 40


def duties_in(text: str) -> tuple[str, ...]:
    """What the sentences of a point say about who does it, each as a bracket would say it."""
    if not re.search(f"{SAYS_WHO}|{WITH}", text):
        return ()
    return tuple(said for sentence in SENTENCE.findall(text) for said in _in_sentence(sentence))


def unread_duties(text: str, *, known: Collection[str]) -> Iterator[str]:
    """Names beside a word of duty that are not among the known ones."""
    for found in DUTY.finditer(text):
        name = _name_before(text[max(0, found.start() - LONGEST_BEFORE) : found.start()])
        only_describes = is_group(name) and text.startswith("的", found.end())  # 相关部门参与的机制
        if name and not only_describes and not _is_known(name, known):
            yield name
        if found[0] == WITH:
            helpers = _names_at_start(text[found.end() : found.end() + LONGEST_CLAUSE])
            yield from (each for each in BETWEEN_NAMES.split(helpers) if each and not _is_known(each, known))


def _is_known(name: str, known: Collection[str]) -> bool:
    return any(name in each or each in name for each in known)


def _name_before(words: str) -> str:
    """The unit or group with which the words end, but for what says how."""
    while (rest := MODAL_AT_END.sub("", HOW_AT_END.sub("", words))) != words:
        words = rest
    name = BEFORE_NAME.sub("", "".join(HAN_AT_END.findall(words)))
    return name if looks_like_unit(name) or is_group(name) else ""


def _in_sentence(sentence: str) -> Iterator[str]:
    """Clauses in a row that say who are one: 由县财政局牵头，县司法局配合."""
    row: list[str] = []
    for clause in CLAUSE.findall(sentence):
        if said := _who(OPEN_BRACKET.sub("", clause.strip())):
            row.append(said)
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
        if WHO_AT_END.search(words) and names_units(words):
            return words
        if said := _before_work(words) or _together(words):
            return said
    return None


def _before_work(words: str) -> str | None:
    found = WHO_BEFORE_WORK.search(words)
    if found and names_units(words[: found.start()]) and not DUTY_AT_END.search(words[: found.start()]):
        return f"{words[: found.start()]}{found['verb']}"
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
