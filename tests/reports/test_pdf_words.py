"""What a circular says: sentences made of the snapshot's numbers, in the order of an official letter."""

import csv
import io

import pytest

from reports.letters.notation import day, document, excerpt, share
from reports.letters.status_paragraphs import counted_by_unit
from reports.pdf import TypesettingError, render_pdf
from reports.pdf.printable import clean, full_width
from reports.pdf.title import break_title, width
from tests.reports.reading import files_inside, stored_snapshot, text_of


@pytest.fixture(scope="module")
def draft() -> bytes:
    return render_pdf(snapshot=stored_snapshot("spot-check-small-draft"))


def test_a_spot_check_circular_reads_in_the_order_of_an_official_letter(draft: bytes):
    text = text_of(draft)
    order = [
        "宁海县人民政府办公室关于2018年第四季度政务公开工作抽查情况的通报",
        "各乡镇人民政府、街道办事处，县政府直属各单位：",
        "（宁政办发〔2018〕44号）",
        "一、总体情况",
        "二、抽查情况",
        "三、存在问题",
        "四、下一步工作要求",
        "附件：1. 各单位工作进展情况表",
        "2. 抽查结果表",
        "附件1",
        "附件2",
    ]

    places = [text.index(words) for words in order]

    assert places == sorted(places)


def test_the_numbers_of_the_snapshot_stand_in_the_text(draft: bytes):
    snapshot = stored_snapshot("spot-check-small-draft")
    totals, check = snapshot["totals"], snapshot["spot_check"]

    text = text_of(draft)

    assert f"共{totals['points']}项，涉及{totals['units']}个单位，分解为{totals['assignments']}项次" in text
    assert f"从{check['population']}项次工作任务中随机抽取{check['size']}项次" in text
    assert f"抽查发现问题{sum(row['problem'] for row in check['findings'])}项次" in text


def with_strata(*drawn: int) -> dict:
    """The small circular with one stratum of ten for each number drawn."""
    snapshot = stored_snapshot("spot-check-small-draft")
    strata = [{"name": f"第{at}部分", "population": 10, "drawn": size} for at, size in enumerate(drawn, start=1)]
    return snapshot | {"spot_check": snapshot["spot_check"] | {"strata": strata}}


def test_strata_from_which_nothing_was_drawn_are_only_counted():
    text = text_of(render_pdf(snapshot=with_strata(2, 0, 1, 0)))

    assert "按4层分别抽取：第1部分10项次中抽取2项次、第3部分10项次中抽取1项次；其余2层未抽到任务。" in text
    assert "抽取0项次" not in text


def test_many_strata_stand_in_an_annex():
    snapshot = with_strata(*[1] * 5, 0, 3)

    pdf = render_pdf(snapshot=snapshot)

    text, check = text_of(pdf), snapshot["spot_check"]
    assert "按7层分别抽取，分层情况见附件。" in text
    assert "3. 抽样分层情况表" in text
    rows = list(csv.reader(io.StringIO(dict(files_inside(pdf))["附件3-抽样分层情况表.csv"].decode("utf-8-sig"))))
    assert rows[0] == ["序号", "分层", "任务项次", "抽取项次"]
    assert rows[-2:] == [["7", "第7部分", "10", "3"], ["", "合计", str(check["population"]), str(check["size"])]]


def test_a_progress_circular_has_no_spot_check():
    text = text_of(render_pdf(snapshot=stored_snapshot("progress-small-signed")))

    assert "一、总体情况" in text
    assert "二、存在问题" in text
    assert "抽查" not in text


@pytest.mark.exhaustive
def test_the_same_snapshot_gives_the_same_bytes():
    snapshot = stored_snapshot("progress-small-signed")

    assert render_pdf(snapshot=snapshot) == render_pdf(snapshot=snapshot)


def test_the_caller_hears_how_far_the_work_is():
    heard: list[tuple[int, int]] = []

    render_pdf(
        snapshot=stored_snapshot("progress-small-signed"), on_progress=lambda done, total: heard.append((done, total))
    )

    assert heard == [(1, 4), (2, 4), (3, 4), (4, 4)]


@pytest.mark.parametrize("change", [{"schema": 0}, {"schema": 99}, {"kind": "horoscope"}])
def test_a_snapshot_of_another_kind_is_refused(change: dict):
    with pytest.raises(TypesettingError, match="不能排印这份快照"):
        render_pdf(snapshot=stored_snapshot("progress-draft") | change)


