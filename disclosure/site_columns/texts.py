"""The text of a column's page, and what of it the public reads.

A line with 待填写 waits for the office: the public reads the page without it, and without a heading that heads nothing then.
"""

from collections.abc import Iterable

from disclosure.paragraphs import Level, Paragraph, paragraphs

UNKNOWN = "待填写"
HEADINGS = {Level.HEADING: 2, Level.SUBHEADING: 1}


def public_paragraphs(body: str) -> list[Paragraph]:
    """The paragraphs that the public reads."""
    known = "\n".join(line for line in body.splitlines() if UNKNOWN not in line)
    return _without_empty_headings(paragraphs(known))


def unknown_lines(body: str) -> list[str]:
    """The lines that wait for the office."""
    return [line.strip() for line in body.splitlines() if UNKNOWN in line]


def _without_empty_headings(read: Iterable[Paragraph]) -> list[Paragraph]:
    """From the end: a heading stays if text came after it before a heading of its rank or a higher one."""
    kept: list[Paragraph] = []
    below = max(HEADINGS.values())  # the rank of what stands below: 0 text, 1 subheading, 2 heading or nothing
    for paragraph in reversed(list(read)):
        rank = HEADINGS.get(paragraph.level, 0)
        if rank == 0 or rank > below:
            kept.append(paragraph)
            below = rank
    return kept[::-1]
