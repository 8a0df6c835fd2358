"""The short title of a work point (短标题), made of its words: 一(三)2 is called 完善解读制度 everywhere.

It is the first clause that says what is to be done, without what leads up to it (进一步, 2018年底前, 各乡镇要); where that is
too long, without its brackets, its adverbs, all but the first thing that it lists, or what describes its last word. A pair
of brackets or quotation marks is never cut.
"""

import re
from collections.abc import Callable, Iterator

LONGEST = 18  # characters, so that it stands on one line beside its number
SHORTEST = 4  # a clause of less says nothing by itself
LOOKED_AT = 1000  # characters, among which the first clauses stand
NOTHING_SAID = "工作要点"  # the title of a point that consists of marks
CUT = "…"

PAIRS = {
    "(": ")",
    "（": "）",
    "[": "]",
    "\uff3b": "\uff3d",
    "【": "】",
    "〔": "〕",
    "《": "》",
    "〈": "〉",
    "“": "”",
    "‘": "’",
}
PAIRS |= {"「": "」", "『": "』", "{": "}", "\uff5b": "\uff5d"}
BRACKETS = {*PAIRS, *PAIRS.values()}
WITHIN = "\0"  # stands for each character of a pair, so that no mark within is taken for one of the sentence

CLAUSE_END = re.compile(r"[，。．；;：！!？?…\n]+|(?<!\d),|,(?!\d)|(?<!\d):|:(?!\d)|\.(?=\s|$)|——|--")
NUMBER = re.compile(
    r"第[一二三四五六七八九十\d]+[条项款]|[（(][一二三四五六七八九十\d]{1,3}[)）]|[一二三四五六七八九十]{1,3}、|\d{1,3}[、)）．]|\d{1,3}\.(?!\d)"
    r"|[\u2460-\u2473●•·■◆★*\-—~、]+"
)
CONNECTIVE = re.compile(
    r"(?:要|还要)?(?:进一步|同时|此外|另外|其中|并且|以及|还要|必须|应当|应该|[一二三四五六]是要?|要(?![点求素件闻道领]))"
)
WHEN = re.compile(
    r"(?:[于在自从]|力争|确保)?(?:(?:20\d\d|[当本今明次]|每)年度?(?:第?[一二三四]季度|上半年|下半年|\d{1,2}月(?:\d{1,2}日)?)?|\d{1,2}月(?:\d{1,2}日)?|年)"
    r"(?:[底末初中内]|[上中下]旬)?(?:之?前|以前|开始|期间|起)?"
)
WHOSE_DUTY = re.compile(
    r"(?:各|县|市|区|乡镇|有关|相关|责任|牵头|政府)[^，。\0的]{0,16}?(?:\0*[^，。\0的]{0,8}?){0,2}"
    r"(?:[^重主需纲摘概简]要(?![点求素件闻道领])|应当|必须|应(?=[及当按将对制做]))"
)
LEAD_IN = re.compile(
    r"(?:围绕|结合|按照|根据|依据|依照|依托|针对|为了|随着|鉴于|对照|参照|通过|立足|对于|关于|为.+[，]?$|对(?![标口接外照应])|以.+为\S{2,4}$)"
    r"|在.*(?:中|上|下|前|后|时|内|方面|期间)$|.*(?:的同时|基础上|前提下|过程中)$"
)
ADVERB = re.compile(
    r"深入|全面|认真|积极|大力|切实|着力|持续|不断|扎实|稳步|有序|严格|加快|牢牢|充分|逐步|系统|组织(?=开展|实施)|重点|主动|继续|率先|努力|及时|突出"
)
VERB = re.compile(
    r"(?:推进|推动|推行|加强|加大|加快|完善|建立|健全|做好|抓好|开展|落实|贯彻|实施|实行|执行|强化|提升|提高|规范|优化|深化|拓展|扩大"
    r"|打造|构建|制定|制订|编制|修订|公开|公布|发布|统筹|促进|保障|梳理|清理|整合|引导|支持|鼓励|培育|发展|解决|开发|利用|创新|调整"
    r"|履行|把握|选取|坚持|明确|印发|出台|研究|探索|试点|发挥|压缩|精简|取消|降低|减少|简化|加密|建设|搭建|组织|编印|改进|改革|放宽|激发|压减|整治|提出)+"
)
DOCUMENT = re.compile(r"《([^《》]+)》")
ISSUER = re.compile(r"^.*?关于(?:印发|转发|批转|公布)?")
DOCUMENT_KIND = re.compile(r"的(?:若干|指导|实施)?(?:通知|意见|决定|批复|函|公告|规定)$")
MAY_END = re.compile(
    r".*(?:工作|建设|管理|服务|平台|信息|公开|制度|机制|清单|结果|体系|政策|目录|标准|规范|改革|发展|办法|方案|项目|数据|资源|网站|部门|单位"
    r"|机构|作用|活动|企业|市场|环境|监管|审批|事项|建议|提案|办理|监督|检查|考核|能力|水平|保障|培训|就业|创业|投资|贸易|融资|措施|流程|材料|成果|安全)"
)


