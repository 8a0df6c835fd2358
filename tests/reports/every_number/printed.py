"""A paper taken apart: its running text, in which every number wants an explanation, and its tables cell by cell."""

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from lxml import html

from reports.pdf import letter_html
from reports.pdf.page import letter_of
from reports.pdf.rendering import csv_file

NUMBER = re.compile(r"\d+(?:\.\d+)?")
NESTED = str.maketrans("\u2018\u2019〈〉", "“”《》")
CODE = re.compile(r"核验码:(\w{4}-\w{4})")


def flat(text: object) -> str:
    """Without blanks and line ends, with one width for brackets and marks, quotation marks as if nothing were nested."""
    return "".join(unicodedata.normalize("NFKC", str(text)).translate(NESTED).split())


def day(on: date | str) -> str:
    on = date.fromisoformat(on) if isinstance(on, str) else on
    return f"{on.year}年{on.month}月{on.day}日"


CUT = re.compile(r"\.{6}[”’》〉)〕\]\"']*$")  # where an excerpt ends, and the marks that it closes there


class Text:
    """Running text from which each explained statement is taken out; what is left must be without a digit."""

    def __init__(self, text: str) -> None:
        self.left = flat(text)

    def says(self, pattern: str, *values: object) -> None:
        """One statement, with these values in the pattern's groups; None where an optional group is silent."""
        found = re.search(flat(pattern) if "\\" not in pattern else pattern, self.left)
        assert found, f"not said: {pattern}\nin: {self.left}"
        assert found.groups() == tuple(None if value is None else flat(value) for value in values), pattern
        self.left = self.left[: found.start()] + "□" + self.left[found.end() :]

    def names(self, words: object) -> None:
        """Words of the records, wherever they stand."""
        assert flat(words) in self.left, f"not named: {words}"
        self.left = self.left.replace(flat(words), "□")

    def quotes(self, words: str, *, within: str) -> None:
        """An excerpt of a record's words, in a statement of the form within.format(quoted)."""
        before, after = (re.escape(flat(part)) for part in within.split("{}"))
        found = re.search(f"{before}(.*?){after}", self.left)
        assert found, f"not said: {within}"
        quoted = CUT.sub("", found[1]).rstrip("。;")
        assert flat(words).startswith(quoted), f"no excerpt of {words}: {quoted}"
        self.left = self.left[: found.start()] + "□" + self.left[found.end() :]

    def is_explained(self) -> None:
        unexplained = re.findall(r".{0,20}\d+.{0,20}", self.left)
        assert not unexplained, f"numbers that no query explains: {unexplained}"


@dataclass(frozen=True)
class Paper:
    """`data` is what the attached CSV files hold, by the table's title; `tables` what is printed, `charts` what is drawn."""

    text: Text
    tables: Mapping[str, list[list[str]]]
    data: Mapping[str, list[list[str]]]
    charts: list[str]  # captions and labels of the charts


def paper_of(snapshot: Mapping[str, Any]) -> Paper:
    tree = html.fromstring(letter_html(snapshot=snapshot))
    tables, charts = {}, []
    for figure in tree.xpath("//figure"):
        charts += map(flat, figure.xpath(".//*[local-name()='text']/text() | .//figcaption/text()"))
        figure.drop_tree()
    for annex in tree.xpath("//section"):
        [title] = annex.xpath(".//h2")
        for table in annex.xpath(".//table"):
            tables[title.text_content()] = [
                [cell.text_content() for cell in row.xpath("./td")] for row in table.xpath("./tbody/tr")
            ]
            table.drop_tree()
    _, letter = letter_of(snapshot)
    data = {annex.title: read_csv(csv_file(annex)) for annex in letter.annexes}
    text = Text(" ".join(tree.xpath("//body//text()")))
    text.left = without_code(text.left)
    return Paper(text=text, tables=tables, data=data, charts=charts)


def without_code(text: str) -> str:
    """The short code, which the snapshot's hash explains, and the address that is made of it."""
    found = CODE.search(text)
    assert found
    return re.sub(rf"https?://[\w.:]+/verify/{found[1]}/", "", text).replace(found[1], "")


def read_csv(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))[1:]


def same_cells(found: Sequence[Sequence[str]], told: Iterable[Sequence[object]], *, quoted: int | None = None) -> None:
    """Cell by cell; the column `quoted` may be an excerpt, and is one or the whole."""
    expected = [[flat(cell) for cell in row] for row in told]
    rows = [[flat(cell) for cell in row] for row in found]
    assert len(rows) == len(expected)
    for row, wanted in zip(rows, expected, strict=True):
        if quoted is not None:
            excerpt = CUT.sub("", row.pop(quoted)).rstrip("。;")
            assert wanted.pop(quoted).startswith(excerpt)
        assert row == wanted
