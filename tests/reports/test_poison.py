"""Poisoned text, in every place where what somebody typed reaches a paper, ends in a paper or a sentence, within bounds.

A rendering has the time of a job and no more (REPORT_SECONDS): the alarm that ends a job fails the test.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings

from ninghai.jobs.bounds import within_bounds
from reports.letters.score import MOST_RULES
from reports.pdf import TypesettingError, letter_html, render_pdf
from reports.pdf.booklet import Booklet, render_booklet
from reports.pdf.printable import MOST_BOOKLET_ROWS, MOST_CHARACTERS, MOST_ROWS, clean, full_width
from tests.reports import made_up
from tests.reports.poisoned_papers import POISONS, SMALL, poisoned
from tests.reports.reading import files_inside, opened, text_of

MOST_TYPED = 60_000  # characters in each of a booklet's many texts: three times what is printed of one


@pytest.fixture(autouse=True)
def _time_of_a_job() -> Iterator[None]:
    with within_bounds(seconds=settings.REPORT_SECONDS):
        yield


@pytest.mark.parametrize("kind", SMALL)
def test_every_poison_in_turn_still_becomes_a_letter_of_every_kind(kind: str):
    for poison in POISONS.values():
        assert "</html>" in letter_html(snapshot=poisoned(SMALL[kind](), poison[:200_000]))


@pytest.mark.parametrize("poison", POISONS)
def test_a_poisoned_text_everywhere_is_set_within_bounds(poison: str, caplog: pytest.LogCaptureFixture):
    kind = list(SMALL)[list(POISONS).index(poison) % len(SMALL)]

    pdf = render_pdf(snapshot=poisoned(SMALL[kind](), POISONS[poison]))

    assert ".notdef" not in caplog.text
    with opened(pdf) as document:
        assert len(document.pages) < 60
        assert all(char["x1"] <= page.width for page in document.pages for char in page.chars)


def test_more_text_than_a_worker_can_set_is_refused_in_a_sentence():
    snapshot = made_up.progress(units=1, points=1)
    snapshot["overdue"] = [{"unit": "甲", "point": "一1", "text": "长" * 20_000, "due_date": "2018-09-30", "days_late": 1}] * (
        MOST_CHARACTERS // 20_000 + 1
    )  # fmt: skip

    with pytest.raises(TypesettingError, match="超过一份文件可以排印的"):
        render_pdf(snapshot=snapshot)


def test_more_rows_than_print_can_hold_stand_in_the_csv():
    snapshot = made_up.overdue(units=3, points=9)
    row = snapshot["overdue"][0]
    snapshot["overdue"] = [row | {"days_late": at} for at in range(MOST_ROWS + 500)]

    html = letter_html(snapshot=snapshot)

    assert html.count("<tr><td>") == MOST_ROWS
    assert f"本表共{MOST_ROWS + 500}行，此处列出前{MOST_ROWS}行，全部数据见本文件所附CSV数据文件。" in html


def test_a_ranking_by_more_rules_than_fit_across_keeps_their_marks_in_the_csv():
    snapshot = made_up.score(units=3)
    many = MOST_RULES + 1
    rules = [f"项目{at}" for at in range(many)]
    snapshot |= {"rules": rules, "heads": [f"{rule}（1分）" for rule in rules], "full_marks": ["1"] * many}
    for row in snapshot["ranking"]:
        row["amounts"] = ["0.5"] * many

    pdf = render_pdf(snapshot=snapshot)

    assert "项目12" in dict(files_inside(pdf))["附件1-各单位考核得分排名表.csv"].decode("utf-8-sig")
    assert "各项目得分见本文件所附CSV数据文件。" in text_of(pdf)


def test_what_was_cut_says_so():
    snapshot = made_up.progress(units=1, points=1)
    snapshot["notice"] = snapshot["notice"] | {"title": "长" * 300}

    assert f"{'长' * 198}……" in letter_html(snapshot=snapshot)


def test_brackets_are_read_once_however_deep():
    """Of so many, whoever read them once for each level would not come to an end in the time of a job."""
    many = 400_000

    assert full_width("(" * many + "县" + ")" * many) == "（" * many + "县" + "）" * many
    assert clean("e" + "\u0301" * many) == clean("e" + "\u0301" * 4)


# --- The booklet of a catalogue -----------------------------------------------------------------------------------------


def booklet(*, rows: int, text: str) -> Booklet:
    """Everything that is typed is this text; every tenth row is a heading."""
    row: dict[str, Any] = dict.fromkeys(
        ("name", "content", "basis", "limit", "rhythm", "publisher", "audience", "method", "levels"), text
    )
    return Booklet(
        title=text,
        edition=1,
        issuer="宁海县人民政府办公室",
        published_on="2018-11-20",
        explanation=[text],
        note=text,
        changes=[text],
        rows=[row | {"depth": 0, "is_heading": at % 10 == 0, "channels": [text]} for at in range(rows)],
        data=[["编码", "公开事项"], *([str(at), text] for at in range(rows))],
        demo=False,
        draft=False,
    )


@pytest.mark.parametrize("poison", POISONS)
def test_a_poisoned_booklet_is_set_within_bounds(poison: str, caplog: pytest.LogCaptureFixture):
    pdf = render_booklet(booklet(rows=2, text=POISONS[poison][:MOST_TYPED]))

    assert ".notdef" not in caplog.text
    with opened(pdf) as document:
        assert len(document.pages) < 60
        assert all(char["x1"] <= page.width for page in document.pages for char in page.chars)


def test_more_text_than_a_booklet_can_hold_is_refused_in_a_sentence():
    with pytest.raises(TypesettingError, match="超过一份文件可以排印的"):
        render_booklet(booklet(rows=MOST_CHARACTERS // 20_000 + 1, text="长" * 20_000))


def test_more_rows_than_a_booklet_can_hold_stand_in_the_csv(monkeypatch: pytest.MonkeyPatch):
    assert MOST_BOOKLET_ROWS >= 1_000
    monkeypatch.setattr("reports.pdf.booklet.MOST_BOOKLET_ROWS", 20)

    pdf = render_booklet(booklet(rows=25, text="事项"))

    assert "本目录共25行，此处列出前20行，全部数据见本文件所附CSV数据文件。" in text_of(pdf)
    ((_, data),) = files_inside(pdf)
    assert data.decode("utf-8-sig").count(",事项") == 25
