"""Papers of one page, of twelve and of sixty, measured from the PDF against GB/T 9704-2012."""

import json
import re
from itertools import pairwise, takewhile
from typing import Any

import pytest
from pdfplumber.page import Page

from reports.pdf import render_pdf
from tests.reports import made_up
from tests.reports.reading import MM, lines_of, opened, tagged_text

CHARACTER = 15.75
LINE = 225 * MM / 22
LETTER, TITLE = 15.75, 22.0
HEI, KAI, FANG, SONG = "Official-Hei", "Official-Kai", "Official-FangSong", "Official-Song-Bold"


Ink = tuple[list[float], list[float]]

PAPERS = {
    1: lambda: made_up.urgent(),
    12: lambda: made_up.progress(units=13, points=10),
    60: lambda: made_up.spot_check(units=49, points=19),
}


@pytest.fixture(scope="module", params=[1, 12, pytest.param(60, marks=pytest.mark.exhaustive)])
def pages(request: pytest.FixtureRequest) -> list[Page]:
    """The pages of a paper of that length."""
    document = opened(render_pdf(snapshot=PAPERS[request.param]()))
    assert len(document.pages) == request.param
    return document.pages


@pytest.fixture(scope="module")
def tables(pages: list[Page]) -> list[list[list[str | None]]]:
    """The rows of each table of the annexes, page by page."""
    after = pages[len(letter_pages(pages)) :]
    return [table.extract() for page in after for table in page.find_tables() if is_table(table)]


@pytest.fixture(scope="module")
def ink(pages: list[Page]) -> Ink:
    """Where red stands on the first page, and where black."""
    return rows_of_ink(pages[0])


def left_of(page: Page) -> float:
    return (28 if page.page_number % 2 else 26) * MM


def is_upright(page: Page) -> bool:
    return bool(page.width < page.height)


def annex_label(page: Page) -> str:
    """附件1 at the head of a page on which an annex begins."""
    found = re.search(r"^附件\d*$", page.extract_text(), re.MULTILINE)
    return found[0] if found else ""


def letter_pages(pages: list[Page]) -> list[Page]:
    """Those before the first annex."""
    return list(takewhile(lambda page: not annex_label(page), pages))


def text(line: list[dict[str, Any]]) -> str:
    return "".join(char["text"] for char in line)


def body_lines(page: Page) -> list[list[dict[str, Any]]]:
    return [line for line in lines_of(page) if all(abs(char["size"] - LETTER) < 0.01 for char in line)]


def place_of(line: list[dict[str, Any]]) -> int:
    """Which of the 22 lines of the 版心 it is, from 0; its baseline lies seven tenths down the line."""
    return int((260 * MM - line[-1]["matrix"][5]) / LINE)


def test_nothing_but_the_numbers_stands_outside_the_grid(pages: list[Page]):
    for page in pages:
        if not is_upright(page):
            continue
        within = [
            c for c in page.chars if 37 * MM < (c["top"] + c["bottom"]) / 2 < (297 - 35) * MM and c["text"].strip()
        ]
        assert all(left_of(page) - 0.5 <= c["x0"] and c["x1"] <= left_of(page) + 156 * MM + 0.6 for c in within)


def test_landscape_tables_keep_within_the_turned_grid(pages: list[Page]):
    for page in [page for page in pages if not is_upright(page)]:
        cells = [
            edge for edge in page.rects + page.lines if edge["x1"] - edge["x0"] > 1 or edge["bottom"] - edge["top"] > 1
        ]
        top = (28 if page.page_number % 2 else 26) * MM
        assert min(edge["x0"] for edge in cells) == pytest.approx(35 * MM, abs=1)
        assert max(edge["x1"] for edge in cells) == pytest.approx((297 - 37) * MM, abs=1)
        assert min(edge["top"] for edge in cells) >= top - 1
        assert max(edge["bottom"] for edge in cells) <= top + 156 * MM + 1


