"""The marks of a body: headings without a number, lists, tables; and that what only looks like one stays a paragraph."""

import json
import random
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.template import engines
from django.template.loader import render_to_string

from disclosure.items.body.blocks import BodyTable, BodyWords, ListPoint, Paragraph, ParagraphLevel, PointList, blocks
from disclosure.items.body.writing import as_body, plain_words
from disclosure.items.difference import difference
from disclosure.privacy.marked_text import marked_blocks
from disclosure.privacy.scans import ItemHit
from fixtures.demo.material import item_body
from ninghai.personal_data.body import find_in_body
from tests.disclosure.legacy_import.makers import row as legacy_row

FIXTURES = Path(__file__).parents[2] / "fixtures"
TABLE = "表1　预算\n| 项目 | 金额 |\n| --- | --- |\n| 办公 | 1\\|2 |\n| 会议 |\n\n其余。"


def words(*texts):
    return tuple(BodyWords(text) for text in texts)


def paragraph(text, level=ParagraphLevel.TEXT):
    return Paragraph(BodyWords(text), level)


def point(text, *below):
    return ListPoint(BodyWords(text), below)


def test_a_table_with_its_name_and_heads():
    assert blocks(TABLE) == [
        BodyTable(BodyWords("表1　预算"), words("项目", "金额"), (words("办公", "1|2"), words("会议"))),
        paragraph("其余。"),
    ]


def test_a_table_without_heads_begins_with_its_rule():
    assert blocks("|---|---|\n| a | b |") == [BodyTable(None, (), (words("a", "b"),))]


def test_points_stand_below_the_nearest_one_less_far_in():
    body = "- 一\n  - 甲\n\n  - 乙\n      - 子\n　　- 丙\n- 二"

    assert blocks(body) == [PointList((point("一", point("甲"), point("乙", point("子"), point("丙"))), point("二")))]


def test_headings_without_a_number():
    read = blocks("## 开头\n# 目标\n## 范围\n文字。")

    assert [(each.text, each.level) for each in read] == [
        ("开头", ParagraphLevel.HEADING),
        ("目标", ParagraphLevel.HEADING),
        ("范围", ParagraphLevel.SUBHEADING),
        ("文字。", ParagraphLevel.TEXT),
    ]


@pytest.mark.parametrize(
    "line",
    [
        "- 一句话",
        "-5℃以下停止供水",
        "| 项目 | 金额 |",
        "|",
        "| --- | --- |",
        "| 项目 | 金额 |\n| 办公 | 12 |",
        "| 项目 | 金额 |\n\n| --- | --- |",
        "- 1 -\n- 2 -\n- 3 -",
        "#1号楼",
        "# 这是一句完整的话。",
        "---",
        "—— 引文",
        "|项目|\n|--|",
        "表1　预算\n其余。",
        "\\\\服务器\\目录",
    ],
)
def test_what_only_looks_like_a_mark_stays_a_paragraph(line):
    body = f"开头。\n{line}\n结尾。"

    read = blocks(body)

    assert [each.text for each in read] == [each.strip() for each in body.split("\n") if each.strip()]
    assert {each.level for each in read} == {ParagraphLevel.TEXT}
    assert plain_words(body) == body


@pytest.mark.parametrize("text", ["- a", "| a | b |", "# a", "## a", "\\- a", "\\\\| a"])
def test_a_stroke_in_front_makes_a_paragraph_of_a_mark(text):
    assert blocks(f"开头。\n\\{text}\n- b") == [paragraph("开头。"), paragraph(text), paragraph("- b")]
    assert as_body([paragraph(text), paragraph("结尾。")]) == f"\\{text}\n结尾。"


def test_readers_of_plain_words_see_no_marks():
    body = f"# 目标\n{TABLE}\n- 甲\n  - 乙\n\\# 号"

    assert plain_words(body) == "目标\n表1　预算\n办公　金额".replace("办公　金额", "项目　金额\n办公　1|2\n会议") + (
        "\n\n其余。\n甲\n乙\n# 号"
    )


@pytest.mark.parametrize("seed", range(60))
def test_every_shape_is_the_same_after_it_was_written_and_read(seed):
    read = blocks(_anything(seed))

    assert blocks(as_body(read)) == read


