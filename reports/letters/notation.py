"""How official documents write days, shares, titles and lists of names."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from ninghai.web.percent import percent
from reports.snapshots.schema import Corrected, Snapshot

NUMERALS = "一二三四五六七八九十"
TENTH = Decimal("0.1")


def day(iso: str) -> str:
    """2018-08-03 as 2018年8月3日: arabic, no leading zero (GB/T 9704, 成文日期)."""
    on = date.fromisoformat(iso)
    return f"{on.year}年{on.month}月{on.day}日"


def until_words(snapshot: Snapshot) -> str:
    """截至…: the day whose end is told, with the time where it was not over yet."""
    return day(snapshot["as_of"]) + time_of_day(snapshot.get("as_of_time", ""))


def time_of_day(clock: str) -> str:
    """16:05 as 16时05分, 08:00 as 8时; nothing for none."""
    hour, _, minute = clock.partition(":")
    return f"{int(hour)}时{f'{minute}分' if minute != '00' else ''}" if clock else ""


def share(*, part: int, whole: int) -> str:
    """A share in per cent with one decimal, halves up, 100.0% only of the whole; a dash where there is nothing to share."""
    if whole <= 0:
        return "—"
    return f"{percent(part=part, whole=whole, step=TENTH)}%"


def document(*, title: str, number: str) -> str:
    """《title》（number）, the title's own 《》 as 〈〉 (GB/T 15834-2011, 4.15.3.2)."""
    inner = title.translate(_OTHER_TITLE_MARKS)
    return f"《{inner}》（{number}）" if number else f"《{inner}》"


def quoted(text: str) -> str:
    """“text”, its own “” as ‘’ and what these quote as “” again (GB/T 15834-2011, 4.8.3.3)."""
    return f"“{text.translate(_OTHER_QUOTATION_MARKS)}”"


def nested(text: str) -> str:
    """Quotation and title marks (引号、书名号) within their like as the other kind; a text with unpaired marks as it is."""
    marks: list[str] = []
    open_marks: list[tuple[str, str]] = []  # each with the mark that closes it
    for char in text:
        if char in _CLOSES:
            if open_marks and open_marks[-1][0] == char:
                char = char.translate(_OTHER_MARKS)
            open_marks.append((char, _CLOSES[char]))
        elif char in _CLOSES.values():
            if not open_marks or open_marks[-1][1] not in {char, char.translate(_OTHER_MARKS)}:
                return text
            char = open_marks.pop()[1]
        marks.append(char)
    return text if open_marks else "".join(marks)


_CLOSES = {"“": "”", "‘": "’", "《": "》", "〈": "〉"}
_OTHER_QUOTATION_MARKS = str.maketrans("“”‘’", "‘’“”")
_OTHER_TITLE_MARKS = str.maketrans("《》〈〉", "〈〉《》")
_OTHER_MARKS = _OTHER_QUOTATION_MARKS | _OTHER_TITLE_MARKS


def excerpt(text: str, *, limit: int = 36) -> str:
    """The first clauses of a long demand, to quote within a sentence; the whole stands in the annex.

    What it opens, it closes: “……”, （……）.
    """
    if len(text) <= limit:
        return text.rstrip("。；")
    cut = max(text.rfind(mark, 0, limit) for mark in "。；，、")
    kept = text[: cut if cut >= limit // 3 else limit]
    return f"{kept}……{_left_open(kept)}"


def _left_open(text: str) -> str:
    """The closing marks that the text still owes, the innermost first."""
    pairs = {**_CLOSES, "（": "）", "〔": "〕"}
    owed: list[str] = []
    for char in text:
        if char in pairs:
            owed.append(pairs[char])
        elif owed and char == owed[-1]:
            owed.pop()
    return "".join(reversed(owed))


def named(names: Sequence[str]) -> str:
    return "、".join(dict.fromkeys(names))


def reason(snapshot: Snapshot) -> str:
    """根据…要求，…: on what ground the office writes, up to its name."""
    notice = snapshot["notice"]
    return f"根据{document(title=notice['title'], number=notice['document_number'])}要求，{snapshot['issuer']}"


def correction(corrected: Corrected) -> str:
    """Which paper this one puts right (更正), and which of the two holds."""
    other = document(title=corrected["title"], number=corrected["document_number"])
    return f"本文件更正{other}，该文件与本文件不一致的，以本文件为准。"
