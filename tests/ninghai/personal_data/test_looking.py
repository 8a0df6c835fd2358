"""What is looked into at once while somebody waits, and what is left to a process apart."""

import zlib

import pytest
import weasyprint

from ninghai.personal_data.looking import QUICK_PDF, QUICK_UNPACKED, is_quick, text_within_bounds, unpacks_within

MUCH = zlib.compress(bytes(30 * 1024 * 1024))


def pdf(packed: bytes, filters: bytes = b"/FlateDecode") -> bytes:
    return b"%PDF-1.7\n4 0 obj\n<</Filter " + filters + b">>stream\n" + packed + b"\nendstream\nendobj\n%%EOF\n"


SLOW = {
    "a stream that unpacks into much": pdf(MUCH),
    "half of such a stream": pdf(MUCH[: len(MUCH) // 2]),
    "one that is broken far down": pdf(MUCH[:-20] + b"broken"),
    "one packed twice": pdf(zlib.compress(MUCH), b"[/FlateDecode /FlateDecode]"),
    "one packed twice in disguise": pdf(zlib.compress(MUCH), b"[/Fl#61teDecode/Fl]"),
    "one packed in another way": pdf(b"\x80" * 1000, b"/LZWDecode"),
}


@pytest.mark.parametrize("what", SLOW)
def test_a_small_pdf_that_unpacks_into_much_waits(what):
    assert len(SLOW[what]) < QUICK_PDF
    assert not is_quick(name="文.pdf", data=SLOW[what])


def test_an_ordinary_small_pdf_does_not_wait():
    made = weasyprint.HTML(string="<h1>预算公开</h1><p>说明</p>").write_pdf()

    assert unpacks_within(made, most=QUICK_UNPACKED)


def test_the_text_of_what_would_cost_much_is_read_in_a_process_of_its_own(monkeypatch):
    table = "项目,饮用水提升\n".encode()
    monkeypatch.setattr("ninghai.personal_data.looking.CHEAP_UNPACKED", 0)
    monkeypatch.setattr("ninghai.personal_data.looking._text", lambda **_: pytest.fail("read here"))

    assert text_within_bounds(name="表.csv", data=table) == "项目\t饮用水提升"
    monkeypatch.setattr("ninghai.personal_data.looking.TEXT_SECONDS", 0)
    assert text_within_bounds(name="表.csv", data=table) == ""


def test_a_parser_that_fails_in_an_unknown_way_leaves_no_text(monkeypatch):
    monkeypatch.setattr("ninghai.personal_data.looking.visible_text", lambda **_: [].pop())

    assert text_within_bounds(name="表.csv", data=b"a") == ""
