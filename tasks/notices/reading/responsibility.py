"""Who does it (责任分工), said in a responsibility bracket or within a sentence: which names, in which roles.

牵头 is lead; 责任, 主体, 负责, 落实 responsible; 配合, 参与, 协助, 会同 supporting; 指导 guiding. Whoever is named without a
word of duty is responsible.
"""

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

from tasks.notices.reading import unit_names
from tasks.notices.reading.brackets import LABEL, Tag
from tasks.notices.reading.deadlines import SPEAKS_OF_TIME, says_only_when, time_at_start
from tasks.notices.reading.parsed import NamedRole, NamedUnit

WHEN_BEHIND = re.compile(
    r"(?P<name>\D{2,40}?)(?P<when>(?:\d|[今本明]年|年[底末内]|第?[一二三四]季度|[上下]半年|[一二三四五六七八九十]{1,2}月|长期).*)$"
)
AND_SO_ON = re.compile(r"[，,。\s]*(?:以?下同)[。\s]*")
# 以下均需各乡镇(街道)落实，不再列出
CARRIED_DOWN = re.compile(
    r"以下(?:各项|各条|任务|工作)*(?:均|都)?(?:需|由|需由)?(?P<who>.{2,200}?)[，,]\s*(?:以下)?不再(?:一一)?列出"
)


@dataclass(frozen=True, slots=True)
class LeadRule:
    """列第一位者为牵头单位, and perhaps 其余为配合单位: what the order of a list says where no word of duty does."""

    first_leads: bool = False
    others_support: bool = False

    def applied(self, units: tuple[NamedUnit, ...]) -> tuple[NamedUnit, ...]:
        """The first unit listed leads, unless another leads by name or the first is an open group."""
        if not (self.first_leads and units) or units[0].group or any(unit.role is NamedRole.LEAD for unit in units):
            return units
        first, *others = units
        if self.others_support:
            others = [
                replace(one, role=NamedRole.SUPPORTING) if one.role is NamedRole.RESPONSIBLE else one for one in others
            ]
        return replace(first, role=NamedRole.LEAD), *others


@dataclass(frozen=True, slots=True)
class Reading:
    """What one bracket says, the names the office must look at, what it says for the brackets after it, and until when."""

    units: tuple[NamedUnit, ...]
    doubtful: tuple[str, ...] = ()
    open_ended: bool = False
    rule: LeadRule = LeadRule()
    rule_from_here: bool = False
    carried_down: tuple[NamedUnit, ...] = ()
    due: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Named:
    """A name whose role may still be open: its own if it has one, else that of the verb or label that follows."""

    name: str
    role: NamedRole | None
    leaves_open: bool
    convenes: bool = False  # 甲会同乙

    def in_role(self, role: NamedRole) -> "_Named":
        return replace(self, role=self.role or role)


@lru_cache(maxsize=4096)
def read_responsibility(words: str) -> Reading:
    """Read what one bracket says by itself."""
    words, rule, so_on = _take_rule(words)
    carried = CARRIED_DOWN.search(words)
    carried_down = _units(list(_names(carried["who"]))) if carried else []
    labelled = list(_with_times_apart(_labelled(CARRIED_DOWN.sub("", words))))
    named = [
        name for label, listed in labelled if not unit_names.SAYS_WHEN.search(label) for name in _names(listed, label)
    ]
    names = [name for name in named if not says_only_when(name.name)]
    units = _units(names)
    return Reading(
        units=tuple(merge_roles(units)),
        doubtful=tuple(unit.name for unit in units if not (unit.group or unit_names.looks_like_unit(unit.name))),
        open_ended=any(name.leaves_open for name in names),
        rule=rule,
        rule_from_here=so_on,
        carried_down=tuple(carried_down),
        due=(
            *(listed.strip() for label, listed in labelled if unit_names.SAYS_WHEN.search(label)),
            *(name.name for name in named if says_only_when(name.name)),
        ),
    )


