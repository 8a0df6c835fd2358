"""The forms of each report year, what they are held against, and how the register is counted into them."""

from datetime import date

import pytest

from disclosure.annual_reports.blanks import BLANKS, NoBlank, ReportCell, blank_of
from disclosure.annual_reports.checks import Severity, checks, likeness
from disclosure.annual_reports.figures import NOT_APPLICABLE, NotAFigure, added, put, read, value_at, with_sums
from disclosure.annual_reports.tally import ROWS, RemedyFacts, RequestFacts, tally
from disclosure.requests.rules.answers import ANSWERS
from tests.disclosure.annual_reports.shapes import CATEGORIES, broken, told, whole

A_DAY = date(2021, 3, 1)


def test_y01_the_form_is_that_of_the_year_reported_on():
    assert [blank_of(year).code for year in (2018, 2019, 2020, 2021)] == ["A", "B", "B", "C"]
    with pytest.raises(NoBlank, match="还没有施行"):
        blank_of(2007)


@pytest.mark.parametrize(("year", "rows", "leaves"), [(2020, 23, 19), (2021, 25, 21)])
def test_table_3_has_the_rows_and_cells_of_its_form(year, rows, leaves):
    blank = blank_of(year)

    assert len(blank.table("3").rows) == rows
    assert len(list(blank.table("3").cells())) == rows * 7
    assert len(list(blank.table("4").cells())) == 15
    assert {len(each.left) for each in blank.identities if each.rule.startswith("各项办理结果")} == {leaves}


@pytest.mark.parametrize("blank", BLANKS, ids=lambda blank: blank.code)
def test_every_identity_is_about_cells_that_the_form_has(blank):
    named = {cell for each in blank.identities for cell in (*each.left, *each.right)}

    assert named <= set(blank.cells())
    assert len(blank.cells()) == len(set(blank.cells()))


def test_every_answer_has_its_row_in_every_form():
    for blank in BLANKS:
        facts = [
            RequestFacts(number=each.code, received_on=A_DAY, category="person", answer=each.code, answered_on=A_DAY)
            for each in ANSWERS
        ]
        assert set(tally(facts, blank=blank, year=2021).cases) <= set(blank.cells())
    assert set(ROWS.values()) == {row.key for row in blank_of(2021).table("3").rows} - {"一", "二", "三（七）", "四"}


def test_y04_the_sums_of_a_real_report_are_reckoned():
    figures = whole(2021, 一=dict(zip(CATEGORIES, (3746, 63, 0, 0, 19, 2), strict=True)))
    outcomes = ("结果维持", "结果纠正", "其他结果", "尚未审结")
    real = {
        "行政复议": (119, 25, 91, 24),
        "行政诉讼（未经复议直接起诉）": (7, 0, 15, 6),
        "行政诉讼（复议后起诉）": (21, 1, 7, 9),
    }
    for row, values in real.items():
        for outcome, value in zip(outcomes, values, strict=True):
            put(figures, ReportCell("4", row, outcome), value)
        put(figures, ReportCell("4", row, "总计"), None)
    figures = with_sums(figures, blank_of(2021))

    assert value_at(figures, ReportCell("3", "一", "总计")) == 3830
    assert [value_at(figures, ReportCell("4", row, "总计")) for row in real] == [259, 28, 38]


def test_y05_exactly_the_rules_that_break_are_named_with_both_sides():
    figures = whole(2021, 一={"自然人": 3}, **{"三（一）": {"自然人": 2}, "三（四）1": {"自然人": 1}})
    assert broken(2021, told(2021, figures)) == []

    put(figures, ReportCell("3", "三（一）", "总计"), 3)

    assert [(each.rule, each.place, each.left, each.right) for each in broken(2021, told(2021, figures))] == [
        ("各项办理结果之和＝办理结果总计", "表3“总计”列", 4, 3),
        ("各类申请人之和＝总计", "表3“三（一）”行", 2, 3),
    ]