def test_the_letter_stands_on_22_lines_of_28_characters(pages: list[Page]):
    for page in letter_pages(pages)[1:]:
        lines = body_lines(page)
        gaps = [a[-1]["matrix"][5] - b[-1]["matrix"][5] for a, b in pairwise(lines)]
        assert len(lines) <= 22
        assert all(abs(gap / LINE - round(gap / LINE)) < 0.08 for gap in gaps)
        for line in lines:
            assert sum(0.5 if c["text"].isascii() else 1 for c in line) <= 28
            assert line[0]["x0"] >= left_of(page) - 0.5


def test_a_full_page_has_22_lines_and_a_full_line_28_characters(pages: list[Page]):
    """A page ends a line or two early at most: a heading goes over to its text, a line does not stand alone.

    The last page but one ends where the last section goes over, so that name and day have text above them.
    """
    letter = [body_lines(page) for page in letter_pages(pages)]
    places = [[place_of(line) for line in lines] for lines in letter]

    assert places[0][-1] == 21
    for lines, found in zip(letter[1:-2], places[1:-2], strict=True):
        assert found == list(range(len(lines)))
        assert 20 <= len(lines) <= 22
    assert max(map(len, letter)) == 22 or len(letter) < 4
    chinese = [len(line) for lines in letter for line in lines if not any(char["text"].isascii() for char in line)]
    assert max(chinese) == 28


def test_both_edges_of_the_running_text_are_straight(pages: list[Page]):
    lines = [(page, line) for page in letter_pages(pages) for line in body_lines(page) if len(line) >= 24]
    unfinished = [(page, line) for page, line in lines if line[-1]["text"] not in "。：" and line[-1]["x1"] < 1000]

    for page, line in unfinished:
        if line[-1]["x1"] > left_of(page) + 140 * MM:
            assert line[-1]["x1"] == pytest.approx(left_of(page) + 156 * MM, abs=0.6), text(line)


def test_page_numbers_stand_outside_right_and_left(pages: list[Page]):
    for page in [page for page in pages if is_upright(page)]:
        foot = [c for c in page.chars if c["top"] > (297 - 35) * MM and round(c["size"]) == 14 and c["text"].strip()]
        foot.sort(key=lambda char: char["x0"])
        if not foot:
            assert page.page_number >= len(pages) - 1  # a blank page and the imprint after it
            continue
        assert text(foot) == f"—{page.page_number}—"
        if page.page_number % 2:
            assert foot[-1]["x1"] == pytest.approx((210 - 26) * MM - 14, abs=0.5)
        else:
            assert foot[0]["x0"] == pytest.approx(26 * MM + 14, abs=0.5)


def test_a_landscape_page_has_its_number_where_the_bound_sheet_has_it(pages: list[Page]):
    for page in [page for page in pages if not is_upright(page)]:
        digits = sorted((c for c in page.chars if not c["upright"] and c["text"].isdigit()), key=lambda c: c["top"])
        assert text(digits) == str(page.page_number)
        assert all(20 * MM < c["x0"] < 28 * MM for c in digits)
        assert (digits[0]["top"] > 105 * MM) == (page.page_number % 2 == 1)


def test_no_heading_is_left_alone_at_the_foot_of_a_page(pages: list[Page]):
    for page in letter_pages(pages):
        last = body_lines(page)[-1]
        assert last[0]["fontname"].split("+")[1] not in {HEI, KAI} or last[0]["text"] == "（", text(last)
        assert not (last[0]["fontname"].endswith(HEI) and "、" in text(last)[:3])


def test_each_level_has_its_face(pages: list[Page]):
    faces: dict[str, set[str]] = {"一、": set(), "（一）": set(), "根据": set()}
    for page in letter_pages(pages):
        for line in body_lines(page):
            for begin, found in faces.items():
                if text(line).startswith(begin):
                    found.add(line[-1]["fontname"].split("+")[1])

    headings = {"一、": {HEI}, "（一）": {KAI}} if len(pages) > 1 else {"一、": set(), "（一）": set()}
    assert faces == headings | {"根据": {FANG}}


