"""What a point says about time (时限): deadlines, limits counted from an event, recurrences, duties without an end.

A date without a year lies in the year named last in its sentence, else in the notice's year (2021年6月底前…，12月底前 means 2021).
"""

import calendar
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from tasks.notice.numbering import value_of
from tasks.notice.parsed import Deadline, Recurrence, Standing, TimeLimit, Times

Expression = Deadline | TimeLimit | Recurrence | Standing

BEFORE = "(?:之前|以前|前)"
A_YEAR = r"(?P<year>(?:19|20)\d{2}|今|本|当|明)年"
YEAR = rf"(?:{A_YEAR}|(?<![年\d]))"
NOT_AS_OF = "(?<!截至)(?<!截止)(?<!去年)(?<!上年)"
NOT_COUNTED = r"(?<![\d一二三四五六七八九十两几多百半近全])"
FROM_EVENT = "(?:(?:印发|发布|公布|施行|生效|收到|受理|形成|变更|作出|批准|通过|签发|送达|申请)之日起)?"
LIMIT_UNITS = {"小时": "hour", "工作日": "working_day", "日": "day", "天": "day", "月": "month"}
# The month a stretch of the year ends with.
PERIOD_ENDS = {"一季度": 3, "二季度": 6, "三季度": 9, "四季度": 12, "上半年": 6, "下半年": 12}
THIRDS_OF_MONTH = {"上": 10, "中": 20}
STEPS = {"月": 1, "季度": 3, "季": 3, "半年": 6, "年度": 12, "年": 12}
YEAR_WRITTEN = re.compile(r"((?:19|20)\d{2})年")
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


def read_times(text: str, *, year: int, issued_on: date | None) -> Times:
    """Every expression of time in a point; what one convention has read is not read again by the next."""
    rest = text
    read: list[tuple[int, Expression]] = []
    for pattern, reader in CONVENTIONS:
        matches = list(pattern.finditer(rest))
        for found in matches:
            expression = reader(found, Calendar(_year_around(text, found, year), issued_on))
            if expression is not None:
                read.append((found.start(), expression))
        if matches:
            rest = pattern.sub(lambda found: "\0" * len(found[0]), rest)
    read.sort(key=lambda pair: pair[0])
    return Times(
        deadlines=tuple(each for _, each in read if isinstance(each, Deadline)),
        time_limits=tuple(each for _, each in read if isinstance(each, TimeLimit)),
        recurrences=tuple(each for _, each in read if isinstance(each, Recurrence)),
        standing=tuple(each for _, each in read if isinstance(each, Standing)),
    )


def _year_around(text: str, found: re.Match[str], year: int) -> int:
    written = found.groupdict().get("year")
    if written == "明":
        return year + 1
    if written:
        return int(written) if written.isdecimal() else year
    before = text[max(0, found.start() - FAR_ENOUGH_BACK) : found.start()].rpartition("。")[2]
    earlier = YEAR_WRITTEN.findall(before)
    return int(earlier[-1]) if earlier and int(earlier[-1]) >= year else year


def _month_end(year: int, month: int) -> date:
    return date(year, month, calendar.monthrange(year, month)[1])


def _day(found: re.Match[str], around: Calendar) -> Deadline | None:
    try:
        return Deadline(found[0], date(around.year, int(found["month"]), int(found["day"])))
    except ValueError:
        return None


def _end_of_month(found: re.Match[str], around: Calendar) -> Deadline | None:
    month = int(found["month"])
    return Deadline(found[0], _month_end(around.year, month)) if 1 <= month <= 12 else None


def _third_of_month(found: re.Match[str], around: Calendar) -> Deadline | None:
    month, third = int(found["month"]), found["third"]
    if not 1 <= month <= 12:
        return None
    last = _month_end(around.year, month)
    return Deadline(found[0], last.replace(day=THIRDS_OF_MONTH.get(third, last.day)))


def _end_of_period(found: re.Match[str], around: Calendar) -> Deadline:
    return Deadline(found[0], _month_end(around.year, PERIOD_ENDS[found["period"]]))