def test_every_check_says_in_a_sentence_where_what_and_what_to_do():
    """Each kind of check at once: no sentence is left to be guessed."""
    last, now = whole(2021, 一={"自然人": 50}, 四={"自然人": 50}), whole(2022, 一={"自然人": 3})
    put(now, ReportCell("2", "规章", "本年制发件数"), None)
    texts = {"总体情况": "本年收到申请9件。", "其他需要报告的事项": "没有其他事项。", "存在的主要问题及改进情况": ""}
    report, units = told(2022, now, **texts), whole(2022, 一={"自然人": 2})

    found = checks(report, blank=blank_of(2022), last=told(2021, last, **texts), last_blank=blank_of(2021), units=units)
    sentences = [str(each) for each in found if not each.is_met]

    assert {each.rule for each in found if not each.is_met} >= {
        "每一格都要填写，没有的填0，不涉及的填“不适用”",
        "上年报告的结转下年度＝本年的上年结转",
        "正文写的数字＝表中的数字",
        "与上年相差5倍以上",
        "各单位之和＝全县",
        "这一部分要有文字",
        "要写明有没有收取信息处理费",
    }
    for sentence in sentences:
        assert "None" not in sentence
        assert "是 空" not in sentence
        assert "请" in sentence or "填0" in sentence
        assert sentence.endswith("。")
    assert (
        "表3“一 本年新收政府信息公开申请数量”行“自然人”列：上年是 50，本年是 3，相差5倍以上。请核对；填得没有错的，不用改。"
        in sentences
    )
    assert (
        "正文“收到申请9”：正文写的是 9，表3“一 本年新收政府信息公开申请数量”行“总计”列是 3，应当相等。"
        "请核对，改正写错的一处。"
    ) in sentences


def test_a_wrong_figure_breaks_the_balance_of_its_column():
    figures = whole(2021, 一={"商业企业": 3}, **{"三（一）": {"商业企业": 2}})

    rules = [(each.rule, each.place) for each in broken(2021, told(2021, figures))]

    balance = "本年新收＋上年结转＝办理结果总计＋结转下年度"
    assert rules == [(balance, "表3“商业企业”列"), (balance, "表3“总计”列")]


def test_y07_what_is_in_force_follows_from_last_years():
    last, now = whole(2021), whole(2022)
    row = "行政规范性文件"
    put(last, ReportCell("2", row, "现行有效件数"), 41)
    for column, value in (("本年制发件数", 3), ("本年废止件数", 5), ("现行有效件数", 40)):
        put(now, ReportCell("2", row, column), value)

    (found,) = broken(2022, told(2022, now), last=told(2021, last))

    assert (found.left, found.right, found.severity) == (39, 40, Severity.BLOCKS)


def test_what_was_carried_over_is_what_last_year_said():
    last = whole(2021, 一={"自然人": 5}, 四={"自然人": 5})
    now = whole(2022, 二={"自然人": 4}, **{"三（一）": {"自然人": 4}})

    found = broken(2022, told(2022, now), last=told(2021, last))

    assert [(each.place, each.left, each.right, each.severity) for each in found] == [
        ("表3“自然人”列", 5, 4, Severity.BLOCKS),
        ("表3“总计”列", 5, 4, Severity.BLOCKS),
    ]


def ouhai_2018():
    counts = {"已主动公开": 3, "同意公开": 6, "同意部分公开": 7, "不属于本机关公开": 1, "申请信息不存在": 1}
    counts |= {"告知作出更改补充": 10, "按照其他途径办理": 1, "网络申请数": 8, "信函申请数": 22}
    counts |= {"收到申请总数": 30, "答复申请总数": 30}
    return whole(2018, **{row: {"数量": value} for row, value in counts.items()})


def test_y08_a_real_wrong_report_is_told_and_needs_a_reason():
    (found,) = broken(2018, told(2018, ouhai_2018()))

    assert (found.left, found.right, found.severity) == (29, 30, Severity.REASON)
    assert str(found) == (
        "统计表：“各类答复数之和”是 29，“答复申请总数”是 30，应当相等。请核对；填得没有错的，提交时写明原因。"
    )


@pytest.mark.parametrize("year", [2018, 2019, 2021])
def test_y14_without_requests_there_are_zeros_not_blanks(year):
    figures = tally([], blank=blank_of(year), year=year).figures

    assert {value for rows in figures.values() for cells in rows.values() for value in cells.values()} == {0}
    assert broken(year, told(year, whole(year))) == []


def test_y14_the_last_part_says_whether_fees_were_charged():
    (found,) = broken(2021, told(2021, whole(2021), 其他需要报告的事项="没有其他事项。"))

    assert (found.place, found.left) == ("“其他需要报告的事项”", "没有写明")


