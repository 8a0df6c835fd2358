"""How official documents write days, shares, titles and lists of names."""

from collections.abc import Sequence
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from reports.snapshot_schema import Corrected, Snapshot

NUMERALS = "一二三四五六七八九十"


def day(iso: str) -> str:
    """2018-08-03 as 2018年8月3日: arabic, no leading zero (GB/T 9704, 成文日期)."""
    on = date.fromisoformat(iso)
    return f"{on.year}年{on.month}月{on.day}日"


def share(*, part: int, whole: int) -> str:
    """A share in per cent with one decimal, halves up; a dash where there is nothing to share."""
    if whole <= 0:
        return "—"
    percent = Decimal(part) * 100 / Decimal(whole)
    return f"{percent.quantize(Decimal('0.1'), ROUND_HALF_UP)}%"


def document(*, title: str, number: str) -> str:
    """《title》（number）, with a title's own 《》 turned into 〈〉."""
    inner = title.replace("《", "〈").replace("》", "〉")
    return f"《{inner}》（{number}）" if number else f"《{inner}》"


def excerpt(text: str, *, limit: int = 36) -> str:
    """The first clauses of a long demand, to quote within a sentence; the whole stands in the annex."""
    if len(text) <= limit:
        return text.rstrip("。；")
    cut = max(text.rfind(mark, 0, limit) for mark in "。；，、")
    return text[: cut if cut >= limit // 3 else limit] + "……"


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
