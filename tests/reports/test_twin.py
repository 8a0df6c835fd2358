"""Paper and screen (网页版) are made from one tree of templates: the same numbers in the same order."""

import re
from html import unescape

import pytest
from django.template.loader import render_to_string

from reports.pdf import letter_html, render_pdf, screen_context
from tests.reports import made_up
from tests.reports.reading import digits_of

KINDS = {
    "progress": lambda: made_up.progress(units=8, points=8),
    "unit-progress": lambda: made_up.unit_progress(points=8),
    "spot-check": lambda: made_up.spot_check(units=8, points=8),
    "overdue": lambda: made_up.overdue(units=8, points=8),
    "score": lambda: made_up.score(units=8),
}
NUMBER = re.compile(r"\d+(?:\.\d+)?%?")


def numbers(html: str) -> list[str]:
    words = re.sub(r"<(?:head|style)\b.*?</(?:head|style)>|<[^>]+>", " ", html, flags=re.DOTALL)
    return NUMBER.findall(unescape(words))


@pytest.mark.parametrize("kind", KINDS)
def test_the_screen_shows_the_numbers_of_the_paper(kind: str):
    snapshot = KINDS[kind]()

    paper = letter_html(snapshot=snapshot)
    screen = render_to_string("reports/_letter.html", screen_context(snapshot))

    body = screen[screen.index("<h2>") :]
    on_screen = numbers(body[: body.index('class="letter-close"')])
    on_paper = numbers(paper[paper.index("<h2>") : paper.index('<div class="close">')])
    assert on_screen == on_paper
    assert numbers(screen[screen.index("<table") :]) == numbers(
        paper[paper.index("<table") : paper.index('id="end-of-text"')]
    )


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.exhaustive
def test_every_number_on_the_screen_is_printed_in_the_pdf(kind: str):
    snapshot = KINDS[kind]() | {"signed": None}
    digits = digits_of(render_pdf(snapshot=snapshot))

    screen = render_to_string("reports/_letter.html", screen_context(snapshot))

    missing = [number for number in set(numbers(screen)) if number not in digits]
    assert missing == []