def test_an_empty_cell_is_no_zero():
    figures = whole(2021)
    put(figures, ReportCell("2", "规章", "本年制发件数"), None)
    put(figures, ReportCell("2", "行政许可", "本年处理决定数量"), NOT_APPLICABLE)

    (found,) = broken(2021, told(2021, figures))

    assert (found.left, found.right) == (found.right - 1, len(blank_of(2021).cells()))


def test_y11_a_request_that_was_split_counts_by_its_parts_and_says_so():
    parts = [
        RequestFacts(number=f"7-{part}", received_on=A_DAY, category="person", split_of="县财政局公开申〔2021〕7号")
        for part in (1, 2, 3)
    ]

    found = tally(parts, blank=blank_of(2021), year=2021)

    assert value_at(found.figures, ReportCell("3", "一", "总计")) == 3
    assert found.notes == ["其中拆分：县财政局公开申〔2021〕7号拆分为3件。"]


def test_the_day_of_the_answer_decides_the_year_and_what_is_open_is_carried_over():
    facts = [
        RequestFacts(number="早", received_on=date(2020, 12, 30), category="legal", answer="open", answered_on=A_DAY),
        RequestFacts(number="晚", received_on=date(2021, 12, 30), category="person", answer="repeat", answered_on=date(2022, 1, 4)),
        RequestFacts(number="未", received_on=date(2021, 12, 31), category="person"),
    ]  # fmt: skip
    found = {year: tally(facts, blank=blank_of(year), year=year) for year in (2020, 2021, 2022)}

    def at(year: int, row: str) -> object:
        return value_at(found[year].figures, ReportCell("3", row, "总计"))

    assert [at(2020, row) for row in ("一", "二", "三（七）", "四")] == [1, 0, 0, 1]
    assert [at(2021, row) for row in ("一", "二", "三（一）", "三（七）", "四")] == [2, 1, 1, 1, 2]
    assert [at(2022, row) for row in ("一", "二", "三（五）2", "四")] == [0, 2, 1, 1]
    assert found[2021].cases[ReportCell("3", "二", "法律服务机构")] == facts[:1]
    for year, each in found.items():
        filled = whole(year)
        report = told(year, {**filled, "3": each.figures["3"], "4": each.figures["4"]})
        assert broken(year, report) == []


def test_reconsiderations_count_when_decided_and_are_open_until_then():
    review = RemedyFacts(kind="review", begun_on=date(2021, 11, 1), decided_on=date(2022, 1, 10), outcome="corrected")
    facts = [RequestFacts(number="1", received_on=A_DAY, category="person", remedies=(review,))]

    def at(year: int, outcome: str) -> object:
        return value_at(tally(facts, blank=blank_of(year), year=year).figures, ReportCell("4", "行政复议", outcome))

    assert [at(2021, outcome) for outcome in ("结果纠正", "尚未审结", "总计")] == [0, 1, 1]
    assert [at(2022, outcome) for outcome in ("结果纠正", "尚未审结", "总计")] == [1, 0, 1]
    assert at(2023, "总计") == 0


def test_y17_the_county_is_the_sum_of_the_units_cell_by_cell():
    units = [whole(2021, 一={"自然人": 3}, 四={"自然人": 3}), whole(2021, 一={"其他": 2}, 四={"其他": 2})]
    county = added(units, blank_of(2021))
    assert broken(2021, told(2021, county), units=county) == []

    wrong = whole(2021, 一={"自然人": 4, "其他": 2}, 四={"自然人": 4, "其他": 2})

    found = broken(2021, told(2021, wrong), units=county)
    assert ("表3“一”“自然人”", 3, 4) in [(each.place, each.left, each.right) for each in found]


def test_text_and_table_agree():
    figures = whole(2021, 一={"自然人": 3}, 四={"自然人": 3})

    (found,) = broken(2021, told(2021, figures, 总体情况="全年收到政府信息公开申请4件，行政复议0件。"))
    (besides,) = broken(2021, told(2021, figures, 总体情况="全年收到申请3件，上年收到申请4件。"))

    assert (found.left, found.right, found.severity) == (4, 3, Severity.BLOCKS)
    assert (besides.left, besides.right, besides.severity) == (4, 3, Severity.REASON)
    parts = broken(2021, told(2021, figures, 总体情况="网上收到申请2件，当面收到申请1件。"))
    assert [(each.left, each.severity) for each in parts] == [(2, Severity.REASON), (1, Severity.REASON)]


