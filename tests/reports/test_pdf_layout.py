"""The official document layout (GB/T 9704-2012), measured on the finished PDF."""

from collections.abc import Iterator
from itertools import pairwise

import pytest
from pdfplumber.pdf import PDF

from reports.pdf import render_pdf
from reports.pdf.page import END_OF_TEXT, with_imprint
from reports.pdf.press import VARIANT, press
from tests.reports import made_up
from tests.reports.reading import MM, lines_of, opened, stored_snapshot, text_of

LINE = 225 * MM / 22
CHARACTER = 15.75


def typeset(body: str) -> bytes:
    return press().lay_out(html=f"<html lang=zh-CN><title>版</title><body>{body}").write_pdf(pdf_variant=VARIANT)


@pytest.fixture(scope="module")
def large() -> Iterator[PDF]:
    """Printed and read once for all who look at it."""
    with opened(render_pdf(snapshot=stored_snapshot("spot-check-large-signed"))) as document:
        yield document


@pytest.fixture(scope="module")
def draft() -> Iterator[PDF]:
    with opened(render_pdf(snapshot=stored_snapshot("spot-check-small-draft"))) as document:
        yield document


def words_of(document: PDF) -> str:
    """All pages, without the line ends."""
    return "".join(page.extract_text().replace("\n", "") for page in document.pages)


def test_a_full_page_holds_22_lines_of_28_characters():
    with opened(typeset(f"<p>{'公' * 28 * 22 * 2}</p>")) as document:
        for page in document.pages[:2]:
            lines = lines_of(page)

            assert len(lines) == 22
            assert {len(line) for line in lines[1:]} == {28}
            assert [a[0]["matrix"][5] - b[0]["matrix"][5] for a, b in pairwise(lines)] == pytest.approx(
                [LINE] * 21, abs=0.05
            )


def test_the_first_line_of_a_paragraph_is_indented_by_two_characters():
    with opened(typeset(f"<p>{'公' * 60}</p>")) as document:
        first, second, _ = lines_of(document.pages[0])

    assert first[0]["x0"] - second[0]["x0"] == pytest.approx(2 * CHARACTER, abs=0.1)


@pytest.mark.parametrize(("page", "left"), [(0, 28), (1, 26)])
def test_the_binding_edge_is_28_mm_wide_on_both_sides_of_the_sheet(page: int, left: int):
    with opened(typeset(f"<p>{'公' * 28 * 22 * 2}</p>")) as document:
        sheet = document.pages[page]
        line = lines_of(sheet)[5]

        assert (sheet.width, sheet.height) == pytest.approx((210 * MM, 297 * MM), abs=0.1)
        assert line[0]["x0"] == pytest.approx(left * MM, abs=0.5)
        assert line[-1]["x1"] == pytest.approx((left + 156) * MM, abs=1.5)


def number_on(page) -> list[dict]:
    foot = [char for char in page.chars if char["top"] > (297 - 35) * MM and round(char["size"]) == 14]
    return sorted((char for char in foot if char["text"].strip()), key=lambda char: char["x0"])


def test_page_numbers_stand_right_on_odd_and_left_on_even_pages():
    with opened(typeset(f"<p>{'公' * 28 * 22 * 2}</p>")) as document:
        odd, even = (number_on(page) for page in document.pages[:2])

    assert "".join(char["text"] for char in odd) == "—1—"
    assert "".join(char["text"] for char in even) == "—2—"
    assert odd[-1]["x1"] == pytest.approx((210 - 26) * MM - 14, abs=0.5)
    assert even[0]["x0"] == pytest.approx(26 * MM + 14, abs=0.5)


def test_the_dash_of_the_page_number_is_7_mm_below_the_grid():
    with opened(typeset("<p>公</p>")) as document:
        page = document.pages[0]
        dash = number_on(page)[0]
        strip = page.crop((dash["x0"] + 4, (297 - 34) * MM, dash["x1"] - 4, 297 * MM)).to_image(resolution=254).original
    rows = [
        at for at in range(strip.height) if strip.convert("L").crop((0, at, strip.width, at + 1)).getextrema()[0] < 128
    ]

    assert (rows[0] + rows[-1]) / 2 / 10 + 1 == pytest.approx(7, abs=0.3)


