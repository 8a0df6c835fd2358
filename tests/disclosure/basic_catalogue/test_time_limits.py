"""What the words of a limit say, and whether its rule agrees."""

import pytest

from disclosure.basic_catalogue.time_limits import LimitRule, disagreement, proposed_rule

WORKING_DAYS = LimitRule(amount=20, unit="working_day", event="formed")


@pytest.mark.parametrize(
    ("words", "rule"),
    [
        ("20个工作日内", WORKING_DAYS),
        ("自信息形成或者变更之日起20个工作日内", WORKING_DAYS),
        ("自信息形成之日起二十个工作日内予以公开", WORKING_DAYS),
        ("\uff12\uff10 个 工作日 内", WORKING_DAYS),
        ("批准或者批复后20日内", LimitRule(amount=20, unit="day", event="approved")),
        ("文件公开后3个工作日内", LimitRule(amount=3, unit="working_day", event="document_published")),
        ("办事条件变化经批准后1个工作日内", LimitRule(amount=1, unit="working_day", event="change_approved")),
        ("事件发生后24小时内举行新闻发布会", LimitRule(amount=24, unit="hour", event="happened")),
        ("1个月内", LimitRule(amount=1, unit="month", event="formed")),
        ("每年3月31日前", LimitRule(month=3, day=31)),
        ("1月31日前", LimitRule(month=1, day=31)),
        ("6月底前", LimitRule(month=6, day=30)),
        ("及时公开", LimitRule()),
        ("2月30日前", LimitRule()),
        ("24小时内；其他48小时内", LimitRule()),
    ],
)
def test_the_rule_is_read_from_the_words(words, rule):
    assert proposed_rule(words) == rule


@pytest.mark.parametrize(
    "rule",
    [
        WORKING_DAYS,
        LimitRule(amount=48, unit="hour", event="happened"),
        LimitRule(amount=1, unit="month", event="approved"),
        LimitRule(amount=1, unit="working_day", event="change_approved"),
        LimitRule(amount=3, unit="working_day", event="document_published"),
        LimitRule(month=12, day=31),
    ],
)
def test_what_is_printed_for_a_rule_is_read_as_that_rule(rule):
    assert proposed_rule(str(rule)) == rule
    assert disagreement(str(rule), rule) == ""


@pytest.mark.parametrize(
    ("words", "rule"),
    [
        ("15个工作日内", WORKING_DAYS),
        ("20日内", WORKING_DAYS),
        ("及时公开", WORKING_DAYS),
        ("每年1月31日前", LimitRule(month=3, day=31)),
        ("20个工作日内", LimitRule()),
    ],
)
def test_words_and_rule_that_disagree_are_told(words, rule):
    assert words in disagreement(words, rule)


@pytest.mark.parametrize(
    ("words", "rule"),
    [
        ("20个工作日内", WORKING_DAYS),
        ("", WORKING_DAYS),
        ("及时公开", LimitRule()),
        ("24小时内，其他48小时内", LimitRule(48, "hour", "happened")),
    ],
)
def test_words_and_rule_that_agree_are_not(words, rule):
    assert disagreement(words, rule) == ""


@pytest.mark.parametrize(
    ("rule", "sentence"),
    [
        (LimitRule(amount=20), "一起填写"),
        (LimitRule(unit="day"), "一起填写"),
        (LimitRule(amount=0, unit="day"), "1 到 999"),
        (LimitRule(month=3), "一起填写"),
        (LimitRule(month=2, day=29), "2月29日"),
        (LimitRule(month=13, day=1), "13月"),
        (LimitRule(amount=20, unit="day", month=3, day=31), "只能选一种"),
        (WORKING_DAYS, ""),
    ],
)
def test_what_is_no_rule_is_refused_with_a_sentence(rule, sentence):
    assert sentence in rule.problem
    assert bool(sentence) == bool(rule.problem)
