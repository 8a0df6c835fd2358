"""The ways in which a county writes dates, limits and recurrences (时间写法), each a pattern with what it means.

A convention whose reader answers None is known to set nothing: what was done already, a state as of a day, a period that
only describes. A convention of the next county is one more row.
"""

import calendar
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

from tasks.notices.reading.numbering import value_of
from tasks.notices.reading.parsed import Deadline, Doubtful, OngoingDuty, Recurrence, TimeLimit

Expression = Deadline | TimeLimit | Recurrence | OngoingDuty | Doubtful

BEFORE = "(?:之前|以前|前|为?止)"
A_YEAR = r"(?P<year>(?:19|20)\d{2}|(?<!\d)[12]\d(?=年\d{1,2}月)|[今本当明次翌])年"
YEAR = rf"(?:{A_YEAR}|(?<![年\d十]))"
A_MONTH = r"(?:\d{1,2}|十[一二]?|[一二三四五六七八九])月"
MONTH = r"(?P<month>\d{1,2}|十[一二]?|[一二三四五六七八九])月份?"
A_DAY = r"(?:\d{1,2}|三十一?|二?十[一二三四五六七八九]?|[一二三四五六七八九])[日号]"
# 11月30日(星期五)下班前  11月30日17:00前
HOUR = r"(?:[(（][^()（）]{1,6}[)）])?(?:下班|[上中下]午)?(?:\d{1,2}(?:[:：]\d{2}|[时点]))?"
DAY = rf"(?P<day>\d{{1,2}}|三十一?|二?十[一二三四五六七八九]?|[一二三四五六七八九])[日号]{HOUR}"
MONTH_DAY = rf"{A_MONTH}份?(?:{A_DAY}{HOUR}|[底末]|[上中下]旬)"
# A day, month or year of any precision, without groups.
ANY_YEAR = r"(?:(?:19|20)\d{2}|[今本当明次翌去])年"
ANY_DATE = rf"(?:(?:{ANY_YEAR})?{A_MONTH}份?(?:{A_DAY}|[底末]|[上中下]旬)?|{ANY_YEAR}[底末]?)"
TO = "(?:至|到|[-—–~\uff5e]{1,2})"
GAP = "[^。；;\n年月日每季]{0,60}?"  # within a sentence, up to the next word about time
NOT_AS_OF = "(?<!截至)(?<!截止)(?<!去年)(?<!上年)"
NOT_COUNTED = r"(?<![\d一二三四五六七八九十两几多百半近全])"
FROM_EVENT = (
    "(?:(?:印发|发布|公布|施行|生效|收到|受理|形成|变更|作出|批准|通过|签发|送达|申请|公示|办结|结束|登记)之日起)?"
)
NUMERAL = r"[\d一二三四五六七八九十]"
NOT_OF_A_MONTH = "".join(f"(?<!{NUMERAL}月{NUMERAL * more})" for more in range(3))  # 9月30日内 is no limit of 30 days
TO_BE_DONE = "(?:要|应|需|须|前|力争|确保|全面|基本|全部|完成|建成|出台|印发|制定|编制|实现|启动|上线|报送)"
# What is done in a stretch of time that is named before it: 11月完成, 一季度投入运行; nouns (上半年工作总结) are none.
DONE_IN_IT = (
    "(?:要|应|需|须|力争|确保|全面|基本|全部|正式|陆续|集中|组织|完成|建成|出台|印发|制定|编制|实现|启动|上线|报送|投入|投用"
    "|投产|试运行|运行|运营|开工|竣工|开通|开放|开展|举办|召开|公开|公布|发布|验收|交付|落地|实施|推开|铺开|到位|取得|达到"
    "|反馈|办结|整改|建立|形成|提交|上报|汇总|更新|修订|部署)(?![^，。；]{0,6}的)"
)
# Behind a date: it speaks of what has been, or only describes what is meant.
IS_PAST = (
    "(?:以来|已|就已|起?施行|起?生效|期间|之间"
    "|(?:印发|出台|发布|公布|制定|召开|修订|通过|建成|形成|发生|成立|签订)的|发表|讲话|视察|考察|调研时)"
)
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
A_LIMIT = (
    r"(?P<amount>\d{1,4}|[一二两三四五六七八九十]{1,3}|半)个?"
    r"(?P<unit>工作日|小时|自然日|日|天|周|星期|(?<=个)月|(?<=个)季度|年)"
)
HALVES = {"月": ("day", 15), "年": ("month", 6)}
# The month a stretch of the year ends with.
PERIOD_ENDS = {"一季度": 3, "二季度": 6, "三季度": 9, "四季度": 12, "上半年": 6, "下半年": 12}
PERIOD = "第?(?P<period>[一二三四1-4]季度|[上下]半年)"
THIRDS_OF_MONTH = {"上": 10, "中": 20}
STEPS = {"月": 1, "月度": 1, "季度": 3, "季": 3, "半年": 6, "年度": 12, "年": 12}
STEP = "(?P<step>月度?|季度|季|半年|年度|年|周|日|天|旬)"
FIRST_MONTHS = ("首", "第一个", "第1个")


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


