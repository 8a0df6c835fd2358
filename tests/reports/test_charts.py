"""Charts: inline SVG of the snapshot's own numbers, the same on paper and on the screen."""

import csv
import io
import re
from itertools import pairwise

import pytest

from reports.facts.totals import MOST_MONTHS, months
from reports.letters.charts import MOST_BARS, Bar, BarChart, county_charts, scale_of, score_charts
from reports.pdf import letter_html, render_pdf
from reports.pdf.charts import drawn
from reports.snapshots.schema import SCHEMA
from tests.reports import made_up
from tests.reports.reading import MM, SNAPSHOTS, files_inside, opened, stored_snapshot, tagged_text


@pytest.fixture(scope="module")
def unit_paper() -> bytes:
    return render_pdf(snapshot=made_up.unit_progress())


def test_the_months_are_running_sums_that_end_with_the_report_s_own_totals():
    duties = made_up.made_up_duties()

    rows = months(duties, since=made_up.BEGUN, on=made_up.AS_OF)

    assert [row["month"] for row in rows] == [f"2018-{month:02}" for month in range(4, 12)]
    assert all(a["due"] <= b["due"] and a["completed"] <= b["completed"] for a, b in pairwise(rows))
    assert rows[-1]["completed"] == made_up.progress()["totals"]["completed"]


def test_no_more_than_a_year_of_months_is_told():
    rows = months(made_up.made_up_duties(), since=made_up.BEGUN.replace(year=2016), on=made_up.AS_OF)

    assert len(rows) == MOST_MONTHS
    assert rows[-1]["month"] == "2018-11"


def test_a_chart_s_numbers_are_printed_told_and_attached(unit_paper: bytes):
    snapshot = made_up.unit_progress()
    with opened(unit_paper) as document:
        page = document.pages[-1]
        told, printed = tagged_text(page), page.extract_text()
    attached = dict(files_inside(unit_paper))["附件3-任务办理情况图.csv"].decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(attached)))[1:]

    for row, (_, month, shown) in zip(snapshot["months"], rows, strict=False):
        assert month == f"2018年{int(row['month'][-2:])}月"
        assert shown == f"应办结{row['due']}项次，办结{row['completed']}项次"
        assert f"{month}{shown}" in told
        assert str(row["due"]) in printed
        assert str(row["completed"]) in printed


def test_a_chart_is_labelled_in_the_named_face_and_drawn_in_grey(unit_paper: bytes):
    with opened(unit_paper) as document:
        page = document.pages[-1]
        labels = {
            char["fontname"].split("+")[1] for char in page.chars if char["size"] == pytest.approx(3.2 * MM, abs=0.01)
        }
        greys = {tuple(round(part, 2) for part in bar["non_stroking_color"]) for bar in page.rects}

    assert labels <= {"Noto-Sans-CJK-SC", "Official-Hei"}
    assert {(0.4, 0.4, 0.4), (1, 1, 1)} <= greys
    assert all(len(set(grey)) == 1 for grey in greys)


def test_every_label_of_sixty_bars_stays_within_the_grid():
    (annex,) = score_charts(made_up.score()["ranking"])
    (chart,) = annex.charts

    drawing = drawn(chart)

    assert len(drawing.boxes) == MOST_BARS
    assert all(box.x + box.width <= drawing.width - 10 for box in drawing.boxes)
    assert all(0 <= text.y <= drawing.height <= 200 for text in drawing.texts)
    assert sum(box.is_hollow for box in drawing.boxes) == 1  # the vetoed unit


def test_more_bars_than_a_page_holds_go_to_a_second_chart():
    (annex,) = score_charts(made_up.score(units=MOST_BARS + 2)["ranking"])

    assert [(chart.title, len(chart.bars)) for chart in annex.charts] == [
        ("各单位考核得分", MOST_BARS),
        ("各单位考核得分（续）", 2),
    ]


@pytest.mark.parametrize("path", sorted(SNAPSHOTS.glob("*.json")), ids=lambda path: path.stem)
def test_a_snapshot_of_any_schema_ever_is_still_printed(path):
    snapshot = stored_snapshot(path.stem)

    html = letter_html(snapshot=snapshot)

    assert snapshot["title"] in html
    assert ("累计应办结" in html) == (snapshot["schema"] > 1)


def test_a_snapshot_of_every_schema_is_kept():
    kept = [path.relative_to(SNAPSHOTS).with_suffix("") for path in SNAPSHOTS.rglob("*.json")]

    assert {stored_snapshot(str(name))["schema"] for name in kept} == set(range(1, SCHEMA + 1))


def test_no_chart_needs_a_style_attribute_that_the_site_forbids():
    html = letter_html(snapshot=made_up.progress())

    assert not re.search(r"<svg[^>]*\sstyle=|<(rect|text|line)[^>]*\sstyle=", html)


@pytest.mark.parametrize(
    ("highest", "top"), [(0, 4), (1, 4), (5, 8), (20, 20), (21, 40), (99.5, 100), (101, 200), (999, 1000), (3001, 4000)]
)
def test_a_scale_ends_at_a_round_number_above_the_highest(highest, top):
    assert scale_of(highest) == top


def test_each_chart_tells_its_unit_and_has_a_scale_that_its_bars_keep_to():
    (annex,) = county_charts(made_up.progress(units=16, points=8))
    units = {}
    for chart in annex.charts:
        drawing = drawn(chart)
        words = [text.words for text in drawing.texts]
        units[chart.title] = chart.unit
        assert f"单位：{chart.unit}" in words
        assert {"0", f"{chart.top:g}"} <= set(words)
        assert sum(line.is_faint for line in drawing.lines) >= 4

    assert units == {
        "各月末累计应办结和已办结任务项次": "项次",
        "工作要点各部分办结率": "%",
        "各单位办结率": "%",
    }


def test_a_bar_of_half_the_scale_is_half_as_long_as_the_scale():
    chart = BarChart("图", [Bar("甲", 50, "50%"), Bar("乙", 100, "100%")], "%", 100)

    drawing = drawn(chart)
    first, second = drawing.boxes
    ends = [line.x1 for line in drawing.lines]

    assert second.width == pytest.approx(2 * first.width, abs=0.02)
    assert second.x + second.width == pytest.approx(max(ends), abs=0.02)


def test_what_is_still_being_checked_has_its_bar():
    snapshot = made_up.spot_check(units=3, points=9)
    check = snapshot["spot_check"]
    check["size"], check["inspected"] = 10, 7
    check["outcomes"] = [{"label": "已落实", "count": 5}, {"label": "未落实", "count": 2}]

    (annex,) = county_charts(snapshot)

    assert annex.charts[0].values == [("已落实", "5项次"), ("未落实", "2项次"), ("核查中", "3项次")]
    assert sum(bar.value for bar in annex.charts[0].bars) == check["size"]