def title_of(text: str) -> str:
    """The short title of a point with these words: never empty, never longer than LONGEST."""
    clauses = [clause for clause in _clauses(_tidied(text[:LOOKED_AT])) if clause.strip(" 、")]
    bare = [_without_lead(clause) for clause in clauses]
    saying = [clause for clause in bare if len(clause) >= SHORTEST] or [
        "，".join(filter(None, bare)) or "，".join(clauses)
    ]
    acting = [clause for clause in saying if not LEAD_IN.match(_masked(clause))] or saying
    first, *others = acting[:3]
    ways = (
        _shortened(first),
        _broken_off(first),
        *map(_shortened, others),
        _cut(_document_by_name(first)),
        NOTHING_SAID,
    )
    return next(filter(None, (way.strip() for way in ways)))


def title_after(before: str, title: str, text: str) -> str:
    """The title of a point whose words `before` become `text`: one that was made of them follows, one that somebody wrote stays."""
    return title if title and title != title_of(before) else title_of(text)


def _tidied(text: str) -> str:
    """Without what cannot be seen, blanks between Chinese characters and brackets that have no partner."""
    seen = "".join(each if each.isprintable() else " " for each in text.replace("\n", "。"))
    seen = re.sub(r'"([^"]*)"', r"“\1”", seen).replace('"', "")
    with_partner = {place for pair in _pairs(seen) for place in pair}
    kept = "".join(each for place, each in enumerate(seen) if each not in BRACKETS or place in with_partner)
    return re.sub(r"(?<=[^\x21-\x7e])\s+|\s+(?=[^\x21-\x7e])", "", " ".join(kept.split()))


def _pairs(text: str) -> Iterator[tuple[int, int]]:
    """Where each bracket and its partner stand."""
    openings: list[int] = []
    for place, each in enumerate(text):
        if each in PAIRS:
            openings.append(place)
            continue
        while openings and each in BRACKETS:
            start = openings.pop()
            if PAIRS[text[start]] == each:
                yield start, place
                break


def _masked(text: str) -> str:
    """As long as the text, with every closed pair and what stands in it blotted out."""
    masked, done = list(text), len(text)
    for start, end in sorted(_pairs(text), key=lambda pair: -pair[1]):
        if end < done:  # else it stands within one that is blotted out
            masked[start : end + 1] = WITHIN * (end + 1 - start)
            done = start
    return "".join(masked)


def _clauses(text: str) -> Iterator[str]:
    start = 0
    for mark in CLAUSE_END.finditer(_masked(text)):
        yield text[start : mark.start()]
        start = mark.end()
    yield text[start:]


def _without_lead(clause: str) -> str:
    """Without numbers, connectives, dates and who is to do it at its beginning, if enough is left or nothing at all."""
    clause = clause.strip(" 、")
    for lead in (NUMBER, WHOSE_DUTY, CONNECTIVE, WHEN) * 2:
        found = lead.match(clause if lead is NUMBER else _masked(clause))
        if found and (found.end() == len(clause) or len(clause) - found.end() >= SHORTEST):
            clause = clause[found.end() :].strip(" 、")
    return clause


# Making a clause fit: each way is tried on what the one before it left.


def _shortened(clause: str) -> str:
    """The clause in at most LONGEST characters, or nothing where no way makes it so short."""
    if len(clause) <= LONGEST:
        return clause
    for way in (_without_remarks, _document_by_name, _without_adverbs):
        clause = way(clause)
        if len(clause) <= LONGEST:
            return clause
    ways: tuple[Callable[[str], str], ...] = (_first_of_list, _verb_and_last_word, _briefly, _list_begun)
    return next((short for way in ways if SHORTEST <= len(short := way(clause)) <= LONGEST), "")


