"""Masked copies of texts and PDFs: replaced where it stands, drawn anew with black boxes, no text beneath."""

import io

import pdfplumber
import pikepdf
import pypdfium2
import pytest
import weasyprint
from django.core.management import call_command
from pdfplumber.page import Page

from ninghai.personal_data.reading.content import UnreadableFile
from ninghai.personal_data.rewriting.rewriter import masked_copy
from ninghai.personal_data.scan import scan_file
from tests.ninghai.personal_data.files import MOBILE, NUMBER, OTHER
from tests.ninghai.sanitizing.unfolding import everything_in

STYLE = "<style>@page{size:A4} td,th{border:1px solid}</style>"
TABLE = f"""<table><tr><th>姓名</th><th>身份证号</th><th>致贫原因</th><th>金额</th></tr>
<tr><td>葛丽</td><td>{OTHER}</td><td>因病</td><td>300</td></tr></table>"""
SAID = f"<p>户主的证号{NUMBER}，联系电话{MOBILE}。</p>"


def pdf(body: str, *, turned: int = 0, moved: bool = False) -> bytes:
    data = weasyprint.HTML(string=f"<html lang=zh><title>{NUMBER}</title>{STYLE}{body}").write_pdf()
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(data)) as document:
        for page in document.pages:
            if turned:
                page.rotate(turned, relative=False)
            if moved:
                page.cropbox = [30, 40, 560, 800]
        document.save(out)
    return out.getvalue()


def dark_under(data: bytes, copy: bytes, words: str) -> list[bool]:
    """For each character of the words, as another program finds it, whether the copy is black there."""
    with pdfplumber.open(io.BytesIO(data)) as document, pypdfium2.PdfDocument(copy) as drawn:
        page = document.pages[0]
        picture = drawn[0].render(scale=1).to_pil().convert("L")
        text = "".join(char["text"] for char in page.chars)
        at = text.index(words)
        middles = [
            ((char["x0"] + char["x1"]) / 2, (char["top"] + char["bottom"]) / 2)
            for char in page.chars[at : at + len(words)]
        ]
    return [picture.getpixel(tuple(map(round, middle))) < 60 for middle in middles]


def test_a_pdf_is_drawn_anew_with_boxes_and_without_text():
    data = pdf(SAID + TABLE + "<p style='page-break-before:always'>第二页</p>")

    copy = masked_copy(name="公示.pdf", data=data)

    for words in (NUMBER, MOBILE, "葛丽", OTHER, "因病"):
        assert all(dark_under(data, copy, words)), words
    assert not all(dark_under(data, copy, "金额"))
    with pdfplumber.open(io.BytesIO(copy)) as document:
        assert len(document.pages) == 2
        assert not any(page.chars for page in document.pages)
        assert document.metadata == {}
    told = [secret.encode() for secret in (NUMBER, OTHER, MOBILE)]
    assert not any(secret in piece for piece in everything_in(copy) for secret in told)


@pytest.mark.parametrize("turned", [90, 180, 270])
def test_a_turned_page_is_boxed_at_the_right_place(turned):
    data = pdf(SAID, turned=turned)

    copy = masked_copy(name="公示.pdf", data=data)

    with pypdfium2.PdfDocument(data) as before, pypdfium2.PdfDocument(copy) as after:
        old, new = (each[0].render(scale=1).to_pil().convert("L") for each in (before, after))
    assert old.size == new.size
    inked = [place for place, dot in enumerate(old.tobytes()) if dot < 60]
    assert sum(new.tobytes()[place] < 140 for place in inked) > 0.5 * len(inked)  # letters stand where they stood
    assert sum(dot < 60 for dot in new.tobytes()) > 5 * len(inked)  # and boxes lie over most of them


def test_a_cropped_page_is_boxed_at_the_right_place():
    copy = masked_copy(name="公示.pdf", data=pdf(SAID, moved=True))
    plain = masked_copy(name="公示.pdf", data=pdf(SAID))

    with pypdfium2.PdfDocument(copy) as cropped, pypdfium2.PdfDocument(plain) as whole:
        small, large = (each[0].render(scale=1).to_pil().convert("L") for each in (cropped, whole))
    part = large.crop((30, large.height - 800, 560, large.height - 40))
    differing = sum(abs(one - other) > 128 for one, other in zip(small.tobytes(), part.tobytes(), strict=False))
    assert differing < 0.01 * len(small.tobytes())


def test_a_sensitive_column_without_a_place_makes_no_copy():
    with pytest.raises(UnreadableFile, match="位置不能确定"):
        masked_copy(name="公示.pdf", data=pdf(TABLE, turned=90))


def test_tables_are_looked_for_once_on_each_page(monkeypatch):
    looked = []
    find = Page.find_tables
    monkeypatch.setattr(Page, "find_tables", lambda page, *args: looked.append(page) or find(page, *args))
    rows = "".join(f"<tr><td>葛丽<td>{OTHER}<td>因病<td>300</tr>" for _ in range(30))

    masked_copy(name="公示.pdf", data=pdf(TABLE.replace("</table>", f"{rows}</table>")))

    assert len(looked) == 2  # what is personal is read, and its place


def test_long_pdfs_are_refused_in_a_sentence():
    with pytest.raises(UnreadableFile, match="超过60页"):
        masked_copy(name="公示.pdf", data=pdf("<p style='page-break-after:always'>页</p>" * 61))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_text_keeps_its_lines_and_encoding(encoding):
    text = f"公示\n姓名\t身份证号\t致贫原因\n葛丽\t{OTHER}\t因病\n\n证号{NUMBER}，电话{MOBILE}。\n"

    copy = masked_copy(name="公示.txt", data=text.encode(encoding)).decode(encoding)

    lines = copy.split("\n")
    assert lines[2].split("\t")[0] == "葛某"
    assert lines[2].split("\t")[2] == ""
    assert not any(secret in copy for secret in (NUMBER, OTHER, MOBILE, "因病"))
    assert len(lines) == len(text.split("\n"))
    assert scan_file(name="公示.txt", data=copy.encode()) == []


def test_the_command_writes_both(tmp_path):
    for name, data in (("公示.txt", f"证号{NUMBER}".encode()), ("公示.pdf", pdf(SAID))):
        (tmp_path / name).write_bytes(data)

    call_command("scan_personal_data", *map(str, sorted(tmp_path.glob("公示.*"))), "--mask-to", str(tmp_path / "副本"))

    for name in ("公示.txt", "公示.pdf"):
        assert not any(NUMBER.encode() in piece for piece in everything_in((tmp_path / "副本" / name).read_bytes()))