FORM_A = {
    "主动公开政府信息数": ("全年主动公开政府信息 1,200 条", 1200),
    "收到申请总数": ("共收到信息公开申请５件", 5),
    "答复申请总数": ("答复申请共4件", 4),
    "收取费用（元）": ("收取检索、复制、邮寄等费用120元", 120),
    "行政复议数": ("行政复议案件2件", 2),
    "行政诉讼数": ("行政诉讼1件", 1),
}


@pytest.mark.parametrize(("row", "words", "figure"), [(row, *told) for row, told in FORM_A.items()])
def test_up_to_2018_what_the_text_tells_is_what_the_statistics_say(row, words, figure):
    (found,) = broken(2018, told(2018, whole(2018), 概述=f"2018年，{words}。"))

    assert (found.left, found.right, found.severity) == (figure, 0, Severity.REASON)
    assert row in {each.row for each in blank_of(2018).cells()}


def test_what_was_answered_late_is_not_all_that_was_answered():
    assert broken(2018, told(2018, whole(2018), 概述="延期答复申请3件，逾期答复申请2件。")) == []


def test_lawsuits_in_the_text_are_those_of_both_rows():
    figures = whole(2021)
    for row in ("行政诉讼（未经复议直接起诉）", "行政诉讼（复议后起诉）"):
        put(figures, ReportCell("4", row, "结果维持"), 1)
        put(figures, ReportCell("4", row, "总计"), 1)

    assert broken(2021, told(2021, figures, 总体情况="行政诉讼2件。")) == []
    (found,) = broken(2021, told(2021, figures, 总体情况="行政诉讼3件。"))
    assert (found.left, found.right) == (3, 2)


def test_a_leap_and_last_years_words_are_only_warned_of():
    last = told(2021, whole(2021, 一={"自然人": 1}, 四={"自然人": 1}))
    now = told(2022, whole(2022, 一={"自然人": 9}, 二={"自然人": 1}, 四={"自然人": 10}))

    found = [
        each for each in checks(now, blank=blank_of(2022), last=last, last_blank=blank_of(2021)) if not each.is_met
    ]

    assert {each.severity for each in found} == {Severity.WARNS}
    assert {"“总体情况”", "表3“一”“自然人”"} <= {each.place for each in found}
    assert likeness("今年我们新建了公开专区并培训三次", "去年的话完全不同没有一样") == 0


@pytest.mark.parametrize(
    ("then", "now", "is_leap"), [(1, 5, False), (5, 1, False), (1, 6, True), (6, 1, True), (0, 9, False)]
)
def test_a_leap_is_more_than_five_times_as_much_or_less_than_a_fifth(then, now, is_leap):
    last, this = (
        told(year, whole(year, 一={"自然人": count}, 四={"自然人": count}))
        for year, count in ((2021, then), (2022, now))
    )

    found = checks(this, blank=blank_of(2022), last=last, last_blank=blank_of(2021))

    leaps = [each for each in found if each.place == "表3“一”“自然人”" and each.severity == Severity.WARNS]
    assert bool(leaps) == is_leap


@pytest.mark.parametrize("words", ["收到政府信息公开申请 4 件", "收到申请4件", "收到申请共4件", "收到申请４件"])
def test_a_figure_in_the_text_is_found_however_it_is_set(words):
    figures = whole(2021, 一={"自然人": 3}, 四={"自然人": 3})

    (found,) = broken(2021, told(2021, figures, 总体情况=f"全年{words}。"))

    assert (found.left, found.right) == (4, 3)


@pytest.mark.parametrize(
    ("typed", "value"), [("", None), (" 3,830 ", 3830), ("0", 0), ("不适用", NOT_APPLICABLE), ("12", 12)]
)
def test_zero_empty_and_not_applicable_are_three_things(typed, value):
    assert read(typed, ReportCell("3", "一", "自然人")) == value


@pytest.mark.parametrize("typed", ["-1", "1.5", "三", "1e3", "²", "9" * 13, "nan", "--1"])
def test_what_is_no_figure_is_refused_in_a_sentence(typed):
    with pytest.raises(NotAFigure):
        read(typed, ReportCell("3", "一", "自然人"))


def test_money_has_cents_and_a_change_may_be_negative():
    assert read("12.50", ReportCell("2", "行政事业性收费", "本年收费金额（万元）")) == 12.5
    assert read("-3", ReportCell("2", "行政许可", "本年增/减")) == -3
