"""What points say about time; the notice plans 2018 and was issued on 2018-08-13."""

from datetime import date

import pytest

from tasks.notices.reading.deadlines import read_times

ISSUED_ON = date(2018, 8, 13)


def times(text):
    return read_times(text, year=2018, issued_on=ISSUED_ON)


@pytest.mark.parametrize(
    ("text", "expression", "day"),
    [
        ("要于2018年11月底前完成", "2018年11月底前", "2018-11-30"),
        ("年内开展工作", "年内", "2018-12-31"),
        ("力争2019年内完成", "2019年内", "2019-12-31"),
        ("今年年底前完成", "今年年底前", "2018-12-31"),
        ("年底前完成", "年底前", "2018-12-31"),
        ("2020年底前完成", "2020年底前", "2020-12-31"),
        ("明年2月底前完成", "明年2月底前", "2019-02-28"),
        ("9月底之前完成", "9月底之前", "2018-09-30"),
        ("10月15日前报送", "10月15日前", "2018-10-15"),
        ("2018年9月3日以前报送", "2018年9月3日以前", "2018-09-03"),
        ("10月中旬前完成", "10月中旬前", "2018-10-20"),
        ("三季度末前完成", "三季度末前", "2018-09-30"),
        ("第四季度内完成", "第四季度内", "2018-12-31"),
        ("力争今年基本完成", "今年", "2018-12-31"),
        ("本年度实现全覆盖", "本年度", "2018-12-31"),
    ],
)
def test_a_deadline_lies_in_the_year_of_the_notice(text, expression, day):
    assert times(text).as_json()["deadlines"] == [{"text": expression, "date": day}]


def test_a_date_without_year_takes_the_year_of_its_sentence():
    found = times("2021年6月底前制定政策，12月底前实现结算。11月底前总结。").deadlines

    assert [deadline.date for deadline in found] == [date(2021, 6, 30), date(2021, 12, 31), date(2018, 11, 30)]


@pytest.mark.parametrize(
    "text",
    [
        "2018年内容更新",
        "近三年内",
        "近年内",
        "2018年9月11日发表讲话",
        "截至2018年7月底",
        "最多100天",
        "上半年工作总结",
        "2018年1月1日至12月31日期间招用",
        "2018年前三季度",
        "每人每月100元",
    ],
)
def test_what_is_no_deadline_is_left_alone(text):
    assert times(text) == times("")


@pytest.mark.parametrize(
    ("text", "expression", "amount", "unit"),
    [
        ("应在24小时内举行", "24小时内", 24, "hour"),
        ("审批后1个工作日内公开", "1个工作日内", 1, "working_day"),
        ("压缩至5个工作日以内", "5个工作日以内", 5, "working_day"),
        ("十五个工作日内答复", "十五个工作日内", 15, "working_day"),
        ("意见印发之日起30日内", "印发之日起30日内", 30, "day"),
        ("两天之内", "两天之内", 2, "day"),
        ("7个自然日内", "7个自然日内", 7, "day"),
        ("1个月内", "1个月内", 1, "month"),
    ],
)
def test_a_limit_counted_from_an_event_is_no_deadline(text, expression, amount, unit):
    found = times(text).as_json()

    assert found["time_limits"] == [{"text": expression, "amount": amount, "unit": unit}]
    assert found["deadlines"] == []


@pytest.mark.parametrize(
    ("text", "expression", "days"),
    [
        ("每季度通报", "每季度", ["2018-09-30", "2018-12-31"]),
        ("每半年评估", "每半年", ["2018-12-31"]),
        ("每年公布", "每年", ["2018-12-31"]),
        ("每年1月31日前公布", "每年1月31日前", ["2019-01-31"]),
        ("每年年底前总结", "每年年底前", ["2018-12-31"]),
        ("每月5日前报送", "每月5日前", ["2018-09-05", "2018-10-05", "2018-11-05", "2018-12-05"]),
        ("按季度通报", "按季度", ["2018-09-30", "2018-12-31"]),
        ("每周更新", "每周", []),
    ],
)
def test_a_recurrence_names_the_days_still_to_come(text, expression, days):
    found = times(text).as_json()

    assert found["recurrences"] == [{"text": expression, "dates": days}]
    assert found["deadlines"] == []