def test_each_level_has_its_face_and_size(draft: PDF):
    chars = draft.pages[0].chars
    faces = {}
    for sample in ("宁海县人民政府办公室关于", "一、总体情况", "（一）工作要点落实进展", "各乡镇人民政府"):
        at = "".join(char["text"] for char in chars).index(sample)
        faces[sample] = (chars[at]["fontname"].split("+")[1], round(chars[at]["size"], 2))

    assert faces == {
        "宁海县人民政府办公室关于": ("Official-Song-Bold", 22),
        "一、总体情况": ("Official-Hei", CHARACTER),
        "（一）工作要点落实进展": ("Official-Kai", CHARACTER),
        "各乡镇人民政府": ("Official-FangSong", CHARACTER),
    }


def test_the_body_of_a_letter_keeps_to_the_grid(draft: PDF):
    lines = lines_of(draft.pages[1])

    assert len(lines) >= 21  # a heading at the foot goes over to its text
    gaps = [a[-1]["matrix"][5] - b[-1]["matrix"][5] for a, b in pairwise(lines)]
    assert gaps == pytest.approx([LINE] * len(gaps), abs=2)  # faces sit a little apart on one line
    assert sum(gaps) == pytest.approx(LINE * len(gaps), abs=1.5)


def test_table_heads_are_repeated_on_every_page_of_the_table(large: PDF):
    texts = [page.extract_text() for page in large.pages]
    first = next(at for at, text in enumerate(texts) if text.startswith("附件1"))
    second = next(at for at, text in enumerate(texts) if "附件2" in text and "抽查结果表" in text and at > first)

    assert second - first >= 2
    assert all("序号" in text and "办结率" in text for text in texts[first:second])


def test_a_row_is_never_split_between_two_pages(large: PDF):
    snapshot = stored_snapshot("spot-check-large-signed")
    texts = [page.extract_text() for page in large.pages]

    for row in snapshot["by_unit"]:
        assert any(f"{row['unit']} {row['assignments']} {row['completed']}" in text for text in texts), row["unit"]


def test_the_findings_table_is_landscape_with_its_number_where_the_bound_page_has_it(large: PDF):
    turned = [page for page in large.pages if page.width > page.height]
    places = {
        page.page_number: [char for char in page.chars if not char["upright"] and char["text"].isdigit()]
        for page in turned
    }

    assert len(turned) >= 2
    for number, chars in places.items():
        assert "".join(char["text"] for char in sorted(chars, key=lambda char: char["top"])) == str(number)
        assert all(20 * MM < char["x0"] < 28 * MM for char in chars)
        near_the_bottom = chars[0]["top"] > 105 * MM
        assert near_the_bottom == (number % 2 == 1)


def test_a_draft_says_so_and_has_no_red_head_number_or_imprint(draft: PDF):
    first = draft.pages[0].extract_text()
    colours = {str(char["non_stroking_color"]) for char in draft.pages[0].chars}

    assert first.startswith("草稿")
    assert "文件" not in first.split("核验")[0].splitlines()[1]
    assert "印发〔" not in words_of(draft)
    assert "日印发" not in words_of(draft)
    assert not any("0.2" in colour for colour in colours)


def test_a_signed_circular_has_red_head_number_date_and_imprint_on_an_even_page(large: PDF):
    first, last, count = large.pages[0].extract_text(), large.pages[-1].extract_text(), len(large.pages)
    head = large.pages[0].chars[0]

    assert first.splitlines()[:2] == ["宁海县人民政府办公室文件", "宁政办发〔2018〕61号"]
    assert head["non_stroking_color"] == pytest.approx((1, 0.2, 0.2), abs=0.01)
    assert "草稿" not in words_of(large)
    assert "（此件公开发布）" in words_of(large)
    assert count % 2 == 0
    assert "2018年11月21日印发" in last
    assert "抄送：县委各部门" in last