def name_anybody(tags: Iterable[Tag]) -> bool:
    """Do these brackets name units, and not only a time (完成时限：9月底)?"""
    return any(read_responsibility(tag.words).units for tag in tags)


def speaks_of_time(tag: Tag) -> bool:
    return bool(SPEAKS_OF_TIME.search(tag.words))


def merge_roles(units: Iterable[NamedUnit]) -> list[NamedUnit]:
    """Each name once, where it first stands, in the strongest of its roles."""
    by_name: dict[str, NamedUnit] = {}
    for unit in units:
        known = by_name.get(unit.name, unit)
        by_name[unit.name] = min(known, unit, key=lambda named: list(NamedRole).index(named.role))
    return list(by_name.values())


def _take_out(pattern: re.Pattern[str], words: str) -> tuple[str, bool]:
    rest, found = pattern.subn("", words)
    return rest, bool(found)


def _take_rule(words: str) -> tuple[str, LeadRule, bool]:
    """The words without what they say of the order of the list, and whether that holds from here on (下同)."""
    words, first_leads = _take_out(unit_names.FIRST_IS_LEAD, words)
    if not first_leads:
        return words, LeadRule(), False
    words, others_support = _take_out(unit_names.OTHERS_SUPPORT, words)
    words, so_on = _take_out(AND_SO_ON, words)
    return words.strip(":：，,；; "), LeadRule(first_leads, others_support), so_on


