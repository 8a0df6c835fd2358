"""What a point says about time (时限): deadlines, limits counted from an event, recurrences, duties without an end.

A date without a year lies in the year named last in its sentence, else in the notice's year (2021年6月底前…，12月底前 means
2021). What names no certain day (春节前, 11月前, 2月30日前) is doubtful: the office is told, nothing is guessed. Whatever
looks like a date, a period or a limit and fits no convention is `unread`: of that, too, the office is told.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date

from tasks.notices.reading.blocks import folded, squeeze
from tasks.notices.reading.parsed import Deadline, Doubtful, OngoingDuty, Recurrence, TimeLimit, Times
from tasks.notices.reading.time_conventions import A_MONTH, BARE, BEFORE, CONVENTIONS, Calendar, Conventions, Expression

YEAR_WRITTEN = re.compile(r"((?:19|20)\d{2})年")
SPEAKS_OF_TIME = re.compile(
    r"[年月日号天周季节旬期]|小时|星期|长期|常年|持续|即日|两会|汛期|元旦|五一|清明|端午|中秋|国庆|双十一|换届|开学|年关|假|十[一二三四五]五|[Qq][1-4]|\d[./时点]|[立即边][行知查整接][立即边]|\d{4}[-./\uff0d\uff0e\uff0f]"
)
FAR_ENOUGH_BACK = 120
FURTHEST_TIME = 60
COUNTED = r"(?:\d{1,4}|[〇零一二两三四五六七八九十百半几数]{1,4})"
SOME_YEAR = r"(?:(?:19|20)\d{2}|[今本当明次翌去])"
# Looser than any convention: what may say when, until when, or how often.
LOOKS_LIKE_TIME = re.compile(
    rf"(?:(?:19|20)\d{{2}}年)?前[两二三]季度"
    rf"|(?:{SOME_YEAR}年)?(?<!\d){A_MONTH}(?:份|[上中下]旬|[初中底末]|{COUNTED}[日号])*(?:{BEFORE}|[以之]?内)?"
    rf"|(?:(?:19|20)\d{{2}}|[今本当明次翌])年度?(?:[初中底末]|[以之]?[内前]|上?下?半年)(?![容部外在涵款])"
    rf"|(?:{SOME_YEAR}年)?(?:第?[一二三四1-4](?:[、和至到][一二三四1-4])*季度[初中底末内前]?|[上下]半年)"
    rf"|(?<![每\d]){COUNTED}个?(?:工作日|自然日|小时)(?:[以之]?内)?|{COUNTED}(?:个月|天|日|周|星期|年)[以之]?(?:内(?![容部外在涵])|前)"
    rf"|(?:\d{{1,2}}|二?十[一二三四五六七八九]?)[日号]{BEFORE}"
    rf"|每隔?{COUNTED}?个?(?:年|季|月|旬|周|日|天|半年|学期)|[按逐](?:年度?|季度?|月|旬|周|半年)(?![度份])"
    rf"|(?<![近百千常多少少全周每\d一二两三四五六七八九十几])[年月季]度?(?:[底末初](?:{BEFORE})?|中(?:旬|{BEFORE}))|学期[初中末内]?(?:{BEFORE})?"
    r"|(?:19|20)\d{2}[-./]\d{1,2}(?:[-./]\d{1,2})?(?!\d)|(?<![\d.])\d{1,2}[./]\d{1,2}(?=日?前)|(?<![A-Za-z])[Qq][1-4](?!\d)"
    rf"|前{COUNTED}个?(?:日|天|小时|工作日)|(?<![\d近前第去每全]){COUNTED}[余多来]?(?:个(?:半天|月|季度|学期)|天|日|周(?!年|边|围|期|密|全)|星期|年(?![来级龄度检代级纪]|以来|前))"
    r"|[逢隔][\d一二三四五六七八九十单双年季月周日]+|[单双]月|半年一|周[一二三四五六日末](?:前|下班)|\d{1,2}[时点]前"
    rf"|(?:元旦|春节|清明|五一|端午|中秋|国庆|双十一|节假日|[寒暑]假|暑期|开学|年关|两会|汛期|换届)节?(?:到来|结束)?(?:{BEFORE}|后)(?![台者来续])"
    r"|[“\"]?十[一二三四五]五[”\"]?(?:时期|期)?(?:末|底|内|前)"
    r"|(?:当日|当天|次日|隔日|即时)(?:内|前|办|答|公|上|报|完)"
)
# What only describes, and what is a name in quotation marks: “最多100天”.
NOT_LIKE_TIME = re.compile(
    rf"人每|月月|年年|(?:近|过去)[\d一二两三四五几]{{1,3}}个?[年月][来内]?|“[^“”]{{0,6}}{COUNTED}个?[天年日月][^“”内前底]{{0,6}}”"
)
TIME_FILLERS = re.compile(
    r"完成|取得(?:明显)?(?:成效|实效)|落实到位|力争|确保|分别|推进|实施|并|于|在|[、，,。；;\s\0]"
)


@dataclass(frozen=True, slots=True)
class _Reading:
    """The expressions of one text in its order, and what of it looks like time and was not read."""

    expressions: tuple[Expression, ...]
    unread: tuple[str, ...]


NOTHING = _Reading((), ())


def read_times(text: str, *, year: int, issued_on: date | None, due: str = "") -> Times:
    """Every expression of time in a point, and in `due`, the words behind 完成时限, where a bare month is a deadline."""
    read_so = _read(text, CONVENTIONS, year, issued_on)
    until = _read(due, (*CONVENTIONS, *BARE), year, issued_on)
    unclear = [Doubtful(line, "看不出时限，请核对") for line in _unclear(due, until)]
    read = [*read_so.expressions, *until.expressions, *unclear]
    return Times(
        deadlines=tuple(_once(each for each in read if isinstance(each, Deadline))),
        time_limits=tuple(each for each in read if isinstance(each, TimeLimit)),
        recurrences=tuple(each for each in read if isinstance(each, Recurrence)),
        standing=tuple(each for each in read if isinstance(each, OngoingDuty)),
        doubtful=tuple(each for each in read if isinstance(each, Doubtful)),
        unread=(*read_so.unread, *until.unread),
    )


def says_only_when(words: str) -> bool:
    """Is this nothing but a time? 2018年11月底前完成 between the names of a bracket is no unit."""
    if not SPEAKS_OF_TIME.search(words):
        return False
    rest = squeeze(words).text
    for pattern, _ in (*CONVENTIONS, *BARE):
        rest = pattern.sub("\0", rest)
    return "\0" in rest and not TIME_FILLERS.sub("", rest)


def runs_over(before: str, after: str) -> bool:
    """Is a time cut in two where these lines meet? 2018年9|月底前"""
    before, after = before[-FURTHEST_TIME:], after[:FURTHEST_TIME]
    whole = folded(before + after)
    return any(found.start() < len(before) < found.end() for found in LOOKS_LIKE_TIME.finditer(whole))


def time_at_start(words: str) -> int:
    """How many characters of the words are a time with which they begin; 0 where they begin otherwise."""
    if not SPEAKS_OF_TIME.search(words[:FURTHEST_TIME]):
        return 0
    squeezed = squeeze(words)
    matches = (pattern.match(squeezed.text) for pattern, _ in (*CONVENTIONS, *BARE))
    end = max((found.end() for found in matches if found), default=0)
    return len(squeezed.original(0, end)) if end else 0


def _once(deadlines: Iterable[Deadline]) -> Iterator[Deadline]:
    """A day that is said twice counts once, with both texts: 2018年11月底前 and 完成时限：2018年11月30日."""
    by_day: dict[date, dict[str, None]] = {}
    for deadline in deadlines:
        by_day.setdefault(deadline.date, {})[deadline.text] = None
    return (Deadline("、".join(texts), day) for day, texts in by_day.items())


def _unclear(due: str, until: _Reading) -> Iterator[str]:
    """Words behind 完成时限 from which nothing at all was read."""
    if not until.expressions and not until.unread:
        yield from (line.strip("； \t\u3000") for line in due.split("\n") if line.strip("； \t\u3000/-—－无。"))


def _read(text: str, conventions: Conventions, year: int, issued_on: date | None) -> _Reading:
    """In the order of the text; what one convention has read is not read again by the next."""
    if not SPEAKS_OF_TIME.search(text):
        return NOTHING
    squeezed = squeeze(text)
    rest = squeezed.text
    read: list[tuple[int, Expression]] = []
    for pattern, reader in conventions:
        matches = list(pattern.finditer(rest))
        for found in matches:
            around = Calendar(_year_around(squeezed.text, found, year), issued_on)
            if expression := reader(found, around):
                read.append((found.start(), replace(expression, text=squeezed.original(*found.span()))))
        if matches:
            rest = pattern.sub(lambda found: "\0" * len(found[0]), rest)
    left = NOT_LIKE_TIME.sub(lambda found: "\0" * len(found[0]), rest)
    unread = (found for found in LOOKS_LIKE_TIME.finditer(left) if not _is_year_so_far(found[0], year))
    return _Reading(
        tuple(expression for _, expression in sorted(read, key=lambda pair: pair[0])),
        tuple(squeezed.original(*found.span()).strip() for found in unread),
    )


def _is_year_so_far(words: str, year: int) -> bool:
    """2018年 alone only says which year is spoken of; a later one (2020年) is one until which something may be due."""
    written = YEAR_WRITTEN.fullmatch(words)
    return written is not None and int(written[1]) <= year


def _year_around(text: str, found: re.Match[str], year: int) -> int:
    written = found.groupdict().get("year")
    if written and written in "明次翌":
        return year + 1
    if written:
        return _year(written) if written.isdecimal() else year
    before = text[max(0, found.start() - FAR_ENOUGH_BACK) : found.start()].rpartition("。")[2]
    earlier = YEAR_WRITTEN.findall(before)
    return int(earlier[-1]) if earlier and int(earlier[-1]) >= year else year


def _year(written: str) -> int:
    return int(written) if len(written) == 4 else 2000 + int(written)
