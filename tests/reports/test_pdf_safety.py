"""Hostile text is printed, not obeyed; the press reaches for nothing outside itself."""

import csv
import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.template.loader import render_to_string
from weasyprint.urls import FatalURLFetchingError

from ninghai.files.workbooks.writing import defused
from reports.pdf import TypesettingError, render_pdf
from reports.pdf.fonts import typesetting_is_equipped
from reports.pdf.press import VARIANT, OwnFilesOnly, press
from tests.reports.reading import files_inside, opened, stored_snapshot, text_of

HOSTILE = '<script>alert(1)</script><img src="file:///etc/passwd">\x00\x1b[31m\u202e😀&amp;{{ x }}' + "W" * 400


def test_hostile_text_is_printed_as_it_was_typed(caplog: pytest.LogCaptureFixture):
    snapshot = stored_snapshot("spot-check-small-draft")
    snapshot["by_unit"][0]["unit"] = HOSTILE
    snapshot["spot_check"]["findings"][0] |= {"note": HOSTILE, "unit": HOSTILE, "requirement": HOSTILE}
    snapshot["title"] = HOSTILE[:60]

    pdf = render_pdf(snapshot=snapshot)

    text = text_of(pdf).replace(" ", "")
    assert "<script>alert(1)</script>" in text
    assert "{{x}}" in text
    assert "root:" not in text
    assert ".notdef" not in caplog.text
    with opened(pdf) as document:
        assert all(char["x1"] <= page.width - 20 for page in document.pages for char in page.chars)


@pytest.mark.parametrize(
    "address", ["file:///etc/passwd", "http://127.0.0.1/x", "https://127.0.0.1/x", "ftp://127.0.0.1/x", "font:../../x"]
)
@pytest.mark.parametrize(
    "html", ['<img src="{}">', '<link rel="attachment" href="{}">', '<p style="background:url({})">公</p>']
)
def test_a_document_that_reaches_outside_is_not_made(address: str, html: str):
    with pytest.raises(FatalURLFetchingError, match="公文不能引用外部资源"):
        press().lay_out(html=html.format(address)).write_pdf(pdf_variant=VARIANT)


@pytest.mark.parametrize(
    "picture", ['<img src="data:image/svg+xml,<svg">', '<img src="data:image/png;base64,iVBORw0KGgo=">']
)
def test_a_paper_that_lacks_a_picture_is_none(picture: str, monkeypatch: pytest.MonkeyPatch):
    """WeasyPrint tells its log alone, and goes on without."""
    monkeypatch.setattr("reports.pdf.rendering.render_to_string", lambda *args: render_to_string(*args) + picture)

    with pytest.raises(TypesettingError, match="文件中有图表或附件没有排印出来"):
        render_pdf(snapshot=stored_snapshot("progress-draft"))


def test_the_fetcher_hands_out_embedded_data_and_our_own_fonts_only():
    fetcher = OwnFilesOnly()

    assert fetcher.fetch("data:text/plain,ok").read() == b"ok"
    assert fetcher.fetch("font:fandol-fang").read(4) == b"OTTO"


def test_a_cell_that_starts_a_formula_is_defused():
    snapshot = stored_snapshot("progress-small-signed")
    snapshot["by_unit"][0]["unit"] = "=HYPERLINK(1)"

    files = dict(files_inside(render_pdf(snapshot=snapshot)))

    rows = list(csv.reader(io.StringIO(files["附件1-各单位工作进展情况表.csv"].decode("utf-8-sig"))))
    assert rows[1][1] == "'=HYPERLINK(1)"


@pytest.mark.parametrize(
    "cell", ["=1", "+1", "-1", "@x", "＝1", "＋1", "－1", "＠x", "\ufeff=1", "\u200b=1", " =1", "\t=1"]
)
def test_every_start_of_a_formula_is_known(cell: str):
    assert defused(cell) == f"'{cell}"


@pytest.fixture
def another_press(settings, tmp_path: Path) -> Iterator[None]:
    """A machine without 仿宋: the press of this process is put away for the time of a test."""
    settings.VAR_DIR = tmp_path
    press.cache_clear()
    yield
    press.cache_clear()


@pytest.mark.usefixtures("another_press")
def test_without_fangsong_the_next_face_stands_in_and_the_check_says_so():
    text = text_of(render_pdf(snapshot=stored_snapshot("progress-small-signed")))

    assert "深甽镇" in text
    assert [problem.id for problem in typesetting_is_equipped()] == ["reports.W002", "reports.W003"]


def test_without_the_last_face_nothing_is_printed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setattr("reports.pdf.fonts.DEBIAN_FONTS", tmp_path)

    with pytest.raises(TypesettingError, match="缺少公文字体：宋体"):
        render_pdf(snapshot=stored_snapshot("progress-draft"))
    assert "reports.E001" in [problem.id for problem in typesetting_is_equipped()]


def test_this_machine_can_typeset():
    assert typesetting_is_equipped() == []
