"""What a point says about time (时限): deadlines, limits counted from an event, recurrences, duties without an end.

A date without a year lies in the year named last in its sentence, else in the notice's year (2021年6月底前…，12月底前 means
2021). What names no certain day (春节前, 11月前, 2月30日前) is doubtful: the office is told, nothing is guessed.
"""

import calendar
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date

from tasks.notice.numbering import value_of
from tasks.notice.parsed import Deadline, Doubtful, Recurrence, Standing, TimeLimit, Times
from tasks.notice.squeezed import squeeze

Expression = Deadline | TimeLimit | Recurrence | Standing | Doubtful

BEFORE = "(?:之前|以前|前)"
A_YEAR = r"(?P<year>(?:19|20)\d{2}|(?<!\d)[12]\d(?=年\d{1,2}月)|[今本当明次翌])年"
YEAR = rf"(?:{A_YEAR}|(?<![年\d十]))"
MONTH = r"(?P<month>\d{1,2}|十[一二]?|[一二三四五六七八九])月份?"
# 11月30日(星期五)下班前  11月30日17:00前
DAY = r"(?P<day>\d{1,2}|三十一?|二?十[一二三四五六七八九]?|[一二三四五六七八九])[日号](?:[(（][^()（）]{1,6}[)）])?(?:下班|[上中下]午)?(?:\d{1,2}(?:[:：]\d{2}|[时点]))?"
MONTH_DAY = r"\d{1,2}月(?:\d{1,2}日|[底末])"
NOT_AS_OF = "(?<!截至)(?<!截止)(?<!去年)(?<!上年)"
NOT_COUNTED = r"(?<![\d一二三四五六七八九十两几多百半近全])"
FROM_EVENT = "(?:(?:印发|发布|公布|施行|生效|收到|受理|形成|变更|作出|批准|通过|签发|送达|申请)之日起)?"
TO_BE_DONE = "(?:要|应|需|须|前|力争|确保|全面|基本|全部|完成|建成|出台|印发|制定|编制|实现|启动|上线|报送)"
# The unit of a limit in the words of the contract, and how many of it one is.
LIMIT_UNITS = {
    "小时": ("hour", 1),
    "工作日": ("working_day", 1),
    "自然日": ("day", 1),
    "日": ("day", 1),
    "天": ("day", 1),
    "周": ("day", 7),
    "星期": ("day", 7),
    "月": ("month", 1),
    "季度": ("month", 3),
    "年": ("month", 12),
}
HALVES = {"月": ("day", 15), "年": ("month", 6)}
# The month a stretch of the year ends with.
PERIOD_ENDS = {"一季度": 3, "二季度": 6, "三季度": 9, "四季度": 12, "上半年": 6, "下半年": 12}
THIRDS_OF_MONTH = {"上": 10, "中": 20}
STEPS = {"月": 1, "季度": 3, "季": 3, "半年": 6, "年度": 12, "年": 12}
FIRST_MONTHS = ("首", "第一个", "第1个")
YEAR_WRITTEN = re.compile(r"((?:19|20)\d{2})年")
SPEAKS_OF_TIME = re.compile(r"[年月日号天周季节]|小时|星期|长期|常年|持续|即日|两会|汛期|元旦|五一|(?:19|20)\d{2}[-./]")
FAR_ENOUGH_BACK = 120


@dataclass(frozen=True, slots=True)
class Calendar:
    """What dates in the text are counted from: the notice's year and the day it was issued."""

    year: int
    issued_on: date | None

    @property
    def start(self) -> date:
        return self.issued_on or date(self.year, 1, 1)

    def coming(self, days: list[tuple[int, int]]) -> tuple[date, ...]:
        """These days (month, day) of the year that come after issue; if all are over, the first of the next year."""
        this_year = [date(self.year, month, day) for month, day in days]
        return tuple(day for day in this_year if day >= self.start) or tuple(
            date(self.year + 1, month, day) for month, day in days[:1]
        )