def _with_times_apart(labelled: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """Lists of units as they are; of what stands behind 完成时限 the clauses that name units, apart. 责任人 names none."""
    for label, listed in labelled:
        if unit_names.SAYS_WHEN.search(label):
            clauses = list(unit_names.split_clauses(listed))
            who = [clause for clause in clauses if unit_names.names_units(clause)]
            yield label, "，".join(clause for clause in clauses if clause and clause not in who) if who else listed
            yield from (("", clause) for clause in who)
        elif not unit_names.NAMES_NO_UNITS.search(label):
            yield label, listed


def _units(names: Iterable[_Named]) -> list[NamedUnit]:
    return [
        NamedUnit(named.name, named.role or NamedRole.RESPONSIBLE, unit_names.is_group(named.name)) for named in names
    ]


def _labelled(words: str) -> Iterator[tuple[str, str]]:
    """The lists behind 责任单位: 牵头单位: 配合单位:, each with its label; what stands before any label has none."""
    labels = list(LABEL.finditer(words))
    yield "", (words[: labels[0].start()] if labels else words).strip("—")
    ends = [*(label.start() for label in labels[1:]), len(words)]
    for label, end in zip(labels, ends, strict=False):
        yield label["label"], words[label.end() : end]


def _names(listed: str, label: str = "") -> Iterator[_Named]:
    """Names wait until the verb that speaks for them: 甲、乙牵头，丙配合 gives two leads and a supporter."""
    labelled = unit_names.role_of(label) if label else None
    waiting: list[_Named] = []
    for clause in unit_names.split_clauses(listed):
        earlier = len(waiting)
        helping: NamedRole | None = None
        for item in filter(None, unit_names.split_listed(clause)):
            who, spoken = _take_duty(item)
            if waiting and unit_names.continues_group(before=waiting[-1].name, name=who):
                waiting[-1] = replace(waiting[-1], name=f"{waiting[-1].name}、{who}")
            else:
                waiting.extend(_names_of(who, helping))
            helping = NamedRole.SUPPORTING if unit_names.WITH in who else helping
            if spoken:
                yield from _in_roles(waiting, earlier, spoken, labelled)
                waiting, earlier, helping = [], 0, None
    yield from (named.in_role(labelled or NamedRole.RESPONSIBLE) for named in waiting)


def _in_roles(waiting: list[_Named], earlier: int, spoken: NamedRole, labelled: NamedRole | None) -> Iterator[_Named]:
    """甲、乙，丙配合: only the last clause supports; 甲会同乙、丙配合: 甲 does not."""
    role = spoken if labelled in (None, NamedRole.RESPONSIBLE) else labelled
    helps = role in (NamedRole.SUPPORTING, NamedRole.GUIDING)
    for position, named in enumerate(waiting):
        acts = helps and labelled is not role and (position < earlier or named.convenes)
        yield named.in_role(NamedRole.RESPONSIBLE if acts else role)


def _take_duty(item: str) -> tuple[str, NamedRole | None]:
    """The item without its closing words of duty, and the role they give to all the names before them."""
    for pattern in (unit_names.DUTY_AT_END, unit_names.AS_ROLE):
        if found := pattern.search(item):
            return item[: found.start()], unit_names.role_of(found[0])
    return unit_names.HOW_AT_END.sub("", item), None


def _names_of(who: str, helping: NamedRole | None) -> Iterator[_Named]:
    """The names in one item, with the role that 会同 or brackets give to them alone."""
    first, _, helpers = who.partition(unit_names.WITH)
    first, spoken = _take_duty(first)
    for part, role in ((first, spoken or helping), (helpers, NamedRole.SUPPORTING)):
        for joined in unit_names.split_joined(part):
            name, own_role = _take_role_in_brackets(unit_names.BEFORE_NAME.sub("", joined))
            before, group, leaves_open = unit_names.split_open_end(_without_time(name))
            for single in filter(None, ("".join(before.split()), "".join(group.split()))):
                yield _Named(single, own_role or role, leaves_open, bool(helpers) and part is first)


def _without_time(name: str) -> str:
    """县财政局 of 县财政局（9月底前）, 县财政局9月底前完成 and 10月底前县财政局; nothing of 9月底前完成首批.

    The time is read of the whole bracket.
    """
    if (behind := unit_names.WORDS_IN_BRACKETS.search(name)) and says_only_when(behind[1]):
        return name[: behind.start()]
    if (
        (glued := WHEN_BEHIND.match(name))
        and unit_names.looks_like_unit(glued["name"])
        and says_only_when(glued["when"])
    ):
        return glued["name"]
    if says_only_when(name) or not (end := time_at_start(name)):
        return name
    rest = name[end:].lstrip("由请")
    return (
        rest
        if unit_names.is_open_set(rest) or unit_names.looks_like_unit(rest)
        else name
        if unit_names.mentions_unit(rest)
        else ""
    )


def _take_role_in_brackets(name: str) -> tuple[str, NamedRole | None]:
    found = unit_names.ROLE_IN_BRACKETS.search(name)
    return (name[: found.start()], unit_names.role_of(found[1])) if found else (name, None)


# Within a sentence (句中责任): …，由县财政局牵头，县司法局配合，9月底前公开。 县财政局会同县司法局制定办法。
# What is read here stays in the point's text; a name beside a word of duty that fits nothing of it is `unread_duties`.

SENTENCE = re.compile(r"[^。；;！？\n\u2028]+")
CLAUSE = re.compile(r"[^，,]+")
OPEN_BRACKET = re.compile(r"^[(（\[【〔](?=[^)）\]】〕]*$)")  # its other half stands in a later clause
END_OF_CLAUSE = re.compile(r"[，,。；;！？\n\u2028]")
END_OF_LIST = re.compile(r"[，,。；;！？\n\u2028】\]\uff3d〕〗}\uff5d」』〉]|(?<![（(][\u4e00-\u9fff]{2})[）)]")
LONGEST_CLAUSE = 200
MOST_STARTS = 3
SAYS_WHO = "牵头|主办|负责|承办|协办|配合|协助|参与|督导|组织实施|具体落实"
WHO_AT_END = re.compile(rf"(?>{unit_names.HOW})*(?:{SAYS_WHO})(?:负责|落实|实施|组织|做好|抓好|推进)*(?:工作)?$")
ONE_VERB = re.compile(SAYS_WHO)
# 县财政局牵头制定办法: the verb stands before what is to be done.
WHO_BEFORE_WORK = re.compile(
    r"(?:具体)?(?P<verb>牵头|负责|主办|承办|配合|协助|参与|督导)(?=[\u4e00-\u9fff]{2})(?!人|任|的)"
)
OPENS_NAMES = re.compile(r"(?:具体|统一|主要)?(?:由|责成|委托)(?=\S{2})")
BEGINS_WITH_WHOM = re.compile(rf"(?:并|应|要|须|需)?{unit_names.WITH}")
# With these a verb phrase begins, so that a name before it is whole: 县司法局|制定办法.
WORK_BEGINS = re.compile(
    r"制定|制订|研究|推进|开展|组织|建立|健全|完善|编制|编印|负责|牵头|落实|做好|抓好|公开|公布|发布|督促|指导|加强|加快|建设"
    r"|实施|出台|起草|印发|按|于|在|对|就|要|应|将|并|共同|联合|分别|统筹|具体|定期|及时|适时|更新|规范|梳理|清理|修订|审核"
    r"|汇总|上报|报送|推动|强化|探索|每|逐|根据|依法|优化|整合|提出|确定|明确|核实|调查|处理|办理|检查|审查|评估|选择|提供|共享"
)
BETWEEN_NAMES = re.compile(r"、|以及|及|和|与")
# Looser than what is read: whatever stands right before one of these has a duty.
DUTY = re.compile(
    rf"(?:{SAYS_WHO}|{unit_names.WITH}|落实|指导(?!意见|目录|价|性|思想|原则)|参加|协同|主抓|为主(?=[，,。；;]|$)|为辅|总责|(?:第一|主体|监管|监督)责任"
    rf"|(?:{unit_names.ROLES_OF_UNITS})(?:单位|部门))(?!人|者|度|制(?!定|订|作))"
)
MODAL_AT_END = re.compile(
    r"(?:要|应当?|须|需要?|负责?|牵头|切实|认真|主动|积极|全力|密切|抓好|做好|抓紧|跟进|推进|加强|可以?|履行|承担|发挥|统一|作为|为|是|的"
    r"|[(（\[【〔]|等(?:\S{0,4}(?:部门|单位))?)$"
)
UP_TO_NAME = re.compile(r"^.*(?:由|请|在|以|责成|委托|会同|落实|督促|并|和|及|与|其中)(?=\S{2})")
# Whoever stands behind 由 does it, and so does who is listed beside a unit, whatever the name looks like.
BY_WHOM = re.compile(r"(?<![理自缘因经])由(?!于|此|来)[\u4e00-\u9fff]")
MAY_BE_NAME = re.compile(
    r"(?!.*(?:专人|专班|专员|本人|自己|同志|领导|班子|双方|各自|他们|第三方|人员$|负责人|主任|局长|书记|镇长|县长|[^\u4e00-\u9fff]))"
    r"(?![其谁此该本]|[一几多]家)[\u4e00-\u9fff]{2,12}"
)
BEGINS_ITEM = re.compile(r"[，,。；;：:、！？（(\[【〔\s]|以及|及|和|与")
BEGINS_NAME = re.compile(
    r"(?:[省市县区州旗]|[\u4e00-\u9fff]{2}[省市县区州旗镇乡])(?![级域内外])|[各团国]|[\u4e00-\u9fff]{2}街道"
)
BY = re.compile(r"^.*(?:由|请|责成|委托)")
SHORTEST_UNIT = 2  # characters
WHOLE_ONLY_WITH_MORE = re.compile(r"\S{0,4}[省市县区州旗]委?|\S{0,6}人民政府")
HAN_AT_END = re.compile(r"[\u4e00-\u9fff（）()]*$")
WHEN_AT_END = re.compile(r"(?:于|在)?[^于在，,、]{2,20}$")
# A label that no tag has taken: 主管部门为县住建局, 监督单位：县纪委监委.
LABEL_UNREAD = re.compile(
    rf"(?:{unit_names.ROLES_OF_UNITS}|监[管督]|督查|督办|审核|协调|考核|业务|归口|行业主管)(?:单位|部门|主体|机关|科室)"
    rf"(?:为|是|(?:\s|{unit_names.COLON}|[—–-]){{0,4}})(?=[\u4e00-\u9fff])"
)
LONGEST_BEFORE = 40


def duties_in(text: str) -> tuple[str, ...]:
    """What the sentences of a point say about who does it, each as a bracket would say it."""
    if not re.search(f"{SAYS_WHO}|{unit_names.WITH}", text):
        return ()
    return tuple(units for sentence in SENTENCE.findall(text) for units in _in_sentence(sentence))


def unread_duties(text: str, *, known: Collection[str]) -> Iterator[str]:
    """Names beside a word of duty, or behind a label, that are not among the known ones."""
    for found in DUTY.finditer(text):
        names = _names_before(text[max(0, found.start() - LONGEST_BEFORE) : found.start()], verb=found[0])
        if found[0].endswith(("单位", "部门")):  # 县科技主管部门 is one unit
            names = (name for name in names if not unit_names.SHORT_NAME.fullmatch(name))
        only_describes = found[0].endswith("责任") or text.startswith("的", found.end())  # 相关部门参与的机制
        yield from (
            name for name in names if not (only_describes and unit_names.is_group(name)) and not _is_known(name, known)
        )
        if found[0] == unit_names.WITH:
            yield from _unknown_at_start(text[found.end() :], known)
    for label in LABEL_UNREAD.finditer(text):
        yield from _unknown_at_start(text[label.end() :], known)


def _unknown_at_start(words: str, known: Collection[str]) -> Iterator[str]:
    listed = _names_at_start(END_OF_LIST.split(words[:LONGEST_CLAUSE], maxsplit=1)[0])
    names = (
        name for name in BETWEEN_NAMES.split(listed) if unit_names.looks_like_unit(name) or unit_names.is_open_set(name)
    )
    return (name for name in names if not _is_known(name, known))


def _is_known(name: str, known: Collection[str]) -> bool:
    return any(name in each or each in name for each in known)


def _names_before(words: str, *, verb: str) -> Iterator[str]:
    """The units and groups with which the words end, but for what says how and when; beside them, and behind 由, whoever it is."""
    words = END_OF_CLAUSE.split(words)[-1] if not END_OF_CLAUSE.search(words[-1:]) else ""
    words = _without_manner(words)
    names = [
        UP_TO_NAME.sub("", "".join(HAN_AT_END.findall(unit_names.ROLE_IN_BRACKETS.sub("", each))))
        for each in words.split("、")
    ]
    is_list_of_units = ONE_VERB.match(verb) and (any(map(_is_somebody, names)) or BY_WHOM.search(words))
    for name in reversed(names):
        if not (_is_somebody(name) or (is_list_of_units and MAY_BE_NAME.fullmatch(name))):
            return
        yield name


def _is_somebody(name: str) -> bool:
    return unit_names.looks_like_unit(name) or unit_names.is_open_set(name)


def name_runs_over(before: str, after: str, *, in_list: bool) -> bool:
    """Is a name, or a word of duty, cut in two where these lines meet? 由县财|政局牵头; 责任单位：县财|政局 (`in_list`)."""
    before, after = before[-LONGEST_BEFORE:], after[:LONGEST_BEFORE]
    clause = END_OF_CLAUSE.split(after)[0]
    if any(found.start() < len(before) < found.end() for found in DUTY.finditer(before + clause)):
        return True
    duty = DUTY.search(clause)
    begun = BY.sub("", BEGINS_ITEM.split(before)[-1])
    if not (in_list or duty) or not (in_list or len(begun) < len(before.strip())):  # a whole line may be a title
        return False
    rest = BETWEEN_NAMES.split(clause[: duty.start()] if duty else clause)[0]
    if not rest:
        return duty is not None and not in_list and _is_somebody(begun)
    return _is_one_name(begun, _without_manner(rest))


def _is_one_name(begun: str, rest: str) -> bool:
    """县财 and 政局, 县 and 司法局; not 县财政局 and 县司法局, nor 加强统筹 and 财政局."""
    if BEGINS_NAME.match(rest) or not _is_somebody(begun + rest):
        return False
    is_whole = _is_somebody(begun) and not WHOLE_ONLY_WITH_MORE.fullmatch(begun)
    return len(rest) == 1 or (not is_whole and (len(rest) == SHORTEST_UNIT or bool(BEGINS_NAME.match(begun))))


def _without_manner(words: str) -> str:
    """县财政局 of 县财政局要切实履行."""
    while (rest := MODAL_AT_END.sub("", unit_names.HOW_AT_END.sub("", _without_time_at_end(words)))) != words:
        words = rest
    return words


def _without_time_at_end(words: str) -> str:
    """县府办于2018年12月31日前, which is followed by 牵头, without the time."""
    found = WHEN_AT_END.search(words)
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
        if (verb := WHO_AT_END.search(words)) and _are_units(who := _without_manner(words[: verb.start()])):
            return f"{who}{ONE_VERB.findall(verb[0])[0]}"
        if units := _before_work(words) or _together(words):
            return units
    return None


def _with_whom(clause: str) -> str:
    """会同县司法局推进预算公开, behind the clause that says who leads."""
    found = BEGINS_WITH_WHOM.match(clause)
    names = _names_at_start(clause[found.end() :]) if found else ""
    return f"{names}配合" if names and unit_names.names_units(names) else ""


def _are_units(who: str) -> bool:
    """Are these units, or open sets? 各 of 各牵头单位 is none."""
    return unit_names.names_units(who) and (
        not unit_names.is_group(last := who.split("、")[-1]) or unit_names.is_open_set(last)
    )


def _before_work(words: str) -> str | None:
    found = WHO_BEFORE_WORK.search(words)
    who = words[: found.start()] if found else ""
    if found and not unit_names.DUTY_AT_END.search(who) and _are_units(who := _without_manner(who)):
        return f"{who}{found['verb']}"
    return None


def _together(words: str) -> str | None:
    """县财政局会同县司法局、县审计局制定办法: the names on both sides, without the work."""
    who, _, rest = words.partition(unit_names.WITH)
    who = MODAL_AT_END.sub("", who)
    if not rest or not unit_names.names_units(who):
        return None
    helpers = _names_at_start(rest)
    return f"{who}{unit_names.WITH}{helpers}" if helpers else None


def _names_at_start(words: str) -> str:
    """The list of names with which the words begin; the last of them ends where work begins."""
    end = 0
    for joint in (*BETWEEN_NAMES.finditer(words), None):
        if joint and joint.start() < end:
            continue
        stop = joint.start() if joint else len(words)
        name = words[end:stop]
        if joint and (unit_names.looks_like_unit(name) or unit_names.is_group(name)):
            end = joint.end()
            continue
        last = _name_at_start(words[end:])
        return f"{words[:end]}{last}" if last else words[:end].rstrip("、以及和与")
    return words[:end]


def _name_at_start(words: str) -> str:
    """The longest name behind which nothing stands or work begins."""
    if unit_names.looks_like_unit(words) and not WORK_BEGINS.search(words):
        return words
    for begins in reversed(list(WORK_BEGINS.finditer(words))):
        name = words[: begins.start()]
        if (
            (unit_names.looks_like_unit(name) or unit_names.is_group(name))
            and len(name) > 1
            and not WORK_BEGINS.search(name[2:])
        ):
            return name
    return ""