def test_the_title_narrows_downwards_in_2_hao_xiao_biao_song(pages: list[Page]):
    title = [line for line in lines_of(pages[0]) if round(line[0]["size"], 1) == TITLE]
    widths = [line[-1]["x1"] - line[0]["x0"] for line in title]

    assert {char["fontname"].split("+")[1] for line in title for char in line} == {SONG}
    assert len(title) > 1
    assert widths[0] >= widths[-1] - 2 * TITLE
    assert text(title[-1]).endswith(("的通报", "的督办通知"))
    assert len(text(title[-1])) > 4
    middle = left_of(pages[0]) + 78 * MM
    assert all((line[0]["x0"] + line[-1]["x1"]) / 2 == pytest.approx(middle, abs=3) for line in title)


def test_red_head_and_number_come_with_the_signature(pages: list[Page], ink: Ink):
    first = pages[0].extract_text()
    red = [c for c in pages[0].chars if c["non_stroking_color"] and c["non_stroking_color"][0] == 1]

    if "草稿" in first:
        assert not red
        assert "〔2018〕61号" not in first
    else:
        assert text(red) == "宁海县人民政府办公室文件"
        assert "宁政办发〔2018〕61号" in first
        assert min(ink[0]) == pytest.approx(37 + 35, abs=0.5)


def test_the_red_rule_stands_4_mm_below_the_number(pages: list[Page], ink: Ink):
    """GB/T 9704-2012 7.2.7."""
    if "草稿" in pages[0].extract_text():
        return
    red, black = ink
    rule = max(red)
    number = max(at for at in black if at < rule)

    assert rule - number == pytest.approx(4, abs=0.5)


def rows_of_ink(page: Page) -> Ink:
    """Where red stands, and where black, in mm from the upper edge of the sheet."""
    picture = page.to_image(resolution=254).original.convert("RGB")  # 10 points a millimetre
    strip = picture.crop((400, 0, picture.width - 400, picture.height))
    colours = [strip.crop((0, at, strip.width, at + 1)).getcolors(2**16) or [] for at in range(strip.height)]
    red = [at / 10 for at, row in enumerate(colours) if any(r > 200 and g < 120 for _, (r, g, _b) in row)]
    black = [at / 10 for at, row in enumerate(colours) if any(r < 90 and g < 90 for _, (r, g, _b) in row)]
    return red, black


def test_every_annex_begins_on_a_page_of_its_own(pages: list[Page]):
    starts = [page for page in pages if annex_label(page)]

    assert [annex_label(page) for page in starts] == [f"附件{at}" for at in range(1, len(starts) + 1)]
    for page in starts:
        at = text(page.chars).index("附件")
        label, title = page.chars[at], next(char for char in page.chars if round(char["size"], 1) == TITLE)
        assert label["fontname"].split("+")[1] == HEI
        assert title["fontname"].split("+")[1] == SONG
        assert title["matrix"][5] - label["matrix"][5] == pytest.approx(-2 * LINE, abs=6)  # the third line


def is_table(found: Any) -> bool:
    """Not the bars of a chart, not the rules of the imprint."""
    return found.bbox[2] - found.bbox[0] > 150 * MM and len(found.rows[0].cells) > 4


def test_a_table_repeats_its_head_and_splits_no_row(tables):
    for rows in tables:
        assert rows[0][0] in {"序号", "名次"}
        for row in rows[1:]:
            assert row[0] == "" or row[0].isdecimal(), row
            assert any(row[1:])


def test_no_row_of_a_table_stands_alone_on_a_page(tables):
    for rows in tables:
        assert len(rows) > 2, rows  # the head, and two rows at least


def test_the_sum_is_set_in_the_face_of_its_rows(pages: list[Page]):
    for page in pages[len(letter_pages(pages)) :]:
        for at in [found.start() for found in re.finditer("合计", text(page.chars))]:
            assert page.chars[at]["fontname"].split("+")[1] == FANG


