"""How other counties, cities and ministries write (各地写法): a text, and the points that a clerk reads in it."""
# ruff: noqa: RUF001 - notices mix full-width digits in

import pytest

from tests.tasks.notices.documents import messages, read

FINANCE = ("县财政局", "responsible")
TEXTS = {
    "bracket at the head of the paragraph": (
        "一、甲\n【牵头单位：县财政局；配合单位：县司法局】\n推进工作，\n做好工作。\n二、乙\n【牵头单位：县委办】推进。\n继续。",
        [
            ("一", "推进工作，\n做好工作。", [("县财政局", "lead"), ("县司法局", "supporting")], []),
            ("二", "推进。\n继续。", [("县委办", "lead")], []),
        ],
    ),
    "labels without brackets, two on a line": (
        "1.甲。责任部门：县财政局；配合部门：县司法局。2.乙。责任单位：县财政局",
        [("1", "甲。", [FINANCE, ("县司法局", "supporting")], []), ("2", "乙。", [FINANCE], [])],
    ),
    "a last sentence that only says who": (
        "1.甲。由县财政局牵头，县司法局配合。\n2.乙。\n县财政局负责。\n3.丙。\n牵头单位为县财政局，责任单位为县司法局。",
        [
            ("1", "甲。", [("县财政局", "lead"), ("县司法局", "supporting")], []),
            ("2", "乙。", [FINANCE], []),
            ("3", "丙。", [("县财政局", "lead"), ("县司法局", "responsible")], []),
        ],
    ),
    "a last sentence that says who and until when": (
        "1.甲。由县财政局牵头，县司法局参与，2018年10月底前完成。",
        [("1", "甲。", [("县财政局", "lead"), ("县司法局", "supporting")], ["2018-10-31"])],
    ),
    "labels that stand in brackets by themselves": (
        "1.甲。【责任单位】县财政局、县司法局【完成时限】2018年11月\n2.乙。\n〔牵头单位〕：县财政局",
        [
            ("1", "甲。", [FINANCE, ("县司法局", "responsible")], ["2018-11-30"]),
            ("2", "乙。", [("县财政局", "lead")], []),
        ],
    ),
    "a label far to the right": (
        f"1.甲。\n{' ' * 20}责任单位：县财政局\n　　　　　　　　　　——责任单位：县司法局",
        [("1", "甲。", [FINANCE, ("县司法局", "responsible")], [])],
    ),
    "several at once, by their duties": (
        "1.甲。（县财政局、县司法局按职责分工负责）",
        [("1", "甲。", [FINANCE, ("县司法局", "responsible")], [])],
    ),
    "who convenes does not support": (
        "1.甲。（县财政局会同县司法局、县审管办，各乡镇（街道）配合）",
        [
            (
                "1",
                "甲。",
                [
                    FINANCE,
                    ("县司法局", "supporting"),
                    ("县审管办", "supporting"),
                    ("各乡镇（街道）", "supporting"),
                ],
                [],
            )
        ],
    ),
    "names with brackets and lists in them": (
        "1.甲。（责任单位：县府办（县大数据局）、县市场监管局（食安办、知识产权局）、各镇乡（街道）、县级各部门）",
        [
            (
                "1",
                "甲。",
                [
                    ("县府办（县大数据局）", "responsible"),
                    ("县市场监管局（食安办、知识产权局）", "responsible"),
                    ("各镇乡（街道）", "responsible"),
                    ("县级各部门", "responsible"),
                ],
                [],
            )
        ],
    ),
    "full-width digits and blanks in dates": (
        "１．甲，２０１８年１１月底前完成。（责任单位：县财政局）\n２．乙，2018 年 6 月 30 日前完成。（责任单位：县财政局）",
        [
            ("１", "甲，２０１８年１１月底前完成。", [FINANCE], ["2018-11-30"]),
            ("２", "乙，2018 年 6 月 30 日前完成。", [FINANCE], ["2018-06-30"]),
        ],
    ),
    "half brackets and circles as numbers": (
        "一、甲\n1）乙。（责任单位：县财政局）\n2）丙。（责任单位：县财政局）\n二、丁\n①戊。（责任单位：县财政局）",
        [("一1）", "乙。", [FINANCE], []), ("一2）", "丙。", [FINANCE], []), ("二①", "戊。", [FINANCE], [])],
    ),
    "chapters and articles": (
        "第一章 总则\n第一条 甲。（责任单位：县财政局）\n第二章 附则\n第二条 乙。（责任单位：县财政局）",
        [("第一章第一条", "甲。", [FINANCE], []), ("第二章第二条", "乙。", [FINANCE], [])],
    ),
    "parts that count themselves": (
        "第一部分 重点任务\n（一）甲\n1.乙。（责任单位：县财政局）",
        [("第一部分（一）1", "乙。", [FINANCE], [])],
    ),
    "decimals": (
        "1.甲。（责任单位：县财政局）\n1.1 乙。（责任单位：县财政局）\n1.2 丙。（责任单位：县财政局）",
        [("1", "甲。", [FINANCE], []), ("1.1", "乙。", [FINANCE], []), ("1.2", "丙。", [FINANCE], [])],
    ),
    "a time between the names": (
        "1.甲。（县财政局牵头，2018年11月底前完成）\n2.乙。（牵头单位：县财政局；完成时限：11月）",
        [("1", "甲。", [("县财政局", "lead")], ["2018-11-30"]), ("2", "乙。", [("县财政局", "lead")], ["2018-11-30"])],
    ),
    "a time behind a dash, and two times in one clause": (
        "1.甲—2018年6月底前完成。（责任单位：县财政局）\n2.乙，6月底、12月底前分别报送。（责任单位：县财政局）",
        [
            ("1", "甲—2018年6月底前完成。", [FINANCE], ["2018-06-30"]),
            ("2", "乙，6月底、12月底前分别报送。", [FINANCE], ["2018-06-30", "2018-12-31"]),
        ],
    ),
    "lines broken inside a bracket, with a page number between": (
        "1.推进财政预决算公开，不断提高水平（责任单\n位：县财政局、县司法\n局）\n— 1 —\n2.乙。（责任单位：县财政局）",
        [
            ("1", "推进财政预决算公开，不断提高水平", [FINANCE, ("县司法局", "responsible")], []),
            ("2", "乙。", [FINANCE], []),
        ],
    ),
    "a paragraph whose bracket stands on a line of its own": (
        "一、总\n1.甲。（责任单位：县财政局）\n做好乙。\n（责任单位：县司法局）\n2.丙。（责任单位：县财政局）",
        [
            ("一1", "甲。", [FINANCE], []),
            ("一", "做好乙。", [("县司法局", "responsible")], []),
            ("一2", "丙。", [FINANCE], []),
        ],
    ),
    "a bracket on the title of numbered items": (
        "一、甲（责任单位：县财政局）\n（1）乙。\n（2）丙。",
        [("一（1）", "乙。", [FINANCE], []), ("一（2）", "丙。", [FINANCE], [])],
    ),
    "tasks that are called so": (
        "任务一：甲。（主要责任单位：县财政局；协同单位：县司法局；督导单位：县委办）",
        [("任务一", "甲。", [FINANCE, ("县司法局", "supporting"), ("县委办", "guiding")], [])],
    ),
    "a label that names two roles": (
        "1.甲。〔牵头（责任）单位：县财政局〕",
        [("1", "甲。", [("县财政局", "lead")], [])],
    ),
}