# Days.


def month_end(year: int, month: int) -> date:
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
    return Deadline(found[0], month_end(around.year, month)) if 1 <= month <= 12 else _impossible(found)


def _third_of_month(found: re.Match[str], around: Calendar) -> Expression:
    month, third = value_of(found["month"]), found["third"]
    if not 1 <= month <= 12:
        return _impossible(found)
    last = month_end(around.year, month)
    return Deadline(found[0], last.replace(day=THIRDS_OF_MONTH.get(third, last.day)))


def _end_of_period(found: re.Match[str], around: Calendar) -> Deadline:
    return Deadline(found[0], month_end(around.year, PERIOD_ENDS[_period(found["period"])]))


def _period(written: str) -> str:
    return f"{'一二三四'[int(written[0]) - 1]}{written[1:]}" if written[0].isdecimal() else written


def _end_of_year(found: re.Match[str], around: Calendar) -> Deadline:
    return Deadline(found[0], date(around.year, 12, 31))


def _end_of_range(found: re.Match[str], around: Calendar) -> Expression | None:
    """自5月1日至10月31日, 4月—9月, 2018年至2020年: the last day of what comes second."""
    end = found["end"]
    years = re.findall(r"(?:19|20)\d{2}", found[0])
    year = int(years[-1]) if years else around.year
    month_day = re.search(rf"(?P<month>{A_MONTH})", end)
    if month_day is None:
        return Deadline(found[0], date(year, 12, 31))
    month, day = _month_and_day(end[month_day.start() :], year) or (0, 0)
    return Deadline(found[0], date(year, month, day)) if month else _impossible(found)


# Again and again.


def _every_year_on(found: re.Match[str], around: Calendar) -> Expression:
    """每年1月31日前, 每年6月底和12月底前, 每年…并于12月31日前."""
    days = [_month_and_day(written, around.year) for written in re.findall(f"{MONTH_DAY}|{A_MONTH}", found[0])]
    known = [day for day in days if day]
    return Recurrence(found[0], around.coming(known)) if len(known) == len(days) else _impossible(found)


def _month_and_day(written: str, year: int) -> tuple[int, int] | None:
    """11月, 十一月底, 11月上旬 and 11月30日 as the month and the day with which they end."""
    name, _, rest = written.partition("月")
    month = value_of(name)
    if not 1 <= month <= 12:
        return None
    last = calendar.monthrange(year, month)[1]
    day = last
    if rest[1:2] == "旬":
        day = THIRDS_OF_MONTH.get(rest[0], last)
    elif found := re.match(A_DAY, rest):
        day = value_of(found[0])
    return (month, min(day, last)) if 1 <= day <= 31 else None


def _every_month_on(found: re.Match[str], around: Calendar) -> Expression:
    return _each(found, around, months=range(1, 13))


