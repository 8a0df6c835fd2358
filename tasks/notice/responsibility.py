"""What a responsibility bracket says (责任分工): which names, in which roles.

牵头 is lead; 责任, 主体, 负责, 落实 responsible; 配合, 参与, 协助, 会同 supporting; 指导 guiding. Whoever is named without a
word of duty is responsible.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from tasks.notice.brackets import LABEL, Tag
from tasks.notice.names import (
    continues_group,
    is_group,
    looks_like_unit,
    split_joined,
    split_listed,
    split_open_end,
)
from tasks.notice.parsed import NamedUnit, Role

# The first word that occurs decides: 牵头负责 is lead, 配合落实 supporting.
ROLE_WORDS = (
    (Role.LEAD, ("牵头", "主办")),
    (Role.GUIDING, ("指导",)),
    (Role.SUPPORTING, ("配合", "参与", "参加", "协助", "协办", "会同")),
    (Role.RESPONSIBLE, ("负责", "责任", "主体", "落实", "承办", "实施")),
)
VERB = "牵头|主办|指导|配合|参与|参加|协助|协办|负责|落实|承办|组织实施|实施|抓好|推进"
HOW = (
    "按照?(?:各自)?(?:的)?职责(?:和?分工)?|按(?:任务)?分工|根据(?:各自)?(?:职责|职能)(?:分工)?|依(?:据)?职责|结合职责"
    "|在职责范围内|分别|分头|分工|共同|具体|各自|联合|统筹|积极|协同|做好"
)
DUTY_AT_END = re.compile(rf"(?:{HOW}|{VERB})*(?:{VERB})(?:工作)?$")
HOW_AT_END = re.compile(rf"(?:{HOW})+$")
ROLE_IN_BRACKETS = re.compile(r"[(（](牵头|主办|配合|协办|参与|指导|负责)(?:单位|部门)?[)）]$")
AS_ROLE = re.compile(r"(?:作为|为|是)(牵头|责任|配合|主办|协办)(?:单位|部门)$")
WITH = "会同"
BEFORE_NAME = re.compile(r"^(?:并?由|请|以及|及|并)(?=\S{2})")
NOT_UNITS = re.compile(r"领导|人|时限|时间")

# 列第一位者为牵头单位，下同  |  排在首位的为牵头单位
FIRST_IS_LEAD = re.compile(
    r"[^，。；;,]{0,12}(?:第一位|首位|第一个|第一)(?:者|的)?(?:责任)?(?:单位|部门)?(?:均)?(?:为|是|作为)牵头(?:单位|部门)?"
)
AND_SO_ON = re.compile(r"[，,。\s]*(?:以?下同)[。\s]*")
# 以下均需各乡镇(街道)落实，不再列出
CARRIED_DOWN = re.compile(
    r"以下(?:各项|各条|任务|工作)*(?:均|都)?(?:需|由|需由)?(?P<who>.{2,200}?)[，,]\s*(?:以下)?不再(?:一一)?列出"
)


@dataclass(frozen=True, slots=True)
class Reading:
    """What one bracket says, the names the office must look at, and what it says for the brackets after it."""

    units: tuple[NamedUnit, ...]
    doubtful: tuple[str, ...] = ()
    open_ended: bool = False
    first_is_lead: bool = False
    first_is_lead_from_here: bool = False
    carried_down: tuple[NamedUnit, ...] = ()


@dataclass(frozen=True, slots=True)
class _Named:
    """A name whose role may still be open: its own if it has one, else that of the verb or label that follows."""

    name: str
    role: Role | None
    leaves_open: bool

    def in_role(self, role: Role) -> "_Named":
        return replace(self, role=self.role or role)


def read_tag(tag: Tag) -> Reading:
    """Read one bracket by itself."""
    words, first_is_lead = _take_out(FIRST_IS_LEAD, tag.words)
    words, so_on = _take_out(AND_SO_ON, words) if first_is_lead else (words, False)
    carried = CARRIED_DOWN.search(words)
    carried_units, _, _ = _read_words(carried["who"]) if carried else ((), [], False)
    units, doubtful, open_ended = _read_words(CARRIED_DOWN.sub("", words))
    return Reading(
        units=tuple(merge_roles(units)),
        doubtful=tuple(doubtful),
        open_ended=open_ended,
        first_is_lead=first_is_lead,
        first_is_lead_from_here=so_on,
        carried_down=tuple(carried_units),
    )


def with_first_as_lead(units: tuple[NamedUnit, ...]) -> tuple[NamedUnit, ...]:
    """The first unit listed leads, unless another leads by name or the first is an open group."""
    if not units or units[0].group or any(unit.role is Role.LEAD for unit in units):
        return units
    return replace(units[0], role=Role.LEAD), *units[1:]


def merge_roles(units: Iterable[NamedUnit]) -> list[NamedUnit]:
    """Each name once, where it first stands, in the strongest of its roles."""
    by_name: dict[str, NamedUnit] = {}
    for unit in units:
        known = by_name.get(unit.name, unit)
        by_name[unit.name] = min(known, unit, key=lambda named: list(Role).index(named.role))
    return list(by_name.values())


def role_of(words: str) -> Role:
    """The role that a label or the closing words of duty give."""
    return next((role for role, signs in ROLE_WORDS if any(sign in words for sign in signs)), Role.RESPONSIBLE)


def _take_out(pattern: re.Pattern[str], words: str) -> tuple[str, bool]:
    rest, found = pattern.subn("", words)
    return rest, bool(found)


def _read_words(words: str) -> tuple[list[NamedUnit], list[str], bool]:
    names = [named for labelled_role, listed in _labelled(words) for named in _names_with_roles(listed, labelled_role)]
    units = [NamedUnit(named.name, named.role or Role.RESPONSIBLE, is_group(named.name)) for named in names]
    doubtful = [unit.name for unit in units if not unit.group and not looks_like_unit(unit.name)]
    return units, doubtful, any(named.leaves_open for named in names)


def _labelled(words: str) -> Iterator[tuple[Role | None, str]]:
    """The lists behind 责任单位: 牵头单位: 配合单位:, each with its role; what stands before any label has none."""
    labels = list(LABEL.finditer(words))
    yield None, words[: labels[0].start()] if labels else words
    ends = [*(label.start() for label in labels[1:]), len(words)]
    for label, end in zip(labels, ends, strict=False):
        if not NOT_UNITS.search(label["label"]):
            yield role_of(label["label"]), words[label.end() : end]


def _names_with_roles(listed: str, labelled_role: Role | None) -> Iterator[_Named]:
    """Names wait until the verb that speaks for them: 甲、乙牵头，丙配合 gives two leads and a supporter."""
    waiting: list[_Named] = []
    helping: Role | None = None
    for item in filter(None, split_listed(listed)):
        who, spoken = _take_duty(item)
        if waiting and continues_group(before=waiting[-1].name, name=who):
            waiting[-1] = replace(waiting[-1], name=f"{waiting[-1].name}、{who}")
        else:
            waiting.extend(_names_of(who, helping))
        helping = Role.SUPPORTING if WITH in who else helping
        if spoken:
            role = spoken if labelled_role in (None, Role.RESPONSIBLE) else labelled_role
            yield from (named.in_role(role) for named in waiting)
            waiting, helping = [], None
    yield from (named.in_role(labelled_role or Role.RESPONSIBLE) for named in waiting)


def _take_duty(item: str) -> tuple[str, Role | None]:
    """The item without its closing words of duty, and the role they give to all the names before them."""
    for pattern in (DUTY_AT_END, AS_ROLE):
        if found := pattern.search(item):
            return item[: found.start()], role_of(found[0])
    return HOW_AT_END.sub("", item), None


def _names_of(who: str, helping: Role | None) -> Iterator[_Named]:
    """The names in one item, with the role that 会同 or brackets give to them alone."""
    first, _, helpers = who.partition(WITH)
    first, spoken = _take_duty(first)
    for part, role in ((first, spoken or helping), (helpers, Role.SUPPORTING)):
        for joined in split_joined(part):
            name, own_role = _take_role_in_brackets(BEFORE_NAME.sub("", joined))
            before, group, leaves_open = split_open_end(name)
            for single in filter(None, (before.strip(), group.strip())):
                yield _Named(single, own_role or role, leaves_open)


def _take_role_in_brackets(name: str) -> tuple[str, Role | None]:
    found = ROLE_IN_BRACKETS.search(name)
    return (name[: found.start()], role_of(found[1])) if found else (name, None)
