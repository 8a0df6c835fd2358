"""What a responsibility bracket says (责任分工): which names, in which roles.

牵头 is lead; 责任, 主体, 负责, 落实 responsible; 配合, 参与, 协助, 会同 supporting; 指导 guiding. Whoever is named without a
word of duty is responsible.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

from tasks.notices.reading.brackets import LABEL, Tag
from tasks.notices.reading.deadlines import SPEAKS_OF_TIME, says_only_when, time_at_start
from tasks.notices.reading.duty_words import (
    AS_ROLE,
    BEFORE_NAME,
    DUTY_AT_END,
    FIRST_IS_LEAD,
    HOW_AT_END,
    NAMES_NO_UNITS,
    OTHERS_SUPPORT,
    ROLE_IN_BRACKETS,
    SAYS_WHEN,
    WITH,
    WORDS_IN_BRACKETS,
    role_of,
)
from tasks.notices.reading.names import (
    continues_group,
    is_group,
    is_open_set,
    looks_like_unit,
    mentions_unit,
    names_units,
    split_clauses,
    split_joined,
    split_listed,
    split_open_end,
)
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
    named = [name for label, listed in labelled if not SAYS_WHEN.search(label) for name in _names(listed, label)]
    names = [name for name in named if not says_only_when(name.name)]
    units = _units(names)
    return Reading(
        units=tuple(merge_roles(units)),
        doubtful=tuple(unit.name for unit in units if not (unit.group or looks_like_unit(unit.name))),
        open_ended=any(name.leaves_open for name in names),
        rule=rule,
        rule_from_here=so_on,
        carried_down=tuple(carried_down),
        due=(
            *(listed.strip() for label, listed in labelled if SAYS_WHEN.search(label)),
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
    words, first_leads = _take_out(FIRST_IS_LEAD, words)
    if not first_leads:
        return words, LeadRule(), False
    words, others_support = _take_out(OTHERS_SUPPORT, words)
    words, so_on = _take_out(AND_SO_ON, words)
    return words.strip(":：，,；; "), LeadRule(first_leads, others_support), so_on


def _with_times_apart(labelled: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """Lists of units as they are; of what stands behind 完成时限 the clauses that name units, apart. 责任人 names none."""
    for label, listed in labelled:
        if SAYS_WHEN.search(label):
            clauses = list(split_clauses(listed))
            who = [clause for clause in clauses if names_units(clause)]
            yield label, "，".join(clause for clause in clauses if clause and clause not in who) if who else listed
            yield from (("", clause) for clause in who)
        elif not NAMES_NO_UNITS.search(label):
            yield label, listed


def _units(names: Iterable[_Named]) -> list[NamedUnit]:
    return [NamedUnit(named.name, named.role or NamedRole.RESPONSIBLE, is_group(named.name)) for named in names]


def _labelled(words: str) -> Iterator[tuple[str, str]]:
    """The lists behind 责任单位: 牵头单位: 配合单位:, each with its label; what stands before any label has none."""
    labels = list(LABEL.finditer(words))
    yield "", (words[: labels[0].start()] if labels else words).strip("—")
    ends = [*(label.start() for label in labels[1:]), len(words)]
    for label, end in zip(labels, ends, strict=False):
        yield label["label"], words[label.end() : end]


def _names(listed: str, label: str = "") -> Iterator[_Named]:
    """Names wait until the verb that speaks for them: 甲、乙牵头，丙配合 gives two leads and a supporter."""
    labelled = role_of(label) if label else None
    waiting: list[_Named] = []
    for clause in split_clauses(listed):
        earlier = len(waiting)
        helping: NamedRole | None = None
        for item in filter(None, split_listed(clause)):
            who, spoken = _take_duty(item)
            if waiting and continues_group(before=waiting[-1].name, name=who):
                waiting[-1] = replace(waiting[-1], name=f"{waiting[-1].name}、{who}")
            else:
                waiting.extend(_names_of(who, helping))
            helping = NamedRole.SUPPORTING if WITH in who else helping
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
    for pattern in (DUTY_AT_END, AS_ROLE):
        if found := pattern.search(item):
            return item[: found.start()], role_of(found[0])
    return HOW_AT_END.sub("", item), None


def _names_of(who: str, helping: NamedRole | None) -> Iterator[_Named]:
    """The names in one item, with the role that 会同 or brackets give to them alone."""
    first, _, helpers = who.partition(WITH)
    first, spoken = _take_duty(first)
    for part, role in ((first, spoken or helping), (helpers, NamedRole.SUPPORTING)):
        for joined in split_joined(part):
            name, own_role = _take_role_in_brackets(BEFORE_NAME.sub("", joined))
            before, group, leaves_open = split_open_end(_without_time(name))
            for single in filter(None, ("".join(before.split()), "".join(group.split()))):
                yield _Named(single, own_role or role, leaves_open, bool(helpers) and part is first)


def _without_time(name: str) -> str:
    """县财政局 of 县财政局（9月底前）, 县财政局9月底前完成 and 10月底前县财政局; nothing of 9月底前完成首批.

    The time is read of the whole bracket.
    """
    if (behind := WORDS_IN_BRACKETS.search(name)) and says_only_when(behind[1]):
        return name[: behind.start()]
    if (glued := WHEN_BEHIND.match(name)) and looks_like_unit(glued["name"]) and says_only_when(glued["when"]):
        return glued["name"]
    if says_only_when(name) or not (end := time_at_start(name)):
        return name
    rest = name[end:].lstrip("由请")
    return rest if is_open_set(rest) or looks_like_unit(rest) else name if mentions_unit(rest) else ""


def _take_role_in_brackets(name: str) -> tuple[str, NamedRole | None]:
    found = ROLE_IN_BRACKETS.search(name)
    return (name[: found.start()], role_of(found[1])) if found else (name, None)