@pytest.mark.parametrize("seed", range(60))
def test_every_word_stands_where_it_says(seed):
    body = _anything(seed)

    def whole(given):
        written = body[given.start : given.end]
        assert given.text in {written, written.replace("\\|", "|")}
        return given

    for block in blocks(body):
        block.changed(whole)


PIECES = (
    "# 目标", "## 范围", "一、总则", "（一）依据", "- 甲", "  - 乙", "    - 丙", "　　- 丁", "- ", "-", "文字。", "文字",
    "| a | b |", "| --- | --- |", "|---|", "| a |", "||", "|", "| a\\| | b", "\\| a |", "\\- 甲", "\\# 一", "\\\\- 甲", "",
    "  ", "\t", "表1　预算", "附表：名单", "各单位：", "宁海县人民政府", "2026年1月2日", "# 一。", "#", "##  ", "- 3 -", "\\", "a|b|c",
)  # fmt: skip


def _anything(seed):
    chance = random.Random(seed)  # noqa: S311
    return "\n".join(chance.choice(PIECES) for _ in range(chance.randrange(1, 40)))


def test_it_is_drawn_as_lists_and_tables():
    page = render_to_string(
        "disclosure/_paragraphs.html", {"blocks": blocks(f"{TABLE}\n- <甲>\n  - http://a.cn/\n| x |\n|---|\n| y |")}
    )

    assert "<caption>表1　预算</caption>" in page
    assert '<caption class="visually-hidden">表格：x</caption>' in page
    assert '<th scope="col">项目</th>' in page
    assert "<td>1|2</td>" in page
    assert page.count('tabindex="0" role="region" aria-label="') == 2
    assert "<ul><li>&lt;甲&gt;<ul><li><a href=" in page.replace("\n", "")


# What was written before there were marks is set as it was, to the letter.

AS_BEFORE = """{% for each in lines %}
  {% if each.1 == "heading" %}
    <h2 id="paragraph-{{ forloop.counter }}">{{ each.0 }}</h2>
  {% elif each.1 == "subheading" %}
    <h3 id="paragraph-{{ forloop.counter }}">{{ each.0 }}</h3>
  {% else %}
    <p{% if each.1 != "text" %} class="article-{{ each.1 }}"{% endif %}>{{ each.0|with_links }}</p>
  {% endif %}
{% endfor %}"""
DAY = re.compile(r"\d{4}年\d{1,2}月\d{1,2}日$")


def levels_before(lines):
    """Each line with its level, by the rules from before there were marks."""
    has_headings = is_signed = False
    for place, line in enumerate(lines):
        level, above = "text", lines[place + 1 : place + 2]
        if len(line) <= 40 and line[-1] not in "。；;？！":
            level = "heading" if re.match(r"[一二三四五六七八九十]+、", line) else level
            level = "subheading" if re.match(r"[（(][一二三四五六七八九十]+[）)]", line) else level
        if place == 0 and re.match(r"[^。]{2,100}[：:]$", line):
            level = "addressee"
        elif DAY.match(line) or (above and DAY.match(above[0]) and len(line) < 40 and line[-1] not in "。；;？！"):
            level = "signature"
        elif is_signed and re.match(r"[（(].{2,20}[）)]$|附件[0-9一二三四五六七八九十]*[：:]?$", line):
            level = "between"
        elif (
            is_signed
            and level == "text"
            and len(line) <= 40
            and line[-1] not in "。；;？！，,"
            and not set("：:。") & {*line}
        ):
            level = "title"
        is_signed = level in {"signature", "between"}
        level = "text" if level == "between" else level
        has_headings = has_headings or level == "heading"
        yield line, "heading" if level == "subheading" and not has_headings else level


def bodies_of_old():
    yield (FIXTURES / "2018-notice.txt").read_text(encoding="utf-8")
    yield from (page.read_text(encoding="utf-8") for page in sorted((FIXTURES / "site_pages").iterdir()))
    yield from (item_body(row["text"]) for row in json.loads((FIXTURES / "demo/items.json").read_text())["items"])
    yield legacy_row()["正文"]


