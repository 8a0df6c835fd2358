"""From a saved web page to the lines a reader of it sees (网页 → 行)."""

import re
from html.parser import HTMLParser

UNSEEN = frozenset({"script", "style", "noscript", "template", "title", "select"})
BREAKS = re.compile(
    "address|article|aside|blockquote|body|br|dd|div|dl|dt|fieldset|footer|form|h[1-6r]|header|html|li|main|nav|ol|p|pre"
    "|section|table|tbody|tfoot|thead|tr|ul"
)
BLANKS = " \t\r\f"
CELLS = frozenset({"td", "th"})


def lines_of_page(html: str) -> list[str]:
    """The visible text of the page, a line for each block; cells of a table row are parted by tabs."""
    page = _Page()
    page.feed(html)
    page.close()
    return "".join(page.pieces).split("\n")


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self.unseen_in: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self.unseen_in:
            return
        if tag in UNSEEN:
            self.unseen_in = tag
        elif BREAKS.fullmatch(tag):
            self.pieces.append("\n")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if BREAKS.fullmatch(tag) and not self.unseen_in:
            self.pieces.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if self.unseen_in:
            self.unseen_in = None if tag == self.unseen_in else self.unseen_in
        elif tag in CELLS:
            self.pieces.append("\t")
        elif BREAKS.fullmatch(tag):
            self.pieces.append("\n")

    def handle_data(self, data: str) -> None:
        if not self.unseen_in:
            self.pieces.append(_unwrapped(data))


def _unwrapped(source: str) -> str:
    """A line end means nothing in a page's source, and between Chinese characters not even a space."""
    first, *others = source.split("\n")
    joined = [first.rstrip(BLANKS) if others else first]
    before = joined[0]
    for line in (other.strip(BLANKS) for other in others):
        if before and line and before[-1].isascii() and line[0].isascii():
            joined.append(" ")
        joined.append(line)
        before = line or before
    return "".join(joined)