Reader = Callable[[re.Match[str], Calendar], Expression | None]
Conventions = tuple[tuple[re.Pattern[str], Reader], ...]


def read_times(text: str, *, year: int, issued_on: date | None, due: str = "") -> Times:
    """Every expression of time in a point, and in `due`, the words behind 完成时限, where a bare month is a deadline."""
    read = [*_read(text, CONVENTIONS, year, issued_on), *_read(due, (*CONVENTIONS, *BARE), year, issued_on)]
    return Times(
        deadlines=tuple(each for each in read if isinstance(each, Deadline)),
        time_limits=tuple(each for each in read if isinstance(each, TimeLimit)),
        recurrences=tuple(each for each in read if isinstance(each, Recurrence)),
        standing=tuple(each for each in read if isinstance(each, Standing)),
        doubtful=tuple(each for each in read if isinstance(each, Doubtful)),
    )


def says_only_when(words: str) -> bool:
    """Is this nothing but a time? 2018年11月底前完成 between the names of a bracket is no unit."""
    if not SPEAKS_OF_TIME.search(words):
        return False
    rest = squeeze(words).text
    for pattern, _ in (*CONVENTIONS, *BARE):
        rest = pattern.sub("\0", rest)
    return "\0" in rest and not TIME_FILLERS.sub("", rest)


def _read(text: str, conventions: Conventions, year: int, issued_on: date | None) -> list[Expression]:
    """In the order of the text; what one convention has read is not read again by the next."""
    if not SPEAKS_OF_TIME.search(text):
        return []
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
    return [expression for _, expression in sorted(read, key=lambda pair: pair[0])]


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


def _month_end(year: int, month: int) -> date:
    return date(year, month, calendar.monthrange(year, month)[1])


def _impossible(found: re.Match[str]) -> Doubtful:
    return Doubtful(found[0], "不是日历上有的日期，请核对")


def _day(found: re.Match[str], around: Calendar) -> Expression:
    try:
        return Deadline(found[0], date(around.year, value_of(found["month"]), value_of(found["day"])))
    except ValueError:
        return _impossible(found)


def _end_of_month(found: re.Match[str], around: Calendar) -> Expression:
    month = value_of(found["month"])
    return Deadline(found[0], _month_end(around.year, month)) if 1 <= month <= 12 else _impossible(found)


def _third_of_month(found: re.Match[str], around: Calendar) -> Expression:
    month, third = value_of(found["month"]), found["third"]
    if not 1 <= month <= 12:
        return _impossible(found)
    last = _month_end(around.year, month)
    return Deadline(found[0], last.replace(day=THIRDS_OF_MONTH.get(third, last.day)))


def _end_of_period(found: re.Match[str], around: Calendar) -> Deadline:
    return Deadline(found[0], _month_end(around.year, PERIOD_ENDS[_period(found["period"])]))


def _period(written: str) -> str:
    return f"{'一二三四'[int(written[0]) - 1]}{written[1:]}" if written[0].isdecimal() else written


def _end_of_year(found: re.Match[str], around: Calendar) -> Deadline:
    return Deadline(found[0], date(around.year, 12, 31))


def _limit(found: re.Match[str], around: Calendar) -> TimeLimit | None:
    if found["amount"] == "半":
        half = HALVES.get(found["unit"])
        return TimeLimit(found[0], half[1], half[0]) if half else None
    amount = value_of(found["amount"].replace("两", "二"))
    unit, times = LIMIT_UNITS[found["unit"]]
    return TimeLimit(found[0], amount * times, unit) if amount else None


def _every_year_on(found: re.Match[str], around: Calendar) -> Expression:
    """每年1月31日前, 每年6月底和12月底前."""
    days = [_month_and_day(written, around.year) for written in re.findall(MONTH_DAY, found[0])]
    known = [day for day in days if day]
    return Recurrence(found[0], around.coming(known)) if len(known) == len(days) else _impossible(found)


