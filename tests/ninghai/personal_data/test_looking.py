"""What is looked into at once while somebody waits, and what is left to a process apart."""

import zlib

import pytest
import weasyprint

from ninghai.personal_data.looking import QUICK_PDF, is_quick, unpacks_quickly

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
    assert unpacks_quickly(weasyprint.HTML(string="<h1>预算公开</h1><p>说明</p>").write_pdf())
