"""The law by date: which rule set counts on which day, and that each of its rows says where it stands."""

from datetime import date, timedelta

import pytest

from ninghai.calendar.law import RULE_SETS, NoRuleSet, RemedyCode, TermCode, remedies_on, rule_set_on
from ninghai.models.calendar import LimitUnit


@pytest.mark.parametrize(
    ("day", "code"),
    [
        (date(2008, 5, 1), "2008"),
        (date(2018, 11, 20), "2008"),
        (date(2019, 5, 14), "2008"),
        (date(2019, 5, 15), "2019"),
        (date(2026, 11, 30), "2019"),
    ],
)
def test_a_day_has_the_law_that_was_in_force(day, code):
    assert rule_set_on(day).code == code


def test_before_the_first_regulation_there_is_none():
    with pytest.raises(NoRuleSet, match="2008-04-30"):
        rule_set_on(date(2008, 4, 30))


def test_the_periods_follow_each_other_without_gap_or_overlap():
    ends = [each.valid_to for each in RULE_SETS]

    assert ends[-1] is None
    assert [each.valid_from for each in RULE_SETS[1:]] == [end + timedelta(days=1) for end in ends[:-1]]


@pytest.mark.parametrize("rules", RULE_SETS, ids=lambda each: each.code)
def test_every_row_names_its_source(rules):
    bases = [
        *(each.basis for each in rules.grounds),
        *(each.basis for each in rules.terms),
        rules.annual_report.basis,
        *([rules.reassessment] if rules.reassessment else []),
    ]

    assert rules.source
    assert all(each.source for each in bases)
    assert all(each.article for each in bases if each.source == rules.name)


@pytest.mark.parametrize(
    ("code", "on_2008", "on_2019"),
    [
        ("state_secret", "第十四条", "第十四条"),
        ("forbidden", "第十四条", "第十四条"),
        ("stability", "第八条", "第十四条"),
        ("third_party", "第十四条", "第十五条"),
        ("enforcement_file", None, "第十六条"),
        ("few_concerned", "第十三条", "第二十七条"),
    ],
)
def test_a_ground_stands_in_the_article_of_its_law(code, on_2008, on_2019):
    found = [rule_set_on(day).ground(code) for day in (date(2018, 1, 1), date(2020, 1, 1))]

    assert [each and each.basis.article for each in found] == [on_2008, on_2019]


@pytest.mark.parametrize("code", ["internal", "process"])
def test_what_the_first_regulation_does_not_list_stands_in_the_opinion_of_2010(code):
    ground = rule_set_on(date(2018, 1, 1)).ground(code)

    assert "国办发〔2010〕5号" in str(ground.basis)
    assert ground.basis.note  # for the office: nobody has compared the wording
    assert "核对" not in str(ground.basis)


@pytest.mark.parametrize(
    ("code", "days"),
    [
        (TermCode.PROACTIVE, [20, 20]),
        (TermCode.ANSWER, [15, 20]),
        (TermCode.EXTENSION, [15, 20]),
        (TermCode.AMEND_NOTICE, [None, 7]),
        (TermCode.THIRD_PARTY, [None, 15]),
        (TermCode.CO_MAKER, [None, 15]),
    ],
)
def test_limits_are_those_of_the_day(code, days):
    terms = [rule_set_on(day).term(code) for day in (date(2019, 5, 14), date(2019, 5, 15))]

    assert [each and each.limit.amount for each in terms] == days
    assert {each.limit.unit for each in terms if each} == {LimitUnit.WORKING_DAY}


@pytest.mark.parametrize(("day", "bodies"), [(date(2019, 3, 1), (3, 31)), (date(2020, 1, 1), (1, 31))])
def test_the_annual_report_of_a_body_and_of_the_county(day, bodies):
    report = rule_set_on(day).annual_report

    assert (report.bodies, report.county) == (bodies, (3, 31))


@pytest.mark.parametrize(
    ("day", "months", "review_first"),
    [
        (date(2015, 4, 30), 3, False),
        (date(2015, 5, 1), 6, False),
        (date(2023, 12, 31), 6, False),
        (date(2024, 1, 1), 6, True),
    ],
)
def test_remedies_are_those_of_the_day(day, months, review_first):
    review, lawsuit, after = remedies_on(day)

    assert (review.code, review.limit.amount, review.limit.unit) == (RemedyCode.REVIEW, 60, LimitUnit.DAY)
    assert (lawsuit.code, lawsuit.limit.amount, lawsuit.review_comes_first) == (
        RemedyCode.LAWSUIT,
        months,
        review_first,
    )
    assert (after.code, after.limit.amount) == (RemedyCode.LAWSUIT_AFTER_REVIEW, 15)
