"""Poisoned text, in every place where what somebody typed reaches a paper, ends in a paper or a sentence, within bounds."""

import time
from collections.abc import Iterator
from typing import Any

import pytest

from reports.typesetting import TypesettingError, letter_html, render_pdf
from reports.typesetting.limits import MOST_CHARACTERS, MOST_ROWS
from reports.typesetting.printable import clean, full_width
from reports.writing.score import MOST_RULES
from tests.reports import made_up
from tests.reports.reading import files_inside, opened, text_of

BOUND = 60  # seconds of CPU; a quarter of it is enough on an idle machine, a worker stops after much more
EMOJI = "".join(map(chr, [*range(0x1F300, 0x1FAFF), *range(0x2600, 0x27BF)]))
POISONS = {
    "ten megabytes": "超长文字" * 2_500_000,
    "an endless word": "W" * 1_000_000,
    "deep tables": "<table><tr><td>" * 60_000,
    "deep brackets": "(" * 500_000 + "县" + ")" * 500_000,
    "open brackets": "(县" * 500_000,
    "control characters": "".join(map(chr, range(0x20))) * 5_000 + "\x7f\x80\x9f\ufffe\uffff",
    "every emoji": EMOJI * 20,
    "turned about": "\u202e\u2066\u202b反\u2069\u200f" * 50_000,
    "accents": "e" + "\u0301" * 200_000,
    "surrogate-like and private": "\ue000\U000f0000\U0010ffff" * 10_000,
    "spaces": " \u3000\u00a0\n" * 100_000,
}
FREE = {"notice.title", "note", "requirement", "text", "unit", "point", "words", "rule", "rules", "scheme", "part", "name",
        "title", "addressee", "remark", "copied_to", "seed", "key", "label", "standing", "change"}  # fmt: skip


def places(value: Any, *, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Where a snapshot holds typed text: the first of every list stands for the others."""
    if isinstance(value, dict):
        for name, item in value.items():
            yield from places(item, path=(*path, name))
    elif isinstance(value, list):
        if value:
            yield from places(value[0], path=(*path, 0))
    elif isinstance(value, str) and FREE & {path[-1], path[-2] if len(path) > 1 else ""}:
        yield path


def poisoned(snapshot: dict[str, Any], poison: str) -> dict[str, Any]:
    """The poison in every place at once; a place that must agree with another is poisoned with it."""
    for path in list(places(snapshot)):
        holder = snapshot
        for step in path[:-1]:
            holder = holder[step]
        holder[path[-1]] = poison
    return snapshot


SMALL = {
    "progress": lambda: made_up.progress(units=3, points=9),
    "unit-progress": lambda: made_up.unit_progress(points=9),
    "spot-check": lambda: made_up.spot_check(units=3, points=9),
    "overdue": lambda: made_up.overdue(units=3, points=9),
    "score": lambda: made_up.score(units=3),
}


@pytest.mark.parametrize("kind", SMALL)
def test_every_poison_in_turn_still_becomes_a_letter_of_every_kind(kind: str):
    for poison in POISONS.values():
        assert "</html>" in letter_html(snapshot=poisoned(SMALL[kind](), poison[:200_000]))


@pytest.mark.parametrize("poison", POISONS)
def test_a_poisoned_text_everywhere_is_set_within_bounds(poison: str, caplog: pytest.LogCaptureFixture):
    kind = list(SMALL)[list(POISONS).index(poison) % len(SMALL)]
    begun = time.process_time()

    pdf = render_pdf(snapshot=poisoned(SMALL[kind](), POISONS[poison]))

    assert time.process_time() - begun < BOUND
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
    snapshot |= {"rules": [f"项目{at}" for at in range(many)], "full_marks": ["1"] * many}
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
    deep = "(" * 20_000 + "县" + ")" * 20_000
    begun = time.process_time()

    assert full_width(deep) == "（" * 20_000 + "县" + "）" * 20_000
    assert clean("e" + "\u0301" * 20_000) == clean("e" + "\u0301" * 4)
    assert time.process_time() - begun < 1