def _without_remarks(clause: str) -> str:
    """Without what stands in round or square brackets."""
    pairs = re.finditer(r"\0+", _masked(clause))
    remarks = [found.span() for found in pairs if clause[found.start()] in "(（[\uff3b【〔"]
    for start, end in reversed(remarks):
        clause = clause[:start] + _masked_remark(clause[start:end]) + clause[end:]
    return clause


def _masked_remark(pairs: str) -> str:
    """Of pairs that touch each other, those that are no remarks."""
    return "".join(re.findall(r"《[^》]*》|“[^”]*”|‘[^’]*’|「[^」]*」", pairs))


def _document_by_name(clause: str) -> str:
    """《国务院办公厅关于做好政府公报工作的通知》要求: what the document is about, which may say what to do by itself."""
    if not (found := DOCUMENT.search(clause)):
        return clause
    named = DOCUMENT_KIND.sub("", ISSUER.sub("", found[1])) or found[1]
    if named != found[1] and VERB.match(_without_adverbs(named)):
        return named
    verb = VERB.match(_without_adverbs(clause))
    return f"{verb[0] if verb else ''}{found[0] if named == found[1] else named}"


def _without_adverbs(clause: str) -> str:
    while (found := ADVERB.match(clause)) and len(clause) - found.end() >= 2 * SHORTEST:
        clause = clause[found.end() :]
    return clause


def _first_of_list(clause: str, *, is_shorter: bool = False) -> str:
    """推进甲、乙、丙等信息公开: the first things that are listed, and what they are."""
    masked = _masked(clause)
    listed, rest = masked.find("、"), masked.rfind("等")
    if not 0 < listed < rest or rest == len(clause) - 1:
        return ""
    tails = [clause[rest:]]
    if (of := masked.rfind("的")) > rest:
        tails.append(f"等{clause[of + 1 :]}")
    if is_shorter:
        tails = [re.split("[和与及]", tail)[0] for tail in tails]
    ends = [place for place, each in enumerate(masked[: min(rest, LONGEST)]) if each == "、"]
    made = (clause[:end] + tail for tail in tails for end in reversed(ends))
    return next((each for each in made if len(each) <= LONGEST and not each.endswith("等")), "")


def _briefly(clause: str) -> str:
    return _first_of_list(clause, is_shorter=True)


def _verb_and_last_word(clause: str) -> str:
    """加强……的移动政务服务平台建设: what is done, and to what, without what is said of it."""
    masked = _masked(clause)
    verb, last = VERB.match(masked), masked.rfind("的") + 1
    if not verb or not last or len(clause) - last <= SHORTEST + 1 or masked[verb.end()] in "将把由使让":
        return ""
    made = verb[0] + clause[last:]
    return made if len(made) <= LONGEST else _list_begun(made) or _cut(made)


def _list_begun(clause: str) -> str:
    """As many of the things that are listed as there is room for."""
    ends = [place for place, each in enumerate(_masked(clause)[:LONGEST]) if each == "、" and place >= 2 * SHORTEST]
    return f"{clause[: ends[-1]]}等" if ends else ""


def _broken_off(clause: str) -> str:
    """Broken off behind a word that may end, if most of what there is room for stands before it."""
    room = _masked(clause)[: LONGEST - len(CUT)]
    word = MAY_END.match(room)
    return f"{clause[: word.end()]}{CUT}" if word and word.end() >= 3 * SHORTEST else ""


def _cut(clause: str) -> str:
    """The clause broken off where there is room no longer, and never within a pair."""
    if len(clause) <= LONGEST:
        return clause
    masked = _masked(clause)
    room = masked[: LONGEST - len(CUT)]
    end = len(room) if masked[len(room)] != WITHIN else len(room.rstrip(WITHIN))
    if room[:end].isascii() and " " in room[:end]:
        end = room[:end].rindex(" ")
    kept = clause[:end].rstrip(" 、的和与及")
    if len(kept) >= SHORTEST:
        return f"{kept}{CUT}"
    return (
        _cut("".join(each for each in clause if each not in BRACKETS)) if WITHIN in masked else f"{room.strip()}{CUT}"
    )
