"""What the templates of a report are given: one tree of templates for paper and screen."""

from collections.abc import Mapping
from typing import Any, cast

from reports.snapshot_schema import Snapshot
from reports.snapshot_upgrades import upgraded
from reports.typesetting.charts import drawn
from reports.typesetting.imprint import imprint_lines
from reports.typesetting.limits import bounded, printable_annex, refuse_too_much
from reports.typesetting.printable import printed
from reports.typesetting.qr import qr_code
from reports.typesetting.title import break_title, width
from reports.writing.letter import Letter, TypesettingError, listed_annexes, numbered_sections
from reports.writing.letters import LETTERS
from reports.writing.wording import correction, day, told_until


def letter_of(snapshot: Mapping[str, Any]) -> tuple[Snapshot, Letter]:
    """The snapshot fit for print and its letter; raises TypesettingError for one that nobody here can read."""
    current = upgraded(snapshot)
    if current is None or current.get("kind") not in LETTERS:
        raise TypesettingError(
            f"不能排印这份快照：版本 {snapshot.get('schema')}，种类 {snapshot.get('kind')}。请重新生成报告。"
        )
    refuse_too_much(short := bounded(current))
    readable = cast(Snapshot, printed(short))
    return readable, LETTERS[readable["kind"]](readable)


def page_context(snapshot: Snapshot, letter: Letter) -> dict[str, Any]:
    """Title, text, annexes, and what proves them."""
    signed, corrects = snapshot["signed"], snapshot.get("corrects")
    return {
        "title": snapshot["title"],
        "title_lines": break_title(title=snapshot["title"], keep=[snapshot["issuer"], told_until(snapshot)]),
        "issuer": snapshot["issuer"],
        "head": f"{snapshot['issuer']}文件",
        "head_size": _head_size(f"{snapshot['issuer']}文件"),
        "addressee": snapshot["addressee"],
        "opening": letter.opening,
        "corrects": correction(corrects) if corrects else "",
        "sections": numbered_sections(letter.sections),
        **_annexes(letter),
        "as_of": snapshot["as_of"],
        "as_of_day": told_until(snapshot),
        "code": snapshot["code"],
        "verify_url": snapshot["verify_url"],
        "qr_code": qr_code(snapshot["verify_url"]),
        "demo": snapshot["demo"],
        "signed": signed,
        "signed_day": day(signed["signed_on"]) if signed else "",
        "imprint_lines": range(imprint_lines(signed.get("copied_to", ""))) if signed else (),
        "year": snapshot["as_of"][:4],
    }


def _annexes(letter: Letter) -> dict[str, Any]:
    """Those that are printed, each with its drawings, and how they are listed below the text."""
    annexes = [annex for annex in letter.annexes if annex.is_printed]
    return {
        "annexes": [(printable_annex(annex), [drawn(chart) for chart in annex.charts]) for annex in annexes],
        "annex_list": listed_annexes(annexes),
    }


def screen_context(snapshot: Mapping[str, Any]) -> dict[str, Any]:
    """The report's HTML twin (网页版): the same words and numbers as its paper."""
    return page_context(*letter_of(snapshot))


def _head_size(head: str) -> str:
    """发文机关标志 as large as the 156 mm allow: the class of its size in official.css."""
    return "large" if width(head) <= 9 else "medium" if width(head) <= 12 else "small"