def _every_quarter_on(found: re.Match[str], around: Calendar) -> Expression:
    """每季度首月10日前, 每季度末月25日前."""
    return _each(found, around, months=range(1 if found["which"] in FIRST_MONTHS else 3, 13, 3))


def _each(found: re.Match[str], around: Calendar, *, months: range | list[int]) -> Expression:
    day = value_of(found["day"])
    if not 1 <= day <= 31:
        return _impossible(found)
    days = [(month, min(day, calendar.monthrange(around.year, month)[1])) for month in months]
    return Recurrence(found[0], around.coming(days))


def _every(found: re.Match[str], around: Calendar) -> Recurrence:
    """每季度 falls due on the last day of each quarter, 每两个月 of each second month; 每日 and 每周 name no days."""
    count = value_of((found.groupdict().get("count") or "1").replace("两", "二")) or 1
    step = STEPS.get(found["step"], 0) * count
    return Recurrence(found[0], _ends(range(step, 13, step), around) if 0 < step <= 12 else ())


def _in_periods(found: re.Match[str], around: Calendar) -> Recurrence:
    """上、下半年各1次; 一、三季度."""
    unit = "半年" if "半年" in found[0] else "季度"
    months = [PERIOD_ENDS[_period(f"{which}{unit}")] for which in re.findall("[一二三四1-4上下]", found["periods"])]
    return Recurrence(found[0], _ends(months, around))


def _in_months(found: re.Match[str], around: Calendar) -> Expression:
    """6月、12月各1次."""
    months = [value_of(written) for written in re.findall(A_MONTH, found[0])]
    if not all(1 <= month <= 12 for month in months):
        return _impossible(found)
    return Recurrence(found[0], _ends(months, around))


def _in_counted_months(found: re.Match[str], around: Calendar) -> Expression:
    """3、6、9、12月底前, 3、6、9、12月20日前."""
    months = [int(written) for written in re.findall(r"\d+", found["months"])]
    if not all(1 <= month <= 12 for month in months):
        return _impossible(found)
    return _each(found, around, months=sorted(months)) if found["day"] else Recurrence(found[0], _ends(months, around))


def _ends(months: range | list[int], around: Calendar) -> tuple[date, ...]:
    ends = [month_end(around.year, month) for month in sorted(months)]
    return around.coming([(end.month, end.day) for end in ends])


# Without a day.


def _limit(found: re.Match[str], around: Calendar) -> Expression | None:
    if found["amount"] == "半":
        half = HALVES.get(found["unit"])
        return TimeLimit(found[0], half[1], half[0]) if half else Doubtful(found[0], "不是整数，请补充办理时限")
    amount = value_of(found["amount"].replace("两", "二"))
    unit, times = LIMIT_UNITS[found["unit"]]
    return TimeLimit(found[0], amount * times, unit) if amount else Doubtful(found[0], "没有写明是多少，请补充办理时限")


def _standing(found: re.Match[str], around: Calendar) -> OngoingDuty:
    return OngoingDuty(found[0])


def _no_certain_day(found: re.Match[str], around: Calendar) -> Doubtful:
    return Doubtful(found[0], "没有写明是哪一天，请补充完成时限")


def _sets_nothing(found: re.Match[str], around: Calendar) -> None:
    return None


def _as_of(found: re.Match[str], around: Calendar) -> Doubtful | None:
    """截至2017年底 tells a state; of a day still to come 截至10月31日 may also be a deadline."""
    years = re.findall(r"(?:19|20)\d{2}", found[0])
    year = int(years[-1]) if years else around.year
    month = re.search(A_MONTH, found[0])
    month_day = _month_and_day(found[0][month.start() :], year) if month else (12, 31) if years else None
    if month_day and date(year, *month_day) > around.start:
        return Doubtful(found[0], "可能是统计的日子，也可能是截止的日子，请核对是否需要填写时限")
    return None


def _conventions(*conventions: tuple[str, Reader]) -> Iterator[tuple[re.Pattern[str], Reader]]:
    return ((re.compile(pattern), reader) for pattern, reader in conventions)