def test_what_was_written_before_is_set_as_it_was():
    bodies = list(bodies_of_old())

    for body in bodies:
        lines = [line.strip() for line in body.splitlines() if line.strip()]
        before = engines["django"].from_string(AS_BEFORE).render({"lines": levels_before(lines)})
        now = render_to_string("disclosure/_paragraphs.html", {"blocks": blocks(body)})
        assert [line for line in now.splitlines() if line.strip()] == [
            line for line in before.splitlines() if line.strip()
        ]
        assert plain_words(body) == body
    assert len(bodies) > 20


# What is found in it, and what is new in it, stands where it is read.


def as_told(block):
    """The words of a block in their order: -gone-, +new+, [hit]."""
    told = []

    def tell(given):
        text = re.sub(r'<mark class="hit[^>]*>([^<]*)<span[^>]*>[^<]*</span></mark>', r"[\1]", given.text)
        told.append(re.sub("</?del>", "-", re.sub("</?ins>", "+", text)))
        return given

    block.changed(tell)
    return told


def test_changes_stand_in_the_cell_and_the_point_in_which_they_were_made():
    before = "# 旧\n开头。\n| 项目 | 金额 |\n| --- | --- |\n| 办公 | 12 |\n| 会议 | 3 |\n去掉。\n- 甲\n- 乙\n- 丙"
    after = "# 新\n开头。\n| 项目 | 金额 |\n| --- | --- |\n| 办公费 | 15 |\n| 会议 | 3 |\n- 甲\n- 乙丁\n- 丙\n- 戊"
    content = {"fields": {"body": before}, "files": []}
    changes = difference(content, {"fields": {"body": after}, "files": []}, at=datetime(2026, 1, 1, tzinfo=UTC)).text

    assert [as_told(each) for each in marked_blocks(after, [], set(), changes)] == [
        ["-旧-+新+"],
        ["开头。"],
        ["项目", "金额", "办公+费+", "1-2-+5+", "会议", "3"],
        ["-去掉。-"],
        ["甲", "乙+丁+", "丙", "+戊+"],
    ]


@pytest.mark.parametrize("in_text", [True, False], ids=["review", "public"])
def test_text_that_is_only_set_in_another_way_says_so(in_text):
    contents = ({"fields": {"body": body}, "files": []} for body in ("目标\n甲\n乙", "# 目标\n- 甲\n- 乙"))

    found = difference(*contents, at=datetime(2026, 1, 1, tzinfo=UTC))
    shown = render_to_string("disclosure/_difference.html", {"difference": found, "level": 2, "in_text": in_text})

    assert "正文的文字没有改动，标题、列表或表格的排法有改动。" in shown
    assert not any(words in shown for words in ("没有变化", "内容没有改动", "标在"))


FOUND = (
    "| 姓名 | 身份证号 | 电话 |\n| --- | --- | --- |\n| 王小明 | 330226199001011234 | 13805741234 |",
    "家庭住址：\n- 宁海县跃龙街道桃源路12号3单元401室\n- 其他",
    "# 姓名：\n王小明",
    "姓名：\n- 王小明\n- 李四光",
    "- 王小明，男，身份证号330226199001011234\n- 电话 138 0574 1234",
    "| 项目 | 姓名 |\n| --- | --- |\n| a\\|b | 王小明 |\n| c | 李四光 |",
    "表1　名单\n| 序号 | 姓名 | 低保金额 | 住址 |\n|---|---|---|---|\n| 1 | 王小明 | 800元 | 跃龙街道桃源路12号 |",
    "|---|---|\n| 姓名 | 王小明 |\n| 电话 | 13805741234 |",
)


@pytest.mark.parametrize("body", FOUND)
def test_personal_data_is_found_in_cells_and_points_as_in_plain_words(body):
    found = [(hit.kind, hit.text) for hit in find_in_body(body)]

    assert found
    assert found == [(hit.kind, hit.text) for hit in find_in_body(plain_words(body))]


@pytest.mark.parametrize("body", FOUND)
def test_every_hit_is_marked_where_it_is_read(body):
    hits = [
        ItemHit(kind=hit.kind, text=hit.text, place="正文", certain=True, field="body", start=hit.start, end=hit.end)
        for hit in find_in_body(body)
    ]

    told = "\n".join(text for block in marked_blocks(body, hits, set()) for text in as_told(block))

    assert re.findall(r"\[([^]]*)]", told) == [hit.text for hit in hits]