def test_a_spot_check_circular_needs_a_spot_check():
    with pytest.raises(TypesettingError, match="没有抽查结果"):
        render_pdf(snapshot=stored_snapshot("spot-check-small-draft") | {"spot_check": None})


def test_the_tables_travel_inside_as_csv_with_the_full_text(draft: bytes):
    snapshot = stored_snapshot("spot-check-small-draft")

    files = dict(files_inside(draft))

    annexes = ["附件1-各单位工作进展情况表.csv", "附件2-抽查结果表.csv", "附件3-工作进展情况图.csv"]
    assert list(files) == [*annexes, "数据-抽样分层情况表.csv", "数据-总体情况数据.csv"]
    data = files["附件2-抽查结果表.csv"]
    assert data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"))))
    assert [row["任务编号"] for row in rows] == [finding["key"] for finding in snapshot["spot_check"]["findings"]]
    assert [len(row["工作要求"]) for row in rows] == [
        len(finding["requirement"]) for finding in snapshot["spot_check"]["findings"]
    ]


@pytest.mark.parametrize(
    ("title", "lines"),
    [
        (
            "宁海县人民政府办公室关于2018年第四季度政务公开工作抽查情况的通报",
            ["宁海县人民政府办公室关于2018年第四季度", "政务公开工作抽查情况的通报"],
        ),
        (
            "宁海县人民政府办公室关于2018年政务公开工作要点落实进展情况的通报",
            ["宁海县人民政府办公室关于2018年政务公开", "工作要点落实进展情况的通报"],
        ),
        (
            "宁海县人民政府办公室关于2018年政务公开工作考核情况（截至2018年11月20日）的通报",
            ["宁海县人民政府办公室关于2018年", "政务公开工作考核情况", "（截至2018年11月20日）的通报"],
        ),
        ("关于抽查情况的通报", ["关于抽查情况的通报"]),
    ],
)
def test_a_title_narrows_downwards_and_breaks_no_word(title: str, lines: list[str]):
    assert break_title(title=title, keep=["宁海县人民政府办公室"]) == lines


def test_a_very_long_title_keeps_every_character_and_every_line_fits():
    title = "宁海县人民政府办公室关于2018年度全县各乡镇街道和县级有关部门政务公开工作要点任务分解落实情况第三方评估结果的通报"

    lines = break_title(title=title, keep=["宁海县人民政府办公室"])

    assert "".join(lines) == title
    assert len(lines) > 2
    assert max(map(width, lines)) <= 20
    assert lines[-1].endswith("的通报")
    assert lines[-1] != "的通报"


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("各乡镇人民政府、街道办事处,县政府直属各单位:", "各乡镇人民政府、街道办事处，县政府直属各单位："),
        ("一(二)3", "一（二）3"),
        ("县(市(区))机关", "县（市（区））机关"),
        ("上午10:30至1,000元", "上午10:30至1,000元"),
        ("见http://www.ninghai.gov.cn:80/a?b=1", "见http://www.ninghai.gov.cn:80/a?b=1"),
    ],
)
def test_marks_beside_chinese_are_printed_full_width(typed: str, printed: str):
    assert full_width(typed) == printed


@pytest.mark.parametrize(
    ("typed", "printed"),
    [("甲\x00\x07乙", "甲乙"), ("甲\u202e乙", "甲乙"), ("甲\n 乙", "甲 乙"), ("好😀", "好〓"), ("深甽镇", "深甽镇")],
)
def test_what_cannot_be_drawn_is_removed_or_marked(typed: str, printed: str):
    assert clean(typed) == printed


def test_units_of_equal_count_are_told_together():
    assert counted_by_unit(["甲", "乙", "丙", "乙"]) == "乙2项次，甲、丙各1项次"


def test_days_shares_documents_and_excerpts_are_worded_as_the_office_does():
    assert day("2018-08-03") == "2018年8月3日"
    assert share(part=1, whole=8) == "12.5%"
    assert share(part=0, whole=0) == "—"
    assert (share(part=2000, whole=2000), share(part=1999, whole=2000), share(part=1, whole=9999)) == (
        "100.0%",
        "99.9%",
        "0.1%",
    )
    assert document(title="转发《办法》的通知", number="宁政〔2018〕1号") == "《转发〈办法〉的通知》（宁政〔2018〕1号）"
    assert excerpt("一二三四五六，七八九十。", limit=9) == "一二三四五六……"
