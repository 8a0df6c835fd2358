"""Where a point's text can be cut in two (拆分处): the ends of its sentences, or an empty line that the clerk puts."""

import re

from django.core.exceptions import ValidationError

SENTENCE_END = re.compile(r"[。；;！？!?][”’」』）)\]】]*")
CLAUSE_END = re.compile(r"[，,：:]")
EMPTY_LINE = re.compile(r"\n[^\S\n]*\n\s*")


def cut_places(text: str) -> list[int]:
    """Behind each sentence but the last; in a text of one sentence, behind its clauses."""
    whole = len(text.rstrip())
    for ends in (SENTENCE_END, CLAUSE_END):
        if places := [found.end() for found in ends.finditer(text) if found.end() < whole]:
            return places
    return []


def halves(text: str, cut: int) -> tuple[str, str]:
    """The two texts, which put together are the whole; blanks at the cut stay with the first.

    Raises ValidationError when one of them would say nothing.
    """
    cut += len(text[cut:]) - len(text[cut:].lstrip())
    first, second = text[:cut], text[cut:]
    if not first.strip() or not second:
        raise ValidationError({"cut": "拆分处的前后都要有文字，请换一处。"})
    return first, second


def cut_marked(text: str, *, typed: str) -> int:
    """The place in `text` where the clerk has put one empty line, changing nothing else.

    Raises ValidationError with what to do instead.
    """
    typed = typed.replace("\r\n", "\n").replace("\r", "\n")
    if _worded(typed) != _worded(text):
        raise ValidationError("这里只能加空行，不能改文字。要改文字的，请先在“修改要点”中修改，再来拆分。")
    marks = _gaps(typed) - _gaps(text)
    if len(marks) != 1:
        raise ValidationError("请在要拆开的地方按两次回车，空出一行，而且只空一处。")
    return _place_of(text, worded=marks.pop())


def _worded(text: str) -> str:
    return "".join(text.split())


def _gaps(text: str) -> set[int]:
    """How many characters, blanks not counted, stand before each empty line."""
    return {len(_worded(text[: gap.start()])) for gap in EMPTY_LINE.finditer(text)}


def _place_of(text: str, *, worded: int) -> int:
    """Behind so many characters, blanks not counted."""
    places = [place for place, character in enumerate(text) if not character.isspace()]
    return places[worded] if worded < len(places) else len(text)
