"""What stands outside the points and still asks something (要点以外的时间和职责要求): the letter, closing words, notes.

各牵头单位于12月10日前报送 is no point, yet somebody must put it among the reporting dates: the office is told of each.
"""

import re
from collections.abc import Iterable, Iterator
from datetime import date

from tasks.notice.deadlines import read_times
from tasks.notice.in_sentences import unread_duties
from tasks.notice.parsed import Kind, Other, ParseWarning
from tasks.notice.passage import Passage
from tasks.notice.written_date import ends_with_date, is_date

ASKING = frozenset({Kind.LETTER, Kind.PREAMBLE, Kind.NOTE})
ASKS = re.compile(r"[前内底末初止每按逐旬]")  # of words about time that no convention knows, those that may ask
MOST_QUOTED = 30


def warnings_outside(others: Iterable[Other], *, year: int, issued_on: date | None) -> Iterator[ParseWarning]:
    """A warning for each date, limit or recurrence that is asked for outside the points, and each unit given a duty."""
    for other in others:
        passage = other.passage
        if other.kind in ASKING and not (passage.is_blank or is_date(passage.text)):
            yield from _of_times(passage, year=year, issued_on=issued_on)
            yield from _of_duties(passage)


def _of_times(passage: Passage, *, year: int, issued_on: date | None) -> Iterator[ParseWarning]:
    times = read_times(passage.text, year=year, issued_on=issued_on)
    words = [
        *(deadline.text for deadline in times.deadlines),
        *(recurrence.text for recurrence in times.recurrences),
        *(limit.text for limit in times.time_limits),
        *(doubtful.text for doubtful in times.doubtful),
        *(unread for unread in times.unread if ASKS.search(unread) or _ends_with(unread, passage.text)),
    ]
    signed = passage.text.rstrip() if ends_with_date(passage.text) else ""
    for each in dict.fromkeys(words):
        if not signed.endswith(each):
            message = f"要点以外写有“{each[:MOST_QUOTED]}”，没有列为时限；是报送要求的，请设为报送时间。"
            yield ParseWarning(_line_of(each, passage), message)


def _ends_with(words: str, text: str) -> bool:
    """有效期至2020年12月31日 asks something, 2018年5月20日印发 does not."""
    return any(f"{until}{words}" in text for until in "至到")


def _of_duties(passage: Passage) -> Iterator[ParseWarning]:
    for name in dict.fromkeys(unread_duties(passage.text, known=())):
        message = f"要点以外写有“{name[:MOST_QUOTED]}”的职责，没有列为责任单位，请核对。"
        yield ParseWarning(_line_of(name, passage), message)


def _line_of(words: str, passage: Passage) -> int:
    return passage.cut(max(passage.text.find(words), 0)).line
