"""Papers of one page, of twelve and of sixty, measured from the PDF against GB/T 9704-2012."""

import pytest

from reports.typesetting import render_pdf
from tests.reports.reading import MM, lines_of, opened, stored_snapshot, tagged_text


@pytest.fixture(scope="module")
def large() -> bytes:
    return render_pdf(snapshot=stored_snapshot("spot-check-large-signed"))


def test_both_edges_of_the_running_text_are_straight(large: bytes):
    with opened(large) as document:
        lines = [line for page in document.pages[:4] for line in lines_of(page)]
    full = [
        line
        for line in lines
        if round(line[0]["size"], 2) == 15.75 and len(line) > 20 and line[-1]["text"] not in "。："
    ]

    assert len(full) > 30
    for line in full:
        left = 28 if line[0]["page_number"] % 2 else 26
        assert line[-1]["x1"] == pytest.approx((left + 156) * MM, abs=0.5), "".join(char["text"] for char in line)


def test_the_way_to_verify_and_the_imprint_are_read_out_in_their_place(large: bytes):
    with opened(large) as document:
        first, last = tagged_text(document.pages[0]), tagged_text(document.pages[-1])

    order = ["抽查情况的通报", "核验二维码", "核验码：7K3M-9QXD", "各乡镇人民政府", "一、总体情况"]
    assert [first.index(words) for words in order] == sorted(first.index(words) for words in order)
    assert "抄送：县委各部门" in last
    assert "2018年11月21日印发" in last