def _month_and_day(written: str, year: int) -> tuple[int, int] | None:
    month, _, day = written.partition("月")
    if not 1 <= int(month) <= 12:
        return None
    last = calendar.monthrange(year, int(month))[1]
    number = int(day.rstrip("日")) if day[0].isdecimal() else last
    return (int(month), min(number, last)) if 1 <= number <= 31 else None


def _every_month_on(found: re.Match[str], around: Calendar) -> Expression:
    return _each(found, around, months=range(1, 13))


def _every_quarter_on(found: re.Match[str], around: Calendar) -> Expression:
    """每季度首月10日前, 每季度末月25日前."""
    return _each(found, around, months=range(1 if found["which"] in FIRST_MONTHS else 3, 13, 3))


def _each(found: re.Match[str], around: Calendar, *, months: range) -> Expression:
    day = int(found["day"])
    if not 1 <= day <= 31:
        return _impossible(found)
    days = [(month, min(day, calendar.monthrange(around.year, month)[1])) for month in months]
    return Recurrence(found[0], around.coming(days))


def _every(found: re.Match[str], around: Calendar) -> Recurrence:
    """每季度 falls due on the last day of each quarter; 每日 and 每周 name no days."""
    step = STEPS.get(found["step"])
    ends = [_month_end(around.year, month) for month in range(step, 13, step)] if step else []
    return Recurrence(found[0], around.coming([(end.month, end.day) for end in ends]))


def _standing(found: re.Match[str], around: Calendar) -> Standing:
    return Standing(found[0])


def _no_certain_day(found: re.Match[str], around: Calendar) -> Doubtful:
    return Doubtful(found[0], "没有写明是哪一天，请补充完成时限")


def _conventions(*conventions: tuple[str, Reader]) -> Iterator[tuple[re.Pattern[str], Reader]]:
    return ((re.compile(pattern), reader) for pattern, reader in conventions)


