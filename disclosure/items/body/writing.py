"""From blocks to the text that has them, as an import writes it; and to plain words, where no marks are to be seen."""

from collections.abc import Iterable, Iterator, Sequence

from disclosure.items.body import blocks


def as_body(written: Iterable[blocks.Block]) -> str:
    """The text of which `blocks` makes these blocks; official numbering in front of a line says its level by itself."""
    lines: list[str] = []
    has_headings = False
    for block in written:
        if isinstance(block, blocks.Paragraph):
            lines.append(_written(block, has_headings=has_headings))
            has_headings = has_headings or blocks.is_above_all(block)
        elif isinstance(block, blocks.PointList):
            points = list(_written_points(block.points))
            lines += points if len(points) > 1 else [_escaped(block.points[0].words.text)]
        else:
            lines += _written_table(block, below=lines)
    return "\n".join(lines)


def _written(block: blocks.Paragraph, *, has_headings: bool) -> str:
    said = blocks.numbered_level(block.text)
    said = blocks.ParagraphLevel.HEADING if said == blocks.ParagraphLevel.SUBHEADING and not has_headings else said
    mark = next((f"{mark} " for mark, level in blocks.MARKS.items() if level == block.level), "")
    if mark and said != block.level and blocks.mark_of(mark + block.text):
        return mark + block.text
    return _escaped(block.text)


def _escaped(text: str) -> str:
    return f"\\{text}" if blocks.TO_ESCAPE.match(text) else text


def _written_points(points: Iterable[blocks.ListPoint], depth: int = 0) -> Iterator[str]:
    for point in points:
        yield f"{'  ' * depth}- {point.words}"
        yield from _written_points(point.points, depth + 1)


def _written_table(table: blocks.BodyTable, *, below: Sequence[str]) -> Iterator[str]:
    """A blank line parts it from a table above it, and from a paragraph that would read as its name."""
    if below and (below[-1].startswith("|") or (not table.caption and blocks.CAPTION.match(below[-1]))):
        yield ""
    if table.caption:
        yield table.caption.text
    width = len(table.head) or max(map(len, table.rows), default=1)
    if table.head:
        yield _written_row(table.head)
    yield f"|{' --- |' * width}"
    yield from map(_written_row, table.rows)


def _written_row(cells: blocks.Cells) -> str:
    escaped = (cell.text.replace("|", "\\|") for cell in cells)
    return f"| {' | '.join(escaped)} |"


def plain_words(body: str) -> str:
    """The body without its marks: a point as its words, a row as its cells. A text without marks stays as it is."""
    if not blocks.MAY_BE_MARKED.search(body):
        return body
    return "\n".join(line for line in _plain_lines(body) if line is not None)


def plain_lines(body: str) -> list[str]:
    """The plain words of each of its lines; of one without words nothing."""
    return [line or "" for line in _plain_lines(body)]


def _plain_lines(body: str) -> Iterator[str | None]:
    """None for the rule of a table, which says nothing."""
    for kind, lines in blocks.line_groups(blocks.lines_of(body)):
        for line in lines:
            if kind is blocks.BodyTable and line.text.startswith("|"):
                cells = (cell.text for cell in blocks.cells_of(line) if cell.text)
                yield None if blocks.RULE.fullmatch(line.text) else "\u3000".join(cells)
            else:
                mark = blocks.POINT.match(line.text) if kind is blocks.PointList else blocks.mark_of(line.text)
                yield line.after(mark.end()).text if mark else line.words.text
