"""The three published notices, whole."""

import json
from collections import Counter

import pytest

from tests.tasks.notices.documents import DATA, published

EXPECTED = json.loads((DATA / "2018-notice.expected.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", EXPECTED)
def test_the_2018_notice_is_read_exactly(name):
    parsed = published("2018-notice").as_json()

    assert parsed[name] == EXPECTED[name]


def test_the_2018_notice_keeps_what_stands_around_its_points():
    parsed = published("2018-notice").as_json()

    assert [(other["line"], other["kind"]) for other in parsed["other"]] == [
        (1, "chrome"),
        (2, "chrome"),
        (5, "heading"),
        (6, "chrome"),
        (8, "letter"),
        (9, "letter"),
        (18, "letter"),
        (19, "letter"),
        (22, "letter"),
        (24, "heading"),
        (26, "preamble"),
        (91, "chrome"),
    ]


@pytest.mark.parametrize("name", ["2018-employment-notice", "2020-division-of-work-notice"])
def test_each_bracket_gives_the_units_and_roles_that_a_reader_found(name):
    tags = json.loads((DATA / f"{name}.tags.json").read_text(encoding="utf-8"))["tags"]

    points = published(name).points

    assert [point.responsibility_texts for point in points] == [(f"（{tag['raw']}）",) for tag in tags]
    for point, tag in zip(points, tags, strict=True):
        found = Counter((unit.name, unit.role.value, unit.group) for unit in point.units)
        meant = Counter((each["unit"], each["role"], each["kind"] == "open_group") for each in tag["assignments"])
        assert found == meant


@pytest.mark.parametrize("name", ["2018-employment-notice", "2020-division-of-work-notice"])
def test_every_time_expression_that_a_reader_found_is_found(name):
    meant = json.loads((DATA / f"{name}.tags.json").read_text(encoding="utf-8"))["time_expressions"]

    times = [point.times for point in published(name).points]

    found = Counter(each.text for time in times for each in (*time.deadlines, *time.time_limits))
    assert Counter(each["text"] for each in meant) <= found


def test_a_notice_on_a_single_line_is_cut_into_its_sections_and_measures():
    points = published("2020-division-of-work-notice").points

    assert [point.key for point in points][:7] == [
        "一（一）",
        "一（一）1",
        "一（一）2",
        "一（一）3",
        "一（一）4",
        "一（一）5",
        "一（二）",
    ]
    assert points[-1].key == "五（二十五）#2"
    assert points[-1].text.endswith("及时宣介和通报营商环境改革相关情况。")


def test_title_and_number_are_found_where_line_ends_were_lost():
    parsed = published("2020-division-of-work-notice").as_json()

    assert {name: parsed[name] for name in ("title", "document_number", "issuing_office", "issued_on", "openness")} == {
        "title": "国务院办公厅关于印发全国深化“放管服”改革优化营商环境电视电话会议重点任务分工方案的通知",
        "document_number": "国办发〔2020〕43号",
        "issuing_office": "国务院办公厅",
        "issued_on": "2020-11-01",
        "openness": "主动公开",
    }


def test_a_title_on_two_lines_is_one_title():
    parsed = published("2018-employment-notice")

    assert parsed.title == "国务院关于做好当前和今后一个时期促进就业工作的若干意见"