@pytest.mark.parametrize("name", TEXTS)
def test_an_awkward_text_gives_the_points_a_clerk_reads_in_it(name):
    text, expected = TEXTS[name]

    notice = read(*text.split("\n"))

    assert [
        (
            point.key,
            point.text,
            [(unit.name, unit.role.value) for unit in point.units],
            [deadline.date.isoformat() for deadline in point.times.deadlines],
        )
        for point in notice.points
    ] == expected
    assert messages(notice) == []


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("2月30日前完成", "“2月30日前”不是日历上有的日期，请核对。"),
        ("13月底前完成", "“13月底前”不是日历上有的日期，请核对。"),
        ("11月前完成", "“11月前”没有写明是哪一天，请补充完成时限。"),
        ("春节前完成", "“春节前”没有写明是哪一天，请补充完成时限。"),
        ("20日前报送", "“20日前”没有写明是哪一天，请补充完成时限。"),
        ("本季度末前完成", "“本季度末前”没有写明是哪一天，请补充完成时限。"),
        ("十一月三十一日前完成", "“十一月三十一日前”不是日历上有的日期，请核对。"),
        ("月底前完成", "“月底前”没有写明是哪一天，请补充完成时限。"),
        ("1月底前完成", "“1月底前”早于成文日期，请核对。"),
    ],
)
def test_a_doubtful_time_is_pointed_out_and_not_guessed(words, message):
    notice = read(f"1.推进工作，{words}。（责任单位：县财政局）")

    assert messages(notice) == [message]