@pytest.mark.parametrize(
    ("lines", "pages", "numbers"),
    [
        (5, 2, ["1", "2"]),  # ends on page 1: the imprint gets page 2
        (26, 2, ["1", "2"]),  # ends on page 2 with room below
        (44, 4, ["1", "2", "", ""]),  # page 2 is full: a blank page, then the imprint, both without number
    ],
)
def test_the_imprint_finds_the_last_even_page(lines: int, pages: int, numbers: list[str]):
    signed = {"document_number": "宁政办发〔2018〕61号", "signed_on": "2018-11-21", "signer": "主任"}
    named = {"issuer": "宁海县人民政府办公室", "title": "通报"}
    context = named | {"signed": signed, "signed_day": "2018年11月21日", "has_imprint": True}
    text = "".join("<p>公开</p>" for _ in range(lines))
    letter = press().lay_out(
        html=f"<html lang=zh-CN>{text}<div id='{END_OF_TEXT}'></div><div class='imprint-room'><div></div></div>"
    )

    pdf = with_imprint(document=letter, press=press(), context=context).write_pdf(pdf_variant=VARIANT)

    with opened(pdf) as document:
        assert len(document.pages) == pages
        assert ["".join(c["text"] for c in number_on(p)).strip("—") for p in document.pages] == numbers


def test_every_unit_of_the_county_is_printed_with_a_real_glyph(caplog: pytest.LogCaptureFixture):
    snapshot = stored_snapshot("progress-draft")

    pdf = render_pdf(snapshot=snapshot)

    text = text_of(pdf)
    assert [row["unit"] for row in snapshot["by_unit"] if row["unit"] not in text] == []
    assert "深甽镇" in text
    assert ".notdef" not in caplog.text


def test_rare_characters_of_names_have_glyphs_in_every_face(caplog: pytest.LogCaptureFixture):
    names = "深甽镇堃喆玥犇琤镕璟翀赟淏珺䶮"

    pdf = typeset(f"<h1>{names}</h1><h2>{names}</h2><h3>{names}</h3><p>{names}</p>")

    assert text_of(pdf).count(names) == 4
    assert ".notdef" not in caplog.text


def test_the_press_tells_of_a_missing_glyph(caplog: pytest.LogCaptureFixture):
    typeset("<p>\U0010fff0</p>")  # LibreOffice's OpenSymbol draws much of the private use area at U+E000

    assert ".notdef" in caplog.text


def test_a_minus_is_as_wide_as_a_digit():
    """Which a hyphen is not, whatever its code says that it is."""
    with opened(typeset("<p>3\u22122</p>")) as document:
        digit, minus, _ = document.pages[0].chars[:3]

    assert minus["text"] == "\u2212"
    assert minus["width"] > 0.9 * digit["width"]


def test_a_sum_of_four_digits_stands_in_one_line():
    snapshot = made_up.progress(units=3, points=4)
    sums = {"assignments": 9999, "reports_owed": 4321, "reports_missing": 1234}
    snapshot["totals"] |= sums

    with opened(render_pdf(snapshot=snapshot)) as document:
        words = [word["text"] for page in document.pages for word in page.extract_words()]

    assert {str(each) for each in sums.values()} <= set(words)


def test_a_demonstration_is_marked_on_every_page(draft: PDF):
    assert all("演示数据" in page.extract_text() for page in draft.pages)


def test_the_first_page_leads_to_the_page_that_confirms_it(draft: PDF):
    page = draft.pages[0]
    text, links, pictures = page.extract_text(), page.hyperlinks, page.rects + page.curves + page.lines

    assert "数据截至2018年11月20日" in text
    assert "核验码：7K3M-9QXD" in text
    assert [link["uri"] for link in links] == ["http://127.0.0.1:8000/verify/7K3M-9QXD/"]
    code = [shape for shape in pictures if shape["top"] > (297 - 35) * MM]
    assert code
    assert all(shape["x1"] <= (28 + 21) * MM for shape in code)