# Tried in this order.
CONVENTIONS: Conventions = tuple(
    _conventions(
        (rf"每年(?:度的?)?{MONTH_DAY}{BEFORE}?(?:[、和及,，]{MONTH_DAY}{BEFORE}?)*", _every_year_on),
        (rf"每个?月(?P<day>\d{{1,2}})[日号]{BEFORE}?", _every_month_on),
        (
            rf"每个?季度?的?(?P<which>首|第一个|第1个|末|最后一个)月(?:份)?(?:的)?(?P<day>\d{{1,2}})[日号]{BEFORE}?",
            _every_quarter_on,
        ),
        (rf"(?<!人)每个?(?P<step>月|季度|季|半年|年度|年|周|日|天)(?:年?[底末]{BEFORE}?)?", _every),
        (
            r"[按逐](?P<step>月|季度|季|半年|年度|周)(?=通报|报送|上报|公布|公开|报告|调度|更新|督查|梳理|汇总)",
            _every,
        ),
        (rf"{YEAR}{MONTH}{DAY}{BEFORE}", _day),
        (r"(?<![\d.])(?P<year>(?:19|20)\d{2})[-./](?P<month>\d{1,2})[-./](?P<day>\d{1,2})日?" + BEFORE, _day),
        (rf"(?:不[迟晚]于|最[迟晚](?:于|在)?){YEAR}{MONTH}{DAY}", _day),
        (rf"(?:即日|现在)起?[至到](?:{A_YEAR})?{MONTH}(?P<day>\d{{1,2}})日(?:止|前|结束)?", _day),
        # 6月、9月、12月底前
        (rf"{NOT_AS_OF}{YEAR}{MONTH}(?=(?:[、和及]\d{{1,2}}月)*[、和及]\d{{1,2}}月[底末]{BEFORE})", _end_of_month),
        (rf"{NOT_AS_OF}{YEAR}{MONTH}[底末]{BEFORE}?", _end_of_month),
        (rf"{YEAR}{MONTH}(?P<third>[上中下])旬(?:末|底)?{BEFORE}", _third_of_month),
        (
            rf"{YEAR}第?(?P<period>[一二三四1-4]季度|[上下]半年)(?:[底末]?{BEFORE}|[底末]|内|(?={TO_BE_DONE}))",
            _end_of_period,
        ),
        (rf"{NOT_AS_OF}{A_YEAR}(?:年?[底末]){BEFORE}?", _end_of_year),
        (rf"{NOT_COUNTED}年[底末]{BEFORE}", _end_of_year),
        (rf"{A_YEAR}度?内(?![容部外在涵])", _end_of_year),
        (rf"{NOT_COUNTED}(?<![上各])年度?内(?![容部外在涵])", _end_of_year),
        (
            rf"{FROM_EVENT}(?<![近前第])(?<!过去)(?P<amount>\d{{1,4}}|[一二两三四五六七八九十]{{1,3}}|半)个?"
            r"(?P<unit>工作日|小时|自然日|日|天|周|星期|(?<=个)月|(?<=个)季度|年)(?:以|之)?内(?![容部外在涵])",
            _limit,
        ),
        (
            r"(?<!可)(?:长期|常年|持续)坚持(?!的)|长期(?:推进|开展|实施|执行|任务)(?!的)|全年(?:推进|持续推进)|即日起",
            _standing,
        ),
        # What names no certain day: 11月前 may mean its first or its last day.
        (rf"{YEAR}{MONTH}{BEFORE}(?!三|两|几|后)", _no_certain_day),
        (rf"(?P<year>(?:19|20)\d{{2}})年(?:以|之)?前(?={TO_BE_DONE}|[，。；）)]|$)", _no_certain_day),
        (
            rf"(?<![\d月])(?<!提前)\d{{1,2}}[日号]{BEFORE}|(?<![\d一二三四五六七八九十]|[个每])[本下当]?月[底末]{BEFORE}"
            rf"|[本下当]季度?(?:[底末](?:{BEFORE})?|内|{BEFORE})",
            _no_certain_day,
        ),
        (rf"(?:元旦|春节|清明|五一|端午|中秋|国庆|两会|汛期|换届)节?(?:到来)?{BEFORE}", _no_certain_day),
    )
)
# What a column 完成时限 says in few words: 2018年11月30日, 11月, 2018-11-30, 8—10月, 长期.
BARE: Conventions = tuple(
    _conventions(
        (rf"(?:\d{{1,2}}月?[-—–~\uff5e至])?{YEAR}{MONTH}{DAY}", _day),
        (r"(?<![\d.])(?P<year>(?:19|20)\d{2})[-./](?P<month>\d{1,2})[-./](?P<day>\d{1,2})(?:\s?00:00(?::00)?)?", _day),
        (r"(?<![\d.])(?P<year>(?:19|20)\d{2})[-./](?P<month>\d{1,2})(?![\d月])", _end_of_month),
        (rf"{YEAR}{MONTH}(?P<third>[上中下])旬", _third_of_month),
        (rf"(?:(?:(?:19|20)\d{{2}}年)?\d{{1,2}}月?[-—–~\uff5e至])?{YEAR}{MONTH}", _end_of_month),
        (rf"{YEAR}第?(?P<period>[一二三四1-4]季度|[上下]半年)", _end_of_period),
        (r"(?P<amount>\d{1,4})个?(?P<unit>工作日|小时|天)", _limit),
        (rf"{A_YEAR}度?|(?<!\d)年[底末]", _end_of_year),
        (r"贯穿全年|全年|长期|常年|持续(?:推进|实施|开展)?|常态化?(?:推进|开展)?", _standing),
    )
)
TIME_FILLERS = re.compile(
    r"完成|取得(?:明显)?(?:成效|实效)|落实到位|力争|确保|分别|推进|实施|并|于|在|[、，,。；;\s\0]"
)