def _end_of_year(found: re.Match[str], around: Calendar) -> Deadline:
    return Deadline(found[0], date(around.year, 12, 31))


def _limit(found: re.Match[str], around: Calendar) -> TimeLimit | None:
    amount = value_of(found["amount"].replace("两", "二"))
    return TimeLimit(found[0], amount, LIMIT_UNITS[found["unit"]]) if amount else None


def _every_year_on(found: re.Match[str], around: Calendar) -> Recurrence | None:
    month = int(found["month"])
    if not 1 <= month <= 12:
        return None
    last = calendar.monthrange(around.year, month)[1]
    day = int(found["day"] or last) if "day" in found.groupdict() else last
    return Recurrence(found[0], around.coming([(month, min(day, last))])) if day else None


def _every_month_on(found: re.Match[str], around: Calendar) -> Recurrence | None:
    day = int(found["day"])
    days = [(month, min(day, calendar.monthrange(around.year, month)[1])) for month in range(1, 13)]
    return Recurrence(found[0], around.coming(days)) if day else None


def _every(found: re.Match[str], around: Calendar) -> Recurrence:
    """每季度 falls due on the last day of each quarter; 每日 and 每周 name no days."""
    step = STEPS.get(found["step"])
    ends = [_month_end(around.year, month) for month in range(step, 13, step)] if step else []
    return Recurrence(found[0], around.coming([(end.month, end.day) for end in ends]))


def _standing(found: re.Match[str], around: Calendar) -> Standing:
    return Standing(found[0])


# Tried in this order.
CONVENTIONS: tuple[tuple[re.Pattern[str], Reader], ...] = (
    (re.compile(rf"每年(?P<month>\d{{1,2}})月(?P<day>\d{{1,2}})日{BEFORE}?"), _every_year_on),
    (re.compile(rf"每年(?P<month>\d{{1,2}})月底{BEFORE}?"), _every_year_on),
    (re.compile(rf"每个?月(?P<day>\d{{1,2}})日{BEFORE}?"), _every_month_on),
    (re.compile(rf"(?<!人)每个?(?P<step>月|季度|季|半年|年度|年|周|日|天)(?:年?[底末]{BEFORE}?)?"), _every),
    (re.compile(r"按(?P<step>月|季度|季)(?=通报|报送|上报|公布|公开|报告|调度|更新|督查)"), _every),
    (re.compile(rf"{YEAR}(?P<month>\d{{1,2}})月(?P<day>\d{{1,2}})日{BEFORE}"), _day),
    (re.compile(rf"{NOT_AS_OF}{YEAR}(?P<month>\d{{1,2}})月[底末]{BEFORE}?"), _end_of_month),
    (re.compile(rf"{YEAR}(?P<month>\d{{1,2}})月(?P<third>[上中下])旬{BEFORE}"), _third_of_month),
    (re.compile(rf"{YEAR}第?(?P<period>[一二三四]季度|[上下]半年)(?:[底末]?{BEFORE}|[底末]|内)"), _end_of_period),
    (re.compile(rf"{NOT_AS_OF}{A_YEAR}(?:年?[底末]){BEFORE}?"), _end_of_year),
    (re.compile(rf"{NOT_COUNTED}年[底末]{BEFORE}"), _end_of_year),
    (re.compile(rf"{A_YEAR}度?内(?![容部外在涵])"), _end_of_year),
    (re.compile(rf"{NOT_COUNTED}年内(?![容部外在涵])"), _end_of_year),
    (
        re.compile(
            rf"{FROM_EVENT}(?P<amount>\d{{1,4}}|[一二两三四五六七八九十]{{1,3}})个?(?P<unit>工作日|小时|日|天|(?<=个)月)(?:以|之)?内"
        ),
        _limit,
    ),
    (
        re.compile(r"(?<!可)(?:长期|常年|持续)坚持(?!的)|长期(?:推进|开展|实施|执行|任务)(?!的)|全年(?:推进|持续推进)"),
        _standing,
    ),
)