# Tried in this order.
CONVENTIONS: Conventions = tuple(
    _conventions(
        # 2017年底前已完成的, 2015年至2017年出台的, 截至2018年10月底, 《…行动计划（2018—2020年）》
        (rf"(?:自|从)?{ANY_DATE}(?:{TO}{ANY_DATE})?(?:起|内|{BEFORE})?(?={IS_PAST})", _sets_nothing),
        (rf"(?:截至|截止)到?(?:目前|{ANY_DATE}{BEFORE}?|[上去本]年[底末])", _as_of),
        (r"[(（](?:19|20)\d{2}年?[-—–~\uff5e至到]{1,2}(?:19|20)\d{2}年?度?[)）]", _sets_nothing),
        (rf"(?<=人)每个?{STEP}", _sets_nothing),
        # Again and again, on a day that the sentence names.
        (rf"每年(?:度的?)?{MONTH_DAY}{BEFORE}?(?:[、和及,，]{MONTH_DAY}{BEFORE}?){{0,11}}", _every_year_on),
        (rf"每年(?:度?的)?{A_MONTH}份?(?:[、和及]{A_MONTH}份?){{0,11}}内?(?![\d底末上中下初])", _every_year_on),
        (rf"每年{GAP}(?<![年\d十]){MONTH_DAY}{BEFORE}?(?:[、和及]{MONTH_DAY}{BEFORE}?){{0,11}}", _every_year_on),
        (rf"(?:每个?月|逐月|按月)(?:{GAP}(?:次月|下月|当月|本月|月))?{DAY}{BEFORE}?", _every_month_on),
        (
            rf"(?:(?:每个?|按|逐)季度?{GAP})?(?:每个?|各|次|下|该)?(?:季度?)?的?(?P<which>首|第一个|第1个|末|最后一个)个?月份?"
            rf"的?{DAY}{BEFORE}?",
            _every_quarter_on,
        ),
        (r"(?P<periods>上(?:半年)?[、和及]下)半年(?:各\S{0,2}次)?", _in_periods),
        (r"第?(?P<periods>[一二三四1-4](?:[、和及,，]第?[一二三四1-4]){1,3})季度(?:各\S{0,2}次|[底末])?", _in_periods),
        (rf"{A_MONTH}份?(?:[、和及,，]{A_MONTH}份?){{1,11}}[底末]?(?:{BEFORE})?各(?:\S{{0,2}}次)?", _in_months),
        (
            rf"(?<![\d.．])(?P<months>\d{{1,2}}(?:[、,，和及]\d{{1,2}}){{1,11}})月份?(?:{DAY}{BEFORE}|[底末]{BEFORE}?)",
            _in_counted_months,
        ),
        (rf"[一每]{STEP}[一1](?:次|(?=[报评考调督通更]))", _every),
        (rf"每隔?(?P<count>[两二三四五六\d])个?{STEP}(?:[底末]{BEFORE}?)?", _every),
        (rf"(?:每个?|各(?=季度|年度|月度)){STEP}(?:年?[底末]{BEFORE}?)?(?![份之])", _every),
        (
            rf"按{STEP}(?=通报|报送|上报|公布|公开|报告|调度|更新|督查|梳理|汇总|反馈|检查|开展|发布|分析|评估|统计|自查|考核)",
            _every,
        ),
        (r"逐(?P<step>月|季度?)", _every),
        # A stretch of time: its end.
        (
            rf"(?:自|从)?(?:{ANY_DATE}|(?:19|20)\d{{2}}|\d{{1,2}})起?{TO}(?P<end>{ANY_DATE})(?:{BEFORE}|结束)?"
            rf"(?!{IS_PAST}|招|的)",
            _end_of_range,
        ),
        # A day.
        (rf"(?:截止|截至)(?:时间|日期)[为是:：]?{YEAR}{MONTH}{DAY}", _day),
        # 6月15日和11月15日前
        (
            rf"{YEAR}{MONTH}{DAY}(?=(?:[、和及]{A_MONTH}{A_DAY}){{0,11}}[、和及]{A_MONTH}{A_DAY}{HOUR}{BEFORE})",
            _day,
        ),
        (rf"{YEAR}{MONTH}{DAY}{BEFORE}", _day),
        (r"(?<![\d.])(?P<year>(?:19|20)\d{2})[-./](?P<month>\d{1,2})[-./](?P<day>\d{1,2})日?" + BEFORE, _day),
        (rf"(?:不[迟晚]于|最[迟晚](?:于|在)?|不得[迟晚]于){YEAR}{MONTH}{DAY}", _day),
        (rf"(?:即日|现在)起?[至到](?:{A_YEAR})?{MONTH}(?P<day>\d{{1,2}})日(?:止|前|结束)?", _day),
        (rf"{YEAR}{MONTH}{DAY}(?=完成|上线|报送|上报|反馈|启动|投入|开工|竣工|办结|建成)", _day),
        # 6月、9月、12月底前
        (
            rf"{NOT_AS_OF}{YEAR}{MONTH}(?=(?:[、和及]{A_MONTH}){{0,11}}[、和及]{A_MONTH}[底末]{BEFORE})",
            _end_of_month,
        ),
        (rf"{NOT_AS_OF}{YEAR}{MONTH}[底末]{BEFORE}?", _end_of_month),
        (rf"{NOT_AS_OF}{YEAR}{MONTH}(?P<third>[上中下])旬(?:末|底)?{BEFORE}?", _third_of_month),
        (rf"{NOT_AS_OF}{YEAR}{MONTH}内?(?={DONE_IN_IT})", _end_of_month),
        (
            rf"{YEAR}{PERIOD}(?:[底末]?{BEFORE}|[底末]|内|(?={TO_BE_DONE}|{DONE_IN_IT}))",
            _end_of_period,
        ),
        (rf"{NOT_AS_OF}{A_YEAR}(?:年?[底末]){BEFORE}?", _end_of_year),
        (rf"{NOT_COUNTED}年[底末](?:{BEFORE}|(?=完成|建成|实现))", _end_of_year),
        (rf"{A_YEAR}度?内(?![容部外在涵])", _end_of_year),
        (rf"{NOT_COUNTED}(?<![上各])年度?内(?![容部外在涵])", _end_of_year),
        (r"(?<!截)[到至](?P<year>(?:19|20)\d{2})年(?![度\d])", _end_of_year),
        (rf"{A_YEAR}度?(?=(?:要|应|需|力争|确保|全面|基本|全部){{0,3}}(?:完成|建成|实现|达到))", _end_of_year),
        # A limit counted from an event.
        (
            rf"{FROM_EVENT}(?<![近前第])(?<!过去){NOT_OF_A_MONTH}{A_LIMIT}(?:以|之)?内(?![容部外在涵])",
            _limit,
        ),
        (rf"(?:(?<=压缩)[至到为]|(?<=缩短)[至到为]|不得?超过|限(?=\d)){A_LIMIT}", _limit),
        (
            r"(?<!可)(?:长期|常年|持续)坚持(?!的)|长期(?:推进|开展|实施|执行|任务)(?!的)|全年(?:推进|持续推进)|即日起"
            r"|[立即边][行知查整接][立即边][改纠办]",
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
        (rf"(?:(?:(?:19|20)\d{{2}}年)?\d{{1,2}}月?[-—–~\uff5e至])?{YEAR}{MONTH}(?![初中])", _end_of_month),
        (rf"{YEAR}{PERIOD}", _end_of_period),
        (r"(?P<amount>\d{1,4})个?(?P<unit>工作日|小时|天)", _limit),
        (rf"{A_YEAR}度?(?!{A_MONTH})|(?<!\d)年[底末]", _end_of_year),
        (r"贯穿全年|全年|长期|常年|持续(?:推进|实施|开展)?|常态化?(?:推进|开展)?", _standing),
    )
)
