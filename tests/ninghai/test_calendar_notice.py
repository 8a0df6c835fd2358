"""Reading the State Council's holiday notices as they are pasted."""

from datetime import date

import pytest
from chinese_calendar.constants import holidays, workdays

from ninghai.calendar.holiday_notice import UnreadableNotice, read_notice
from ninghai.models import Workday

HOLIDAY, WORKING = Workday.Kind.HOLIDAY, Workday.Kind.WORKING

NOTICE_2026 = """一、元旦：1月1日（周四）至3日（周六）放假调休，共3天。1月4日（周日）上班。
二、春节：2月15日（农历腊月二十八、周日）至23日（农历正月初七、周一）放假调休，共9天。2月14日（周六）、2月28日（周六）上班。
三、清明节：4月4日（周六）至6日（周一）放假，共3天。
四、劳动节：5月1日（周五）至5日（周二）放假调休，共5天。5月9日（周六）上班。
五、端午节：6月19日（周五）至21日（周日）放假，共3天。
六、中秋节：9月25日（周五）至27日（周日）放假，共3天。
七、国庆节：10月1日（周四）至7日（周三）放假调休，共7天。9月20日（周日）、10月10日（周六）上班。
"""
NOTICE_2019 = """一、元旦：2018年12月30日至2019年1月1日放假调休，共3天。2018年12月29日（星期六）上班。
二、春节：2月4日至10日放假调休，共7天。2月2日（星期六）、2月3日（星期日）上班。
三、清明节：4月5日放假，与周末连休。
五、端午节：6月7日放假，与周末连休。"""


def test_a_whole_notice_is_read_as_the_library_has_it():
    days = read_notice(NOTICE_2026, year=2026)

    assert {day for day, special in days.items() if special.kind == HOLIDAY} == {d for d in holidays if d.year == 2026}
    assert {day for day, special in days.items() if special.kind == WORKING} == {d for d in workdays if d.year == 2026}
    assert days[date(2026, 10, 10)].name == "国庆节"


def test_a_notice_may_change_days_of_the_year_before():
    days = read_notice(NOTICE_2019, year=2019)

    assert [day for day in sorted(days) if day.year == 2018] == [date(2018, 12, day) for day in (29, 30, 31)]
    assert days[date(2018, 12, 29)].kind == WORKING
    assert len(days) == 15


@pytest.mark.parametrize(
    "line",
    [
        "国庆节：10月1日至7日放假，9月29日、30日上班",
        "国庆节:10月1日-10月7日放假;9月29日,9月30日上班",
        "国庆节: 10月１日 至 ７日 放假。 9月29日上班。9月30日上班。",  # noqa: RUF001 - as some keyboards write digits
        "10月1日—7日放假\n9月29日、30日上班",
    ],
)
def test_other_ways_to_write_it(line):
    days = read_notice(line, year=2018)

    assert sorted(day for day, special in days.items() if special.kind == WORKING) == [
        date(2018, 9, 29),
        date(2018, 9, 30),
    ]
    assert len(days) == 9


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "没有读到日期"),
        ("各单位要妥善安排值班。", "没有读到日期"),
        ("元旦：1月1日至3日", "第1行“1月1日至3日”没有写明放假还是上班"),
        ("元旦：1月1日放假。\n春节：2月30日放假。", "第2行“2月30日”不是有效的日期"),
        ("元旦：3日放假。", "第1行“3日”不是有效的日期"),
        ("国庆节：10月7日至1日放假。", "第1行“10月7日至1日”的起止日期不对"),
        ("国庆节：10月1日至12月7日放假。", "第1行“10月1日至12月7日”的起止日期不对"),
        ("元旦：1月1日放假。1月1日上班。", "第1行：2018-01-01既写了放假又写了上班"),
        ("国庆节：10月1日放假；2018年10月1日至3日休息", "没有写明放假还是上班"),
    ],
)
def test_what_cannot_be_read_is_said_with_its_line(text, words):
    with pytest.raises(UnreadableNotice, match=words):
        read_notice(text, year=2018)