def test_signature_and_date_leave_room_for_the_seal(pages: list[Page]):
    page = letter_pages(pages)[-1]
    right = left_of(page) + 156 * MM
    lines = body_lines(page)
    at = next(at for at, line in enumerate(lines) if text(line) == "宁海县人民政府办公室")
    name, date = lines[at], lines[at + 1]

    assert text(date).startswith("2018年")
    if "月日" in text(date):  # a draft, set as it will be sealed
        return
    assert text(date) == "2018年11月21日"
    assert right - date[-1]["x1"] == pytest.approx(4 * CHARACTER, abs=CHARACTER)
    assert (name[0]["x0"] + name[-1]["x1"]) / 2 == pytest.approx((date[0]["x0"] + date[-1]["x1"]) / 2, abs=2)


def test_the_imprint_is_at_the_foot_of_the_last_even_page(pages: list[Page]):
    if "草稿" in pages[0].extract_text():
        assert "日印发" not in "".join(page.extract_text() for page in pages)
        return
    last = pages[-1]
    frames = [r for r in last.rects if r["x1"] - r["x0"] == pytest.approx(156 * MM, abs=1)]

    assert len(pages) % 2 == 0
    assert "2018年11月21日印发" in last.extract_text()
    assert max(frame["bottom"] for frame in frames) == pytest.approx((297 - 35) * MM, abs=1)


def test_the_way_to_verify_and_the_imprint_are_read_out_in_their_place(pages: list[Page]):
    first, last = tagged_text(pages[0]), tagged_text(pages[-1])

    order = ["〔2018〕44号", "请于收到"] if len(pages) == 1 else ["一、总体情况"]
    order = ["宁海县人民政府办公室关于", "核验二维码", "核验码：7K3M-9QXD", *order]
    assert [first.index(words) for words in order] == sorted(first.index(words) for words in order)
    assert ("日印发" in last) == ("草稿" not in pages[0].extract_text())


# --- 署名 and 成文日期 -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("without_seal", [False, True])
def test_name_and_day_stand_where_the_seal_covers_them_or_where_there_is_none(without_seal: bool):
    """GB/T 9704-2012 7.3.5: with a seal the day ends 4 characters from the right; without, the name 2, the day 2 after it."""
    document = opened(render_pdf(snapshot=made_up.urgent(signed=True, without_seal=without_seal)))
    page = document.pages[-1]
    lines, right = body_lines(page), left_of(page) + 156 * MM
    at = next(at for at, line in enumerate(lines) if text(line) == "宁海县人民政府办公室")
    before, name, day = lines[at - 1 : at + 2]
    blank = round((before[0]["matrix"][5] - name[0]["matrix"][5]) / LINE) - 1

    assert text(day) == "2018年11月21日"
    if without_seal:
        assert blank == 1
        assert right - name[-1]["x1"] == pytest.approx(2 * CHARACTER, abs=0.5)
        assert day[0]["x0"] - name[0]["x0"] == pytest.approx(2 * CHARACTER, abs=0.5)
    else:
        assert blank == 2
        assert right - day[-1]["x1"] == pytest.approx(4 * CHARACTER, abs=CHARACTER)
        assert (name[0]["x0"] + name[-1]["x1"]) / 2 == pytest.approx((day[0]["x0"] + day[-1]["x1"]) / 2, abs=2)


# --- Rare characters -------------------------------------------------------------------------------------------------

RARE = "甽堃䶮𠮷"  # each from another face than the characters beside it: none is in GB 2312


def test_a_line_with_a_rare_character_is_no_higher_than_its_neighbours():
    """Every unit's name has it, so nearly every line of the text does."""
    expected = baselines("县")

    assert {rare: baselines(rare) for rare in RARE} == dict.fromkeys(RARE, expected)


def baselines(character: str) -> list[list[float]]:
    """Of each line of a letter's pages that has this character wherever it had 县."""
    snapshot = json.dumps(made_up.progress(units=8, points=8), ensure_ascii=False).replace("县", character)
    letter = letter_pages(opened(render_pdf(snapshot=json.loads(snapshot))).pages)
    assert character in letter[1].extract_text()
    return [[round(line[-1]["matrix"][5], 1) for line in body_lines(page)] for page in letter]
