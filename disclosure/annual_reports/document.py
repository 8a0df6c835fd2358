"""A report as one text: its parts under their headings, each table after its part; for the catalogue's page and for print."""

from collections.abc import Iterator

from disclosure.annual_reports.blanks import BlankTable, ReportCell, blank_of
from disclosure.annual_reports.figures import Figures, value_at
from disclosure.items.body.blocks import Block, BodyTable, BodyWords, Paragraph, ParagraphLevel
from disclosure.models import AnnualReport

NUMERALS = "一二三四五六七八九"
NOTHING = "—"


def blocks_of(report: AnnualReport) -> Iterator[Block]:
    """Table 2 stands in the second part, 3 in the third, 4 in the fourth; the statistics up to 2018 at the end."""
    blank = blank_of(report.year)
    tables = {int(table.key): table for table in blank.tables}
    for at, part in enumerate(blank.parts, start=1):
        yield Paragraph(BodyWords(f"{NUMERALS[at - 1]}、{part}"), ParagraphLevel.HEADING)
        for line in report.texts.get(part, "").splitlines():
            if line.strip():
                yield Paragraph(BodyWords(line.strip()), ParagraphLevel.TEXT)
        if at > 1 and at in tables:
            yield _table(tables[at], report.figures)
    if 1 in tables:
        yield _table(tables[1], report.figures)


def _table(table: BlankTable, figures: Figures) -> BodyTable:
    columns = table.columns
    rows = tuple(
        (
            BodyWords(f"{row.heading}{'：' if row.heading else ''}{_named(row.key, row.label)}"),
            *(
                BodyWords(_said(figures, ReportCell(table.key, row.key, column), column in row.columns))
                for column in columns
            ),
        )
        for row in table.rows
    )
    return BodyTable(BodyWords(f"表{table.key}　{table.title}"), tuple(map(BodyWords, ("项目", *columns))), rows)


def _named(key: str, label: str) -> str:
    """The number as the form prints it, without the part's own."""
    number = key if len(key) == 1 else key[1:]
    return label if key == label else f"{number}{'、' if len(key) == 1 else ' '}{label}"


def _said(figures: Figures, cell: ReportCell, is_asked: bool) -> str:
    value = value_at(figures, cell) if is_asked else None
    return NOTHING if value is None else str(value)