@pytest.mark.parametrize(
    ("text", "standing"), [("长期坚持", ["长期坚持"]), ("可长期坚持的做法", []), ("常态化抽查", [])]
)
def test_a_standing_duty_has_no_end(text, standing):
    assert [each.text for each in times(text).standing] == standing


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("上半年完成", "2018-06-30"),
        ("十一月底前完成", "2018-11-30"),
        ("11月30日（星期五）下班前报送", "2018-11-30"),
        ("2018.11.30前报送", "2018-11-30"),
        ("即日起至2018年12月31日", "2018-12-31"),
        ("十二月三十一日前完成", "2018-12-31"),
        ("二〇一九年八月十五日前完成", "2019-08-15"),
        ("二○一八年十一月底前完成", "2018-11-30"),
        ("不迟于12月15日报送", "2018-12-15"),
        ("最迟于2019年1月5日报送", "2019-01-05"),
        ("本年度内完成", "2018-12-31"),
        ("年度内完成", "2018-12-31"),
        ("次年1月底前公布", "2019-01-31"),
        ("第3季度末", "2018-09-30"),
    ],
)
def test_a_deadline_may_be_written_in_other_ways(text, day):
    assert [deadline.date.isoformat() for deadline in times(text).deadlines] == [day]


@pytest.mark.parametrize(
    ("text", "amount", "unit"), [("三年内建成", 36, "month"), ("半年内完成", 6, "month"), ("一周内答复", 7, "day")]
)
def test_longer_limits_count_in_months_and_days(text, amount, unit):
    assert [(limit.amount, limit.unit) for limit in times(text).time_limits] == [(amount, unit)]


@pytest.mark.parametrize(
    ("due", "day"),
    [
        ("11月", "2018-11-30"),
        ("2018.11", "2018-11-30"),
        ("2018-11-30", "2018-11-30"),
        ("8—10月", "2018-10-31"),
        ("11月中旬", "2018-11-20"),
        ("年底", "2018-12-31"),
        ("四季度", "2018-12-31"),
    ],
)
def test_a_column_of_time_limits_needs_few_words(due, day):
    found = read_times("", year=2018, issued_on=ISSUED_ON, due=due)

    assert [deadline.date.isoformat() for deadline in found.deadlines] == [day]


@pytest.mark.parametrize("due", ["全年", "长期", "持续推进"])
def test_a_column_of_time_limits_may_name_no_end(due):
    assert [each.text for each in read_times("", year=2018, issued_on=ISSUED_ON, due=due).standing] == [due]


def test_days_that_share_one_word_before_are_each_due():
    found = times("分别于9月15日、10月15日和11月15日前报送").deadlines

    assert [(each.text, each.date.isoformat()) for each in found] == [
        ("9月15日", "2018-09-15"),
        ("10月15日", "2018-10-15"),
        ("11月15日前", "2018-11-15"),
    ]


@pytest.mark.parametrize(
    ("text", "expression", "days"),
    [
        ("每年7月公开审计结果", "每年7月", ["2019-07-31"]),
        ("每年的9月和12月报送", "每年的9月和12月", ["2018-09-30", "2018-12-31"]),
        ("于3、6、9、12月底前报送", "3、6、9、12月底前", ["2018-09-30", "2018-12-31"]),
        ("于3、6、9、12月20日前报送", "3、6、9、12月20日前", ["2018-09-20", "2018-12-20"]),
    ],
)
def test_months_that_come_again_are_no_single_deadline(text, expression, days):
    found = times(text)

    assert found.as_json()["recurrences"] == [{"text": expression, "dates": days}]
    assert (found.deadlines, found.unread) == ((), ())


def test_months_that_do_not_exist_are_doubtful():
    assert [each.text for each in times("于3、16月20日前报送").doubtful] == ["3、16月20日前"]
